/* show_graph.c - entities and how they stand to each other. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_table.h"
#include "cli/show_text.h"

/* Deeper than any result: the operation has at most four steps. */
#define DEPTH_MAX        8
#define RELATION_COLUMNS 15

static void put_name(struct term *t, const struct json *j)
{
    term_put(t, TERM_TITLE, json_get_str(j, "name"));
    term_styled(t, TERM_DIM, " (%.*s)", STR_ARG(json_get_str(j, "kind")));
}

static void put_left_out(struct term *t, const struct json *j, int depth)
{
    int64_t n = json_get_int(j, "left_out", 0);

    if (n == 0)
        return;
    term_pad(t, depth * SHOW_INDENT);
    term_styled(t, TERM_DIM, "and %lld more", (long long)n);
    term_nl(t);
}

/* "deploys-to" is a word of the data; people read "deploys to". */
static void put_relation(struct term *t, struct str relation)
{
    struct str part;
    bool first = true;

    while (str_split(&relation, '-', &part)) {
        term_printf(t, "%s%.*s", first ? "" : " ", STR_ARG(part));
        first = false;
    }
}

static void put_relations(struct term *t, const struct json *list, int depth)
{
    if (depth > DEPTH_MAX)
        return;
    for (const struct json *r = json_first(list); r; r = json_next(r)) {
        int64_t memories = json_get_int(r, "memories", 1);

        term_pad(t, depth * SHOW_INDENT);
        put_relation(t, json_get_str(r, "relation"));
        term_pad(t, depth * SHOW_INDENT + RELATION_COLUMNS);
        put_name(t, r);
        term_printf(t, "  ");
        term_put(t, TERM_ID, json_get_str(r, "memory"));
        if (memories > 1)
            term_styled(t, TERM_DIM, " and %lld more", (long long)memories - 1);
        term_nl(t);
        put_relations(t, json_get(r, "relations"), depth + 1);
        put_left_out(t, r, depth + 1);
    }
}

static int show_nothing(struct term *t, const struct json *r)
{
    const struct json *nearest = json_get(r, "nearest");
    bool first = true;

    term_printf(t, "nothing is called %.*s", STR_ARG(json_get_str(r, "asked")));
    for (const struct json *n = json_first(nearest); n; n = json_next(n)) {
        term_printf(t, first ? "; near to it: " : ", ");
        term_put(t, TERM_ID, json_str(n));
        first = false;
    }
    term_nl(t);
    return CLI_NOTHING;
}

static void put_others(struct term *t, const struct json *others)
{
    bool first = true;

    for (const struct json *o = json_first(others); o; o = json_next(o)) {
        term_styled(t, TERM_DIM, first ? "also called so: " : ", ");
        term_put(t, TERM_ID, json_get_str(o, "name"));
        term_styled(t, TERM_DIM, " (%.*s)", STR_ARG(json_get_str(o, "kind")));
        first = false;
    }
    if (!first)
        term_nl(t);
}

static int show_list(struct term *t, const struct json *r)
{
    static const struct show_column columns[] = {
        {"MEMORIES", "memories", CELL_COUNT, 0},
        {"STATED", "stated", CELL_SOME, 0},
        {"KIND", "kind", CELL_DIM, 0},
        {"NAME", "name", CELL_TITLE, 0},
    };
    const struct json *list = json_get(r, "entities");
    struct str project = json_get_str(r, "project");

    show_table(t, 0, columns, ARRAY_LEN(columns), list);
    if (json_get_bool(r, "more"))
        term_styled(t, TERM_DIM,
                    "and more: -n shows them, --kind those of one kind\n");
    if (json_len(list))
        return CLI_DONE;
    term_printf(t, "nothing is named%s%.*s\n", project.n ? " in " : "",
                STR_ARG(project));
    return CLI_NOTHING;
}

int show_graph(struct term *t, const struct json *r)
{
    const struct json *entity = json_get(r, "entity");
    const struct json *relations = json_get(r, "relations");
    int64_t memories = json_get_int(entity, "memories", 0);

    if (json_get(r, "entities"))
        return show_list(t, r);
    if (!entity)
        return show_nothing(t, r);
    put_name(t, entity);
    term_printf(t, "  ");
    show_plural(t, memories, "memory", "memories");
    term_nl(t);
    put_others(t, json_get(r, "others"));
    put_relations(t, relations, 1);
    put_left_out(t, r, 1);
    if (json_len(relations) == 0)
        term_printf(t, "nothing is stated of it; cmem search finds what names "
                       "it\n");
    return CLI_DONE;
}
