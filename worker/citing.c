/* citing.c - see citing.h. */
#include "base/common.h"

#include "agent/edited.h"
#include "base/names.h"
#include "compress/rules_code.h"
#include "compress/rules_text.h"
#include "ops/touch_find.h"
#include "worker/citing.h"
#include "worker/touching.h"

/* Of one batch: files that it read, definitions in them, and their bytes. */
#define READS_MAX      24
#define READ_DEFS_MAX  2000
#define READ_BYTES_MAX (1u << 20)
/* Definitions of one file. */
#define FILE_DEFS_MAX 400
/* Names of a batch's drafts that are looked for in what was read. */
#define NAMES_MAX_READ 256

/* --- edits --------------------------------------------------------------------------- */

/* v is in the order of its events. */
static void give(struct batch *b, struct ev *ev, const struct touch_row *v,
                 size_t n)
{
    size_t low = 0, high = n, count = 0;
    struct ev_touch *t;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (v[mid].event_id < ev->id)
            low = mid + 1;
        else
            high = mid;
    }
    while (low + count < n && v[low + count].event_id == ev->id)
        count++;
    if (count == 0)
        return;
    t = arena_array(b->a, count, sizeof(*t));
    for (size_t i = 0; i < count; i++)
        t[i] = (struct ev_touch){.path = v[low + i].path,
                                 .symbol = v[low + i].symbol,
                                 .kind = v[low + i].kind,
                                 .modified = v[low + i].modified};
    ev->touches = t;
    ev->ntouches = count;
}

int citing_load(struct db *db, int64_t session_id, struct batch *b,
                struct citable *c, struct err *e)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    int rc;

    *c = (struct citable){0};
    for (size_t i = 0; i < b->n; i++) {
        if (b->evs[i].id < first)
            first = b->evs[i].id;
        if (b->evs[i].id > last)
            last = b->evs[i].id;
    }
    if (b->n == 0)
        return 0;
    rc = touches_of_events(db, session_id, first, last, b->a, &c->v, &c->n, e);
    for (size_t i = 0; i < b->n && rc == 0; i++)
        give(b, &b->evs[i], c->v, c->n);
    return rc;
}

/* --- reads --------------------------------------------------------------------------- */

struct reading_defs {
    const struct batch *b;
    int64_t session_id;
    bool any; /* every file: nobody has said anything yet */
    struct str names[NAMES_MAX_READ];
    size_t nnames;
    struct touch_in *v;
    struct touch_row *row;
    size_t n;
};

static void take_names(struct reading_defs *r, struct str text)
{
    struct names walk = {text, 0};
    struct str name;

    while (r->nnames < NAMES_MAX_READ && names_next(&walk, &name))
        if (str_chr(name, '/') < 0 && str_chr(name, ' ') < 0)
            r->names[r->nnames++] = code_last_name(name);
}

static void take_draft(struct reading_defs *r, const struct draft *d)
{
    take_names(r, d->title);
    take_names(r, d->subtitle);
    take_names(r, d->text);
    for (size_t i = 0; i < d->nfacts; i++)
        take_names(r, d->facts[i]);
}

static bool has_any(const struct reading_defs *r, struct str text)
{
    bool found = r->any;

    for (size_t i = 0; i < r->nnames && !found; i++)
        found = r->names[i].n > 1 && str_find(text, r->names[i]) >= 0;
    return found;
}

static void read_file(struct reading_defs *r, const struct ev *ev,
                      const struct edited *ed, struct code_parser *p)
{
    struct touch_in v[FILE_DEFS_MAX];
    size_t n = touch_find(p, ed, STR_NONE, r->b->a, v, ARRAY_LEN(v));

    for (size_t i = 0; i < n && r->n < READ_DEFS_MAX; i++) {
        v[i].path = path_in(r->b->root, v[i].path);
        r->v[r->n] = v[i];
        r->row[r->n] = (struct touch_row){.id = -(int64_t)r->n - 1,
                                          .session_id = r->session_id,
                                          .event_id = ev->id,
                                          .time_ms = ev->time_ms,
                                          .path = v[i].path,
                                          .symbol = v[i].symbol,
                                          .kind = v[i].kind};
        r->n++;
    }
}

static void read_files(struct reading_defs *r)
{
    struct code_parser *p = NULL;
    size_t files = 0, bytes = 0;
    struct edited ed;

    for (size_t i = 0; i < r->b->n && files < READS_MAX; i++) {
        const struct ev *ev = &r->b->evs[i];

        if (ev->kind != EV_TOOL || !str_eqz(ev->tool, "Read") ||
            !edited_read(ev->payload, r->b->a, &ed) || !has_any(r, ed.text) ||
            bytes + ed.text.n > READ_BYTES_MAX)
            continue;
        if (!p)
            p = touching_parser();
        files++;
        bytes += ed.text.n;
        read_file(r, ev, &ed, p);
    }
    code_parser_destroy(p);
}

void citing_add_reads(const struct batch *b, int64_t session_id,
                      const struct drafts *drafts, struct citable *c)
{
    struct reading_defs r = {
        .b = b, .session_id = session_id, .any = !drafts};
    struct touch_row *all;

    for (size_t i = 0; drafts && i < drafts->n; i++)
        take_draft(&r, &drafts->items[i]);
    if (!r.any && r.nnames == 0)
        return;
    r.v = arena_array(b->a, READ_DEFS_MAX, sizeof(*r.v));
    r.row = arena_array(b->a, READ_DEFS_MAX, sizeof(*r.row));
    read_files(&r);
    if (r.n == 0)
        return;
    all = arena_array(b->a, c->n + r.n, sizeof(*all));
    if (c->n)
        memcpy(all, c->v, c->n * sizeof(*all));
    memcpy(all + c->n, r.row, r.n * sizeof(*all));
    c->v = all;
    c->n += r.n;
    c->read = r.v;
}

/* --- citations ----------------------------------------------------------------------- */

/* The definitions of one read that are cited by any draft, and their rows. */
static int put_read(struct db *db, const struct citable *c,
                    const struct touch_row *of, const bool *cited,
                    int64_t *written, struct arena *a, struct err *e)
{
    struct touch_in v[TOUCHES_PER_EVENT];
    struct touch_row *rows;
    size_t n = 0, nrows;
    int rc;

    for (size_t i = 0; i < c->n && n < ARRAY_LEN(v); i++)
        if (c->v[i].id < 0 && c->v[i].event_id == of->event_id &&
            cited[-c->v[i].id - 1])
            v[n++] = c->read[-c->v[i].id - 1];
    rc = touches_put(db, of->session_id, of->event_id, of->time_ms, v, n, e);
    if (rc == 0)
        rc = touches_of_events(db, of->session_id, of->event_id, of->event_id,
                               a, &rows, &nrows, e);
    for (size_t i = 0; i < c->n && rc == 0; i++)
        for (size_t k = 0; c->v[i].id < 0 && k < nrows; k++)
            if (c->v[i].event_id == of->event_id &&
                str_eq(rows[k].symbol, c->v[i].symbol) &&
                str_eq(rows[k].path, c->v[i].path))
                written[-c->v[i].id - 1] = rows[k].id;
    return rc;
}

/* Puts rows in the place of what was not written. */
static int put_reads(struct db *db, const struct citable *c, struct arena *a,
                     struct cites *cites, size_t n, struct err *e)
{
    bool *cited = arena_array(a, c->n + 1, sizeof(*cited));
    int64_t *written = arena_array(a, c->n + 1, sizeof(*written));
    int rc = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < cites[i].n; k++)
            if (cites[i].id[k] < 0)
                cited[-cites[i].id[k] - 1] = true;
    for (size_t i = 0; i < c->n && rc == 0; i++)
        if (c->v[i].id < 0 && cited[-c->v[i].id - 1] &&
            !written[-c->v[i].id - 1])
            rc = put_read(db, c, &c->v[i], cited, written, a, e);
    for (size_t i = 0; i < n; i++) {
        size_t kept = 0;

        for (size_t k = 0; k < cites[i].n; k++) {
            int64_t id = cites[i].id[k];

            id = id < 0 ? written[-id - 1] : id;
            if (id > 0)
                cites[i].id[kept++] = id;
        }
        cites[i].n = kept;
    }
    return rc;
}

int citing_drafts(struct db *db, const struct batch *b,
                  const struct drafts *drafts, const struct citable *c,
                  struct cites **out, struct err *e)
{
    struct cites *v = arena_array(b->a, drafts->n + 1, sizeof(*v));

    *out = v;
    for (size_t i = 0; i < drafts->n; i++)
        v[i].n = cite_draft(b, &drafts->items[i], c->v, c->n, v[i].id);
    return c->read ? put_reads(db, c, b->a, v, drafts->n, e) : 0;
}
