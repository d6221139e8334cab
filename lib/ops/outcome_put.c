/* outcome_put.c - see outcome_put.h. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/outcome_put.h"

static void put_raw(struct jsonw *w, const char *key, const struct json *j)
{
    struct buf b;

    if (!j)
        return;
    buf_init(&b, 65536);
    json_print(j, &b, 0);
    jsonw_raw(w, key, buf_str(&b));
    buf_free(&b);
}

void put_outcome(struct jsonw *w, const struct outcome_row *r,
                 const struct json *fix)
{
    jsonw_str(w, "error", r->error);
    put_text(w, "command", r->command);
    put_raw(w, "commands", json_get(fix, "commands"));
    put_raw(w, "edits", json_get(fix, "edits"));
    if (json_get_int(fix, "more_edits", 0))
        jsonw_int(w, "more_edits", json_get_int(fix, "more_edits", 0));
    jsonw_int(w, "held", r->held);
    jsonw_int(w, "failed", r->failed);
    put_time(w, "first", r->first_ms);
    put_time(w, "last", r->last_ms);
}
