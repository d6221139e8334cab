/* import_lines.c - see import_lines.h. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/import_lines.h"
#include "cli/linefile.h"
#include "cli/progress.h"
#include "cli/wait.h"
#include "ops/jsonl.h"

/* Lines of one transaction: as many as took the worker TURN_MS the last time.
 * A hook waits 100 ms for its answer. */
#define LINES_FIRST 64
#define LINES_MOST  1000
#define TURN_MS     50
/* Well below what a frame may hold, whatever the escaping adds. */
#define CHUNK_BYTES   (4u << 20)
#define CHUNK_WAIT_MS 120000
#define CHUNK_TRIES   3

struct chunk {
    struct json *lines; /* an array of strings */
    size_t n, most, bytes;
    int64_t first; /* number of its first line */
};

static void refused(struct cli *c, struct import *im, const char *file,
                    int64_t line, const char *why)
{
    im->failed++;
    if (im->nfailures < IMPORT_FAILURES)
        im->failure[im->nfailures++] = arena_fmt(&c->arena, "%s, line %lld: %s",
                                                 file, (long long)line, why);
}

static void count(struct cli *c, struct import *im, const char *file,
                  const struct json *result)
{
    im->added += json_get_int(result, "added", 0);
    im->known += json_get_int(result, "known", 0);
    for (struct json *j = json_first(json_get(result, "errors")); j;
         j = json_next(j))
        refused(c, im, file, json_get_int(j, "line", 0),
                json_get_str(j, "error").p);
}

static void chunk_begin(struct chunk *ch)
{
    json_free(ch->lines);
    ch->lines = json_array();
    ch->n = ch->bytes = 0;
}

/* Gives the chunk to the worker; one that dies meanwhile is asked again. */
static int chunk_send(struct cli *c, struct import *im, struct chunk *ch,
                      const char *file, struct err *e)
{
    struct json *result = NULL;
    int64_t began = clock_mono_ms(), took;
    int rc = CM_ENET;
    struct buf b;

    if (ch->n == 0)
        return 0;
    buf_init(&b, 8 * CHUNK_BYTES);
    json_print(ch->lines, &b, 0);
    for (int i = 0; i < CHUNK_TRIES && (rc == CM_ENET || rc == CM_EAGAIN);
         i++) {
        struct ask ask = {.op = "import",
                          .args = json_object(),
                          .start = true,
                          .deadline_ms = clock_mono_ms() + CHUNK_WAIT_MS};

        json_set(ask.args, "lines", json_parse(buf_str(&b), NULL));
        json_set_int(ask.args, "first", ch->first);
        rc = cli_ask(c, &ask, &result, e);
    }
    buf_free(&b);
    if (rc < 0)
        return err_wrap(e, "%s, from line %lld on", file, (long long)ch->first);
    count(c, im, file, result);
    json_free(result);
    took = clock_mono_ms() - began;
    ch->most = ch->n * TURN_MS / (took > 0 ? (size_t)took : 1) + 1;
    if (ch->most > LINES_MOST)
        ch->most = LINES_MOST;
    chunk_begin(ch);
    return 0;
}

/* One line into the chunk, or its refusal. 0: no more. */
static int take_line(struct cli *c, struct import *im, struct linefile *f,
                     struct chunk *ch, struct err *e)
{
    struct err why = {0};
    struct str line;
    int rc = linefile_next(f, &line, &why);

    if (rc == CM_EFULL) {
        refused(c, im, f->name, f->line, why.msg);
        im->items++;
        rc = chunk_send(c, im, ch, f->name, e); /* numbers go on from here */
        return rc < 0 ? rc : 1;
    }
    if (rc <= 0) {
        if (rc < 0 && e)
            *e = why;
        return rc;
    }
    if (ch->n == 0)
        ch->first = f->line;
    if (str_trim(line).n == 0 && ch->n == 0)
        return 1;
    json_push_str(ch->lines, line);
    ch->n++;
    ch->bytes += line.n;
    im->items += str_trim(line).n > 0;
    return 1;
}

static int take_file(struct cli *c, struct import *im, const char *path,
                     struct progress *p, struct err *e)
{
    struct chunk ch = {.most = LINES_FIRST};
    struct linefile f;
    int rc = linefile_open(&f, path, JSONL_LINE_BYTES, e);

    chunk_begin(&ch);
    im->files += rc == 0;
    while (rc >= 0 && !c->is_interrupted()) {
        rc = take_line(c, im, &f, &ch, e);
        if (rc <= 0)
            break;
        if (ch.n < ch.most && ch.bytes < CHUNK_BYTES)
            continue;
        rc = chunk_send(c, im, &ch, f.name, e);
        progress_show(p, f.size ? f.bytes / 1024 : im->items, f.size / 1024,
                      f.size ? STR("KB") : STR("lines"));
    }
    if (rc == 0 && !c->is_interrupted())
        rc = chunk_send(c, im, &ch, f.name, e);
    if (rc == CM_EAGAIN && c->is_interrupted())
        rc = 0;
    im->bytes += f.bytes;
    im->done += rc >= 0;
    json_free(ch.lines);
    linefile_close(&f);
    return rc < 0 ? rc : 0;
}

int import_lines(struct cli *c, struct import *im, struct err *e)
{
    struct wait wait = {.what = "vectors for searching by meaning",
                        .progress = im->progress};
    struct progress p;
    int rc = paths_make(&c->paths, e);

    progress_begin(&p, im->progress, "taking in memories");
    for (size_t i = 0; i < im->npaths && rc == 0 && !c->is_interrupted(); i++)
        rc = take_file(c, im, im->paths[i], &p, e);
    progress_end(&p);
    im->interrupted = c->is_interrupted();
    if (rc < 0 || im->wait_ms == 0 || im->interrupted)
        return rc;
    /* Nothing is lost when this fails: the worker gets there by itself. */
    wait.deadline_ms = clock_mono_ms() + im->wait_ms;
    wait_for_vectors(c, &wait, NULL);
    im->left_vectors = wait.left;
    return 0;
}
