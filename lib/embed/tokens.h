/*
 * tokens.h - text to WordPiece tokens, as BERT's uncased models were taught.
 *
 * Characters that say nothing (controls, accents, invisible ones) are taken
 * out, ideographs stand alone, letters are decomposed and lower-cased, one by
 * one; words end at white space and around punctuation; each word is cut into
 * the longest pieces the vocabulary has, and is one "unknown" when that does
 * not come out even or it has over a hundred characters. Text is data: a
 * "[SEP]" in it is five characters.
 *
 * No allocation, no failure: every sequence of bytes has its tokens. The
 * vocabulary is read where it is mapped; a damaged one gives wrong tokens,
 * never a read outside of it.
 *
 * Example:
 *
 *     struct token_words w = {.text = text};
 *     struct token_word word;
 *     while (token_word_next(&w, &word))
 *         n += token_pieces(&vocab, &word, ids + n, max - n);
 */
#ifndef CMEM_EMBED_TOKENS_H
#define CMEM_EMBED_TOKENS_H

#include "base/common.h"
#include "base/str.h"

/* The reference's limit for a word, in characters. */
#define TOKEN_WORD_CHARS 100
/* Bytes of the longest entry of a vocabulary (BERT's has 18). */
#define TOKEN_BYTES_MAX 64
/* What stands in a vocabulary at fixed places. */
#define TOKEN_UNKNOWN 100
#define TOKEN_FIRST 101
#define TOKEN_LAST 102

/* Borrowed: slices of the model's file. */
struct token_vocab {
    const uint32_t *slots; /* id + 1 by hash, 0 where there is none */
    size_t slots_count;    /* a power of two */
    const uint32_t *offsets; /* count + 1 of them */
    size_t count;
    const char *bytes;
    size_t bytes_len;
};

/* Where entries begin to be looked for in slots. */
uint32_t token_hash(struct str entry);

struct token_words {
    struct str text;
    size_t at; /* bytes that were read */
    /* The next character of a word when a decomposed one is in parts. */
    uint32_t rest[4];
    size_t rest_len, rest_from, rest_to;
};

struct token_word {
    size_t from, to; /* its bytes in the text */
    size_t chars;    /* of its normal form, which stands in form */
    size_t len;
    bool too_long;   /* form is its beginning only */
    char form[TOKEN_WORD_CHARS * 4];
};

bool token_word_next(struct token_words *w, struct token_word *out);

/* The pieces of one word, at least one; of more than max the first ones.
 * Returns how many were written. */
size_t token_pieces(const struct token_vocab *v, const struct token_word *word,
                    uint32_t *ids, size_t max);

/* The tokens of a text without the two that frame it, at most max. */
size_t token_ids(const struct token_vocab *v, struct str text, uint32_t *ids,
                 size_t max);

#endif
