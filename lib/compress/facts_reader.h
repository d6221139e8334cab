/*
 * facts_reader.h - a statement while it is read, for facts_read.c (what it is
 * of), facts_value.c ("X is V") and facts_use.c ("we use X").
 *
 * A way of reading is a function that looks at the words and either fills
 * r->f and returns true, or returns false; what it wrote by then is undone by
 * whoever called it. Positions are indices into r->w, which has the words
 * without articles; one past the end is allowed and is no word.
 */
#ifndef CMEM_COMPRESS_FACTS_READER_H
#define CMEM_COMPRESS_FACTS_READER_H

#include "compress/facts_words.h"

/* Lists for said_in(): words that a statement is the same without; that negate;
 * that leave it open; that tell of the past; that announce a change; that
 * begin what a value is qualified by. */
extern const char said_empty[], said_negations[], said_doubts[], said_past[],
    said_announcing[], said_qualifying[];

struct fact_reader {
    struct arena *a;
    struct said_words all;
    const struct said_word *w[FACT_WORDS]; /* without articles */
    size_t n;
    struct fact *f; /* what is filled */
};

/* Is the word at `i` this one; one of that list? */
bool reader_is(const struct fact_reader *r, size_t i, const char *z);
bool reader_in(const struct fact_reader *r, size_t i, const char *list);
/* The first word of the list in [from, to), or `to`. */
size_t reader_find(const struct fact_reader *r, size_t from, size_t to,
                   const char *list);
/* Where the clause that begins at `from` ends. */
size_t reader_clause_end(const struct fact_reader *r, size_t from);
/* Words as one text, which lives in r->a. */
struct str reader_join(const struct fact_reader *r, size_t from, size_t to);

/* What a statement is about: its words, each once, in any order. */
#define FACT_KEY_WORDS 16

struct fact_key {
    struct str w[FACT_KEY_WORDS];
    size_t n;
};

void key_add(struct fact_key *k, struct str s);
/* Those of [from, to) that say something. */
void key_add_range(const struct fact_reader *r, struct fact_key *k, size_t from,
                   size_t to);
/* Words in alphabetical order, `before` in front: "port of the API" is "API
 * port". Lives in r->a. */
struct str key_text(const struct fact_reader *r, struct fact_key *k,
                    const char *before);
void fact_add_key(struct fact *f, struct str s);
/* The key that the statement is found by, in place of all others. */
void fact_set_about(struct fact *f, struct str s);

/* What is in front of the statement proper ("in production, ...") joins the
 * key; where the statement begins. */
size_t reader_skip_front(const struct fact_reader *r, struct fact_key *k);
/*
 * Reads "VALUE [in QUALIFIER]" at `from`: the value's words become f->value,
 * the qualifier's join the key. False when there is no short value.
 */
bool reader_take_value(struct fact_reader *r, size_t from, struct fact_key *k);
/* Words that say something, of what stands behind the statement. */
void reader_set_more(struct fact_reader *r, size_t from);

/* The ways of reading: facts_value.c, ... */
bool fact_read_value(struct fact_reader *r);
bool fact_read_port(struct fact_reader *r);
bool fact_read_default(struct fact_reader *r);
bool fact_read_switch(struct fact_reader *r);
bool fact_read_place(struct fact_reader *r);
bool fact_read_change(struct fact_reader *r);
/* ... and facts_use.c. */
bool fact_read_use(struct fact_reader *r);
bool fact_read_switched(struct fact_reader *r);
bool fact_read_end(struct fact_reader *r);

#endif
