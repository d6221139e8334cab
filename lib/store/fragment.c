/* fragment.c - see fragment.h. */
#include "base/common.h"

#include "base/buf.h"
#include "store/fragment.h"
#include "store/tokenize.h"

/* Words of one length are spread over so many rows, by their hash: a new word
 * rewrites one of them, some hundred bytes to a few kilobytes. */
#define PARTS 16
/* Different words of one change: a session's memories. */
#define WORDS_MOST 65536
/* Bytes of one row: far more than any has. */
#define ROW_BYTES (4u << 20)

static int part_of(struct str word)
{
    return (int)(str_hash(word) % PARTS);
}

/* Data and numbers are no words that somebody mistypes. */
static bool is_word(struct str s)
{
    size_t digits = 0, hex = 0;

    if (s.n < FRAGMENT_MIN || s.n > FRAGMENT_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0xe0) /* three bytes and more */
            return false;
        digits += is_digit(s.p[i]);
        hex += is_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'f');
    }
    return 2 * digits < s.n && !(hex == s.n && digits && s.n >= 7);
}

static bool is_word_byte(char c)
{
    return is_alnum(c) || (unsigned char)c >= 0x80;
}

static int compare(struct str x, struct str y)
{
    int px, py;

    if (x.n != y.n)
        return x.n < y.n ? -1 : 1;
    px = part_of(x);
    py = part_of(y);
    return px != py ? px - py : memcmp(x.p, y.p, x.n);
}

static int by_place(const void *px, const void *py)
{
    return compare(*(const struct str *)px, *(const struct str *)py);
}

/* Each once, and those together that share a row. */
static void settle(struct fragments *f)
{
    size_t n = 0;

    if (f->n)
        qsort(f->words, f->n, sizeof(*f->words), by_place);
    for (size_t i = 0; i < f->n; i++)
        if (n == 0 || !str_eq(f->words[n - 1], f->words[i]))
            f->words[n++] = f->words[i];
    f->n = n;
}

static void add(struct fragments *f, struct str word)
{
    if (!f->words)
        f->words = arena_array(f->a, 64, sizeof(*f->words));
    if (f->n >= 64 && (f->n & (f->n - 1)) == 0) {
        struct str *more = arena_array(f->a, 2 * f->n, sizeof(*more));

        memcpy(more, f->words, f->n * sizeof(*more));
        f->words = more;
    }
    f->words[f->n++] = word;
}

void fragments_of(struct fragments *f, struct str text)
{
    char *low = arena_alloc(f->a, text.n + 1);
    size_t i = 0;

    if (text.n)
        memcpy(low, text.p, text.n);
    lower_case(low, text.n);
    while (i < text.n) {
        size_t from = i;
        struct str word;

        while (i < text.n && is_word_byte(low[i]))
            i++;
        word = (struct str){low + from, i - from};
        i += i == from;
        if (!is_word(word))
            continue;
        if (f->n == WORDS_MOST)
            settle(f);
        if (f->n == WORDS_MOST)
            return;
        add(f, word);
    }
    settle(f);
}

int fragments_indexed(struct db *db, int64_t memory_id, struct fragments *f,
                      struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT title, text, names FROM memories_fts "
                                 "WHERE rowid = ?1");
    int rc;

    stmt_int(s, 1, memory_id);
    rc = stmt_step(s, e);
    for (int c = 0; c < 3 && rc > 0; c++)
        fragments_of(f, col_str(s, c));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* The row of words like this one; b is empty when there is none. */
static int read_row(struct db *db, struct str word, struct buf *b,
                    struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT v FROM vocabulary WHERE length = ?1 AND part = ?2");
    int rc;

    buf_reset(b);
    stmt_int(s, 1, (int64_t)word.n);
    stmt_int(s, 2, part_of(word));
    rc = stmt_step(s, e);
    if (rc > 0)
        buf_adds(b, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static int write_row(struct db *db, struct str word, const struct buf *b,
                     struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT OR REPLACE INTO vocabulary (length, part, v) "
                    "VALUES (?1, ?2, ?3)");

    stmt_int(s, 1, (int64_t)word.n);
    stmt_int(s, 2, part_of(word));
    stmt_blob(s, 3, buf_str(b));
    return stmt_run(s, e);
}

/* Where the word is in its row, or -1. */
static ptrdiff_t find(const struct buf *row, struct str word)
{
    for (size_t at = 0; at + word.n <= row->len; at += word.n)
        if (memcmp(row->data + at, word.p, word.n) == 0)
            return (ptrdiff_t)at;
    return -1;
}

static bool same_row(struct str x, struct str y)
{
    return x.n == y.n && part_of(x) == part_of(y);
}

int fragments_put(struct db *db, struct fragments *f, struct err *e)
{
    struct buf row;
    size_t i = 0;
    int rc = 0;

    buf_init(&row, ROW_BYTES);
    while (i < f->n && rc == 0) {
        struct str first = f->words[i];
        size_t before;

        rc = read_row(db, first, &row, e);
        before = row.len;
        for (; i < f->n && same_row(first, f->words[i]); i++)
            if (find(&row, f->words[i]) < 0)
                buf_adds(&row, f->words[i]);
        if (rc == 0 && row.len > before)
            rc = write_row(db, first, &row, e);
    }
    buf_free(&row);
    return rc;
}

/* Has any memory the word, or one with the same stem? */
static int is_used(struct db *db, struct str word, struct arena *a,
                   struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT 1 FROM memories_fts WHERE "
                                 "memories_fts MATCH ?1 LIMIT 1");
    int rc;

    stmt_str(s, 1,
             arena_fmt(a, "{title text names} : \"%.*s\"", STR_ARG(word)));
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc;
}

int fragments_drop(struct db *db, struct fragments *f, struct err *e)
{
    struct buf row;
    int rc = 0;

    buf_init(&row, ROW_BYTES);
    for (size_t i = 0; i < f->n && rc == 0; i++) {
        struct str word = f->words[i];
        ptrdiff_t at;

        rc = is_used(db, word, f->a, e);
        if (rc != 0) {
            rc = rc < 0 ? rc : 0;
            continue;
        }
        rc = read_row(db, word, &row, e);
        at = find(&row, word);
        if (rc < 0 || at < 0)
            continue;
        memmove(row.data + at, row.data + at + word.n,
                row.len - (size_t)at - word.n);
        row.len -= word.n;
        rc = write_row(db, word, &row, e);
    }
    buf_free(&row);
    return rc;
}

int fragments_walk(struct db *db, size_t least, size_t most,
                   int (*fn)(void *arg, size_t length, struct str v), void *arg,
                   struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT length, v FROM vocabulary WHERE "
                                 "length BETWEEN ?1 AND ?2");
    int rc;

    stmt_int(s, 1, (int64_t)least);
    stmt_int(s, 2, (int64_t)most);
    while ((rc = stmt_step(s, e)) > 0) {
        struct str v = col_str(s, 1);
        size_t length = (size_t)col_int(s, 0);

        if (length < FRAGMENT_MIN || length > FRAGMENT_MAX)
            continue;
        v.n -= v.n % length;
        rc = fn(arg, length, v);
        if (rc < 0)
            break;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}
