/*
 * prompts.c - writes the prompts that recorded sessions would give.
 *
 *     prompts [-m MAX_BYTES] [-r MEMORIES] [-p SUMMARY.json] OUT_DIR < JSONL
 *     prompts [-r MEMORIES] [-b N] -a REPLY < JSONL
 *
 * Reads hook payloads, one a line, as `cmem replay` takes them; makes batches
 * as the worker does (a turn, or 60 events, or 192 KB) and writes one
 * OUT_DIR/SESSION-NNN.user.txt for each, and OUT_DIR/system.txt. A line on
 * stdout for each: file, events, bytes of the events, bytes of the prompt.
 * MEMORIES has lines "id: text", shown as related. With -a no prompt is
 * written: REPLY is read as the answer to batch N (the first is 0) and what is kept of it is printed. For whoever works on the prompts:
 * nothing else uses it.
 */
#include "base/common.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "compress/prompt.h"
#include "compress/reply.h"

#define BATCH_EVENTS 60
#define BATCH_BYTES  (192u * 1024u)
#define LINE_BYTES   (16u * 1024u * 1024u)

struct tool {
    struct prompt_options options;
    struct prompt_memory related[64];
    struct json *summary;
    const char *dir;
    struct buf reply; /* to be read, when answer is set */
    const char *answer;
    int64_t batch; /* the one that the reply belongs to */
    int batches;
    /* The batch being gathered. */
    struct json *payloads[BATCH_EVENTS];
    struct ev evs[BATCH_EVENTS];
    size_t n, bytes;
    int64_t last_ms;
    char session[64];
    int number;
};

static void die(const char *what, const struct err *e)
{
    fprintf(stderr, "prompts: %s: %s\n", what, e->msg);
    exit(1);
}

static void write_out(const struct tool *t, const char *name, struct str text)
{
    char path[1024];
    struct err e = {0};

    snprintf(path, sizeof(path), "%s/%s", t->dir, name);
    if (file_write(path, text, 0644, &e) < 0)
        die(path, &e);
}

static const char *const relation_names[] = {"", "repeats", "refines",
                                             "contradicts", "ends"};

static void show_draft(const struct draft *d, const struct batch *b)
{
    printf("%s %.*s importance %d by %.*s",
           d->kind == DRAFT_FACT ? "FACT" : "OBSERVATION", STR_ARG(d->type),
           d->importance, STR_ARG(d->origin));
    if (d->relation)
        printf(" %s %lld", relation_names[d->relation], (long long)d->related);
    printf(" events");
    for (size_t i = 0; i < d->nevents; i++)
        printf(" %lld", (long long)d->events[i]);
    printf(" of %zu\n", b->n);
    if (d->title.n)
        printf("  %.*s\n  %.*s\n", STR_ARG(d->title), STR_ARG(d->subtitle));
    printf("  %.*s\n", STR_ARG(d->text));
    for (size_t i = 0; i < d->nfacts; i++)
        printf("  - %.*s\n", STR_ARG(d->facts[i]));
    for (size_t i = 0; i < d->nconcepts; i++)
        printf("  # %.*s\n", STR_ARG(d->concepts[i]));
    for (size_t i = 0; i < d->nfiles; i++)
        printf("  %s %.*s\n", d->files[i].modified ? "M" : "R",
               STR_ARG(d->files[i].path));
}

static void show_reply(struct tool *t, const struct batch *b)
{
    struct drafts d;
    struct err e = {0};
    const struct summary_draft *s = &d.summary;

    if (reply_parse(buf_str(&t->reply), b, &t->options, &d, &e) < 0) {
        printf("REFUSED: %s\n", e.msg);
        return;
    }
    for (size_t i = 0; i < d.n; i++)
        show_draft(&d.items[i], b);
    if (s->set)
        printf("SUMMARY\n  request: %.*s\n  investigated: %.*s\n"
               "  learned: %.*s\n  completed: %.*s\n  next steps: %.*s\n"
               "  notes: %.*s\n",
               STR_ARG(s->request), STR_ARG(s->investigated),
               STR_ARG(s->learned), STR_ARG(s->completed),
               STR_ARG(s->next_steps), STR_ARG(s->notes));
}

static void write_prompt(struct tool *t, const struct batch *b)
{
    struct buf out;
    char name[128];

    buf_init(&out, t->options.max_bytes + 4096);
    prompt_build(b, &t->options, &out);
    snprintf(name, sizeof(name), "%.8s-%03d.user.txt", t->session, t->number);
    write_out(t, name, buf_str(&out));
    printf("%s %zu %zu %zu\n", name, t->n, t->bytes, out.len);
    buf_free(&out);
}

/* As the worker does at a turn's end, or when a batch is full. */
static void flush(struct tool *t, bool ends_turn)
{
    struct arena a = {0};
    struct batch b = {.a = &a,
                      .session = str_of(t->session),
                      .evs = t->evs,
                      .n = t->n,
                      .ends_turn = ends_turn,
                      .summary = t->summary};

    if (t->n == 0)
        return;
    b.root = b.cwd = json_get_str(t->evs[0].payload, "cwd");
    b.branch = json_get_str(t->evs[0].payload, "_branch");
    b.project = str_base(b.root);
    if (!t->answer)
        write_prompt(t, &b);
    else if (t->batch == t->batches)
        show_reply(t, &b);
    t->batches++;
    arena_free(&a);
    for (size_t i = 0; i < t->n; i++)
        json_free(t->payloads[i]);
    t->n = t->bytes = 0;
    t->number++;
}

static void take(struct tool *t, struct str line)
{
    struct err e = {0};
    struct json *j = json_parse(line, &e);
    struct str name = json_get_str(j, "hook_event_name");
    struct str session = json_get_str(j, "session_id");
    struct ev *ev;

    if (!j)
        die("line", &e);
    if (!str_eqz(session, t->session)) {
        flush(t, true);
        snprintf(t->session, sizeof(t->session), "%.*s", STR_ARG(session));
        t->number = 1;
    }
    if (str_eqz(name, "UserPromptSubmit") && t->n > 0 &&
        t->evs[t->n - 1].kind == EV_STOP)
        flush(t, true);
    /* Intake takes this out before a payload is stored. */
    json_del(json_get(j, "tool_response"), "originalFile");
    if (t->n == BATCH_EVENTS || t->bytes > BATCH_BYTES)
        flush(t, false);
    ev = &t->evs[t->n];
    *ev = (struct ev){.id = (int64_t)t->n + 1};
    if (clock_parse(json_get_str(j, "_ts"), 0, &ev->time_ms) < 0)
        ev->time_ms = t->last_ms;
    t->last_ms = ev->time_ms;
    ev_fill(ev, name, j);
    t->payloads[t->n++] = j;
    t->bytes += line.n;
}

static void read_related(struct tool *t, const char *file, struct buf *text)
{
    struct err e = {0};
    struct str rest, line;
    ptrdiff_t colon;

    if (file_read(file, text, &e) < 0)
        die(file, &e);
    rest = buf_str(text);
    t->options.related = t->related;
    while (str_line(&rest, &line) &&
           t->options.nrelated < ARRAY_LEN(t->related)) {
        struct prompt_memory *m = &t->related[t->options.nrelated];

        colon = str_chr(line, ':');
        if (colon < 0 ||
            str_int(str_cut(line, 0, (size_t)colon), 1, INT64_MAX, &m->id) < 0)
            continue;
        m->text = str_trim(str_cut(line, (size_t)colon + 1, line.n));
        t->options.nrelated++;
    }
}

static void read_reply(struct tool *t)
{
    struct err e = {0};

    buf_init(&t->reply, 1u << 22);
    if (file_read(t->answer, &t->reply, &e) < 0)
        die(t->answer, &e);
}

static void read_summary(struct tool *t, const char *file)
{
    struct err e = {0};
    struct buf b;

    buf_init(&b, 1u << 20);
    if (file_read(file, &b, &e) < 0)
        die(file, &e);
    t->summary = json_parse(buf_str(&b), &e);
    if (!t->summary)
        die(file, &e);
    buf_free(&b);
}

int main(int argc, char **argv)
{
    static struct tool t = {.options = {.max_bytes = 48u * 1024u}};
    struct buf related;
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    int c;
    int64_t max;

    buf_init(&related, 1u << 20);
    while ((c = getopt(argc, argv, "m:r:p:a:b:")) != -1) {
        if (c == 'm' && str_int(str_of(optarg), 1, 1 << 24, &max) == 0)
            t.options.max_bytes = (size_t)max;
        else if (c == 'r')
            read_related(&t, optarg, &related);
        else if (c == 'p')
            read_summary(&t, optarg);
        else if (c == 'a')
            t.answer = optarg;
        else if (c != 'b' || str_int(str_of(optarg), 0, 9999, &t.batch) < 0)
            return 2;
    }
    if (optind != argc - !t.answer)
        return 2;
    if (t.answer) {
        read_reply(&t);
    } else {
        t.dir = argv[optind];
        write_out(&t, "system.txt", prompt_system());
    }
    while ((n = getline(&line, &cap, stdin)) > 0)
        if ((size_t)n < LINE_BYTES)
            take(&t, str_trim((struct str){line, (size_t)n}));
    flush(&t, true);
    free(line);
    buf_free(&related);
    buf_free(&t.reply);
    json_free(t.summary);
    return 0;
}
