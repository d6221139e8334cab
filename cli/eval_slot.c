/*
 * eval_slot.c - what the prompts of coding sessions bring; see eval.h.
 *
 * Walks real sessions in the order of time. Each prompt gets the slot that it
 * would have got then: of earlier memories, without what the session's start
 * and its other prompts gave. Nobody can ask the user whether it helped, so
 * what the session did afterwards is looked at (eval_trace.h):
 *
 *   used     a memory names what the session had not met and deals with later,
 *            or its session worked on a commit that this one worked on
 *   about    ... or names what the prompt names and the session deals with
 *
 * The same is asked of as many earlier memories taken at random, and that is
 * the floor.
 */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "cli/eval.h"
#include "cli/eval_trace.h"
#include "ops/context.h"
#include "ops/fields.h"
#include "ops/jsonl.h"
#include "ops/prompt_slot.h"
#include "store/batch.h"
#include "store/read_session.h"

/* Sessions of a project, events of one, memories that chance takes from. */
#define SESSIONS 5000
#define EVENTS   5000
#define POOL     3000
/* Memories that a session can have been given, and one block has at most. */
#define HAD   512
#define BLOCK 16
/* What is looked at of a memory: about what a line shows. */
#define SHOWN_BYTES 280
#define FILES_READ  20
/* Candidates in the dump. */
#define DUMPED 24

enum {
    FIG_GIVEN,
    FIG_TOKENS,
    FIG_USED,
    FIG_USED_FLOOR,
    FIG_ABOUT,
    FIG_ABOUT_FLOOR
};
const char *const eval_slot_figures[] = {"given", "tokens", "used", "chance",
                                         "about", "chance", NULL};

/* Beside the one that is the default. */
static const double bars[] = {0.4, 0.5, 0.6, 0.7, 0.8};
const char *const eval_slot_ways[] = {"bar 0.40", "bar 0.50", "bar 0.60",
                                      "bar 0.70", "bar 0.80", NULL};

struct walk {
    struct eval *ev;
    const struct json *truth;
    struct eval_result *out;
    struct slot_limits limits;
    /* the session */
    struct arena *a;
    const struct session_info *session;
    struct trace trace;
    int64_t had[HAD];
    size_t nhad;
    bool had_files;
    struct eval_case c;
};

struct asked { /* one prompt */
    struct str prompt;
    int64_t time_ms;
    size_t event; /* its place in the session */
    int64_t nth;
};

static void has_now(struct walk *k, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n && k->nhad < HAD; i++)
        k->had[k->nhad++] = ids[i];
}

/* What a session is given at its start, or behind a compaction, when all that
 * it had is gone. */
static int begin(struct walk *k, int64_t now_ms, bool compact, struct err *e)
{
    struct op_env env = {.db = k->ev->db,
                         .meaning = k->ev->meaning,
                         .now_ms = now_ms,
                         .a = k->a};
    struct context_request rq = {.project_id = k->session->project_id,
                                 .branch = k->session->branch,
                                 .source = compact ? CONTEXT_COMPACT
                                                   : CONTEXT_STARTUP,
                                 .session_uid = k->session->uid,
                                 .as_of_ms = now_ms};
    struct context c = {0};
    int rc = context_render(&env, &rq, &c, e);

    k->nhad = 0;
    k->had_files = false;
    if (rc == 0)
        has_now(k, c.ids, c.nids);
    return rc == CM_ENOTFOUND ? 0 : rc;
}

/* --- was it worth it? ------------------------------------------------------ */

static bool names(const struct json *list, struct str session)
{
    for (struct json *j = json_first(list); j; j = json_next(j))
        if (str_eq(json_str(j), session))
            return true;
    return false;
}

/* Did both sessions work on one commit? */
static bool same_work(const struct walk *k, struct str other)
{
    for (struct json *c = json_first(json_get(k->truth, "commits")); c;
         c = json_next(c)) {
        const struct json *list = json_get(c, "gold_sessions");

        if (names(list, other) && names(list, k->session->uid))
            return true;
    }
    return false;
}

static int judge(struct walk *k, const struct asked *q,
                 const struct memory_row *m, struct trace_use *use,
                 struct err *e)
{
    struct memory_file_row *files;
    size_t n;
    int rc =
        memory_files_read(k->ev->db, m->id, FILES_READ, k->a, &files, &n, e);

    *use = (struct trace_use){.dealt = same_work(k, m->session_uid)};
    use->news = use->dealt;
    trace_judge(&k->trace, str_cut(m->title, 0, SHOWN_BYTES), q->event, use);
    trace_judge(&k->trace, str_cut(m->text, 0, SHOWN_BYTES), q->event, use);
    for (size_t i = 0; rc == 0 && i < n; i++)
        trace_judge(&k->trace, files[i].path, q->event, use);
    return rc;
}

static int judge_all(struct walk *k, const struct asked *q,
                     const struct memory_row *const *m, size_t n,
                     double share[2], struct err *e)
{
    int rc = 0;

    share[0] = share[1] = 0;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct trace_use use;

        rc = judge(k, q, m[i], &use, e);
        share[0] += use.news / (double)n;
        share[1] += use.dealt / (double)n;
    }
    return rc;
}

/* May this one be given at all, by whatever chance? */
static bool is_eligible(const struct walk *k, const struct memory_row *m)
{
    return !m->is_child && !str_eqz(m->kind, "prompt") &&
           m->session_id != k->session->id;
}

/* As many others, the same ones whenever it is asked. */
static int by_chance(struct walk *k, const struct asked *q, size_t n,
                     double share[2], struct err *e)
{
    struct memory_filter f = {.project_id = k->session->project_id,
                              .as_of_ms = q->time_ms,
                              .now_ms = q->time_ms};
    const struct memory_row *m[BLOCK];
    struct memory_list pool;
    size_t eligible = 0, taken = 0;
    int rc =
        memories_before(k->ev->db, &f, (struct memory_place){q->time_ms, 0},
                        POOL, k->a, &pool, e);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < pool.n; i++)
        if (is_eligible(k, &pool.rows[i]))
            pool.rows[eligible++] = pool.rows[i];
    for (uint64_t i = 0; eligible && i < n; i++) {
        struct str seed = arena_fmt(k->a, "%.*s %zu %d",
                                    STR_ARG(k->session->uid), q->event, (int)i);

        m[taken++] = &pool.rows[str_hash(seed) % eligible];
    }
    return judge_all(k, q, m, taken, share, e);
}

static int count(struct walk *k, const struct asked *q,
                 const struct prompt_slot *slot, struct err *e)
{
    const struct memory_row *m[BLOCK];
    double figure[EVAL_FIGURES], share[2], chance[2];
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < slot->ncandidates && n < BLOCK; i++)
        if (slot->candidates[i].fate == SLOT_GIVEN)
            m[n++] = &slot->candidates[i].row;
    for (size_t i = 0; i < EVAL_FIGURES; i++)
        figure[i] = (double)NAN;
    figure[FIG_GIVEN] = n > 0;
    if (slot->text.n)
        figure[FIG_TOKENS] = (double)slot->tokens;
    rc = n ? judge_all(k, q, m, n, share, e) : 0;
    if (rc == 0 && n)
        rc = by_chance(k, q, n, chance, e);
    if (rc == 0 && n) {
        figure[FIG_USED] = share[0];
        figure[FIG_ABOUT] = share[1];
        figure[FIG_USED_FLOOR] = chance[0];
        figure[FIG_ABOUT_FLOOR] = chance[1];
    }
    if (rc < 0)
        return rc;
    k->c.category = q->nth == 1 ? STR("first prompts") : STR("later prompts");
    eval_count(k->ev, k->out, &k->c, figure);
    return 0;
}

/* --- what was brought, for reading ------------------------------------------ */

static void dump_candidate(struct jsonw *w, const struct slot_candidate *c)
{
    jsonw_obj(w, NULL);
    put_id(w, "id", ID_MEMORY, c->row.id);
    put_id(w, "session", ID_SESSION, c->row.session_id);
    slot_put_score(w, c);
    jsonw_strz(w, "fate", slot_fate_word(c->fate));
    jsonw_str(w, "kind", c->row.kind);
    jsonw_str(w, "title", memory_title(&c->row));
    jsonw_str(w, "line", c->line);
    jsonw_end(w);
}

static void dump(struct walk *k, const struct asked *q,
                 const struct prompt_slot *slot)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 4u << 20);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "task", k->ev->task->name);
    jsonw_str(&w, "scope", k->c.scope);
    put_id(&w, "session", ID_SESSION, k->session->id);
    jsonw_int(&w, "nth", q->nth);
    jsonw_str(&w, "prompt", q->prompt);
    if (slot->silent)
        jsonw_strz(&w, "silent", slot->silent);
    jsonw_str(&w, "query", slot->query);
    jsonw_int(&w, "tokens", (int64_t)slot->tokens);
    jsonw_str(&w, "text", slot->text);
    jsonw_arr(&w, "candidates");
    for (size_t i = 0; i < slot->ncandidates && i < DUMPED; i++)
        dump_candidate(&w, &slot->candidates[i]);
    jsonw_end(&w);
    jsonw_end(&w);
    buf_addc(&b, '\n');
    fwrite(b.data, 1, b.len, k->ev->dump);
    buf_free(&b);
}

/* --- the walk ---------------------------------------------------------------- */

static int ask(struct walk *k, const struct asked *q, struct err *e)
{
    struct op_env env = {.db = k->ev->db,
                         .meaning = k->ev->meaning,
                         .now_ms = q->time_ms,
                         .a = k->a};
    struct slot_request rq = {.project_id = k->session->project_id,
                              .session_id = k->session->id,
                              .branch = k->session->branch,
                              .prompt = q->prompt,
                              .nth = q->nth,
                              .limits = k->limits,
                              .as_of_ms = q->time_ms,
                              .had = k->had,
                              .nhad = k->nhad,
                              .had_files = k->had_files};
    struct eval_result *out = k->out;
    struct prompt_slot slot;
    int64_t began = clock_mono_us();
    int rc = prompt_slot_render(&env, &rq, &slot, e);

    if (rc < 0)
        return rc;
    if (!slot.silent)
        *(int64_t *)eval_more(k->ev->a, (void **)&out->us, &out->nus,
                              &out->room, sizeof(*out->us)) =
            clock_mono_us() - began;
    has_now(k, slot.ids, slot.nids);
    k->had_files |= slot.shows_files;
    if (k->ev->dump)
        dump(k, q, &slot);
    return count(k, q, &slot, e);
}

static int walk_session(struct walk *k, struct err *e)
{
    struct event_row *rows;
    struct json **payload;
    int64_t nth = 0;
    size_t n;
    int rc = events_all(k->ev->db, k->session->id, EVENTS, k->a, &rows, &n, e);

    if (rc < 0)
        return rc;
    trace_init(&k->trace, k->a);
    payload = arena_array(k->a, n + 1, sizeof(struct json *));
    for (size_t i = 0; i < n; i++) {
        payload[i] = json_parse(rows[i].payload, NULL);
        trace_add(&k->trace, payload[i], i);
    }
    rc = begin(k, k->session->started_ms, false, e);
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct asked q = {json_get_str(payload[i], "prompt"), rows[i].time_ms,
                          i, 0};

        if (str_eqz(rows[i].name, "PostCompact"))
            rc = begin(k, rows[i].time_ms, true, e);
        if (!str_eqz(rows[i].name, "UserPromptSubmit"))
            continue;
        q.nth = ++nth;
        rc = ask(k, &q, e);
    }
    for (size_t i = 0; i < n; i++)
        json_free(payload[i]);
    return rc;
}

static int walk_project(struct walk *k, int64_t project_id, struct err *e)
{
    struct session_list l;
    int rc = sessions_read(k->ev->db,
                           &(struct session_filter){.project_id = project_id},
                           SESSIONS, k->ev->a, &l, e);

    for (size_t i = l.n; rc == 0 && i-- > 0;) { /* they come newest first */
        struct arena a = {0};

        k->a = &a;
        k->session = &l.rows[i];
        if (k->ev->c->is_interrupted())
            rc = err_set(e, CM_EAGAIN, "interrupted");
        else
            rc = walk_session(k, e);
        arena_free(&a);
    }
    return rc;
}

int eval_slot_run(struct eval *ev, const struct eval_part *p,
                  struct eval_result *out, struct err *e)
{
    struct walk k = {.ev = ev, .out = out, .limits = slot_limits_of(NULL)};
    struct json *truth = NULL;
    int64_t *projects;
    size_t n;
    int rc = eval_read_json(p->path.p, &truth, e);

    if (rc == 0)
        rc = project_ids(ev->db, 16, ev->a, &projects, &n, e);
    if (ev->way)
        k.limits.bar = bars[ev->way - 1];
    k.truth = truth;
    k.c.scope = arena_str(ev->a, json_get_str(truth, "project"));
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = walk_project(&k, projects[i], e);
    json_free(truth);
    return rc;
}
