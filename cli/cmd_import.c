/* cmd_import.c - cmem import: start with what is already on disk. */
#include "base/common.h"

#include "base/file.h"
#include "cli/claude.h"
#include "cli/import.h"

/* Rules make memories of a thousand events in a second or two. */
#define WAIT_MS 600000

static const struct param params[] = {
    {"source", 0, PARAM_STR, PARAM_REQUIRED | PARAM_POSITIONAL, "SOURCE",
     "whose transcripts: claude-code"},
    {"paths", 0, PARAM_LIST, PARAM_POSITIONAL, "PATH",
     "files and directories; all of Claude Code's when none is given"},
    {"dry-run", 'n', PARAM_BOOL, 0, NULL, "only count what there is"},
    {"no-wait", 0, PARAM_BOOL, 0, NULL,
     "do not wait until memories are made of it"},
};

static void print_json(struct cli *c, const struct import *im)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "files", im->files);
    jsonw_int(&w, "bytes", im->bytes);
    jsonw_bool(&w, "dry_run", im->dry_run);
    jsonw_int(&w, "imported", im->done);
    jsonw_int(&w, "failed", im->failed);
    jsonw_int(&w, "items", im->items);
    jsonw_int(&w, "added", im->added);
    jsonw_int(&w, "waiting", im->left);
    if (im->first_failure.code)
        jsonw_strz(&w, "first_failure", im->first_failure.msg);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static void print(struct term *t, const struct import *im)
{
    if (im->dry_run) {
        term_count(t, im->files);
        term_printf(t, " transcripts, ");
        term_bytes(t, im->bytes);
        term_printf(t, ": nothing was imported (--dry-run)\n");
        return;
    }
    term_printf(t, "read ");
    term_count(t, im->done);
    term_printf(t, " of ");
    term_count(t, im->files);
    term_printf(t, " transcripts: ");
    term_count(t, im->items);
    term_printf(t, " events, ");
    term_count(t, im->added);
    term_printf(t, " of them new\n");
    if (im->failed)
        term_printf(t, "%lld could not be read; the first: %s\n",
                    (long long)im->failed, im->first_failure.msg);
    if (im->left)
        term_printf(t, "%lld events are still being worked through: cmem "
                    "status\n", (long long)im->left);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct json *list = json_get(args, "paths");
    const char *paths[256];
    struct claude cl;
    struct import im = {.paths = paths,
                        .dry_run = json_get_bool(args, "dry-run"),
                        .progress = !c->json,
                        .wait_ms = json_get_bool(args, "no-wait") ? 0
                                                                  : WAIT_MS};
    int rc;

    if (!str_eqz(json_get_str(args, "source"), "claude-code"))
        return err_set(e, CM_EARG, "import knows claude-code, not \"%.*s\"",
                       STR_ARG(json_get_str(args, "source")));
    if (json_len(list) > ARRAY_LEN(paths))
        return err_set(e, CM_EARG, "import takes %zu paths at once, not %zu",
                       ARRAY_LEN(paths), json_len(list));
    for (struct json *j = json_first(list); j; j = json_next(j))
        paths[im.npaths++] = json_str(j).p;
    rc = claude_places(&cl, e);
    if (rc == 0 && im.npaths == 0 && file_exists(cl.projects))
        paths[im.npaths++] = cl.projects;
    if (rc == 0)
        rc = import_run(c, &im, e);
    if (rc < 0)
        return rc;
    if (c->json)
        print_json(c, &im);
    else if (im.files == 0)
        term_printf(&c->term, "there are no transcripts at %s\n",
                    im.npaths ? paths[0] : cl.projects);
    else
        print(&c->term, &im);
    if (im.failed)
        return CLI_SYSTEM;
    return im.files ? CLI_DONE : CLI_NOTHING;
}

const struct cmd cmd_import = {
    .name = "import",
    .group = "Set up",
    .summary = "take in sessions that are already on disk",
    .details = "Reads Claude Code's own transcripts (.jsonl, .jsonl.gz) "
               "through the same pipeline as live events. Doing it again takes "
               "only what is new.",
    .example = "cmem import claude-code",
    .words = "claude-code",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
