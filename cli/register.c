/* register.c - the plugin form, and the directories; see register.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/register.h"

/* --- directories ----------------------------------------------------------- */

static void remember(struct json *entry, const char *dir)
{
    struct json *made = json_get(entry, "made");

    if (!made) {
        made = json_array();
        json_set(entry, "made", made);
    }
    json_push_str(made, str_of(dir));
}

int register_dirs(const char *dir, const struct json *old, struct json *entry,
                  struct err *e)
{
    char path[PATHS_MAX + 32];
    size_t n = strlen(dir);

    for (const struct json *j = json_first(json_get(old, "made")); j;
         j = json_next(j)) {
        snprintf(path, sizeof(path), "%.*s", STR_ARG(json_str(j)));
        remember(entry, path);
    }
    for (size_t i = 1; i <= n; i++) {
        if (dir[i] != '/' && dir[i] != '\0')
            continue;
        snprintf(path, sizeof(path), "%.*s", (int)i, dir);
        if (mkdir(path, 0755) == 0)
            remember(entry, path);
        else if (errno != EEXIST)
            return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO,
                           "make directory %s", path);
    }
    return 0;
}

void unregister_dirs(const struct json *entry)
{
    const struct json *made = json_get(entry, "made");
    char path[PATHS_MAX + 32];

    for (size_t i = json_len(made); i > 0; i--) {
        snprintf(path, sizeof(path), "%.*s",
                 STR_ARG(json_str(json_at(made, i - 1))));
        rmdir(path); /* not empty: somebody uses it by now */
    }
}

/* --- the link --------------------------------------------------------------- */

static bool is_our_plugin(const char *dir)
{
    char path[PATHS_MAX * 2];
    struct buf b;
    struct json *j = NULL;
    bool ours;

    snprintf(path, sizeof(path), "%s/.claude-plugin/plugin.json", dir);
    buf_init(&b, 65536);
    if (file_read(path, &b, NULL) == 0)
        j = json_parse(buf_str(&b), NULL);
    ours = str_eqz(json_get_str(j, "name"), "cmem");
    json_free(j);
    buf_free(&b);
    return ours;
}

bool register_has_link(const struct claude *cl, char *target, size_t size)
{
    char to[PATHS_MAX];
    ssize_t n = readlink(cl->link, to, sizeof(to) - 1);

    if (n <= 0)
        return false;
    to[n] = '\0';
    if (target)
        snprintf(target, size, "%s", to);
    /* One that leads nowhere was ours if it looks as ours do: the programs
     * were removed by hand. */
    return is_our_plugin(cl->link) ||
           (!file_exists(cl->link) &&
            str_ends(str_of(to), STR("/share/claude-plugins/cmem")));
}

int register_plugin(const struct claude *cl, const char *target,
                    const struct json *entry, struct json **made, bool *changed,
                    struct err *e)
{
    char dir[PATHS_MAX + 32], old[PATHS_MAX], tmp[PATHS_MAX + 64];
    struct json *new;
    struct stat st;
    bool is_there = lstat(cl->link, &st) == 0;
    int rc;

    *changed = false;
    if (!is_our_plugin(target))
        return err_set(e, CM_ENOTFOUND,
                       "the plugin is not at %s: make install "
                       "puts it there",
                       target);
    if (is_there && !register_has_link(cl, old, sizeof(old)))
        return err_set(e, CM_EPERM,
                       "%s exists and is not cmem's: move it "
                       "away, or use cmem install --settings",
                       cl->link);
    snprintf(dir, sizeof(dir), "%s/skills", cl->dir);
    new = json_object();
    rc = register_dirs(dir, entry, new, e);
    if (rc == 0 && (!is_there || strcmp(old, target) != 0)) {
        /* Made beside and renamed: there is no moment without one. */
        snprintf(tmp, sizeof(tmp), "%s.%ld.tmp", cl->link, (long)getpid());
        if (symlink(target, tmp) < 0 || rename(tmp, cl->link) < 0) {
            rc = err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO, "link %s",
                         cl->link);
            unlink(tmp);
        }
        *changed = rc == 0;
    }
    if (rc < 0) {
        unregister_dirs(new);
        json_free(new);
        return rc;
    }
    json_set_str(new, "form", STR("plugin"));
    *made = new;
    return 0;
}

int unregister_plugin(const struct claude *cl, bool *removed, struct err *e)
{
    *removed = false;
    if (!register_has_link(cl, NULL, 0))
        return 0;
    if (unlink(cl->link) < 0)
        return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO, "remove %s",
                       cl->link);
    *removed = true;
    return 0;
}
