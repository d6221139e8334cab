/* eval_trace.c - see eval_trace.h. */
#include "base/common.h"

#include "base/names.h"
#include "cli/eval_trace.h"

#define PLACES_FIRST 4096
/* Shorter ones ("id", "fmt") are everywhere. */
#define NAME_BYTES 5
/* Of one text: a file that was written has its names in its first part. */
#define TEXT_BYTES 32768

struct trace_name {
    uint64_t hash; /* 0: free */
    size_t met;    /* first event that has it, + 1 */
    size_t dealt;  /* last one that deals with it, + 1; 0: none */
};

void trace_init(struct trace *t, struct arena *a)
{
    *t = (struct trace){.a = a, .room = PLACES_FIRST};
    t->at = arena_array(a, t->room, sizeof(*t->at));
}

static struct trace_name *place(const struct trace *t, uint64_t hash)
{
    size_t i = (size_t)hash & (t->room - 1);

    while (t->at[i].hash && t->at[i].hash != hash)
        i = (i + 1) & (t->room - 1);
    return &t->at[i];
}

static struct trace_name *make(struct trace *t, uint64_t hash)
{
    struct trace old = *t;
    struct trace_name *row = place(t, hash);

    if (row->hash)
        return row;
    if (2 * ++t->n > t->room) {
        t->room *= 2;
        t->at = arena_array(t->a, t->room, sizeof(*t->at));
        for (size_t i = 0; i < old.room; i++)
            if (old.at[i].hash)
                *place(t, old.at[i].hash) = old.at[i];
        row = place(t, hash);
    }
    row->hash = hash;
    return row;
}

/* The hash of a name as everybody writes it: without its case, a file without
 * its directories, a function without its parentheses. 0: too short. */
static uint64_t hash_of(struct str name)
{
    char low[NAME_MAX_BYTES];

    while (name.n && strchr("`\"'().,:;/", name.p[name.n - 1]))
        name.n--;
    name = str_base(name);
    while (name.n && strchr("`\"'(.@", name.p[0]))
        name = str_cut(name, 1, name.n);
    if (name.n < NAME_BYTES || name.n > sizeof(low))
        return 0;
    for (size_t i = 0; i < name.n; i++)
        low[i] = to_lower(name.p[i]);
    return str_hash((struct str){low, name.n}) | 1;
}

static void add_text(struct trace *t, struct str text, size_t nth, bool dealt)
{
    struct names walk = {str_cut(text, 0, TEXT_BYTES), 0};
    struct str name;

    while (names_next(&walk, &name)) {
        uint64_t hash = hash_of(name);
        struct trace_name *row = hash ? make(t, hash) : NULL;

        if (row && !row->met)
            row->met = nth + 1;
        if (row && dealt)
            row->dealt = nth + 1;
    }
}

static void add_all(struct trace *t, const struct json *j, size_t nth,
                    bool dealt)
{
    struct json_walk w;
    struct json *v;

    json_walk_init(&w, j);
    while ((v = json_walk_next(&w)))
        if (json_is_str(v))
            add_text(t, json_str(v), nth, dealt);
}

void trace_add(struct trace *t, const struct json *payload, size_t nth)
{
    static const char *const said[] = {"prompt", "text",
                                       "last_assistant_message"};

    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        add_text(t, json_get_str(payload, said[i]), nth, true);
    if (json_get(payload, "tool_input"))
        add_all(t, json_get(payload, "tool_input"), nth, true);
    if (json_get(payload, "tool_response"))
        add_all(t, json_get(payload, "tool_response"), nth, false);
}

void trace_judge(const struct trace *t, struct str text, size_t nth,
                 struct trace_use *use)
{
    struct names walk = {text, 0};
    struct str name;

    while (names_next(&walk, &name)) {
        uint64_t hash = hash_of(name);
        const struct trace_name *row = hash ? place(t, hash) : NULL;

        if (!row || row->dealt <= nth + 1)
            continue;
        use->dealt = true;
        use->news |= row->met > nth + 1;
    }
}
