/* cmd_index.c - cmem index: the code of a directory, scanned by the worker. */
#include "base/common.h"

#include "agent/project.h"
#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/progress.h"
#include "cli/show.h"

/* A tree of 28 million lines takes minutes. */
#define INDEX_WAIT_MS (4 * 3600 * INT64_C(1000))
#define ASK_MS        10000
#define LOOK_MS       100
#define TRIES         5

static const struct param params[] = {
    {"dir", 0, PARAM_STR, PARAM_POSITIONAL, "DIR",
     "its tree (that of the current directory)"},
    {"status", 0, PARAM_BOOL, 0, NULL, "only tell which trees are indexed"},
    {"coverage", 0, PARAM_BOOL, 0, NULL,
     "only tell what was not parsed as a whole, and why"},
    {"stop", 0, PARAM_BOOL, 0, NULL, "end the scan under way"},
    {"drop", 0, PARAM_BOOL, 0, NULL, "take the tree out of the index"},
    {"no-wait", 0, PARAM_BOOL, 0, NULL, "do not wait until it is done"},
};

/* word: "stop", "drop" or NULL. */
static int ask_worker(struct cli *c, const char *dir, const char *word,
                      struct json **out, struct err *e)
{
    int rc = CM_ENET;

    /* A worker that dies of something meanwhile is started again; asking
     * twice for a scan is asking once. */
    for (int i = 0; i < TRIES && (rc == CM_ENET || rc == CM_EAGAIN); i++) {
        struct json *args = json_object();
        struct ask ask = {.op = "index",
                          .args = args,
                          .start = true,
                          .deadline_ms = clock_mono_ms() + ASK_MS};

        if (dir)
            json_set_str(args, "dir", str_of(dir));
        if (word)
            json_set_bool(args, word, true);
        rc = cli_ask(c, &ask, out, e);
    }
    return rc;
}

static void show_progress(struct progress *p, const struct json *now)
{
    progress_show(p, json_get_int(now, "files", 0),
                  json_get_int(now, "known", 0), json_get_str(now, "at"));
}

/* Until nothing is under way, or Ctrl-C: that ends the scan, too, and what
 * was written stays. */
static int wait_for_it(struct cli *c, struct json **status, struct err *e)
{
    struct timespec nap = {.tv_nsec = LOOK_MS * 1000000L};
    int64_t until = clock_mono_ms() + INDEX_WAIT_MS;
    struct progress p;
    int rc = 0;

    progress_begin(&p, !c->json, "files of code:");
    while (rc == 0 && json_get_bool(*status, "busy")) {
        struct json *next = NULL;
        bool stop = c->is_interrupted();

        show_progress(&p, json_get(*status, "now"));
        if (!stop)
            nanosleep(&nap, NULL);
        rc = ask_worker(c, NULL, stop ? "stop" : NULL, &next, e);
        if (rc < 0)
            break;
        json_free(*status);
        *status = next;
        if (stop)
            rc = err_set(e, CM_EAGAIN,
                         "interrupted: what was indexed stays, cmem index "
                         "goes on");
        else if (clock_mono_ms() > until)
            rc = err_set(e, CM_ETIME, "the scan was not done in time");
    }
    progress_end(&p);
    return rc;
}

static int show_done(struct cli *c, const struct json *status)
{
    const struct json *last = json_get(status, "last");
    struct str error = json_get_str(last, "error");
    struct term *t = &c->term;

    if (c->json)
        return 0;
    term_printf(t, "%.*s: ", STR_ARG(json_get_str(last, "root")));
    term_count(t, json_get_int(last, "files", 0));
    term_printf(t, " files, ");
    term_count(t, json_get_int(last, "parsed", 0));
    term_printf(t, " parsed (");
    term_count(t, json_get_int(last, "lines", 0));
    term_printf(t, " lines), ");
    term_count(t, json_get_int(last, "skipped", 0));
    term_printf(t, " passed over, in %.1f s\n",
                (double)json_get_int(last, "ms", 0) / 1000);
    /* A package's .gitignore may leave out all there is. */
    if (json_get_int(last, "files", 0) == 0 &&
        json_get_int(last, "ignored", 0) > 0) {
        term_count(t, json_get_int(last, "ignored", 0));
        term_printf(t, " entries are left out by .gitignore and the rules of "
                       "cmem; a line !/* in .cmemignore takes them back\n");
    }
    if (error.n)
        term_printf(t, "%.*s\n", STR_ARG(error));
    return 0;
}

static int print_tree(struct cli *c, const struct json *status)
{
    struct buf b;

    if (!c->json && json_get_bool(status, "busy")) {
        term_printf(&c->term, "begun: cmem index --status tells how far it "
                              "is\n");
        return 0;
    }
    if (!c->json)
        return show_done(c, status);
    buf_init(&b, 1 << 20);
    json_print(json_get_bool(status, "busy") ? status
                                             : json_get(status, "last"),
               &b, 0);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
    return 0;
}

/* The operation that only reads. */
static int tell(struct cli *c, const char *dir, bool coverage, struct err *e)
{
    const struct op *op = op_find(STR("code-status"));
    struct json *args = json_object(), *result = NULL;
    struct buf b;
    int rc;

    if (dir)
        json_set_str(args, "dir", str_of(dir));
    json_set_bool(args, "coverage", coverage);
    rc = cli_read(c, op, args, &result, e);
    json_free(args);
    if (rc < 0)
        return rc;
    if (c->json) {
        buf_init(&b, 16u << 20);
        json_print(result, &b, 0);
        cli_print_json(c, buf_str(&b));
        buf_free(&b);
        rc = json_len(json_get(result, "trees")) ? CLI_DONE : CLI_NOTHING;
    } else {
        rc = show_code_status(&c->term, result);
    }
    json_free(result);
    return rc;
}

static int print_word(struct cli *c, const char *word, const char *root)
{
    if (c->json)
        cli_print_json(c, arena_fmt(&c->arena, "{\"%s\":true}", word));
    else if (strcmp(word, "drop") == 0)
        term_printf(&c->term, "%s is not indexed any more\n", root);
    else
        term_printf(&c->term, "stopped\n");
    return 0;
}

static int finish(struct cli *c, bool no_wait, struct json **status,
                  struct err *e)
{
    struct str error;
    int rc = no_wait ? 0 : wait_for_it(c, status, e);

    error = json_get_str(json_get(*status, "last"), "error");
    if (rc == 0 && error.n && !json_get_bool(*status, "busy"))
        rc = err_set(e, CM_EIO, "%.*s", STR_ARG(error));
    return rc < 0 ? rc : print_tree(c, *status);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct str given = json_get_str(args, "dir");
    struct json *status = NULL;
    struct project p;
    char dir[PATHS_MAX];
    const char *root, *word;
    int rc;

    if (given.n) {
        const char *path = arena_str(&c->arena, given).p;

        if (!realpath(path, dir))
            return err_sys(e, CM_ENOTFOUND, "open %s", path);
        root = dir;
    } else {
        project_find(c->cwd, &c->arena, &p);
        root = arena_str(&c->arena, p.root).p;
    }
    if (json_get_bool(args, "status") || json_get_bool(args, "coverage"))
        return tell(c, given.n || json_get_bool(args, "coverage") ? root : NULL,
                    json_get_bool(args, "coverage"), e);
    word = json_get_bool(args, "stop") ? "stop"
           : json_get_bool(args, "drop") ? "drop"
                                         : NULL;
    rc = ask_worker(c, root, word, &status, e);
    if (rc == 0 && word)
        rc = print_word(c, word, root);
    else if (rc == 0)
        rc = finish(c, json_get_bool(args, "no-wait"), &status, e);
    json_free(status);
    return rc < 0 ? rc : CLI_DONE;
}

const struct cmd cmd_index = {
    .name = "index",
    .group = "Code",
    .summary = "index the code of a directory, or bring its index up to date",
    .details = "The worker reads the definitions, references and imports of "
               "every file of code in the directory (by itself the working "
               "tree that it is called in), as .gitignore and .cmemignore "
               "allow. Files that did not change are not opened. From then on "
               "what a session edits is indexed at once, and the rest at the "
               "end of its turns. Ctrl-C ends the scan; what was indexed "
               "stays, and the next one goes on from there.",
    .example = "cmem index --status",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
