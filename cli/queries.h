/*
 * queries.h - many questions of a file, asked of one open database.
 *
 *   {"id": 7, "query": "where does it deploy", "app": "shop", "n": 5}
 *   {"id":7,"results":[{"id":"m1","score":0.71,"signals":{"words":0.4,...}}],
 *    "ms":0.8}
 *
 * A line in, a line out, in order and at once. Besides id and query a line may
 * have what the command line may: n (or k), by, user, agent, run, app, group,
 * kind, type, project, file, session, branch, as_of, since, until, history,
 * filter; it goes before what the command line says. Other fields are passed
 * over. A line that cannot be read or asked gives {"id":...,"error":"..."}.
 */
#ifndef CMEM_CLI_QUERIES_H
#define CMEM_CLI_QUERIES_H

#include "cli/cmd.h"
#include "search/search.h"

/* args: those of `cmem search`, with "queries": a file, or "-". Returns as
 * cmd_run: CLI_NOTHING when a line gave an error. */
int queries_run(struct cli *c, const struct json *args, struct err *e);

/* "signals": {...}, without those that gave nothing. */
void queries_put_signals(struct jsonw *w, const float signal[SIGNAL_COUNT]);

#endif
