/* provider_claude.c - see provider_claude.h. */
#include "base/common.h"

#include <uv.h>

#include "base/json.h"
#include "base/utf8.h"
#include "worker/llm.h"
#include "worker/llm_child.h"
#include "worker/provider_claude.h"

/* The oldest client that has every option used here but --safe-mode, and the
 * oldest known to have that. */
#define VERSION_MIN       2000076
#define VERSION_SAFE_MODE 2001250
/* The kernel's limit of one argument is 128 KB. */
#define ARGUMENT_MAX (100u * 1024u)
#define ARGS_MAX     32

extern char **environ;

struct claude_run {
    struct claude *c;
    struct ask q;
    struct arena a; /* arguments and the answer */
    struct child *child;
    int64_t deadline_ms; /* for both runs of the program together */
    struct json *tree;   /* that the answer is borrowed from */
    void *arg;
};

/* --- arguments and environment ------------------------------------------- */

struct args {
    char *v[ARGS_MAX + 1];
    size_t n;
    struct arena *a;
};

static void add(struct args *l, struct str s)
{
    if (l->n >= ARGS_MAX)
        CM_BUG("too many arguments");
    /* arena_str's copy is ours to write to, as argv wants it. */
    l->v[l->n++] = (char *)(uintptr_t)arena_str(l->a, s).p;
}

static void addz(struct args *l, const char *z)
{
    add(l, str_of(z));
}

static void add_quiet(struct args *l, int version)
{
    if (version >= VERSION_SAFE_MODE) {
        addz(l, "--safe-mode");
    } else {
        addz(l, "--settings");
        addz(l, "{\"disableAllHooks\":true}");
        addz(l, "--setting-sources");
        addz(l, "");
    }
    addz(l, "--tools");
    addz(l, "");
    addz(l, "--no-session-persistence");
    addz(l, "--strict-mcp-config");
    addz(l, "--disable-slash-commands");
}

static void add_question(struct args *l, const struct ask *q)
{
    if (q->request->system.n) {
        addz(l, "--system-prompt");
        add(l, q->request->system);
    }
    if (q->request->schema.n) {
        addz(l, "--json-schema");
        add(l, q->request->schema);
    }
    addz(l, "--model");
    add(l, q->config->model);
    addz(l, "--output-format");
    addz(l, "json");
}

/* The session that started the worker is not the child's. Login, proxies and
 * the choice of a cloud are. The last ones are replaced by ours. */
static bool is_dropped(const char *var)
{
    static const char *const names[] = {
        "CLAUDECODE=",
        "CLAUDE_CODE_SESSION_ID=",
        "CLAUDE_CODE_ENTRYPOINT=",
        "CLAUDE_CODE_CHILD_SESSION=",
        "CLAUDE_CODE_SESSION_ATTENDED=",
        "CLAUDE_CODE_MESSAGING_SOCKET=",
        "CLAUDE_CODE_MESSAGING_TOKEN=",
        "CLAUDE_CODE_SSE_PORT=",
        "CLAUDE_PID=",
        "CLAUDE_EFFORT=",
        "CLAUDE_PROJECT_DIR=",
        "CLAUDE_PLUGIN_ROOT=",
        "CLAUDE_PLUGIN_DATA=",
        "CLAUDE_ENV_FILE=",
        "CMEM_INTERNAL=",
        "CLAUDE_CODE_MAX_RETRIES=",
        "DISABLE_AUTOUPDATER=",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strncmp(var, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static char **child_environment(struct arena *a)
{
    /* The client's own retries take minutes; ours know when to stop. An
     * update is not for a child in the background to begin. */
    static const char *const ours[] = {"CMEM_INTERNAL=1",
                                       "CLAUDE_CODE_MAX_RETRIES=1",
                                       "DISABLE_AUTOUPDATER=1"};
    size_t n = 0, kept = 0;
    char **env;

    while (environ[n])
        n++;
    env = arena_array(a, n + ARRAY_LEN(ours) + 1, sizeof(*env));
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        env[kept++] = (char *)(uintptr_t)arena_strz(a, ours[i]).p;
    for (size_t i = 0; i < n; i++)
        if (!is_dropped(environ[i]))
            env[kept++] = environ[i];
    return env;
}

/* --- replies ------------------------------------------------------------- */

static void answer_init(struct answer *a)
{
    *a = (struct answer){
        .input_tokens = -1, .output_tokens = -1, .micro_usd = -1};
}

static void read_costs(const struct json *j, struct answer *out)
{
    const struct json *u = json_get(j, "usage");
    const struct json *usd = json_get(j, "total_cost_usd");
    int64_t fresh = provider_tokens(u, "input_tokens", -1);

    out->model = json_key(json_first(json_get(j, "modelUsage")));
    out->output_tokens = provider_tokens(u, "output_tokens", -1);
    if (fresh >= 0) {
        out->cached_tokens = provider_tokens(u, "cache_read_input_tokens", 0);
        out->stored_tokens =
            provider_tokens(u, "cache_creation_input_tokens", 0);
        out->input_tokens = fresh + out->cached_tokens + out->stored_tokens;
    }
    if (json_is_num(usd) && json_num(usd) >= 0 && json_num(usd) < 1e6)
        out->micro_usd = (int64_t)(json_num(usd) * 1e6 + 0.5);
}

/* What only the user can mend. */
static bool is_permanent(struct str text)
{
    static const char *const words[] = {"/login",
                                        "log in",
                                        "api key",
                                        "authentication",
                                        "unauthorized",
                                        "forbidden",
                                        "api error: 400",
                                        "api error: 401",
                                        "api error: 403",
                                        "api error: 404",
                                        "issue with the selected model",
                                        "unknown option",
                                        NULL};

    return provider_says(text, words);
}

static void fail(struct claude_reply *r, int rc, struct str why)
{
    struct buf line;

    buf_init(&line, 4096);
    utf8_clean_line(&line, utf8_cut(str_trim(why), 300));
    r->transient = !is_permanent(buf_str(&line));
    r->rc = err_set(&r->err, r->transient ? rc : CM_EPERM, "claude: %s",
                    line.len ? line.data : "it failed without a word");
    buf_free(&line);
}

static void read_output(struct claude_run *run, const struct child_reply *child,
                        struct claude_reply *out)
{
    const struct json *j = run->tree = json_parse(str_trim(child->out), NULL);
    struct str said = json_get_str(j, "result");
    struct buf b;

    if (child->status != 0 || json_get_bool(j, "is_error")) {
        /* What it says in its answer explains more than what it logs. */
        fail(out, CM_ENET,
             said.n            ? said
             : child->errors.n ? child->errors
                               : child->out);
        return;
    }
    if (!json_is_object(j)) {
        out->transient = true;
        out->rc =
            err_set(&out->err, CM_EFORMAT, "claude: the reply is not JSON");
        return;
    }
    read_costs(j, &out->answer);
    out->answer.text = said;
    if (json_get(j, "structured_output")) {
        buf_init(&b, LLM_REPLY_MAX);
        json_print(json_get(j, "structured_output"), &b, 0);
        out->answer.text = arena_str(&run->a, buf_str(&b));
        buf_free(&b);
    }
}

static void finish(struct claude_run *run, const struct claude_reply *r)
{
    run->c->done(run->arg, r);
    json_free(run->tree);
    arena_free(&run->a);
    free(run);
}

/* --- runs ---------------------------------------------------------------- */

static int start_child(struct claude_run *run, struct args *args,
                       struct str input, child_done done, struct err *e)
{
    const struct llm_config *c = run->q.config;
    int64_t left = run->deadline_ms - (int64_t)uv_hrtime() / 1000000;
    struct child_request r = {
        .argv = args->v,
        .env = child_environment(&run->a),
        .dir = arena_str(&run->a, c->dir).p,
        .input = input,
        .timeout_ms = (int)(left < 1 ? 1 : left),
        .kill_ms = c->kill_ms,
        .max_output = LLM_REPLY_MAX,
        .done = done,
        .arg = run,
    };

    return child_start(&run->child, run->c->loop, &r, e);
}

static void on_answer(void *arg, const struct child_reply *child)
{
    struct claude_run *run = arg;
    struct claude_reply r = {0};

    run->child = NULL;
    answer_init(&r.answer);
    if (child->rc < 0) {
        r.transient = true;
        r.rc = err_set(&r.err, child->rc, "claude: %s", child->err.msg);
    } else {
        read_output(run, child, &r);
    }
    if (r.rc < 0) /* another program may be there now */
        run->c->version = 0;
    finish(run, &r);
}

static int ask_question(struct claude_run *run, struct err *e)
{
    struct args args = {.a = &run->a};

    add(&args, run->q.config->claude_bin);
    addz(&args, "-p");
    add_quiet(&args, run->c->version);
    add_question(&args, &run->q);
    return start_child(run, &args, run->q.request->user, on_answer, e);
}

static void on_version(void *arg, const struct child_reply *child)
{
    struct claude_run *run = arg;
    struct claude_reply r = {0};
    int version = claude_version_of(child->out);

    run->child = NULL;
    answer_init(&r.answer);
    if (child->rc < 0) {
        r.transient = true;
        r.rc =
            err_set(&r.err, child->rc, "claude --version: %s", child->err.msg);
    } else if (version == 0) {
        r.rc = err_set(&r.err, CM_EARG,
                       "%.*s does not answer to --version like Claude Code",
                       STR_ARG(run->q.config->claude_bin));
    } else if (version < VERSION_MIN) {
        r.rc =
            err_set(&r.err, CM_EVERSION,
                    "Claude Code %d.%d.%d is too old to ask; 2.0.76 or "
                    "later is needed",
                    version / 1000000, version / 1000 % 1000, version % 1000);
    } else {
        run->c->version = version;
        r.rc = ask_question(run, &r.err);
        if (r.rc == 0)
            return;
        r.transient = r.rc == CM_EIO;
    }
    finish(run, &r);
}

int claude_version_of(struct str text)
{
    struct str part[3], rest = str_trim(text);
    int64_t n[3];

    rest = str_cut(rest, 0, rest.n > 64 ? 64 : rest.n);
    for (int i = 0; i < 3; i++) {
        size_t digits = 0;

        while (digits < rest.n && is_digit(rest.p[digits]))
            digits++;
        part[i] = str_cut(rest, 0, digits);
        if (str_int(part[i], 0, 999, &n[i]) < 0)
            return 0;
        if (i < 2 && (digits >= rest.n || rest.p[digits] != '.'))
            return 0;
        rest = str_cut(rest, digits + 1, rest.n);
    }
    return (int)(n[0] * 1000000 + n[1] * 1000 + n[2]);
}

int claude_start(struct claude_run **out, struct claude *c, const struct ask *q,
                 void *arg, struct err *e)
{
    struct claude_run *run;
    struct args args = {0};
    int rc;

    if (q->request->system.n > ARGUMENT_MAX ||
        q->request->schema.n > ARGUMENT_MAX)
        return err_set(e, CM_EFULL,
                       "claude takes a system part of at most %u bytes",
                       ARGUMENT_MAX);
    run = calloc(1, sizeof(*run));
    if (!run)
        CM_BUG("out of memory");
    run->c = c;
    run->q = *q;
    run->arg = arg;
    run->deadline_ms = (int64_t)uv_hrtime() / 1000000 + q->timeout_ms;
    if (c->version) {
        rc = ask_question(run, e);
    } else {
        args.a = &run->a;
        add(&args, q->config->claude_bin);
        addz(&args, "--version");
        rc = start_child(run, &args, STR_NONE, on_version, e);
    }
    if (rc < 0) {
        arena_free(&run->a);
        free(run);
        return rc;
    }
    *out = run;
    return 0;
}

void claude_stop(struct claude_run *r)
{
    if (r->child)
        child_stop(r->child);
}

const struct provider provider_claude = {
    .name = "claude",
    .model = "haiku",
};
