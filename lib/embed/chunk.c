/* chunk.c - see embed_chunks in embed.h. */
#include "base/common.h"

#include "embed/embed.h"
#include "embed/run.h"

/* Tokens of text in a chunk: two of EMBED_CHUNK_TOKENS are the frame. */
#define CHUNK_TOKENS (EMBED_CHUNK_TOKENS - 2)
/* Tokens that a chunk repeats of the one before, at most: a sentence cut in
 * two is whole in one of them. */
#define OVERLAP_TOKENS 20
/* A chunk is cut early, at a better place, but not before this many. */
#define CHUNK_TOKENS_MIN (CHUNK_TOKENS / 2)

/* How well the text can be cut before a word. */
enum cut { CUT_INSIDE, CUT_WORD, CUT_SENTENCE, CUT_LINE, CUT_PARAGRAPH };

struct span {
    size_t from, to;
    size_t tokens; /* up to its end, from the chunk's beginning */
    enum cut cut;
};

static bool ends_sentence(struct str word)
{
    static const char *const ends[] = {".", "!", "?", "\u3002", "\uff01",
                                       "\uff1f"};

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_eqz(word, ends[i]))
            return true;
    return false;
}

/* What stands between two words tells. */
static enum cut cut_at(struct str before, struct str gap)
{
    size_t lines = 0;

    for (size_t i = 0; i < gap.n; i++)
        lines += gap.p[i] == '\n';
    if (lines)
        return lines > 1 ? CUT_PARAGRAPH : CUT_LINE;
    if (ends_sentence(before) && (gap.n || (uint8_t)before.p[0] >= 0x80))
        return CUT_SENTENCE;
    return gap.n ? CUT_WORD : CUT_INSIDE;
}

/* Words from `from` on until a chunk is full; *more when text was left. */
static size_t read_spans(struct embed_run *r, struct str text, size_t from,
                         struct span *span, bool *more)
{
    struct token_words w = {.text = text, .at = from};
    struct token_word word;
    uint32_t ids[TOKEN_WORD_CHARS];
    size_t n = 0, tokens = 0;

    *more = false;
    while (token_word_next(&w, &word)) {
        struct span *s = &span[n];
        size_t pieces = token_pieces(r->vocab, &word, ids, ARRAY_LEN(ids));

        /* One word has TOKEN_WORD_CHARS tokens at most: never all of it. */
        if (tokens + pieces > CHUNK_TOKENS) {
            *more = true;
            break;
        }
        tokens += pieces;
        *s = (struct span){word.from, word.to, tokens, CUT_PARAGRAPH};
        if (n > 0)
            s->cut = cut_at(str_cut(text, s[-1].from, s[-1].to),
                            str_cut(text, s[-1].to, s->from));
        n++;
    }
    return n;
}

/* How many spans to take: up to the last of the best places. */
static size_t choose_end(const struct span *span, size_t n)
{
    size_t end = n;
    enum cut best = CUT_INSIDE;

    for (size_t i = n - 1; i > 0 && span[i - 1].tokens >= CHUNK_TOKENS_MIN; i--)
        if (span[i].cut > best) {
            best = span[i].cut;
            end = i;
        }
    return end;
}

/* Where the next chunk begins: the first good place among the last tokens. */
static size_t choose_next(const struct span *span, size_t end)
{
    size_t next = end;
    enum cut best = CUT_INSIDE;

    for (size_t i = end - 1; i > 0; i--) {
        if (span[end - 1].tokens - span[i - 1].tokens > OVERLAP_TOKENS)
            break;
        if (span[i].cut >= best && span[i].cut > CUT_INSIDE) {
            best = span[i].cut;
            next = i;
        }
    }
    return next;
}

size_t embed_chunks(struct embed_run *r, struct str text, struct str *out,
                    size_t max)
{
    struct span span[CHUNK_TOKENS];
    size_t n = 0, from = 0;
    bool more = true;

    while (more && n < max) {
        size_t words = read_spans(r, text, from, span, &more), end = words;

        if (words == 0)
            break;
        if (more)
            end = choose_end(span, words);
        out[n++] = str_cut(text, span[0].from, span[end - 1].to);
        if (!more)
            break;
        end = choose_next(span, end);
        /* words before `end` are done; `end` itself may be the one that did
         * not fit, which begins behind the last. */
        from = end < words ? span[end].from : span[end - 1].to;
    }
    return n;
}
