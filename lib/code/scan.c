/* scan.c - see scan.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "code/language.h"
#include "code/scan.h"

/* What is larger is not even read: no parse takes it. */
#define READ_MAX (4u << 20)
/* Files that were as they were before a caller gets the word. */
#define SAME_MAX 10000
/* A time so young may be that of two writes. */
#define YOUNG_NS INT64_C(2000000000)
/* A text is minified that has lines of so many bytes on average, and has so
 * many bytes. Nobody writes like that; a table of data may look like it. */
#define MINIFIED_LINE  400
#define MINIFIED_BYTES 4096
/* "Generated" is said at the top. */
#define HEAD_BYTES 2048

struct scan {
    struct tree *tree;
    struct code_parser *parser;
    const struct scan_known *known;
    size_t n_known, gone_at;
    uint8_t *seen;
    int64_t now_ns;
    char root[TREE_PATH];
    struct scan_count count;
};

const char *scan_why_name(int status)
{
    switch (status) {
    case SCAN_UNREADABLE:
        return "unreadable";
    case SCAN_MINIFIED:
        return "minified";
    case SCAN_GENERATED:
        return "generated";
    case SCAN_TOO_DEEP:
        return "directory too deep or too full";
    case SCAN_REPOSITORY:
        return "another repository";
    case SCAN_DEVICE:
        return "another file system";
    case SCAN_RULES:
        return "rules";
    default:
        return code_status_name((enum code_status)status);
    }
}

const char *scan_why_says(int status)
{
    switch (status) {
    case CODE_OK:
        return "was parsed as a whole";
    case CODE_PARTIAL:
        return "did not parse everywhere; the rest of it is indexed";
    case CODE_TOO_LARGE:
        return "is larger than 4 MB";
    case CODE_TIMED_OUT:
        return "took longer than two seconds to parse";
    case CODE_CUT:
        return "is nested too deep or defines too much; the rest was left out";
    case CODE_BINARY:
        return "is no text";
    case CODE_NO_GRAMMAR:
        return "is in a language that this build has no grammar of";
    case SCAN_UNREADABLE:
        return "could not be read";
    case SCAN_MINIFIED:
        return "is minified";
    case SCAN_GENERATED:
        return "says that it is generated";
    case SCAN_TOO_DEEP:
        return "is a directory too deep, too full or with too long a path";
    case SCAN_REPOSITORY:
        return "is another repository";
    case SCAN_DEVICE:
        return "is on another file system";
    case SCAN_RULES:
        return "has more rules than are read, or may not be read: what they "
               "leave out may be indexed";
    default:
        return "was passed over";
    }
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int scan_open(struct scan **out, const char *root,
              const struct scan_known *known, size_t n_known,
              const struct code_limits *limits, struct err *e)
{
    struct tree *t;
    struct scan *s;
    int rc = tree_open(&t, root, e);

    if (rc < 0)
        return rc;
    s = calloc(1, sizeof(*s));
    if (!s || !(s->seen = calloc(n_known / 8 + 1, 1)))
        CM_BUG("out of memory");
    s->tree = t;
    s->parser = code_parser_create(limits);
    s->known = known;
    s->n_known = n_known;
    s->now_ns = now_ns();
    snprintf(s->root, sizeof(s->root), "%s", root);
    *out = s;
    return 0;
}

void scan_close(struct scan *s)
{
    if (!s)
        return;
    tree_close(s->tree);
    code_parser_destroy(s->parser);
    free(s->seen);
    free(s);
}

static int compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static const struct scan_known *find(struct scan *s, struct str path)
{
    size_t low = 0, high = s->n_known;

    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = compare(s->known[mid].path, path);

        if (c == 0) {
            s->seen[mid / 8] |= (uint8_t)(1u << mid % 8);
            return &s->known[mid];
        }
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static void unsee(struct scan *s, const struct scan_known *k)
{
    size_t i = (size_t)(k - s->known);

    s->seen[i / 8] &= (uint8_t)~(1u << i % 8);
}

/* The text of a regular file, in a. 0, a status, or CM_ENOTFOUND when it is
 * there no more. */
static int read_text(const char *root, struct str path, struct arena *a,
                     struct str *text)
{
    char full[2 * TREE_PATH];
    struct stat st;
    size_t len = 0, want;
    char *p;
    int fd;

    snprintf(full, sizeof(full), "%s/%.*s", root, STR_ARG(path));
    fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? CM_ENOTFOUND : SCAN_UNREADABLE;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return SCAN_UNREADABLE;
    }
    if (st.st_size > READ_MAX) {
        close(fd);
        return CODE_TOO_LARGE;
    }
    want = (size_t)st.st_size;
    p = arena_alloc(a, want + 1);
    while (len < want) {
        ssize_t n = read(fd, p + len, want - len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            close(fd);
            return SCAN_UNREADABLE;
        }
        if (n == 0)
            break; /* it became shorter */
        len += (size_t)n;
    }
    close(fd);
    *text = (struct str){p, len};
    return 0;
}

/* Whole words of one's own trade: "generated by hand" is none of them. */
static bool says_generated(struct str text)
{
    static const char *const says[] = {
        "@generated", "DO NOT EDIT", "Do not edit by hand",
        "Code generated by", "This file was automatically generated",
        "This file is automatically generated", "<auto-generated",
        "AUTO-GENERATED FILE", "generated automatically by",
    };
    struct str head = str_cut(text, 0, HEAD_BYTES), line;

    while (str_line(&head, &line)) {
        struct str t = str_trim(line);
        bool remark = t.n > 1 && (strchr("/*#;<%", t.p[0]) ||
                                  str_starts(t, STR("--")) ||
                                  str_starts(t, STR("\"\"\"")));

        for (size_t i = 0; remark && i < ARRAY_LEN(says); i++)
            if (str_find(t, str_of(says[i])) >= 0)
                return true;
    }
    return false;
}

static bool is_minified(struct str text, const struct language *l)
{
    size_t lines = 1;

    if (text.n < MINIFIED_BYTES ||
        !(str_eqz(STR("javascript"), l->name) ||
          str_eqz(STR("typescript"), l->name) ||
          str_eqz(STR("css"), l->name) || str_eqz(STR("json"), l->name) ||
          str_eqz(STR("html"), l->name)))
        return false;
    for (const char *p = text.p, *end = text.p + text.n;
         (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    return text.n / lines > MINIFIED_LINE;
}

static int parse(struct code_parser *p, struct str text, struct arena *a,
                 struct scan_item *it, struct err *e)
{
    const struct language *l = language_of(it->path, text);
    int rc;

    it->hash = str_hash(text) | 1;
    it->what = SCAN_SKIPPED;
    if (!l)
        return CM_ENOTFOUND;
    it->file.language = l;
    if (is_minified(text, l))
        it->status = SCAN_MINIFIED;
    else if (says_generated(text))
        it->status = SCAN_GENERATED;
    if (it->status)
        return 0;
    rc = code_parse(p, l, text, a, &it->file, e);
    if (rc < 0)
        return err_wrap(e, "parse %.*s", STR_ARG(it->path));
    it->status = (int)it->file.status;
    it->what = SCAN_PARSED;
    return 0;
}

static void skip_over(struct scan *s, struct scan_item *it, int status)
{
    it->what = SCAN_SKIPPED;
    it->status = status;
    s->count.skipped++;
}

/* A file as the walk gave it. 1: *it is filled; 0: nothing to tell. */
static int visit(struct scan *s, const struct tree_entry *en, struct arena *a,
                 struct scan_item *it, struct err *e)
{
    const struct scan_known *k = find(s, en->path);
    struct str text = STR_NONE;
    int rc;

    if (k && k->size == en->size && k->mtime_ns == en->mtime_ns) {
        s->count.files++;
        s->count.same++;
        return 0;
    }
    *it = (struct scan_item){.path = arena_str(a, en->path),
                             .id = k ? k->id : 0,
                             .size = en->size,
                             .mtime_ns = en->mtime_ns};
    if (s->now_ns - en->mtime_ns < YOUNG_NS)
        it->mtime_ns = 0;
    rc = read_text(s->root, it->path, a, &text);
    if (rc < 0) { /* removed since it was seen: scan_gone tells it */
        if (k)
            unsee(s, k);
        return 0;
    }
    if (rc > 0 && str_chr(str_base(it->path), '.') < 0 &&
        !language_of(it->path, STR_NONE))
        return 0; /* a name without a suffix: a large file of data */
    s->count.files++;
    if (rc > 0) {
        skip_over(s, it, rc);
        it->file.language = language_of(it->path, STR_NONE);
        return 1;
    }
    if (k && k->mtime_ns != SCAN_UNSURE && k->hash == (str_hash(text) | 1)) {
        it->what = SCAN_TOUCHED;
        it->hash = k->hash;
        s->count.touched++;
        return 1;
    }
    rc = parse(s->parser, text, a, it, e);
    if (rc == CM_ENOTFOUND) {
        s->count.files--;
        return 0;
    }
    if (rc < 0)
        return rc;
    if (it->what == SCAN_SKIPPED)
        s->count.skipped++;
    else
        s->count.parsed++;
    s->count.lines += it->file.lines;
    s->count.bytes += (int64_t)text.n;
    return 1;
}

static int why_of(enum tree_what what)
{
    switch (what) {
    case TREE_TOO_DEEP:
        return SCAN_TOO_DEEP;
    case TREE_REPOSITORY:
        return SCAN_REPOSITORY;
    case TREE_DEVICE:
        return SCAN_DEVICE;
    case TREE_RULES:
        return SCAN_RULES;
    default:
        return SCAN_UNREADABLE;
    }
}

int scan_next(struct scan *s, struct arena *a, struct scan_item *out,
              struct err *e)
{
    struct tree_entry en;
    int rc;

    for (int i = 0; i < SAME_MAX; i++) {
        rc = tree_next(s->tree, &en);
        if (rc <= 0)
            return rc;
        if (en.what == TREE_FILE) {
            rc = visit(s, &en, a, out, e);
            if (rc != 0)
                return rc;
            continue;
        }
        *out = (struct scan_item){.path = arena_str(a, en.path)};
        find(s, en.path);
        skip_over(s, out, why_of(en.what));
        {
            const struct scan_known *k = find(s, out->path);

            out->id = k ? k->id : 0;
        }
        return 1;
    }
    return CM_EAGAIN;
}

bool scan_gone(struct scan *s, int64_t *id)
{
    while (s->gone_at < s->n_known) {
        size_t i = s->gone_at++;

        if (!(s->seen[i / 8] & 1u << i % 8)) {
            *id = s->known[i].id;
            return true;
        }
    }
    return false;
}

const struct scan_count *scan_counts(struct scan *s)
{
    s->count.ignored = tree_ignored(s->tree);
    return &s->count;
}

int scan_file(struct code_parser *p, const char *root, struct str path,
              struct arena *a, struct scan_item *out, struct err *e)
{
    struct stat st;
    char full[2 * TREE_PATH];
    struct str text = STR_NONE;
    int rc;

    *out = (struct scan_item){.path = arena_str(a, path)};
    snprintf(full, sizeof(full), "%s/%.*s", root, STR_ARG(path));
    if (lstat(full, &st) < 0 || !S_ISREG(st.st_mode) ||
        !language_may_be(path))
        return CM_ENOTFOUND;
    out->size = st.st_size;
    rc = read_text(root, out->path, a, &text);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        out->what = SCAN_SKIPPED;
        out->status = rc;
        out->file.language = language_of(out->path, STR_NONE);
        return 0;
    }
    rc = parse(p, text, a, out, e);
    if (rc == 0 && out->file.unsure)
        out->mtime_ns = SCAN_UNSURE;
    return rc;
}
