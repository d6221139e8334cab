/* opened.c - see opened.h. */
#include "base/common.h"

#include "base/clock.h"
#include "store/access.h"
#include "worker/opened.h"

void opened_take(struct opened *o, const struct json *ids)
{
    o->n = 0;
    for (const struct json *c = json_first(ids); c && o->n < OPENED_MAX;
         c = json_next(c)) {
        struct str s = json_str(c);
        int64_t id = json_is_num(c) ? json_int(c) : 0;

        if (str_starts(s, STR("#")))
            s = str_cut(s, 1, s.n);
        if (json_is_str(c) && str_int(s, 1, INT64_MAX, &id) < 0)
            continue;
        if (id > 0)
            o->ids[o->n++] = id;
    }
}

int opened_put(struct worker *w, const struct opened *o, struct err *e)
{
    int rc;

    if (o->n == 0)
        return 0;
    rc = worker_own_tx(w, e);
    if (rc == 0)
        rc = access_put(w->db, o->ids, o->n, "show", clock_now_ms(), e);
    if (rc == 0)
        rc = db_commit(w->db, e);
    if (rc < 0)
        db_rollback(w->db);
    return rc;
}
