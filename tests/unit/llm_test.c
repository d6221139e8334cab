/* llm_test.c - failures, retries, the circuit, the queue, the end. */
#include "test.h"

#include <dirent.h>
#include <unistd.h>

#include "base/clock.h"
#include "llm_rig.h"
#include "worker/llm_http.h"

#define OK                                                                     \
    "{\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\","               \
    "\"message\":{\"content\":\"{}\"}}],"                                      \
    "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2}}"
#define SAID(text) "{\"error\":{\"message\":\"" text "\"}}"

TEST(llm, none_accepts_everything_and_does_nothing)
{
    uv_loop_t loop;
    struct llm *l = (struct llm *)&loop;
    struct llm_config c = {0};
    struct llm_request r = {0};
    struct err e = {0};

    uv_loop_init(&loop);
    CHECK_INT(llm_create(&l, &loop, &c, &e), 0);
    CHECK(l == NULL);
    CHECK_INT(llm_submit(l, &r, NULL, NULL, &e), CM_ENOTFOUND);
    CHECK(!llm_is_open(l, NULL));
    CHECK_INT(llm_pending(l), 0);
    llm_close(l, NULL, NULL);
    CHECK_INT(uv_loop_close(&loop), 0);
}

TEST(llm, an_unknown_provider_is_an_error)
{
    uv_loop_t loop;
    struct llm *l = NULL;
    struct llm_config c = {.provider = STR("oracle")};
    struct err e = {0};

    uv_loop_init(&loop);
    CHECK_INT(llm_create(&l, &loop, &c, &e), CM_EARG);
    CHECK_HAS(str_of(e.msg), "oracle");
    CHECK_INT(uv_loop_close(&loop), 0);
}

TEST(llm, tries_again_after_overload_and_then_succeeds)
{
    static const struct stub_step steps[] = {{529, SAID("Overloaded"), NULL, 0},
                                             {500, "oops", NULL, 0},
                                             {200, OK, NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 3);
    r = rig_ask(&g);
    CHECK_INT(r->rc, 0);
    CHECK_INT(r->tries, 3);
    CHECK_INT(r->input_tokens, 10);
    rig_end(&g);
}

TEST(llm, gives_up_after_three_tries_and_says_what_happened)
{
    static const struct stub_step steps[] = {
        {503, SAID("The model is\\nloading"), NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_ENET);
    CHECK(r->transient);
    CHECK_INT(r->tries, LLM_TRIES);
    CHECK_INT(stub_requests(&g.stub), LLM_TRIES);
    CHECK_STR(str_of(r->err.msg), "openai answers 503: The model is loading");
    CHECK_INT(r->text.n, 0);
    rig_end(&g);
}

TEST(llm, permanent_refusals_are_not_tried_again)
{
    static const struct {
        int status, rc;
    } cases[] = {{400, CM_EARG},      {401, CM_EPERM}, {403, CM_EPERM},
                 {404, CM_ENOTFOUND}, {302, CM_ENET},  {402, CM_EPERM}};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stub_step step = {cases[i].status, SAID("no such thing"),
                                 "Location: http://127.0.0.1:1/\r\n", 0};
        struct rig g;
        const struct llm_result *r;

        rig_init(&g, "openai", &step, 1);
        r = rig_ask(&g);
        CHECK_INT(r->rc, cases[i].rc);
        CHECK(!r->transient);
        CHECK_INT(r->tries, 1);
        CHECK_INT(stub_requests(&g.stub), 1);
        CHECK_HAS(str_of(r->err.msg), "no such thing");
        CHECK(!llm_is_open(g.l, NULL));
        rig_end(&g);
    }
}

TEST(llm, a_message_is_cut_cleaned_and_without_the_key)
{
    static const struct stub_step steps[] = {
        {401,
         SAID("Bad key " RIG_KEY "\\u001b[31m \\u202e then much more: "
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "zzz"),
         NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_LACKS(str_of(r->err.msg), RIG_KEY);
    CHECK_HAS(str_of(r->err.msg), "Bad key [key]");
    CHECK_LACKS(str_of(r->err.msg), "\x1b");
    CHECK_LACKS(str_of(r->err.msg), "zzz");
    rig_end(&g);
}

TEST(llm, masks_a_key_that_is_part_of_its_own_mask)
{
    static const struct stub_step steps[] = {{401, SAID("key k"), NULL, 0}};
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    g.config.key = STR("k");
    CHECK_HAS(str_of(rig_ask(&g)->err.msg), "[key]ey [key]");
    rig_end(&g);
}

TEST(llm, waits_as_long_as_a_short_retry_after_says)
{
    static const struct stub_step steps[] = {
        {429, SAID("slow down"), "Retry-After: 1\r\n", 0}, {200, OK, NULL, 0}};
    struct rig g;
    int64_t before = clock_mono_ms();

    rig_init(&g, "openai", steps, 2);
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK_INT(g.r[0].tries, 2);
    CHECK(clock_mono_ms() - before >= 1000);
    CHECK(g.r[0].ms >= 1000);
    rig_end(&g);
}

TEST(llm, hands_a_long_retry_after_back_and_rests)
{
    static const struct stub_step steps[] = {
        {429, SAID("slow down"), "Retry-After: 300\r\n", 0}};
    struct rig g;
    const struct llm_result *r;
    struct llm_request q = {.user = STR("x")};
    struct err e = {0};
    int64_t closes = 0;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EAGAIN);
    CHECK(r->transient);
    CHECK_INT(r->tries, 1);
    CHECK(r->retry_ms > 290000 && r->retry_ms <= 300000);
    CHECK(llm_is_open(g.l, &closes));
    CHECK(closes > clock_now_ms() + 290000);
    CHECK(closes <= clock_now_ms() + 300000);
    CHECK_INT(llm_submit(g.l, &q, NULL, NULL, &e), CM_EAGAIN);
    CHECK_INT(stub_requests(&g.stub), 1);
    rig_end(&g);
}

TEST(llm, believes_retry_after_up_to_ten_minutes_only)
{
    static const struct stub_step steps[] = {
        {503, "", "Retry-After: 99999999\r\n", 0}};
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    CHECK(rig_ask(&g)->retry_ms <= LLM_RETRY_MAX_MS);
    CHECK(g.r[0].retry_ms > LLM_RETRY_MAX_MS - 10000);
    rig_end(&g);
}

TEST(llm, reads_the_delay_that_gemini_puts_into_the_body)
{
    static const struct stub_step steps[] = {
        {429,
         "{\"error\":{\"message\":\"quota\",\"details\":[{\"@type\":\"x\"},"
         "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
         "\"retryDelay\":\"34.07s\"}]}}",
         NULL, 0}};
    struct rig g;

    rig_init(&g, "gemini", steps, 1);
    CHECK_INT(rig_ask(&g)->rc, CM_EAGAIN);
    CHECK(g.r[0].retry_ms > 34000 && g.r[0].retry_ms <= 35000);
    rig_end(&g);
}

TEST(llm, a_hanging_server_costs_the_timeout_and_no_more)
{
    static const struct stub_step steps[] = {{200, OK, NULL, STUB_HANG},
                                             {200, OK, NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 2);
    g.config.timeout_ms = 300;
    r = rig_ask(&g);
    CHECK_INT(r->rc, 0);
    CHECK_INT(r->tries, 2);
    CHECK(r->ms >= 300 && r->ms < 15000);
    rig_end(&g);
}

TEST(llm, says_that_nobody_answered_in_time)
{
    static const struct stub_step steps[] = {{200, OK, NULL, STUB_HANG}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    g.config.timeout_ms = 100;
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_ETIME);
    CHECK(r->transient);
    CHECK_HAS(str_of(r->err.msg), g.stub.url);
    rig_end(&g);
}

TEST(llm, tries_again_after_a_cut_and_a_closed_connection)
{
    static const struct stub_step steps[] = {{200, OK, NULL, STUB_CUT},
                                             {200, OK, NULL, STUB_RESET},
                                             {200, OK, NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 3);
    r = rig_ask(&g);
    CHECK_INT(r->rc, 0);
    CHECK_INT(r->tries, 3);
    rig_end(&g);
}

TEST(llm, nobody_at_the_port_is_transient)
{
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", NULL, 0);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_ENET);
    CHECK(r->transient);
    CHECK_INT(r->tries, 3);
    CHECK_HAS(str_of(r->err.msg), "http://127.0.0.1:1");
    rig_end(&g);
}

TEST(llm, a_body_that_is_not_json_is_not_asked_for_again)
{
    static const struct stub_step steps[] = {
        {200, "<html>Please log in</html>", NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EFORMAT);
    CHECK(r->transient);
    CHECK_INT(stub_requests(&g.stub), 1);
    rig_end(&g);
}

TEST(llm, prose_where_json_was_asked_for_is_the_callers_to_judge)
{
    static const struct stub_step steps[] = {
        {200, "{\"choices\":[{\"message\":{\"content\":\"Sure! I would.\"}}]}",
         NULL, 0}};
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    CHECK_STR(rig_ask(&g)->text, "Sure! I would.");
    CHECK_INT(g.r[0].rc, 0);
    rig_end(&g);
}

TEST(llm, an_empty_answer_is_a_failure_that_was_paid_for)
{
    static const struct stub_step steps[] = {
        {200,
         "{\"choices\":[{\"finish_reason\":\"length\",\"message\":"
         "{\"content\":\"\"}}],"
         "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":500}}",
         NULL, 0}};
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, 1);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EFORMAT);
    CHECK(!r->transient);
    CHECK(r->truncated);
    CHECK_INT(r->output_tokens, 500);
    rig_end(&g);
}

TEST(llm, a_reply_without_end_is_refused)
{
    size_t n = LLM_REPLY_MAX + 10;
    char *body = malloc(n + 1);
    struct stub_step step = {200, body, NULL, 0};
    struct rig g;
    const struct llm_result *r;

    CHECK(body);
    memset(body, ' ', n);
    body[n] = '\0';
    rig_init(&g, "openai", &step, 1);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EFULL);
    CHECK(!r->transient);
    CHECK_INT(r->tries, 1);
    rig_end(&g);
    free(body);
}

TEST(llm, a_price_from_the_configuration_goes_first)
{
    static const struct stub_step steps[] = {{200, OK, NULL, 0}};
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    g.config.price_in = 3;
    g.config.price_out = 7;
    CHECK_INT(rig_ask(&g)->micro_usd, 10 * 3 + 2 * 7);
    CHECK(g.r[0].price_known);
    rig_end(&g);
}

/* --- the circuit --------------------------------------------------------- */

TEST(llm, the_circuit_opens_probes_and_closes)
{
    static const struct stub_step steps[] = {
        {500, "", NULL, 0}, {500, "", NULL, 0}, {500, "", NULL, 0},
        {500, "", NULL, 0}, {500, "", NULL, 0}, {500, "", NULL, 0},
        {200, OK, NULL, 0}};
    struct rig g;
    int64_t closes, deadline = clock_mono_ms() + 20000;
    const struct llm_result *r;

    rig_init(&g, "openai", steps, ARRAY_LEN(steps));
    g.config.breaker_ms = 200;
    CHECK_INT(rig_ask(&g)->tries, 3);
    CHECK(!llm_is_open(g.l, NULL));
    r = rig_ask(&g); /* the fifth failure is its second try */
    CHECK_INT(r->tries, 2);
    CHECK(r->transient);
    CHECK(r->retry_ms > 0 && r->retry_ms <= 200);
    CHECK(llm_is_open(g.l, &closes));
    while (llm_is_open(g.l, NULL))
        CHECK(clock_mono_ms() < deadline);
    /* The probe fails: one try, open twice as long. */
    CHECK_INT(rig_ask(&g)->tries, 1);
    CHECK(g.r[2].retry_ms > 200 && g.r[2].retry_ms <= 400);
    while (llm_is_open(g.l, NULL))
        CHECK(clock_mono_ms() < deadline);
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK(!llm_is_open(g.l, NULL));
    CHECK_INT(stub_requests(&g.stub), 7);
    rig_end(&g);
}

TEST(llm, an_open_circuit_empties_the_queue)
{
    static const struct stub_step steps[] = {
        {429, "", "Retry-After: 60\r\n", STUB_GATE}};
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    g.config.concurrency = 1;
    rig_start(&g);
    for (int i = 0; i < 5; i++)
        rig_submit(&g);
    stub_open_gate(&g.stub);
    rig_wait(&g, 5);
    CHECK_INT(stub_requests(&g.stub), 1);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(g.r[i].rc, CM_EAGAIN);
        CHECK(g.r[i].transient);
        CHECK(g.r[i].retry_ms > 0);
    }
    CHECK_INT(g.r[4].tries, 0);
    rig_end(&g);
}

TEST(llm, an_open_circuit_does_not_let_a_waiting_retry_wait)
{
    static const struct stub_step steps[] = {
        {429, "", "Retry-After: 9\r\n", 0},
        {429, "", "Retry-After: 60\r\n", 0}};
    int64_t before = clock_mono_ms();
    struct rig g;

    rig_init(&g, "openai", steps, 2);
    g.config.concurrency = 1;
    rig_start(&g);
    rig_submit(&g);
    rig_submit(&g);
    rig_wait(&g, 2);
    CHECK(clock_mono_ms() - before < 8000);
    CHECK_INT(g.r[0].tries, 1);
    CHECK_INT(g.r[1].tries, 1);
    CHECK(g.r[0].retry_ms > 50000 && g.r[1].retry_ms > 50000);
    rig_end(&g);
}

TEST(llm, only_one_request_probes_and_the_rest_follow)
{
    static const struct stub_step steps[] = {{429, "", "Retry-After: 0\r\n", 0},
                                             {500, "", NULL, 0},
                                             {500, "", NULL, 0},
                                             {500, "", NULL, 0},
                                             {500, "", NULL, 0},
                                             {200, OK, NULL, STUB_GATE},
                                             {200, OK, NULL, 0}};
    struct rig g;
    int64_t deadline = clock_mono_ms() + 20000;

    rig_init(&g, "openai", steps, ARRAY_LEN(steps));
    g.config.breaker_ms = 50;
    g.config.concurrency = 3;
    rig_ask(&g);
    rig_ask(&g);
    while (llm_is_open(g.l, NULL))
        CHECK(clock_mono_ms() < deadline);
    for (int i = 0; i < 3; i++)
        rig_submit(&g);
    while (stub_requests(&g.stub) < 6) {
        CHECK(clock_mono_ms() < deadline);
        uv_run(&g.loop, UV_RUN_NOWAIT);
    }
    for (int i = 0; i < 100; i++)
        uv_run(&g.loop, UV_RUN_NOWAIT);
    CHECK_INT(stub_requests(&g.stub), 6);
    stub_open_gate(&g.stub);
    rig_wait(&g, 5);
    CHECK_INT(stub_requests(&g.stub), 8);
    for (int i = 2; i < 5; i++)
        CHECK_INT(g.r[i].rc, 0);
    rig_end(&g);
}

/* --- the queue and the end ----------------------------------------------- */

TEST(llm, no_more_at_once_than_allowed)
{
    static const struct stub_step steps[] = {{200, OK, NULL, STUB_GATE}};
    struct rig g;
    int64_t deadline = clock_mono_ms() + 20000;

    rig_init(&g, "openai", steps, 1);
    g.config.concurrency = 2;
    rig_start(&g);
    for (int i = 0; i < 6; i++)
        rig_submit(&g);
    CHECK_INT(llm_pending(g.l), 6);
    while (stub_requests(&g.stub) < 2) {
        CHECK(clock_mono_ms() < deadline);
        uv_run(&g.loop, UV_RUN_NOWAIT);
    }
    stub_open_gate(&g.stub);
    rig_wait(&g, 6);
    CHECK_INT(stub_requests(&g.stub), 6);
    CHECK_INT(stub_most_at_once(&g.stub), 2);
    CHECK_INT(llm_pending(g.l), 0);
    rig_end(&g);
}

TEST(llm, the_queue_has_an_end)
{
    static const struct stub_step steps[] = {{200, OK, NULL, 0}};
    struct llm_request q = {.user = STR("x")};
    struct err e = {0};
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    rig_start(&g);
    for (int i = 0; i < LLM_QUEUE_MAX; i++)
        rig_submit(&g);
    CHECK_INT(llm_submit(g.l, &q, NULL, NULL, &e), CM_EFULL);
    rig_end(&g); /* all are called back: rig_end's closing does it */
    CHECK_INT(g.n, LLM_QUEUE_MAX);
    for (int i = 0; i < g.n; i++)
        CHECK(g.r[i].rc == CM_EAGAIN && g.r[i].transient);
}

TEST(llm, refuses_a_request_that_is_too_long)
{
    static char text[LLM_REQUEST_MAX + 1];
    struct llm_request q = {.user = {text, sizeof(text)}};
    struct rig g;

    rig_init(&g, "openai", NULL, 0);
    rig_start(&g);
    CHECK_INT(llm_submit(g.l, &q, NULL, NULL, NULL), CM_EFULL);
    rig_end(&g);
}

TEST(llm, closing_ends_what_is_under_way)
{
    static const struct stub_step steps[] = {{200, OK, NULL, STUB_HANG}};
    int64_t deadline = clock_mono_ms() + 20000;
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    rig_start(&g);
    for (int i = 0; i < 3; i++)
        rig_submit(&g);
    while (stub_requests(&g.stub) < 2) {
        CHECK(clock_mono_ms() < deadline);
        uv_run(&g.loop, UV_RUN_NOWAIT);
    }
    rig_end(&g);
    CHECK_INT(g.n, 3);
    for (int i = 0; i < 3; i++)
        CHECK(g.r[i].rc == CM_EAGAIN && g.r[i].transient);
}

TEST(llm, closing_while_waiting_to_try_again_does_not_wait)
{
    static const struct stub_step steps[] = {
        {500, "", "Retry-After: 9\r\n", 0}};
    int64_t before = clock_mono_ms();
    struct rig g;

    rig_init(&g, "openai", steps, 1);
    rig_start(&g);
    rig_submit(&g);
    while (stub_requests(&g.stub) < 1) {
        CHECK(clock_mono_ms() - before < 20000);
        uv_run(&g.loop, UV_RUN_NOWAIT);
    }
    for (int i = 0; i < 50; i++)
        uv_run(&g.loop, UV_RUN_NOWAIT);
    rig_end(&g);
    CHECK_INT(g.n, 1);
    CHECK(clock_mono_ms() - before < 8000);
}

struct nested {
    struct rig g;
    int left;
};

static void submit_from_inside(void *arg, const struct llm_result *r)
{
    struct nested *t = arg;
    struct llm_request q = {.user = STR("again")};

    CHECK_INT(r->rc, 0);
    t->g.n++;
    if (t->left-- > 0)
        CHECK_INT(llm_submit(t->g.l, &q, submit_from_inside, t, NULL), 0);
    else
        llm_close(t->g.l, NULL, NULL);
}

TEST(llm, callbacks_may_submit_and_close)
{
    static const struct stub_step steps[] = {{200, OK, NULL, 0}};
    struct llm_request q = {.user = STR("first")};
    struct nested t = {.left = 3};

    rig_init(&t.g, "openai", steps, 1);
    rig_start(&t.g);
    CHECK_INT(llm_submit(t.g.l, &q, submit_from_inside, &t, NULL), 0);
    uv_run(&t.g.loop, UV_RUN_DEFAULT);
    CHECK_INT(t.g.n, 4);
    CHECK_INT(uv_loop_close(&t.g.loop), 0);
    stub_stop(&t.g.stub);
}

static int descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    CHECK(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

TEST(llm, an_idle_client_holds_no_connection_and_no_timer)
{
    static const struct stub_step steps[] = {{200, OK, NULL, 0}};
    struct rig g;
    int before;

    rig_init(&g, "openai", steps, 1);
    rig_ask(&g);
    uv_run(&g.loop, UV_RUN_DEFAULT); /* returns: nothing is active */
    before = descriptors();
    for (int i = 0; i < 5; i++)
        rig_ask(&g);
    uv_run(&g.loop, UV_RUN_DEFAULT);
    CHECK_INT(descriptors(), before);
    CHECK(!uv_loop_alive(&g.loop));
    rig_end(&g);
}

TEST(llm, a_proxy_is_not_asked_for_the_loopback)
{
    static const struct stub_step steps[] = {{200, OK, NULL, 0}};
    struct rig g;

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    rig_init(&g, "openai", steps, 1);
    CHECK_INT(rig_ask(&g)->rc, 0);
    rig_end(&g);
}

TEST(llm, knows_the_loopback_from_its_imitations)
{
    CHECK(llm_http_is_loopback(STR("http://127.0.0.1:80/v1")));
    CHECK(llm_http_is_loopback(STR("http://LOCALHOST")));
    CHECK(llm_http_is_loopback(STR("https://[::1]:8080/x")));
    CHECK(!llm_http_is_loopback(STR("http://localhost.example.org/")));
    CHECK(!llm_http_is_loopback(STR("http://127.example.org/")));
    CHECK(!llm_http_is_loopback(STR("http://10.0.0.1/127.0.0.1")));
    CHECK(!llm_http_is_loopback(STR("http://[::2]/")));
    CHECK(!llm_http_is_loopback(STR("")));
}
