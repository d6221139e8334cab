/* cmd_install.c - cmem install: Claude Code told of us, memory filled. */
#include "base/common.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/claude.h"
#include "cli/hook_rows.h"
#include "cli/import.h"
#include "cli/record.h"
#include "cli/register.h"
#include "cli/servers.h"

/* With the built-in rules a hundred sessions take some seconds; the rest goes
 * on behind the user's back. */
#define IMPORT_WAIT_MS 60000
#define STATUS_MS      2000

static const struct param params[] = {
    {"settings", 0, PARAM_BOOL, 0, NULL,
     "put the hooks into settings.json even where the plugin would do"},
    {"no-import", 0, PARAM_BOOL, 0, NULL,
     "begin empty: leave the transcripts on disk alone"},
};

struct install {
    struct claude cl;
    char target[PATHS_MAX + 32]; /* the plugin's directory */
    bool as_plugin;
    bool changed;   /* something was written */
    bool was_other; /* the other form was there before */
    enum undone other;
    struct err tools_problem; /* why the server is not registered */
    struct import import;
    struct err import_problem;
};

/* ../share/claude-plugins/cmem, as seen from the programs. */
static void find_target(const struct cli *c, struct install *in)
{
    struct str prefix = str_of(c->self);
    ptrdiff_t slash = str_rchr(prefix, '/');

    snprintf(in->target, sizeof(in->target), "%.*s/share/claude-plugins/cmem",
             slash > 0 ? (int)slash : 0, c->self);
}

static int check_programs(const struct cli *c, struct err *e)
{
    char path[PATHS_MAX + 64];

    for (size_t i = 0; i < hook_rows_count; i++) {
        snprintf(path, sizeof(path), "%s/cmem-hook-%s", c->self,
                 hook_rows[i].program);
        if (!file_exists(path))
            return err_set(e, CM_ENOTFOUND,
                           "%s is missing: make install puts "
                           "it there",
                           path);
    }
    return 0;
}

/* The plugin brings its server; else it stands in the client's own file. That
 * the tools are not to be had is said, and is no reason to fail: the hooks are
 * in place. */
static void register_tools(struct cli *c, struct install *in)
{
    bool changed = false;

    if (in->as_plugin)
        servers_unregister(&in->cl, &changed, &in->tools_problem);
    else
        servers_register(&in->cl, c->self, &changed, &in->tools_problem);
    in->changed = in->changed || changed;
}

/* The form for this client; then the other one goes. */
static int register_hooks(struct cli *c, struct install *in, struct record *r,
                          struct err *e)
{
    struct settings_want want = {c->self, in->cl.version};
    const struct json *old = record_get(r, in->cl.dir);
    struct json *entry = NULL;
    bool had_link = false;
    int rc;

    if (in->as_plugin)
        rc = register_plugin(&in->cl, in->target, old, &entry, &in->changed, e);
    else
        rc = register_settings(&in->cl, &want, old, &entry, &in->changed, e);
    if (rc == 0 && in->as_plugin) {
        rc = unregister_settings(&in->cl, old, &in->other, e);
        in->was_other = in->other != UNDONE_NOTHING;
    } else if (rc == 0) {
        rc = unregister_plugin(&in->cl, &had_link, e);
        in->was_other = had_link;
    }
    if (rc < 0) {
        json_free(entry);
        return rc;
    }
    in->changed = in->changed || in->was_other;
    register_tools(c, in);
    json_set_int(entry, "client", in->cl.version);
    return record_put(r, in->cl.dir, entry, e);
}

/* A worker that was started from programs that have been replaced since
 * leaves: the next event, or the import, starts the new one. */
static void replace_worker(struct cli *c)
{
    struct ask ask = {.op = "status",
                      .deadline_ms = clock_mono_ms() + STATUS_MS};
    char path[PATHS_MAX + 16];
    struct json *j = NULL;
    struct stat st;
    bool ignored;

    if (cli_ask(c, &ask, &j, NULL) < 0)
        return;
    snprintf(path, sizeof(path), "%s/cmemd", c->self);
    if (!str_eqz(json_get_str(j, "version"), CMEM_VERSION) ||
        (stat(path, &st) == 0 && json_get_int(j, "started_ms", INT64_MAX) <
                                     (int64_t)st.st_ctim.tv_sec * 1000))
        cli_stop_worker(c, &ignored, NULL);
    json_free(j);
}

/* What the import cannot do is said, and is no reason to fail: the hooks are
 * in place. */
static void fill(struct cli *c, struct install *in)
{
    const char *paths[] = {in->cl.projects};

    in->import = (struct import){.paths = paths,
                                 .npaths = 1,
                                 .progress = !c->json,
                                 .wait_ms = IMPORT_WAIT_MS};
    if (file_exists(in->cl.projects))
        import_run(c, &in->import, &in->import_problem);
    in->import.paths = NULL;
}

/* --- what is said ------------------------------------------------------------ */

static bool in_path(const char *dir)
{
    struct str rest = str_of(getenv("PATH")), part;

    while (str_split(&rest, ':', &part))
        if (str_eqz(part, dir))
            return true;
    return false;
}

static void row(struct term *t, const char *name)
{
    term_printf(t, "  ");
    term_styled(t, TERM_DIM, "%s", name);
    term_pad(t, 12);
}

static void say_client(struct term *t, const struct install *in)
{
    term_styled(t, TERM_TITLE, "cmem %s %s", CMEM_VERSION,
                in->changed ? "is installed" : "is installed already");
    if (in->cl.found)
        term_printf(t, ", for Claude Code %s\n", in->cl.version_text);
    else
        term_printf(t, "\nClaude Code was not found; this is set up as its "
                       "newest versions want it.\nInstall again once it is "
                       "there if it is older than 2.1.157.\n");
}

static void say_places(struct cli *c, const struct install *in)
{
    struct term *t = &c->term;

    row(t, in->as_plugin ? "plugin" : "hooks");
    term_styled(t, TERM_PATH, "%s",
                in->as_plugin ? in->cl.link : in->cl.settings);
    if (in->as_plugin)
        term_printf(t, " -> %s", in->target);
    term_nl(t);
    if (in->was_other && in->as_plugin) {
        row(t, "settings");
        term_printf(t,
                    "the hooks that were in settings.json are gone from "
                    "there%s\n",
                    in->other == UNDONE_EXACTLY ? "; it is as it was before"
                                                : "");
    }
    if (in->tools_problem.code) {
        row(t, "tools");
        term_styled(t, TERM_WARN, "none: %s\n", in->tools_problem.msg);
    } else if (!in->as_plugin) {
        row(t, "tools");
        term_styled(t, TERM_PATH, "%s\n", in->cl.state);
    }
    row(t, "memory");
    term_styled(t, TERM_PATH, "%s\n", c->paths.data);
    row(t, "model");
    if (str_eqz(config_str(&c->config, OPT_PROVIDER), "none"))
        term_printf(t, "none: built-in rules make the memories (cmem config "
                       "example shows how to set one)\n");
    else
        term_printf(t, "%.*s\n", STR_ARG(config_str(&c->config, OPT_PROVIDER)));
}

static void say_import(struct term *t, const struct install *in)
{
    const struct import *im = &in->import;

    if (im->files == 0 && in->import_problem.code == 0)
        return;
    row(t, "imported");
    if (in->import_problem.code) {
        term_printf(t, "nothing: %s\n", in->import_problem.msg);
        return;
    }
    term_count(t, im->added);
    term_printf(t, " events of ");
    term_count(t, im->done);
    term_printf(t, im->done == 1 ? " transcript" : " transcripts");
    if (im->failed)
        term_printf(t, "; %lld could not be read (%s)", (long long)im->failed,
                    im->first_failure.msg);
    if (im->left)
        term_printf(t, "; %lld are still being worked through",
                    (long long)im->left);
    term_nl(t);
}

/* Hooks that are installed and switched off would be a riddle. */
static bool hooks_are_off(const struct install *in)
{
    struct settings_want want = {"", 0};
    struct settings_state st = {0};
    struct buf b;

    buf_init(&b, 8u << 20);
    if (file_read(in->cl.settings, &b, NULL) == 0)
        settings_look(buf_str(&b), &want, &st, NULL);
    buf_free(&b);
    return st.all_disabled;
}

static void say_next(struct cli *c, const struct install *in)
{
    struct term *t = &c->term;

    if (in->changed) {
        term_nl(t);
        term_wrap(
            t, TERM_PLAIN, 0,
            in->as_plugin
                ? STR("New sessions use it at once. In a session that is "
                      "already "
                      "running, type /reload-plugins.")
                : STR("New sessions use it, and running ones too: Claude Code "
                      "reads its settings again by itself."));
    }
    if (hooks_are_off(in))
        term_wrap(t, TERM_WARN, 0,
                  STR("\"disableAllHooks\" in Claude Code's settings.json is "
                      "true: no hook runs until it is taken out."));
    if (getenv("CMEM_HOME"))
        term_wrap(t, TERM_WARN, 0,
                  STR("CMEM_HOME is set here: Claude Code must be started "
                      "with the same value, or it will remember elsewhere."));
    if (!in_path(c->self)) {
        term_styled(t, TERM_WARN, "%s is not in your PATH", c->self);
        term_printf(t, "; to have cmem at hand:\n  export PATH=\"%s:$PATH\"\n",
                    c->self);
    }
    term_printf(t, "\nTry next:\n");
    term_printf(t, "  cmem sessions       what was done lately\n"
                   "  cmem search WORDS   find it again\n"
                   "  cmem context        what the next session here is told\n"
                   "  cmem doctor         is everything well?\n");
}

static void print_json(struct cli *c, const struct install *in)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "form", in->as_plugin ? "plugin" : "settings");
    jsonw_strz(&w, "path", in->as_plugin ? in->cl.link : in->cl.settings);
    jsonw_bool(&w, "changed", in->changed);
    if (in->cl.found)
        jsonw_strz(&w, "client", in->cl.version_text);
    jsonw_strz(&w, "data", c->paths.data);
    jsonw_int(&w, "transcripts", in->import.done);
    jsonw_int(&w, "added", in->import.added);
    jsonw_int(&w, "waiting", in->import.left);
    if (in->tools_problem.code)
        jsonw_strz(&w, "tools_problem", in->tools_problem.msg);
    if (in->import_problem.code)
        jsonw_strz(&w, "import_problem", in->import_problem.msg);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct install in = {0};
    struct record r;
    int rc = claude_find(&in.cl, &c->config, e);

    if (rc == 0)
        rc = check_programs(c, e);
    if (rc == 0)
        rc = record_open(&r, &c->paths, e);
    if (rc < 0)
        return rc;
    find_target(c, &in);
    /* A client that does not answer now is the one it was last time. */
    if (!in.cl.found)
        in.cl.version = (int)json_get_int(record_get(&r, in.cl.dir), "client",
                                          CLIENT_SKILLS_DIR);
    in.as_plugin =
        !json_get_bool(args, "settings") && in.cl.version >= CLIENT_SKILLS_DIR;
    rc = register_hooks(c, &in, &r, e);
    record_close(&r);
    if (rc < 0)
        return rc;
    replace_worker(c);
    if (!json_get_bool(args, "no-import"))
        fill(c, &in);
    if (c->json) {
        print_json(c, &in);
        return CLI_DONE;
    }
    say_client(&c->term, &in);
    say_places(c, &in);
    say_import(&c->term, &in);
    say_next(c, &in);
    return CLI_DONE;
}

const struct cmd cmd_install = {
    .name = "install",
    .group = "Set up",
    .summary = "tell Claude Code of cmem, and take in what is on disk",
    .details =
        "Puts a link to the plugin into Claude Code's skills folder, which "
        "versions from 2.1.157 on load by themselves. For older versions it "
        "adds hooks to settings.json and the server of cmem mcp to "
        ".claude.json: nothing else in those files changes, a copy of the "
        "settings is kept, and cmem uninstall brings them back byte for "
        "byte. Then it imports the transcripts on disk, so that the first "
        "session already remembers. Doing it again is harmless.",
    .example = "cmem install",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
