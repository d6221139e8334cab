/*
 * transcript.c - see transcript.h.
 *
 * The reader's only state is a place: a line and how many of its items have
 * been given. Everything else, such as whether a tool_use has its result, is
 * found by looking further on in the file, so that a reader that is opened
 * at that place goes on exactly as this one would have.
 */
#include "base/common.h"

#include <unistd.h>

#include "agent/intake.h"
#include "agent/lines.h"
#include "agent/transcript.h"
#include "base/clock.h"
#include "base/err.h"

/* How far on a tool_use's result is looked for. A subagent's whole work may
 * stand between (clients before 2.1 wrote it into the same file). */
#define AHEAD_MAX (64 << 20)
/* How far on it is told what became of words that were queued, and how many
 * lines behind that they may be written down once more. */
#define QUEUE_AHEAD_MAX (1 << 20)
#define AGAIN_LINES     3
/* Most items of a line: an offset of a line plus their number must stay
 * within it. */
#define ITEMS_MAX 1000

struct transcript_reader {
    struct lines lines; /* what is read */
    struct lines ahead; /* what is looked at further on */
    int64_t start;      /* of the line that cur is of */
    struct json *cur;   /* the line whose items are given, or NULL */
    int item;           /* how many of it have been given */
    int skip;           /* how many of the first line to pass over */
    bool finished;      /* nothing more will be written */
    int64_t bad;
};

/* --- lines ---------------------------------------------------------------- */

/* Is `type` named in this line at all? Saves parsing most lines. */
static bool names(struct str line, struct str type)
{
    return str_find(line, type) >= 0;
}

static bool is_type(const struct json *j, const char *type)
{
    return str_eqz(json_get_str(j, "type"), type);
}

static const struct json *content_of(const struct json *j)
{
    return json_path(j, "message.content");
}

/* Text of a message: the string, or its text blocks joined by newlines; with
 * `words` only the blocks that the client did not write itself. */
static struct str join_text(const struct json *content, bool words,
                            struct arena *a)
{
    struct str out = json_str(content);
    struct buf b;

    if (!json_is_array(content))
        return words && intake_is_clients(out) ? STR_NONE : out;
    buf_init(&b, LINES_MAX_BYTES);
    for (struct json *c = json_first(content); c; c = json_next(c)) {
        struct str text = json_get_str(c, "text");

        if (!is_type(c, "text") || (words && intake_is_clients(text)))
            continue;
        if (b.len)
            buf_addc(&b, '\n');
        buf_adds(&b, text);
    }
    out = b.len ? arena_str(a, buf_str(&b)) : STR_NONE;
    buf_free(&b);
    return out;
}

/* The user's words of a user line; empty when there are none. */
static struct str prompt_of(const struct json *j, struct arena *a)
{
    if (!is_type(j, "user") || json_get_bool(j, "isMeta") ||
        json_get_bool(j, "isCompactSummary") ||
        json_get_bool(j, "isVisibleInTranscriptOnly"))
        return STR_NONE;
    return join_text(content_of(j), true, a);
}

/* The summary proper of a compaction's line: what the client wrote around it
 * for the model is the same every time. */
static struct str compact_of(const struct json *j, struct arena *a)
{
    struct str text = join_text(content_of(j), false, a);
    ptrdiff_t at = str_find(text, STR("\nSummary:\n"));

    if (at >= 0)
        text = str_cut(text, (size_t)at + 10, text.n);
    at = str_find(text, STR("\n\nIf you need specific details from before "
                            "compaction"));
    if (at < 0)
        at = str_find(text, STR("\nPlease continue the conversation from "
                                "where we left"));
    if (at >= 0)
        text = str_cut(text, 0, (size_t)at);
    return str_trim(text);
}

static struct str agent_of(const struct json *j)
{
    struct str id = json_get_str(j, "agentId");

    if (!json_get_bool(j, "isSidechain"))
        return STR_NONE;
    return id.n ? id : STR("sidechain");
}

/* --- looking ahead -------------------------------------------------------- */

enum found { FOUND, NOT_YET, GIVEN_UP };

static const struct json *find_block(const struct json *j, const char *type,
                                     const char *key, struct str id)
{
    for (struct json *c = json_first(content_of(j)); c; c = json_next(c))
        if (is_type(c, type) && str_eq(json_get_str(c, key), id))
            return c;
    return NULL;
}

static bool has_result(const struct json *j)
{
    for (struct json *c = json_first(content_of(j)); c; c = json_next(c))
        if (is_type(c, "tool_result"))
            return true;
    return false;
}

/* Does line j, further on than the tool_use `id` of `from`, settle it? */
static bool settles(const struct json *j, const struct json *from,
                    struct str id, enum found *how)
{
    struct arena a = {0};
    bool over;

    if (is_type(j, "user") && find_block(j, "tool_result", "tool_use_id", id)) {
        *how = FOUND;
        return true;
    }
    /* The same tool_use once more (that one is given), or the user speaks
     * again: it was interrupted, and no result will come. Words beside
     * another tool's result are none of that: they were slipped in. */
    over = (is_type(j, "assistant") && find_block(j, "tool_use", "id", id)) ||
           (str_eq(agent_of(j), agent_of(from)) && !has_result(j) &&
            prompt_of(j, &a).n > 0);
    arena_free(&a);
    *how = GIVEN_UP;
    return over;
}

/* Finds the line with the result of tool_use `id`. *line is the caller's to
 * free. */
static int find_result(struct transcript_reader *r, struct str id,
                       struct json **line, enum found *how, struct err *e)
{
    int64_t from = lines_offset(&r->lines);
    struct str text;
    int rc;

    *how = GIVEN_UP;
    if (id.n == 0)
        return 0;
    lines_seek(&r->ahead, from);
    while ((rc = lines_next(&r->ahead, &text, e)) == 1) {
        struct json *j;

        if (lines_offset(&r->ahead) - from > AHEAD_MAX)
            break;
        if (!names(text, id) && !names(text, STR("\"user\"")))
            continue;
        j = json_parse(text, NULL);
        if (settles(j, r->cur, id, how)) {
            if (*how == FOUND)
                *line = j;
            else
                json_free(j);
            return 0;
        }
        json_free(j);
    }
    if (rc < 0)
        return rc;
    *how = rc == 0 && !r->finished ? NOT_YET : GIVEN_UP;
    return 0;
}

/* Do the words, as JSON writes them, stand in this line for themselves: a
 * whole string, or whole lines of one? "ok" is in many a word. */
static bool has_words(struct str line, struct str words)
{
    ptrdiff_t at;

    while ((at = str_find(line, words)) > 0) {
        size_t end = (size_t)at + words.n;
        bool begins =
            line.p[at - 1] == '"' ||
            (line.p[at - 1] == 'n' && at > 1 && line.p[at - 2] == '\\');

        if (begins && end < line.n &&
            (line.p[end] == '"' || line.p[end] == '\\'))
            return true;
        line = str_cut(line, end, line.n);
    }
    return false;
}

/*
 * Words typed while the assistant worked are queued. "dequeue": they become
 * a prompt of their own line. "remove": they were slipped into the turn; some
 * clients write them down once more, others do not: FOUND says that this line
 * is the only one that has them.
 */
static int find_queued(struct transcript_reader *r, struct str words,
                       enum found *how, struct err *e)
{
    int64_t from = lines_offset(&r->lines);
    struct str text;
    struct buf quoted;
    int behind = 0, rc; /* lines behind the "remove", itself counted */

    buf_init(&quoted, LINES_MAX_BYTES);
    json_put_str(&quoted, words);
    words = str_cut(buf_str(&quoted), 1, quoted.len - 1); /* as in the file */
    *how = GIVEN_UP;
    lines_seek(&r->ahead, from);
    while ((rc = lines_next(&r->ahead, &text, e)) == 1) {
        if (lines_offset(&r->ahead) - from > QUEUE_AHEAD_MAX ||
            (behind > 0 && ++behind > AGAIN_LINES))
            break;
        if (!behind && names(text, STR("\"queue-operation\""))) {
            if (names(text, STR("\"dequeue\"")) ||
                names(text, STR("\"popAll\"")))
                goto out;
            behind = names(text, STR("\"remove\""));
        } else if ((names(text, STR("\"user\"")) ||
                    names(text, STR("\"queued_command\""))) &&
                   has_words(text, words)) {
            goto out;
        }
    }
    if (rc >= 0)
        *how = rc == 0 && !r->finished ? NOT_YET : behind ? FOUND : GIVEN_UP;
out:
    buf_free(&quoted);
    return rc < 0 ? rc : 0;
}

/* --- items ---------------------------------------------------------------- */

static void begin_payload(struct jsonw *w, struct buf *b, const struct item *it,
                          const struct json *line, const char *event)
{
    struct str ts = json_get_str(line, "timestamp");
    struct str prompt_id = json_get_str(line, "promptId");

    jsonw_init(w, b);
    jsonw_obj(w, NULL);
    jsonw_str(w, "session_id", it->session);
    if (it->cwd.n)
        jsonw_str(w, "cwd", it->cwd);
    jsonw_strz(w, "hook_event_name", event);
    if (it->agent_id.n)
        jsonw_str(w, "agent_id", it->agent_id);
    if (prompt_id.n)
        jsonw_str(w, "prompt_id", prompt_id);
    if (ts.n)
        jsonw_str(w, "_ts", ts);
}

static void end_payload(struct jsonw *w, struct arena *a, struct item *it)
{
    jsonw_end(w);
    it->payload = arena_str(a, buf_str(w->b));
    buf_free(w->b);
}

static void put_tree(struct jsonw *w, const char *key, const struct json *j)
{
    struct buf b;

    buf_init(&b, SIZE_MAX / 4);
    json_print(j, &b, 0);
    jsonw_raw(w, key, buf_str(&b));
    buf_free(&b);
}

/* The members that every item of a line has. */
static void fill(struct item *it, enum item_kind kind, const struct json *line,
                 struct arena *a)
{
    *it = (struct item){.kind = kind};
    it->session = arena_str(a, json_get_str(line, "sessionId"));
    it->agent_id = arena_str(a, agent_of(line));
    it->uuid = arena_str(a, json_get_str(line, "uuid"));
    it->cwd = arena_str(a, json_get_str(line, "cwd"));
    it->branch = arena_str(a, json_get_str(line, "gitBranch"));
    if (clock_parse(json_get_str(line, "timestamp"), 0, &it->time_ms) < 0)
        it->time_ms = 0;
}

static void text_item(struct item *it, enum item_kind kind,
                      const struct json *line, struct str text, struct arena *a)
{
    static const struct {
        const char *event, *member;
    } forms[] = {
        [ITEM_PROMPT] = {"UserPromptSubmit", "prompt"},
        [ITEM_ASSISTANT] = {"Assistant", "text"},
        [ITEM_COMPACT] = {"PostCompact", "compact_summary"},
    };
    struct jsonw w;
    struct buf b;

    fill(it, kind, line, a);
    buf_init(&b, SIZE_MAX / 4);
    begin_payload(&w, &b, it, line, forms[kind].event);
    jsonw_str(&w, forms[kind].member, text);
    end_payload(&w, a, it);
}

/* What a failed tool said, without the tags some clients put around it. */
static struct str error_text(const struct json *content, struct arena *a)
{
    struct str s = join_text(content, false, a);
    struct str open = STR("<tool_use_error>"), close = STR("</tool_use_error>");

    if (str_starts(s, open) && str_ends(s, close))
        s = str_cut(s, open.n, s.n - close.n);
    return s;
}

static void tool_item(struct item *it, const struct json *line,
                      const struct json *use, const struct json *result_line,
                      struct arena *a)
{
    struct str id = json_get_str(use, "id");
    const struct json *result =
        find_block(result_line, "tool_result", "tool_use_id", id);
    const struct json *full = json_get(result_line, "toolUseResult");
    size_t results = 0;
    struct jsonw w;
    struct buf b;

    for (struct json *c = json_first(content_of(result_line)); c;
         c = json_next(c))
        results += is_type(c, "tool_result");
    fill(it, ITEM_TOOL, result_line, a);
    it->uuid = arena_str(a, json_get_str(line, "uuid"));
    it->tool = arena_str(a, json_get_str(use, "name"));
    it->tool_use_id = arena_str(a, id);
    it->failed = json_get_bool(result, "is_error");
    buf_init(&b, SIZE_MAX / 4);
    begin_payload(&w, &b, it, result_line,
                  it->failed ? "PostToolUseFailure" : "PostToolUse");
    jsonw_str(&w, "tool_name", json_get_str(use, "name"));
    put_tree(&w, "tool_input", json_get(use, "input"));
    jsonw_str(&w, "tool_use_id", id);
    if (it->failed)
        jsonw_str(&w, "error", error_text(json_get(result, "content"), a));
    else if (full && !json_is_null(full) && results == 1)
        put_tree(&w, "tool_response", full);
    else
        jsonw_str(&w, "tool_response",
                  join_text(json_get(result, "content"), false, a));
    end_payload(&w, a, it);
}

/* The client's own words in the assistant's place are not the assistant's. */
static bool is_synthetic(const struct json *j)
{
    return json_get_bool(j, "isApiErrorMessage") ||
           str_eqz(json_get_str(json_get(j, "message"), "model"),
                   "<synthetic>");
}

/*
 * Each of the following gives item number r->item of the line r->cur, and
 * counts it: 1; or 0 when the line has no more, or CM_EAGAIN when what it
 * waits for is not there.
 */
static int assistant_next(struct transcript_reader *r, struct arena *a,
                          struct item *it, struct err *e)
{
    const struct json *content = content_of(r->cur);
    struct str text = join_text(content, false, a);
    int n = 0;

    if (is_synthetic(r->cur))
        return 0;
    if (str_trim(text).n > 0 && n++ == r->item) {
        text_item(it, ITEM_ASSISTANT, r->cur, text, a);
        return 1;
    }
    for (struct json *c = json_first(content); c && n < ITEMS_MAX;
         c = json_next(c)) {
        struct json *line = NULL;
        enum found how;
        int rc;

        if (!is_type(c, "tool_use") || n++ < r->item)
            continue;
        rc = find_result(r, json_get_str(c, "id"), &line, &how, e);
        if (rc < 0)
            return rc;
        if (how == NOT_YET)
            return CM_EAGAIN;
        if (how == FOUND) {
            tool_item(it, r->cur, c, line, a);
            json_free(line);
            return 1;
        }
        r->item++; /* given up: the next one */
    }
    return 0;
}

static int user_next(struct transcript_reader *r, struct arena *a,
                     struct item *it)
{
    struct str text;

    if (r->item > 0)
        return 0;
    if (json_get_bool(r->cur, "isCompactSummary")) {
        text_item(it, ITEM_COMPACT, r->cur, compact_of(r->cur, a), a);
        return 1;
    }
    text = prompt_of(r->cur, a);
    if (text.n == 0)
        return 0;
    text_item(it, ITEM_PROMPT, r->cur, text, a);
    return 1;
}

/* A queued prompt that was slipped into a turn, as newer clients record it. */
static int attachment_next(struct transcript_reader *r, struct arena *a,
                           struct item *it)
{
    const struct json *at = json_get(r->cur, "attachment");
    const struct json *mode = json_get(at, "commandMode");
    struct str text;

    if (r->item > 0 || !is_type(at, "queued_command") ||
        (mode && !str_eqz(json_str(mode), "prompt")))
        return 0;
    text = join_text(json_get(at, "prompt"), true, a);
    if (text.n == 0)
        return 0;
    text_item(it, ITEM_PROMPT, r->cur, text, a);
    return 1;
}

static int queue_next(struct transcript_reader *r, struct arena *a,
                      struct item *it, struct err *e)
{
    struct str text = str_trim(json_get_str(r->cur, "content"));
    enum found how;
    int rc;

    /* Commands, and notices of tasks as JSON or in tags, are no words. */
    if (r->item > 0 || text.n == 0 || strchr("{</!#", text.p[0]) ||
        !str_eqz(json_get_str(r->cur, "operation"), "enqueue"))
        return 0;
    rc = find_queued(r, text, &how, e);
    if (rc < 0)
        return rc;
    if (how != FOUND)
        return how == NOT_YET ? CM_EAGAIN : 0;
    text_item(it, ITEM_PROMPT, r->cur, text, a);
    /* These lines have no id; their time is one. */
    it->uuid =
        arena_fmt(a, "queue:%.*s", STR_ARG(json_get_str(r->cur, "timestamp")));
    return 1;
}

static int item_next(struct transcript_reader *r, struct arena *a,
                     struct item *it, struct err *e)
{
    if (is_type(r->cur, "assistant"))
        return assistant_next(r, a, it, e);
    if (is_type(r->cur, "user"))
        return user_next(r, a, it);
    if (is_type(r->cur, "attachment"))
        return attachment_next(r, a, it);
    if (is_type(r->cur, "queue-operation"))
        return queue_next(r, a, it, e);
    return 0;
}

/* --- the reader ----------------------------------------------------------- */

/* An offset within a line: how many of its items have been given. */
static void find_line_start(struct transcript_reader *r, int fd, int64_t offset)
{
    char back[ITEMS_MAX + 1];
    size_t n = offset < (int64_t)sizeof(back) ? (size_t)offset : sizeof(back);
    ssize_t got = pread(fd, back, n, offset - (int64_t)n);
    struct str s = {back, got > 0 ? (size_t)got : 0};
    ptrdiff_t at = str_rchr(s, '\n');

    r->start = offset;
    if (s.n < n || (at < 0 && (int64_t)n < offset))
        return; /* not an offset of ours: it begins a line as well as any */
    r->skip = (int)((ptrdiff_t)n - 1 - at);
    r->start = offset - r->skip;
}

struct transcript_reader *transcript_open(int fd, int64_t offset)
{
    struct transcript_reader *r = calloc(1, sizeof(*r));

    if (!r)
        CM_BUG("out of memory");
    find_line_start(r, fd, offset < 0 ? 0 : offset);
    lines_init(&r->lines, fd, r->start);
    lines_init(&r->ahead, fd, r->start);
    return r;
}

void transcript_close(struct transcript_reader *r)
{
    if (!r)
        return;
    json_free(r->cur);
    lines_free(&r->lines);
    lines_free(&r->ahead);
    free(r);
}

/* Whether the line may have items; lines that are no JSON are counted. */
static struct json *parse_line(struct transcript_reader *r, struct str line)
{
    struct json *j = NULL;

    line = str_trim(line);
    if (line.n == 0)
        return NULL;
    if (line.p[0] == '{' && line.p[line.n - 1] == '}') {
        if (!names(line, STR("\"user\"")) &&
            !names(line, STR("\"assistant\"")) && !names(line, STR("\"queue")))
            return NULL;
        j = json_parse(line, NULL);
    }
    if (!j)
        r->bad++;
    return j;
}

int transcript_next(struct transcript_reader *r, struct arena *a,
                    struct item *out, struct err *e)
{
    struct str line;
    int rc;

    for (;;) {
        if (!r->cur) {
            r->start = lines_offset(&r->lines);
            rc = lines_next(&r->lines, &line, e);
            if (rc <= 0)
                return rc;
            r->cur = parse_line(r, line);
            r->item = r->skip;
            r->skip = 0;
            if (!r->cur)
                continue;
        }
        rc = item_next(r, a, out, e);
        if (rc == 1) {
            r->item++;
            return 1;
        }
        if (rc == CM_EAGAIN)
            return 0;
        if (rc < 0)
            return rc;
        json_free(r->cur);
        r->cur = NULL;
    }
}

void transcript_finish(struct transcript_reader *r)
{
    r->finished = r->lines.finished = r->ahead.finished = true;
}

int64_t transcript_offset(const struct transcript_reader *r)
{
    return r->cur ? r->start + r->item : r->start;
}

int64_t transcript_bad_lines(const struct transcript_reader *r)
{
    return r->bad + r->lines.skipped;
}
