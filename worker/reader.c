/* reader.c - see reader.h. */
#include "base/common.h"

#include "worker/reader.h"

int reader_ready(struct reader *r, const struct paths *p,
                 int64_t config_mtime_ns, struct err *e)
{
    int rc;

    if (!r->meaning || r->config_mtime_ns != config_mtime_ns) {
        meaning_close(r->meaning);
        config_free(&r->config);
        config_load(&r->config, p->config);
        r->meaning = meaning_open(p, &r->config);
        r->config_mtime_ns = config_mtime_ns;
    }
    if (r->db)
        return 0;
    rc = db_open(&r->db, p->db, DB_READ, e);
    if (rc == 0)
        db_stays(r->db);
    return rc;
}

void reader_rest(struct reader *r)
{
    meaning_rest(r->meaning);
    if (r->db)
        db_rest(r->db);
}

void reader_close(struct reader *r)
{
    meaning_close(r->meaning);
    db_close(r->db);
    config_free(&r->config);
    *r = (struct reader){0};
}
