/* receipt.c - see receipt.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "ops/context.h"
#include "ops/fields.h"
#include "store/access.h"
#include "store/batch.h"
#include "store/injection.h"
#include "worker/keep.h"
#include "worker/receipt.h"

/* Why each of the lines that were taken, in their order. */
static struct str explain(const struct context *c, struct arena *a)
{
    struct jsonw w;
    struct buf b;
    struct str json;

    buf_init(&b, 1u << 18);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_arr(&w, "lines");
    for (size_t i = 0; i < c->nlines; i++) {
        if (!c->lines[i].taken)
            continue;
        jsonw_obj(&w, NULL);
        put_id(&w, "id", ID_MEMORY, c->lines[i].memory_id);
        put_text(&w, "section", c->lines[i].section);
        put_text(&w, "why", c->lines[i].why);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    json = arena_str(a, buf_str(&b));
    buf_free(&b);
    return json;
}

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
    r.dir = s.cwd.n ? s.cwd.p : NULL;
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
    receipt.explain = explain(&c, a);
    *json = c.json;
    rc = injection_put(w->db, &receipt, e);
    if (rc == 0)
        rc = access_put(w->db, c.ids, c.nids, "start", env.now_ms, e);
    return rc;
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
