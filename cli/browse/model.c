/* model.c - the browser's state, and keys; see model.h. */
#include "base/common.h"

#include <stdarg.h>

#include "cli/browse/model.h"
#include "cli/browse/model_query.h"

static const char *const scope_words[SCOPES] = {
#define SCOPE_WORD(name, word, about) [SCOPE_##name] = word,
    BROWSE_SCOPES(SCOPE_WORD)
#undef SCOPE_WORD
};

static const struct {
    const char *word, *kind;
} tabs[TABS] = {
#define TAB_ROW(name, word, kind) [TAB_##name] = {word, kind},
    BROWSE_TABS(TAB_ROW)
#undef TAB_ROW
};

const struct key_help browse_keys[] = {
    {"Up Down  ^P ^N", "choose"},
    {"PgUp PgDn", "a page on"},
    {"Tab  Alt-1 to 8", "what is listed: all, facts, prompts, ..."},
    {"^R", "where: directory, repository, branch, session, all"},
    {"Enter", "read the chosen one; Esc leads back"},
    {"Shift-Up Shift-Down", "scroll the preview"},
    {"^T", "preview on and off"},
    {"^Y", "copy its text"},
    {"Alt-Y", "copy its name (#12, path:line, session)"},
    {"^O", "open in the editor, at the line"},
    {"^G", "go on with its session in Claude Code"},
    {"^S", "pin, unpin"},
    {"^X", "forget (asks)"},
    {"^U ^W ^A ^E", "edit what is typed"},
    {"^L ^Z", "draw anew; suspend"},
    {"Esc ^C", "back, quit"},
};
const size_t browse_keys_count = ARRAY_LEN(browse_keys);

const char *scope_word(enum browse_scope s)
{
    return scope_words[s];
}

const char *tab_word(enum browse_tab t)
{
    return tabs[t].word;
}

const char *tab_kind(enum browse_tab t)
{
    return tabs[t].kind;
}

int scope_of_word(struct str word)
{
    for (int i = 0; i < SCOPES; i++)
        if (str_eqz(word, scope_words[i]))
            return i;
    return -1;
}

int tab_of_word(struct str word)
{
    for (int i = 0; i < TABS; i++)
        if (str_eqz(word, tabs[i].word) ||
            (tabs[i].kind[0] && str_eqz(word, tabs[i].kind)))
            return i;
    return -1;
}

void model_say(struct model *m, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(m->said, sizeof(m->said), fmt, ap);
    va_end(ap);
}

void model_init(struct model *m, struct str words)
{
    *m = (struct model){
        .asked = 1, .rows = rows_new(), .page = 1, .scope = SCOPE_REPOSITORY};
    m->can[SCOPE_REPOSITORY] = m->can[SCOPE_ALL] = m->can[SCOPE_SESSION] = true;
    query_insert(m, words);
}

void model_free(struct model *m)
{
    rows_free(m->rows);
    m->rows = NULL;
}

/* --- the list ------------------------------------------------------------------- */

const struct row *model_row(const struct model *m)
{
    return m->at < m->rows->n ? &m->rows->v[m->at] : NULL;
}

static void choose(struct model *m, ptrdiff_t at)
{
    ptrdiff_t last = (ptrdiff_t)m->rows->n - 1;

    if (at > last)
        at = last;
    if (at < 0)
        at = 0;
    if ((size_t)at != m->at)
        m->scroll = 0;
    m->at = (size_t)at;
    /* The first is chosen by whoever comes first. */
    m->chosen = at > 0;
}

void model_fit(struct model *m, int page)
{
    size_t n = m->rows->n, rows = page > 0 ? (size_t)page : 1;

    m->page = (int)rows;
    if (m->at < m->top)
        m->top = m->at;
    if (m->at >= m->top + rows)
        m->top = m->at - rows + 1;
    if (m->top + rows > n)
        m->top = n > rows ? n - rows : 0;
}

bool model_take(struct model *m, struct rows *rows, uint64_t n)
{
    const struct row *was = model_row(m);
    ptrdiff_t at = 0, line = (ptrdiff_t)m->at - (ptrdiff_t)m->top;
    bool same;

    if (n != m->asked) {
        rows_free(rows);
        return false;
    }
    if (m->chosen && was)
        at = rows_find(rows, was->id);
    same = was && rows->n && at >= 0 && str_eq(rows->v[at].id, was->id);
    if (at < 0) {
        at = 0;
        m->chosen = false;
    }
    if (!same)
        m->scroll = 0;
    m->at = (size_t)at;
    m->top = at > line ? (size_t)(at - line) : 0;
    rows_free(m->rows);
    m->rows = rows;
    m->answered = n;
    return true;
}

/* --- keys ----------------------------------------------------------------------- */

static void to_scope(struct model *m)
{
    const struct row *row = model_row(m);
    int s = m->scope;

    do
        s = (s + 1) % SCOPES;
    while (!m->can[s]);
    m->scope = (enum browse_scope)s;
    m->session[0] = '\0';
    if (s == SCOPE_SESSION && row && row->session.n)
        snprintf(m->session, sizeof(m->session), "%.*s", STR_ARG(row->session));
    m->asked++;
}

static void to_tab(struct model *m, int t)
{
    t = (t + TABS) % TABS;
    if (t == (int)m->tab)
        return;
    m->tab = (enum browse_tab)t;
    m->chosen = false;
    m->asked++;
}

static void scroll(struct model *m, int by)
{
    int most = m->preview_lines - m->preview_page;

    m->scroll += by;
    if (m->scroll > most)
        m->scroll = most;
    if (m->scroll < 0)
        m->scroll = 0;
}

static enum deed on_row(struct model *m, enum deed deed)
{
    if (model_row(m))
        return deed;
    model_say(m, "nothing is chosen");
    return DEED_NONE;
}

static enum deed on_memory(struct model *m, enum deed deed)
{
    const struct row *row = model_row(m);

    if (row && (row->what == ROW_MEMORY ||
                (row->what == ROW_SESSION && deed == DEED_FORGET)))
        return deed;
    model_say(m, "%s is for memories",
              deed == DEED_PIN ? "pinning" : "forgetting");
    return DEED_NONE;
}

static enum deed quit_or_back(struct model *m)
{
    if (m->mode == MODE_LIST)
        return DEED_QUIT;
    m->mode = MODE_LIST;
    m->scroll = 0;
    return DEED_NONE;
}

static enum deed control(struct model *m, char c)
{
    switch (c) {
    case 'a':
        m->cursor = 0;
        break;
    case 'b':
        m->cursor = query_before(m, m->cursor);
        break;
    case 'c':
        return DEED_QUIT;
    case 'd':
        if (m->len == 0)
            return DEED_QUIT;
        query_erase(m, m->cursor, query_behind(m, m->cursor));
        break;
    case 'e':
        m->cursor = m->len;
        break;
    case 'f':
        m->cursor = query_behind(m, m->cursor);
        break;
    case 'g':
        return on_row(m, DEED_RESUME);
    case 'k':
        query_erase(m, m->cursor, m->len);
        break;
    case 'j':
    case 'n':
        choose(m, (ptrdiff_t)m->at + 1);
        break;
    case 'p':
        choose(m, (ptrdiff_t)m->at - 1);
        break;
    case 'l':
        return DEED_REDRAW;
    case 'o':
        return on_row(m, DEED_EDIT);
    case 'r':
        to_scope(m);
        break;
    case 's':
        return on_memory(m, DEED_PIN);
    case 't':
        m->hides_preview = !m->hides_preview;
        break;
    case 'u':
        query_erase(m, 0, m->cursor);
        break;
    case 'w':
        query_erase(m, query_word_before(m), m->cursor);
        break;
    case 'x':
        if (on_memory(m, DEED_FORGET) == DEED_FORGET)
            m->mode = MODE_FORGET;
        break;
    case 'y':
        return on_row(m, DEED_COPY);
    case 'z':
        return DEED_SUSPEND;
    default:
        break;
    }
    return DEED_NONE;
}

static enum deed alt(struct model *m, char c)
{
    if (c >= '1' && c < '1' + TABS)
        to_tab(m, c - '1');
    else if (c == 'b')
        m->cursor = query_word_before(m);
    else if (c == 'f')
        m->cursor = query_word_behind(m);
    else if (c == 'd')
        query_erase(m, m->cursor, query_word_behind(m));
    else if (c == 'y')
        return on_row(m, DEED_COPY_NAME);
    else if (c == 'h')
        m->mode = MODE_HELP;
    return DEED_NONE;
}

/* Keys that move: the chosen row, or while one is read its text. */
static bool move(struct model *m, const struct keypress *k)
{
    bool text = m->mode == MODE_READ || k->modified;
    int by = 0;

    switch (k->key) {
    case KEY_UP:
        by = -1;
        break;
    case KEY_DOWN:
        by = 1;
        break;
    case KEY_PAGE_UP:
        by = text ? -m->preview_page : -m->page;
        break;
    case KEY_PAGE_DOWN:
        by = text ? m->preview_page : m->page;
        break;
    default:
        return false;
    }
    if (text)
        scroll(m, by);
    else
        choose(m, (ptrdiff_t)m->at + by);
    return true;
}

static enum deed confirm(struct model *m, const struct keypress *k)
{
    bool yes =
        k->key == KEY_TEXT && (str_eqz(k->text, "y") || str_eqz(k->text, "Y"));

    m->mode = MODE_LIST;
    if (yes)
        return on_memory(m, DEED_FORGET);
    model_say(m, "nothing was forgotten");
    return DEED_NONE;
}

static enum deed edit_key(struct model *m, const struct keypress *k)
{
    switch (k->key) {
    case KEY_TEXT:
        if (m->len == 0 && str_eqz(k->text, "?"))
            m->mode = MODE_HELP;
        else
            query_insert(m, k->text);
        break;
    case KEY_BACKSPACE:
        query_erase(m, query_before(m, m->cursor), m->cursor);
        break;
    case KEY_DELETE:
        query_erase(m, m->cursor, query_behind(m, m->cursor));
        break;
    case KEY_LEFT:
        m->cursor =
            k->modified ? query_word_before(m) : query_before(m, m->cursor);
        break;
    case KEY_RIGHT:
        m->cursor =
            k->modified ? query_word_behind(m) : query_behind(m, m->cursor);
        break;
    case KEY_HOME:
        m->cursor = 0;
        break;
    case KEY_END:
        m->cursor = m->len;
        break;
    case KEY_TAB:
        to_tab(m, (int)m->tab + 1);
        break;
    case KEY_BACKTAB:
        to_tab(m, (int)m->tab - 1);
        break;
    case KEY_ALT:
        return alt(m, k->c);
    default:
        break;
    }
    return DEED_NONE;
}

static enum deed enter(struct model *m)
{
    if (m->mode == MODE_READ)
        return quit_or_back(m);
    if (on_row(m, DEED_OPENED) != DEED_OPENED)
        return DEED_NONE;
    m->mode = MODE_READ;
    m->scroll = 0;
    return DEED_OPENED;
}

enum deed model_key(struct model *m, const struct keypress *k)
{
    if (k->key == KEY_NONE)
        return DEED_NONE;
    m->said[0] = '\0';
    if (m->mode == MODE_FORGET)
        return confirm(m, k);
    if (m->mode == MODE_HELP) {
        m->mode = MODE_LIST;
        return k->key == KEY_CTRL && k->c == 'c' ? DEED_QUIT : DEED_NONE;
    }
    if (move(m, k))
        return DEED_NONE;
    if (k->key == KEY_CTRL && m->mode == MODE_READ &&
        (k->c == 'n' || k->c == 'p')) {
        scroll(m, k->c == 'n' ? 1 : -1);
        return DEED_NONE;
    }
    if (k->key == KEY_CTRL)
        return control(m, k->c);
    if (k->key == KEY_ESC)
        return quit_or_back(m);
    if (k->key == KEY_ENTER)
        return enter(m);
    if (k->key == KEY_F1) {
        m->mode = MODE_HELP;
        return DEED_NONE;
    }
    if (m->mode == MODE_READ && k->key == KEY_TEXT) {
        if (str_eqz(k->text, "q"))
            return quit_or_back(m);
        scroll(m, str_eqz(k->text, " ")   ? m->preview_page
                  : str_eqz(k->text, "j") ? 1
                  : str_eqz(k->text, "k") ? -1
                                          : 0);
        return DEED_NONE;
    }
    return edit_key(m, k);
}
