/*
 * browse.h - the interactive terminal: searching while one types.
 *
 * Three parts that know nothing of each other, and a loop:
 *
 *     keys.h    bytes -> keys        model.h   keys -> state, deeds
 *     view.h    state -> rows        screen.h  rows -> the terminal
 *     asking.h  questions -> answers, beside the keyboard
 *     act.h     copy, edit, resume
 */
#ifndef CMEM_CLI_BROWSE_BROWSE_H
#define CMEM_CLI_BROWSE_BROWSE_H

#include "cli/browse/model.h"
#include "cli/cmd.h"

struct browse_options {
    struct str words; /* to begin with */
    enum browse_scope scope;
    enum browse_tab tab;
    int rows; /* below the cursor; 0: all of the terminal */
};

/* Until somebody leaves it. Standard input and output are a terminal. */
int browse(struct cli *c, const struct browse_options *o, struct err *e);

/* `cmem browse`, and a bare `cmem search` where there is a terminal. */
int browse_run(struct cli *c, const struct json *args, struct err *e);
/* Are standard input and output a terminal that can be drawn on? */
bool browse_can(const struct cli *c);

#endif
