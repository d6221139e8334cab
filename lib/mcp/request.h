/*
 * request.h - one request under way, for the files of this folder.
 *
 * A method begins with `params` and either finishes at once or names an
 * operation; then `finish` gets its result. Both write the request's result,
 * one JSON object, or call request_fail.
 */
#ifndef CMEM_MCP_REQUEST_H
#define CMEM_MCP_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "mcp/mcp.h"

/* The protocol's own numbers. */
enum rpc_error {
    RPC_PARSE = -32700,
    RPC_REQUEST = -32600,
    RPC_METHOD = -32601,
    RPC_PARAMS = -32602,
    RPC_INTERNAL = -32603,
    RPC_RESOURCE = -32002, /* no such resource */
};

struct mcp_tool;
struct request {
    struct mcp_peer *peer;
    struct arena *a;           /* of the message */
    const struct json *id;     /* NULL: none is known */
    const struct json *params; /* an object, or NULL */
    bool is_initialize, has_reply, cancelled;

    /* An operation that is to be run, and who takes its result. */
    const char *op;
    struct json *args;
    void (*finish)(struct request *r, const struct json *result,
                   const struct err *e);

    /* What a method has to remember until then. */
    const struct mcp_tool *tool;
    int64_t offset, limit;
    struct str word; /* a name, a URI, a cursor */

    struct buf result; /* JSON; or: */
    int code;          /* an rpc_error */
    struct str message;
};

/* The operation to be run next; args are taken over. */
void request_run(struct request *r, const char *op, struct json *args,
                 void (*finish)(struct request *, const struct json *,
                                const struct err *));
void request_fail(struct request *r, int code, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* The methods. */
void tools_list(struct request *r);
void tools_call(struct request *r);
void resources_list(struct request *r);
void resources_templates(struct request *r);
void resources_read(struct request *r);
void prompts_list(struct request *r);
void prompts_get(struct request *r);
void complete(struct request *r);

#endif
