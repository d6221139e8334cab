/* browse_test.c - the interactive terminal: keys, what they do, and rows that
 * fit whatever the size. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/browse/act.h"
#include "cli/browse/pen.h"
#include "cli/browse/view.h"
#include "cli/show_text.h"
#include "test.h"

/* --- keys ------------------------------------------------------------------------ */

static const struct key_case {
    const char *bytes;
    enum key key;
    char c;
    bool modified;
} key_cases[] = {
    {"\033[A", KEY_UP, 0, false},
    {"\033OB", KEY_DOWN, 0, false},
    {"\033[1;2A", KEY_UP, 0, true},
    {"\033[1;5C", KEY_RIGHT, 0, true},
    {"\033[H", KEY_HOME, 0, false},
    {"\033[4~", KEY_END, 0, false},
    {"\033[3~", KEY_DELETE, 0, false},
    {"\033[5~", KEY_PAGE_UP, 0, false},
    {"\033[6;5~", KEY_PAGE_DOWN, 0, true},
    {"\033OP", KEY_F1, 0, false},
    {"\033[11~", KEY_F1, 0, false},
    {"\033[Z", KEY_BACKTAB, 0, false},
    {"\033[99x", KEY_NONE, 0, false},
    {"\033y", KEY_ALT, 'y', false},
    {"\0333", KEY_ALT, '3', false},
    {"\r", KEY_ENTER, 0, false},
    {"\t", KEY_TAB, 0, false},
    {"\177", KEY_BACKSPACE, 0, false},
    {"\022", KEY_CTRL, 'r', false},
    {"\032", KEY_CTRL, 'z', false},
};

TEST(browse, reads_what_terminals_send)
{
    for (size_t i = 0; i < ARRAY_LEN(key_cases); i++) {
        const struct key_case *c = &key_cases[i];
        struct str in = str_of(c->bytes);
        struct keypress k;

        CHECK_INT(keys_take(in, false, &k), in.n);
        CHECK_INT(k.key, c->key);
        CHECK_INT(k.c, c->c);
        CHECK_INT(k.modified, c->modified);
        /* Every beginning of it waits for the rest. */
        for (size_t n = 1; n < in.n; n++)
            CHECK_INT(keys_take(str_cut(in, 0, n), false, &k), 0);
    }
}

TEST(browse, takes_a_lone_escape_when_nothing_follows)
{
    struct keypress k;

    CHECK_INT(keys_take(STR("\033"), false, &k), 0);
    CHECK_INT(keys_take(STR("\033"), true, &k), 1);
    CHECK_INT(k.key, KEY_ESC);
    CHECK_INT(keys_take(STR("\033\033"), false, &k), 1);
    CHECK_INT(k.key, KEY_ESC);
    CHECK_INT(keys_take(STR("\033[1;"), true, &k), 4);
    CHECK_INT(k.key, KEY_NONE);
    CHECK_INT(keys_take(STR(""), true, &k), 0);
}

TEST(browse, takes_characters_whole)
{
    struct str wide = STR("\xe6\xbc\xa2x"), bad = STR("\xff"
                                                      "abc");
    struct keypress k;

    CHECK_INT(keys_take(str_cut(wide, 0, 2), false, &k), 0);
    CHECK_INT(keys_take(wide, false, &k), 3);
    CHECK_INT(k.key, KEY_TEXT);
    CHECK_INT(k.text.n, 3);
    CHECK_INT(keys_take(bad, false, &k), 1);
    CHECK_INT(k.key, KEY_NONE);
}

TEST(browse, takes_what_was_pasted_as_text)
{
    struct str in = STR("\033[200~one\ntwo\033[201~x");
    struct keypress k;

    CHECK_INT(keys_take(str_cut(in, 0, 12), false, &k), 0);
    CHECK_INT(keys_take(in, false, &k), in.n - 1);
    CHECK_INT(k.key, KEY_TEXT);
    CHECK_STR(k.text, "one\ntwo");
}

/* --- the model -------------------------------------------------------------------- */

static enum deed type(struct model *m, const char *bytes)
{
    struct str in = str_of(bytes);
    enum deed deed = DEED_NONE;
    struct keypress k;

    while (in.n) {
        size_t n = keys_take(in, true, &k);

        deed = model_key(m, &k);
        in = str_cut(in, n, in.n);
    }
    return deed;
}

/* Memories #first to #last. */
static struct rows *some_rows(int first, int last)
{
    struct rows *r = rows_new();

    for (int i = first; i <= last; i++) {
        struct row *row = &r->v[r->n++];

        row->what = ROW_MEMORY;
        row->id = arena_fmt(&r->a, "#%d", i);
        row->label = STR("bugfix");
        row->title = arena_fmt(&r->a,
                               "memory %d \xe6\xbc\xa2\xe5\xad\x97 of "
                               "\002words\002 that are many and wide "
                               "\xf0\x9f\x98\x80",
                               i);
        row->session = STR("s7");
        row->time_ms = 1;
    }
    r->matched = (int64_t)r->n;
    r->of = 1000;
    return r;
}

TEST(browse, edits_the_query_by_characters)
{
    struct model m;
    uint64_t asked;

    model_init(&m, STR(""));
    type(&m, "a\xc3\xa9\xe6\xbc\xa2");
    CHECK_STR(str_of(m.query), "a\xc3\xa9\xe6\xbc\xa2");
    type(&m, "\177");
    CHECK_STR(str_of(m.query), "a\xc3\xa9");
    type(&m, "\033[D\033[D-");
    CHECK_STR(str_of(m.query), "-a\xc3\xa9");
    type(&m, "\033[F two  three");
    type(&m, "\027");
    CHECK_STR(str_of(m.query), "-a\xc3\xa9 two  ");
    type(&m, "\033[1;5D\013");
    CHECK_STR(str_of(m.query), "-a\xc3\xa9 ");
    type(&m, "\001\033[3~");
    CHECK_STR(str_of(m.query), "a\xc3\xa9 ");
    asked = m.asked;
    type(&m, "\005\033[C\033[3~"); /* nothing behind the end */
    CHECK_INT(m.asked, asked);
    type(&m, "\025");
    CHECK_INT(m.len, 0);
    CHECK(m.asked > asked);
    model_free(&m);
}

TEST(browse, never_holds_more_than_a_query)
{
    struct model m;

    model_init(&m, STR(""));
    for (int i = 0; i < QUERY_BYTES; i++)
        type(&m, "\xe6\xbc\xa2");
    CHECK(m.len < QUERY_BYTES);
    CHECK(utf8_is_valid((struct str){m.query, m.len}));
    type(&m, "\033[200~a\nb\033[201~");
    model_free(&m);
}

TEST(browse, keeps_the_chosen_memory_while_rows_change)
{
    struct model m;

    model_init(&m, STR("x"));
    CHECK(model_take(&m, some_rows(1, 50), m.asked));
    model_fit(&m, 10);
    type(&m, "\033[B\033[B\033[B");
    CHECK_STR(model_row(&m)->id, "#4");
    /* Two more come before it: it stays, and where it was on the screen. */
    CHECK(model_take(&m, some_rows(-1, 50), m.asked));
    model_fit(&m, 10);
    CHECK_STR(model_row(&m)->id, "#4");
    CHECK_INT(m.at - m.top, 3);
    type(&m, "y");
    CHECK(model_take(&m, some_rows(3, 9), m.asked));
    CHECK_STR(model_row(&m)->id, "#4");
    /* It is not among them: the best is chosen. */
    type(&m, "z");
    CHECK(model_take(&m, some_rows(20, 30), m.asked));
    CHECK_STR(model_row(&m)->id, "#20");
    CHECK(!m.chosen);
    model_free(&m);
}

TEST(browse, follows_the_best_until_somebody_chooses)
{
    struct model m;

    model_init(&m, STR("x"));
    CHECK(model_take(&m, some_rows(5, 9), m.asked));
    type(&m, "y");
    CHECK(model_take(&m, some_rows(1, 9), m.asked));
    CHECK_STR(model_row(&m)->id, "#1");
    model_free(&m);
}

TEST(browse, drops_answers_to_older_questions)
{
    struct model m;
    uint64_t before;

    model_init(&m, STR("x"));
    before = m.asked;
    type(&m, "y");
    CHECK(!model_take(&m, some_rows(1, 3), before));
    CHECK_INT(m.rows->n, 0);
    CHECK(model_take(&m, some_rows(1, 3), m.asked));
    CHECK_INT(m.rows->n, 3);
    model_free(&m);
}

TEST(browse, goes_round_the_scopes_that_there_are)
{
    struct model m;

    model_init(&m, STR(""));
    m.can[SCOPE_BRANCH] = true;
    CHECK(model_take(&m, some_rows(1, 3), m.asked));
    CHECK_INT(m.scope, SCOPE_REPOSITORY);
    type(&m, "\022");
    CHECK_INT(m.scope, SCOPE_BRANCH);
    type(&m, "\022");
    CHECK_INT(m.scope, SCOPE_SESSION);
    CHECK_STR(str_of(m.session), "s7");
    type(&m, "\022");
    CHECK_INT(m.scope, SCOPE_ALL);
    type(&m, "\022"); /* not the directory: it is the whole repository */
    CHECK_INT(m.scope, SCOPE_REPOSITORY);
    model_free(&m);
}

TEST(browse, tabs_by_order_and_by_number)
{
    struct model m;

    model_init(&m, STR(""));
    type(&m, "\t");
    CHECK_INT(m.tab, TAB_OBSERVATIONS);
    type(&m, "\033[Z\033[Z");
    CHECK_INT(m.tab, TAB_SYMBOLS);
    type(&m, "\0335");
    CHECK_INT(m.tab, TAB_PROMPTS);
    CHECK_INT(tab_of_word(STR("fact")), TAB_FACTS);
    CHECK_INT(tab_of_word(STR("sessions")), TAB_SESSIONS);
    CHECK_INT(tab_of_word(STR("")), -1);
    CHECK_INT(scope_of_word(STR("branch")), SCOPE_BRANCH);
    model_free(&m);
}

TEST(browse, forgets_only_after_a_yes)
{
    struct model m;

    model_init(&m, STR(""));
    CHECK_INT(type(&m, "\030"), DEED_NONE); /* nothing is chosen */
    CHECK_INT(m.mode, MODE_LIST);
    CHECK(model_take(&m, some_rows(1, 3), m.asked));
    CHECK_INT(type(&m, "\030"), DEED_NONE);
    CHECK_INT(m.mode, MODE_FORGET);
    CHECK_INT(type(&m, "\r"), DEED_NONE);
    CHECK_INT(m.mode, MODE_LIST);
    type(&m, "\030");
    CHECK_INT(type(&m, "y"), DEED_FORGET);
    CHECK_INT(m.len, 0); /* the y was no letter of the query */
    model_free(&m);
}

TEST(browse, says_what_is_to_be_done)
{
    static const struct {
        const char *bytes;
        enum deed deed;
    } cases[] = {
        {"\003", DEED_QUIT},       {"\033", DEED_QUIT},   {"\004", DEED_QUIT},
        {"\032", DEED_SUSPEND},    {"\014", DEED_REDRAW}, {"\031", DEED_COPY},
        {"\033y", DEED_COPY_NAME}, {"\017", DEED_EDIT},   {"\007", DEED_RESUME},
        {"\023", DEED_PIN},        {"\r", DEED_OPENED},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct model m;

        model_init(&m, STR(""));
        CHECK(model_take(&m, some_rows(1, 3), m.asked));
        CHECK_INT(type(&m, cases[i].bytes), cases[i].deed);
        model_free(&m);
    }
}

TEST(browse, escape_leads_back_before_it_quits)
{
    struct model m;

    model_init(&m, STR(""));
    CHECK(model_take(&m, some_rows(1, 3), m.asked));
    type(&m, "\r");
    CHECK_INT(m.mode, MODE_READ);
    m.preview_lines = 30;
    m.preview_page = 10;
    type(&m, " j");
    CHECK_INT(m.scroll, 11);
    type(&m, "\033[6~\033[6~");
    CHECK_INT(m.scroll, 20); /* no further than its end */
    CHECK_INT(m.len, 0);
    CHECK_INT(type(&m, "\033"), DEED_NONE);
    CHECK_INT(m.mode, MODE_LIST);
    type(&m, "?");
    CHECK_INT(m.mode, MODE_HELP);
    CHECK_INT(type(&m, "\033"), DEED_NONE);
    CHECK_INT(type(&m, "\033"), DEED_QUIT);
    model_free(&m);
}

/* --- the view --------------------------------------------------------------------- */

static void check_fits(struct model *m, int w, int h, bool colour)
{
    static struct frame f;
    struct preview p = {.id = model_row(m) ? model_row(m)->id : STR_NONE};
    struct view v = {.colour = colour, .now_ms = 1000000, .preview = &p};

    frame_init(&f);
    f.w = w;
    f.h = h;
    buf_init(&p.text, 4096);
    for (p.lines = 0; p.lines < 40; p.lines++)
        buf_addz(&p.text, "\033[1mbold\033[0m \xe6\xbc\xa2\xe5\xad\x97 and a "
                          "line that is longer than any small terminal is\n");
    view_draw(&v, m, &f);
    for (int i = 0; i < h; i++) {
        struct str row = buf_str(&f.row[i]);

        if (pen_columns(row) > w)
            test_fail(__FILE__, __LINE__, "%dx%d: row %d has %d columns: %s", w,
                      h, i, pen_columns(row), row.p);
        CHECK(utf8_is_valid(row));
        CHECK(str_chr(row, '\n') < 0 && str_chr(row, SHOW_MARK) < 0);
    }
    CHECK(f.cursor_col >= 0 && f.cursor_col < w);
    CHECK(f.cursor_row >= 0 && f.cursor_row < h);
    CHECK(m->rows->n == 0 || (m->at >= m->top && m->at < m->rows->n));
    buf_free(&p.text);
    frame_free(&f);
}

TEST(browse, fits_every_size)
{
    struct model m;

    model_init(&m, STR("a query with \xe6\xbc\xa2\xe5\xad\x97 that is long"));
    for (int full = 0; full < 2; full++) {
        if (full)
            CHECK(model_take(&m, some_rows(1, 60), m.asked));
        for (int mode = MODE_LIST; mode <= MODE_FORGET; mode++)
            for (int w = 1; w <= 161; w += 4)
                for (int h = 1; h <= 41; h += 5) {
                    m.mode = (enum browse_mode)mode;
                    check_fits(&m, w, h, (w + h) % 2);
                }
    }
    check_fits(&m, 20, 5, true);
    model_free(&m);
}

TEST(browse, shows_the_chosen_row_at_any_height)
{
    struct model m;

    model_init(&m, STR(""));
    CHECK(model_take(&m, some_rows(1, 60), m.asked));
    model_fit(&m, 10);
    type(&m, "\033[6~\033[6~\033[6~");
    CHECK_INT(m.at, 30);
    for (int page = 30; page > 0; page--) {
        model_fit(&m, page);
        CHECK(m.at >= m.top && m.at < m.top + (size_t)page);
    }
    type(&m, "\033[6~");
    model_free(&m);
}

TEST(browse, stands_the_preview_where_there_is_room)
{
    struct layout l;

    layout_make(&l, 120, 30, true, false);
    CHECK(l.beside);
    CHECK_INT(l.preview.left + l.preview.cols, 120);
    layout_make(&l, 80, 24, true, false);
    CHECK(!l.beside);
    CHECK_INT(l.preview.top + l.preview.rows, 23);
    CHECK(l.list.rows >= 5);
    layout_make(&l, 80, 10, true, false);
    CHECK_INT(l.preview.rows, 0);
    layout_make(&l, 20, 5, true, false);
    CHECK_INT(l.list.rows, 3);
    layout_make(&l, 120, 30, false, false);
    CHECK_INT(l.list.cols, 120);
    layout_make(&l, 120, 30, true, true);
    CHECK_INT(l.preview.cols, 120);
}

TEST(browse, cuts_wide_characters_whole)
{
    struct buf b;
    struct pen p = {&b, 0, 5, false};

    buf_init(&b, 256);
    CHECK(
        !pen_put(&p, TERM_PLAIN, STR("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2")));
    CHECK_INT(p.col, 4); /* the third would have one column of two */
    CHECK_STR(buf_str(&b), "\xe6\xbc\xa2\xe5\xad\x97");
    pen_pad(&p, 9);
    CHECK_INT(pen_columns(buf_str(&b)), 5);
    buf_reset(&b);
    p = (struct pen){&b, 0, 20, true};
    pen_marked(&p, TERM_PLAIN, STR("a \002found\002 word that is cut"), 12);
    CHECK_INT(p.col, 12);
    CHECK_STR(buf_str(&b), "a \033[1;35mfound\033[0m wor\xe2\x80\xa6");
    buf_free(&b);
}

TEST(browse, tells_ages_shortly)
{
    static const struct {
        int64_t s;
        const char *text;
    } cases[] = {{0, "now"},          {59, "now"},        {60, "1m"},
                 {3600, "1h"},        {86399, "23h"},     {86400, "1d"},
                 {13 * 86400, "13d"}, {14 * 86400, "2w"}, {61 * 86400, "2mo"},
                 {800 * 86400, "2y"}};
    char out[32];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        view_age(1000, 1000 + cases[i].s * 1000, out);
        CHECK_STR(str_of(out), cases[i].text);
    }
    view_age(0, 5000, out);
    CHECK_STR(str_of(out), "");
}

/* --- rows, and what is done with them --------------------------------------------- */

TEST(browse, lists_symbols_of_that_name_first)
{
    struct json *memories = json_parse(
        STR("{\"matched\":1,\"of\":9,\"project\":\"app\",\"results\":[{\"id\":"
            "\"#1\",\"kind\":\"fact\",\"title\":\"a\\u001b[31m b\",\"snippet\":"
            "\"x **y** z\",\"session\":\"s2\"}]}"),
        NULL);
    struct json *symbols = json_parse(
        STR("{\"root\":\"/r\",\"symbols\":[{\"name\":\"other\",\"qualified\":"
            "\"other\",\"kind\":\"function\",\"file\":\"a.c\",\"line\":3},"
            "{\"name\":\"Same\",\"qualified\":\"Same\",\"kind\":\"function\","
            "\"file\":\"b.c\",\"line\":7}]}"),
        NULL);
    struct rows *r = rows_new();

    rows_add_all(r, memories, symbols, NULL, STR("same "), 6);
    CHECK_INT(r->n, 3);
    CHECK_STR(r->v[0].path, "/r/b.c");
    CHECK_INT(r->v[0].line, 7);
    CHECK_STR(r->v[0].title, "Same");
    CHECK_STR(r->v[0].where, "b.c:7");
    CHECK_STR(r->v[1].id, "#1");
    CHECK_STR(r->v[1].title, "a b  \xe2\x80\xb9 x \002y\002 z");
    CHECK_STR(r->v[2].name, "other");
    CHECK_INT(r->matched, 1);
    CHECK_INT(r->of, 9);
    CHECK_STR(r->project, "app");
    CHECK_INT(rows_find(r, STR("#1")), 1);
    CHECK_INT(rows_find(r, STR("#2")), -1);
    rows_free(r);
    json_free(memories);
    json_free(symbols);
}

TEST(browse, copies_in_base64)
{
    static const struct {
        const char *text, *code;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"\xe6\xbc\xa2", "5ryi"}};
    struct buf b, want;

    buf_init(&b, 256);
    buf_init(&want, 256);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        buf_reset(&b);
        buf_reset(&want);
        act_osc52(&b, str_of(cases[i].text));
        buf_addf(&want, "\033]52;c;%s\a", cases[i].code);
        CHECK_STR(buf_str(&b), want.data);
    }
    buf_free(&b);
    buf_free(&want);
}

TEST(browse, opens_what_a_memory_cites_where_it_is_now)
{
    struct json *item = json_parse(
        STR("{\"freshness\":{\"cites\":[{\"path\":\"gone.c\",\"line\":3},"
            "{\"path\":\"was.c\",\"line\":4,\"now\":{\"path\":\"docs/code.md\","
            "\"line\":12}}]},\"files\":[{\"path\":\"README.md\","
            "\"modified\":true}]}"),
        NULL);
    struct row row = {.what = ROW_MEMORY, .id = STR("#1")};
    struct act_place at;
    struct err e = {0};
    struct buf want;

    buf_init(&want, PATHS_MAX);
    buf_addf(&want, "%s/docs/code.md", test_source(""));
    CHECK_INT(act_place_of(&row, item, test_source(""), &at, &e), 0);
    CHECK_STR(str_of(at.path), want.data);
    CHECK_INT(at.line, 12);
    CHECK_INT(act_place_of(&row, NULL, "/", &at, &e), CM_ENOTFOUND);
    CHECK_STR(str_of(e.msg), "#1 names no file");
    CHECK_INT(act_place_of(&row, item, "/nowhere", &at, &e), CM_ENOTFOUND);
    CHECK_STR(str_of(e.msg), "gone.c is not here");
    buf_free(&want);
    json_free(item);
}

TEST(browse, resumes_no_subagent_and_no_option)
{
    struct json *child = json_parse(
        STR("{\"uid\":\"abc\",\"cwd\":\"/\",\"parent\":\"s3\"}"), NULL);
    struct json *option =
        json_parse(STR("{\"uid\":\"--help\",\"cwd\":\"/\"}"), NULL);
    struct json *good =
        json_parse(STR("{\"uid\":\"abc-1\",\"cwd\":\"/\"}"), NULL);
    struct act_session at;

    CHECK_INT(act_session_of(child, &at, NULL), CM_EARG);
    CHECK_INT(act_session_of(option, &at, NULL), CM_ENOTFOUND);
    CHECK_INT(act_session_of(NULL, &at, NULL), CM_ENOTFOUND);
    CHECK_INT(act_session_of(good, &at, NULL), 0);
    CHECK_STR(str_of(at.uid), "abc-1");
    json_free(child);
    json_free(option);
    json_free(good);
}
