/* mcp_rig.c - see mcp_rig.h. */
#include "base/common.h"

#include "base/json.h"
#include "mcp_rig.h"
#include "seed.h"
#include "test.h"

/* Replies live until the process ends. */
static struct arena keep;

static void run_op(struct mcp_rig *g, struct mcp_message *m,
                   const struct mcp_op *op)
{
    struct json *args = json_copy(op->args), *result = NULL;
    struct err e = g->fails;
    struct buf b;
    struct jsonw w;
    size_t n = strlen(g->ops);

    buf_init(&b, 1u << 20);
    json_print(args, &b, 0);
    snprintf(g->ops + n, sizeof(g->ops) - n, "%s %s\n", op->name, b.data);
    buf_reset(&b);
    jsonw_init(&w, &b);
    if (g->answer) {
        result = json_parse(str_of(g->answer), &e);
    } else if (g->seed) {
        const struct op *row = op_find(str_of(op->name));

        CHECK(row != NULL);
        if (op_check(row, args, g->seed->env.now_ms, &e) == 0 &&
            row->run(&g->seed->env, args, &w, &e) == 0)
            result = json_parse(buf_str(&b), &e);
    }
    json_free(args);
    buf_free(&b);
    mcp_done(m, result, &e);
}

struct str mcp_say(struct mcp_rig *g, const char *text)
{
    struct mcp_message *m = mcp_open(&g->peer, str_of(text));
    struct mcp_op op;
    struct str out;
    struct buf b;

    while (mcp_next(m, &op))
        run_op(g, m, &op);
    buf_init(&b, MCP_REPLY_MAX);
    if (!mcp_reply(m, &b))
        CHECK_INT(b.len, 0);
    mcp_close(m);
    out = arena_str(&keep, buf_str(&b));
    buf_free(&b);
    return out;
}

struct mcp_rig mcp_newest(void)
{
    return (struct mcp_rig){.peer = {.version = MCP_NEWEST}};
}
