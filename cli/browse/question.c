/* question.c - a question as arguments of operations; see question.h. */
#include "base/common.h"

#include "agent/project.h"
#include "cli/browse/question.h"

/* An operation as a command would run it, with an arena for this one alone. */
int ask_op(const struct cli *c, const char *name, struct json *args,
           bool quietly, struct json **result, struct err *e)
{
    struct cli own = *c;
    const struct op *op = op_find(str_of(name));
    int rc;

    own.arena = (struct arena){0};
    if (!op)
        CM_BUG("the browser asks for no operation");
    /* What is only looked at while passing was not opened. */
    if (quietly) {
        rc = cli_read(&own, op, args, result, e);
        json_free(args);
    } else {
        rc = cli_op(&own, op, args, result, e);
    }
    arena_free(&own.arena);
    return rc;
}

/* The latest session here, for the scope of that name. */
void question_latest_session(const struct cli *c, struct question *q)
{
    struct json *args = json_object(), *result = NULL;

    json_set_int(args, "n", 1);
    if (ask_op(c, "sessions", args, true, &result, NULL) == 0)
        snprintf(q->session, sizeof(q->session), "%.*s",
                 STR_ARG(json_get_str(json_first(json_get(result, "sessions")),
                                      "id")));
    json_free(result);
}

static struct json *scope_args(const struct cli *c, const struct question *q)
{
    struct json *args = json_object();
    struct arena mem = {0};
    struct project p;

    switch (q->scope) {
    case SCOPE_DIRECTORY:
        json_set_str(args, "file", str_of(c->cwd));
        break;
    case SCOPE_BRANCH:
        project_find(c->cwd, &mem, &p);
        json_set_str(args, "branch", p.branch);
        break;
    case SCOPE_SESSION:
        if (q->session[0])
            json_set_str(args, "session", str_of(q->session));
        break;
    case SCOPE_ALL:
        json_set_bool(args, "all", true);
        break;
    default:
        break;
    }
    arena_free(&mem);
    return args;
}

int question_memories(const struct cli *c, const struct question *q,
                      bool by_session, struct json **result, struct err *e)
{
    bool first = !q->is_more && !by_session;
    struct json *args = scope_args(c, q);

    json_set_str(args, "words", str_of(q->words));
    json_set_int(args, "n", first ? SCREEN_MAX : LIST_MAX);
    /* A list that waits for somebody's model is no list to type in. */
    json_set_bool(args, "rerank", false);
    if (by_session)
        json_set_str(args, "by", STR("session"));
    if (tab_kind(q->tab)[0])
        json_set_str(args, "kind", str_of(tab_kind(q->tab)));
    return ask_op(c, "search", args, false, result, e);
}

static int find_sessions(const struct cli *c, const struct question *q,
                         struct json **result, struct err *e)
{
    struct json *args;

    if (q->words[0] || q->scope == SCOPE_DIRECTORY ||
        q->scope == SCOPE_BRANCH || q->scope == SCOPE_SESSION)
        return question_memories(c, q, true, result, e);
    args = json_object();
    json_set_int(args, "n", LIST_MAX);
    if (q->scope == SCOPE_ALL)
        json_set_bool(args, "all", true);
    return ask_op(c, "sessions", args, true, result, e);
}

int question_code(const struct cli *c, const struct question *q, const char *op,
                  const char *key, struct json **result, struct err *e)
{
    struct json *args = json_object();

    json_set_str(args, key, str_of(q->words));
    json_set_int(args, "max", LIST_MAX);
    return ask_op(c, op, args, true, result, e);
}

bool question_is_of_code(enum browse_tab t)
{
    return t == TAB_FILES || t == TAB_SYMBOLS;
}

int question_rows(const struct cli *c, const struct question *q,
                  struct json **result, struct err *e)
{
    if (question_is_of_code(q->tab) && !q->words[0])
        return err_set(e, CM_EAGAIN, "type what it is called or about");
    if (q->tab == TAB_SYMBOLS)
        return question_code(c, q, "code-search", "words", result, e);
    if (q->tab == TAB_FILES)
        return question_code(c, q, "code-files", "text", result, e);
    if (q->tab == TAB_SESSIONS)
        return find_sessions(c, q, result, e);
    return question_memories(c, q, false, result, e);
}
