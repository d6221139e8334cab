/* tokens.c - any bytes as words and tokens: the words lie in order, none is
 * empty, and a whole number of characters. */
#include "base/common.h"

#include "base/utf8.h"
#include "embed/tokens.h"
#include "tests/fuzz/fuzz.h"

/* A vocabulary of the letters and a few longer pieces. */
#define ENTRIES 160
#define SLOTS 512
static uint32_t slots[SLOTS], offsets[ENTRIES + 1];
static char entries[ENTRIES * 4];

static void make_vocab(struct token_vocab *v)
{
    uint32_t at = 0;

    for (uint32_t id = 0; id < ENTRIES && !offsets[ENTRIES]; id++) {
        char entry[8];
        uint32_t slot;
        int n = snprintf(entry, sizeof(entry), "%s%c%s", id % 2 ? "##" : "",
                         'a' + (char)(id / 2 % 26), id > 103 ? "a" : "");

        memcpy(entries + at, entry, (size_t)n);
        slot = token_hash((struct str){entry, (size_t)n}) % SLOTS;
        while (slots[slot])
            slot = (slot + 1) % SLOTS;
        slots[slot] = id + 1;
        at += (uint32_t)n;
        offsets[id + 1] = at;
    }
    *v = (struct token_vocab){slots,   SLOTS, offsets,
                              ENTRIES, entries, offsets[ENTRIES]};
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct token_words w = {.text = {(const char *)data, size}};
    struct token_vocab v;
    struct token_word word;
    static uint32_t ids[4096];
    size_t end = 0, all = 0, n;

    make_vocab(&v);
    while (token_word_next(&w, &word)) {
        uint32_t piece[TOKEN_WORD_CHARS];
        struct str form = {word.form, word.len};

        FUZZ_CHECK(word.from < word.to && word.to <= size);
        FUZZ_CHECK(word.from >= end);
        FUZZ_CHECK(word.chars > 0 && word.chars <= TOKEN_WORD_CHARS);
        FUZZ_CHECK(utf8_is_valid(form));
        FUZZ_CHECK(utf8_len(str_cut(w.text, word.from, size)) > 0);
        end = word.to;
        n = token_pieces(&v, &word, piece, TOKEN_WORD_CHARS);
        FUZZ_CHECK(n >= 1 && n <= word.chars);
        for (size_t i = 0; i < n; i++)
            FUZZ_CHECK(piece[i] < ENTRIES);
        FUZZ_CHECK(token_pieces(&v, &word, piece, 0) == 0);
        all += n;
    }
    n = token_ids(&v, w.text, ids, ARRAY_LEN(ids));
    FUZZ_CHECK(n == (all < ARRAY_LEN(ids) ? all : ARRAY_LEN(ids)));
    return 0;
}
