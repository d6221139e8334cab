/* servers.c - see servers.h. */
#include "base/common.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/hook_rows.h"
#include "cli/jtext.h"
#include "cli/servers.h"

#define STATE_MAX (64u << 20) /* it holds the history of every project */
/* The client may write the file while we think about it. */
#define TRIES 3
/* Servers whose tools wait to be asked for; our few are to be there. */
#define CLIENT_ALWAYS_LOAD CLIENT_VERSION(2, 1, 150)

static bool find(struct str text, struct jtext object, const char *key,
                 struct jtext_child *c)
{
    *c = (struct jtext_child){0};
    if (jtext_kind(text, object) != '{')
        return false;
    while (jtext_next(text, object, c))
        if (jtext_key_is(c, key))
            return true;
    return false;
}

/* Where our program stands by this entry; "" when it is somebody else's. */
static struct str program_of(struct str text, struct jtext value,
                             struct arena *a)
{
    struct json *j = json_parse(str_cut(text, value.from, value.to), NULL);
    struct str command = json_get_str(j, "command");
    const struct json *args = json_get(j, "args");
    struct str out = STR_NONE;

    if (str_ends(command, STR("/cmem")) &&
        str_eqz(json_str(json_at(args, 0)), "mcp"))
        out = arena_str(a, command);
    json_free(j);
    return out;
}

static void put_entry(struct buf *b, const char *bin, bool always_load)
{
    struct buf path;

    buf_init(&path, 2 * PATHS_MAX);
    buf_addf(&path, "%s/cmem", bin);
    buf_addz(b, "\"cmem\": {\"type\": \"stdio\", \"command\": ");
    json_put_str(b, buf_str(&path));
    buf_addf(b, ", \"args\": [\"mcp\"], %s\"env\": {}}",
             always_load ? "\"alwaysLoad\": true, " : "");
    buf_free(&path);
}

static void put_member(struct buf *b, const char *bin, bool always_load)
{
    buf_addz(b, "\n  \"mcpServers\": {\n    ");
    put_entry(b, bin, always_load);
    buf_addz(b, "\n  }");
}

static bool is_empty(struct str text, struct jtext object)
{
    struct jtext_child c = {0};

    return !jtext_next(text, object, &c);
}

int servers_add(struct str text, const char *bin, bool always_load,
                struct buf *out, struct err *e)
{
    struct jtext root, at;
    struct jtext_child servers;
    int rc;

    if (jtext_is_blank(text)) {
        buf_addc(out, '{');
        put_member(out, bin, always_load);
        buf_addz(out, "\n}\n");
        return 0;
    }
    rc = jtext_root(text, &root, e);
    if (rc < 0)
        return rc;
    if (jtext_kind(text, root) != '{')
        return err_set(e, CM_EFORMAT, "it is no JSON object");
    at = root;
    if (find(text, root, "mcpServers", &servers)) {
        if (jtext_kind(text, servers.value) != '{')
            return err_set(e, CM_EFORMAT, "its mcpServers are no object");
        at = servers.value;
    }
    buf_adds(out, str_cut(text, 0, at.from + 1));
    if (at.from == root.from) {
        put_member(out, bin, always_load);
    } else {
        buf_addz(out, "\n    ");
        put_entry(out, bin, always_load);
    }
    if (!is_empty(text, at))
        buf_addc(out, ',');
    buf_adds(out, str_cut(text, at.from + 1, text.n));
    return 0;
}

/* As put_member made it: nobody has put another server beside ours. */
static bool is_our_member(struct str text, struct jtext value)
{
    struct str s = str_cut(text, value.from, value.to);

    return str_starts(s, STR("{\n    \"cmem\": {\"type\"")) &&
           str_ends(s, STR("}\n  }")) && str_find(s, STR("},")) < 0;
}

/* Cuts a member with the comma that goes with it. */
static void cut_member(struct str text, struct jtext object,
                       const struct jtext_child *c, struct buf *out)
{
    size_t from = c->from, to = c->value.to;

    while (to < object.to && is_space(text.p[to]))
        to++;
    if (text.p[to] == ',') {
        to++;
        /* It began behind the brace or comma before: so does the next. */
        while (from > object.from + 1 && is_space(text.p[from - 1]))
            from--;
    } else {
        to = c->value.to;
        while (from > object.from + 1 && is_space(text.p[from - 1]))
            from--;
        if (text.p[from - 1] == ',')
            from--;
    }
    buf_adds(out, str_cut(text, 0, from));
    buf_adds(out, str_cut(text, to, text.n));
}

int servers_remove(struct str text, struct buf *out, bool *removed,
                   struct err *e)
{
    struct arena a = {0};
    struct jtext root;
    struct jtext_child servers, entry;
    int rc = 0;

    *removed = false;
    if (!jtext_is_blank(text))
        rc = jtext_root(text, &root, e);
    if (rc < 0)
        return rc;
    if (jtext_is_blank(text) || !find(text, root, "mcpServers", &servers) ||
        !find(text, servers.value, "cmem", &entry) ||
        program_of(text, entry.value, &a).n == 0) {
        buf_adds(out, text);
        arena_free(&a);
        return 0;
    }
    *removed = true;
    if (is_our_member(text, servers.value))
        cut_member(text, root, &servers, out);
    else
        cut_member(text, servers.value, &entry, out);
    if (str_eqz(buf_str(out), "{\n}\n"))
        buf_reset(out); /* the file was made for us */
    arena_free(&a);
    return 0;
}

/* --- the file ------------------------------------------------------------ */

struct file {
    struct buf text;
    bool exists;
    unsigned mode;
};

static int read_state(const struct claude *cl, struct file *f, struct err *e)
{
    struct err why = {0};
    struct stat st;
    int rc;

    *f = (struct file){.mode = 0600};
    buf_init(&f->text, STATE_MAX);
    rc = file_read(cl->state, &f->text, &why);
    f->exists = rc == 0;
    if (f->exists && stat(cl->state, &st) == 0)
        f->mode = st.st_mode & 0777;
    if (rc == CM_ENOTFOUND)
        return 0; /* as good as an empty one: nothing to complain of */
    if (rc < 0 && e)
        *e = why;
    return rc;
}

/* Unless somebody wrote it meanwhile: CM_EAGAIN then. */
static int write_state(const struct claude *cl, const struct file *was,
                       struct str text, struct err *e)
{
    struct file now;
    int rc = read_state(cl, &now, e);

    if (rc == 0 && (now.exists != was->exists ||
                    !str_eq(buf_str(&now.text), buf_str(&was->text))))
        rc = err_set(e, CM_EAGAIN, "%s is being changed by another program",
                     cl->state);
    if (rc == 0 && text.n == 0)
        rc = unlink(cl->state) == 0
                 ? 0
                 : err_sys(e, CM_EIO, "remove %s", cl->state);
    else if (rc == 0)
        rc = file_write(cl->state, text, was->mode, e);
    buf_free(&now.text);
    return rc;
}

/* bin NULL: out. */
static int change(const struct claude *cl, const char *bin, bool *changed,
                  struct err *e)
{
    struct file f;
    struct buf without, text;
    bool removed = false;
    int rc = read_state(cl, &f, e);

    *changed = false;
    buf_init(&without, STATE_MAX);
    buf_init(&text, STATE_MAX);
    if (rc == 0)
        rc = servers_remove(buf_str(&f.text), &without, &removed, e);
    if (rc == 0 && bin)
        rc = servers_add(buf_str(&without), bin,
                         cl->version >= CLIENT_ALWAYS_LOAD, &text, e);
    else if (rc == 0)
        buf_adds(&text, buf_str(&without));
    if (rc == CM_EFORMAT)
        rc = err_wrap(e, "%s was left alone", cl->state);
    if (rc == 0 && !str_eq(buf_str(&text), buf_str(&f.text))) {
        rc = write_state(cl, &f, buf_str(&text), e);
        *changed = rc == 0;
    }
    buf_free(&without);
    buf_free(&text);
    buf_free(&f.text);
    return rc;
}

struct str servers_look(const struct claude *cl, struct arena *a)
{
    struct jtext root;
    struct jtext_child servers, entry;
    struct str out = STR_NONE, text;
    struct file f;

    if (read_state(cl, &f, NULL) == 0) {
        text = buf_str(&f.text);
        if (!jtext_is_blank(text) && jtext_root(text, &root, NULL) == 0 &&
            find(text, root, "mcpServers", &servers) &&
            find(text, servers.value, "cmem", &entry))
            out = program_of(text, entry.value, a);
    }
    buf_free(&f.text);
    return out;
}

/* Is it as it is wanted? Then the client's own formatting stays. */
static bool is_current(const struct claude *cl, const char *bin)
{
    struct arena a = {0};
    struct str program = servers_look(cl, &a);
    bool yes = program.n && str_eq(program, arena_fmt(&a, "%s/cmem", bin));

    arena_free(&a);
    return yes;
}

/* Somebody's own server under our name? */
static bool is_taken(const struct claude *cl)
{
    struct arena a = {0};
    struct json *j = NULL;
    struct file f;
    bool yes;

    if (read_state(cl, &f, NULL) == 0)
        j = json_parse(buf_str(&f.text), NULL);
    yes = json_path(j, "mcpServers.cmem") && servers_look(cl, &a).n == 0;
    json_free(j);
    buf_free(&f.text);
    arena_free(&a);
    return yes;
}

int servers_register(const struct claude *cl, const char *bin, bool *changed,
                     struct err *e)
{
    int rc = CM_EAGAIN;

    *changed = false;
    if (is_current(cl, bin))
        return 0;
    if (is_taken(cl))
        return err_set(e, CM_EPERM,
                       "%s has another server called cmem; it was left alone",
                       cl->state);
    for (int i = 0; i < TRIES && rc == CM_EAGAIN; i++)
        rc = change(cl, bin, changed, e);
    return rc;
}

int servers_unregister(const struct claude *cl, bool *changed, struct err *e)
{
    struct arena a = {0};
    int rc = CM_EAGAIN;
    bool ours = servers_look(cl, &a).n > 0;

    arena_free(&a);
    *changed = false;
    for (int i = 0; ours && i < TRIES && rc == CM_EAGAIN; i++)
        rc = change(cl, NULL, changed, e);
    return ours ? rc : 0;
}
