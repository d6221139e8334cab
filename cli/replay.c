/* replay.c - the account of a replay; see replay.h. */
#include "base/common.h"

#include "cli/replay.h"

bool replay_same_worker(const struct replay *r)
{
    return r->before.pid == r->after.pid &&
           r->before.started_ms == r->after.started_ms;
}

/* What a worker counted since `before`; all of it when it began later. */
static int64_t since(const struct replay *r, int64_t before, int64_t after)
{
    return replay_same_worker(r) ? after - before : after;
}

static int64_t stored(const struct replay *r)
{
    return r->after.events - r->before.events;
}

static int64_t known(const struct replay *r)
{
    return since(r, r->before.known, r->after.known);
}

static int64_t refused(const struct replay *r)
{
    return since(r, r->before.refused, r->after.refused);
}

int64_t replay_missing(const struct replay *r)
{
    int64_t n = r->sent - stored(r) - known(r) - refused(r);

    return n > 0 ? n : 0;
}

bool replay_is_whole(const struct replay *r)
{
    return replay_missing(r) == 0 && r->failed == 0 && r->bad == 0 &&
           r->after.dropped == r->before.dropped;
}

/* --- for a person ---------------------------------------------------------- */

static void label(struct term *t, const char *name)
{
    term_styled(t, TERM_DIM, "%s", name);
    term_pad(t, 18);
}

static void row(struct term *t, const char *name, int64_t n)
{
    label(t, name);
    term_count(t, n);
    term_nl(t);
}

/* A row that is only there when it says something. */
static void note(struct term *t, const char *name, int64_t n, const char *why)
{
    if (n == 0)
        return;
    label(t, name);
    term_count(t, n);
    term_styled(t, TERM_DIM, "  %s\n", why);
}

static void print_memories(struct term *t, const struct replay *r)
{
    label(t, "memories");
    term_count(t, r->after.memories - r->before.memories);
    for (size_t i = 0; i < r->nkinds; i++) {
        int64_t n = r->kind[i].after - r->kind[i].before;

        if (n == 0)
            continue;
        term_printf(t, "  %s ", r->kind[i].name);
        term_count(t, n);
    }
    term_nl(t);
}

static void print_model(struct term *t, const struct replay *r)
{
    int64_t calls = r->after.calls - r->before.calls;

    if (calls == 0)
        return;
    label(t, "model calls");
    term_count(t, calls);
    term_printf(t, "  input ");
    term_count(t, r->after.input_tokens - r->before.input_tokens);
    term_printf(t, " tokens, output ");
    term_count(t, r->after.output_tokens - r->before.output_tokens);
    term_nl(t);
}

static void print_verdict(struct term *t, const struct replay *r)
{
    int64_t missing = replay_missing(r);

    if (r->problem.code)
        term_styled(t, TERM_WARN, "%s\n", r->problem.msg);
    if (r->interrupted)
        term_styled(t, TERM_WARN, "interrupted: the rest was not sent\n");
    if (r->left) {
        term_count(t, r->left);
        term_printf(t, " events still wait to become memories: cmem status\n");
    }
    if (replay_is_whole(r))
        term_styled(t, TERM_GOOD, "every event is accounted for\n");
    else if (missing)
        term_styled(t, TERM_BAD, "%lld events are not accounted for%s\n",
                    (long long)missing,
                    replay_same_worker(r) ? "" : ": the worker was started "
                    "anew meanwhile, and what the first one knew is not "
                    "counted");
    else
        term_styled(t, TERM_BAD, "not every line became an event\n");
}

void replay_print(struct term *t, const struct replay *r)
{
    row(t, "lines", r->lines);
    note(t, "not JSON", r->bad, "left out");
    note(t, "no hook for", r->foreign, "events that cmem does not take");
    note(t, "hook failed", r->failed, "not sent");
    row(t, "sent", r->sent);
    label(t, "sessions");
    term_count(t, r->sessions);
    term_styled(t, TERM_DIM, "  %lld of them new\n",
                (long long)(r->after.sessions - r->before.sessions));
    row(t, "stored", stored(r));
    row(t, "already known", known(r));
    note(t, "refused", refused(r), "excluded directories, cmem's own calls");
    note(t, "by the spool", since(r, r->before.spooled, r->after.spooled),
         "the worker took them from there");
    note(t, "dropped", r->after.dropped - r->before.dropped,
         "the spool was full");
    print_memories(t, r);
    print_model(t, r);
    label(t, "time");
    term_duration(t, r->ms);
    if (r->sent) {
        term_styled(t, TERM_DIM, "  hooks %.1f ms each",
                    (double)r->hook_ms / (double)r->sent);
    }
    term_nl(t);
    print_verdict(t, r);
}

/* --- for a program ----------------------------------------------------------- */

static void put_memories(struct jsonw *w, const struct replay *r)
{
    jsonw_obj(w, "memories");
    for (size_t i = 0; i < r->nkinds; i++)
        jsonw_int(w, r->kind[i].name, r->kind[i].after - r->kind[i].before);
    jsonw_end(w);
}

void replay_json(const struct replay *r, struct buf *b)
{
    struct jsonw w;

    jsonw_init(&w, b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "lines", r->lines);
    jsonw_int(&w, "bad", r->bad);
    jsonw_int(&w, "foreign", r->foreign);
    jsonw_int(&w, "failed", r->failed);
    jsonw_int(&w, "sent", r->sent);
    jsonw_int(&w, "sessions", r->sessions);
    jsonw_int(&w, "new_sessions", r->after.sessions - r->before.sessions);
    jsonw_int(&w, "stored", stored(r));
    jsonw_int(&w, "known", known(r));
    jsonw_int(&w, "refused", refused(r));
    jsonw_int(&w, "spooled", since(r, r->before.spooled, r->after.spooled));
    jsonw_int(&w, "dropped", r->after.dropped - r->before.dropped);
    jsonw_int(&w, "missing", replay_missing(r));
    jsonw_bool(&w, "accounted", replay_is_whole(r));
    jsonw_int(&w, "waiting", r->left);
    put_memories(&w, r);
    jsonw_int(&w, "model_calls", r->after.calls - r->before.calls);
    jsonw_int(&w, "input_tokens",
              r->after.input_tokens - r->before.input_tokens);
    jsonw_int(&w, "output_tokens",
              r->after.output_tokens - r->before.output_tokens);
    jsonw_int(&w, "ms", r->ms);
    jsonw_int(&w, "hook_ms", r->hook_ms);
    jsonw_bool(&w, "interrupted", r->interrupted);
    if (r->problem.code)
        jsonw_strz(&w, "problem", r->problem.msg);
    jsonw_end(&w);
}
