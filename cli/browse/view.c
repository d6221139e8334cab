/* view.c - the model as rows of text; see view.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/browse/pen.h"
#include "cli/browse/view.h"

#define BAR     STR("\xe2\x96\x8c") /* left half block */
#define UPRIGHT STR("\xe2\x94\x82")
#define ACROSS  STR("\xe2\x94\x80")

/* The label's column; narrower lists have none. */
#define LABEL_COLS 11
#define LABEL_FROM 44
#define AGE_COLS   4
#define AGE_FROM   36

void frame_init(struct frame *f)
{
    *f = (struct frame){0};
    for (int i = 0; i < VIEW_ROWS; i++)
        buf_init(&f->row[i], 64 * VIEW_COLUMNS);
}

void frame_free(struct frame *f)
{
    for (int i = 0; i < VIEW_ROWS; i++)
        buf_free(&f->row[i]);
}

void view_age(int64_t ms, int64_t now_ms, char out[32])
{
    static const struct {
        int64_t s;
        const char *unit;
    } units[] = {{365 * 86400LL, "y"}, {60 * 86400LL, "mo"},
                 {14 * 86400LL, "w"},  {86400, "d"},
                 {3600, "h"},          {60, "m"}};
    static const int64_t per[] = {365 * 86400LL, 30 * 86400LL, 7 * 86400LL,
                                  86400,         3600,         60};
    int64_t s = (now_ms - ms) / 1000;

    out[0] = '\0';
    if (ms <= 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (s >= units[i].s) {
            snprintf(out, 32, "%lld%s", (long long)(s / per[i]), units[i].unit);
            return;
        }
    snprintf(out, 32, "now");
}

/* --- where what is -------------------------------------------------------------- */

void layout_make(struct layout *l, int w, int h, bool preview, bool read)
{
    int top = h >= 8 ? 2 : 1, body;

    *l =
        (struct layout){.tabs = h >= 8 ? 1 : -1, .status = h >= 3 ? h - 1 : -1};
    body = h - top - (l->status >= 0);
    if (body < 0)
        body = 0;
    if (read) {
        l->preview = (struct box){top, 0, body, w};
        return;
    }
    l->list = (struct box){top, 0, body, w};
    if (!preview)
        return;
    if (w >= VIEW_WIDE && body > 0) {
        l->beside = true;
        l->list.cols = w * 46 / 100;
        l->preview =
            (struct box){top, l->list.cols + 3, body, w - l->list.cols - 3};
    } else if (h >= VIEW_TALL) {
        l->list.rows = body * 45 / 100;
        l->preview =
            (struct box){top + l->list.rows + 1, 0, body - l->list.rows - 1, w};
    }
}

/* --- the parts ------------------------------------------------------------------ */

static struct pen pen_at(const struct view *v, struct frame *f, int row,
                         int end)
{
    return (struct pen){&f->row[row], 0, end, v->colour};
}

static void count(const struct view *v, const struct model *m, struct pen *p)
{
    const struct rows *r = m->rows;
    bool memories = r->of >= 0 && m->tab != TAB_SESSIONS;

    /* Code is looked for in the tree of this directory, whatever the scope. */
    if (m->tab == TAB_FILES || m->tab == TAB_SYMBOLS) {
        pen_put(p, TERM_HEAD, STR("code"));
        pen_printf(p, TERM_PLAIN, " %.*s", STR_ARG(r->project));
        pen_printf(p, TERM_DIM, "  %zu", r->n);
        return;
    }
    /* Where the store knows no project of this directory. */
    if (m->scope != SCOPE_ALL && m->answered && memories && !r->project.n)
        pen_put(p, TERM_HEAD, STR("all projects"));
    else
        pen_put(p, TERM_HEAD, str_of(scope_word(m->scope)));
    if (m->scope == SCOPE_SESSION)
        pen_printf(p, TERM_PLAIN, " %s", m->session[0] ? m->session : "latest");
    else if (m->scope == SCOPE_BRANCH)
        pen_printf(p, TERM_PLAIN, " %s", m->branch);
    else if (m->scope != SCOPE_ALL && r->project.n)
        pen_printf(p, TERM_PLAIN, " %.*s", STR_ARG(r->project));
    if (m->answered == 0)
        return;
    if (memories && r->of > 0) /* else what is listed is of the code */
        pen_printf(p, TERM_DIM, "  %lld/%lld", (long long)r->matched,
                   (long long)r->of);
    else
        pen_printf(p, TERM_DIM, "  %zu", r->n);
    pen_put(p, TERM_DIM, v->busy ? STR(" \xe2\x80\xa6") : STR("  "));
}

/* The query, and where is looked at the right. A query that is too long shows
 * the part around the cursor. */
static void draw_query(const struct view *v, const struct model *m,
                       struct frame *f)
{
    struct pen p = pen_at(v, f, 0, f->w);
    struct str q = {m->query, m->len}, left = str_cut(q, 0, m->cursor);
    struct buf b;
    struct pen right = {&b, 0, f->w / 2, v->colour};
    int room;

    buf_init(&b, 8192);
    if (f->w >= 40)
        count(v, m, &right);
    pen_put(&p, TERM_MATCH, STR("> "));
    room = f->w - p.col - 1 - (right.col ? right.col + 2 : 0);
    if (room < 1)
        room = 1;
    while ((int)utf8_columns(left) > room) {
        size_t n = utf8_len(left);

        left = str_cut(left, n ? n : 1, left.n);
        q = str_cut(q, n ? n : 1, q.n);
    }
    f->cursor_row = 0;
    f->cursor_col = p.col + (int)utf8_columns(left);
    if (f->cursor_col >= f->w)
        f->cursor_col = f->w - 1;
    if (m->len == 0)
        pen_cut(&p, TERM_DIM, STR("type to search"), p.col + room);
    p.end = p.col + room + 1 < f->w ? p.col + room + 1 : f->w;
    pen_put(&p, TERM_TITLE, q);
    p.end = f->w;
    if (right.col) {
        pen_pad(&p, f->w - right.col);
        buf_adds(&f->row[0], buf_str(&b));
    }
    buf_free(&b);
}

/* All names when they have room, else the chosen one between arrows. */
static void draw_tabs(const struct view *v, const struct model *m,
                      struct frame *f, int row)
{
    struct pen p = pen_at(v, f, row, f->w);
    int all = 2;

    for (int i = 0; i < TABS; i++)
        all += (int)strlen(tab_word((enum browse_tab)i)) + 2;
    if (all > f->w) {
        pen_put(&p, TERM_DIM, STR("< "));
        pen_reverse(&p, str_of(tab_word(m->tab)));
        pen_put(&p, TERM_DIM, STR(" >"));
        return;
    }
    for (int i = 0; i < TABS; i++) {
        char word[32];

        snprintf(word, sizeof(word), " %s ", tab_word((enum browse_tab)i));
        pen_pad(&p, p.col + (i == 0));
        if (i == (int)m->tab)
            pen_reverse(&p, str_of(word));
        else
            pen_put(&p, TERM_DIM, str_of(word));
    }
}

static enum term_style label_style(const struct row *row)
{
    switch (row->what) {
    case ROW_SESSION:
        return TERM_GOOD;
    case ROW_FILE:
    case ROW_SYMBOL:
        return TERM_PATH;
    default:
        return row->ended ? TERM_DIM : TERM_ID;
    }
}

static void draw_row(const struct view *v, const struct row *row, bool chosen,
                     struct pen *p)
{
    int left = p->col, end = p->end;
    char age[32];

    pen_put(p, TERM_MATCH, chosen ? BAR : STR(" "));
    pen_put(p, TERM_WARN, row->pinned ? STR("*") : STR(" "));
    if (end - left >= LABEL_FROM) {
        pen_cut(p, label_style(row), row->label, left + 1 + LABEL_COLS);
        pen_pad(p, left + 2 + LABEL_COLS);
    }
    view_age(row->time_ms, v->now_ms, age);
    if (end - left < AGE_FROM)
        age[0] = '\0';
    if (age[0])
        end -= AGE_COLS + 1;
    if (row->fresh.n && end - p->col > 24) {
        pen_cut(p, TERM_WARN, row->fresh, p->col + (end - p->col) / 3);
        pen_put(p, TERM_PLAIN, STR("  "));
    }
    pen_marked(p,
               row->ended ? TERM_DIM
               : chosen   ? TERM_TITLE
                          : TERM_PLAIN,
               row->title, end);
    if (row->where.n) {
        pen_put(p, TERM_PLAIN, STR("  "));
        pen_cut(p, TERM_DIM, row->where, end);
    }
    if (age[0]) {
        pen_pad(p, p->end - (int)strlen(age));
        pen_put(p, TERM_DIM, str_of(age));
    }
}

/* Why the list is empty, and what helps. */
static void draw_nothing(const struct view *v, const struct model *m,
                         struct frame *f, const struct box *b)
{
    struct pen p = pen_at(v, f, b->top, b->cols);

    pen_put(&p, TERM_PLAIN, STR("  "));
    if (m->answered != m->asked) {
        pen_put(&p, TERM_DIM, STR("looking..."));
        return;
    }
    if (m->rows->note.n)
        pen_cut(&p, TERM_WARN, m->rows->note, b->cols);
    else if (m->len)
        pen_printf(&p, TERM_PLAIN, "nothing matches");
    else
        pen_printf(&p, TERM_PLAIN, "nothing is here");
    if (b->rows < 2)
        return;
    p = pen_at(v, f, b->top + 1, b->cols);
    pen_cut(&p, TERM_DIM,
            STR("  ^R looks elsewhere, Tab for other kinds, ^U begins anew"),
            b->cols);
}

static void draw_list(const struct view *v, struct model *m, struct frame *f,
                      const struct box *b)
{
    if (b->rows < 1)
        return;
    model_fit(m, b->rows);
    if (m->rows->n == 0)
        draw_nothing(v, m, f, b);
    for (int i = 0; i < b->rows; i++) {
        size_t at = m->top + (size_t)i;
        struct pen p = pen_at(v, f, b->top + i, b->cols);

        if (at < m->rows->n)
            draw_row(v, &m->rows->v[at], at == m->at, &p);
    }
}

/* What a row has taken so far, filled up to a column. */
static struct pen pen_from(const struct view *v, struct frame *f, int row,
                           int left, int end)
{
    struct pen p = {&f->row[row], pen_columns(buf_str(&f->row[row])), end,
                    v->colour};

    pen_pad(&p, left);
    return p;
}

static void draw_preview(const struct view *v, struct model *m, struct frame *f,
                         const struct layout *l)
{
    const struct box *b = &l->preview;
    const struct row *row = model_row(m);
    struct str rest, line;
    bool is_its = row && v->preview && str_eq(v->preview->id, row->id);

    if (b->rows < 1)
        return;
    m->preview_page = b->rows;
    m->preview_lines = is_its ? v->preview->lines : 0;
    if (is_its && m->scroll > m->preview_lines - b->rows)
        m->scroll = m->preview_lines > b->rows ? m->preview_lines - b->rows : 0;
    rest = is_its ? buf_str(&v->preview->text) : STR_NONE;
    for (int i = 0; i < m->scroll && str_line(&rest, &line); i++)
        ;
    for (int i = 0; i < b->rows; i++) {
        struct pen p =
            pen_from(v, f, b->top + i, l->beside ? b->left - 2 : b->left,
                     b->left + b->cols);

        if (l->beside) {
            pen_put(&p, TERM_DIM, UPRIGHT);
            pen_pad(&p, b->left);
        }
        if (str_line(&rest, &line))
            pen_term(&p, line);
    }
    if (!l->beside && b->top > l->list.top && l->list.rows > 0) {
        struct pen p = pen_at(v, f, b->top - 1, f->w);

        while (p.col < p.end && pen_put(&p, TERM_PLAIN, ACROSS))
            ;
    }
}

/* As many hints as have room. */
static void draw_hints(const struct view *v, const struct model *m,
                       struct pen *p)
{
    static const char *const list[] = {
        "F1 keys", "Tab kind",  "^R scope", "Enter read", "^Y copy",
        "^O edit", "^G resume", "^S pin",   "^X forget",  "Esc quit"};
    static const char *const read[] = {"Esc back", "Up Down scroll", "^Y copy",
                                       "^O edit", "^G resume"};
    const char *const *hint = m->mode == MODE_READ ? read : list;
    size_t n = m->mode == MODE_READ ? ARRAY_LEN(read) : ARRAY_LEN(list);

    (void)v;
    for (size_t i = 0; i < n; i++) {
        struct str key = str_of(hint[i]);
        ptrdiff_t blank = str_rchr(key, ' ');

        if (p->col + (int)key.n + 3 > p->end)
            break;
        pen_put(p, TERM_PLAIN, i ? STR("   ") : STR(" "));
        pen_put(p, TERM_TITLE, str_cut(key, 0, (size_t)blank));
        pen_put(p, TERM_DIM, str_cut(key, (size_t)blank, key.n));
    }
}

static void draw_status(const struct view *v, const struct model *m,
                        struct frame *f, int row)
{
    const struct row *chosen = model_row(m);
    struct pen p = pen_at(v, f, row, f->w);

    if (m->mode == MODE_FORGET && chosen)
        pen_printf(
            &p, TERM_BAD, " Forget %.*s for good%s? y: yes, any other key: no",
            STR_ARG(chosen->id),
            chosen->what == ROW_SESSION ? " with everything that came from it"
                                        : "");
    else if (m->said[0])
        pen_printf(&p, TERM_TITLE, " %s", m->said);
    else
        draw_hints(v, m, &p);
}

static void draw_help(const struct view *v, struct frame *f,
                      const struct layout *l)
{
    int top = l->list.top, rows = f->h - top - (l->status >= 0);
    int col = 24 < f->w / 2 ? 24 : f->w / 2;

    for (int i = 0; i < rows && (size_t)i < browse_keys_count; i++) {
        struct pen p = pen_at(v, f, top + i, f->w);

        pen_pad(&p, 2);
        pen_cut(&p, TERM_ID, str_of(browse_keys[i].keys), col - 1);
        pen_pad(&p, col);
        pen_cut(&p, TERM_PLAIN, str_of(browse_keys[i].does), f->w);
    }
}

void view_draw(const struct view *v, struct model *m, struct frame *f)
{
    struct layout l;

    for (int i = 0; i < f->h; i++)
        buf_reset(&f->row[i]);
    layout_make(&l, f->w, f->h, !m->hides_preview && m->rows->n > 0,
                m->mode == MODE_READ);
    draw_query(v, m, f);
    if (l.tabs >= 0)
        draw_tabs(v, m, f, l.tabs);
    if (m->mode == MODE_HELP) {
        draw_help(v, f, &l);
    } else {
        draw_list(v, m, f, &l.list);
        draw_preview(v, m, f, &l);
    }
    if (l.status >= 0)
        draw_status(v, m, f, l.status);
}
