/* embed_chunk_test.c - long texts in pieces: nothing lost, none too long. */
#include "base/common.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "embed/run.h"
#include "embed_rig.h"
#include "test.h"

#define CHUNKS 512

static size_t tokens_of(struct embed_run *r, struct str text)
{
    static uint32_t ids[1 << 16];

    return token_ids(r->vocab, text, ids, ARRAY_LEN(ids));
}

/* Every word of the text lies in a chunk, in order; a chunk begins and ends
 * with characters, and has few enough tokens. */
static size_t check_chunks(struct embed_run *r, struct str text)
{
    static struct str out[CHUNKS];
    size_t n = embed_chunks(r, text, out, CHUNKS), k = 0;
    struct token_words w = {.text = text};
    struct token_word word;

    CHECK(n < CHUNKS);
    for (size_t i = 0; i < n; i++) {
        CHECK(out[i].p >= text.p && out[i].n > 0);
        CHECK(out[i].p + out[i].n <= text.p + text.n);
        CHECK(tokens_of(r, out[i]) <= EMBED_CHUNK_TOKENS - 2);
        CHECK(utf8_is_valid(out[i]) || !utf8_is_valid(text));
        if (i > 0)
            CHECK(out[i].p > out[i - 1].p &&
                  out[i].p + out[i].n > out[i - 1].p + out[i - 1].n);
    }
    while (token_word_next(&w, &word)) {
        while (k < n && text.p + word.to > out[k].p + out[k].n)
            k++;
        CHECK(k < n && text.p + word.from >= out[k].p);
    }
    return n;
}

TEST(embed_chunks, a_short_text_is_one_and_an_empty_one_none)
{
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);
    struct str out[2];

    CHECK_INT(embed_chunks(r, STR_NONE, out, 2), 0);
    CHECK_INT(embed_chunks(r, STR(" \n\xff "), out, 2), 0);
    CHECK_INT(embed_chunks(r, STR(" two words. "), out, 2), 1);
    CHECK_STR(out[0], "two words.");
    CHECK_INT(embed_chunks(r, STR("x"), out, 0), 0);
    embed_run_destroy(r);
    embedder_close(m);
}

TEST(embed_chunks, any_text_is_covered_within_the_limit)
{
    static const char *const pieces[] = {
        "The worker commits, then it answers. ", "\n\n", "\n", " ",
        "\xe6\xbc\xa2\xe5\xad\x97", "na\xc3\xafve ", "x", "aaaa", "/", "\xff",
        "antidisestablishmentarianism ", "\xf0\x9f\x98\x80", "e\xcc\x81 ",
        "lib/embed/tokens.c:118 ", "\xe3\x80\x82", "? ",
    };
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);

    for (uint32_t seed = 1; seed < 60; seed++) {
        uint32_t x = seed * 2654435761u;
        struct buf b;

        buf_init(&b, 1 << 20);
        for (uint32_t i = 0; i < seed * 25; i++) {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            buf_addz(&b, pieces[x % (seed % 3 ? ARRAY_LEN(pieces) : 5)]);
        }
        check_chunks(r, buf_str(&b));
        buf_free(&b);
    }
    embed_run_destroy(r);
    embedder_close(m);
}

TEST(embed_chunks, they_end_at_paragraphs_and_overlap_at_sentences)
{
    struct embedder *m = rig_embedder();
    struct embed_run *r = embed_run_create(m);
    struct str out[16];
    struct buf b;
    size_t n;

    buf_init(&b, 1 << 16);
    for (int i = 0; i < 10; i++) /* 100 tokens a paragraph */
        for (int j = 0; j < 10; j++)
            buf_addf(&b, "Paragraph %d has a sentence of ten %d.%s", i, j,
                     j == 9 ? "\n\n" : " ");
    n = check_chunks(r, buf_str(&b));
    CHECK_INT(embed_chunks(r, buf_str(&b), out, 16), n);
    for (size_t i = 0; i < n; i++)
        CHECK(str_ends(out[i], STR("9.")));
    CHECK(str_starts(out[1], STR("Paragraph 0"))); /* its last sentences */
    CHECK(out[1].p < out[0].p + out[0].n);
    CHECK_INT(embed_chunks(r, buf_str(&b), out, 2), 2);
    buf_free(&b);
    embed_run_destroy(r);
    embedder_close(m);
}
