/* embed_tokens_test.c - words and their normal form, without a vocabulary. */
#include "base/common.h"

#include "embed/tokens.h"
#include "embed_rig.h"
#include "test.h"

/* The words of a text in their normal form, one behind the other with '|'. */
static struct str words(struct str text)
{
    static char out[2048];
    struct token_words w = {.text = text};
    struct token_word word;
    size_t n = 0;

    while (token_word_next(&w, &word) && n + word.len + 1 < sizeof(out)) {
        if (n)
            out[n++] = '|';
        memcpy(out + n, word.form, word.len);
        n += word.len;
    }
    return (struct str){out, n};
}

TEST(embed_tokens, words_end_at_space_and_punctuation)
{
    CHECK_STR(words(STR("")), "");
    CHECK_STR(words(STR(" \t\r\n\xc2\xa0\xe2\x80\x83")), "");
    CHECK_STR(words(STR("Don't stop, x_y!")), "don|'|t|stop|,|x|_|y|!");
    CHECK_STR(words(STR("a\xe2\x80\x94""b")), "a|\xe2\x80\x94|b");
    CHECK_STR(words(STR("1+1=2 $5")), "1|+|1|=|2|$|5");
    CHECK_STR(words(STR("\xe2\x82\xac""5")), "\xe2\x82\xac""5"); /* a symbol */
    CHECK_STR(words(STR("[SEP] [UNK]")), "[|sep|]|[|unk|]");
}

TEST(embed_tokens, letters_lose_their_accents_and_case)
{
    CHECK_STR(words(STR("\xc3\x89l\xc3\xa8ve Stra\xc3\x9f""e")),
              "eleve|stra\xc3\x9f""e");
    CHECK_STR(words(STR("e\xcc\x81")), "e");
    CHECK_STR(words(STR("\xcc\x81 \xcc\x81")), ""); /* an accent alone */
    CHECK_STR(words(STR("\xc4\xb0STANBUL")), "istanbul");
    /* One by one: a final sigma is like every other. */
    CHECK_STR(words(STR("\xce\xa3\xce\x91\xce\xa3")), "\xcf\x83\xce\xb1\xcf\x83");
    CHECK_STR(words(STR("\xe2\x84\xaa")), "k");        /* Kelvin */
    CHECK_STR(words(STR("a\xe2\x89\xa0""b")), "a|=|b"); /* = and a stroke */
}

TEST(embed_tokens, ideographs_stand_alone_and_syllables_fall_apart)
{
    CHECK_STR(words(STR("ab\xe6\xbc\xa2\xe5\xad\x97""cd")),
              "ab|\xe6\xbc\xa2|\xe5\xad\x97|cd");
    CHECK_STR(words(STR("\xe8\xb1\x88")), "\xe8\xb1\x88");
    CHECK_STR(words(STR("\xef\xa4\x80")), "\xe8\xb1\x88"); /* compatibility */
    CHECK_STR(words(STR("\xea\xb0\x81")),
              "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8");
    CHECK_STR(words(STR("\xe3\x82\xab\xe3\x82\x99")), "\xe3\x82\xab");
}

TEST(embed_tokens, what_nobody_sees_is_taken_out)
{
    CHECK_STR(words(STR("a\0b\x01""c\x7f")), "abc");
    CHECK_STR(words(STR("ze\xe2\x80\x8bro \xef\xbb\xbf""bom")), "zero|bom");
    CHECK_STR(words(STR("\xef\xbf\xbd")), "");
}

TEST(embed_tokens, bytes_that_are_no_character_are_taken_out)
{
    CHECK_STR(words(STR("a\xff""b \xc3 \xe2\x82 \xf0\x9f")), "ab");
    CHECK_STR(words(STR("\xed\xa0\x80x\xc0\xaf")), "x");
}

TEST(embed_tokens, words_know_where_they_lie)
{
    struct token_words w = {.text = STR(" caf\xc3\xa9,\xff\xe6\xbc\xa2x")};
    static const struct {
        size_t from, to;
    } want[] = {{1, 6}, {6, 7}, {8, 11}, {11, 12}};
    struct token_word word;

    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        CHECK(token_word_next(&w, &word));
        CHECK_INT(word.from, want[i].from);
        CHECK_INT(word.to, want[i].to);
    }
    CHECK(!token_word_next(&w, &word));
}

TEST(embed_tokens, a_word_of_over_a_hundred_characters_is_unknown)
{
    struct token_vocab v = {.slots = (uint32_t[]){0}, .slots_count = 1};
    struct token_words w;
    struct token_word word;
    char text[4 * TOKEN_WORD_CHARS];
    uint32_t id[4];

    for (size_t chars = 99; chars <= 102; chars++) {
        memset(text, 'x', chars);
        w = (struct token_words){.text = {text, chars}};
        CHECK(token_word_next(&w, &word));
        CHECK_INT(word.too_long, chars > TOKEN_WORD_CHARS);
        CHECK_INT(word.to, chars);
        CHECK_INT(token_pieces(&v, &word, id, 4), 1);
        CHECK_INT(id[0], TOKEN_UNKNOWN);
    }
}
