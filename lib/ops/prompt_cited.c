/* prompt_cited.c - see prompt_cited.h. */
#include "base/common.h"

#include "ops/code_scope.h"
#include "ops/fresh.h"
#include "ops/prompt_cited.h"
#include "store/touch.h"

/* Shorter ones are in too many words. */
#define NAME_LEAST 4

static bool is_name_byte(char c)
{
    return is_alnum(c) || c == '_';
}

/* The next run of name bytes, and what stands behind it. */
static bool next_word(struct str *rest, struct str *word, char *behind)
{
    size_t from = 0, to;

    while (from < rest->n && !is_name_byte(rest->p[from]))
        from++;
    to = from;
    while (to < rest->n && is_name_byte(rest->p[to]))
        to++;
    *word = str_cut(*rest, from, to);
    *behind = to < rest->n ? rest->p[to] : ' ';
    *rest = str_cut(*rest, to, rest->n);
    return word->n > 0;
}

/* Nothing but a name: retry_after, parseReply, utf8len, wait(. */
static bool is_name(struct str w, char behind)
{
    bool inner = false;

    if (w.n < NAME_LEAST || is_digit(w.p[0]))
        return false;
    for (size_t i = 1; i + 1 < w.n; i++)
        inner |= w.p[i] == '_' || is_digit(w.p[i]) ||
                 (is_upper(w.p[i]) && is_lower(w.p[i - 1]));
    return inner || behind == '(';
}

/* Is it in the text, as such a name if need be? */
static bool says(struct str text, struct str name, bool as_name)
{
    struct str word;
    char behind;

    while (next_word(&text, &word, &behind))
        if (str_eq(word, name) && (!as_name || is_name(word, behind)))
            return true;
    return false;
}

bool prompt_has_name(struct str prompt)
{
    struct str word;
    char behind;

    while (next_word(&prompt, &word, &behind))
        if (is_name(word, behind))
            return true;
    return false;
}

int prompt_cited(struct db *db, int64_t memory_id, struct str prompt,
                 struct str body, struct arena *a, struct str *name,
                 struct err *e)
{
    struct touch_row *v;
    size_t n;
    int rc = cites_of_memory(db, memory_id, FRESH_CITES_MAX, a, &v, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        struct str last = code_name_last(v[i].symbol);

        if (!v[i].modified || last.n == 0 || !says(prompt, last, true) ||
            says(body, last, false))
            continue;
        *name = last;
        return 1;
    }
    return rc;
}
