/* cmd_rebuild.c - cmem rebuild: make anew what follows from the rest. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/wait.h"

/* Some thousand memories a second; a million take minutes. */
#define REBUILD_WAIT_MS 3600000
#define VECTORS_WAIT_MS 3600000

static const struct param params[] = {
    {"no-wait", 0, PARAM_BOOL, 0, NULL,
     "do not wait for the vectors, which follow in the background"},
};

static void print_json(struct cli *c, const struct json *done,
                       const struct json *vectors)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "memories", json_get_int(done, "memories", 0));
    jsonw_int(&w, "ms", json_get_int(done, "ms", 0));
    jsonw_int(&w, "vectors", json_get_int(vectors, "vectors", 0));
    jsonw_bool(&w, "embedding", json_get_bool(vectors, "embedding"));
    jsonw_str(&w, "meaning", json_get_str(vectors, "meaning"));
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static void print(struct term *t, const struct json *done,
                  const struct json *vectors)
{
    term_printf(t, "indexed ");
    term_count(t, json_get_int(done, "memories", 0));
    term_printf(t, " memories in %.1f s\n",
                (double)json_get_int(done, "ms", 0) / 1000);
    term_printf(t, "meaning: %.*s\n",
                STR_ARG(json_get_str(vectors, "meaning")));
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct ask ask = {.op = "rebuild",
                      .start = true,
                      .deadline_ms = clock_mono_ms() + REBUILD_WAIT_MS};
    struct wait wait = {.what = "vectors for searching by meaning",
                        .progress = !c->json,
                        .deadline_ms = clock_mono_ms() + VECTORS_WAIT_MS};
    struct json *done = NULL, *vectors = NULL;
    int rc = cli_ask(c, &ask, &done, e);

    /* They follow by themselves, whatever becomes of the waiting. */
    if (rc == 0 && !json_get_bool(args, "no-wait"))
        wait_for_vectors(c, &wait, NULL);
    if (rc == 0)
        rc = vectors_status(c, &vectors, e);
    if (rc == 0 && c->json)
        print_json(c, done, vectors);
    else if (rc == 0)
        print(&c->term, done, vectors);
    json_free(done);
    json_free(vectors);
    return rc < 0 ? rc : CLI_DONE;
}

const struct cmd cmd_rebuild = {
    .name = "rebuild",
    .group = "Run",
    .summary = "make anew what cmem derives: words, names, vectors",
    .details = "The index of words, the names, the relations and the vectors "
               "all follow from what is stored, and are made anew from it. "
               "Nothing that was remembered changes. Searching goes on by "
               "words while the vectors follow; Ctrl-C stops the watching, not "
               "the work.",
    .example = "cmem rebuild",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
