/* reply_names.c - see reply_names.h. */
#include "base/common.h"

#include "base/entity.h"
#include "base/entity_relation.h"
#include "compress/prompt_event.h"
#include "compress/reply_json.h"
#include "compress/reply_names.h"
#include "compress/reply_text.h"

#define NAME_CHARS 80

static bool in_name(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Is the name in the text, not as a part of a word? */
static bool has_name(struct str text, struct str name)
{
    while (text.n >= name.n) {
        ptrdiff_t at = str_ifind(text, name);
        size_t end;

        if (at < 0)
            return false;
        end = (size_t)at + name.n;
        if ((at == 0 || !in_name(text.p[at - 1]) || !in_name(name.p[0])) &&
            (end == text.n || !in_name(text.p[end]) ||
             !in_name(name.p[name.n - 1])))
            return true;
        text = str_cut(text, (size_t)at + 1, text.n);
    }
    return false;
}

static bool event_has(const struct ev *e, struct str name)
{
    struct json_walk w;
    const struct json *j;

    if (has_name(e->text, name))
        return true;
    if (!e->payload)
        return false;
    json_walk_init(&w, e->payload);
    while ((j = json_walk_next(&w)) != NULL)
        if (has_name(json_str(j), name))
            return true;
    return false;
}

/* The name, clean, if the record has it; else empty. */
static struct str recorded(const struct batch *b, const struct json *j)
{
    struct str name = reply_line(b->a, j, NAME_CHARS);

    if (name.n < 2 || reply_says_none(name))
        return STR_NONE;
    for (size_t i = 0; i < b->n; i++)
        if (prompt_event_matters(&b->evs[i]) && event_has(&b->evs[i], name))
            return name;
    return STR_NONE;
}

static void add_name(const struct batch *b, const struct json *j,
                     struct draft *d)
{
    int kind = entity_kind_find(json_str(reply_member(j, "kind")));
    struct str name;

    if (kind < 0 || d->nnames == REPLY_NAMES_MAX)
        return;
    name = recorded(b, reply_member(j, "name"));
    for (size_t i = 0; i < d->nnames; i++)
        if (str_ieq(d->names[i].name, name))
            return;
    if (name.n)
        d->names[d->nnames++] = (struct draft_name){
            name, str_of(entity_kind_name((enum entity_kind)kind))};
}

static void add_stated(const struct batch *b, const struct json *j,
                       struct draft *d)
{
    int word = relation_find(json_str(reply_member(j, "relation")));
    struct str from, to;

    if (word < 0 || d->nstated == REPLY_NAMES_MAX)
        return;
    from = recorded(b, reply_member(j, "from"));
    to = from.n ? recorded(b, reply_member(j, "to")) : STR_NONE;
    if (to.n && !str_ieq(from, to))
        d->stated[d->nstated++] = (struct draft_stated){
            from, str_of(relation_name((enum relation_word)word)), to};
}

void reply_names(const struct batch *b, const struct json *entities,
                 const struct json *relations, struct draft *d)
{
    int n = 0;

    d->names = arena_array(b->a, REPLY_NAMES_MAX, sizeof(*d->names));
    d->stated = arena_array(b->a, REPLY_NAMES_MAX, sizeof(*d->stated));
    for (const struct json *j = json_is_array(entities) ? json_first(entities)
                                                        : NULL;
         j && n < 2 * REPLY_NAMES_MAX; j = json_next(j), n++)
        add_name(b, j, d);
    n = 0;
    for (const struct json *j = json_is_array(relations) ? json_first(relations)
                                                         : NULL;
         j && n < 2 * REPLY_NAMES_MAX; j = json_next(j), n++)
        add_stated(b, j, d);
}
