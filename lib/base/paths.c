/* paths.c - see paths.h. */
#include "base/common.h"

#include <pwd.h>
#include <unistd.h>

#include "base/file.h"
#include "base/paths.h"

/* "dir/name", or dir alone. Not by snprintf: hooks do this fourteen times in
 * a fraction of a millisecond. */
static bool join(char out[PATHS_MAX], const char *dir, const char *name)
{
    size_t n = strlen(dir), more = strlen(name);

    if (n == 0 || n + 1 + more >= PATHS_MAX)
        return false;
    memcpy(out, dir, n);
    if (more)
        out[n++] = '/';
    memcpy(out + n, name, more + 1);
    return true;
}

static const char *home_dir(void)
{
    const char *home = getenv("HOME");
    struct passwd *pw;

    if (home && home[0] == '/')
        return home;
    pw = getpwuid(getuid());
    return pw && pw->pw_dir && pw->pw_dir[0] == '/' ? pw->pw_dir : NULL;
}

/* $VAR/cmem, or HOME/below/cmem where VAR is unset or not absolute. */
static bool xdg(char out[PATHS_MAX], const char *var, const char *home,
                const char *below)
{
    const char *base = getenv(var);
    int n;

    if (base && base[0] == '/')
        n = snprintf(out, PATHS_MAX, "%s/cmem", base);
    else if (home)
        n = snprintf(out, PATHS_MAX, "%s/%s/cmem", home, below);
    else
        return false;
    return n > 0 && n < PATHS_MAX;
}

int paths_init(struct paths *p, struct err *e)
{
    const char *all = getenv("CMEM_HOME");
    const char *home;
    bool ok;

    if (all && all[0]) {
        if (all[0] != '/')
            return err_set(e, CM_EARG, "CMEM_HOME is not an absolute path: %s",
                           all);
        ok = join(p->data, all, "") && join(p->config_dir, all, "") &&
             join(p->cache, all, "cache") && join(p->state, all, "");
    } else {
        home = home_dir();
        ok = xdg(p->data, "XDG_DATA_HOME", home, ".local/share") &&
             xdg(p->config_dir, "XDG_CONFIG_HOME", home, ".config") &&
             xdg(p->cache, "XDG_CACHE_HOME", home, ".cache") &&
             xdg(p->state, "XDG_STATE_HOME", home, ".local/state");
        if (!ok && !home)
            return err_set(e, CM_EARG, "there is no home directory: set HOME "
                                       "or CMEM_HOME");
    }
    ok = ok && join(p->db, p->data, "cmem.db") &&
         join(p->vectors, p->data, "vectors") &&
         join(p->sock, p->data, "cmem.sock") &&
         join(p->lock, p->data, "lock") && join(p->spool, p->data, "spool") &&
         join(p->config, p->config_dir, "config") &&
         join(p->keys, p->config_dir, "keys") &&
         join(p->off, p->data, "off") &&
         join(p->hook_log, p->state, "hooks.log") &&
         join(p->worker_log, p->state, "worker.log");
    if (!ok)
        return err_set(e, CM_EARG, "the home directory's path is too long");
    return 0;
}

int paths_make(const struct paths *p, struct err *e)
{
    int rc = file_mkdirs(p->data, e);

    if (rc == 0)
        rc = file_mkdirs(p->spool, e);
    if (rc == 0)
        rc = file_mkdirs(p->cache, e);
    if (rc == 0)
        rc = file_mkdirs(p->state, e);
    return rc;
}

void paths_context(const struct paths *p, const char *dir,
                   char out[PATHS_MAX + 32])
{
    snprintf(out, PATHS_MAX + 32, "%s/context-%016llx.json", p->cache,
             (unsigned long long)str_hash(str_of(dir)));
}
