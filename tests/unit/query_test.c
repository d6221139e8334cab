/* query_test.c - queries as units of the index (lib/search/query.h). */
#include "base/common.h"

#include "base/arena.h"
#include "base/err.h"
#include "search/query.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_query
#include "tests/fuzz/query.c"
#undef FUZZ_ENTRY

static struct str match_of(const char *text, struct arena *a)
{
    struct query q;
    struct str match, map;

    query_parse(str_of(text), a, &q);
    query_match(&q, a, &match, &map);
    return match;
}

TEST(query, drops_stop_words_and_quotes_the_rest)
{
    struct arena a = {0};

    CHECK_STR(match_of("Why does the parser fail?", &a),
              "\"parser\" OR \"fail\"");
    CHECK_STR(match_of("fail FAIL fail", &a), "\"fail\"");
    arena_free(&a);
}

TEST(query, keeps_stop_words_when_there_is_nothing_else)
{
    struct arena a = {0};

    CHECK_STR(match_of("what was that", &a), "\"what\" OR \"was\" OR \"that\"");
    CHECK_STR(match_of("", &a), "");
    CHECK_STR(match_of(" ?! \"\" * - ", &a), "");
    arena_free(&a);
}

TEST(query, spells_names_in_every_way)
{
    struct arena a = {0};

    CHECK_STR(match_of("parseReply", &a), "\"parsereply\" OR \"parse reply\"");
    CHECK_STR(match_of("parse_reply", &a), "\"parse reply\" OR \"parsereply\"");
    CHECK_STR(match_of("src/llm/parseReply.c", &a),
              "\"src llm parsereply c\" OR \"src llm parse reply c\" OR "
              "\"parsereply c\"");
    CHECK_STR(match_of("v2.1.3", &a), "\"v2 1 3\" OR \"2 1 3\"");
    CHECK_STR(match_of("HTTP 429", &a), "\"http 429\" OR \"http429\"");
    CHECK_STR(match_of("ENOENT", &a), "\"enoent\"");
    arena_free(&a);
}

TEST(query, takes_phrases_and_prefixes)
{
    struct arena a = {0};
    struct query q;

    CHECK_STR(match_of("\"socket path\" auth* src/llm/p*", &a),
              "\"socket path\" OR \"auth\" * OR \"src llm p\" *");
    query_parse(STR("\"a b\" c"), &a, &q);
    CHECK(q.unit[0].is_quoted);
    CHECK(!q.unit[1].is_quoted);
    CHECK_STR(match_of("an unpaired \" mark", &a), "\"unpaired\" OR \"mark\"");
    arena_free(&a);
}

TEST(query, takes_unspaced_scripts_apart)
{
    struct arena a = {0};

    CHECK_STR(match_of("数据", &a), "\"数据\"");
    CHECK_STR(match_of("据", &a), "\"据\" *");
    CHECK_STR(match_of("数据库的配置在哪里?", &a),
              "\"数据\" OR \"据库\" OR \"配置\" OR \"置在\" OR \"里\" *");
    CHECK_STR(match_of("データの保存", &a), "\"デー\" OR \"ータ\" OR \"保存\"");
    CHECK_STR(match_of("parseReply関数", &a),
              "\"parsereply\" OR \"parse reply\" OR \"関数\"");
    CHECK_STR(match_of("데이터", &a), "\"데이\" OR \"이터\"");
    CHECK_STR(match_of("ฐานข้อมูล", &a), "\"ฐานข\" OR \"นข้อ\" OR \"้อมู\" OR "
                                       "\"มูล\"");
    CHECK_STR(match_of("さくら", &a), "\"さく\" OR \"くら\"");
    CHECK_STR(match_of("\"数据库\"", &a), "\"数据库\"");
    CHECK_STR(match_of("\"a 数\"", &a), "\"a 数\" *");
    CHECK_STR(match_of("我", &a), "\"我\" *");
    CHECK_STR(match_of("caf\xc3\xa9", &a), "\"caf\xc3\xa9\"");
    arena_free(&a);
}

TEST(query, drops_stop_words_of_the_language_it_is_in)
{
    struct arena a = {0};

    CHECK_STR(match_of("wo ist die Konfiguration der Datenbank?", &a),
              "\"konfiguration\" OR \"datenbank\"");
    CHECK_STR(match_of("où est la configuration de l'index", &a),
              "\"configuration\" OR \"index\"");
    CHECK_STR(match_of("¿dónde están los registros de errores?", &a),
              "\"registros\" OR \"errores\"");
    CHECK_STR(match_of("onde está o arquivo de configuração", &a),
              "\"arquivo\" OR \"configuração\"");
    CHECK_STR(match_of("dove sono gli errori della cache", &a),
              "\"errori\" OR \"cache\"");
    CHECK_STR(match_of("waar is het bestand van de cache", &a),
              "\"bestand\" OR \"cache\"");
    CHECK_STR(match_of("Что не так с настройкой сервера?", &a),
              "\"настройкой\" OR \"сервера\"");
    /* English subjects stay. */
    CHECK_STR(match_of("did the process die in the war of man", &a),
              "\"process\" OR \"die\" OR \"war\" OR \"man\"");
    CHECK_STR(match_of("DER certificate", &a), "\"der\" OR \"certificate\"");
    CHECK_STR(match_of("la la land", &a), "\"la\" OR \"land\"");
    CHECK_STR(match_of("her son has a hat", &a), "\"son\" OR \"hat\"");
    arena_free(&a);
}

TEST(query, takes_typographic_quotes_for_no_letters)
{
    struct arena a = {0};

    CHECK_STR(match_of("Caroline\xe2\x80\x99s “plan” — why", &a),
              "\"caroline\" OR \"plan\"");
    CHECK_STR(match_of("😀", &a), "");
    arena_free(&a);
}

TEST(query, spells_a_day_in_every_way)
{
    struct arena a = {0};

    CHECK_STR(match_of("on 7 May", &a),
              "\"may 7\" OR \"7 may\" OR \"may 7th\" OR \"7th may\" OR "
              "\"7th of may\" OR \"05 07\" OR \"7\"");
    CHECK_HAS(match_of("deploys of 2024-01-22", &a), "\"22nd of january\"");
    CHECK_HAS(match_of("March 3rd, 2024", &a), "\"03 03\"");
    CHECK_HAS(match_of("the 11th of june", &a), "\"jun 11\"");
    CHECK_LACKS(match_of("may 2 of them fail", &a), "\"may 2\"");
    CHECK_LACKS(match_of("version 2024-1-22", &a), "january");
    CHECK_LACKS(match_of("in March 2024", &a), "march 20");
    arena_free(&a);
}

TEST(query, maps_phrases_to_units)
{
    struct arena a = {0};
    struct query q;
    struct str match, map;

    query_parse(STR("crash parseReply ENOENT"), &a, &q);
    query_match(&q, &a, &match, &map);
    CHECK_STR(map, "0112");
    arena_free(&a);
}

TEST(query, stays_within_its_limits)
{
    struct arena a = {0};
    struct query q;
    struct str match, map;
    struct buf b;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_addf(&b, "dir_%d/parseName%d.c ", i, i);
    query_parse(buf_str(&b), &a, &q);
    query_match(&q, &a, &match, &map);
    CHECK(q.n <= FTS_UNITS);
    CHECK(map.n <= FTS_PHRASES);
    CHECK(map.n > 0);
    buf_free(&b);
    arena_free(&a);
}

TEST(query, widens_words_to_prefixes_and_names_to_parts)
{
    struct arena a = {0};
    struct query q;
    struct str match, map;

    query_parse(STR("auth parseReplyFast of"), &a, &q);
    CHECK(query_widen(&q, 0, &a));
    CHECK(query_widen(&q, 1, &a));
    query_match(&q, &a, &match, &map);
    CHECK_STR(match, "\"auth\" * OR \"parse\" OR \"reply\" OR \"fast\"");
    CHECK(!query_widen(&q, 0, &a));
    query_parse(STR("\"a phrase\" ab"), &a, &q);
    CHECK(!query_widen(&q, 0, &a));
    CHECK(!query_widen(&q, 1, &a));
    arena_free(&a);
}

/* Whatever the bytes: SQLite takes the MATCH string and the map fits it. */
TEST(query, makes_no_sql_error_of_any_bytes)
{
    static const char *const nasty[] = {
        "\"",
        "\"\"",
        "* *",
        "a AND NOT",
        "NEAR(a b)",
        "{title}: x",
        "^a",
        "a:b",
        "(((",
        "'; DROP TABLE memories; --",
        "\xff\xfe\x80",
        "\xe2\x80\x94",
        "\"\xe2\x80\x94\"",
        "\xe2\x80\x94*",
        "a\"b\"c*\"d",
        "title:x OR",
        "+a -b",
        "\xed\xa0\x80 x",
        "x\xc2",
        "\xf0\x9f\x98\x80",
        "NULL",
        "#1",
        "//",
        "a/b/c/d.e:f::g",
        "\\\\",
    };
    static const char alphabet[] = "ab\"*/_-. \x80\xe2(:^{\n";
    uint8_t text[64];
    uint32_t seed = 1;

    for (size_t i = 0; i < ARRAY_LEN(nasty); i++)
        fuzz_query((const uint8_t *)nasty[i], strlen(nasty[i]));
    for (size_t i = 0; i < 3000; i++) {
        for (size_t k = 0; k < i % sizeof(text); k++) {
            seed = seed * 1103515245u + 12345u;
            text[k] = (uint8_t)alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
        }
        fuzz_query(text, i % sizeof(text));
    }
}
