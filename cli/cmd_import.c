/* cmd_import.c - cmem import: start with what is already on disk. */
#include "base/common.h"

#include "base/file.h"
#include "cli/claude.h"
#include "cli/help.h"
#include "cli/import.h"
#include "cli/import_lines.h"

/* The longest we watch the worker make memories; it goes on by itself. */
#define WAIT_MS   600000
#define PATHS_MOST 256

static const struct param params[] = {
    {"source", 0, PARAM_STR, PARAM_POSITIONAL, "SOURCE",
     "whose transcripts: claude-code; not with --format"},
    {"paths", 0, PARAM_LIST, PARAM_POSITIONAL, "PATH",
     "files and directories; all of Claude Code's when none is given"},
    {"format", 0, PARAM_STR, 0, "jsonl",
     "PATH are files with a memory on each line; - is standard input"},
    {"dry-run", 'n', PARAM_BOOL, 0, NULL, "only count what there is"},
    {"no-wait", 0, PARAM_BOOL, 0, NULL,
     "do not wait until memories are made of it, or their vectors"},
};

static void print_json(struct cli *c, const struct import *im)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 1u << 20);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "files", im->files);
    jsonw_int(&w, "bytes", im->bytes);
    jsonw_bool(&w, "dry_run", im->dry_run);
    jsonw_int(&w, "imported", im->done);
    jsonw_int(&w, "failed", im->failed);
    jsonw_int(&w, "items", im->items);
    jsonw_int(&w, "added", im->added);
    if (im->lines)
        jsonw_int(&w, "known", im->known);
    jsonw_int(&w, "waiting", im->left);
    jsonw_int(&w, "waiting_vectors", im->left_vectors);
    jsonw_bool(&w, "interrupted", im->interrupted);
    jsonw_arr(&w, "failures");
    for (size_t i = 0; i < im->nfailures; i++)
        jsonw_str(&w, NULL, im->failure[i]);
    jsonw_end(&w);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static void print_failures(struct term *t, const struct import *im)
{
    if (im->failed == 0)
        return;
    term_styled(t, TERM_WARN, "%lld could not be read:\n",
                (long long)im->failed);
    for (size_t i = 0; i < im->nfailures; i++) {
        term_printf(t, "  ");
        term_put(t, TERM_PLAIN, im->failure[i]);
        term_nl(t);
    }
    if (im->failed > (int64_t)im->nfailures)
        term_printf(t, "  and %lld more\n",
                    (long long)(im->failed - (int64_t)im->nfailures));
}

static void print_found(struct term *t, const struct import *im)
{
    term_count(t, im->files);
    term_printf(t, im->files == 1 ? " transcript, " : " transcripts, ");
    term_bytes(t, im->bytes);
}

static void print_left_vectors(struct term *t, const struct import *im)
{
    if (im->left_vectors)
        term_printf(t, "%lld memories are found by their words, and soon by "
                       "their meaning: cmem status\n",
                    (long long)im->left_vectors);
}

static void print(struct term *t, const struct import *im)
{
    if (im->dry_run) {
        print_found(t, im);
        term_printf(t, ": nothing was imported (--dry-run)\n");
        print_failures(t, im);
        return;
    }
    term_printf(t, im->interrupted ? "interrupted: read " : "read ");
    term_count(t, im->done);
    term_printf(t, " of ");
    print_found(t, im);
    term_printf(t, ": ");
    if (im->added) {
        term_count(t, im->added);
        term_printf(t, " new events\n");
    } else {
        term_printf(t, "nothing new\n");
    }
    print_failures(t, im);
    if (im->interrupted)
        term_printf(t, "what was read is kept; the same command goes on from "
                       "here\n");
    if (im->left)
        term_printf(t, "%lld events are still being worked through: cmem "
                       "status\n", (long long)im->left);
    print_left_vectors(t, im);
}

static void print_lines(struct term *t, const struct import *im)
{
    term_printf(t, im->interrupted ? "interrupted: took " : "took ");
    term_count(t, im->added);
    term_printf(t, im->added == 1 ? " new memory" : " new memories");
    if (im->known) {
        term_printf(t, " and ");
        term_count(t, im->known);
        term_printf(t, " that were known");
    }
    term_printf(t, " of ");
    term_count(t, im->items);
    term_printf(t, im->items == 1 ? " line\n" : " lines\n");
    print_failures(t, im);
    print_left_vectors(t, im);
}

static int run_lines(struct cli *c, struct import *im, struct err *e)
{
    int rc;

    im->lines = true;
    if (im->npaths == 0)
        return err_set(e, CM_EARG, "import --format=jsonl needs a file, or - "
                                   "for standard input");
    if (im->dry_run)
        return err_set(e, CM_EARG, "import --format=jsonl has no --dry-run");
    rc = import_lines(c, im, e);
    if (c->json && rc == 0)
        print_json(c, im);
    else if (!c->json && (rc == 0 || im->items))
        print_lines(&c->term, im);
    return rc < 0 ? rc : im->failed ? CLI_NOTHING : CLI_DONE;
}

static int explain(struct cli *c, struct err *e)
{
    if (c->json)
        return err_set(e, CM_EARG, "import needs SOURCE: claude-code");
    help_command(&c->term, cmd_find(STR("import")));
    return CLI_USAGE;
}

static int finish(struct cli *c, const struct import *im, const char *place)
{
    if (c->json)
        print_json(c, im);
    else if (im->files == 0)
        term_printf(&c->term, "there are no transcripts at %s\n", place);
    else
        print(&c->term, im);
    if (im->failed)
        return CLI_SYSTEM;
    return im->files ? CLI_DONE : CLI_NOTHING;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    const struct json *list = json_get(args, "paths");
    struct str source = json_get_str(args, "source");
    struct str format = json_get_str(args, "format");
    const char *paths[PATHS_MOST + 1];
    struct claude cl = {0};
    struct import im = {.paths = paths,
                        .dry_run = json_get_bool(args, "dry-run"),
                        .progress = !c->json,
                        .wait_ms = WAIT_MS};
    int rc = 0;

    if (format.n && !str_eqz(format, "jsonl"))
        return err_set(e, CM_EARG, "import --format is jsonl, not \"%.*s\"",
                       STR_ARG(format));
    if (source.n == 0 && format.n == 0)
        return explain(c, e);
    if (format.n && source.n) /* the first word is a file then */
        paths[im.npaths++] = source.p;
    else if (!format.n && !str_eqz(source, "claude-code"))
        return err_set(e, CM_EARG,
                       str_chr(source, '/') >= 0
                           ? "import needs a word before %.*s: claude-code, or "
                             "--format=jsonl for memories"
                           : "import knows claude-code, not \"%.*s\"",
                       STR_ARG(source));
    if (json_len(list) > PATHS_MOST)
        return err_set(e, CM_EARG, "import takes %d paths at once, not %zu",
                       PATHS_MOST, json_len(list));
    if (json_get_bool(args, "no-wait"))
        im.wait_ms = 0;
    for (struct json *j = json_first(list); j; j = json_next(j))
        paths[im.npaths++] = json_str(j).p;
    if (format.n)
        return run_lines(c, &im, e);
    if (im.npaths == 0)
        rc = claude_places(&cl, e);
    if (rc == 0 && im.npaths == 0 && file_exists(cl.projects))
        paths[im.npaths++] = cl.projects;
    if (rc == 0)
        rc = import_run(c, &im, e);
    if (rc < 0 && im.done && !c->json)
        print(&c->term, &im); /* and main says what went wrong then */
    return rc < 0 ? rc : finish(c, &im, im.npaths ? paths[0] : cl.projects);
}

const struct cmd cmd_import = {
    .name = "import",
    .group = "Set up",
    .summary = "take in sessions, or memories, that are already on disk",
    .details = "Reads Claude Code's own transcripts (.jsonl, .jsonl.gz) "
               "through the same pipeline as live events, the oldest first. "
               "Without PATH those below $CLAUDE_CONFIG_DIR/projects, else "
               "~/.claude/projects. Doing it again takes only what is new.\n"
               "With --format=jsonl each line is a memory: {\"id\", \"text\", "
               "\"kind\", \"time\", \"user\", \"agent\", \"run\", \"app\", "
               "\"group\", \"order\", \"metadata\"}, of which only text is "
               "required. An id that is known in the same scope gets the new "
               "text; a run becomes a session, an app a project (without one "
               "a memory is found from everywhere); fields of other names go "
               "into metadata. A line that is refused is named, and the "
               "status is 1.",
    .example = "cmem import claude-code",
    .words = "claude-code",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
