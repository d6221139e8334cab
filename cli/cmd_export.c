/* cmd_export.c - cmem export: memories as lines of JSON. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/cmd.h"
#include "ops/jsonl.h"
#include "ops/scope.h"

/* Memories read and written at once. */
#define PAGE 256
/* A page of the longest ones. */
#define PAGE_BYTES ((size_t)PAGE * JSONL_LINE_BYTES)

static const struct param params[] = {
    {"format", 0, PARAM_STR, 0, "jsonl", "a memory on each line, the default"},
    PARAM_PROJECT,
    PARAM_ALL,
    {"kind", 'k', PARAM_STR, 0, "KIND",
     "observation, fact, summary, note or prompt"},
    {"session", 's', PARAM_STR, 0, "SESSION", "of one session"},
    {"since", 0, PARAM_STR, 0, "TIME", "not older: 2026-11-01, 7d"},
    {"until", 0, PARAM_STR, 0, "TIME", "not newer"},
    PARAM_FILTER,
};

/* What is written is a line each, whatever is asked for by --json. */
static int write_page(struct cli *c, const struct memory_list *l, struct err *e)
{
    struct jsonw w;
    struct buf b;
    int rc;

    buf_init(&b, PAGE_BYTES);
    for (size_t i = 0; i < l->n; i++) {
        jsonw_init(&w, &b);
        jsonl_write(&w, &l->rows[i]);
        buf_addc(&b, '\n');
    }
    cli_print_json(c, buf_str(&b));
    rc = term_flush(&c->term, e);
    buf_free(&b);
    return rc;
}

static int write_all(struct cli *c, struct db *db,
                     const struct memory_filter *f, int64_t *written,
                     struct err *e)
{
    struct memory_place from = PLACE_START;
    struct memory_list l;
    int rc;

    do {
        struct arena a = {0};

        rc = memories_after(db, f, from, PAGE, &a, &l, e);
        if (rc == 0 && l.n) {
            from = (struct memory_place){l.rows[l.n - 1].event_ms,
                                         l.rows[l.n - 1].id};
            rc = write_page(c, &l, e);
            *written += (int64_t)l.n;
        }
        arena_free(&a);
    } while (rc == 0 && l.n == PAGE);
    return rc;
}

static int read_times(struct json *args, int64_t now_ms, struct err *e)
{
    static const char *const names[] = {"since", "until"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str s = json_get_str(args, names[i]);
        int64_t ms;

        if (s.n == 0)
            continue;
        if (clock_parse(s, now_ms, &ms) < 0)
            return err_set(e, CM_EARG,
                           "export: --%s is a time, such as "
                           "2026-11-21 or 7d, not %.*s",
                           names[i], STR_ARG(s));
        json_set_int(args, names[i], ms);
    }
    return 0;
}

static int run(struct cli *c, const struct json *given, struct err *e)
{
    struct op_env env = {.paths = &c->paths,
                         .config = &c->config,
                         .cwd = c->cwd,
                         .now_ms = clock_now_ms(),
                         .a = &c->arena};
    struct str format = json_get_str(given, "format");
    struct memory_filter f;
    struct scope scope;
    struct json *args;
    int64_t written = 0;
    int rc;

    if (format.n && !str_eqz(format, "jsonl"))
        return err_set(e, CM_EARG, "export --format is jsonl, not \"%.*s\"",
                       STR_ARG(format));
    args = json_copy(given); /* times become numbers there */
    rc = read_times(args, env.now_ms, e);
    if (rc == 0)
        rc = cli_open_db(c, &env.db, e);
    if (rc == 0)
        rc = scope_find(&env, args, &scope, e);
    if (rc == 0)
        rc = scope_filter(&env, args, &scope, &f, e);
    if (rc == 0)
        rc = write_all(c, env.db, &f, &written, e);
    json_free(args);
    db_close(env.db);
    return rc < 0 ? rc : written ? CLI_DONE : CLI_NOTHING;
}

const struct cmd cmd_export = {
    .name = "export",
    .group = "Keep",
    .summary = "write memories, a line of JSON each",
    .details = "Writes what holds now, the oldest first, in the form that "
               "cmem import --format=jsonl reads: ids, scopes and times are "
               "kept.",
    .example = "cmem export --all --kind=note",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
