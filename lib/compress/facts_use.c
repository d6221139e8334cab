/* facts_use.c - "we use X", "A replaced B", "X was dropped". */
#include "base/common.h"

#include "compress/facts_reader.h"

/* Who uses it: nobody in particular ("we", "the project", an order), or a part
 * of the whole ("the backend"). */
static void use_subject(const struct fact_reader *r, size_t from, size_t to,
                        struct fact_key *k)
{
    for (size_t i = from; i < to; i++)
        if (!said_in(r->w[i], said_empty) &&
            !said_in(r->w[i], said_negations) &&
            !said_in(r->w[i], said_announcing) &&
            !said_in(r->w[i], said_doubts) && !said_in(r->w[i], said_past) &&
            !said_in(r->w[i], " project repository app application codebase "
                              "team everybody everyone people let any "))
            key_add(k, r->w[i]->norm);
}

static struct str use_key(struct fact_reader *r, const struct fact_key *subject,
                          struct str tool)
{
    const char *kind = tool_kind(tool);
    struct fact_key k = *subject;

    key_add(&k, kind ? str_of(kind) : tool);
    return key_text(r, &k, "use");
}

/* A tool at i: one to three words, up to a preposition. Where it ends. */
static size_t tool_at(const struct fact_reader *r, size_t i, struct str *tool)
{
    size_t end = reader_clause_end(r, i), to = i;

    while (to < end && to < i + 3 && !said_in(r->w[to], said_qualifying) &&
           !said_in(r->w[to], " instead rather over any-more now not and or "
                              "everywhere again than "))
        to++;
    *tool = to > i ? reader_join(r, i, to) : STR_NONE;
    return to;
}

/* "Node 20": the version is the value, of Node. */
static bool use_version(struct fact_reader *r, const struct fact_key *subject,
                        size_t i, size_t to)
{
    struct fact_key k = *subject;

    if (to - i != 2 || r->w[i]->number || !r->w[i + 1]->number)
        return false;
    key_add(&k, r->w[i]->norm);
    key_add(&k, STR("version"));
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    r->f->value = r->w[i + 1]->norm;
    fact_set_about(r->f, key_text(r, &k, ""));
    reader_set_more(r, to);
    return true;
}

/* What stands behind the tool: its purpose, what it is instead of. */
static void use_rest(struct fact_reader *r, const struct fact_key *subject,
                     size_t i)
{
    size_t end = reader_clause_end(r, i > 0 ? i - 1 : 0), at;
    struct fact_key why = {.n = 0};
    struct fact *f = r->f;

    at = reader_find(r, i, end, " instead than ");
    if (reader_is(r, at, "instead") && reader_is(r, at + 1, "of"))
        at++;
    if (at < end && reader_in(r, at, " of than ") && at + 1 < end) {
        tool_at(r, at + 1, &f->from);
        if (f->from.n) {
            fact_add_key(f, use_key(r, subject, f->from));
            f->announces = true;
        }
    } else {
        at = end;
    }
    key_add_range(r, &why, i, at < end ? at - 1 : end);
    f->purpose = why.n ? key_text(r, &why, "") : STR_NONE;
    if (reader_in(r, i, " and or & plus "))
        f->is_list = true;
    if (end == i && end < r->n && reader_is(r, end, "not") && end + 1 < r->n) {
        tool_at(r, end + 1, &f->from); /* "use pnpm, not npm" */
        if (f->from.n)
            fact_add_key(f, use_key(r, subject, f->from));
        reader_set_more(r, r->n);
        return;
    }
    reader_set_more(r, end);
}

/* Is it a tool by its looks: known, a name, a capital, joined words? */
static bool is_tool(const struct fact_reader *r, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < r->n; i++)
        if (r->w[i]->name || tool_kind(r->w[i]->norm) ||
            str_chr(r->w[i]->norm, '-') > 0 ||
            (r->w[i]->text.n && is_upper(r->w[i]->text.p[0]) &&
             r->w[i] == r->all.w))
            return true;
    return false;
}

static void set_use(struct fact_reader *r, const struct fact_key *subject,
                    struct str tool)
{
    r->f->kind = FACT_USE;
    r->f->value = tool;
    fact_set_about(r->f, use_key(r, subject, tool));
}

/* "We use X", "The backend uses X", "Never use X", "We no longer use X". */
bool fact_read_use(struct fact_reader *r)
{
    struct fact_key subject = {.n = 0};
    size_t from = reader_skip_front(r, &subject), verb, to;
    struct fact *f = r->f;
    bool ends = false;
    struct str tool;

    verb = reader_find(r, from, r->n, " use ");
    if (verb >= r->n || verb - from > 7 || verb + 1 >= r->n)
        return false;
    for (size_t i = from; i < verb; i++) {
        f->negative ^=
            said_in(r->w[i], said_negations) && !reader_is(r, i + 1, "longer");
        ends |= said_is(r->w[i], "longer") || said_is(r->w[i], "stopped") ||
                said_is(r->w[i], "stop");
        if (r->w[i]->stop == ',' || said_is(r->w[i], "to"))
            return false;
    }
    use_subject(r, from, verb, &subject);
    to = tool_at(r, verb + 1, &tool);
    if (tool.n == 0 || subject.n > 4)
        return false;
    if (f->negative && reader_find(r, to, r->n, " any-more ") < r->n)
        ends = true;
    if (!ends && !f->negative && use_version(r, &subject, verb + 1, to))
        return true;
    set_use(r, &subject, tool);
    use_rest(r, &subject, to);
    if (ends) {
        f->kind = FACT_END;
        f->negative = false;
        f->announces = true;
        fact_add_key(f, key_text(r, &(struct fact_key){{tool}, 1}, "use"));
    }
    return true;
}

/* "We switched from A to B", "moved the tests to B", "replaced A with B",
 * "B replaces A": the use of B, announced. */
bool fact_read_switched(struct fact_reader *r)
{
    struct fact_key subject = {.n = 0};
    size_t from = reader_skip_front(r, &subject), verb, a, b, i;
    struct fact *f = r->f;
    struct str tool;

    verb = reader_find(r, from, r->n,
                       " switched migrated moved converted replaced replace ");
    if (verb >= r->n || verb - from > 5)
        return false;
    use_subject(r, from, verb, &subject);
    if (said_in(r->w[verb], " replaced replace ")) {
        if (subject.n == 0) { /* "we replaced A with B" */
            i = tool_at(r, verb + 1, &f->from);
            if (!reader_in(r, i, " with by "))
                return false;
            b = i + 1;
        } else if (reader_in(r, verb + 1,
                             " with by ")) { /* "A was replaced by B" */
            f->from = key_text(r, &subject, "");
            b = verb + 2;
        } else { /* "B replaced A" */
            tool = key_text(r, &subject, "");
            subject.n = 0;
            i = tool_at(r, verb + 1, &f->from);
            if (!is_tool(r, from, verb) || !is_tool(r, verb + 1, i))
                return false;
            set_use(r, &subject, tool);
            goto named;
        }
        subject.n = 0;
    } else {
        if (subject.n)
            return false; /* a thing moved: fact_read_place */
        a = reader_find(r, verb + 1, r->n, " from ");
        b = reader_find(r, verb + 1, r->n, " to ");
        if (b >= r->n)
            return false;
        if (a < b)
            tool_at(r, a + 1, &f->from);
        else if (a < r->n)
            tool_at(r, a + 1, &f->from);
        key_add_range(r, &subject, verb + 1, a < b ? a : b);
        b++;
    }
    if (b >= r->n || tool_at(r, b, &tool) == b || r->w[b]->path)
        return false;
    i = tool_at(r, b, &tool);
    if (!is_tool(r, b, i))
        return false;
    if (use_version(r, &subject, b, i)) {
        f->announces = true;
        return true;
    }
    set_use(r, &subject, tool);
    use_rest(r, &subject, i);
named:
    f->announces = true;
    if (f->from.n)
        fact_add_key(f, use_key(r, &subject, f->from));
    return true;
}

/* "X is deprecated", "X was removed", "X is no longer Y". */
bool fact_read_end(struct fact_reader *r)
{
    struct fact_key subject = {.n = 0};
    size_t from = reader_skip_front(r, &subject), verb;
    struct fact *f = r->f;

    verb = reader_find(r, from, r->n, " deprecated retired dropped removed ");
    if (verb >= r->n || verb - from > 6)
        return false;
    for (size_t i = from; i < verb; i++)
        if (said_in(r->w[i], said_negations))
            return false;
    use_subject(r, from, verb, &subject);
    if (subject.n == 0 && verb + 1 < r->n) { /* "we dropped X" */
        size_t to = tool_at(r, verb + 1, &f->value);

        if (!is_tool(r, verb + 1, to))
            return false;
    } else {
        f->value = key_text(r, &subject, "");
        if (!is_tool(r, from, verb))
            return false;
    }
    if (f->value.n == 0)
        return false;
    f->kind = FACT_END;
    f->announces = true;
    subject.n = 0;
    fact_set_about(f, use_key(r, &subject, f->value));
    fact_add_key(f, key_text(r, &(struct fact_key){{f->value}, 1}, "use"));
    reader_set_more(r, reader_clause_end(r, verb));
    return true;
}
