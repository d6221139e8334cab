/* seed.c - see seed.h. */
#include "base/common.h"

#include "base/file.h"
#include "base/json.h"
#include "seed.h"
#include "store/session.h"
#include "test.h"

#define RESULT_MAX (4u << 20)

static void must(int rc, const struct err *e, const char *what)
{
    if (rc < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", what, e->msg);
}

void seed_open(struct seed *s)
{
    struct err e = {0};

    *s = (struct seed){0};
    must(paths_init(&s->paths, &e), &e, "paths_init");
    must(paths_make(&s->paths, &e), &e, "paths_make");
    must(db_open(&s->db, s->paths.db, DB_WRITE, &e), &e, "db_open");
    config_load(&s->config, s->paths.config);
    s->env = (struct op_env){.db = s->db,
                             .paths = &s->paths,
                             .config = &s->config,
                             .cwd = SEED_ROOT,
                             .now_ms = SEED_NOW,
                             .a = &s->arena};
    s->project = seed_project(s, SEED_ROOT);
}

void seed_close(struct seed *s)
{
    db_close(s->db);
    config_free(&s->config);
    arena_free(&s->arena);
}

int64_t seed_project(struct seed *s, const char *root)
{
    struct str key = arena_fmt(&s->arena, "path:%s", root);
    struct err e = {0};
    int64_t id;

    must(project_put(s->db, &key, 1, str_base(str_of(root)), str_of(root),
                     SEED_NOW, &id, &e),
         &e, "project_put");
    return id;
}

static int64_t ago(double days)
{
    return SEED_NOW - (int64_t)(days * (double)SEED_DAY);
}

int64_t seed_session(struct seed *s, const char *uid, const char *branch,
                     double days, const char *parent)
{
    struct session_in in = {.uid = str_of(uid),
                            .parent_uid = str_of(parent),
                            .agent_type = str_of(parent ? "Explore" : ""),
                            .project_id = s->project,
                            .cwd = STR(SEED_ROOT),
                            .branch = str_of(branch),
                            .time_ms = ago(days)};
    struct err e = {0};
    int64_t id;

    must(session_put(s->db, &in, &id, &e), &e, "session_put");
    return id;
}

int64_t seed_memory(struct seed *s, struct memory_in in, double days)
{
    struct err e = {0};
    bool added;
    int64_t id;

    if (!in.kind)
        in.kind = "observation";
    if (!in.origin)
        in.origin = "assistant";
    if (!in.project_id)
        in.project_id = s->project;
    else if (in.project_id < 0)
        in.project_id = 0;
    in.event_ms = ago(days);
    must(memory_put(s->db, &in, in.event_ms, &id, &added, &e), &e,
         "memory_put");
    return id;
}

int64_t seed_said(struct seed *s, int64_t session, const char *title,
                  const char *text)
{
    return seed_memory(s,
                       (struct memory_in){.title = str_of(title),
                                          .text = str_of(text),
                                          .session_id = session},
                       1);
}

void seed_others(struct seed *s)
{
    static const char *const other[] = {
        "The installer keeps the settings", "Colours follow the terminal",
        "Dates are read in three forms",    "The parser takes comments",
        "Tests run in a process each",      "The manual is generated",
        "Menus open on the left",           "The printer has no paper",
    };

    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        seed_said(s, 0, other[i], "");
}

int64_t seed_summary(struct seed *s, int64_t session, const char *branch,
                     double days, const char *data)
{
    return seed_memory(s,
                       (struct memory_in){.kind = "summary",
                                          .title = STR("Summary"),
                                          .text = str_of(data),
                                          .data = str_of(data),
                                          .branch = str_of(branch),
                                          .session_id = session},
                       days);
}

void seed_event(struct seed *s, int64_t session, const char *name,
                const char *tool, const char *payload)
{
    char uid[16];
    struct event_in in = {.uid = {uid, sizeof(uid)},
                          .session_id = session,
                          .name = str_of(name),
                          .tool = str_of(tool),
                          .time_ms = SEED_NOW,
                          .origin = "hook",
                          .bytes = (int64_t)strlen(payload),
                          .payload = str_of(payload)};
    struct err e = {0};
    int64_t id;

    file_random(uid, sizeof(uid));
    must(event_put(s->db, &in, &id, &e), &e, "event_put");
}

void seed_file(struct seed *s, int64_t session, const char *path, bool modified,
               double days)
{
    struct err e = {0};

    must(
        session_file_put(s->db, session, str_of(path), modified, ago(days), &e),
        &e, "session_file_put");
}

static int run(struct seed *s, const char *name, const char *text,
               struct str *out, struct err *e)
{
    const struct op *op = op_find(str_of(name));
    struct json *args = json_parse(str_of(text), e), *whole;
    struct jsonw w;
    struct buf b;
    int rc;

    if (!op || !args)
        test_fail(__FILE__, __LINE__, "no operation %s, or: %s", name, e->msg);
    buf_init(&b, RESULT_MAX);
    jsonw_init(&w, &b);
    rc = op_check(op, args, s->env.now_ms, e);
    if (rc == 0)
        rc = op->run(&s->env, args, &w, e);
    json_free(args);
    *out = arena_str(&s->arena, buf_str(&b));
    buf_free(&b);
    if (rc < 0)
        return rc;
    whole = json_parse(*out, e); /* what it wrote is one JSON value */
    if (!whole)
        test_fail(__FILE__, __LINE__, "%s wrote: %.*s", name, STR_ARG(*out));
    json_free(whole);
    return 0;
}

struct str seed_run(struct seed *s, const char *op, const char *args)
{
    struct err e = {0};
    struct str out;

    must(run(s, op, args, &out, &e), &e, op);
    return out;
}

struct err seed_fail(struct seed *s, const char *op, const char *args)
{
    struct err e = {0};
    struct str out;

    if (run(s, op, args, &out, &e) >= 0)
        test_fail(__FILE__, __LINE__, "%s did not fail: %.*s", op,
                  STR_ARG(out));
    return e;
}
