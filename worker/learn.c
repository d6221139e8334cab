/* learn.c - see learn.h. */
#include "base/common.h"

#include "base/json.h"
#include "store/outcome.h"
#include "worker/learn.h"

#define FIX_BYTES (32u * 1024u)

static void put_edits(struct jsonw *w, const struct ending *en)
{
    if (en->nedits == 0)
        return;
    jsonw_arr(w, "edits");
    for (size_t i = 0; i < en->nedits; i++) {
        const struct ending_edit *ed = &en->edits[i];

        jsonw_obj(w, NULL);
        jsonw_str(w, "path", ed->path);
        if (ed->old.n)
            jsonw_str(w, "old", ed->old);
        if (ed->new_one.n)
            jsonw_str(w, "new", ed->new_one);
        jsonw_end(w);
    }
    jsonw_end(w);
    if (en->more_edits)
        jsonw_int(w, "more_edits", (int64_t)en->more_edits);
}

static struct str what_of(const struct ending *en, struct arena *a)
{
    struct jsonw w;
    struct buf b;
    struct str s;

    buf_init(&b, FIX_BYTES);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    if (en->ncommands) {
        jsonw_arr(&w, "commands");
        for (size_t i = 0; i < en->ncommands; i++)
            jsonw_str(&w, NULL, en->commands[i]);
        jsonw_end(&w);
    }
    put_edits(&w, en);
    jsonw_end(&w);
    s = arena_str(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* The same commands, or the same change of the same file, are the same way. */
static struct str same_of(const struct ending *en, struct arena *a)
{
    struct buf b;
    struct str s;

    buf_init(&b, FIX_BYTES);
    for (size_t i = 0; i < en->ncommands; i++)
        buf_addf(&b, "$ %.*s\n", STR_ARG(en->commands[i]));
    for (size_t i = 0; i < en->nedits && i < 1; i++)
        buf_addf(&b, "%.*s: %.*s\n", STR_ARG(en->edits[i].path),
                 STR_ARG(en->edits[i].new_one));
    s = arena_str(a, buf_str(&b));
    buf_free(&b);
    return s;
}

int learn(struct db *db, const struct session_row *session,
          const struct endings *found, struct arena *a, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < found->nfailures && rc == 0; i++) {
        const struct failing *f = &found->failures[i];

        rc = outcome_back(db, session->project_id, session->id, f->signature,
                          f->event, f->time_ms, e);
    }
    for (size_t i = 0; i < found->n && rc == 0; i++) {
        const struct ending *en = &found->items[i];
        struct outcome_in in = {
            .project_id = session->project_id,
            .session_id = session->id,
            .signature = en->signature,
            .error = en->error,
            .command = en->command,
            .what = what_of(en, a),
            .same = same_of(en, a),
            .bad = en->bad,
            .good = en->good,
            .back = en->back,
            .time_ms = en->time_ms,
        };

        rc = outcome_put(db, &in, e);
    }
    return rc;
}
