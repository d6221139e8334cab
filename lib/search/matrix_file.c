/* matrix_file.c - see matrix_file.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "search/matrix_file.h"

/* More is no file of ours: a header must not make us multiply beyond 64
 * bits. */
#define ROOM_MAX (UINT64_C(1) << 32)

_Static_assert(sizeof(struct matrix_header) <= 512,
               "the header is one sector of a disk: it is not torn");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "little-endian");

/* Gives each array its place; returns the bytes of all. */
static size_t lay_out(struct matrix_map *m, const struct matrix_header *h,
                      char *base)
{
    const size_t room = h->room;
    size_t at = MATRIX_HEADER;

    m->stride = matrix_stride((int)h->dim);
    m->words = matrix_words((int)h->dim);
#define PLACE(member, count)                                                   \
    do {                                                                       \
        if (base)                                                              \
            m->member = (void *)(base + at);                                   \
        at += ((count) * sizeof(*m->member) + 63) / 64 * 64;                   \
    } while (0)
    PLACE(id, room);
    PLACE(memory, room);
    PLACE(project, room);
    PLACE(session, room);
    PLACE(scale, room);
    PLACE(sum, room);
    PLACE(first, h->id_room);
    PLACE(signs, room * m->words);
    PLACE(v, room * m->stride);
#undef PLACE
    return at;
}

static int check_header(struct matrix_map *m, const struct matrix_header *h,
                        size_t bytes, const char *path, struct err *e)
{
    if (memcmp(h->magic, MATRIX_MAGIC, sizeof(h->magic)) != 0 ||
        h->version != MATRIX_VERSION)
        return err_set(e, CM_EFORMAT, "%s is not a matrix of this version",
                       path);
    if (h->dim < 1 || h->dim > VECTOR_DIM_MAX || h->room % SCAN_GROUP != 0 ||
        h->room > ROOM_MAX || h->id_room > ROOM_MAX ||
        lay_out(m, h, NULL) != bytes)
        return err_set(e, CM_EFORMAT, "%s is not whole", path);
    return 0;
}

static int map_fd(struct matrix_map *m, int fd, const char *path, bool write,
                  struct err *e)
{
    struct matrix_header *h;
    struct stat st;
    void *p;
    int rc;

    if (fstat(fd, &st) < 0)
        return err_sys(e, CM_EIO, "read %s", path);
    if (st.st_size < MATRIX_HEADER)
        return err_set(e, CM_EFORMAT, "%s is not whole", path);
    p = mmap(NULL, (size_t)st.st_size, write ? PROT_READ | PROT_WRITE
                                             : PROT_READ,
             MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return err_sys(e, CM_EIO, "map %s", path);
    h = p;
    rc = check_header(m, h, (size_t)st.st_size, path, e);
    if (rc < 0) {
        munmap(p, (size_t)st.st_size);
        return rc;
    }
    m->h = h;
    m->bytes = (size_t)st.st_size;
    lay_out(m, h, p);
    return 0;
}

int matrix_map_open(struct matrix_map *m, const char *path, bool write,
                    struct err *e)
{
    int fd = open(path, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
    int rc;

    memset(m, 0, sizeof(*m));
    if (fd < 0 && errno == ENOENT)
        return err_set(e, CM_ENOTFOUND, "there is no %s yet", path);
    if (fd < 0)
        return err_sys(e, CM_EIO, "open %s", path);
    rc = map_fd(m, fd, path, write, e);
    if (rc < 0)
        memset(m, 0, sizeof(*m));
    if (rc == 0 && !write && fd > 0)
        m->fd = fd;
    else
        close(fd);
    return rc;
}

int matrix_map_make(struct matrix_map *m, const char *path,
                    const struct embedder_row *em, uint64_t room,
                    uint64_t id_room, struct err *e)
{
    struct matrix_header h = {.version = MATRIX_VERSION,
                              .dim = (uint32_t)em->dim,
                              .room = room,
                              .id_room = id_room};
    size_t bytes;
    int fd, rc;

    memset(m, 0, sizeof(*m));
    memcpy(h.magic, MATRIX_MAGIC, sizeof(h.magic));
    memcpy(h.uid, em->uid, sizeof(h.uid));
    memcpy(h.name, em->name, sizeof(h.name));
    matrix_boot(h.boot);
    if (room > ROOM_MAX || id_room > ROOM_MAX)
        return err_set(e, CM_EFULL, "%llu vectors are more than %s holds",
                       (unsigned long long)room, path);
    bytes = lay_out(m, &h, NULL);
    unlink(path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_sys(e, CM_EIO, "make %s", path);
    /* With its blocks: a full disk is an error here, and a signal later. */
    rc = posix_fallocate(fd, 0, (off_t)bytes);
    if (rc != 0) {
        errno = rc;
        rc = err_sys(e, rc == ENOSPC ? CM_EFULL : CM_EIO,
                     "room of %zu MB for %s", bytes >> 20, path);
    } else if (pwrite(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h)) {
        rc = err_sys(e, CM_EIO, "write %s", path);
    } else {
        rc = map_fd(m, fd, path, true, e);
    }
    close(fd);
    if (rc < 0)
        unlink(path);
    return rc;
}

void matrix_map_close(struct matrix_map *m)
{
    if (m->h)
        munmap(m->h, m->bytes);
    if (m->fd > 0)
        close(m->fd);
    memset(m, 0, sizeof(*m));
}

bool matrix_map_fits(const struct matrix_map *m, const struct embedder_row *em)
{
    return (int)m->h->dim == em->dim &&
           memcmp(m->h->uid, em->uid, sizeof(em->uid)) == 0;
}

/* FNV-1a over words: torn pages, not malice. */
uint32_t matrix_row_sum(const struct matrix_map *m, size_t row)
{
    const uint64_t words[] = {(uint64_t)m->id[row], (uint64_t)m->memory[row],
                              m->project[row],
                              m->session[row]};
    uint64_t hash = str_hash((struct str){(const char *)words, sizeof(words)});

    hash ^= str_hash((struct str){(const char *)&m->scale[row],
                                  sizeof(m->scale[row])});
    hash ^= str_hash((struct str){(const char *)m->v + row * m->stride,
                                  m->stride}) * 3;
    return (uint32_t)(hash ^ hash >> 32);
}

int64_t matrix_row_of(const struct matrix_map *m, int64_t memory_id)
{
    size_t rows = matrix_map_rows(m);
    uint32_t at;

    if (memory_id <= 0 || (uint64_t)memory_id >= m->h->id_room)
        return -1;
    at = m->first[memory_id];
    if (at == 0 || at > rows || m->memory[at - 1] != memory_id)
        return -1;
    return at - 1;
}

void matrix_boot(char out[MATRIX_BOOT])
{
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

    memset(out, 0, MATRIX_BOOT);
    if (f && !fgets(out, MATRIX_BOOT, f))
        out[0] = '\0';
    if (f)
        fclose(f);
}
