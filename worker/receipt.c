/* receipt.c - see receipt.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "ops/context.h"
#include "store/batch.h"
#include "store/injection.h"
#include "worker/keep.h"
#include "worker/receipt.h"

static int render(struct worker *w, int64_t session_id, bool compact,
                  struct arena *a, struct str *json, struct err *e)
{
    struct op_env env = {.db = w->db,
                         .meaning = w->meaning,
                         .paths = &w->paths,
                         .config = &w->config,
                         .now_ms = clock_now_ms(),
                         .a = a};
    struct context_request r = {
        .source = compact ? CONTEXT_COMPACT : CONTEXT_STARTUP};
    struct context c = {0};
    struct session_row s = {0};
    struct injection_in receipt;
    int rc = session_get(w->db, session_id, a, &s, e);

    if (rc < 0)
        return rc;
    if (compact && keep_waiting_files(w->db, session_id, a, e) < 0)
        log_warn("files of session %lld: %s", (long long)session_id, e->msg);
    r.project_id = s.project_id;
    r.branch = s.branch;
    r.session_uid = s.uid;
    rc = context_render(&env, &r, &c, e);
    if (rc < 0 || c.text.n == 0)
        return rc;
    receipt = (struct injection_in){
        .session_id = session_id,
        .time_ms = env.now_ms,
        .source = context_source_name(r.source),
        .tokens = (int64_t)c.tokens,
        .ids = c.ids,
        .nids = c.nids,
        .text = c.text,
    };
    *json = c.json;
    return injection_put(w->db, &receipt, e);
}

struct str receipt_context(struct worker *w, int64_t session_id, bool compact,
                           struct arena *a)
{
    struct str json = STR_NONE;
    struct err e = {0};

    if (render(w, session_id, compact, a, &json, &e) < 0)
        log_warn("context of session %lld: %s", (long long)session_id, e.msg);
    return json;
}
