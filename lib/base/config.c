/* config.c - see config.h; the rows stand in config_table.c. */
#include "base/common.h"

#include <math.h>

#include "base/config.h"
#include "base/file.h"
#include "base/json.h"

#define FILE_MAX (256u * 1024u)

static int parse_num(struct str v, double *out)
{
    char z[64], *end;

    if (v.n == 0 || v.n >= sizeof(z))
        return CM_EARG;
    for (size_t i = 0; i < v.n; i++) /* strtod takes "0x10" and "inf" too */
        if (!is_digit(v.p[i]) && !strchr("+-.eE", v.p[i]))
            return CM_EARG;
    memcpy(z, v.p, v.n);
    z[v.n] = '\0';
    *out = strtod(z, &end);
    return *end || !isfinite(*out) ? CM_EARG : 0;
}

static int bool_of(struct str v)
{
    static const char *const words[] = {"off", "on",  "false", "true",
                                        "no",  "yes", "0",     "1"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_ieq(v, str_of(words[i])))
            return (int)(i & 1);
    return -1;
}

int config_check(enum opt_id id, struct str v, struct err *e)
{
    const struct opt *o = config_opt(id);
    struct str rest = str_of(o->choices), part;
    double num;

    if (str_chr(v, '\n') >= 0 || str_chr(v, '\0') >= 0)
        return err_set(e, CM_EARG, "%s: a value is one line", o->name);
    switch (o->type) {
    case OPT_STR:
        return 0;
    case OPT_BOOL:
        if (bool_of(v) >= 0)
            return 0;
        return err_set(e, CM_EARG, "%s is on or off, not \"%.*s\"", o->name,
                       STR_ARG(v));
    case OPT_CHOICE:
        while (str_split(&rest, '|', &part))
            if (str_eq(part, v))
                return 0;
        return err_set(e, CM_EARG, "%s is one of %s, not \"%.*s\"", o->name,
                       o->choices, STR_ARG(v));
    case OPT_INT:
    case OPT_NUM:
        if (parse_num(v, &num) == 0 && num >= o->min && num <= o->max &&
            (o->type == OPT_NUM || num == floor(num)))
            return 0;
        return err_set(e, CM_EARG,
                       "%s is a %snumber from %g to %g, not "
                       "\"%.*s\"",
                       o->name, o->type == OPT_INT ? "whole " : "", o->min,
                       o->max, STR_ARG(v));
    }
    return CM_EARG;
}

int config_check_remote(enum opt_id id, struct err *e)
{
    const struct opt *o = config_opt(id);

    if (!o->terminal)
        return 0;
    return err_set(e, CM_EPERM, "%s is not set over HTTP, because %s", o->name,
                   o->terminal);
}

int config_pretend(struct config *c, struct str assignment, struct arena *a,
                   struct err *e)
{
    ptrdiff_t eq = str_chr(assignment, '=');
    struct str value;
    int id, rc;

    if (eq < 0)
        return err_set(e, CM_EARG, "a setting is NAME=VALUE, not \"%.*s\"",
                       STR_ARG(str_cut(assignment, 0, 64)));
    id = config_find(str_trim(str_cut(assignment, 0, (size_t)eq)));
    if (id < 0)
        return err_set(e, CM_EARG, "there is no setting \"%.*s\"",
                       STR_ARG(str_cut(assignment, 0, (size_t)eq)));
    value = str_trim(str_cut(assignment, (size_t)eq + 1, assignment.n));
    rc = config_check((enum opt_id)id, value, e);
    if (rc == 0)
        c->value[id] = arena_str(a, value);
    return rc < 0 ? rc : id;
}

static bool parse_line(struct str line, struct str *name, struct str *value)
{
    ptrdiff_t eq;

    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return false;
    eq = str_chr(line, '=');
    *name = str_trim(eq < 0 ? line : str_cut(line, 0, (size_t)eq));
    *value =
        eq < 0 ? STR_NONE : str_trim(str_cut(line, (size_t)eq + 1, line.n));
    return true;
}

static void problem(struct config *c, const char *file, int line,
                    const struct err *why)
{
    if (c->problem.code == 0)
        err_set(&c->problem, CM_EARG, "%s line %d: %s", file, line, why->msg);
}

static void load_file(struct config *c, const char *file)
{
    struct buf b;
    struct str rest, line, name, value;
    struct err e;
    int number = 0;

    buf_init(&b, FILE_MAX);
    if (file_read(file, &b, &e) < 0) {
        if (e.code != CM_ENOTFOUND)
            c->problem = e;
        buf_free(&b);
        return;
    }
    rest = buf_str(&b);
    while (str_line(&rest, &line)) {
        int id;

        number++;
        if (!parse_line(line, &name, &value))
            continue;
        id = config_find(name);
        if (id < 0)
            err_set(&e, CM_EARG, "there is no setting \"%.*s\"", STR_ARG(name));
        if (id < 0 || config_check((enum opt_id)id, value, &e) < 0) {
            problem(c, file, number, &e);
            continue;
        }
        c->value[id] = arena_str(&c->arena, value);
        c->origin[id] = FROM_FILE;
    }
    buf_free(&b);
}

#define ENV_SIZE 64

static void env_name(enum opt_id id, char out[ENV_SIZE])
{
    const char *p = config_opt(id)->name;
    size_t n = 5;

    memcpy(out, "CMEM_", n);
    for (; *p && n < ENV_SIZE - 1; p++)
        out[n++] = is_lower(*p) ? (char)(*p - 32) : *p;
    out[n] = '\0';
}

static void load_env(struct config *c, enum opt_id id)
{
    char name[ENV_SIZE];
    const char *v;
    struct err e;

    env_name(id, name);
    v = getenv(name);
    if (!v)
        return;
    if (config_check(id, str_of(v), &e) < 0) {
        if (c->problem.code == 0)
            err_set(&c->problem, CM_EARG, "%s: %s", name, e.msg);
        return;
    }
    c->value[id] = arena_strz(&c->arena, v);
    c->origin[id] = FROM_ENV;
}

void config_load(struct config *c, const char *file)
{
    *c = (struct config){0};
    for (int i = 0; i < OPT_COUNT; i++)
        c->value[i] = str_of(config_opt((enum opt_id)i)->fallback);
    load_file(c, file);
    for (int i = 0; i < OPT_COUNT; i++)
        load_env(c, (enum opt_id)i);
}

void config_free(struct config *c)
{
    arena_free(&c->arena);
    *c = (struct config){0};
}

struct str config_str(const struct config *c, enum opt_id id)
{
    return c->value[id];
}

double config_num(const struct config *c, enum opt_id id)
{
    double v = 0;

    if (parse_num(c->value[id], &v) < 0)
        CM_BUG("config_num on what is not a number");
    return v;
}

int64_t config_int(const struct config *c, enum opt_id id)
{
    return (int64_t)config_num(c, id);
}

bool config_bool(const struct config *c, enum opt_id id)
{
    return bool_of(c->value[id]) == 1;
}

/* The directory of a file to be written. */
static int make_parent(const char *file, struct err *e)
{
    ptrdiff_t slash = str_rchr(str_of(file), '/');
    struct arena a = {0};
    int rc = 0;

    if (slash > 0)
        rc = file_mkdirs(
            arena_str(&a, str_cut(str_of(file), 0, (size_t)slash)).p, e);
    arena_free(&a);
    return rc;
}

int config_set(const char *file, enum opt_id id, struct str value,
               struct err *e)
{
    struct buf old, new;
    struct str rest, line, name, v;
    struct err why = {0};
    bool done = false;
    int rc = 0;

    if (value.p && (rc = config_check(id, value, e)) < 0)
        return rc;
    buf_init(&old, FILE_MAX);
    buf_init(&new, 2 * FILE_MAX);
    rc = file_read(file, &old, &why);
    if (rc < 0 && rc != CM_ENOTFOUND) {
        err_set(e, rc, "%s", why.msg);
        goto out;
    }
    rest = buf_str(&old);
    while (str_line(&rest, &line)) {
        if (!parse_line(line, &name, &v) || config_find(name) != (int)id) {
            buf_adds(&new, line);
            buf_addc(&new, '\n');
        } else if (value.p && !done) {
            buf_addf(&new, "%s = %.*s\n", config_opt(id)->name, STR_ARG(value));
            done = true;
        }
    }
    if (value.p && !done)
        buf_addf(&new, "%s = %.*s\n", config_opt(id)->name, STR_ARG(value));
    rc = make_parent(file, e);
    if (rc == 0)
        rc = file_write(file, buf_str(&new), 0600, e);
out:
    buf_free(&old);
    buf_free(&new);
    return rc;
}

void config_example(struct buf *b)
{
    buf_addz(b, "# cmem's settings. Lines that begin with # are comments; each "
                "setting below\n# stands at its default.\n");
    for (int i = 0; i < OPT_COUNT; i++) {
        const struct opt *o = config_opt((enum opt_id)i);

        buf_addf(b, "\n# %s", o->help);
        if (o->choices)
            buf_addf(b, " One of: %s.", o->choices);
        buf_addf(b, "\n# %s = %s\n", o->name, o->fallback);
    }
}

/* --- told ---------------------------------------------------------------------- */

void config_origin(const struct config *c, enum opt_id id, const char *file,
                   struct buf *b)
{
    char name[ENV_SIZE];

    switch (c->origin[id]) {
    case FROM_DEFAULT:
        buf_addz(b, "default");
        break;
    case FROM_FILE:
        buf_addf(b, "file %s", file);
        break;
    case FROM_ENV:
        env_name(id, name);
        buf_addf(b, "environment %s", name);
        break;
    }
}

void config_put(struct jsonw *w, const struct config *c, enum opt_id id,
                const char *file)
{
    static const char *const types[] = {[OPT_STR] = "text",
                                        [OPT_INT] = "integer",
                                        [OPT_NUM] = "number",
                                        [OPT_BOOL] = "switch",
                                        [OPT_CHOICE] = "choice"};
    const struct opt *o = config_opt(id);
    struct str rest = str_of(o->choices), part;
    struct buf from;

    buf_init(&from, 8192);
    config_origin(c, id, file, &from);
    jsonw_obj(w, NULL);
    jsonw_strz(w, "name", o->name);
    jsonw_str(w, "value", config_str(c, id));
    jsonw_str(w, "origin", buf_str(&from));
    jsonw_strz(w, "default", o->fallback);
    jsonw_strz(w, "help", o->help);
    jsonw_strz(w, "group", o->group);
    jsonw_strz(w, "type", types[o->type]);
    if (o->type == OPT_INT || o->type == OPT_NUM) {
        jsonw_num(w, "min", o->min);
        jsonw_num(w, "max", o->max);
    }
    if (o->type == OPT_CHOICE) {
        jsonw_arr(w, "choices");
        while (str_split(&rest, '|', &part))
            jsonw_str(w, NULL, part);
        jsonw_end(w);
    }
    if (o->terminal)
        jsonw_strz(w, "terminal", o->terminal);
    jsonw_end(w);
    buf_free(&from);
}
