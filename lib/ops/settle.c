/* settle.c - see settle.h. */
#include "base/common.h"

#include "compress/facts.h"
#include "ops/settle.h"
#include "store/read_memory.h"
#include "store/revise.h"

/* Statements under one key that are looked at: far more than one subject and
 * attribute has. */
#define OLDER_MAX 32
/* Relations found for one statement. */
#define FOUND_MAX 64

struct found {
    int64_t id;
    bool mine_is_newer;
    enum fact_stand stand;
};

struct search {
    struct db *db;
    const struct memory_in *in;
    int64_t event_ms;
    struct arena *a;
    struct fact fact;
    bool is_title; /* the statement is an observation's title */
    struct found found[FOUND_MAX];
    size_t n;
    int64_t same; /* that says the same and holds, or 0 */
};

static struct str statement(struct str kind, struct str title, struct str text)
{
    return str_eqz(kind, "observation") ? title : text;
}

/* Two observations are one when their titles and their texts are. */
static bool same_text(struct search *s, const struct standing *old)
{
    struct fact x, y;

    if (!s->is_title)
        return true;
    if (!str_eq(s->in->type, old->type))
        return false;
    return fact_read(s->in->text, s->a, &x) && fact_read(old->text, s->a, &y) &&
           str_eq(x.about, y.about) && fact_compare(&x, &y) == FACT_SAME;
}

static void note(struct search *s, const struct standing *old)
{
    bool newer = s->event_ms >= old->event_ms;
    struct found *f = &s->found[s->n];
    struct fact other;

    if (s->n == FOUND_MAX || s->is_title != str_eqz(old->kind, "observation") ||
        !fact_read(statement(old->kind, old->title, old->text), s->a, &other))
        return;
    for (size_t i = 0; i < s->n; i++)
        if (s->found[i].id == old->id)
            return;
    f->id = old->id;
    f->mine_is_newer = newer;
    f->stand =
        newer ? fact_compare(&s->fact, &other) : fact_compare(&other, &s->fact);
    if (f->stand == FACT_SAME) {
        if (old->valid_to || s->same || !same_text(s, old))
            return;
        /* A note says it on purpose: a fact is counted with the note, and
         * gives way to it. */
        if (str_eqz(old->kind, s->in->kind) || str_eqz(old->kind, "note"))
            s->same = old->id;
        else
            s->n++;
        return;
    }
    /* Titles of work are no claims: "Add a cache" does not end "No cache". */
    if (f->stand != FACT_UNRELATED && !s->is_title)
        s->n++;
}

static int look(struct search *s, struct err *e)
{
    struct standing *rows;
    size_t n;
    int rc = 0;

    for (size_t k = 0; k < s->fact.nkeys && rc == 0; k++) {
        rc = memories_about(s->db, s->fact.key[k], s->in, OLDER_MAX, s->a,
                            &rows, &n, e);
        for (size_t i = 0; rc == 0 && i < n; i++)
            note(s, &rows[i]);
    }
    return rc;
}

static bool is_statement(const struct memory_in *in)
{
    return in->external_id.n == 0 &&
           (strcmp(in->kind, "fact") == 0 || strcmp(in->kind, "note") == 0 ||
            strcmp(in->kind, "observation") == 0);
}

static int relate(struct search *s, int64_t id, int64_t now_ms,
                  struct settled *out, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < s->n && rc == 0; i++) {
        const struct found *f = &s->found[i];
        const char *how = f->stand == FACT_ENDS ? "ends" : "contradicts";

        if (f->id == id)
            continue;
        if (f->stand == FACT_SAME) {
            rc = memory_link(s->db, f->id, id, "repeats", now_ms, e);
            continue;
        }
        rc = f->mine_is_newer ? memory_link(s->db, id, f->id, how, now_ms, e)
                              : memory_link(s->db, f->id, id, how, now_ms, e);
        out->ended += f->mine_is_newer;
        if (f->mine_is_newer && f->id > out->last)
            out->last = f->id;
    }
    return rc;
}

struct str settle_about(struct str text, struct arena *a)
{
    struct fact f;

    return fact_read(text, a, &f) ? f.about : STR_NONE;
}

int settle_put(struct db *db, struct memory_in *in, int64_t now_ms,
               struct arena *a, struct settled *out, struct err *e)
{
    struct search *s = arena_new(a, struct search);
    int rc = 0;

    *out = (struct settled){0};
    s->db = db;
    s->in = in;
    s->a = a;
    s->event_ms = in->event_ms ? in->event_ms : now_ms;
    s->is_title = strcmp(in->kind, "observation") == 0;
    if (is_statement(in) &&
        fact_read(statement(str_of(in->kind), in->title, in->text), a,
                  &s->fact)) {
        in->about = s->fact.about;
        rc = look(s, e);
    }
    if (rc < 0)
        return rc;
    /* What is said of a topic, a branch or a session stands by itself. */
    if (s->same && in->topic_key.n == 0 && !in->own_branch &&
        !in->own_session) {
        out->id = s->same;
        out->repeated = true;
        rc = memory_repeat(db, s->same, in, now_ms, e);
    } else {
        rc = memory_put(db, in, now_ms, &out->id, &out->added, e);
    }
    return rc < 0 ? rc : relate(s, out->id, now_ms, out, e);
}

bool settle_repeats(struct db *db, int64_t id, struct str text, struct arena *a)
{
    struct memory_row m;
    struct fact x, y;
    struct str whole;

    if (memory_read(db, id, a, &m, NULL) < 0 || m.valid_to)
        return false;
    whole = arena_fmt(a, "%.*s %.*s", STR_ARG(m.title), STR_ARG(m.text));
    return fact_read(text, a, &x) && fact_read(whole, a, &y) &&
           !fact_adds(&x, &y);
}
