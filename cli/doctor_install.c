/* doctor_install.c - Claude Code's side: see doctor.h. */
#include "base/common.h"

#include <unistd.h>

#include "base/file.h"
#include "cli/doctor.h"
#include "cli/hook_rows.h"
#include "cli/register.h"
#include "cli/servers.h"

/* What the design promises of an event's hook, with room for the client's own
 * work of starting it. */
#define SLOW_HOOK_MS  100
#define SETTINGS_MAX  (8u << 20)

void doctor_client(struct doctor *d)
{
    struct str bin = config_str(&d->c->config, OPT_CLAUDE_BIN);

    if (!d->cl.found) {
        doctor_add(d, FINDING_WARN, "client",
                   "cmem config set claude_bin PATH, if it is somewhere else",
                   "%.*s --version gave no answer", STR_ARG(bin));
        return;
    }
    doctor_add(d, FINDING_OK, "client", NULL, "Claude Code %s",
               d->cl.version_text);
    if (d->cl.version < CLIENT_VERSION(2, 0, 76))
        doctor_add(d, FINDING_WARN, "client", "update Claude Code",
                   "versions before 2.0.76 are not tested, and tell hooks "
                   "nothing of failed tools");
}

void doctor_programs(struct doctor *d)
{
    static const char *const others[] = {"cmemd"};
    char path[PATHS_MAX + 64];
    size_t missing = 0;

    for (size_t i = 0; i < hook_rows_count + ARRAY_LEN(others); i++) {
        if (i < hook_rows_count)
            snprintf(path, sizeof(path), "%s/cmem-hook-%s", d->c->self,
                     hook_rows[i].program);
        else
            snprintf(path, sizeof(path), "%s/%s", d->c->self,
                     others[i - hook_rows_count]);
        if (access(path, X_OK) < 0 && missing++ == 0)
            doctor_add(d, FINDING_FAIL, "programs", "make install",
                       "%s is missing or not executable", path);
    }
    if (missing == 0)
        doctor_add(d, FINDING_OK, "programs", NULL, "cmem %s in %s",
                   CMEM_VERSION, d->c->self);
}

/* Hooks of ours in one settings file. */
static struct settings_state look_at(struct doctor *d, const char *path)
{
    struct settings_want want = {d->c->self, d->cl.found ? d->cl.version
                                                         : CLIENT_SKILLS_DIR};
    struct settings_state st = {0};
    struct err e = {0};
    struct buf b;

    buf_init(&b, SETTINGS_MAX);
    if (file_read(path, &b, NULL) == 0 &&
        settings_look(buf_str(&b), &want, &st, &e) < 0)
        doctor_add(d, FINDING_FAIL, "settings",
                   "repair it: Claude Code cannot read it either",
                   "%s is not valid JSON", path);
    if (st.all_disabled)
        doctor_add(d, FINDING_FAIL, "settings",
                   "take \"disableAllHooks\" out of it",
                   "%s switches all hooks off", path);
    buf_free(&b);
    return st;
}

/* The program a registered hook runs: the first word of its command. */
static struct str program_of(struct str command)
{
    struct str s = str_trim(command);
    ptrdiff_t end;

    if (s.n && (s.p[0] == '\'' || s.p[0] == '"')) {
        end = str_chr(str_cut(s, 1, s.n), s.p[0]);
        return str_cut(s, 1, end < 0 ? s.n : (size_t)end + 1);
    }
    end = str_chr(s, ' ');
    return str_cut(s, 0, end < 0 ? s.n : (size_t)end);
}

/* Hooks of ours in a file whose program is not there fail at every event. */
static void check_targets(struct doctor *d, const char *file,
                          const char *plugin_root)
{
    static const struct str variable = {"${CLAUDE_PLUGIN_ROOT}",
                                        sizeof("${CLAUDE_PLUGIN_ROOT}") - 1};
    struct json_walk walk;
    struct json *root = NULL, *j;
    struct str program;
    struct buf b;

    buf_init(&b, SETTINGS_MAX);
    if (file_read(file, &b, NULL) == 0)
        root = json_parse(buf_str(&b), NULL);
    json_walk_init(&walk, root);
    while (root && (j = json_walk_next(&walk))) {
        if (!str_eqz(json_key(j), "command") ||
            !settings_is_ours(json_str(j)))
            continue;
        program = program_of(json_str(j));
        if (plugin_root && str_starts(program, variable))
            program = arena_fmt(&d->c->arena, "%s%.*s", plugin_root,
                                STR_ARG(str_cut(program, variable.n,
                                                program.n)));
        else
            program = arena_str(&d->c->arena, program);
        if (program.n && program.p[0] == '/' && access(program.p, X_OK) < 0) {
            doctor_add(d, FINDING_FAIL, "install", "cmem install",
                       "%s runs %s, which is missing or not executable", file,
                       program.p);
            break; /* where one is gone the others are, too */
        }
    }
    json_free(root);
    buf_free(&b);
}

/* "enabledPlugins": is ours switched off there, or on a second time? */
static void check_plugins(struct doctor *d, bool has_link)
{
    struct json *j, *root = NULL;
    struct buf b;

    buf_init(&b, SETTINGS_MAX);
    if (file_read(d->cl.settings, &b, NULL) == 0)
        root = json_parse(buf_str(&b), NULL);
    for (j = json_first(json_get(root, "enabledPlugins")); j;
         j = json_next(j)) {
        bool skills = str_eqz(json_key(j), "cmem@skills-dir");

        if (!str_starts(json_key(j), STR("cmem@")))
            continue;
        if (skills && !json_bool(j))
            doctor_add(d, FINDING_FAIL, "plugin",
                       "claude plugin enable cmem@skills-dir",
                       "the plugin is disabled in Claude Code");
        if (!skills && json_bool(j) && has_link)
            doctor_add(d, FINDING_FAIL, "plugin",
                       "claude plugin uninstall one of the two",
                       "the plugin is there twice, also as %.*s: every event "
                       "comes twice", STR_ARG(json_key(j)));
    }
    json_free(root);
    buf_free(&b);
}

static void check_settings(struct doctor *d, bool has_link,
                           const struct settings_state *user)
{
    bool plugin_fits = !d->cl.found || d->cl.version >= CLIENT_SKILLS_DIR;

    if (has_link && user->ours)
        doctor_add(d, FINDING_FAIL, "install", "cmem install",
                   "hooks are in %s and in the plugin: every event comes "
                   "twice", d->cl.settings);
    else if (has_link && !plugin_fits)
        doctor_add(d, FINDING_FAIL, "install", "cmem install",
                   "Claude Code %s does not load plugins from its skills "
                   "folder", d->cl.version_text);
    else if (has_link)
        doctor_add(d, FINDING_OK, "install", NULL, "plugin at %s",
                   d->cl.link);
    else if (user->ours && !user->is_current)
        doctor_add(d, FINDING_FAIL, "install", "cmem install",
                   "the hooks in %s are not the ones this version wants",
                   d->cl.settings);
    else if (user->ours)
        doctor_add(d, FINDING_OK, "install", NULL, "hooks in %s",
                   d->cl.settings);
    else
        doctor_add(d, FINDING_FAIL, "install", "cmem install",
                   "Claude Code knows nothing of cmem");
}

/* The server whose tools an agent asks. */
static void check_tools(struct doctor *d, bool has_link)
{
    struct str program = servers_look(&d->cl, &d->c->arena);
    char path[PATHS_MAX + 64];

    snprintf(path, sizeof(path), "%s/.mcp.json", d->cl.link);
    if (has_link && program.n)
        doctor_add(d, FINDING_WARN, "tools", "cmem install",
                   "the tools are there twice, also by %s", d->cl.state);
    else if (has_link && file_exists(d->cl.link) && !file_exists(path))
        doctor_add(d, FINDING_WARN, "tools", "make install",
                   "%s is missing: agents have no tools", path);
    else if (!has_link && program.n == 0)
        doctor_add(d, FINDING_WARN, "tools", "cmem install",
                   "%s does not name cmem mcp: agents have no tools",
                   d->cl.state);
    else if (!has_link && access(program.p, X_OK) < 0)
        doctor_add(d, FINDING_FAIL, "tools", "cmem install",
                   "%s runs %s, which is missing or not executable",
                   d->cl.state, program.p);
}

void doctor_install(struct doctor *d)
{
    static const char *const locals[] = {"settings.json",
                                         "settings.local.json"};
    char target[PATHS_MAX] = "", path[PATHS_MAX + 64];
    bool has_link = register_has_link(&d->cl, target, sizeof(target));
    struct settings_state user = look_at(d, d->cl.settings), local;

    check_settings(d, has_link, &user);
    if (has_link && !file_exists(d->cl.link))
        doctor_add(d, FINDING_FAIL, "plugin", "cmem install",
                   "%s leads to %s, which is not there", d->cl.link, target);
    check_plugins(d, has_link);
    if (has_link || user.ours)
        check_tools(d, has_link);
    check_targets(d, d->cl.settings, NULL);
    if (has_link) {
        snprintf(path, sizeof(path), "%s/hooks/hooks.json", d->cl.link);
        check_targets(d, path, d->cl.link);
    }
    for (size_t i = 0; i < ARRAY_LEN(locals); i++) {
        snprintf(path, sizeof(path), "%s/.claude/%s", d->c->cwd, locals[i]);
        if (strcmp(path, d->cl.settings) == 0)
            continue;
        local = look_at(d, path);
        if (local.ours && (has_link || user.ours))
            doctor_add(d, FINDING_FAIL, "install",
                       "take cmem's hooks out of it",
                       "%s has cmem's hooks too: in this directory every "
                       "event comes twice", path);
    }
}

void doctor_times(struct doctor *d)
{
    int64_t ours = 0, failures = 0;
    bool well = true;

    d->times = (struct hook_times_scan){.a = &d->c->arena};
    hook_times_scan(&d->times, d->cl.projects);
    for (size_t i = 0; i < d->times.n; i++) {
        const struct hook_times *h = &d->times.rows[i];

        if (!str_eqz(h->owner, "cmem"))
            continue;
        ours += h->n;
        failures += h->failures;
        if (h->p95_ms <= SLOW_HOOK_MS)
            continue;
        well = false;
        doctor_add(d, FINDING_WARN, "times", "cmem logs --hooks",
                   "one cmem hook in twenty at %.*s takes %lld ms or more",
                   STR_ARG(h->event), (long long)h->p95_ms);
    }
    if (failures)
        doctor_add(d, FINDING_FAIL, "times", "cmem logs --hooks",
                   "%lld of cmem's %lld hook calls in the newest transcripts "
                   "failed or were cancelled",
                   (long long)failures, (long long)ours);
    else if (well && ours)
        doctor_add(d, FINDING_OK, "times", NULL,
                   "cmem's hooks are quick: see the table below");
}
