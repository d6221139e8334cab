/* wishing.c - see wishing.h. */
#include "base/common.h"

#include "store/read_session.h"
#include "worker/wishing.h"

/* The event that has an event's wishes: itself, another, or 0 for no wishes. */
static int64_t source_of(const struct ev *v)
{
    const struct json *w = json_path(v->payload, "_scope.wishes");

    return json_is_object(w) ? v->id : json_is_num(w) ? json_int(w) : 0;
}

static struct str printed(const struct json *payload, struct arena *a)
{
    const struct json *w = json_path(payload, "_scope.wishes");
    struct str s = STR_NONE;
    struct buf b;

    buf_init(&b, 256u * 1024u);
    if (json_is_object(w) && json_print(w, &b, 0))
        s = arena_str(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* The wishes as text, so that two requests' can be compared. One that is
 * forgotten had none. */
static int text_of(struct db *db, const struct batch *b, int64_t source,
                   struct str *out, struct err *e)
{
    struct event_info info;
    struct json *payload;
    int rc;

    *out = STR_NONE;
    if (source == 0)
        return 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->evs[i].id == source) {
            *out = printed(b->evs[i].payload, b->a);
            return 0;
        }
    rc = event_read(db, source, b->a, &info, e);
    if (rc < 0)
        return rc == CM_ENOTFOUND ? 0 : rc;
    payload = json_parse(info.payload, NULL);
    *out = printed(payload, b->a);
    json_free(payload);
    return 0;
}

int wishing_load(struct db *db, struct batch *b, struct event_row *rows,
                 struct wishes *out, struct err *e)
{
    int64_t source = b->n ? source_of(&b->evs[0]) : 0, last = source;
    struct str wished, other;
    bool same = true;
    struct json *kept;
    size_t n = 0;
    int rc = text_of(db, b, source, &wished, e);

    for (size_t i = 0; i < b->n && rc == 0; i++) {
        int64_t its = source_of(&b->evs[i]);

        if (its != last) { /* runs of one request: asked once each */
            rc = text_of(db, b, its, &other, e);
            same = str_eq(other, wished);
            last = its;
        }
        if (!same || rc < 0)
            continue;
        b->evs[n] = b->evs[i];
        rows[n++] = rows[i];
    }
    if (rc < 0)
        return rc;
    b->n = n;
    kept = wished.n ? json_parse(wished, NULL) : NULL;
    wishes_read(kept, b->a, out);
    json_free(kept);
    return 0;
}
