/* settings_test.c - our hooks in and out of other people's settings files. */
#include "base/common.h"

#include "base/json.h"
#include "cli/hook_rows.h"
#include "cli/jtext.h"
#include "cli/settings.h"
#include "test.h"

static const struct settings_want newest = {"/opt/x/bin",
                                            CLIENT_VERSION(2, 1, 329)};

/* What became of a text: added to, then brought back in both ways. */
struct trip {
    struct buf with, back, removed;
    struct settings_pieces pieces;
    size_t nremoved;
};

static int trip(struct trip *t, struct str text, const struct settings_want *w,
                struct err *e)
{
    int rc;

    buf_init(&t->with, 1u << 20);
    buf_init(&t->back, 1u << 20);
    buf_init(&t->removed, 1u << 20);
    rc = settings_add(text, w, &t->with, &t->pieces, e);
    if (rc < 0)
        return rc;
    CHECK_INT(settings_take_out(buf_str(&t->with), &t->pieces, &t->back), 0);
    return settings_remove(buf_str(&t->with), &t->removed, &t->nremoved, e);
}

static void trip_free(struct trip *t)
{
    buf_free(&t->with);
    buf_free(&t->back);
    buf_free(&t->removed);
}

/* Adding and taking out gives the same bytes, and what was added is right. */
static void check_identity(struct str text)
{
    struct trip t;
    struct err e = {0};
    struct settings_state state;

    if (trip(&t, text, &newest, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %.*s", e.msg, STR_ARG(text));
    CHECK(str_eq(buf_str(&t.back), text));
    CHECK_INT(settings_look(buf_str(&t.with), &newest, &state, &e), 0);
    CHECK_INT(state.ours, hook_rows_count);
    if (!state.is_current)
        test_fail(__FILE__, __LINE__, "not current: %s", t.with.data);
    CHECK_INT(t.nremoved, hook_rows_count);
    CHECK_INT(settings_look(buf_str(&t.removed), &newest, &state, &e), 0);
    CHECK_INT(state.ours, 0);
    trip_free(&t);
}

/* The same, and removing without knowing the pieces gives the same bytes too. */
static void check_removal(struct str text)
{
    struct trip t;
    struct err e = {0};

    check_identity(text);
    CHECK_INT(trip(&t, text, &newest, &e), 0);
    if (!str_eq(buf_str(&t.removed), text))
        test_fail(__FILE__, __LINE__, "%s\nis not\n%.*s", t.removed.data,
                  STR_ARG(text));
    trip_free(&t);
}

TEST(settings, comes_back_to_the_same_bytes_from_many_formattings)
{
    check_identity(STR(""));
    check_identity(STR("\n"));
    check_identity(STR("{}"));
    check_identity(STR(" { } \n"));
    check_identity(STR("{\n}\n"));
    check_identity(STR("{\r\n}\r\n"));
    check_identity(STR("\xef\xbb\xbf{}"));
    check_identity(STR("{\n  \"hooks\": {}\n}\n"));
    check_identity(STR("{\"hooks\":{\"Stop\":[]}}"));
    check_identity(STR("{\n  \"hooks\": {\n    \"Stop\": [ ]\n  }\n}\n"));
    check_removal(STR("{\n  \"model\": \"x\"\n}\n"));
    check_removal(STR("{\n\t\"model\": \"x\"\n}"));
    check_removal(STR("{\r\n    \"a\": 1,\r\n    \"b\": [\r\n      2]\r\n}"));
    check_removal(STR("{\"a\":1}"));
    check_removal(STR("{ \"a\": 1, \"b\": {} }"));
    check_removal(STR("{\n\"a\": 1\n}\n"));
    check_removal(STR("{\"a\": 1,\n \"b\": 2}\n"));
    check_removal(STR("{\n  \"a\": 1\n  , \"b\": 2 }\n\n\n"));
    check_removal(STR("{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\""
                      ",\"command\":\"x\"}]}]}}"));
    check_removal(STR(
        "{\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"hooks\": [\n"
        "          { \"type\": \"command\", \"command\": \"mine\" }\n"
        "        ]\n      }\n    ],\n    \"Notification\": []\n  },\n"
        "  \"z\": null\n}\n"));
}

TEST(settings, looks_like_what_is_around_it)
{
    struct trip t;
    struct err e;

    CHECK_INT(trip(&t, STR("{\n\t\"a\": 1\n}\n"), &newest, &e), 0);
    CHECK_HAS(buf_str(&t.with),
              "{\n\t\"a\": 1,\n\t\"hooks\": {\n\t\t\"SessionStart\": [\n"
              "\t\t\t{\n\t\t\t\t\"matcher\": \"startup|clear|compact\",\n"
              "\t\t\t\t\"hooks\": [\n\t\t\t\t\t{\n"
              "\t\t\t\t\t\t\"type\": \"command\",\n");
    CHECK_HAS(buf_str(&t.with), "\n\t\t]\n\t}\n}\n");
    trip_free(&t);
    CHECK_INT(trip(&t, STR("{\"a\":1}"), &newest, &e), 0);
    CHECK_LACKS(buf_str(&t.with), "\n");
    CHECK_HAS(buf_str(&t.with), "{\"a\":1,\"hooks\":{\"SessionStart\":[{");
    trip_free(&t);
    CHECK_INT(trip(&t, STR("{\"a\": 1}"), &newest, &e), 0);
    CHECK_HAS(buf_str(&t.with), "{\"a\": 1, \"hooks\": {\"SessionStart\": [{");
    trip_free(&t);
    CHECK_INT(trip(&t, STR("{\r\n  \"a\": 1\r\n}"), &newest, &e), 0);
    CHECK_LACKS(buf_str(&t.with), "[\n");
    trip_free(&t);
    CHECK_INT(trip(&t, STR(""), &newest, &e), 0);
    CHECK_HAS(buf_str(&t.with), "{\n  \"hooks\": {\n    \"SessionStart\": [");
    CHECK(str_ends(buf_str(&t.with), STR("\n  }\n}\n")));
    trip_free(&t);
    CHECK_INT(trip(&t, STR("{\n  \"hooks\": {\n    \"Stop\": []\n  }\n}"),
                   &newest, &e),
              0);
    CHECK_HAS(buf_str(&t.with), "\"Stop\": [\n      {\n        \"hooks\": [");
    CHECK_HAS(buf_str(&t.with), "\n      }\n    ],\n    \"SessionStart\": [");
    trip_free(&t);
}

TEST(settings, tells_a_client_only_of_events_it_knows)
{
    static const struct settings_want old = {"/opt/it's/bin",
                                             CLIENT_VERSION(1, 0, 128)};
    static const struct settings_want middle = {"/b", CLIENT_VERSION(2, 0, 76)};
    struct trip t;
    struct err e;

    CHECK_INT(trip(&t, STR("{}"), &old, &e), 0);
    CHECK_LACKS(buf_str(&t.with), "PostToolUseFailure");
    CHECK_LACKS(buf_str(&t.with), "SubagentStart");
    CHECK_LACKS(buf_str(&t.with), "PostCompact");
    CHECK_LACKS(buf_str(&t.with), "StopFailure");
    CHECK_HAS(buf_str(&t.with), "SubagentStop");
    /* No "args": the words are the shell's. */
    CHECK_LACKS(buf_str(&t.with), "\"args\"");
    CHECK_HAS(buf_str(&t.with), "\"'/opt/it'\\\\''s/bin/cmem-hook-session-start"
                                "' --capture\"");
    trip_free(&t);
    CHECK_INT(trip(&t, STR("{}"), &middle, &e), 0);
    CHECK_HAS(buf_str(&t.with), "PostToolUseFailure");
    CHECK_HAS(buf_str(&t.with), "SubagentStart");
    CHECK_LACKS(buf_str(&t.with), "PostCompact");
    trip_free(&t);
    CHECK_INT(trip(&t, STR("{}"), &newest, &e), 0);
    CHECK_HAS(buf_str(&t.with), "PostCompact");
    CHECK_HAS(buf_str(&t.with), "\"--capture\"");
    trip_free(&t);
}

static void check_refused(struct str text, const char *why)
{
    struct trip t;
    struct err e = {0};

    if (trip(&t, text, &newest, &e) == 0)
        test_fail(__FILE__, __LINE__, "took %.*s", STR_ARG(text));
    CHECK_HAS(str_of(e.msg), why);
    trip_free(&t);
}

TEST(settings, refuses_what_it_does_not_understand)
{
    check_refused(STR("{ // mine\n}"), "JSON has no comments");
    check_refused(STR("{\n  \"a\": 1,\n}"), "line 3 is not JSON");
    check_refused(STR("\v\n"), "line 1 is not JSON");
    check_refused(STR("[]"), "not a JSON object");
    check_refused(STR("{} {}"), "line 1 is not JSON");
    check_refused(STR("{\"a\": }"), "not JSON");
    check_refused(STR("{\"hooks\": []}"), "\"hooks\" is not an object");
    check_refused(STR("{\"hooks\": {\"Stop\": {}}}"), "Stop are not a list");
    check_refused(STR("{\"hooks\": {}, \"hooks\": {}}"), "twice");
    check_refused(STR("{\"hooks\": {}, \"h\\u006foks\": {}}"), "twice");
    check_refused(STR("{\"a\": \"\x01\"}"), "not JSON");
    check_refused(STR("{\"a\": 01}"), "not JSON");
    check_refused(STR("{\"a\""), "not JSON");
    check_refused(STR("{\"a\": \"\\x\"}"), "not JSON");
}

TEST(settings, takes_only_its_own_hooks_out)
{
    static const char text[] =
        "{\"hooks\": {\"Stop\": [{\"hooks\": [{\"command\": \"a\"}, "
        "{\"command\": \"/old/bin/cmem-hook-stop\"}, {\"command\": \"b\"}]}, "
        "{\"hooks\": [{\"command\": \"'/o l d/cmem-hook-stop' --x\"}]}], "
        "\"PreCompact\": [{\"hooks\": [{\"command\": "
        "\"cmem-hook-pre-compact\"}]}]}, \"b\": \"cmem-hook-stop\"}";
    struct buf out;
    struct err e;
    size_t n;

    buf_init(&out, 65536);
    CHECK_INT(settings_remove(str_of(text), &out, &n, &e), 0);
    CHECK_INT(n, 3);
    CHECK_STR(buf_str(&out),
              "{\"hooks\": {\"Stop\": [{\"hooks\": [{\"command\": \"a\"}, "
              "{\"command\": \"b\"}]}]}, \"b\": \"cmem-hook-stop\"}");
    buf_free(&out);
}

TEST(settings, knows_its_own_commands)
{
    CHECK(settings_is_ours(STR("/a/cmem-hook-stop")));
    CHECK(settings_is_ours(STR("cmem-hook-session-start --capture")));
    CHECK(settings_is_ours(STR("'/a b/cmem-hook-stop' x")));
    CHECK(settings_is_ours(STR("\"${X}/bin/cmem-hook-stop\"")));
    CHECK(!settings_is_ours(STR("/cmem-hook-x/other")));
    CHECK(!settings_is_ours(STR("echo cmem-hook-stop")));
    CHECK(!settings_is_ours(STR("")));
    CHECK(!settings_is_ours(STR("'")));
}

/* --- the property: any settings file comes back ----------------------------- */

static uint32_t seed;

static uint32_t draw(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void space(struct buf *b)
{
    static const char *const kinds[] = {"", "", " ", "\n", "\r\n\t", "\n    "};

    buf_addz(b, kinds[draw(ARRAY_LEN(kinds))]);
}

static void any_value(struct buf *b, int depth);

static void any_list(struct buf *b, int depth, bool object)
{
    static const char *const keys[] = {"a", "hookz", "\\\"q", "\xc3\xa9", ""};
    uint32_t n = draw(4);

    buf_addc(b, object ? '{' : '[');
    space(b);
    for (uint32_t i = 0; i < n; i++) {
        if (object)
            buf_addf(b, "\"%s%u\"", keys[draw(ARRAY_LEN(keys))], i);
        if (object) {
            space(b);
            buf_addc(b, ':');
            space(b);
        }
        any_value(b, depth + 1);
        space(b);
        buf_addz(b, i + 1 < n ? "," : "");
        space(b);
    }
    buf_addc(b, object ? '}' : ']');
}

static void any_value(struct buf *b, int depth)
{
    static const char *const scalars[] = {
        "1",    "-2.5e+3",        "true",    "null",
        "\"\"", "\"a\\\\\\\"b\"", "\"}],\"", "\"/cmem-hook-x\""};

    if (depth > 3 || draw(2))
        buf_addz(b, scalars[draw(ARRAY_LEN(scalars))]);
    else
        any_list(b, depth, draw(2));
}

/* Hooks of others, for some of the events that we use and one we do not. */
static void any_hooks(struct buf *b)
{
    static const char *const events[] = {"Stop", "SessionStart", "PreCompact",
                                         "Notification"};
    bool first = true;

    buf_addz(b, "\"hooks\":");
    space(b);
    buf_addc(b, '{');
    space(b);
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        if (draw(2))
            continue;
        buf_addf(b, "%s\"%s\":", first ? "" : ",", events[i]);
        first = false;
        space(b);
        any_list(b, 1, false);
        space(b);
    }
    buf_addc(b, '}');
}

TEST(settings, comes_back_to_the_same_bytes_whatever_they_were)
{
    struct buf b;

    buf_init(&b, 1u << 20);
    for (seed = 1; seed < 200000; seed += 97) {
        uint32_t kept = seed;

        buf_reset(&b);
        space(&b);
        buf_addc(&b, '{');
        space(&b);
        if (draw(2)) {
            any_hooks(&b);
            space(&b);
            buf_addz(&b, draw(2) ? ",\"z\":0" : "");
        } else if (draw(2)) {
            buf_addz(&b, "\"k\":");
            any_value(&b, 0);
        }
        space(&b);
        buf_addc(&b, '}');
        space(&b);
        check_identity(buf_str(&b));
        seed = kept;
    }
    buf_free(&b);
}

TEST(settings, walks_every_child)
{
    struct str text = STR(" {\"a\" : [1, {\"b\":2}] , \"c\":\"d\"} ");
    struct jtext root;
    struct jtext_child c = {0};

    CHECK_INT(jtext_root(text, &root, NULL), 0);
    CHECK(jtext_next(text, root, &c));
    CHECK(jtext_key_is(&c, "a"));
    CHECK_STR(str_cut(text, c.value.from, c.value.to), "[1, {\"b\":2}]");
    CHECK_INT(jtext_kind(text, c.value), '[');
    CHECK(jtext_next(text, root, &c));
    CHECK_STR(str_cut(text, c.from, c.value.to), "\"c\":\"d\"");
    CHECK(!jtext_next(text, root, &c));
}

TEST(settings, stops_at_a_depth)
{
    struct buf b;
    struct jtext root;

    buf_init(&b, 65536);
    for (int i = 0; i < JTEXT_DEPTH + 1; i++)
        buf_addc(&b, '[');
    for (int i = 0; i < JTEXT_DEPTH + 1; i++)
        buf_addc(&b, ']');
    CHECK_INT(jtext_root(buf_str(&b), &root, NULL), CM_EFORMAT);
    CHECK_INT(jtext_root(str_cut(buf_str(&b), 1, b.len - 1), &root, NULL), 0);
    buf_free(&b);
}

/* --- the fuzzer over damaged files --------------------------------------------- */

#define FUZZ_ENTRY fuzz_settings
#include "tests/fuzz/settings.c"
#undef FUZZ_ENTRY

TEST(settings, holds_for_damaged_files)
{
    static const char text[] =
        "{\n  \"hooks\": {\"Stop\": [{\"hooks\": [{\"command\": \"x\"}, "
        "{\"command\": \"/b/cmem-hook-stop\"}]}]},\r\n\t\"a\": [1e5, \"\\u00e9"
        "\", null, {}] \n}";
    char copy[sizeof(text)];

    for (size_t n = 0; n < sizeof(text); n++)
        fuzz_settings((const uint8_t *)text, n);
    for (seed = 7; seed < 400000; seed += 101) {
        uint32_t kept = seed;

        memcpy(copy, text, sizeof(text));
        for (uint32_t k = draw(4); k > 0; k--)
            copy[draw(sizeof(text) - 1)] = (char)draw(256);
        fuzz_settings((const uint8_t *)copy, sizeof(text) - 1);
        seed = kept;
    }
}
