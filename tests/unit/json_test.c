/* json_test.c - reading, changing and writing JSON. */
#include "base/common.h"

#include "base/err.h"
#include "base/json.h"
#include "test.h"

static struct json *parse(const char *text)
{
    struct err e = {0};
    struct json *j = json_parse(str_of(text), &e);

    if (!j)
        test_fail(__FILE__, __LINE__, "%s: %s", text, e.msg);
    return j;
}

static void prints(const char *text, const char *want)
{
    struct json *j = parse(text);
    struct buf b;

    buf_init(&b, 10000);
    CHECK(json_print(j, &b, 0));
    CHECK_STR(buf_str(&b), want);
    buf_free(&b);
    json_free(j);
}

TEST(json, values_are_found_by_name_and_path)
{
    struct json *j = parse(" {\"a\": {\"b\": [1, \"x\", true, null, -2.5]},"
                           " \"a\": 2, \"A\": 3} \n");
    const struct json *arr = json_path(j, "a.b");

    CHECK_INT(json_len(arr), 5);
    CHECK_INT(json_int(json_at(arr, 0)), 1);
    CHECK_STR(json_str(json_at(arr, 1)), "x");
    CHECK(json_bool(json_at(arr, 2)));
    CHECK(json_is_null(json_at(arr, 3)));
    CHECK(json_num(json_at(arr, 4)) == -2.5);
    CHECK(json_at(arr, 5) == NULL);
    CHECK_INT(json_get_int(j, "A", 0), 3);
    CHECK_STR(json_key(json_first(j)), "a");
    json_free(j);
}

TEST(json, what_is_not_there_is_empty)
{
    struct json *j = parse("{\"s\":\"x\",\"n\":1}");

    CHECK(json_get(NULL, "x") == NULL);
    CHECK(json_path(j, "s.t.u") == NULL);
    CHECK_INT(json_get_str(j, "n").n, 0);
    CHECK_INT(json_get_int(j, "s", -7), -7);
    CHECK_INT(json_int(json_get(j, "s")), 0);
    CHECK(!json_get_bool(j, "n"));
    CHECK(!json_is_null(NULL));
    CHECK(json_first(json_get(j, "s")) == NULL);
    CHECK(json_next(NULL) == NULL);
    CHECK_INT(json_key(NULL).n, 0);
    json_free(j);
    json_free(NULL);
}

TEST(json, what_is_not_json_is_refused)
{
    static const char *const bad[] = {
        "",    " ",     "{",     "[1,]",      "{\"a\":}", "tru",
        "\"x", "{} x",  "[1 2]", "{\"a\" 1}", "\"\\x\"",  "\"\\u12\"",
        "nul", "{1:2}", "-",     "]",
    };
    struct err e;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct json *j = json_parse(str_of(bad[i]), &e);

        if (j)
            test_fail(__FILE__, __LINE__, "took %s", bad[i]);
        CHECK_INT(e.code, CM_EFORMAT);
    }
    CHECK(!json_parse((struct str){"\"a\0b\"", 5}, &e));
    CHECK(!json_parse(STR("{"), NULL));
}

TEST(json, depth_is_bounded)
{
    char deep[4001];

    memset(deep, '[', 2000);
    memset(deep + 2000, ']', 2000);
    deep[4000] = '\0';
    CHECK(!json_parse(str_of(deep), NULL));
    CHECK(!json_parse(str_cut(str_of(deep), 0, 2000), NULL));
}

TEST(json, escapes_that_cannot_be_become_replacement_characters)
{
#define BAD "\xef\xbf\xbd"
    prints("\"a\\u0000b\"", "\"a" BAD "b\"");
    prints("\"a\\\\u0000b\"", "\"a\\\\u0000b\"");
    prints("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
    /* Half a pair: a text that was cut inside an emoji. */
    prints("\"x\\ud83d\"", "\"x" BAD "\"");
    prints("\"\\ude00x\"", "\"" BAD "x\"");
    prints("\"\\uD83D\\uD83D\\uDE00\"", "\"" BAD "\xf0\x9f\x98\x80\"");
    prints("\"\\\\ud83d\"", "\"\\\\ud83d\"");
    prints("\"\xff\xc3(\"", "\"" BAD BAD "(\"");
}

TEST(json, strings_of_a_tree_are_well_formed)
{
    struct json *j = parse("{\"a\xc3\":\"x\xff\xe2\x82\"}");

    CHECK_STR(json_key(json_first(j)), "a" BAD);
    CHECK_STR(json_str(json_first(j)), "x" BAD BAD BAD);
    json_free(j);
}

TEST(json, printing_gives_back_what_was_read)
{
    prints("{\"a\":[1,-2.5,true,false,null,\"x\"],\"b\":{},\"c\":[]}",
           "{\"a\":[1,-2.5,true,false,null,\"x\"],\"b\":{},\"c\":[]}");
    prints("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001b\x7f\"",
           "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u001b\\u007f\"");
    prints("[9007199254740992,0.1,1e300,-0.0001,123456789012345680000]",
           "[9007199254740992,0.1,1e+300,-0.0001,1.2345678901234568e+20]");
    prints("[3.1415926535897931]", "[3.1415926535897931]");
    prints("[1e999]", "[null]");
    prints("\"\xc3\xa4\xe2\x82\xac\"", "\"\xc3\xa4\xe2\x82\xac\"");
}

TEST(json, it_is_printed_for_people_too)
{
    struct json *j = parse("{\"a\":[1],\"b\":{}}");
    struct buf b;

    buf_init(&b, 100);
    json_print(j, &b, 2);
    CHECK_STR(buf_str(&b), "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}");
    json_free(j);
    buf_reset(&b);
    json_print(NULL, &b, 0);
    CHECK_STR(buf_str(&b), "null");
    buf_free(&b);
    buf_init(&b, 3);
    j = parse("[1,2,3]");
    CHECK(!json_print(j, &b, 0));
    json_free(j);
    buf_free(&b);
}

TEST(json, trees_are_changed_in_place)
{
    struct json *j = parse("{\"a\":1,\"s\":\"x\"}"), *arr = json_array();
    struct buf b;

    json_set_str(j, "a", STR("one"));
    json_set_int(j, "n", INT64_C(-5000000000));
    json_set_bool(j, "t", true);
    json_del(j, "nothing");
    json_assign(json_get(j, "s"), str_cut(STR("abcdef"), 2, 4));
    json_push_str(arr, STR(""));
    json_push(arr, json_object());
    json_set(j, "arr", arr);
    json_del(j, "t");
    buf_init(&b, 1000);
    json_print(j, &b, 0);
    CHECK_STR(buf_str(&b), "{\"s\":\"cd\",\"a\":\"one\",\"n\":-5000000000,"
                           "\"arr\":[\"\",{}]}");
    buf_free(&b);
    json_free(j);
}

TEST(json, a_walk_meets_every_node_once)
{
    struct json *j = parse("{\"a\":[1,{\"b\":2},[]],\"c\":3}"), *n;
    struct json_walk w;
    struct buf b;

    buf_init(&b, 1000);
    json_walk_init(&w, j);
    while ((n = json_walk_next(&w)))
        buf_addf(&b, "%.*s%s%d ", STR_ARG(json_key(n)),
                 json_is_object(n)  ? "{"
                 : json_is_array(n) ? "["
                                    : "=",
                 w.depth);
    CHECK_STR(buf_str(&b), "{0 a[1 =2 {2 b=3 [2 c=1 ");
    CHECK(json_walk_next(&w) == NULL);
    /* A part of a tree: not its siblings. */
    buf_reset(&b);
    json_walk_init(&w, json_get(j, "a"));
    while ((n = json_walk_next(&w)))
        buf_addc(&b, '.');
    CHECK_STR(buf_str(&b), ".....");
    json_walk_init(&w, NULL);
    CHECK(json_walk_next(&w) == NULL);
    buf_free(&b);
    json_free(j);
}

TEST(json, the_writer_minds_the_commas)
{
    struct jsonw w;
    struct buf b;

    buf_init(&b, 1000);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_str(&w, "s", STR("a\"b"));
    jsonw_strz(&w, "z", NULL);
    jsonw_arr(&w, "a");
    jsonw_int(&w, NULL, 1);
    jsonw_obj(&w, NULL);
    jsonw_end(&w);
    jsonw_num(&w, NULL, 0.5);
    jsonw_end(&w);
    jsonw_bool(&w, "t", true);
    jsonw_null(&w, "n");
    jsonw_raw(&w, "r", STR("[1]"));
    jsonw_end(&w);
    CHECK_STR(buf_str(&b), "{\"s\":\"a\\\"b\",\"z\":null,\"a\":[1,{},0.5],"
                           "\"t\":true,\"n\":null,\"r\":[1]}");
    buf_free(&b);
}
