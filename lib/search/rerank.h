/*
 * rerank.h - a second opinion on the best of a search: the reranker.
 *
 * What ranks looks at every memory's evidences; a reranker reads question and
 * text together, which is better and far too slow for more than the first
 * RERANK_MAX. It is the user's own program (a cross-encoder), or the language
 * model that is set; whoever asks for the search says how it is reached.
 *
 * The line that goes to it, and the line that comes back:
 *
 *   {"query":"why ...","documents":[{"id":"#12","text":"..."},...]}
 *   {"scores":[0.93,0.01,...]}
 *
 * a number for each document, in their order, higher is better. Numbers that
 * are all within 0 and 1 are chances; when one is not, all of them are taken
 * for logits: chance = 1 / (1 + e^-x).
 *
 * Both opinions count alike, as odds:
 *
 *     odds(new) = sqrt(odds(score) * odds(chance))
 *
 * with chance cut to 0.02 .. 0.98, so that the score
 *
 *   1. stays between 0 and 1, and comparable: where both agree it is theirs;
 *   2. grows with either of the two;
 *   3. of what the reranker did not see is never above what it saw.
 *
 * Whatever goes wrong with it, the order is the one without it, and the result
 * says why in a sentence.
 */
#ifndef CMEM_SEARCH_RERANK_H
#define CMEM_SEARCH_RERANK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

/* Documents of one question; bytes of each that are shown, which is more than
 * the 512 tokens that a cross-encoder reads. */
#define RERANK_MAX   25
#define RERANK_BYTES 2400
/* Of a request line (control characters become six bytes), of a reply. */
#define RERANK_ASK_BYTES   (1u << 20)
#define RERANK_REPLY_BYTES (64u << 10)

struct rerank_doc {
    struct str id, text;
};

struct rerank_ask {
    struct str query;
    struct rerank_doc doc[RERANK_MAX];
    size_t n;
};

struct reranker {
    /* Fills chance[ask->n], each 0 to 1, within the time that is set. */
    int (*ask)(void *arg, const struct rerank_ask *ask, double *chance,
               struct err *e);
    void *arg;
    const char *name; /* "command" or "model": who it is */
    int took_ms; /* where `ask` only gives what was had before; else 0 */
};

/* What came of it, for a result. */
struct rerank_note {
    const char *by; /* NULL: nobody was asked */
    size_t judged;
    int ms;
    struct err problem; /* why the order is the one without it */
};

/* The request: one line, without the newline. False when it is too long. */
bool rerank_put(const struct rerank_ask *ask, struct buf *out);
/* The scores of a reply ({"scores":[...]}), as chances. CM_EFORMAT. */
int rerank_read(const struct json *reply, size_t n, double *chance,
                struct err *e);
/* The last line of what a program printed, read so. */
int rerank_read_line(struct str out, size_t n, double *chance, struct err *e);

double rerank_blend(double score, double chance);

struct finding;
/* Asks rq->reranker, if there is one, about the best candidates. */
int rerank(struct finding *f, struct err *e);

#endif
