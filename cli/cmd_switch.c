/* cmd_switch.c - cmem off, cmem on: hooks that do nothing, and back. */
#include "base/common.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cmd.h"

static int said(struct cli *c, bool on, const char *sentence)
{
    if (c->json)
        cli_print_json(c, on ? STR("{\"on\":true}") : STR("{\"on\":false}"));
    else
        term_printf(&c->term, "%s\n", sentence);
    return CLI_DONE;
}

static int run_off(struct cli *c, const struct json *args, struct err *e)
{
    int rc = file_mkdirs(c->paths.data, e);

    (void)args;
    if (rc == 0)
        rc = file_write(c->paths.off, STR(""), 0600, e);
    if (rc < 0)
        return rc;
    return said(c, false,
                "cmem is off: nothing is recorded and nothing is "
                "put into sessions until cmem on");
}

static int run_on(struct cli *c, const struct json *args, struct err *e)
{
    (void)args;
    if (unlink(c->paths.off) < 0 && errno != ENOENT)
        return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO, "remove %s",
                       c->paths.off);
    return said(c, true, "cmem is on");
}

const struct cmd cmd_off = {
    .name = "off",
    .group = "Set up",
    .summary = "stop recording at once, in every session",
    .details = "Hooks then do nothing. Searching and everything else still "
               "works.",
    .example = "cmem off",
    .run = run_off,
};

const struct cmd cmd_on = {
    .name = "on",
    .group = "Set up",
    .summary = "record again after cmem off",
    .example = "cmem on",
    .run = run_on,
};
