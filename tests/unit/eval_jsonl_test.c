/* eval_jsonl_test.c - memories as lines of JSON: read, stored, written. */
#include "base/common.h"

#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/linefile.h"
#include "ops/jsonl.h"
#include "seed.h"
#include "test.h"

static struct jsonl read_ok(struct arena *a, const char *line)
{
    struct jsonl l;
    struct err e = {0};

    if (jsonl_read(str_of(line), SEED_NOW, a, &l, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", line, e.msg);
    return l;
}

TEST(jsonl, reads_every_field)
{
    struct arena a = {0};
    struct jsonl l = read_ok(
        &a, "{\"id\":7,\"text\":\" one\\ntwo \",\"kind\":\"fact\",\"time\":"
            "\"2023-05-08T13:56:00Z\",\"user\":\"ada\",\"agent\":\"coder\","
            "\"run\":\"r1\",\"app\":\"shop\",\"group\":3,\"order\":-2,"
            "\"metadata\":{\"area\":\"x\"},\"colour\":[1,{\"b\":null}],"
            "\"title\":\"a\\nb\",\"importance\":5,\"pinned\":true,"
            "\"expires\":1900000000,\"topic\":null}");

    CHECK_STR(l.id, "7");
    CHECK_STR(l.text, "one\ntwo");
    CHECK_STR(str_of(l.kind), "fact");
    CHECK_INT(l.time_ms, 1683554160000);
    CHECK_STR(l.user, "ada");
    CHECK_STR(l.agent, "coder");
    CHECK_STR(l.run, "r1");
    CHECK_STR(l.app, "shop");
    CHECK_STR(l.group, "3");
    CHECK_INT(l.order, -2);
    CHECK(l.has_order);
    CHECK_STR(l.metadata, "{\"area\":\"x\",\"colour\":[1,{\"b\":null}]}");
    CHECK_STR(l.title, "a b");
    CHECK_INT(l.importance, 5);
    CHECK(l.pinned);
    CHECK_INT(l.expires_ms, 1900000000000);
    CHECK_INT(l.topic.n, 0);
    arena_free(&a);
}

TEST(jsonl, needs_nothing_but_text)
{
    struct arena a = {0};
    struct jsonl l = read_ok(&a, "{\"text\":\"x\"}");

    CHECK_INT(l.id.n, 0);
    CHECK_STR(str_of(l.kind), "note");
    CHECK_INT(l.time_ms, 0);
    CHECK(!l.has_order);
    CHECK_INT(l.metadata.n, 0);
    arena_free(&a);
}

TEST(jsonl, takes_milliseconds_and_seconds)
{
    struct arena a = {0};

    CHECK_INT(read_ok(&a, "{\"text\":\"x\",\"time\":1683554160}").time_ms,
              1683554160000);
    CHECK_INT(read_ok(&a, "{\"text\":\"x\",\"time\":1683554160000}").time_ms,
              1683554160000);
    CHECK_INT(read_ok(&a, "{\"text\":\"x\",\"time\":1683554160.5}").time_ms,
              1683554160500);
    arena_free(&a);
}

TEST(jsonl, says_what_is_wrong)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"{\"text\":\"x\"", "JSON"},
        {"[1]", "no JSON object"},
        {"{\"id\":1}", "text is missing"},
        {"{\"text\":\" \\u0007 \"}", "nothing to read"},
        {"{\"text\":1}", "text is a string"},
        {"{\"text\":\"x\",\"id\":1.5}", "id is a string"},
        {"{\"text\":\"x\",\"id\":{}}", "id is a string"},
        {"{\"text\":\"x\",\"kind\":\"turn\"}", "kind is observation"},
        {"{\"text\":\"x\",\"time\":\"soon\"}", "time is a time"},
        {"{\"text\":\"x\",\"order\":0.5}", "order is a whole number"},
        {"{\"text\":\"x\",\"importance\":9}", "importance is a whole number"},
        {"{\"text\":\"x\",\"metadata\":3}", "metadata is a JSON object"},
        {"{\"text\":\"x\",\"data\":[]}", "data is a JSON object"},
        {"{\"text\":\"x\",\"pinned\":1}", "pinned is true or false"},
    };
    struct arena a = {0};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct jsonl l;
        struct err e = {0};

        CHECK(jsonl_read(str_of(cases[i].line), SEED_NOW, &a, &l, &e) < 0);
        CHECK_HAS(str_of(e.msg), cases[i].says);
    }
    arena_free(&a);
}

TEST(jsonl, bounds_what_it_takes)
{
    struct arena a = {0};
    struct buf b;
    struct jsonl l;
    struct err e = {0};

    buf_init(&b, 2u << 20);
    buf_addz(&b, "{\"text\":\"");
    for (size_t i = 0; i < JSONL_TEXT_BYTES; i++)
        buf_addc(&b, 'x');
    buf_addz(&b, "\"}");
    CHECK_INT(jsonl_read(buf_str(&b), SEED_NOW, &a, &l, &e), 0);
    CHECK_INT(l.text.n, JSONL_TEXT_BYTES);
    b.data[b.len - 2] = 'x'; /* a byte more */
    buf_addz(&b, "");
    b.data[b.len - 1] = '"';
    buf_addc(&b, '}');
    CHECK_INT(jsonl_read(buf_str(&b), SEED_NOW, &a, &l, &e), CM_EARG);
    CHECK_HAS(str_of(e.msg), "longer than 1024 KB");
    buf_free(&b);
    arena_free(&a);
}

TEST(jsonl, keeps_secrets_out)
{
    struct arena a = {0};
    struct jsonl l = read_ok(&a, "{\"text\":\"a <private>b</private> c\","
                                 "\"note\":\"<private>d</private>\"}");

    CHECK_LACKS(l.text, "b");
    CHECK_HAS(l.text, "[redacted:private]");
    CHECK_HAS(l.metadata, "[redacted:private]");
    arena_free(&a);
}

/* --- the operation ----------------------------------------------------------- */

/* lines: JSON objects, put into a list of strings. */
static struct str import(struct seed *s, const char *const *lines, size_t n)
{
    struct json *args = json_object(), *list = json_array();
    struct str out;
    struct buf b;

    for (size_t i = 0; i < n; i++)
        json_push_str(list, str_of(lines[i]));
    json_set(args, "lines", list);
    buf_init(&b, 1u << 20);
    json_print(args, &b, 0);
    out = seed_run(s, "import", b.data);
    buf_free(&b);
    json_free(args);
    return out;
}

static struct memory_row row(struct seed *s, int64_t id)
{
    struct memory_row m;
    struct err e = {0};

    if (memory_read(s->db, id, &s->arena, &m, &e) < 0)
        test_fail(__FILE__, __LINE__, "#%lld: %s", (long long)id, e.msg);
    return m;
}

TEST(import, keeps_ids_scopes_and_order)
{
    static const char *const lines[] = {
        "{\"id\":\"a\",\"text\":\"one\",\"user\":\"ada\",\"agent\":\"x\","
        "\"run\":\"r1\",\"app\":\"shop\",\"group\":\"g\",\"time\":1683554160}",
        "{\"id\":\"b\",\"text\":\"two\",\"group\":\"g\"}",
    };
    struct seed s;
    struct memory_row m;

    seed_open(&s);
    CHECK_STR(import(&s, lines, 2),
              "{\"errors\":[],\"added\":2,\"known\":0,\"failed\":0}");
    m = row(&s, 1);
    CHECK_STR(m.external_id, "a");
    CHECK_STR(m.text, "one");
    CHECK_STR(m.title, "");
    CHECK_STR(m.kind, "note");
    CHECK_STR(m.origin, "import");
    CHECK_STR(m.user, "ada");
    CHECK_STR(m.agent, "x");
    CHECK_STR(m.session_uid, "r1");
    CHECK_STR(m.project, "shop");
    CHECK_STR(m.group, "g");
    CHECK_INT(m.order, 1);
    CHECK_INT(m.event_ms, 1683554160000);
    m = row(&s, 2);
    CHECK_INT(m.order, 2);
    CHECK_INT(m.project_id, 0);
    CHECK_INT(m.session_id, 0);
    CHECK_INT(m.event_ms, SEED_NOW);
    seed_close(&s);
}

TEST(import, replaces_the_text_of_an_id)
{
    static const char *const first[] = {"{\"id\":\"a\",\"text\":\"one\"}"};
    static const char *const again[] = {
        "{\"id\":\"a\",\"text\":\"other\"}",
        "{\"id\":\"a\",\"text\":\"mine\",\"user\":\"ada\"}",
    };
    struct seed s;

    seed_open(&s);
    import(&s, first, 1);
    CHECK_STR(import(&s, again, 2),
              "{\"errors\":[],\"added\":1,\"known\":1,\"failed\":0}");
    CHECK_STR(row(&s, 1).text, "other");
    CHECK_INT(row(&s, 1).revision, 2);
    CHECK_STR(row(&s, 2).text, "mine");
    seed_close(&s);
}

TEST(import, names_bad_lines_and_takes_the_rest)
{
    static const char *const lines[] = {
        "{\"text\":\"one\"}",  "nonsense", "", "{\"id\":3}",
        "{\"text\":\"five\"}",
    };
    struct seed s;
    struct str out;

    seed_open(&s);
    out = import(&s, lines, 5);
    CHECK_HAS(out, "\"line\":2,");
    CHECK_HAS(out, "\"line\":4,\"error\":\"text is missing\"");
    CHECK_HAS(out, "\"added\":2,\"known\":0,\"failed\":2");
    CHECK_STR(row(&s, 2).text, "five");
    seed_close(&s);
}

/* Two ids under one topic cannot both be its row: the second is refused, and
 * neither its session nor anything else of it stays. */
TEST(import, undoes_a_line_that_the_store_refuses)
{
    static const char *const lines[] = {
        "{\"id\":\"a\",\"text\":\"one\",\"app\":\"p\",\"topic\":\"t\"}",
        "{\"id\":\"b\",\"text\":\"two\",\"app\":\"p\",\"topic\":\"t\","
        "\"run\":\"gone\"}",
        "{\"id\":\"c\",\"text\":\"three\",\"app\":\"p\"}",
    };
    struct seed s;
    struct str out;

    seed_open(&s);
    out = import(&s, lines, 3);
    CHECK_HAS(out, "\"line\":2");
    CHECK_HAS(out, "\"added\":2,\"known\":0,\"failed\":1");
    CHECK_LACKS(seed_run(&s, "sessions", "{\"all\":true}"), "gone");
    seed_close(&s);
}

TEST(import, writes_what_it_read)
{
    static const char *const lines[] = {
        "{\"id\":\"a\",\"text\":\"one\",\"kind\":\"fact\",\"time\":"
        "\"2023-05-08T13:56:00.000Z\",\"user\":\"ada\",\"agent\":\"x\","
        "\"run\":\"r1\",\"app\":\"shop\",\"group\":\"g\",\"order\":4,"
        "\"metadata\":{\"area\":\"x\"},\"title\":\"T\",\"subtitle\":\"S\","
        "\"type\":\"decision\",\"data\":{\"facts\":[\"f\"]},\"topic\":\"t\","
        "\"branch\":\"main\",\"importance\":5,\"pinned\":true,\"expires\":"
        "\"2033-05-08T13:56:00.000Z\"}",
    };
    struct seed s;
    struct memory_row m;
    struct jsonw w;
    struct buf b;

    seed_open(&s);
    import(&s, lines, 1);
    m = row(&s, 1);
    buf_init(&b, 1u << 16);
    jsonw_init(&w, &b);
    jsonl_write(&w, &m);
    CHECK_STR(buf_str(&b), lines[0]);
    buf_free(&b);
    seed_close(&s);
}

/* --- lines of a file ---------------------------------------------------------- */

TEST(linefile, gives_every_line)
{
    char path[256], *long_line;
    struct linefile f;
    struct str line;
    struct err e = {0};
    struct buf b;

    snprintf(path, sizeof(path), "%s/f", test_dir());
    buf_init(&b, 1u << 20);
    buf_addz(&b, "one\r\n\n");
    long_line = malloc(200000);
    CHECK(long_line != NULL);
    memset(long_line, 'x', 200000);
    buf_add(&b, long_line, 200000);
    buf_addz(&b, "\nlast");
    CHECK_INT(file_write(path, buf_str(&b), 0600, &e), 0);
    CHECK_INT(linefile_open(&f, path, 1000, &e), 0);
    CHECK_INT(linefile_next(&f, &line, &e), 1);
    CHECK_STR(line, "one");
    CHECK_INT(linefile_next(&f, &line, &e), 1);
    CHECK_STR(line, "");
    CHECK_INT(linefile_next(&f, &line, &e), CM_EFULL);
    CHECK_INT(f.line, 3);
    CHECK(f.in.cap < 150000);
    CHECK_INT(linefile_next(&f, &line, &e), 1);
    CHECK_STR(line, "last");
    CHECK_INT(f.line, 4);
    CHECK_INT(linefile_next(&f, &line, &e), 0);
    CHECK_INT(linefile_next(&f, &line, &e), 0);
    linefile_close(&f);
    free(long_line);
    buf_free(&b);
}

TEST(linefile, says_what_cannot_be_opened)
{
    struct linefile f;
    struct err e = {0};
    char path[256];

    snprintf(path, sizeof(path), "%s/none", test_dir());
    CHECK_INT(linefile_open(&f, path, 1000, &e), CM_ENOTFOUND);
    CHECK_HAS(str_of(e.msg), path);
    linefile_close(&f);
    CHECK_INT(linefile_open(&f, test_dir(), 1000, &e), CM_EARG);
    linefile_close(&f);
}
