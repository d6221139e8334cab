/* cmd_status.c - cmem status: is it running, and how much is there. */
#include "base/common.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/claude.h"
#include "cli/cmd.h"
#include "cli/register.h"
#include "cli/show_parts.h"
#include "search/meaning.h"
#include "store/batch.h"
#include "store/vector.h"
#include "wire/spool.h"

/* A worker that is busy with a large transaction may take a moment. */
#define WORKER_WAIT_MS 2000
#define DAY_MS         86400000LL

struct status {
    struct json *worker; /* its own answer, or NULL */
    struct err worker_problem;
    struct json *stats; /* of the operation of that name, or NULL */
    bool has_db, off;
    struct err db_problem;
    int64_t db_bytes, wal_bytes;
    int64_t waiting_events, waiting_sessions;
    uint64_t spool_bytes, dropped;
    int64_t tokens_today, micro_usd_today;
    struct str meaning; /* how far the vectors are, or what is missing */
    bool meaning_ready;
    int64_t vectors, vectors_of;
    const char *hooks; /* "plugin", "settings", or NULL */
};

static int64_t file_bytes(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static int count_waiting(void *arg, const struct waiting *w)
{
    struct status *s = arg;

    s->waiting_sessions++;
    s->waiting_events += w->count;
    return 0;
}

static void read_meaning(struct cli *c, struct db *db, struct status *s)
{
    struct meaning *m = cli_meaning(c);

    s->meaning = arena_strz(&c->arena, meaning_state(m, db, &s->meaning_ready));
    vectors_count(db, &s->vectors, &s->vectors_of, NULL);
    cli_meaning_close(m);
}

/* What the database says by itself: with or without a worker. */
static void read_db(struct cli *c, struct status *s)
{
    const struct op *op = op_find(STR("stats"));
    int64_t now = clock_now_ms();
    struct json *args = json_object();
    char wal[PATHS_MAX + 8];
    struct db *db = NULL;

    snprintf(wal, sizeof(wal), "%s-wal", c->paths.db);
    s->has_db = file_exists(c->paths.db);
    s->db_bytes = file_bytes(c->paths.db);
    s->wal_bytes = file_bytes(wal);
    if (s->has_db && cli_open_db(c, &db, &s->db_problem) == 0) {
        waiting_sessions(db, count_waiting, s, NULL);
        usage_since(db, now - now % DAY_MS, &s->tokens_today,
                    &s->micro_usd_today, NULL);
        read_meaning(c, db, s);
        db_close(db);
        if (op)
            cli_read(c, op, args, &s->stats, &s->db_problem);
    }
    json_free(args);
}

static void find_hooks(struct status *s)
{
    struct claude cl;
    struct settings_state st = {0};
    struct settings_want want = {"", 0};
    struct buf b;

    if (claude_places(&cl, NULL) < 0)
        return;
    buf_init(&b, 8u << 20);
    if (file_read(cl.settings, &b, NULL) == 0)
        settings_look(buf_str(&b), &want, &st, NULL);
    buf_free(&b);
    if (register_has_link(&cl, NULL, 0))
        s->hooks = "plugin";
    else if (st.ours)
        s->hooks = "settings";
}

static void look(struct cli *c, struct status *s)
{
    struct ask ask = {.op = "status"};

    read_db(c, s); /* which may start the worker */
    ask.deadline_ms = clock_mono_ms() + WORKER_WAIT_MS;
    cli_ask(c, &ask, &s->worker, &s->worker_problem);
    s->off = file_exists(c->paths.off);
    spool_state(c->paths.spool, &s->spool_bytes, &s->dropped);
    find_hooks(s);
}

/* --- as JSON -------------------------------------------------------------------- */

static void put_tree(struct jsonw *w, const char *key, const struct json *j)
{
    struct buf b;

    buf_init(&b, 1u << 20);
    json_print(j, &b, 0);
    jsonw_raw(w, key, buf_str(&b));
    buf_free(&b);
}

/* Of the worker's own answer what is promised to last. */
static void put_worker(struct jsonw *w, const struct json *worker)
{
    static const char *const counts[] = {"pid", "resident_kb", "jobs",
                                         "pending"};
    char started[32];

    clock_iso(json_get_int(worker, "started_ms", 0), started);
    jsonw_obj(w, "worker");
    jsonw_str(w, "version", json_get_str(worker, "version"));
    jsonw_strz(w, "started", started);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        jsonw_int(w, counts[i], json_get_int(worker, counts[i], 0));
    jsonw_bool(w, "provider_paused", json_get_bool(worker, "provider_paused"));
    if (json_get(worker, "provider_problem"))
        jsonw_str(w, "provider_problem",
                  json_get_str(worker, "provider_problem"));
    if (json_get(worker, "http"))
        jsonw_str(w, "http", json_get_str(worker, "http"));
    jsonw_end(w);
}

static void print_json(struct cli *c, const struct status *s)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 4u << 20);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "version", CMEM_VERSION);
    jsonw_bool(&w, "off", s->off);
    if (s->worker)
        put_worker(&w, s->worker);
    jsonw_strz(&w, "database", c->paths.db);
    jsonw_int(&w, "db_bytes", s->db_bytes + s->wal_bytes);
    jsonw_int(&w, "waiting_events", s->waiting_events);
    jsonw_int(&w, "waiting_sessions", s->waiting_sessions);
    jsonw_int(&w, "spool_bytes", (int64_t)s->spool_bytes);
    jsonw_int(&w, "dropped", (int64_t)s->dropped);
    jsonw_int(&w, "retired",
              json_int(json_path(s->stats, "totals.dropped")));
    jsonw_str(&w, "provider", config_str(&c->config, OPT_PROVIDER));
    if (config_str(&c->config, OPT_MODEL).n)
        jsonw_str(&w, "model", config_str(&c->config, OPT_MODEL));
    jsonw_int(&w, "tokens_today", s->tokens_today);
    jsonw_num(&w, "usd_today", (double)s->micro_usd_today / 1e6);
    if (s->meaning.n) {
        jsonw_str(&w, "meaning", s->meaning);
        jsonw_bool(&w, "meaning_ready", s->meaning_ready);
        jsonw_int(&w, "vectors", s->vectors);
        jsonw_int(&w, "vectors_of", s->vectors_of);
        jsonw_bool(&w, "embedding", json_get_bool(s->worker, "embedding"));
    }
    if (json_get(s->worker, "embedder_problem"))
        jsonw_str(&w, "embedder_problem",
                  json_get_str(s->worker, "embedder_problem"));
    if (s->hooks)
        jsonw_strz(&w, "hooks", s->hooks);
    if (s->stats)
        put_tree(&w, "totals", json_get(s->stats, "totals"));
    if (s->db_problem.code)
        jsonw_strz(&w, "db_problem", s->db_problem.msg);
    if (c->config.problem.code)
        jsonw_strz(&w, "config_problem", c->config.problem.msg);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

/* --- for a person ------------------------------------------------------------------ */

static void row(struct term *t, const char *name)
{
    term_styled(t, TERM_DIM, "%s", name);
    term_pad(t, 10);
}

static void say_worker(struct term *t, const struct status *s)
{
    int64_t started = json_get_int(s->worker, "started_ms", 0);

    row(t, "worker");
    if (s->worker) {
        term_styled(t, TERM_GOOD, "running");
        term_printf(t, ", pid %lld, version %.*s, up ",
                    (long long)json_get_int(s->worker, "pid", 0),
                    STR_ARG(json_get_str(s->worker, "version")));
        term_duration(t, clock_now_ms() - started);
        term_printf(t, ", ");
        term_bytes(t, json_get_int(s->worker, "resident_kb", 0) * 1024);
        term_nl(t);
    } else if (s->worker_problem.code == CM_ENET) {
        term_printf(t, "not running; the next event starts it\n");
    } else {
        term_styled(t, TERM_BAD, "%s\n", s->worker_problem.msg);
    }
}

static void say_http(struct term *t, const struct status *s)
{
    struct str address = json_get_str(s->worker, "http");

    if (address.n == 0)
        return;
    row(t, "http");
    term_printf(t, "%.*s, this machine only (cmem serve)\n", STR_ARG(address));
}

static void say_memory(struct cli *c, const struct status *s)
{
    const struct json *totals = json_get(s->stats, "totals");
    struct term *t = &c->term;

    row(t, "memory");
    if (!s->has_db) {
        term_printf(t, "nothing yet; cmem import claude-code takes in what is "
                       "on disk\n");
        return;
    }
    if (s->db_problem.code)
        term_styled(t, TERM_BAD, "%s", s->db_problem.msg);
    if (totals) {
        show_plural(t, json_get_int(totals, "memories", 0), "memory",
                    "memories");
        term_printf(t, " of ");
        show_plural(t, json_get_int(totals, "sessions", 0), "session",
                    "sessions");
        term_printf(t, ", ");
        show_plural(t, json_get_int(totals, "events", 0), "event", "events");
        if (json_get_int(totals, "dropped", 0)) {
            term_printf(t, "; ");
            term_count(t, json_get_int(totals, "dropped", 0));
            term_printf(t, " deleted by age (retention_days)");
        }
    }
    term_nl(t);
    row(t, "database");
    term_bytes(t, s->db_bytes + s->wal_bytes);
    term_styled(t, TERM_PATH, "  %s\n", c->paths.db);
}

static void say_waiting(struct term *t, const struct status *s)
{
    row(t, "waiting");
    if (s->waiting_events == 0 && s->spool_bytes == 0) {
        term_printf(t, "nothing\n");
    } else {
        show_plural(t, s->waiting_events, "event", "events");
        term_printf(t, " of ");
        show_plural(t, s->waiting_sessions, "session", "sessions");
        if (s->spool_bytes) {
            term_printf(t, "; ");
            term_bytes(t, (int64_t)s->spool_bytes);
            term_printf(t, " in the spool");
        }
        term_nl(t);
    }
    if (s->dropped) {
        row(t, "");
        term_styled(t, TERM_BAD,
                    "%lld events were dropped because the spool "
                    "was full\n",
                    (long long)s->dropped);
    }
}

static void say_model(struct cli *c, const struct status *s)
{
    struct term *t = &c->term;
    struct str provider = config_str(&c->config, OPT_PROVIDER);
    struct str model = config_str(&c->config, OPT_MODEL);
    struct str problem = json_get_str(s->worker, "provider_problem");

    row(t, "model");
    if (str_eqz(provider, "none")) {
        term_printf(t, "none: built-in rules\n");
        return;
    }
    term_printf(t, "%.*s%s%.*s", STR_ARG(provider), model.n ? ", " : "",
                STR_ARG(model));
    if (problem.n)
        term_styled(t, TERM_BAD, "  %.*s", STR_ARG(problem));
    else if (json_get_bool(s->worker, "provider_paused"))
        term_styled(t, TERM_WARN, "  paused after failures");
    term_nl(t);
    row(t, "today");
    term_count(t, s->tokens_today);
    term_printf(t, " tokens, $%.2f of $%.2f\n",
                (double)s->micro_usd_today / 1e6,
                config_num(&c->config, OPT_DAILY_USD));
}

static void say_meaning(struct term *t, const struct status *s)
{
    struct str problem = json_get_str(s->worker, "embedder_problem");

    if (s->meaning.n == 0 || s->db_problem.code)
        return;
    row(t, "meaning");
    term_styled(t, s->meaning_ready ? TERM_PLAIN : TERM_WARN, "%.*s",
                STR_ARG(s->meaning));
    if (json_get_bool(s->worker, "embedding"))
        term_printf(t, ", more are being made");
    else if (problem.n)
        term_styled(t, TERM_BAD, "  %.*s", STR_ARG(problem));
    term_nl(t);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct status s = {0};
    struct term *t = &c->term;

    (void)args;
    (void)e;
    look(c, &s);
    if (c->json) {
        print_json(c, &s);
    } else {
        if (s.off)
            term_styled(t, TERM_WARN, "cmem is off: cmem on records again\n");
        say_worker(t, &s);
        say_http(t, &s);
        say_memory(c, &s);
        say_waiting(t, &s);
        say_model(c, &s);
        say_meaning(t, &s);
        row(t, "hooks");
        term_printf(t,
                    s.hooks ? "in Claude Code's %s\n"
                            : "not installed: cmem install\n",
                    s.hooks && strcmp(s.hooks, "plugin") == 0 ? "skills folder"
                                                              : "settings");
        if (c->config.problem.code)
            term_styled(t, TERM_WARN, "config    %s\n", c->config.problem.msg);
    }
    json_free(s.worker);
    json_free(s.stats);
    return CLI_DONE;
}

const struct cmd cmd_status = {
    .name = "status",
    .group = "Run",
    .summary = "show the worker, the queue and what is stored",
    .example = "cmem status",
    .run = run,
};
