/*
 * tool.h - the tools: which operation each one is, under which names.
 *
 * A row names its operation; the types of the arguments come from that one's
 * parameters. What is not listed here is taken too when the operation has it:
 * the list is short because every session pays for it.
 */
#ifndef CMEM_MCP_TOOL_H
#define CMEM_MCP_TOOL_H

#include "base/common.h"
#include "mcp/request.h"

struct mcp_arg {
    const char *name;
    const char *param; /* of the operation; NULL: a number that is ours */
    const char *help;  /* NULL: the parameter's, "": its name says it */
    bool required;
    bool hidden; /* understood, not advertised: other memories' tools say so */
};

enum mcp_hint {
    MCP_READS = 1,
    MCP_DESTROYS = 2,
    MCP_IDEMPOTENT = 4,
};

#define MCP_ARGS 14

struct mcp_tool {
    const char *name, *title, *about, *op;
    unsigned hints;
    const char *gives; /* a field that every structured result has */
    struct mcp_arg args[MCP_ARGS]; /* ends with a NULL name */
    /* Writes the text and the structured content of the result. */
    void (*show)(struct request *r, const struct json *result, struct buf *text,
                 struct jsonw *w);
};

extern const struct mcp_tool mcp_tools[];
extern const size_t mcp_tools_count;

/* show.c */
void mcp_show_memories(struct request *r, const struct json *result,
                       struct buf *text, struct jsonw *w);
void mcp_show_timeline(struct request *r, const struct json *result,
                       struct buf *text, struct jsonw *w);
void mcp_show_whole(struct request *r, const struct json *result,
                    struct buf *text, struct jsonw *w);
void mcp_show_remembered(struct request *r, const struct json *result,
                         struct buf *text, struct jsonw *w);
void mcp_show_forgotten(struct request *r, const struct json *result,
                        struct buf *text, struct jsonw *w);
/* show_code.c */
void mcp_show_symbols(struct request *r, const struct json *result,
                      struct buf *text, struct jsonw *w);
void mcp_show_outline(struct request *r, const struct json *result,
                      struct buf *text, struct jsonw *w);
void mcp_show_body(struct request *r, const struct json *result,
                   struct buf *text, struct jsonw *w);

#endif
