/*
 * mcp_rig.h - a client's place in tests of lib/mcp: messages go in as text,
 * replies come out; operations are run at once, or answered by the test.
 */
#ifndef CMEM_TESTS_MCP_RIG_H
#define CMEM_TESTS_MCP_RIG_H

#include "base/err.h"
#include "base/str.h"
#include "mcp/mcp.h"

struct seed;

struct mcp_rig {
    struct mcp_peer peer;
    struct seed *seed;  /* NULL: operations fail with `fails` */
    const char *answer; /* what every operation gives, when set */
    struct err fails;
    char ops[512]; /* "search {...}\n" for each that was run */
};

/* A peer that has agreed on the newest version. */
struct mcp_rig mcp_newest(void);
/* What is sent back, for the rest of the test; "" for nothing. */
struct str mcp_say(struct mcp_rig *g, const char *text);

/* Messages; arguments are JSON. */
#define CALL(id, tool, args)                                                   \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"tools/call\",\"params\":" \
    "{\"name\":\"" tool "\",\"arguments\":" args "}}"

#define ASK(method, params)                                                    \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method                       \
    "\",\"params\":" params "}"

#endif
