/* related.c - see related.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "search/search.h"
#include "worker/related.h"

/* Of the batch's words: the prompt says what it is about, the last message
 * what came of it. */
#define QUERY_BYTES 1200
/* A line of the prompt. */
#define LINE_BYTES 240
/* Below this a memory shares a common word and no more (measured on real
 * sessions: related ones score above). */
#define SCORE_MIN 0.25

/* The words that a batch is about. */
static struct str words_of(const struct batch *b)
{
    struct buf q;
    struct str words;

    buf_init(&q, 4 * QUERY_BYTES);
    for (size_t i = 0; i < b->n; i++)
        if (b->evs[i].kind == EV_PROMPT || b->evs[i].kind == EV_STOP) {
            buf_adds(&q, utf8_cut(b->evs[i].text, QUERY_BYTES / 2));
            buf_addc(&q, ' ');
        }
    words = arena_str(b->a, utf8_cut(buf_str(&q), QUERY_BYTES));
    buf_free(&q);
    return words;
}

static struct str line_of(const struct memory_row *m, struct arena *a)
{
    struct buf line;
    struct str s;

    buf_init(&line, 8 * LINE_BYTES);
    if (str_eqz(m->kind, "fact"))
        utf8_clean_line(&line, utf8_cut(m->text, 2 * LINE_BYTES));
    else
        utf8_clean_line(&line, utf8_cut(m->title, 2 * LINE_BYTES));
    s = arena_str(a, utf8_cut(buf_str(&line), LINE_BYTES));
    buf_free(&line);
    return s;
}

size_t related_memories(struct db *db, const struct batch *b,
                        int64_t project_id, struct prompt_memory *out,
                        size_t max)
{
    struct search_request rq = {
        .words = words_of(b),
        .filter = {.project_id = project_id, .with_children = true},
        .max = 4 * max,
        .no_snippets = true,
    };
    struct search_result found = {0};
    size_t n = 0;

    if (b->n) { /* a program's users do not see each other's (mem0_infer.c) */
        const struct json *scope = json_get(b->evs[0].payload, "_scope");

        rq.filter.user = json_get_str(scope, "user");
        rq.filter.agent = json_get_str(scope, "agent");
    }
    if (rq.words.n == 0 || search_run(db, &rq, b->a, &found, NULL) < 0)
        return 0;
    for (size_t i = 0; i < found.n && n < max; i++) {
        const struct memory_row *m = &found.hits[i].row;

        if (found.hits[i].score < SCORE_MIN || str_eqz(m->kind, "prompt") ||
            str_eqz(m->kind, "summary"))
            continue;
        out[n++] = (struct prompt_memory){.id = m->id,
                                          .text = line_of(m, b->a)};
    }
    return n;
}
