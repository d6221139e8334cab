/* register_settings.c - the settings form; see register.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256.h"
#include "cli/record.h"
#include "cli/register.h"

#define SETTINGS_MAX (8u << 20)
/* The client or an editor may write the file while we think about it. */
#define TRIES 3

struct file {
    struct buf text;
    bool exists;
    unsigned mode;
};

static void hash_of(struct str text, char hex[2 * SHA256_BYTES + 1])
{
    unsigned char h[SHA256_BYTES];

    sha256(text, h);
    hex_of(h, sizeof(h), hex);
}

static bool has_hash(struct str text, const struct json *entry,
                     const char *which)
{
    char hex[2 * SHA256_BYTES + 1];

    hash_of(text, hex);
    return str_eqz(json_get_str(entry, which), hex);
}

static int read_settings(const char *path, struct file *f, struct err *e)
{
    struct stat st;
    struct err why = {0};
    int rc;

    *f = (struct file){.mode = 0600};
    buf_init(&f->text, SETTINGS_MAX);
    rc = file_read(path, &f->text, &why);
    if (rc == CM_ENOTFOUND)
        return 0;
    if (rc < 0) {
        if (e)
            *e = why;
        return rc;
    }
    f->exists = true;
    if (stat(path, &st) == 0)
        f->mode = st.st_mode & 0777;
    return 0;
}

/* Writes unless the file is no longer what was read: CM_EAGAIN then. */
static int write_settings(const char *path, const struct file *was,
                          struct str text, struct err *e)
{
    struct file now;
    int rc = read_settings(path, &now, e);

    if (rc == 0 && (now.exists != was->exists ||
                    !str_eq(buf_str(&now.text), buf_str(&was->text))))
        rc = err_set(e, CM_EAGAIN, "%s is being changed by another program",
                     path);
    if (rc == 0)
        rc = file_write(path, text, was->mode, e);
    buf_free(&now.text);
    return rc;
}

static void backup_path(const struct claude *cl, char out[PATHS_MAX + 64])
{
    snprintf(out, PATHS_MAX + 64, "%s.cmem-backup", cl->settings);
}

/*
 * The text without our hooks. By the pieces of the record when the file is
 * still as we left it, else by looking for them.
 */
static int without_ours(struct str text, const struct json *entry,
                        struct buf *out, enum undone *how, struct err *e)
{
    struct settings_pieces pieces;
    size_t removed = 0;
    int rc;

    if (has_hash(text, entry, "after") && record_read_pieces(entry, &pieces) &&
        settings_take_out(text, &pieces, out) == 0 &&
        has_hash(buf_str(out), entry, "before")) {
        *how = UNDONE_EXACTLY;
        return 0;
    }
    buf_reset(out);
    rc = settings_remove(text, out, &removed, e);
    *how = removed ? UNDONE_OURS : UNDONE_NOTHING;
    return rc;
}

static struct json *entry_for(const struct file *f, struct str before,
                              struct str after,
                              const struct settings_pieces *pieces,
                              const struct json *old)
{
    struct json *j = json_object();
    char hex[2 * SHA256_BYTES + 1];
    bool existed = f->exists;

    /* Installed again: whether the file was there is what it was at first. */
    if (str_eqz(json_get_str(old, "form"), "settings"))
        existed = json_get_bool(old, "existed") || before.n > 0;
    json_set_str(j, "form", STR("settings"));
    json_set_bool(j, "existed", existed);
    hash_of(before, hex);
    json_set_str(j, "before", str_of(hex));
    hash_of(after, hex);
    json_set_str(j, "after", str_of(hex));
    json_set(j, "pieces", record_pieces(pieces));
    return j;
}

/* Nothing to do: the record stays, or says that we know no way back but to
 * look for our entries. */
static struct json *entry_again(const struct json *old, struct str text)
{
    struct buf b;
    struct json *j;

    if (!str_eqz(json_get_str(old, "form"), "settings")) {
        j = json_object();
        json_set_str(j, "form", STR("settings"));
        json_set_bool(j, "existed", text.n > 0);
        return j;
    }
    buf_init(&b, SETTINGS_MAX);
    json_print(old, &b, 0);
    j = json_parse(buf_str(&b), NULL);
    json_del(j, "made");
    buf_free(&b);
    return j;
}

static int try_register(const struct claude *cl,
                        const struct settings_want *want,
                        const struct json *entry, struct json **made,
                        bool *changed, struct err *e)
{
    char backup[PATHS_MAX + 64];
    struct file f;
    struct buf before, after;
    struct settings_pieces pieces;
    struct settings_state state;
    enum undone how;
    int rc;

    *changed = false;
    rc = read_settings(cl->settings, &f, e);
    if (rc == 0 && settings_look(buf_str(&f.text), want, &state, NULL) == 0 &&
        state.is_current) {
        *made = entry_again(entry, buf_str(&f.text));
        buf_free(&f.text);
        return 0;
    }
    buf_init(&before, SETTINGS_MAX);
    buf_init(&after, SETTINGS_MAX);
    if (rc == 0)
        rc = without_ours(buf_str(&f.text), entry, &before, &how, e);
    if (rc == 0)
        rc = settings_add(buf_str(&before), want, &after, &pieces, e);
    if (rc == CM_EFORMAT)
        rc = err_wrap(e, "%s was left alone", cl->settings);
    *changed = rc == 0 && !str_eq(buf_str(&after), buf_str(&f.text));
    backup_path(cl, backup);
    if (*changed && f.exists)
        rc = file_write(backup, buf_str(&before), 0600, e);
    if (*changed && rc == 0)
        rc = write_settings(cl->settings, &f, buf_str(&after), e);
    if (rc == 0)
        *made =
            entry_for(&f, buf_str(&before), buf_str(&after), &pieces, entry);
    buf_free(&before);
    buf_free(&after);
    buf_free(&f.text);
    return rc;
}

int register_settings(const struct claude *cl, const struct settings_want *want,
                      const struct json *entry, struct json **made,
                      bool *changed, struct err *e)
{
    struct json *dirs = json_object();
    int rc = register_dirs(cl->dir, entry, dirs, e);

    for (int i = 0; i < TRIES && (i == 0 || rc == CM_EAGAIN); i++)
        if (rc == 0 || rc == CM_EAGAIN)
            rc = try_register(cl, want, entry, made, changed, e);
    if (rc == 0)
        for (const struct json *j = json_first(json_get(dirs, "made")); j;
             j = json_next(j)) {
            if (!json_get(*made, "made"))
                json_set(*made, "made", json_array());
            json_push_str(json_get(*made, "made"), json_str(j));
        }
    json_free(dirs);
    return rc;
}

static int try_unregister(const struct claude *cl, const struct json *entry,
                          enum undone *how, struct err *e)
{
    char backup[PATHS_MAX + 64];
    struct file f;
    struct buf text;
    bool existed = json_get_bool(entry, "existed");
    int rc = read_settings(cl->settings, &f, e);

    *how = UNDONE_NOTHING;
    buf_init(&text, SETTINGS_MAX);
    if (rc == 0 && f.exists)
        rc = without_ours(buf_str(&f.text), entry, &text, how, e);
    if (rc < 0)
        rc = err_wrap(e, "%s was left alone", cl->settings);
    else if (*how == UNDONE_EXACTLY && !existed && text.len == 0)
        rc = unlink(cl->settings) == 0
                 ? 0
                 : err_sys(e, CM_EIO, "remove %s", cl->settings);
    else if (*how != UNDONE_NOTHING)
        rc = write_settings(cl->settings, &f, buf_str(&text), e);
    backup_path(cl, backup);
    if (rc == 0 && *how == UNDONE_EXACTLY)
        unlink(backup); /* the file itself is what it was */
    buf_free(&text);
    buf_free(&f.text);
    return rc;
}

int unregister_settings(const struct claude *cl, const struct json *entry,
                        enum undone *how, struct err *e)
{
    int rc = CM_EAGAIN;

    for (int i = 0; i < TRIES && rc == CM_EAGAIN; i++)
        rc = try_unregister(cl, entry, how, e);
    return rc;
}
