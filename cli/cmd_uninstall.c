/* cmd_uninstall.c - cmem uninstall: everything as it was before. */
#include "base/common.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/claude.h"
#include "cli/cmd.h"
#include "cli/record.h"
#include "cli/register.h"
#include "cli/servers.h"

static const struct param params[] = {
    {"purge", 0, PARAM_BOOL, 0, NULL,
     "forget everything too: memory, settings, keys and logs"},
    {"yes", 'y', PARAM_BOOL, 0, NULL, "do not ask before --purge"},
};

struct uninstall {
    struct claude cl;
    bool link, worker, purged;
    bool tools; /* the server stood in the client's own file */
    enum undone settings;
};

/* --- files of our own -------------------------------------------------------------- */

/* Removes what lies directly in dir and has a name of ours ("context-*" is
 * every name that begins so). Never more: CMEM_HOME may be a directory that
 * holds other things too. */
static int remove_names(const char *dir, const char *const *names, size_t n,
                        struct err *e)
{
    DIR *d = opendir(dir);
    struct dirent *f;
    int rc = 0;

    while (d && (f = readdir(d)) && rc == 0)
        for (size_t i = 0; i < n; i++) {
            struct str name = str_of(names[i]);
            bool any = str_ends(name, STR("*"));

            if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
                break;
            if (any ? !str_starts(str_of(f->d_name),
                                  str_cut(name, 0, name.n - 1))
                    : !str_eqz(name, f->d_name))
                continue;
            if (unlinkat(dirfd(d), f->d_name, 0) < 0 && errno != ENOENT)
                rc = err_sys(e, CM_EIO, "remove %s/%s", dir, f->d_name);
            break;
        }
    if (d)
        closedir(d);
    return rc;
}

/* Context blocks that hooks would print while there is no worker. */
static int remove_contexts(const struct cli *c, struct err *e)
{
    static const char *const names[] = {"context-*", "plain-*"};

    return remove_names(c->paths.cache, names, ARRAY_LEN(names), e);
}

static int purge(struct cli *c, struct err *e)
{
    static const char *const data[] = {
        "cmem.db", "cmem.db-wal", "cmem.db-shm",  "cmem.db.v*",  "cmem.sock",
        "lock",    "off",         "install.json", "install.lock",
        "vectors", "vectors.new", "http.token", "http.address"};
    static const char *const spool[] = {"*"};
    static const char *const config[] = {"config", "keys"};
    static const char *const logs[] = {"worker.log", "worker.log.1",
                                       "hooks.log", "hooks.log.1"};
    int rc = remove_names(c->paths.spool, spool, ARRAY_LEN(spool), e);

    if (rc == 0)
        rc = remove_names(c->paths.config_dir, config, ARRAY_LEN(config), e);
    if (rc == 0)
        rc = remove_names(c->paths.state, logs, ARRAY_LEN(logs), e);
    if (rc == 0)
        rc = remove_names(c->paths.data, data, ARRAY_LEN(data), e);
    return rc;
}

/* Directories of ours that hold nothing. */
static void remove_empty(const struct cli *c)
{
    rmdir(c->paths.spool);
    rmdir(c->paths.cache);
    rmdir(c->paths.state);
    rmdir(c->paths.config_dir);
    rmdir(c->paths.data);
}

/* Nothing was ever remembered: then nothing is left behind either. */
static void tidy(const struct cli *c)
{
    static const char *const names[] = {"install.lock"};

    if (!file_exists(c->paths.db))
        remove_names(c->paths.data, names, ARRAY_LEN(names), NULL);
    remove_empty(c);
}

static int confirm(struct cli *c, bool yes, struct err *e)
{
    char answer[16] = "";

    if (yes)
        return 0;
    if (c->json || !isatty(STDIN_FILENO))
        return err_set(e, CM_EARG,
                       "--purge deletes all memory: confirm it "
                       "with --yes");
    fprintf(stderr, "Delete everything that cmem remembers, in %s? [y/N] ",
            c->paths.data);
    if (!fgets(answer, sizeof(answer), stdin) || to_lower(answer[0]) != 'y')
        return err_set(e, CM_EARG, "nothing was changed");
    return 0;
}

/* --- what is said ---------------------------------------------------------------------- */

static void print_json(struct cli *c, const struct uninstall *un)
{
    static const char *const how[] = {"nothing", "restored", "entries removed"};
    struct buf b;
    struct jsonw w;

    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_bool(&w, "plugin_removed", un->link);
    jsonw_strz(&w, "settings", how[un->settings]);
    jsonw_bool(&w, "tools_removed", un->tools);
    jsonw_bool(&w, "worker_stopped", un->worker);
    jsonw_bool(&w, "purged", un->purged);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static void print(struct cli *c, const struct uninstall *un)
{
    struct term *t = &c->term;

    if (un->link)
        term_printf(t,
                    "removed %s; sessions that are running keep the hooks "
                    "until they end\n",
                    un->cl.link);
    if (un->settings == UNDONE_EXACTLY)
        term_printf(t, "%s is as it was, byte for byte\n", un->cl.settings);
    if (un->settings == UNDONE_OURS)
        term_printf(t,
                    "%s was changed since the installation: cmem's entries "
                    "are out, the rest is as you left it\n",
                    un->cl.settings);
    if (un->tools)
        term_printf(t, "the server is out of %s\n", un->cl.state);
    if (!un->link && !un->tools && un->settings == UNDONE_NOTHING)
        term_printf(t, "Claude Code knew nothing of cmem\n");
    if (un->worker)
        term_printf(t, "the worker has left\n");
    if (un->purged)
        term_printf(t, "everything that was remembered is deleted\n");
    else if (file_exists(c->paths.db))
        term_printf(t,
                    "what was remembered stays in %s (cmem uninstall "
                    "--purge deletes it)\n",
                    c->paths.data);
}

static int take_back(struct cli *c, struct uninstall *un, struct err *e)
{
    const struct json *entry;
    struct record r;
    int rc = record_open(&r, &c->paths, e);

    if (rc < 0)
        return rc;
    entry = record_get(&r, un->cl.dir);
    rc = unregister_settings(&un->cl, entry, &un->settings, e);
    if (rc == 0)
        rc = unregister_plugin(&un->cl, &un->link, e);
    if (rc == 0)
        rc = servers_unregister(&un->cl, &un->tools, e);
    if (rc == 0) {
        unregister_dirs(entry);
        rc = record_put(&r, un->cl.dir, NULL, e);
    }
    record_close(&r);
    return rc;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct uninstall un = {0};
    bool all = json_get_bool(args, "purge");
    int rc = all ? confirm(c, json_get_bool(args, "yes"), e) : 0;

    if (rc == 0)
        rc = claude_places(&un.cl, e);
    if (rc == 0)
        rc = take_back(c, &un, e);
    if (rc == 0)
        rc = cli_stop_worker(c, &un.worker, e);
    if (rc == 0)
        rc = remove_contexts(c, e);
    if (rc < 0)
        return rc;
    if (all) {
        rc = purge(c, e);
        if (rc < 0)
            return rc;
        un.purged = true;
    }
    tidy(c);
    if (c->json)
        print_json(c, &un);
    else
        print(c, &un);
    return CLI_DONE;
}

const struct cmd cmd_uninstall = {
    .name = "uninstall",
    .group = "Set up",
    .summary = "take cmem out of Claude Code; what it remembers stays",
    .details =
        "Brings back what cmem install changed: the link is removed, and a "
        "settings.json that nobody changed since is restored byte for byte. "
        "Where it was changed, only cmem's entries go. The worker is stopped "
        "and prepared context is removed.",
    .example = "cmem uninstall",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
