/* context_startup.c - the block of a session that begins. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "compress/rules_text.h"
#include "ops/context_fill.h"
#include "ops/fence.h"
#include "ops/fields.h"
#include "store/read_memory.h"

/* Rows looked at; a budget of 2,500 tokens shows under a hundred lines. */
#define SUMMARIES  40
#define RECENT     150
#define IMPORTANT  60
#define NOTES      40
/* Other sessions' open ends, and problems nobody solved. */
#define OPEN_SESSIONS 3
#define OPEN_PROBLEMS 3
/* Files named, and how many share a line. */
#define FILES      21
#define FILES_LINE 7
/* Bytes shown of a summary's field, an open end, a note and a title. */
#define FIELD_BYTES 240
#define OPEN_BYTES  140
#define NOTE_BYTES  280
#define TITLE_BYTES 140
/* Titles that begin with as many equal bytes say the same. */
#define SAME_BYTES 40

/*
 * Priorities. What the user left off comes before all; then what was said on
 * purpose; then a first part of everything; then the rest of the index for as
 * long as there is room. Steps within a kind are added to its base.
 */
enum {
    PRI_NEXT = 0,
    PRI_ASKED = 10,
    PRI_PINNED = 20,
    PRI_DONE = 100,
    PRI_OPEN = 110,
    PRI_NOTE = 120,
    PRI_FILES = 105,
    PRI_FILES_STEP = 30, /* the second and third line: amid the index */
    PRI_LEARNED = 190,
    PRI_INDEX = 130,
    PRI_INDEX_STEP = 6,
};

/* Importance 5 counts as 24 places newer than importance 3. */
#define PLACES_PER_IMPORTANCE 12

static const struct {
    const char *type;
    int places; /* newer than it is */
} type_worth[] = {
    {"decision", 8}, {"problem", 6},   {"bugfix", 4},
    {"feature", 3},  {"discovery", 2},
};

static struct str heading_of(struct context_fill *f, const char *what,
                             const struct memory_row *m)
{
    char date[16];

    clock_local_date(m->event_ms, date);
    return arena_fmt(f->env->a, "%s (%s%s%.*s, s%lld)", what, date,
                     m->branch.n ? ", " : "", STR_ARG(m->branch),
                     (long long)m->session_id);
}

/* May this be shown at all? What outsiders wrote is judged whole, though only
 * a line of it is shown: that line invites to read the rest. */
static bool is_fit(const struct memory_row *m)
{
    if (m->is_child || fence_is_instruction(m->title, m->origin))
        return false;
    return str_eqz(m->origin, "user") || str_eqz(m->origin, "assistant") ||
           !fence_is_instruction(m->text, m->origin);
}

static bool has_content(const struct json *data, struct arena *a)
{
    return context_field(data, "request", a).n ||
           context_field(data, "completed", a).n ||
           context_field(data, "next_steps", a).n;
}

static void add_field(struct context_fill *f, struct str heading,
                      const struct memory_row *m, const struct json *data,
                      const char *field, const char *label, int priority)
{
    struct str text = context_field(data, field, f->env->a);
    struct block_line *l =
        context_add(f, heading, str_of(label), text, FIELD_BYTES, priority);

    if (!l)
        return;
    l->memory_id = m->id;
    l->session_id = m->session_id;
    l->why = arena_fmt(f->env->a, "%s of the last session%s", field,
                       m->branch.n && str_eq(m->branch, f->r->branch)
                           ? " on this branch"
                           : "");
}

static void add_left_off(struct context_fill *f, const struct memory_row *m,
                         const struct json *data)
{
    struct str h = heading_of(f, "Where we left off", m);

    add_field(f, h, m, data, "request", "Asked: ", PRI_ASKED);
    add_field(f, h, m, data, "completed", "Done: ", PRI_DONE);
    add_field(f, h, m, data, "learned", "Learned: ", PRI_LEARNED);
    add_field(f, h, m, data, "next_steps", "Next: ", PRI_NEXT);
}

static void add_open_session(struct context_fill *f, const struct memory_row *m,
                             const struct json *data, int step)
{
    struct str text = context_field(data, "next_steps", f->env->a);
    char date[16];
    struct block_line *l;

    clock_local_date(m->event_ms, date);
    l = context_add(
        f, STR("Still open"),
        arena_fmt(f->env->a, "s%lld %s: ", (long long)m->session_id, date),
        text, OPEN_BYTES, PRI_OPEN + step);
    if (!l)
        return;
    l->memory_id = m->id;
    l->why = STR("next steps of an earlier session");
}

/* The newest summary of this branch that says something, else of any. */
static size_t pick_last(struct context_fill *f, const struct memory_list *l,
                        struct json *const *data)
{
    size_t any = l->n;

    for (size_t i = 0; i < l->n; i++) {
        if (!is_fit(&l->rows[i]) || !has_content(data[i], f->env->a))
            continue;
        if (f->r->branch.n == 0 || str_eq(l->rows[i].branch, f->r->branch))
            return i;
        if (any == l->n)
            any = i;
    }
    return any;
}

static int add_summaries(struct context_fill *f,
                         const struct memory_filter *all, struct err *e)
{
    struct memory_filter filter = *all;
    struct json *data[SUMMARIES] = {NULL};
    struct memory_list l;
    size_t last;
    int open = 0, rc;

    filter.kind = STR("summary");
    rc = memories_before(f->env->db, &filter, PLACE_END, SUMMARIES, f->env->a,
                         &l, e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < l.n; i++)
        data[i] = json_parse(l.rows[i].data, NULL);
    last = pick_last(f, &l, data);
    if (last < l.n)
        add_left_off(f, &l.rows[last], data[last]);
    for (size_t i = 0; i < l.n && open < OPEN_SESSIONS; i++) {
        size_t before = f->block->n;

        if (i == last || !is_fit(&l.rows[i]) ||
            l.rows[i].session_id == l.rows[last < l.n ? last : i].session_id)
            continue;
        add_open_session(f, &l.rows[i], data[i], 2 * open);
        open += f->block->n > before;
    }
    for (size_t i = 0; i < l.n; i++)
        json_free(data[i]);
    return 0;
}

static int add_problems(struct context_fill *f, const struct memory_filter *all,
                        struct err *e)
{
    struct memory_filter filter = *all;
    struct memory_list l;
    struct str label;
    int rc, n = 0;

    filter.type = STR("problem");
    rc = memories_before(f->env->db, &filter, PLACE_END, 2 * OPEN_PROBLEMS,
                         f->env->a, &l, e);
    for (size_t i = 0; rc == 0 && i < l.n && n < OPEN_PROBLEMS; i++) {
        const struct memory_row *m = &l.rows[i];
        struct block_line *line;

        if (!is_fit(m) || block_has(f->block, m->id, STR_NONE))
            continue;
        context_fresh(f, m->id, &label);
        line = context_add(
            f, STR("Still open"),
            arena_fmt(f->env->a, "#%lld problem%.*s: ", (long long)m->id,
                      STR_ARG(label)),
            memory_title(m), TITLE_BYTES, PRI_OPEN + 1 + 2 * n);
        if (!line)
            continue;
        line->memory_id = m->id;
        line->why = STR("a problem that nothing has ended");
        n++;
    }
    return rc;
}

static void add_note(struct context_fill *f, const struct memory_row *m,
                     int step)
{
    bool is_note = str_eqz(m->kind, "note");
    struct str what = m->type.n ? m->type : m->kind, label;
    struct block_line *l;

    if (!is_fit(m) || block_has(f->block, m->id, STR_NONE))
        return;
    context_fresh(f, m->id, &label);
    l = context_add(
        f, STR("Notes"),
        arena_fmt(f->env->a, "#%lld %.*s%.*s: ", (long long)m->id,
                  STR_ARG(what), STR_ARG(label)),
        is_note ? m->text : memory_title(m), NOTE_BYTES,
        (m->pinned ? PRI_PINNED : PRI_NOTE) + step);
    if (!l)
        return;
    l->memory_id = m->id;
    l->why = m->pinned ? STR("pinned") : STR("a note");
}

static int add_notes(struct context_fill *f, const struct memory_filter *all,
                     struct err *e)
{
    struct memory_filter filter = *all;
    struct memory_list l;
    int rc;

    filter.pinned = true;
    rc = memories_before(f->env->db, &filter, PLACE_END, NOTES, f->env->a, &l,
                         e);
    for (size_t i = 0; rc == 0 && i < l.n; i++)
        add_note(f, &l.rows[i], (int)i);
    if (rc < 0)
        return rc;
    filter.pinned = false;
    filter.kind = STR("note");
    rc = memories_before(f->env->db, &filter, PLACE_END, NOTES, f->env->a, &l,
                         e);
    for (size_t i = 0; rc == 0 && i < l.n; i++)
        add_note(f, &l.rows[i], (int)i);
    return rc;
}

static void add_file_line(struct context_fill *f, const struct buf *names,
                          int line)
{
    struct block_line *l =
        context_add(f, STR("Files changed lately"), STR_NONE, buf_str(names),
                    names->len, PRI_FILES + PRI_FILES_STEP * line);

    if (l)
        l->why = STR("changed lately, on this branch above all");
}

static int add_files(struct context_fill *f, struct err *e)
{
    struct files_request rq = {.project_id = f->project.id,
                               .branch = f->r->branch,
                               .as_of_ms = f->r->as_of_ms};
    struct file_rank *rows;
    struct buf names;
    size_t n;
    int rc = files_rank(f->env->db, &rq, FILES, f->env->a, &rows, &n, e);

    if (rc < 0)
        return rc;
    buf_init(&names, FILES_LINE * 8192);
    for (size_t i = 0; i < n; i += FILES_LINE) {
        context_files(rows + i, n - i < FILES_LINE ? n - i : FILES_LINE,
                      &names);
        add_file_line(f, &names, (int)(i / FILES_LINE));
        buf_reset(&names);
    }
    buf_free(&names);
    return 0;
}

/* How recent a memory counts as: its place among all, newest 0, less what it
 * is worth. */
static int worth(const struct memory_row *m, size_t place)
{
    int places = (int)place - PLACES_PER_IMPORTANCE * (m->importance - 3);

    for (size_t i = 0; i < ARRAY_LEN(type_worth); i++)
        if (str_eqz(m->type, type_worth[i].type))
            places -= type_worth[i].places;
    return places;
}

/* The index of memories while it is made. */
struct listing {
    struct context_fill *f;
    size_t from; /* where its lines begin in the block */
    struct told {
        int64_t session_id;
        struct sketch words;
    } told[RECENT + IMPORTANT];
    size_t n;
};

/* The words of a title, without the file that is named behind it. */
static struct sketch words_of(struct str title)
{
    struct sketch w;
    size_t at = title.n;

    if (str_ends(title, STR(")")))
        while (at && title.p[at - 1] != '(')
            at--;
    if (at < title.n && at > 2)
        title = str_cut(title, 0, at - 2);
    sketch_of(title, &w);
    return w;
}

/* Has `all` nearly every word of w? Of fewer than three nobody can say. */
static bool has_words(const struct sketch *w, const struct sketch *all)
{
    int n = 0, both = 0;

    for (size_t i = 0; i < ARRAY_LEN(w->bit); i++) {
        n += __builtin_popcountll(w->bit[i]);
        both += __builtin_popcountll(w->bit[i] & all->bit[i]);
    }
    return n >= 3 && both * 5 >= n * 4;
}

/* Is it said already? A turn often gives several memories whose titles begin
 * with what was asked; a plan and the commit that it led to say the same; and
 * of the last session the first lines tell. But those say nothing of code that
 * has changed or moved since: with such a label it is told all the same. */
static bool is_said(const struct listing *in, const struct memory_row *m,
                    struct str title, const struct sketch *w, bool labelled)
{
    const struct block *b = in->f->block;

    for (size_t i = 0; i < b->n; i++) {
        struct str said = b->lines[i].text;
        ptrdiff_t at = str_find(said, STR(": "));
        struct sketch all;

        if (i < in->from) {
            if (labelled || !m->session_id ||
                b->lines[i].session_id != m->session_id)
                continue;
            sketch_of(said, &all);
            if (has_words(w, &all))
                return true;
            continue;
        }
        said = str_cut(said, at < 0 ? 0 : (size_t)at + 2, said.n);
        if (str_ieq(str_cut(said, 0, SAME_BYTES),
                    str_cut(title, 0, SAME_BYTES)))
            return true;
    }
    for (size_t i = 0; m->session_id && i < in->n && !labelled; i++)
        if (in->told[i].session_id == m->session_id &&
            (has_words(w, &in->told[i].words) ||
             has_words(&in->told[i].words, w)))
            return true;
    return false;
}

/* How much older a memory counts as when its code is not what it was: CHANGED
 * less than a decision counts as newer, because why it was so often goes on
 * being true; GONE more than any importance makes up for, so that it is shown
 * where there is hardly anything else. */
static int places_lost(enum freshness fresh)
{
    return fresh == FRESH_CHANGED ? 6 : fresh == FRESH_GONE ? 60 : 0;
}

static void add_to_index(struct listing *in, const struct memory_row *m,
                         size_t place)
{
    struct context_fill *f = in->f;
    struct str what = m->type.n ? m->type : m->kind, label = STR_NONE;
    struct sketch words;
    enum freshness fresh = FRESH_UNKNOWN;
    struct block_line *l;
    struct buf line;
    char date[16];

    if (!is_fit(m) || str_eqz(m->kind, "prompt") ||
        str_eqz(m->kind, "summary") || block_has(f->block, m->id, STR_NONE))
        return;
    buf_init(&line, 8 * TITLE_BYTES + 64);
    fence_line(memory_title(m), TITLE_BYTES, &line);
    l = NULL;
    words = words_of(buf_str(&line));
    if (line.len)
        fresh = context_fresh(f, m->id, &label);
    if (line.len && !is_said(in, m, buf_str(&line), &words, label.n > 0)) {
        struct str prefix;

        prefix = arena_fmt(f->env->a, "#%lld %.*s%.*s: ", (long long)m->id,
                           STR_ARG(what), STR_ARG(label));
        l = context_add(f, STR("Recent and important"), prefix, buf_str(&line),
                        line.len, worth(m, place) + places_lost(fresh));
    }
    buf_free(&line);
    if (!l)
        return;
    if (in->n < ARRAY_LEN(in->told) && !label.n)
        in->told[in->n++] = (struct told){m->session_id, words};
    clock_local_date(m->event_ms, date);
    l->group = arena_strz(f->env->a, date);
    l->memory_id = m->id;
    l->why = arena_fmt(f->env->a, "number %zu of the newest, importance %d%s",
                       place + 1, m->importance,
                       places_lost(fresh) ? ", put back for its code" : "");
}

/* Lines of the index carry their worth so far: now they get priorities. Equal
 * worth goes to the newer one, which was added first. */
static void rank_index(struct context_fill *f, size_t from)
{
    struct block *b = f->block;
    int *worths = arena_array(f->env->a, b->n - from + 1, sizeof(*worths));

    for (size_t i = from; i < b->n; i++)
        worths[i - from] = b->lines[i].priority;
    for (size_t i = from; i < b->n; i++) {
        int rank = 0;

        for (size_t k = from; k < b->n; k++)
            rank += worths[k - from] < worths[i - from] ||
                    (worths[k - from] == worths[i - from] && k < i);
        b->lines[i].priority = PRI_INDEX + PRI_INDEX_STEP * rank;
    }
}

/* The newest and the important ones, in order of time without repeats. */
static int add_index(struct context_fill *f, const struct memory_filter *all,
                     struct err *e)
{
    struct memory_filter filter = *all;
    struct memory_list recent, important;
    struct listing *in = arena_new(f->env->a, struct listing);
    int rc = memories_before(f->env->db, &filter, PLACE_END, RECENT, f->env->a,
                             &recent, e);

    in->f = f;
    in->from = f->block->n;

    filter.importance = 4;
    if (rc == 0 && recent.n == RECENT) {
        const struct memory_row *last = &recent.rows[recent.n - 1];

        rc = memories_before(f->env->db, &filter,
                             (struct memory_place){last->event_ms, last->id},
                             IMPORTANT, f->env->a, &important, e);
    } else {
        important = (struct memory_list){NULL, 0};
    }
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < recent.n; i++)
        add_to_index(in, &recent.rows[i], i);
    for (size_t i = 0; i < important.n; i++)
        add_to_index(in, &important.rows[i], RECENT + i);
    rank_index(f, in->from);
    return 0;
}

int context_fill_startup(struct context_fill *f, struct err *e)
{
    struct memory_filter all = {.project_id = f->project.id,
                                .as_of_ms = f->r->as_of_ms,
                                .on_branch = f->r->branch,
                                .now_ms = f->env->now_ms};
    int rc = add_summaries(f, &all, e);

    if (rc == 0)
        rc = add_problems(f, &all, e);
    if (rc == 0)
        rc = add_notes(f, &all, e);
    if (rc == 0)
        rc = add_files(f, e);
    if (rc == 0)
        rc = add_index(f, &all, e);
    return rc;
}
