/*
 * scan.h - what changed in a tree since it was looked at last, parsed.
 *
 * Nothing is stored here: whoever scans says what was known, and is given what
 * is new, file by file.
 *
 *     struct scan *s;
 *     rc = scan_open(&s, root, known, n_known, NULL, &e);   sorted by path
 *     while ((rc = scan_next(s, &a, &item, &e)) > 0) {
 *         ...                            a can be emptied between two calls
 *     }
 *     while (scan_gone(s, &id)) ...                         at the end
 *     scan_close(s);
 *
 * A file whose size and time are as they were is not opened (only counted).
 * One whose content turns out to be the same is SCAN_TOUCHED: its time alone
 * is another one. A time that is not older than two seconds is not believed
 * next time, as git does: a write in the same tick would go unseen.
 *
 * Broken off at any point, a scan can be begun anew with what is known by
 * then, and goes on where it was: all before it is only stat'ed.
 *
 * Bounds: a file has max_bytes of code_limits at most, and is read once; one
 * that grows or shrinks while it is read is taken as it was read. Not
 * regular, too large, binary, minified, generated: an item with a status and
 * no definitions.
 */
#ifndef CMEM_CODE_SCAN_H
#define CMEM_CODE_SCAN_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "code/parse.h"
#include "code/tree.h"

struct scan_known {
    struct str path; /* borrowed, for the life of the scan */
    int64_t id;
    int64_t size, mtime_ns;
    uint64_t hash;
};

/* In place of a time: what is known of the file is unsure (code_keep), and
 * even the same text is parsed again. */
#define SCAN_UNSURE INT64_C(-1)

enum scan_what {
    SCAN_PARSED,  /* new or changed; file is filled */
    SCAN_TOUCHED, /* the same text under another time */
    SCAN_SKIPPED, /* code by its name, but see why */
};

/* Why a file has no definitions; behind the values of enum code_status. */
enum scan_why {
    SCAN_UNREADABLE = 32,
    SCAN_MINIFIED,  /* lines of more than a screenful each */
    SCAN_GENERATED, /* says so itself */
    SCAN_TOO_DEEP,
    SCAN_REPOSITORY,
    SCAN_DEVICE,
    SCAN_RULES, /* a .gitignore or .cmemignore that was not taken whole */
};

/* A word or two for a code_status or a scan_why. */
const char *scan_why_name(int status);
/* The same for people: a clause that "a/b.c" could begin. */
const char *scan_why_says(int status);

struct scan_item {
    enum scan_what what;
    struct str path;   /* in a */
    int64_t id;        /* of the known one, or 0 */
    int64_t size, mtime_ns;
    uint64_t hash;     /* of the text; never 0 where it was read */
    int status;        /* enum code_status or scan_why */
    struct code_file file;
};

struct scan_count {
    int64_t files;   /* that are code, whatever became of them */
    int64_t same;    /* and were not opened */
    int64_t parsed, touched, skipped;
    int64_t ignored; /* entries that rules left out */
    int64_t lines, bytes; /* of the parsed ones */
};

struct scan;
/* known: sorted by path as memcmp does, borrowed; it and its texts live as
 * long as the scan. limits: NULL for the usual ones. */
int scan_open(struct scan **out, const char *root,
              const struct scan_known *known, size_t n_known,
              const struct code_limits *limits, struct err *e);
void scan_close(struct scan *s); /* NULL is fine */
/* 1 and an item, 0 at the end; CM_EFORMAT as code_parse. The item lives in a.
 * CM_EAGAIN: enough was looked at without an item (10,000 files); go on. */
int scan_next(struct scan *s, struct arena *a, struct scan_item *out,
              struct err *e);
/* After the end: what was known and is no more, one after the other. */
bool scan_gone(struct scan *s, int64_t *id);
const struct scan_count *scan_counts(struct scan *s);

/* One file, whatever is known of it. Never SCAN_TOUCHED; 0 or CM_EFORMAT;
 * CM_ENOTFOUND when it is not there or is no code. Its time is 0, which nobody
 * believes, or SCAN_UNSURE. */
int scan_file(struct code_parser *p, const char *root, struct str path,
              struct arena *a, struct scan_item *out, struct err *e);

#endif
