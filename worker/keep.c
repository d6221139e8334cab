/* keep.c - see keep.h. */
#include "base/common.h"

#include "agent/refs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "compress/importance.h"
#include "compress/origin.h"
#include "compress/rules_text.h"
#include "ops/settle.h"
#include "store/memory.h"
#include "store/read_memory.h"
#include "store/read_session.h"
#include "store/revise.h"
#include "store/said.h"
#include "store/session.h"
#include "worker/keep.h"

/* Files that one memory names at most; a summary of a long session may touch
 * hundreds, and then names the first ones. */
#define FILES_MAX 64
/* Evidence rows of one memory at most. */
#define EVENTS_MAX 64
/* Files of one memory that are looked up for how often they change. */
#define FILES_WEIGHED 8
/* A compaction summary is long; this much of it is kept as a memory. */
#define COMPACT_MAX_BYTES 12288
/* Of a summary's title: two rows of a list. */
#define HEADLINE_BYTES 160

static const char *const relations[] = {
    [REL_NONE] = NULL,         [REL_REPEATS] = "repeats",
    [REL_REFINES] = "refines", [REL_CONTRADICTS] = "contradicts",
    [REL_ENDS] = "ends",
};

static void strings(struct jsonw *w, const char *key, const struct str *s,
                    size_t n)
{
    if (!n)
        return;
    jsonw_arr(w, key);
    for (size_t i = 0; i < n; i++)
        jsonw_str(w, NULL, s[i]);
    jsonw_end(w);
}

static void put_names(struct jsonw *w, const struct draft *d)
{
    if (d->nnames)
        jsonw_arr(w, "entities");
    for (size_t i = 0; i < d->nnames; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "name", d->names[i].name);
        jsonw_str(w, "kind", d->names[i].kind);
        jsonw_end(w);
    }
    if (d->nnames)
        jsonw_end(w);
    if (d->nstated)
        jsonw_arr(w, "relations");
    for (size_t i = 0; i < d->nstated; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "from", d->stated[i].from);
        jsonw_str(w, "relation", d->stated[i].relation);
        jsonw_str(w, "to", d->stated[i].to);
        jsonw_end(w);
    }
    if (d->nstated)
        jsonw_end(w);
}

static struct str draft_data(const struct draft *d, struct arena *a)
{
    struct buf b;
    struct jsonw w;
    struct str s = STR_NONE;

    if (!d->nfacts && !d->nconcepts && !d->categories && !d->nnames &&
        !d->nstated)
        return s;
    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    strings(&w, "facts", d->facts, d->nfacts);
    strings(&w, "concepts", d->concepts, d->nconcepts);
    if (d->categories) { /* asked for: none is an answer */
        jsonw_arr(&w, "categories");
        for (size_t i = 0; i < d->ncategories; i++)
            jsonw_str(&w, NULL, d->categories[i]);
        jsonw_end(&w);
    }
    put_names(&w, d);
    jsonw_end(&w);
    if (!buf_is_full(&b))
        s = arena_str(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* What a program that brought an event said of it (mem0_infer.c). */
static const struct json *scope_of(const struct keep *k, int64_t event_id)
{
    for (size_t i = 0; i < k->batch->n; i++)
        if (event_id == 0 || k->batch->evs[i].id == event_id)
            return json_get(k->batch->evs[i].payload, "_scope");
    return NULL;
}

static void take_scope(const struct json *scope, struct memory_in *m)
{
    m->user = json_get_str(scope, "user");
    m->agent = json_get_str(scope, "agent");
    m->metadata = json_get_str(scope, "metadata");
    m->expires_ms = json_get_int(scope, "expires", 0);
    m->own_session = json_get_bool(scope, "run");
}

static void common(const struct keep *k, struct memory_in *m)
{
    *m = (struct memory_in){
        .project_id = k->session->project_id,
        .session_id = k->session->id,
        .batch_id = k->batch_id,
        .branch = k->session->branch,
        .provider = k->provider,
        .commit = k->commit,
    };
}

/* How many sessions changed a file of the draft, the most of any. */
static int64_t sessions_of(struct db *db, const struct keep *k,
                           const struct draft *d, struct err *e)
{
    int64_t most = 0;

    for (size_t i = 0; i < d->nfiles && i < FILES_WEIGHED; i++) {
        struct str path = d->files[i].path;
        int64_t n;

        if (!d->files[i].modified || path.n == 0)
            continue;
        if (path.p[0] != '/')
            path = arena_fmt(k->batch->a, "%.*s/%.*s",
                             STR_ARG(k->session->root), STR_ARG(path));
        n = session_file_sessions(db, path, e);
        if (n > most)
            most = n;
    }
    return most;
}

/* A program's users share a project: what one says is never another's. */
static bool is_beside(struct db *db, const struct keep *k,
                      const struct memory_in *m, int64_t id)
{
    struct memory_row other;

    return !scope_of(k, 0) ||
           (memory_read(db, id, k->batch->a, &other, NULL) == 0 &&
            str_eq(other.user, m->user) && str_eq(other.agent, m->agent));
}

/* What the draft repeats is counted; everything else finds its place. */
static int put_draft(struct db *db, const struct keep *k, const struct draft *d,
                     struct memory_in *m, int64_t now_ms, int64_t *n,
                     struct err *e)
{
    struct arena *a = k->batch->a;
    bool beside = d->related && is_beside(db, k, m, d->related);
    const char *relation = beside ? relations[d->relation] : NULL;
    struct settled done;
    int rc;

    if (d->relation == REL_REPEATS && beside &&
        memory_is_of(db, d->related, m->project_id, e)) {
        if (settle_repeats(db, d->related, m->text, a))
            return memory_repeat(db, d->related, m, now_ms, e);
        relation = relations[REL_REFINES]; /* it says more than that */
    }
    rc = settle_put(db, m, now_ms, a, &done, e);
    *n += rc == 0 && done.added;
    if (rc == 0 && relation)
        rc = memory_link(db, done.id, d->related, relation, now_ms, e);
    return rc;
}

static int keep_draft(struct db *db, const struct keep *k,
                      const struct draft *d, int64_t now_ms, int64_t *n,
                      struct err *e)
{
    struct memory_file files[FILES_MAX];
    struct memory_in m;
    struct weigh w;

    common(k, &m);
    take_scope(scope_of(k, d->nevents ? d->events[0] : 0), &m);
    m.kind = d->kind == DRAFT_FACT ? "fact" : "observation";
    m.type = d->type;
    m.title =
        d->title.n ? d->title : text_raw_line(k->batch->a, d->text, 120);
    m.subtitle = d->subtitle;
    m.text = d->text;
    m.data = draft_data(d, k->batch->a);
    m.origin = draft_origin(k->batch, d);
    m.event_ms = d->event_ms;
    for (size_t i = 0; i < d->nfiles && i < FILES_MAX; i++)
        files[m.nfiles++] =
            (struct memory_file){d->files[i].path, d->files[i].modified};
    m.files = files;
    m.events = d->events;
    m.nevents = d->nevents < EVENTS_MAX ? d->nevents : EVENTS_MAX;
    m.cites = k->cites[d - k->drafts->items].id;
    m.ncites = k->cites[d - k->drafts->items].n;
    w = (struct weigh){.base = d->importance,
                       .by = k->provider,
                       .type = d->type,
                       .text = d->text,
                       .origin = str_of(m.origin),
                       .sessions = sessions_of(db, k, d, e)};
    m.importance = importance_weigh(&w, k->batch->a, &m.weighed);
    return put_draft(db, k, d, &m, now_ms, n, e);
}

/* What a list has room for, of a summary's first line: as many whole sentences
 * as fit, else its words up to there. */
static struct str headline(struct arena *a, struct str line)
{
    size_t end = 0;

    if (line.n <= HEADLINE_BYTES)
        return line;
    for (size_t i = 0; i + 2 < line.n && i < HEADLINE_BYTES; i++)
        if (line.p[i] == '.' && line.p[i + 1] == ' ' &&
            !is_lower(line.p[i + 2]))
            end = i;
    return end > HEADLINE_BYTES / 8 ? str_cut(line, 0, end)
                                    : text_raw_line(a, line, HEADLINE_BYTES);
}

struct field {
    const char *name;
    struct str text;
};

static int keep_summary(struct db *db, const struct keep *k, int64_t now_ms,
                        int64_t *n, struct err *e)
{
    const struct summary_draft *s = &k->drafts->summary;
    const struct field fields[] = {
        {"request", s->request},       {"investigated", s->investigated},
        {"learned", s->learned},       {"completed", s->completed},
        {"next_steps", s->next_steps}, {"notes", s->notes},
    };
    struct arena *a = k->batch->a;
    struct memory_in m;
    struct buf data, text;
    struct jsonw w;
    struct str line;
    int64_t id;
    bool added;
    int rc;

    buf_init(&data, 262144);
    buf_init(&text, 262144);
    jsonw_init(&w, &data);
    jsonw_obj(&w, NULL);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        jsonw_str(&w, fields[i].name, fields[i].text);
        if (fields[i].text.n)
            buf_addf(&text, "%.*s\n", STR_ARG(fields[i].text));
    }
    jsonw_end(&w);
    common(k, &m);
    m.kind = "summary";
    line = s->request.n ? s->request : s->completed;
    if (str_chr(line, '\n') >= 0)
        line = str_cut(line, 0, (size_t)str_chr(line, '\n'));
    m.title = headline(a, line);
    /* The fields stand in data; text is for reading them as one. */
    m.text = str_trim(buf_str(&text));
    m.data = buf_str(&data);
    m.origin = "assistant";
    m.topic_key = arena_fmt(a, "summary:%.*s", STR_ARG(k->session->uid));
    m.event_ms = k->batch->n ? k->batch->evs[k->batch->n - 1].time_ms : now_ms;
    rc = memory_put(db, &m, now_ms, &id, &added, e);
    *n += rc == 0 && added;
    /* What was wanted names the session better than its first words. */
    if (rc == 0)
        rc = session_title(db, k->session->id, m.title, e);
    buf_free(&data);
    buf_free(&text);
    return rc;
}

/* The hook brings the model's whole answer, the transcript the bare summary:
 * the same memory, so the tags go. */
static struct str bare_summary(struct str text)
{
    ptrdiff_t at = str_find(text, STR("<summary>"));

    if (at >= 0)
        text = str_cut(text, (size_t)at + 9, text.n);
    at = str_find(text, STR("</summary>"));
    if (at >= 0)
        text = str_cut(text, 0, (size_t)at);
    return str_trim(text);
}

/* "- text", "1. **Text**": without what makes it an item of a list. */
static struct str without_marks(struct str line)
{
    size_t i = 0;

    while (i < line.n && (is_digit(line.p[i]) ||
                          memchr("#*->. ", line.p[i], 6) != NULL))
        i++;
    line = str_cut(line, i, line.n);
    while (line.n && line.p[line.n - 1] == '*')
        line.n--;
    return line;
}

/* Its first line that is no heading: they all begin with the same one. */
static struct str compaction_title(struct str text, struct arena *a)
{
    struct str first = STR_NONE, line = STR_NONE;
    char *title, *to;

    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        line = without_marks(line);
        if (first.n == 0)
            first = line;
        if (line.n && !str_ends(line, STR(":")) && !str_ends(line, STR("**")))
            break;
        line.n = 0;
    }
    line = arena_fmt(a, "Summary at compaction: %.*s",
                     STR_ARG(utf8_cut(line.n ? line : first, 120)));
    title = to = arena_array(a, line.n, 1);
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != '*')
            *to++ = line.p[i];
    return (struct str){title, (size_t)(to - title)};
}

/* PostCompact brings a summary that the client paid for: it is kept. */
static int keep_compaction(struct db *db, const struct keep *k,
                           const struct ev *v, int64_t now_ms, int64_t *n,
                           struct err *e)
{
    struct memory_in m;
    struct buf text;
    int64_t id;
    bool added;
    int rc;

    buf_init(&text, 4 * COMPACT_MAX_BYTES);
    utf8_clean(&text, utf8_cut(bare_summary(v->text), COMPACT_MAX_BYTES));
    common(k, &m);
    m.kind = "observation";
    m.type = STR("discovery");
    m.text = buf_str(&text);
    m.title = compaction_title(m.text, k->batch->a);
    m.origin = "assistant";
    m.importance = 2;
    m.event_ms = v->time_ms;
    m.events = &v->id;
    m.nevents = 1;
    rc = memory_put(db, &m, now_ms, &id, &added, e);
    *n += rc == 0 && added;
    buf_free(&text);
    return rc;
}

struct file_tool {
    const char *tool, *member;
    bool modified;
};

static const struct file_tool file_tools[] = {
    {"Read", "file_path", false},
    {"Edit", "file_path", true},
    {"Write", "file_path", true},
    {"MultiEdit", "file_path", true},
    {"NotebookEdit", "notebook_path", true},
    {"NotebookRead", "notebook_path", false},
};

static int keep_files(struct db *db, int64_t session_id, const struct ev *v,
                      struct err *e)
{
    const struct json *changed;
    int rc = 0;

    for (size_t i = 0; i < ARRAY_LEN(file_tools); i++) {
        struct str path;

        if (!str_eqz(v->tool, file_tools[i].tool))
            continue;
        path = json_get_str(json_get(v->payload, "tool_input"),
                            file_tools[i].member);
        if (path.n)
            rc = session_file_put(db, session_id, path, file_tools[i].modified,
                                  v->time_ms, e);
    }
    changed = json_path(v->payload, "tool_response.bashEditDiff.files");
    for (const struct json *f = json_first(changed); f && rc == 0;
         f = json_next(f)) {
        struct str path = json_get_str(f, "filePath");

        if (path.n)
            rc = session_file_put(db, session_id, path, true, v->time_ms, e);
    }
    return rc;
}

/* HEAD when the batch happened, if what is made of it belongs to its branch. */
static struct str born(const struct keep *k, int64_t now_ms)
{
    const struct batch *b = k->batch;

    return b->n == 0 ? STR_NONE
                     : refs_born(k->session->cwd, k->session->branch,
                                 b->evs[b->n - 1].time_ms, now_ms, b->a);
}

int keep_drafts(struct db *db, const struct keep *keep, int64_t now_ms,
                int64_t *n, struct err *e)
{
    struct keep with = *keep;
    const struct keep *k = &with;
    int rc = citing_drafts(db, k->batch, k->drafts, k->citable, &with.cites, e);

    with.commit = born(keep, now_ms);
    *n = 0;
    for (size_t i = 0; i < k->drafts->n && rc == 0; i++)
        rc = keep_draft(db, k, &k->drafts->items[i], now_ms, n, e);
    for (size_t i = 0; i < k->batch->n && rc == 0; i++) {
        const struct ev *v = &k->batch->evs[i];

        if (v->kind == EV_TOOL || v->kind == EV_TOOL_FAILED)
            rc = keep_files(db, k->session->id, v, e);
        else if (v->kind == EV_POST_COMPACT && v->text.n)
            rc = keep_compaction(db, k, v, now_ms, n, e);
    }
    if (rc == 0 && k->drafts->summary.set && !k->batch->no_summary)
        rc = keep_summary(db, k, now_ms, n, e);
    if (rc == 0 && k->commit.n) /* prompts were kept before this was known */
        rc =
            memories_bind(db, k->session->id, k->batch->evs[0].time_ms,
                          k->batch->evs[k->batch->n - 1].time_ms, k->commit, e);
    return rc < 0 ? rc : said_index(db, k->batch_id, e);
}

/* The files of the last so many events are what is in hand. */
#define WAITING_MAX 200

int keep_waiting_files(struct db *db, int64_t session_id, struct arena *a,
                       struct err *e)
{
    struct event_row *rows;
    size_t n;
    int rc = events_waiting_all(db, session_id, WAITING_MAX, a, &rows, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        struct json *payload = json_parse(rows[i].payload, NULL);
        struct ev v = {.time_ms = rows[i].time_ms};

        ev_fill(&v, rows[i].name, payload);
        if (v.kind == EV_TOOL || v.kind == EV_TOOL_FAILED)
            rc = keep_files(db, session_id, &v, e);
        json_free(payload);
    }
    return rc;
}
