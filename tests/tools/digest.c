/*
 * digest.c - what the built-in extractor makes of recorded hook payloads.
 *
 * usage: digest [-s] [-t] [FILE]
 *
 * Reads payloads, one JSON a line, from FILE or standard input; makes one
 * batch of every turn of every session, as the worker does, and prints its
 * observations and facts, then each session's summary. -s prints summaries
 * only; -t prints times as well. For people who work on the rules, and for
 * tests.
 */
#include "base/common.h"

#include <getopt.h>

#include "base/clock.h"
#include "compress/rules.h"

struct session {
    struct str id, cwd;
    struct ev *evs;
    size_t n, cap;
};

struct digest {
    struct arena a; /* texts and events; lives until the end */
    struct session *s;
    size_t n, cap;
    struct json **trees;
    size_t ntrees, cap_trees;
    bool summaries_only, times;
};

static void *grown(void *p, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return p;
    *cap = *cap ? *cap * 2 : 64;
    p = realloc(p, *cap * size);
    if (!p)
        CM_BUG("out of memory");
    return p;
}

static struct session *session_of(struct digest *d, struct str id)
{
    for (size_t i = d->n; i-- > 0;)
        if (str_eq(d->s[i].id, id))
            return &d->s[i];
    d->s = grown(d->s, d->n, &d->cap, sizeof(*d->s));
    d->s[d->n] = (struct session){.id = id};
    return &d->s[d->n++];
}

static bool take_line(struct digest *d, struct str line)
{
    struct json *j = json_parse(line, NULL);
    struct session *s;
    struct ev *e;

    if (!j)
        return false;
    d->trees = grown(d->trees, d->ntrees, &d->cap_trees, sizeof(*d->trees));
    d->trees[d->ntrees++] = j;
    s = session_of(d, json_get_str(j, "session_id"));
    if (s->cwd.n == 0)
        s->cwd = json_get_str(j, "cwd");
    s->evs = grown(s->evs, s->n, &s->cap, sizeof(*s->evs));
    e = &s->evs[s->n++];
    *e = (struct ev){.id = (int64_t)d->ntrees};
    ev_fill(e, json_get_str(j, "hook_event_name"), j);
    if (clock_parse(json_get_str(j, "_ts"), 0, &e->time_ms) < 0)
        e->time_ms = 0;
    return true;
}

/* --- printing ---------------------------------------------------------------- */

static void print_list(const char *name, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("    %s: %.*s\n", name, STR_ARG(list[i]));
}

static void print_draft(const struct draft *d)
{
    if (d->kind == DRAFT_FACT) {
        printf("  FACT [%.*s, %d] %.*s\n", STR_ARG(d->origin), d->importance,
               STR_ARG(d->text));
        return;
    }
    printf("  %.*s [%.*s, %d] %.*s\n", STR_ARG(d->type), STR_ARG(d->origin),
           d->importance, STR_ARG(d->title));
    if (d->subtitle.n)
        printf("    subtitle: %.*s\n", STR_ARG(d->subtitle));
    printf("    text: %.*s\n", STR_ARG(d->text));
    print_list("fact", d->facts, d->nfacts);
    print_list("concept", d->concepts, d->nconcepts);
    for (size_t i = 0; i < d->nfiles; i++)
        printf("    %s: %.*s\n", d->files[i].modified ? "modified" : "read",
               STR_ARG(d->files[i].path));
}

static void print_field(const char *name, struct str s)
{
    struct str line;

    if (s.n == 0)
        return;
    printf("  %s:\n", name);
    while (str_line(&s, &line))
        printf("    %.*s\n", STR_ARG(line));
}

static void print_summary(const struct summary_draft *s)
{
    if (!s->set) {
        printf("  (no summary)\n");
        return;
    }
    print_field("request", s->request);
    print_field("investigated", s->investigated);
    print_field("learned", s->learned);
    print_field("completed", s->completed);
    print_field("next steps", s->next_steps);
    print_field("notes", s->notes);
}

/* --- batches ------------------------------------------------------------------- */

static bool ends_turn(const struct ev *e)
{
    return e->kind == EV_STOP || e->kind == EV_SESSION_END;
}

static void run_turns(const struct digest *d, struct batch b)
{
    struct ev *evs = b.evs;
    size_t n = b.n, from = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena a = {NULL};
        struct drafts out = {.n = 0};

        if (!ends_turn(&evs[i]) && i + 1 < n)
            continue;
        b.a = &a;
        b.evs = evs + from;
        b.n = i + 1 - from;
        b.ends_turn = true;
        b.ends_session = evs[i].kind == EV_SESSION_END;
        rules_extract(&b, &out);
        for (size_t k = 0; k < out.n && !d->summaries_only; k++)
            print_draft(&out.items[k]);
        arena_free(&a);
        from = i + 1;
    }
}

static void run_session(const struct digest *d, const struct session *s)
{
    struct arena a = {NULL};
    struct drafts out = {.n = 0};
    struct batch b = {.a = &a,
                      .session = s->id,
                      .project = str_base(s->cwd),
                      .root = s->cwd,
                      .cwd = s->cwd,
                      .evs = s->evs,
                      .n = s->n};
    int64_t t0 = clock_mono_us(), t1, t2;

    printf("session %.*s (%zu events)\n", STR_ARG(s->id), s->n);
    run_turns(d, b);
    t1 = clock_mono_us();
    rules_summarise(&b, &out);
    t2 = clock_mono_us();
    print_summary(&out.summary);
    if (d->times)
        printf("  time: turns %lld us, summary %lld us, arena %zu KB\n",
               (long long)(t1 - t0), (long long)(t2 - t1),
               arena_bytes(&a) / 1024);
    arena_free(&a);
}

int main(int argc, char **argv)
{
    struct digest d = {.n = 0};
    FILE *f = stdin;
    char *line = NULL;
    size_t cap = 0, bad = 0;
    ssize_t n;
    int c;

    while ((c = getopt(argc, argv, "st")) != -1) {
        d.summaries_only |= c == 's';
        d.times |= c == 't';
        if (c == '?')
            return 2;
    }
    if (optind < argc && !(f = fopen(argv[optind], "r"))) {
        perror(argv[optind]);
        return 2;
    }
    while ((n = getline(&line, &cap, f)) > 0)
        bad += !take_line(&d, str_trim((struct str){line, (size_t)n}));
    for (size_t i = 0; i < d.n; i++) {
        run_session(&d, &d.s[i]);
        free(d.s[i].evs);
    }
    for (size_t i = 0; i < d.ntrees; i++)
        json_free(d.trees[i]);
    if (bad)
        fprintf(stderr, "digest: %zu lines are not JSON\n", bad);
    free(d.trees);
    free(d.s);
    free(line);
    arena_free(&d.a);
    if (f != stdin)
        fclose(f);
    return bad ? 1 : 0;
}
