/* context_compact.c - the block of a session that was just compacted. */
#include "base/common.h"

#include "ops/context_fill.h"
#include "ops/fence.h"
#include "ops/fields.h"
#include "store/read_memory.h"

#define PROMPTS   20
#define FAILURES  20
#define FILES     8
#define DECISIONS 5
#define MEMORIES  100

#define GOAL_BYTES    300
#define OPEN_BYTES    300
#define COMMAND_BYTES 120
#define ERROR_BYTES   160
#define TITLE_BYTES   140

enum { PRI_GOAL, PRI_LATEST, PRI_OPEN, PRI_FILES, PRI_FAILED, PRI_DECISION };

/* The user's own words: not what the client sends in their name, and not the
 * command that began the compaction. */
static bool is_words(struct str prompt)
{
    prompt = str_trim(prompt);
    return prompt.n && prompt.p[0] != '<' &&
           !str_starts(prompt, STR("/compact"));
}

static void add_line(struct context_fill *f, const char *label, struct str text,
                     size_t max, int priority, const char *why)
{
    struct block_line *l =
        context_add(f, STR_NONE, str_of(label), text, max, priority);

    if (l)
        l->why = str_of(why);
}

static int add_goal(struct context_fill *f, const struct session_info *s,
                    struct err *e)
{
    struct event_info *rows;
    size_t n;
    struct str latest = STR_NONE;
    int rc = events_named(f->env->db, s->id, STR("UserPromptSubmit"), PROMPTS,
                          f->env->a, &rows, &n, e);

    if (rc < 0)
        return rc;
    if (s->title.n)
        add_line(f, "Goal: ", s->title, GOAL_BYTES, PRI_GOAL,
                 "the session's first prompt");
    for (size_t i = 0; i < n && latest.n == 0; i++) {
        struct json *j = json_parse(rows[i].payload, NULL);
        struct str prompt = json_get_str(j, "prompt");

        if (is_words(prompt))
            latest = arena_str(f->env->a, str_trim(prompt));
        json_free(j);
    }
    if (latest.n && !str_starts(latest, s->title))
        add_line(f, "Latest request: ", latest, GOAL_BYTES, PRI_LATEST,
                 "the last prompt before the compaction");
    return 0;
}

static int add_memories(struct context_fill *f, const struct session_info *s,
                        struct err *e)
{
    struct memory_filter filter = {.session_id = s->id,
                                   .now_ms = f->env->now_ms};
    struct memory_list l;
    int decisions = 0;
    int rc = memories_before(f->env->db, &filter, PLACE_END, MEMORIES,
                             f->env->a, &l, e);

    for (size_t i = 0; rc == 0 && i < l.n; i++) {
        const struct memory_row *m = &l.rows[i];
        struct block_line *line = NULL;

        if (fence_is_instruction(m->title, m->origin))
            continue;
        if (str_eqz(m->kind, "summary")) {
            struct json *data = json_parse(m->data, NULL);

            line = context_add(f, STR_NONE, STR("Open: "),
                               context_field(data, "next_steps", f->env->a),
                               OPEN_BYTES, PRI_OPEN);
            if (line)
                line->why = STR("next steps of the session so far");
            json_free(data);
        } else if ((str_eqz(m->type, "decision") || str_eqz(m->kind, "note")) &&
                   decisions < DECISIONS) {
            struct str label;

            context_fresh(f, m->id, &label);
            line = context_add(
                f, STR_NONE,
                arena_fmt(f->env->a, "#%lld %.*s%.*s: ", (long long)m->id,
                          STR_ARG(m->type.n ? m->type : m->kind),
                          STR_ARG(label)),
                memory_title(m), TITLE_BYTES, PRI_DECISION + decisions);
            decisions += line != NULL;
            if (line)
                line->why = STR("decided in this session");
        }
        if (line)
            line->memory_id = m->id;
    }
    return rc;
}

static int add_files(struct context_fill *f, const struct session_info *s,
                     struct err *e)
{
    struct session_file *rows;
    struct buf names;
    size_t n, shown = 0;
    int rc = session_files_read(f->env->db, s->id, 4 * FILES, f->env->a, &rows,
                                &n, e);

    if (rc < 0)
        return rc;
    buf_init(&names, FILES * 4096);
    for (int modified = 1; modified >= 0; modified--)
        for (size_t i = 0; i < n && shown < FILES; i++) {
            struct str path;

            if (rows[i].modified != modified ||
                !file_below(&f->roots, rows[i].path, &path))
                continue;
            buf_addf(&names, "%s%.*s%s", names.len ? ", " : "", STR_ARG(path),
                     modified ? " (changed)" : "");
            shown++;
        }
    add_line(f, "Files in hand: ", buf_str(&names), names.len, PRI_FILES,
             "touched last in this session");
    buf_free(&names);
    return 0;
}

/* The first line, which has the exit code, and the last, which mostly says
 * what was wrong. */
static struct str error_line(struct str error, struct arena *a)
{
    struct str rest = str_trim(error), line, first = STR_NONE, last = STR_NONE;

    while (str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n == 0)
            continue;
        if (first.n == 0)
            first = line;
        last = line;
    }
    if (str_eq(first, last))
        return first;
    return arena_fmt(a, "%.*s: %.*s", STR_ARG(str_cut(first, 0, ERROR_BYTES)),
                     STR_ARG(str_cut(last, 0, ERROR_BYTES)));
}

/* The last command that failed and has not succeeded since. */
static int add_failure(struct context_fill *f, const struct session_info *s,
                       struct err *e)
{
    struct event_info *rows;
    size_t n;
    int rc = events_named(f->env->db, s->id, STR("PostToolUseFailure"),
                          FAILURES, f->env->a, &rows, &n, e);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct json *j = json_parse(rows[i].payload, NULL);
        struct str command = json_str(json_path(j, "tool_input.command"));
        struct str error = json_get_str(j, "error");
        struct buf line;

        if (!str_eqz(rows[i].tool, "Bash") || command.n == 0) {
            json_free(j);
            continue;
        }
        rc = session_command_passed(f->env->db, s->id, rows[i].id, command, e);
        if (rc == 0) {
            buf_init(&line, 4096);
            buf_addf(&line, "`%.*s` -> %.*s",
                     STR_ARG(str_cut(command, 0, COMMAND_BYTES)),
                     STR_ARG(error_line(error, f->env->a)));
            add_line(f, "Last failing command: ", buf_str(&line),
                     COMMAND_BYTES + ERROR_BYTES, PRI_FAILED,
                     "it has not succeeded since");
            buf_free(&line);
        }
        json_free(j);
        if (rc == 0)
            return 0; /* older ones are history */
        rc = rc > 0 ? 0 : rc;
    }
    return rc;
}

int context_fill_compact(struct context_fill *f, struct err *e)
{
    struct session_info s;
    int rc = session_by_uid(f->env->db, f->r->session_uid, f->env->a, &s, e);

    if (rc < 0)
        return rc;
    rc = add_goal(f, &s, e);
    if (rc == 0)
        rc = add_files(f, &s, e);
    if (rc == 0)
        rc = add_failure(f, &s, e);
    if (rc == 0)
        rc = add_memories(f, &s, e);
    if (rc == 0 && f->block->n == 0)
        rc = CM_ENOTFOUND;
    return rc;
}
