/* capture.c - see capture.h. */
#include "base/common.h"

#include <fnmatch.h>

#include "agent/edited.h"
#include "agent/intake.h"
#include "agent/project.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "compress/digest.h"
#include "compress/rules_ask.h"
#include "compress/rules_text.h"
#include "ops/prompt_words.h"
#include "store/memory.h"
#include "store/session.h"
#include "worker/capture.h"
#include "worker/digester.h"
#include "worker/indexing.h"
#include "worker/receipt.h"
#include "worker/reconcile.h"
#include "worker/touching.h"

/* Directories whose project is remembered: a session's events come from one or
 * two. At its start and with each prompt it is looked at again: another branch
 * may be checked out. */
#define PLACES 16
/* Most of a prompt that becomes a memory; the event has all of it. */
#define PROMPT_MAX_BYTES 16384
/* Of a session's id, as the client makes them and names transcripts. */
#define UUID_CHARS 36

struct place {
    char dir[1024];
    char branch[128];
    char root[1024]; /* the working tree's top */
    int64_t project_id;
};

struct capture {
    struct place places[PLACES];
    size_t next;
    int64_t undone; /* db_undone when they were asked for */
    struct arena arena; /* of one event, emptied after it */
};

void capture_open(struct worker *w)
{
    w->capture = calloc(1, sizeof(*w->capture));
    if (!w->capture)
        CM_BUG("out of memory");
}

void capture_close(struct worker *w)
{
    if (w->capture)
        arena_free(&w->capture->arena);
    free(w->capture);
    w->capture = NULL;
}

/* What to do with an event of this name. */
struct event_rule {
    const char *name;
    bool waits; /* for compression */
    bool ends_turn;
};

static const struct event_rule rules[] = {
    {"PostToolUse", true, false},
    {"PostToolUseFailure", true, false},
    {"UserPromptSubmit", true, false},
    {"Assistant", true, false},
    {"Stop", true, true},
    {"StopFailure", true, true},
    {"SubagentStop", true, true},
    {"PreCompact", true, true},
    {"PostCompact", true, true},
    {"SessionStart", false, false},
    {"SubagentStart", false, false},
    {"SessionEnd", false, true},
};

static const struct event_rule *rule_of(struct str name)
{
    static const struct event_rule other = {"", false, false};

    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (str_eqz(name, rules[i].name))
            return &rules[i];
    return &other;
}

static bool is_excluded(const struct worker *w, struct str cwd)
{
    struct str rest = config_str(&w->config, OPT_EXCLUDE), part;
    char dir[1024], pattern[1024], below[1032];

    if (rest.n == 0 || cwd.n >= sizeof(dir))
        return false;
    snprintf(dir, sizeof(dir), "%.*s", STR_ARG(cwd));
    while (str_split(&rest, ',', &part)) {
        part = str_trim(part);
        while (part.n > 1 && part.p[part.n - 1] == '/')
            part.n--;
        if (part.n == 0 || part.n >= sizeof(pattern))
            continue;
        snprintf(pattern, sizeof(pattern), "%.*s", STR_ARG(part));
        snprintf(below, sizeof(below), "%s/*", pattern);
        if (fnmatch(pattern, dir, 0) == 0 || fnmatch(below, dir, 0) == 0)
            return true;
    }
    return false;
}

/* Projects that were new may have been undone since, with the events that
 * brought them: their ids are asked for again. */
static void places_check(struct worker *w)
{
    struct capture *c = w->capture;

    if (c->undone == db_undone(w->db))
        return;
    c->undone = db_undone(w->db);
    for (size_t i = 0; i < PLACES; i++)
        c->places[i].project_id = 0;
}

/* The project and branch of a directory; `look` reads .git again. */
static int place_of(struct worker *w, struct str cwd, bool look,
                    struct place **out, struct err *e)
{
    struct capture *c = w->capture;
    struct place *p = NULL;
    struct project found;
    int rc;

    places_check(w);
    if (cwd.n == 0 || cwd.p[0] != '/' || cwd.n >= sizeof(p->dir))
        cwd = STR("/");
    for (size_t i = 0; i < PLACES; i++)
        if (str_eqz(cwd, c->places[i].dir))
            p = &c->places[i];
    if (p && p->project_id && !look) {
        *out = p;
        return 0;
    }
    if (!p)
        p = &c->places[c->next++ % PLACES];
    snprintf(p->dir, sizeof(p->dir), "%.*s", STR_ARG(cwd));
    p->project_id = 0;
    project_find(p->dir, &c->arena, &found);
    snprintf(p->branch, sizeof(p->branch), "%.*s", STR_ARG(found.branch));
    snprintf(p->root, sizeof(p->root), "%.*s", STR_ARG(found.root));
    rc = project_put(w->db, found.keys, found.nkeys, found.name, found.root,
                     clock_now_ms(), &p->project_id, e);
    *out = p;
    return rc;
}

int capture_place(struct worker *w, struct str cwd, int64_t *project_id,
                  struct str *root, struct err *e)
{
    struct place *p;
    int rc = place_of(w, cwd, false, &p, e);

    *project_id = p->project_id;
    *root = str_of(p->root);
    return rc;
}

/* Compaction's own agent has an id but no type: it is nobody's child. */
static bool is_child(const struct intake *in)
{
    return in->agent_id.n && in->agent_type.n;
}

static struct str session_uid(struct worker *w, const struct intake *in)
{
    if (!is_child(in))
        return in->session;
    return arena_fmt(&w->capture->arena, "%.*s:%.*s", STR_ARG(in->session),
                     STR_ARG(in->agent_id));
}

static int put_session(struct worker *w, const struct intake *in,
                       const struct place *p, int64_t time_ms, int64_t *id,
                       struct err *e)
{
    struct session_in s = {
        .uid = session_uid(w, in),
        .project_id = p->project_id,
        .cwd = in->cwd,
        .branch = str_of(p->branch),
        .transcript = in->transcript,
        .time_ms = time_ms,
        .known_is_enough = in->tool.n > 0,
    };

    if (is_child(in)) {
        s.parent_uid = in->session;
        s.agent_type = in->agent_type;
        s.transcript = STR_NONE;
    }
    return session_put(w->db, &s, id, e);
}

/* Its beginning; of a plan that is to be carried out, which comes with a
 * heading and a preamble, the plan's name. */
static struct str prompt_title(struct arena *a, struct str prompt)
{
    struct ask ask;

    ask_read(a, prompt, &ask);
    return ask.is_plan ? ask.line : text_raw_line(a, prompt, 120);
}

/* A prompt of the user is a memory at once: it can be found while its turn
 * goes on. */
static int put_prompt(struct worker *w, const struct intake *in,
                      const struct place *p, int64_t session_id,
                      int64_t event_id, int64_t time_ms, struct err *e)
{
    struct memory_in m = {
        .kind = "prompt",
        .project_id = p->project_id,
        .session_id = session_id,
        .branch = str_of(p->branch),
        .origin = "user",
        .importance = 2,
        .event_ms = time_ms,
        .events = &event_id,
        .nevents = 1,
    };
    struct arena a = {0};
    struct buf text;
    int64_t id;
    bool added;
    int rc;

    m.title = prompt_title(&a, in->text);
    rc = session_prompted(w->db, session_id, m.title, e);
    buf_init(&text, 4 * PROMPT_MAX_BYTES);
    utf8_clean(&text, utf8_cut(str_trim(in->text), PROMPT_MAX_BYTES));
    m.text = buf_str(&text);
    if (rc == 0 && m.text.n)
        rc = memory_put(w->db, &m, clock_now_ms(), &id, &added, e);
    buf_free(&text);
    arena_free(&a);
    return rc;
}

static bool is_prompt(const struct intake *in)
{
    return str_eqz(in->name, "UserPromptSubmit") && in->agent_id.n == 0 &&
           !intake_is_clients(in->text);
}

/* What follows from an event that is new. */
static int follow(struct worker *w, const struct intake *in,
                  const struct place *p, int64_t session_id, int64_t event_id,
                  int64_t time_ms, struct err *e)
{
    const struct event_rule *r = rule_of(in->name);
    int rc = 0;

    if (is_prompt(in))
        rc = put_prompt(w, in, p, session_id, event_id, time_ms, e);
    if (rc == 0 && str_eqz(in->name, "SessionEnd"))
        rc = session_ended(w->db, session_id, in->reason, time_ms, e);
    if (rc == 0)
        digester_event(w, session_id, (int64_t)in->payload.n * r->waits,
                       r->ends_turn);
    return rc;
}

static int store(struct worker *w, const struct intake *in,
                 const struct event_in *event, const struct place *p,
                 int64_t *id, struct err *e)
{
    int rc = event_put(w->db, event, id, e);

    if (rc < 0 || *id == 0)
        return rc;
    return follow(w, in, p, event->session_id, *id, event->time_ms, e);
}

static bool is_edit(const struct intake *in)
{
    return edited_is_of(in->tool) && str_eqz(in->name, "PostToolUse");
}

/* What is known of the event whose touches are to be found. */
static struct touching_of touching_of(const struct event_in *event, int64_t id,
                                      const struct place *p)
{
    return (struct touching_of){
        .session_id = event->session_id,
        .event_id = id,
        .time_ms = event->time_ms,
        .project_id = p->project_id,
        .root = str_of(p->root),
    };
}

/* What the hook that sent this is to print, if anything. */
static struct context_ask ask_of(struct worker *w, const struct frame *f,
                                 const struct intake *in, int64_t session_id,
                                 int64_t event_id)
{
    struct context_ask none = {0};

    if (!(f->flags & FRAME_WANTS_CONTEXT) ||
        !config_bool(&w->config, OPT_CONTEXT))
        return none;
    if (str_eqz(in->name, "SessionStart")) {
        if (str_eqz(in->source, "resume") || str_eqz(in->source, "fork"))
            return none;
        return (struct context_ask){.session_id = session_id,
                                    .compact = str_eqz(in->source, "compact")};
    }
    if (event_id == 0 || !is_prompt(in) ||
        !config_bool(&w->config, OPT_PROMPT_CONTEXT) ||
        prompt_is_trivial(in->text, &w->capture->arena))
        return none;
    return (struct context_ask){.prompt_event = event_id};
}

static int capture_parsed(struct worker *w, const struct frame *f,
                          const struct intake *in, const char *origin,
                          struct context_ask *ask, struct err *e)
{
    int64_t time_ms = f->time_ms > 0 ? f->time_ms : clock_now_ms();
    bool look = str_eqz(in->name, "SessionStart") || is_prompt(in);
    struct event_in event = {
        .uid = {(const char *)f->uid, FRAME_UID_BYTES},
        .name = in->name,
        .tool = in->tool,
        .tool_use_id = in->tool_use_id,
        .time_ms = time_ms,
        .origin = origin,
        .state = rule_of(in->name)->waits ? EVENT_WAITS : EVENT_KEPT,
        .bytes = (int64_t)in->bytes,
        .text = in->text,
        .payload = in->payload,
    };
    unsigned char uid[EVENT_UID_BYTES];
    struct place *p;
    int64_t id = 0; /* of the event, when it is new */
    int rc = place_of(w, in->cwd, look, &p, e);

    if (in->tool_use_id.n) {
        event_tool_uid(session_uid(w, in), in->tool_use_id, uid);
        event.uid = (struct str){(const char *)uid, sizeof(uid)};
    }
    if (rc == 0)
        rc = put_session(w, in, p, time_ms, &event.session_id, e);
    if (rc == 0)
        rc = store(w, in, &event, p, &id, e);
    if (rc < 0)
        return rc;
    w->counts.events += id != 0;
    w->counts.known += id == 0;
    w->counts.redacted += (int64_t)in->redacted;
    if (id && rule_of(in->name)->ends_turn)
        reconcile_session(w, event.session_id);
    if (id && is_edit(in)) {
        struct touching_of of = touching_of(&event, id, p);

        touching_event(w, &of, f->body);
    }
    if (id)
        indexing_event(w, in, rule_of(in->name)->ends_turn);
    *ask = ask_of(w, f, in, event.session_id, id);
    return 0;
}

int capture_event(struct worker *w, const struct frame *f, const char *origin,
                  struct context_ask *ask, struct err *e)
{
    struct intake in;
    size_t most = (size_t)config_int(&w->config, OPT_EVENT_KB) * 1024;
    int rc = 0;

    *ask = (struct context_ask){0};
    intake_parse(f->body, most, &w->capture->arena, &in);
    if (in.is_internal || is_excluded(w, in.cwd)) {
        w->counts.refused++;
        goto out;
    }
    rc = worker_tx(w, e);
    if (rc == 0)
        rc = db_savepoint(w->db, e);
    if (rc == 0)
        rc = capture_parsed(w, f, &in, origin, ask, e);
    if (rc < 0)
        db_savepoint_undo(w->db);
    else
        rc = db_savepoint_keep(w->db, e);
out:
    arena_free(&w->capture->arena);
    return rc;
}

/* Identity of an item: the same line of the same session is the same event,
 * whichever file it is read from; a tool call is what its hook brought. */
static void item_uid(struct worker *w, const struct item *it,
                     const struct intake *in, unsigned char uid[SHA256_BYTES])
{
    struct sha256 h;
    char kind = (char)('0' + it->kind);

    if (it->tool_use_id.n) {
        event_tool_uid(session_uid(w, in), it->tool_use_id, uid);
        return;
    }
    sha256_init(&h);
    sha256_add(&h, session_uid(w, in));
    sha256_add(&h, STR("\n"));
    sha256_add(&h, it->uuid);
    sha256_add(&h, (struct str){&kind, 1});
    sha256_end(&h, uid);
}

/* Older clients do not tell whose tool call a hook reports: it stands with the
 * parent until the transcript says that it was a subagent's. */
static int claim(struct worker *w, const struct item *it, int64_t child,
                 struct str uid, struct err *e)
{
    unsigned char parents[EVENT_UID_BYTES];

    if (!it->agent_id.n || !it->tool_use_id.n)
        return 0;
    event_tool_uid(it->session, it->tool_use_id, parents);
    return event_claim(w->db,
                       (struct str){(const char *)parents, sizeof(parents)},
                       child, uid, e);
}

/* The branch that the transcript names is the one of that time; what is
 * checked out now may be another. */
static struct place *place_then(const struct item *it, struct place *p,
                                struct place *then)
{
    if (it->branch.n == 0 || it->branch.n >= sizeof(then->branch) ||
        str_eqz(it->branch, "HEAD"))
        return p;
    *then = *p;
    snprintf(then->branch, sizeof(then->branch), "%.*s", STR_ARG(it->branch));
    return then;
}

/* Whose line it is: see capture.h. */
static struct str session_of(struct worker *w, const struct item *it,
                             struct str path)
{
    struct str stem = str_base(path), known = STR_NONE;
    ptrdiff_t end = str_find(stem, STR(".jsonl"));

    if (end != UUID_CHARS || it->agent_id.n || it->session.n != UUID_CHARS)
        return it->session;
    stem.n = (size_t)end;
    if (str_eq(stem, it->session) ||
        session_cwd(w->db, it->session, &w->capture->arena, &known, NULL) < 0 ||
        known.n)
        return it->session;
    return stem;
}

/* An import has found the touches already; what the hooks did not bring has
 * them found like a hook's. */
static int item_touches(struct worker *w, const struct item *it,
                        const struct capture_from *from,
                        const struct touching_of *of, struct err *e)
{
    if (from->touches)
        return touching_write(w, of, from->touches, from->ntouches, e);
    if (!from->touches_looked_for)
        touching_event(w, of, it->payload);
    return 0;
}

int capture_item(struct worker *w, const struct item *it,
                 const struct capture_from *from, bool *added,
                 int64_t *session_id, struct err *e)
{
    unsigned char uid[SHA256_BYTES];
    size_t most = (size_t)config_int(&w->config, OPT_EVENT_KB) * 1024;
    struct event_in event = {.time_ms = it->time_ms,
                             .origin = from->origin};
    struct intake in;
    struct place *p, then;
    int64_t id = 0;
    int rc;

    *added = false;
    intake_parse(it->payload, most, &w->capture->arena, &in);
    in.session = session_of(w, it, from->path);
    if (it->agent_id.n) {
        in.agent_id = it->agent_id;
        if (in.agent_type.n == 0)
            in.agent_type = STR("subagent");
    }
    in.transcript = from->path;
    if (in.cwd.n == 0)
        in.cwd = it->cwd;
    item_uid(w, it, &in, uid);
    event.uid = (struct str){(const char *)uid, FRAME_UID_BYTES};
    event.name = in.name;
    event.tool = in.tool;
    event.tool_use_id = it->tool_use_id;
    event.state = rule_of(in.name)->waits ? EVENT_WAITS : EVENT_KEPT;
    event.bytes = (int64_t)in.bytes;
    event.text = in.text;
    event.payload = in.payload;
    /* What was queued while the agent worked has no directory of its own. */
    rc = in.cwd.n
             ? 0
             : session_cwd(w->db, in.session, &w->capture->arena, &in.cwd, e);
    if (rc == 0)
        rc = is_excluded(w, in.cwd) ? CM_EAGAIN
                                    : place_of(w, in.cwd, false, &p, e);
    if (rc == CM_EAGAIN) {
        arena_free(&w->capture->arena);
        return 0;
    }
    if (rc == 0) {
        p = place_then(it, p, &then);
        rc = put_session(w, &in, p, it->time_ms, &event.session_id, e);
    }
    if (rc == 0)
        rc = claim(w, it, event.session_id, event.uid, e);
    if (rc == 0)
        rc = store(w, &in, &event, p, &id, e);
    if (rc == 0 && id && is_edit(&in)) {
        struct touching_of of = touching_of(&event, id, p);

        rc = item_touches(w, it, from, &of, e);
    }
    if (rc == 0) {
        *added = id != 0;
        *session_id = event.session_id;
        w->counts.events += *added;
        w->counts.redacted += (int64_t)in.redacted;
    }
    arena_free(&w->capture->arena);
    return rc;
}

int capture_marker(struct worker *w, int64_t session_id, const char *name,
                   int64_t time_ms, struct str seed, struct err *e)
{
    const struct event_rule *r = rule_of(str_of(name));
    unsigned char uid[SHA256_BYTES];
    char payload[96];
    struct sha256 h;
    int64_t id;
    int rc;

    snprintf(payload, sizeof(payload), "{\"hook_event_name\":\"%s\"}", name);
    sha256_init(&h);
    sha256_add(&h, str_of(name));
    sha256_add(&h, seed);
    sha256_end(&h, uid);
    struct event_in event = {
        .uid = {(const char *)uid, FRAME_UID_BYTES},
        .session_id = session_id,
        .name = str_of(name),
        .time_ms = time_ms,
        .origin = "import",
        .state = r->waits ? EVENT_WAITS : EVENT_KEPT,
        .payload = str_of(payload),
    };
    rc = event_put(w->db, &event, &id, e);
    if (rc == 0 && id)
        digester_event(w, session_id, 0, r->ends_turn);
    return rc;
}

struct str capture_context(struct worker *w, const struct context_ask *ask,
                           struct arena *a)
{
    return receipt_context(w, ask->session_id, ask->compact, a);
}
