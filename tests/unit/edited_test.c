/* edited_test.c - the text after a tool call, from its payload alone. */
#include "base/common.h"

#include "agent/edited.h"
#include "test.h"

struct rig {
    struct arena a;
    struct json *payload;
    struct edited ed;
    bool known;
};

static void put(struct json *o, const char *key, const char *text)
{
    if (text)
        json_set_str(o, key, str_of(text));
}

/* Where each hunk stands in the new text follows from those before it. */
static void number(struct json *hunks)
{
    int64_t behind = 0;

    for (struct json *h = json_first(hunks); h; h = json_next(h)) {
        int64_t start = json_get_int(h, "oldStart", 0), was = 0, now = 0;

        for (struct json *l = json_first(json_get(h, "lines")); l;
             l = json_next(l)) {
            char mark = json_str(l).n ? json_str(l).p[0] : ' ';

            was += mark == ' ' || mark == '-';
            now += mark == ' ' || mark == '+';
        }
        start += json_get_int(h, "oldLines", 0) == 0;
        json_set_int(h, "newStart", start + behind - (now == 0));
        json_set_int(h, "newLines", now);
        behind += now - was;
    }
}

/* hunks: lines of a patch with "@OLD,LINES" before each hunk's. */
static struct json *patch(const char *hunks)
{
    struct json *all = json_array(), *lines = NULL;
    struct str rest = str_of(hunks), line;

    while (str_line(&rest, &line)) {
        if (line.n && line.p[0] == '@') {
            struct json *h = json_object();
            ptrdiff_t comma = str_chr(line, ',');
            int64_t v = 0;

            CHECK_INT(str_int(str_cut(line, 1, (size_t)comma), 0, 9999, &v), 0);
            json_set_int(h, "oldStart", v);
            CHECK_INT(str_int(str_cut(line, (size_t)comma + 1, line.n), 0,
                              9999, &v), 0);
            json_set_int(h, "oldLines", v);
            lines = json_array();
            json_set(h, "lines", lines);
            json_push(all, h);
        } else {
            json_push_str(lines, line);
        }
    }
    number(all);
    return all;
}

static void begin(struct rig *r, const char *tool)
{
    *r = (struct rig){.payload = json_object()};
    put(r->payload, "hook_event_name", "PostToolUse");
    put(r->payload, "tool_name", tool);
    json_set(r->payload, "tool_input", json_object());
    json_set(r->payload, "tool_response", json_object());
    put(json_get(r->payload, "tool_input"), "file_path", "/p/a.c");
}

static struct json *in(struct rig *r)
{
    return json_get(r->payload, "tool_input");
}

static struct json *response(struct rig *r)
{
    return json_get(r->payload, "tool_response");
}

static struct str without_returns(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            to[n++] = s.p[i];
    return (struct str){to, n};
}

/* What a patch makes of a text leads back to it, and says the same lines. */
static void check_back(struct rig *r)
{
    const struct json *told = json_get(r->payload, "tool_response");
    struct str was = json_get_str(told, "originalFile"), before;
    struct edited back;

    if (was.n == 0)
        was = json_get_str(told, "originalFileContents");
    if (json_len(json_get(told, "structuredPatch")) == 0)
        return;
    CHECK(edited_back(r->payload, r->ed.text, &r->a, &back, &before));
    CHECK(str_eq(back.text, r->ed.text));
    CHECK(str_eq(without_returns(before, &r->a), without_returns(was, &r->a)));
    CHECK_INT(back.n, r->ed.n);
    for (size_t i = 0; i < back.n; i++) {
        CHECK_INT(back.line[i].first, r->ed.line[i].first);
        CHECK_INT(back.line[i].last, r->ed.line[i].last);
    }
}

static void read_it(struct rig *r)
{
    r->known = edited_read(r->payload, &r->a, &r->ed);
    if (r->known && r->ed.modified)
        check_back(r);
}

static void end(struct rig *r)
{
    json_free(r->payload);
    arena_free(&r->a);
}

static void edit(struct rig *r, const char *was, const char *from,
                 const char *to, const char *hunks)
{
    begin(r, "Edit");
    put(in(r), "old_string", from);
    put(in(r), "new_string", to);
    put(response(r), "originalFile", was);
    json_set(response(r), "structuredPatch", patch(hunks));
    read_it(r);
}

static void check_line(const struct rig *r, size_t i, int first, int last)
{
    CHECK(i < r->ed.n);
    if (i >= r->ed.n)
        return;
    CHECK_INT(r->ed.line[i].first, first);
    CHECK_INT(r->ed.line[i].last, last);
}

TEST(edited, an_edit_gives_the_file_and_the_lines_that_are_new)
{
    struct rig r;

    edit(&r, "a\nb\nc\nd\n", "b", "B\nBB", "@1,4\n a\n-b\n+B\n+BB\n c\n d\n");
    CHECK(r.known);
    CHECK(r.ed.modified);
    CHECK_STR(r.ed.path, "/p/a.c");
    CHECK_STR(r.ed.text, "a\nB\nBB\nc\nd\n");
    CHECK_INT(r.ed.n, 1);
    check_line(&r, 0, 2, 3);
    end(&r);
}

TEST(edited, lines_that_went_leave_a_place_between_two)
{
    struct rig r;

    edit(&r, "a\nb\nc\nd\n", "b\n", "", "@1,4\n a\n-b\n c\n d\n");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "a\nc\nd\n");
    check_line(&r, 0, 2, 1);
    end(&r);
    /* The client takes the newline of what goes as a whole. */
    edit(&r, "a\nb\nc\nd\n", "b", "", "@1,4\n a\n-b\n c\n d\n");
    CHECK_STR(r.ed.text, "a\nc\nd\n");
    end(&r);
    edit(&r, "a\nb\n", "a\nb\n", "", "@1,2\n-a\n-b\n");
    CHECK_STR(r.ed.text, "");
    check_line(&r, 0, 1, 0);
    end(&r);
}

TEST(edited, a_patch_that_does_not_fit_gives_nothing)
{
    struct rig r;

    edit(&r, "a\nb\nc\n", "b", "B", "@1,3\n a\n-x\n+B\n c\n");
    CHECK(!r.known);
    end(&r);
    edit(&r, "a\nb\nc\n", "b", "B", "@7,3\n a\n-b\n+B\n c\n");
    CHECK(!r.known);
    end(&r);
    edit(&r, "a\nb\nc\n", "b", "B", "@3,2\n c\n-d\n");
    CHECK(!r.known);
    end(&r);
    edit(&r, "a\nb\nc\n", "b", "B", "@2,1\n-b\n+B\n@1,1\n-a\n+A\n");
    CHECK(!r.known); /* hunks go forward */
    end(&r);
    edit(&r, "a\n", "a", "b", "");
    CHECK(!r.known); /* no patch at all */
    end(&r);
    edit(&r, NULL, "a", "b", "@1,1\n-a\n+b\n");
    CHECK(!r.known); /* the original was taken out */
    end(&r);
}

TEST(edited, tabs_that_the_patch_shows_as_blanks_stay_tabs)
{
    struct rig r;

    edit(&r, "f {\n\tx\n\t\ty\n}\n", "\t\ty", "\t\tz\n\t\t  q",
         "@1,4\n f {\n   x\n-    y\n+    z\n+      q\n }\n");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "f {\n\tx\n\t\tz\n\t\t  q\n}\n");
    end(&r);
    /* What a person changed before it was written: the patch alone knows. */
    edit(&r, "f {\n\tx\n\t\ty\n}\n", "\t\ty", "\t\tz",
         "@1,4\n f {\n   x\n-    y\n+    other\n }\n");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "f {\n\tx\n\t\tother\n}\n");
    end(&r);
}

TEST(edited, line_ends_of_windows_and_none_at_the_end_are_kept)
{
    struct rig r;

    edit(&r, "a\r\nb\r\nc\r\n", "b\r\n", "B\r\n", "@1,3\n a\n-b\n+B\n c\n");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "a\r\nB\r\nc\r\n");
    end(&r);
    edit(&r, "a\nb", "b", "c",
         "@1,2\n a\n-b\n\\ No newline at end of file\n+c\n"
         "\\ No newline at end of file\n");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "a\nc");
    check_line(&r, 0, 2, 2);
    end(&r);
}

TEST(edited, every_place_of_a_replacement_counts)
{
    struct rig r;

    begin(&r, "Edit");
    put(in(&r), "old_string", "x");
    put(in(&r), "new_string", "y");
    json_set_bool(in(&r), "replace_all", true);
    put(response(&r), "originalFile", "x\n1\n2\n3\nx\n");
    json_set(response(&r), "structuredPatch",
             patch("@1,5\n-x\n+y\n 1\n 2\n 3\n-x\n+y\n"));
    read_it(&r);
    CHECK(r.known);
    CHECK_STR(r.ed.text, "y\n1\n2\n3\ny\n");
    CHECK_INT(r.ed.n, 2);
    check_line(&r, 1, 5, 5);
    end(&r);
}

TEST(edited, several_edits_of_an_older_client)
{
    struct rig r;
    struct json *edits = json_array(), *one = json_object(),
                *two = json_object();

    begin(&r, "MultiEdit");
    put(one, "old_string", "a");
    put(one, "new_string", "A");
    put(two, "old_string", "c");
    put(two, "new_string", "C");
    json_push(edits, one);
    json_push(edits, two);
    json_set(in(&r), "edits", edits);
    put(response(&r), "originalFileContents", "a\nb\nc\n");
    json_set(response(&r), "structuredPatch",
             patch("@1,3\n-a\n+A\n b\n-c\n+C\n"));
    read_it(&r);
    CHECK(r.known);
    CHECK_STR(r.ed.text, "A\nb\nC\n");
    CHECK_INT(r.ed.n, 2);
    end(&r);
}

static void written(struct rig *r, const char *type, const char *was,
                    const char *now, const char *hunks)
{
    begin(r, "Write");
    put(in(r), "content", now);
    put(response(r), "type", type);
    put(response(r), "originalFile", was);
    json_set(response(r), "structuredPatch", patch(hunks));
    read_it(r);
}

TEST(edited, a_file_that_was_made_or_written_over)
{
    struct rig r;

    written(&r, "create", NULL, "a\nb\n", "");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "a\nb\n");
    check_line(&r, 0, 1, 2);
    end(&r);
    written(&r, "update", "a\nb\n", "a\nc\n", "@1,2\n a\n-b\n+c\n");
    CHECK(r.known);
    CHECK_STR(r.ed.text, "a\nc\n");
    check_line(&r, 0, 2, 2);
    end(&r);
    written(&r, "update", NULL, "a\nc\n", "");
    CHECK(!r.known); /* which lines are new is not told */
    end(&r);
    written(&r, "create", NULL, "", "");
    CHECK(!r.known);
    end(&r);
    edit(&r, NULL, "", "a\n", "@0,0\n+a\n");
    CHECK(r.known); /* an edit makes a file, too */
    CHECK_STR(r.ed.text, "a\n");
    end(&r);
}

static void was_read(struct rig *r, const char *text, int start, int n,
                     int total)
{
    struct json *file = json_object();

    begin(r, "Read");
    put(file, "content", text);
    json_set_int(file, "startLine", start);
    json_set_int(file, "numLines", n);
    json_set_int(file, "totalLines", total);
    json_set(response(r), "file", file);
    read_it(r);
}

TEST(edited, a_file_that_was_read_counts_as_a_whole_only)
{
    struct rig r;

    was_read(&r, "a\nb\n", 1, 3, 3);
    CHECK(r.known);
    CHECK(!r.ed.modified);
    check_line(&r, 0, 1, 2);
    end(&r);
    was_read(&r, "b", 2, 1, 3);
    CHECK(!r.known);
    end(&r);
    was_read(&r, "a\n[... 900 bytes cut ...]\nb\n", 1, 80, 80);
    CHECK(!r.known); /* something is missing */
    end(&r);
}

TEST(edited, other_tools_failures_and_large_files_give_nothing)
{
    struct rig r;
    char *big = malloc(EDITED_TEXT_MAX + 2);

    CHECK(big != NULL);
    if (!big)
        return;
    memset(big, 'x', EDITED_TEXT_MAX + 1);
    big[EDITED_TEXT_MAX + 1] = '\0';
    written(&r, "create", NULL, big, "");
    CHECK(!r.known);
    end(&r);
    edit(&r, big, "x", "y", "@1,1\n-x\n+y\n");
    CHECK(!r.known);
    end(&r);
    free(big);
    edit(&r, "a\n", "a", "b", "@1,1\n-a\n+b\n");
    CHECK(r.known);
    put(r.payload, "hook_event_name", "PostToolUseFailure");
    read_it(&r);
    CHECK(!r.known);
    put(r.payload, "hook_event_name", "PostToolUse");
    put(r.payload, "tool_name", "Bash");
    read_it(&r);
    CHECK(!r.known);
    put(r.payload, "tool_name", "Edit");
    put(in(&r), "file_path", "a.c"); /* below what? */
    read_it(&r);
    CHECK(!r.known);
    end(&r);
    CHECK(!edited_read(NULL, &r.a, &r.ed));
}

static bool leads_back(struct rig *r, const char *now, struct str *before)
{
    return edited_back(r->payload, str_of(now), &r->a, &r->ed, before);
}

TEST(edited, another_text_than_the_patch_made_leads_nowhere)
{
    struct str before;
    struct rig r;

    edit(&r, "a\nb\nc\nd\n", "b", "B", "@1,4\n a\n-b\n+B\n c\n d\n");
    CHECK(leads_back(&r, "a\nB\nc\nd\ne\n", &before)); /* behind it */
    CHECK_STR(before, "a\nb\nc\nd\ne\n");
    CHECK(!leads_back(&r, "a\nB2\nc\nd\n", &before));
    CHECK(!leads_back(&r, "new\na\nB\nc\nd\n", &before));
    CHECK(!leads_back(&r, "a\nB\n", &before));
    CHECK(!leads_back(&r, "", &before));
    end(&r);
}

TEST(edited, a_file_that_was_made_is_the_same_or_not_known)
{
    struct str before;
    struct rig r;

    begin(&r, "Write");
    put(in(&r), "content", "a\nb\n");
    put(response(&r), "type", "create");
    CHECK(leads_back(&r, "a\nb\n", &before));
    CHECK_INT(before.n, 0);
    check_line(&r, 0, 1, 2);
    CHECK(!leads_back(&r, "a\nb\nc\n", &before));
    put(response(&r), "type", "update");
    CHECK(!leads_back(&r, "a\nb\n", &before));
    end(&r);
}
