/*
 * servers.h - our server in Claude Code's own state file, as text.
 *
 * Clients that do not load the plugin know servers from ".claude.json": the
 * member "mcpServers". The client writes that file too, so what was put in is
 * found again by looking. As long as nobody else wrote it, taking out gives
 * back every byte; afterwards only our entry goes. An entry called "cmem" that
 * is not ours is left alone.
 */
#ifndef CMEM_CLI_SERVERS_H
#define CMEM_CLI_SERVERS_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "cli/claude.h"

/* Pure functions of text; text is empty or blank for a new file. bin: the
 * directory of cmem. CM_EFORMAT for what is no JSON object. */
int servers_add(struct str text, const char *bin, bool always_load,
                struct buf *out, struct err *e);
int servers_remove(struct str text, struct buf *out, bool *removed,
                   struct err *e);

/* The file of this client. *changed: it was written. */
int servers_register(const struct claude *cl, const char *bin, bool *changed,
                     struct err *e);
int servers_unregister(const struct claude *cl, bool *changed, struct err *e);
/* Where its program is, "" when the file has none of ours; lives in a. */
struct str servers_look(const struct claude *cl, struct arena *a);

#endif
