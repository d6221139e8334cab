/* tokenize_test.c - texts as words of the index (lib/store/tokenize.h). */
#include "base/common.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "search/query.h"
#include "store/db.h"
#include "store/read_search.h"
#include "store/tokenize.h"
#include "test.h"

static struct db *index_of(const char *const *texts, size_t n)
{
    struct db *db;
    struct err e;

    if (db_open(&db, ":memory:", DB_WRITE, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    for (size_t i = 0; i < n; i++) {
        struct stmt *s = db_stmt(db, "INSERT INTO memories_fts (rowid, title, "
                                     "text, names) VALUES (?1, '', ?2, '')");

        stmt_int(s, 1, (int64_t)i + 1);
        stmt_str(s, 2, str_of(texts[i]));
        CHECK_INT(stmt_run(s, &e), 0);
    }
    return db;
}

/* Rows that the query finds. */
static int64_t found(struct db *db, struct str text)
{
    struct arena a = {0};
    struct query q;
    struct str match, map;
    struct err e;
    int64_t n;

    query_parse(text, &a, &q);
    query_match(&q, &a, &match, &map);
    n = match.n ? words_count(db, match, &e) : 0;
    arena_free(&a);
    return n;
}

static int64_t foundz(struct db *db, const char *text)
{
    return found(db, str_of(text));
}

/* Every fragment of `text`, as a query and as a quoted phrase. */
static void check_fragments(struct db *db, struct str text)
{
    struct arena a = {0};

    for (size_t i = 0; i < text.n; i += utf8_len(str_cut(text, i, text.n)))
        for (size_t end = i; end < text.n;) {
            struct str part;

            end += utf8_len(str_cut(text, end, text.n));
            part = str_cut(text, i, end);
            if (found(db, part) < 1 ||
                found(db, arena_fmt(&a, "\"%.*s\"", STR_ARG(part))) < 1)
                test_fail(__FILE__, __LINE__, "nothing has \"%.*s\"",
                          STR_ARG(part));
        }
    arena_free(&a);
}

TEST(tokenize, every_fragment_of_an_unspaced_text_is_found)
{
    static const char *const texts[] = {
        "数据库的连接池配置错误",
        "データベースの設定を保存します",
        "데이터베이스연결이끊어졌습니다",
        "ฐานข้อมูลเชื่อมต่อไม่ได้",
        "ຖານຂໍ້ມູນ",
        "𠮷野家で食べる",
    };
    struct db *db = index_of(texts, ARRAY_LEN(texts));

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        check_fragments(db, str_of(texts[i]));
    CHECK_INT(foundz(db, "\"接连\""), 0);
    CHECK_INT(foundz(db, "\"数据连接\""), 0);
    db_close(db);
}

TEST(tokenize, mixed_texts_are_taken_apart_where_the_script_changes)
{
    static const char *const texts[] = {
        "parseReply関数のERROR処理",
        "使用SQLite3数据库,版本3.54",
        "ＡＰＩキー１２３",
        "사용자의 설정(config)을 저장",
    };
    struct db *db = index_of(texts, ARRAY_LEN(texts));

    CHECK_INT(foundz(db, "parseReply"), 1);
    CHECK_INT(foundz(db, "error"), 1);
    CHECK_INT(foundz(db, "関数"), 1);
    CHECK_INT(foundz(db, "sqlite3"), 1);
    CHECK_INT(foundz(db, "版本"), 1);
    CHECK_INT(foundz(db, "api"), 1);
    CHECK_INT(foundz(db, "123"), 1);
    CHECK_INT(foundz(db, "ＡＰＩ"), 1);
    CHECK_INT(foundz(db, "설정"), 1);
    CHECK_INT(foundz(db, "사용자"), 1);
    db_close(db);
}

TEST(tokenize, other_alphabets_fold_case_and_accents)
{
    static const char *const texts[] = {
        "ОШИБКА Подключения",
        "Ρύθμιση ΣΦΆΛΜΑ",
        "Configuração du café naïve Straße",
    };
    struct db *db = index_of(texts, ARRAY_LEN(texts));

    CHECK_INT(foundz(db, "ошибка"), 1);
    CHECK_INT(foundz(db, "ПОДКЛЮЧЕНИЯ"), 1);
    CHECK_INT(foundz(db, "σφάλμα"), 1);
    CHECK_INT(foundz(db, "configuracao"), 1);
    CHECK_INT(foundz(db, "CAFÉ"), 1);
    CHECK_INT(foundz(db, "naive"), 1);
    db_close(db);
}

TEST(tokenize, irregular_forms_find_each_other)
{
    static const char *const texts[] = {
        "we went to the beach with the children",
        "I bought a car and sold it",
        "the box is on the left; he lives there",
    };
    struct db *db = index_of(texts, ARRAY_LEN(texts));

    CHECK_INT(foundz(db, "go"), 1);
    CHECK_INT(foundz(db, "gone"), 1);
    CHECK_INT(foundz(db, "child"), 1);
    CHECK_INT(foundz(db, "buying"), 1);
    CHECK_INT(foundz(db, "sell"), 1);
    CHECK_INT(foundz(db, "leave"), 0);
    CHECK_INT(foundz(db, "life"), 0);
    db_close(db);
}

TEST(tokenize, any_bytes_are_indexed)
{
    static const char *const parts[] = {
        "数",   "据",         "ー",  "ａ",   "b",        "\xe6", "\xe6\x95",
        "\xff", "\xed\xa0\x80", " ", "กำ", "\xf0\xa0\xae\xb7", "c d", "é",
        "가",   "1",
    };
    struct buf b;
    uint32_t seed = 3;

    buf_init(&b, 4096);
    for (int i = 0; i < 300; i++) {
        const char *text;
        struct db *db;

        buf_reset(&b);
        for (int k = 0; k < i % 20; k++) {
            seed = seed * 1103515245u + 12345u;
            buf_addz(&b, parts[(seed >> 16) % ARRAY_LEN(parts)]);
        }
        text = b.data;
        db = index_of(&text, 1);
        found(db, buf_str(&b));
        db_close(db);
    }
    buf_free(&b);
}
