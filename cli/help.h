/*
 * help.h - what the table of commands says of itself: help and manual page.
 */
#ifndef CMEM_CLI_HELP_H
#define CMEM_CLI_HELP_H

#include "base/buf.h"
#include "cli/cmd.h"
#include "cli/term.h"

/* Every command in a line. */
void help_overview(struct term *t);
void help_command(struct term *t, const struct cmd *cmd);
/* Those that are written "code search" as well as code-search. */
void help_code(struct term *t);
/* A command by its name; "code search" is code-search. NULL: there is none. */
const struct cmd *help_find(struct str name);
/* CM_EARG: there is no such command, and which is nearest. */
int help_no_command(struct str name, struct err *e);
/* The manual page, docs/cmem.1. */
void help_man(struct buf *b);
/* "[OPTION]... WORDS...", behind the command's name. */
void help_usage(const struct cmd *cmd, struct buf *b);
/* How an option is written: "-n, --limit=N". */
void help_option(const struct param *p, struct buf *b);

#endif
