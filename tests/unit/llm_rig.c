/* llm_rig.c - see llm_rig.h. */
#include "base/common.h"

#include <signal.h>

#include "base/clock.h"
#include "llm_rig.h"
#include "test.h"

#define DEADLINE_MS 30000

void rig_init(struct rig *g, const char *provider,
              const struct stub_step *steps, size_t n)
{
    memset(g, 0, sizeof(*g));
    signal(SIGPIPE, SIG_IGN);
    CHECK_INT(uv_loop_init(&g->loop), 0);
    if (n)
        stub_start(&g->stub, steps, n);
    g->config = (struct llm_config){
        .provider = str_of(provider),
        .model = STR("some-model"),
        .base_url = str_of(n ? g->stub.url : "http://127.0.0.1:1"),
        .key = STR(RIG_KEY),
        .dir = str_of(test_dir()),
        .timeout_ms = 20000,
        .concurrency = 2,
        .price_in = -1,
        .price_out = -1,
        .backoff_ms = 2,
    };
}

void rig_start(struct rig *g)
{
    struct err e = {0};

    if (llm_create(&g->l, &g->loop, &g->config, &e) < 0)
        test_fail(__FILE__, __LINE__, "llm_create: %s", e.msg);
}

void rig_done(void *arg, const struct llm_result *r)
{
    struct rig *g = arg;
    struct llm_result *to = &g->r[g->n];

    CHECK(g->n < RIG_ANSWERS);
    CHECK(!g->closed);
    *to = *r;
    to->text = arena_str(&g->a, r->text);
    to->provider = arena_str(&g->a, r->provider);
    to->model = arena_str(&g->a, r->model);
    g->n++;
}

void rig_submit(struct rig *g)
{
    struct llm_request r = {
        .system = STR("You keep notes."),
        .user = STR("Two events."),
        .schema = STR(RIG_SCHEMA),
        .max_tokens = 500,
    };
    struct err e = {0};
    int before = g->n;

    if (llm_submit(g->l, &r, rig_done, g, &e) < 0)
        test_fail(__FILE__, __LINE__, "llm_submit: %s", e.msg);
    CHECK_INT(g->n, before); /* never from inside */
}

void rig_wait(struct rig *g, int answers)
{
    int64_t deadline = clock_mono_ms() + DEADLINE_MS;

    while (g->n < answers) {
        CHECK(clock_mono_ms() < deadline);
        uv_run(&g->loop, UV_RUN_ONCE);
    }
}

const struct llm_result *rig_ask(struct rig *g)
{
    if (!g->l)
        rig_start(g);
    rig_submit(g);
    rig_wait(g, g->n + 1);
    return &g->r[g->n - 1];
}

static void on_closed(void *arg)
{
    struct rig *g = arg;

    CHECK(!g->closed);
    g->closed = true;
}

void rig_end(struct rig *g)
{
    llm_close(g->l, on_closed, g);
    uv_run(&g->loop, UV_RUN_DEFAULT);
    CHECK(g->closed);
    CHECK_INT(uv_loop_close(&g->loop), 0);
    if (g->stub.counts)
        stub_stop(&g->stub);
    arena_free(&g->a);
}

struct json *rig_body(struct rig *g, int n)
{
    struct err e = {0};
    struct json *j = json_parse(stub_body(&g->a, n), &e);

    if (!j)
        test_fail(__FILE__, __LINE__, "body of request %d: %s", n, e.msg);
    return j;
}
