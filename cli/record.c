/* record.c - see record.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/record.h"

#define RECORD_MAX   (1u << 20)
#define LOCK_WAIT_MS 10000

static int lock(struct record *r, const struct paths *p, struct err *e)
{
    char path[PATHS_MAX + 32];
    struct timespec look = {.tv_nsec = 20 * 1000000L};
    int64_t deadline = clock_mono_ms() + LOCK_WAIT_MS;

    snprintf(path, sizeof(path), "%s/install.lock", p->data);
    r->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (r->lock_fd < 0)
        return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO, "open %s", path);
    while (flock(r->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return err_sys(e, CM_EIO, "lock %s", path);
        if (clock_mono_ms() > deadline)
            return err_set(e, CM_ETIME, "another cmem install is under way");
        nanosleep(&look, NULL);
    }
    return 0;
}

int record_open(struct record *r, const struct paths *p, struct err *e)
{
    struct buf b;
    int rc;

    *r = (struct record){.lock_fd = -1};
    snprintf(r->path, sizeof(r->path), "%s/install.json", p->data);
    rc = paths_make(p, e);
    if (rc == 0)
        rc = lock(r, p, e);
    if (rc < 0) {
        record_close(r);
        return rc;
    }
    buf_init(&b, RECORD_MAX);
    if (file_read(r->path, &b, NULL) == 0)
        r->root = json_parse(buf_str(&b), NULL);
    buf_free(&b);
    if (!json_is_array(json_get(r->root, "installs"))) {
        json_free(r->root);
        r->root = json_object();
        json_set_int(r->root, "version", 1);
        json_set(r->root, "installs", json_array());
    }
    return 0;
}

void record_close(struct record *r)
{
    json_free(r->root);
    r->root = NULL;
    if (r->lock_fd >= 0)
        close(r->lock_fd);
    r->lock_fd = -1;
}

struct json *record_get(const struct record *r, const char *dir)
{
    struct json *j;

    for (j = json_first(json_get(r->root, "installs")); j; j = json_next(j))
        if (str_eqz(json_get_str(j, "dir"), dir))
            return j;
    return NULL;
}

/* A copy of a tree that may go into another one. */
static struct json *copy(const struct json *j)
{
    struct buf b;
    struct json *new;

    buf_init(&b, RECORD_MAX);
    json_print(j, &b, 0);
    new = json_parse(buf_str(&b), NULL);
    buf_free(&b);
    return new;
}

int record_put(struct record *r, const char *dir, struct json *entry,
               struct err *e)
{
    struct json *list = json_array();
    struct buf b;
    int rc;

    for (struct json *j = json_first(json_get(r->root, "installs")); j;
         j = json_next(j))
        if (!str_eqz(json_get_str(j, "dir"), dir))
            json_push(list, copy(j));
    if (entry) {
        json_set_str(entry, "dir", str_of(dir));
        json_push(list, entry);
    }
    json_del(r->root, "installs");
    json_set(r->root, "installs", list);
    if (json_len(list) == 0) {
        if (unlink(r->path) < 0 && errno != ENOENT)
            return err_sys(e, CM_EIO, "remove %s", r->path);
        return 0;
    }
    buf_init(&b, RECORD_MAX);
    json_print(r->root, &b, 2);
    buf_addc(&b, '\n');
    rc = file_write(r->path, buf_str(&b), 0600, e);
    buf_free(&b);
    return rc;
}

struct json *record_pieces(const struct settings_pieces *pieces)
{
    struct json *list = json_array();

    for (size_t i = 0; i < pieces->n; i++) {
        struct json *one = json_array();

        json_push(one, json_new_int((int64_t)pieces->piece[i].at));
        json_push(one, json_new_int((int64_t)pieces->piece[i].n));
        json_push(list, one);
    }
    return list;
}

bool record_read_pieces(const struct json *entry,
                        struct settings_pieces *pieces)
{
    const struct json *list = json_get(entry, "pieces");

    pieces->n = 0;
    if (!json_is_array(list) || json_len(list) > SETTINGS_PIECES)
        return false;
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        int64_t at = json_int(json_at(j, 0)), n = json_int(json_at(j, 1));

        if (at < 0 || n <= 0)
            return false;
        pieces->piece[pieces->n++] =
            (struct settings_piece){(size_t)at, (size_t)n};
    }
    return pieces->n > 0;
}
