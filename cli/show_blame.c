/* show_blame.c - who changed a file or a definition, and why. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* Where what is said of a session stands, under its head. */
#define INDENT 6

static void put_lines(struct term *t, const struct json *v)
{
    int64_t line = json_get_int(v, "line", 0);
    int64_t end = json_get_int(v, "end_line", 0);

    if (line)
        term_styled(t, TERM_DIM, end > line ? ":%lld-%lld" : ":%lld",
                    (long long)line, (long long)end);
}

/* "src/reply.py: retry_after, now in src/net.py:14-31" */
static void put_head(struct term *t, const struct json *r)
{
    const struct json *now = json_get(r, "now");
    struct str file = json_get_str(r, "file");
    struct str symbol = json_get_str(r, "symbol");
    struct str state = json_get_str(r, "state");
    bool here = str_eq(json_get_str(now, "path"), file) &&
                str_eq(json_get_str(now, "symbol"), symbol);

    term_put(t, TERM_PATH, file);
    if (here)
        put_lines(t, now);
    if (symbol.n) {
        term_printf(t, "  ");
        term_put(t, TERM_TITLE, symbol);
    }
    if (now && !here) {
        term_styled(t, TERM_WARN, "  now ");
        term_put(t, TERM_PATH, json_get_str(now, "path"));
        put_lines(t, now);
        if (!str_eq(json_get_str(now, "symbol"), symbol)) {
            term_printf(t, "  ");
            term_put(t, TERM_TITLE, json_get_str(now, "symbol"));
        }
    } else if (str_eqz(state, "gone")) {
        term_styled(t, TERM_BAD, "  gone");
    }
    term_nl(t);
    for (const struct json *b = json_first(json_get(r, "before")); b;
         b = json_next(b)) {
        term_styled(t, TERM_DIM, "before that ");
        term_put(t, TERM_PATH, json_get_str(b, "path"));
        if (json_get(b, "symbol")) {
            term_printf(t, "  ");
            term_put(t, TERM_TITLE, json_get_str(b, "symbol"));
        }
        term_nl(t);
    }
}

/* "retry_after 12-30, parse 44-60 and 3 more" */
static void put_definitions(struct term *t, const struct json *s,
                            struct str file)
{
    const struct json *list = json_get(s, "definitions");
    int64_t left = json_get_int(s, "definitions_left_out", 0);
    struct buf b;

    buf_init(&b, 65536);
    for (const struct json *d = json_first(list); d; d = json_next(d)) {
        struct str symbol = json_get_str(d, "symbol");
        int64_t line = json_get_int(d, "line", 0);

        buf_addz(&b, b.len ? ", " : "");
        if (!str_eq(json_get_str(d, "path"), file))
            buf_addf(&b, "%.*s ", STR_ARG(json_get_str(d, "path")));
        buf_adds(&b, symbol.n ? symbol : STR("outside of definitions"));
        if (line && symbol.n)
            buf_addf(&b, " %lld-%lld", (long long)line,
                     (long long)json_get_int(d, "end_line", 0));
    }
    if (left)
        buf_addf(&b, " and %lld more", (long long)left);
    term_wrap(t, TERM_PLAIN, INDENT, buf_str(&b));
    buf_free(&b);
}

static void put_prompts(struct term *t, const struct json *prompts)
{
    for (const struct json *p = json_first(prompts); p; p = json_next(p)) {
        struct buf b;

        buf_init(&b, 4096);
        buf_addf(&b, "asked: %.*s%s", STR_ARG(json_get_str(p, "text")),
                 json_get_bool(p, "cut") ? "..." : "");
        for (size_t i = 0; i < b.len; i++)
            if (b.data[i] == '\n')
                b.data[i] = ' ';
        term_wrap(t, TERM_DIM, INDENT, buf_str(&b));
        buf_free(&b);
    }
}

static void put_memories(struct term *t, const struct json *s)
{
    const struct json *list = json_get(s, "memories");
    int64_t left = json_get_int(s, "memories_left_out", 0);

    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        term_pad(t, INDENT);
        term_put(t, TERM_ID, json_get_str(m, "id"));
        term_styled(t, TERM_DIM, "  %.*s  ", STR_ARG(show_type(m)));
        show_rest(t, TERM_PLAIN, json_get_str(m, "title"));
        term_nl(t);
    }
    if (left) {
        term_pad(t, INDENT);
        term_styled(t, TERM_DIM, "and %lld more: cmem show %.*s\n",
                    (long long)left, STR_ARG(json_get_str(s, "session")));
    }
}

static void put_session(struct term *t, const struct json *s, struct str file)
{
    struct str branch = json_get_str(s, "branch");
    struct str agent = json_get_str(s, "agent_type");

    term_nl(t);
    term_put(t, TERM_ID, json_get_str(s, "session"));
    term_pad(t, INDENT);
    show_minute(t, show_time(s, "time"));
    if (branch.n)
        term_styled(t, TERM_DIM, "  %.*s", STR_ARG(branch));
    if (agent.n)
        term_styled(t, TERM_DIM, "  %.*s of %.*s", STR_ARG(agent),
                    STR_ARG(json_get_str(s, "parent")));
    term_printf(t, "  ");
    show_rest(t, TERM_TITLE, json_get_str(s, "title"));
    term_nl(t);
    if (json_get_bool(s, "file_only")) {
        term_pad(t, INDENT);
        term_styled(t, TERM_DIM, "changed the file; where is not known\n");
        return;
    }
    put_definitions(t, s, file);
    put_prompts(t, json_get(s, "prompts"));
    put_memories(t, s);
}

int show_blame(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "sessions");
    int64_t left = json_get_int(r, "left_out", 0);

    put_head(t, r);
    for (const struct json *s = json_first(list); s; s = json_next(s))
        put_session(t, s, json_get_str(r, "file"));
    if (json_len(list) == 0) {
        term_printf(t, "no session that is remembered changed it\n");
        return CLI_NOTHING;
    }
    if (left)
        term_styled(t, TERM_DIM, "\nand %lld sessions more: -n shows more\n",
                    (long long)left);
    if (json_get_bool(r, "cut"))
        term_styled(t, TERM_DIM, "only the latest changes were looked at\n");
    return CLI_DONE;
}
