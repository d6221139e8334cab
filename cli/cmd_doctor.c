/* cmd_doctor.c - cmem doctor: is everything well, and if not, what to do. */
#include "base/common.h"

#include <stdarg.h>

#include "cli/doctor.h"

void doctor_add(struct doctor *d, enum finding_level level, const char *topic,
                const char *remedy, const char *fmt, ...)
{
    struct finding *f = &d->items[d->n];
    char *text = NULL;
    va_list ap;
    int n;

    if (d->n == FINDINGS_MAX)
        return;
    va_start(ap, fmt);
    n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0)
        CM_BUG("out of memory");
    *f = (struct finding){.level = level,
                          .topic = topic,
                          .text = arena_strz(&d->c->arena, text)};
    if (remedy)
        f->remedy = arena_strz(&d->c->arena, remedy);
    free(text);
    d->n++;
    d->failed += level == FINDING_FAIL;
    d->warned += level == FINDING_WARN;
}

/* --- as JSON -------------------------------------------------------------------- */

static void put_times(struct jsonw *w, const struct hook_times *h)
{
    jsonw_obj(w, NULL);
    jsonw_str(w, "event", h->event);
    jsonw_str(w, "owner", h->owner);
    jsonw_int(w, "calls", h->n);
    jsonw_int(w, "failures", h->failures);
    jsonw_int(w, "p50_ms", h->p50_ms);
    jsonw_int(w, "p95_ms", h->p95_ms);
    jsonw_int(w, "p99_ms", h->p99_ms);
    jsonw_int(w, "max_ms", h->max_ms);
    jsonw_end(w);
}

static void print_json(const struct doctor *d)
{
    static const char *const levels[] = {"ok", "warn", "fail"};
    struct buf b;
    struct jsonw w;

    buf_init(&b, 4u << 20);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "failed", (int64_t)d->failed);
    jsonw_arr(&w, "findings");
    for (size_t i = 0; i < d->n; i++) {
        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "level", levels[d->items[i].level]);
        jsonw_strz(&w, "topic", d->items[i].topic);
        jsonw_str(&w, "text", d->items[i].text);
        jsonw_str(&w, "remedy", d->items[i].remedy);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_arr(&w, "hooks");
    for (size_t i = 0; i < d->times.n; i++)
        put_times(&w, &d->times.rows[i]);
    jsonw_end(&w);
    jsonw_end(&w);
    cli_print_json(d->c, buf_str(&b));
    buf_free(&b);
}

/* --- for a person ---------------------------------------------------------------- */

static void print_finding(struct term *t, const struct finding *f)
{
    static const struct {
        const char *word;
        enum term_style style;
    } levels[] = {{"ok", TERM_GOOD}, {"warn", TERM_WARN}, {"fail", TERM_BAD}};

    term_styled(t, levels[f->level].style, "%s", levels[f->level].word);
    term_pad(t, 6);
    term_styled(t, TERM_TITLE, "%s", f->topic);
    term_pad(t, 16);
    term_wrap(t, TERM_PLAIN, 16, f->text);
    if (f->remedy.n) {
        term_pad(t, 16);
        term_styled(t, TERM_DIM, "-> ");
        term_wrap(t, f->level == FINDING_FAIL ? TERM_ID : TERM_DIM, 19,
                  f->remedy);
    }
}

static void print_times(struct term *t, const struct hook_times_scan *s)
{
    if (s->n == 0) {
        term_styled(t, TERM_DIM, "\nThe newest transcripts (%lld) tell of no "
                    "hook times.\n", (long long)s->files);
        return;
    }
    term_heading(t, "Hook times, as Claude Code measured them (ms)");
    term_styled(t, TERM_DIM, "%-20s %-22s %7s %6s %6s %6s %6s\n", "event",
                "hook of", "calls", "p50", "p95", "p99", "max");
    for (size_t i = 0; i < s->n; i++) {
        const struct hook_times *h = &s->rows[i];

        term_cut(t, TERM_PLAIN, h->event, 20);
        term_pad(t, 21);
        term_cut(t, str_eqz(h->owner, "cmem") ? TERM_TITLE : TERM_PLAIN,
                 h->owner, 22);
        term_pad(t, 43);
        term_printf(t, " %7lld %6lld %6lld %6lld %6lld", (long long)h->n,
                    (long long)h->p50_ms, (long long)h->p95_ms,
                    (long long)h->p99_ms, (long long)h->max_ms);
        if (h->failures)
            term_styled(t, TERM_BAD, "  %lld failed", (long long)h->failures);
        term_nl(t);
    }
    term_styled(t, TERM_DIM, "from the newest %lld transcripts\n",
                (long long)s->files);
}

static void print(struct doctor *d)
{
    struct term *t = &d->c->term;

    for (size_t i = 0; i < d->n; i++)
        print_finding(t, &d->items[i]);
    print_times(t, &d->times);
    term_nl(t);
    if (d->failed)
        term_styled(t, TERM_BAD, "%zu to fix\n", d->failed);
    else if (d->warned)
        term_styled(t, TERM_GOOD, "Nothing has to be fixed; %zu to look at.\n",
                    d->warned);
    else
        term_styled(t, TERM_GOOD, "Everything is well.\n");
}

/* --- the checks ------------------------------------------------------------------ */

/* In the order in which they are shown: from the client to the disk. */
static void (*const checks[])(struct doctor *d) = {
    doctor_client,   doctor_programs, doctor_install, doctor_times,
    doctor_stops,    doctor_worker,   doctor_model,   doctor_meaning,
    doctor_settings, doctor_database, doctor_spool,   doctor_retention,
    doctor_files,    doctor_disk,
};

static const struct param params[] = {
    {"ping", 0, PARAM_BOOL, 0, NULL,
     "ask the language model a word: costs a call"},
};

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct doctor *d = arena_new(&c->arena, struct doctor);
    int rc;

    d->c = c;
    d->ping = json_get_bool(args, "ping");
    rc = claude_find(&d->cl, &c->config, e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        checks[i](d);
    if (c->json)
        print_json(d);
    else
        print(d);
    return d->failed ? CLI_NOTHING : CLI_DONE;
}

const struct cmd cmd_doctor = {
    .name = "doctor",
    .group = "Run",
    .summary = "look for problems, and say how to solve them",
    .details = "Looks at the client, the installation, the worker, the model, "
               "the database and the files, and tells what hooks cost, ours "
               "and everybody's, from Claude Code's own measurements. Changes "
               "nothing, and starts no worker unless told to --ping. The exit "
               "status is 1 when something fails.",
    .example = "cmem doctor",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
