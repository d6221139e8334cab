/* injection.c - see injection.h. */
#include "base/common.h"

#include "base/buf.h"
#include "store/injection.h"

int injection_put(struct db *db, const struct injection_in *in, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO injections (session_id, time_ms, source, tokens, "
            "memories, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    struct buf ids;
    int rc;

    buf_init(&ids, 65536);
    buf_addc(&ids, '[');
    for (size_t i = 0; i < in->nids; i++)
        buf_addf(&ids, "%s%lld", i ? "," : "", (long long)in->ids[i]);
    buf_addc(&ids, ']');
    stmt_int(s, 1, in->session_id);
    stmt_int(s, 2, in->time_ms);
    stmt_str(s, 3, str_of(in->source));
    stmt_int(s, 4, in->tokens);
    stmt_str(s, 5, buf_str(&ids));
    stmt_str(s, 6, in->text);
    rc = stmt_run(s, e);
    buf_free(&ids);
    return rc;
}
