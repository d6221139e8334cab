/* op_edit.c - the operations "edit", "pin" and "unpin". */
#include "base/common.h"

#include "base/redact.h"
#include "base/utf8.h"
#include "ops/context.h"
#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/settle.h"
#include "store/revise.h"

#define TEXT_BYTES_MAX     (16u * 1024u)
#define IDS_MAX            100
#define METADATA_BYTES_MAX (64u * 1024u)

static const struct param params[] = {
    {"id", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "ID", "#12 or 12"},
    {"text", 0, PARAM_STR, 0, "TEXT", "what it says"},
    {"title", 0, PARAM_STR, 0, "TITLE", "its one line"},
    {"type", 't', PARAM_STR, 0, "TYPE", "decision, discovery, problem, ..."},
    {"importance", 0, PARAM_INT, 0, "N", "1 (trivia) to 5"},
    {"expires", 0, PARAM_TIME, 0, "TIME", "holds until then"},
    {"time", 0, PARAM_TIME, 0, "TIME", "when it happened"},
    {"metadata", 0, PARAM_JSON, 0, "JSON",
     "an object in place of the one it has; {} takes it away"},
    {"forever", 0, PARAM_BOOL, 0, NULL, "never expires"},
    {"holds", 0, PARAM_BOOL, 0, NULL, "holds again, whatever took its place"},
    {"any-branch", 0, PARAM_BOOL, 0, NULL,
     "belongs to every branch, merged or not"},
};

/* Without secrets and control characters; a NULL slice when not given. */
static struct str given(struct op_env *env, const struct json *args,
                        const char *name, bool one_line)
{
    if (!json_get(args, name))
        return STR_NONE;
    return redact_clean(json_get_str(args, name), one_line, env->a);
}

static int memory_of(struct op_env *env, struct str name, struct memory_row *m,
                     struct err *e)
{
    struct id id;
    int rc = id_parse(name, &id, e);

    if (rc == 0 && id.kind != ID_MEMORY)
        return err_set(e, CM_EARG, "%.*s is no memory: #12 or 12",
                       STR_ARG(name));
    if (rc == 0)
        rc = memory_read(env->db, id.n, env->a, m, e);
    if (rc == CM_ENOTFOUND)
        return err_set(e, rc, "there is no memory #%lld", (long long)id.n);
    return rc;
}

/* Without secrets; *out.p is set when it was given. */
static int given_metadata(struct op_env *env, const struct json *args,
                          struct str *out, struct err *e)
{
    const struct json *v = json_get(args, "metadata");
    struct json *j;
    struct buf b;
    int rc = 0;

    if (!v)
        return 0;
    j = json_is_str(v) ? json_parse(json_str(v), NULL) : json_copy(v);
    buf_init(&b, METADATA_BYTES_MAX);
    if (!json_is_object(j)) {
        rc = err_set(e, CM_EARG, "edit: metadata is a JSON object");
    } else {
        redact_json(j);
        if (!json_print(j, &b, 0))
            rc = err_set(e, CM_EARG, "edit: metadata has at most %u KB",
                         METADATA_BYTES_MAX / 1024);
        *out = json_len(j) ? arena_str(env->a, buf_str(&b)) : STR("");
    }
    buf_free(&b);
    json_free(j);
    return rc;
}

static int read_edit(struct op_env *env, const struct json *args,
                     struct memory_edit *ed, struct err *e)
{
    *ed = (struct memory_edit){
        .title = given(env, args, "title", true),
        .text = given(env, args, "text", false),
        .type = given(env, args, "type", true),
        .pinned = -1,
        .expires_ms = json_get_bool(args, "forever")
                          ? 0
                          : json_get_int(args, "expires", -1),
        .importance = (int)json_get_int(args, "importance", 0),
        .event_ms = json_get_int(args, "time", 0),
    };
    int rc = given_metadata(env, args, &ed->metadata, e);

    if (rc < 0)
        return rc;
    if (json_get(args, "importance") &&
        (ed->importance < 1 || ed->importance > 5))
        return err_set(e, CM_EARG, "edit: importance is 1 to 5");
    if ((ed->title.p && ed->title.n == 0) || (ed->text.p && ed->text.n == 0))
        return err_set(e, CM_EARG,
                       "edit: a text that is empty; cmem forget "
                       "deletes");
    if (ed->text.n > TEXT_BYTES_MAX)
        return err_set(e, CM_EARG, "edit: a text has at most %u KB",
                       TEXT_BYTES_MAX / 1024);
    if (ed->text.p)
        ed->about = settle_about(ed->text, env->a);
    return 0;
}

/* A note's title was the beginning of its text: it goes on being so. */
static void follow_text(struct op_env *env, const struct memory_row *m,
                        struct memory_edit *ed)
{
    struct str rest = ed->text, line = STR_NONE;

    if (!ed->text.p || ed->title.p || !str_starts(m->text, m->title))
        return;
    str_line(&rest, &line);
    ed->title = arena_str(env->a, str_trim(utf8_cut(line, 100)));
}

static int change(struct op_env *env, const struct json *args,
                  struct memory_row *m, bool *changed, struct err *e)
{
    struct memory_edit ed;
    int rc = read_edit(env, args, &ed, e);

    if (rc == 0)
        rc = memory_of(env, json_get_str(args, "id"), m, e);
    if (rc < 0)
        return rc;
    if (json_len(args) < 2)
        return err_set(e, CM_EARG,
                       "edit: what is to be changed? --text, "
                       "--title, --importance, ...");
    follow_text(env, m, &ed);
    rc = memory_edit(env->db, m->id, &ed, env->now_ms, changed, e);
    if (rc == 0 && json_get_bool(args, "holds") && m->valid_to) {
        rc = memory_restore(env->db, m->id, STR_NONE, env->now_ms, e);
        *changed = true;
    }
    if (rc == 0 && json_get_bool(args, "any-branch") && m->bound) {
        rc = memory_promote(env->db, m->id, STR("by hand"), env->now_ms, e);
        *changed = true;
    }
    return rc;
}

/* The row as it is now, with "changed". */
static int put_changed(struct op_env *env, struct jsonw *out, int64_t id,
                       bool changed, struct err *e)
{
    struct memory_row m;
    int rc = memory_read(env->db, id, env->a, &m, e);

    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_bool(out, "changed", changed);
    put_memory_body(out, &m);
    jsonw_end(out);
    return 0;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct memory_row m = {0};
    bool changed = false;
    int rc = db_begin(env->db, e);

    if (rc < 0)
        return rc;
    rc = change(env, args, &m, &changed, e);
    if (rc < 0) {
        db_rollback(env->db);
        return rc;
    }
    rc = db_commit(env->db, e);
    if (rc == 0 && changed)
        rc = context_cache_write(env, m.project_id, e);
    return rc < 0 ? rc : put_changed(env, out, m.id, changed, e);
}

const struct op op_edit = {
    .name = "edit",
    .summary = "change what a memory says; history keeps what it said",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WRITES,
    .run = run,
};

/* --- pin, unpin ---------------------------------------------------------------- */

static const struct param pin_params[] = {
    {"ids", 0, PARAM_LIST, PARAM_POSITIONAL | PARAM_REQUIRED, "ID",
     "#12 or 12"},
};

static int pin_all(struct op_env *env, const struct json *ids, bool pinned,
                   struct memory_row *rows, bool *changed, struct err *e)
{
    const struct memory_edit ed = {.pinned = pinned, .expires_ms = -1};
    size_t n = 0;
    int rc = 0;

    for (const struct json *c = json_first(ids); c && rc == 0;
         c = json_next(c), n++) {
        rc = memory_of(env, json_str(c), &rows[n], e);
        if (rc == 0)
            rc = memory_edit(env->db, rows[n].id, &ed, env->now_ms, &changed[n],
                             e);
    }
    return rc;
}

static int pin(struct op_env *env, const struct json *args, bool pinned,
               struct jsonw *out, struct err *e)
{
    const struct json *ids = json_get(args, "ids");
    size_t n = json_len(ids);
    struct memory_row *rows = arena_array(env->a, IDS_MAX, sizeof(*rows));
    bool changed[IDS_MAX] = {false};
    int rc;

    if (n > IDS_MAX)
        return err_set(e, CM_EARG, "at most %d ids", IDS_MAX);
    rc = db_begin(env->db, e);
    if (rc < 0)
        return rc;
    rc = pin_all(env, ids, pinned, rows, changed, e);
    if (rc < 0) {
        db_rollback(env->db);
        return rc;
    }
    rc = db_commit(env->db, e);
    jsonw_obj(out, NULL);
    jsonw_arr(out, "items");
    for (size_t i = 0; i < n && rc == 0; i++) {
        if (changed[i])
            rc = context_cache_write(env, rows[i].project_id, e);
        if (rc == 0)
            rc = put_changed(env, out, rows[i].id, changed[i], e);
    }
    jsonw_end(out);
    jsonw_end(out);
    return rc;
}

static int run_pin(struct op_env *env, const struct json *args,
                   struct jsonw *out, struct err *e)
{
    return pin(env, args, true, out, e);
}

static int run_unpin(struct op_env *env, const struct json *args,
                     struct jsonw *out, struct err *e)
{
    return pin(env, args, false, out, e);
}

const struct op op_pin = {
    .name = "pin",
    .summary = "tell a memory to every session, among the first",
    .params = pin_params,
    .nparams = ARRAY_LEN(pin_params),
    .flags = OP_WRITES,
    .run = run_pin,
};

const struct op op_unpin = {
    .name = "unpin",
    .summary = "no longer tell a memory to every session first",
    .params = pin_params,
    .nparams = ARRAY_LEN(pin_params),
    .flags = OP_WRITES,
    .run = run_unpin,
};
