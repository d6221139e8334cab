/* settings_remove.c - our hooks found and taken out of a settings file. */
#include "base/common.h"

#include "base/json.h"
#include "cli/hook_rows.h"
#include "cli/jtext.h"
#include "cli/settings.h"

/* More hooks of ours in one file than any install made: something loops. */
#define REMOVE_MAX 1000

bool settings_is_ours(struct str command)
{
    struct str s = str_trim(command);
    ptrdiff_t end;

    if (s.n && (s.p[0] == '\'' || s.p[0] == '"')) {
        end = str_chr(str_cut(s, 1, s.n), s.p[0]);
        s = str_cut(s, 1, end < 0 ? s.n : (size_t)end + 1);
    } else {
        end = str_chr(s, ' ');
        s = str_cut(s, 0, end < 0 ? s.n : (size_t)end);
    }
    return str_starts(str_base(s), STR("cmem-hook-"));
}

static bool find(struct str text, struct jtext object, const char *key,
                 struct jtext_child *out)
{
    struct jtext_child c = {0};

    if (jtext_kind(text, object) != '{')
        return false;
    while (jtext_next(text, object, &c))
        if (jtext_key_is(&c, key)) {
            *out = c;
            return true;
        }
    return false;
}

static bool entry_is_ours(struct str text, struct jtext entry)
{
    struct jtext_child command;
    struct json *j;
    bool ours;

    if (!find(text, entry, "command", &command))
        return false;
    j = json_parse(str_cut(text, command.value.from, command.value.to), NULL);
    ours = settings_is_ours(json_str(j));
    json_free(j);
    return ours;
}

/* A child to take out of its container, whose other children stay. */
struct cut {
    struct jtext container;
    struct jtext_child child;
};

/* The bytes that go with the child: a comma too, unless it was alone. */
static struct jtext span(struct str text, const struct cut *cut)
{
    struct jtext_child c = {0}, before = {0}, after;

    while (jtext_next(text, cut->container, &c) && c.from != cut->child.from)
        before = c;
    if (before.value.to)
        return (struct jtext){before.value.to, cut->child.value.to};
    after = cut->child;
    if (jtext_next(text, cut->container, &after))
        return (struct jtext){cut->child.from, after.from};
    return (struct jtext){cut->container.from + 1, cut->container.to - 1};
}

static bool is_alone(struct str text, struct jtext container)
{
    struct jtext_child c = {0};

    return jtext_next(text, container, &c) && !jtext_next(text, container, &c);
}

/*
 * The first hook of ours: *cut is what to take out for it, which is the
 * outermost thing that holds nothing else.
 */
static bool first_of_ours(struct str text, struct jtext root, struct cut *cut)
{
    struct jtext_child hooks, event = {0};

    if (!find(text, root, "hooks", &hooks) ||
        jtext_kind(text, hooks.value) != '{')
        return false;
    while (jtext_next(text, hooks.value, &event)) {
        struct jtext_child group = {0}, list, entry;

        if (jtext_kind(text, event.value) != '[')
            continue;
        while (jtext_next(text, event.value, &group)) {
            if (!find(text, group.value, "hooks", &list) ||
                jtext_kind(text, list.value) != '[')
                continue;
            entry = (struct jtext_child){0};
            while (jtext_next(text, list.value, &entry)) {
                if (!entry_is_ours(text, entry.value))
                    continue;
                *cut = (struct cut){list.value, entry};
                if (!is_alone(text, list.value))
                    return true;
                *cut = (struct cut){event.value, group};
                if (!is_alone(text, event.value))
                    return true;
                *cut = (struct cut){hooks.value, event};
                if (!is_alone(text, hooks.value))
                    return true;
                *cut = (struct cut){root, hooks};
                return true;
            }
        }
    }
    return false;
}

int settings_remove(struct str text, struct buf *out, size_t *removed,
                    struct err *e)
{
    struct jtext root, gone;
    struct cut cut;
    int rc = 0;

    *removed = 0;
    buf_adds(out, text);
    while (!jtext_is_blank(buf_str(out)) && *removed < REMOVE_MAX) {
        struct buf next;

        rc = jtext_root(buf_str(out), &root, e);
        if (rc < 0 || !first_of_ours(buf_str(out), root, &cut))
            break;
        gone = span(buf_str(out), &cut);
        buf_init(&next, out->max);
        buf_adds(&next, str_cut(buf_str(out), 0, gone.from));
        buf_adds(&next, str_cut(buf_str(out), gone.to, out->len));
        buf_reset(out);
        buf_adds(out, buf_str(&next));
        buf_free(&next);
        ++*removed;
    }
    return rc;
}

/* --- what is there ------------------------------------------------------------- */

static bool is_wanted(const struct json *group, struct str event,
                      const struct settings_want *w)
{
    struct buf have, want;
    bool is = false;

    buf_init(&have, 65536);
    buf_init(&want, 65536);
    json_print(group, &have, 0);
    for (size_t i = 0; i < hook_rows_count && !is; i++) {
        struct json *j;

        if (!str_eqz(event, hook_rows[i].event) ||
            hook_rows[i].since > w->client_version)
            continue;
        j = settings_group(&hook_rows[i], w);
        buf_reset(&want);
        json_print(j, &want, 0);
        json_free(j);
        is = str_eq(buf_str(&have), buf_str(&want));
    }
    buf_free(&have);
    buf_free(&want);
    return is;
}

int settings_look(struct str text, const struct settings_want *w,
                  struct settings_state *out, struct err *e)
{
    struct json *root;
    size_t wanted = 0, right = 0;

    *out = (struct settings_state){0};
    if (jtext_is_blank(text))
        return 0;
    root = json_parse(text, e);
    if (!root)
        return CM_EFORMAT;
    out->all_disabled = json_get_bool(root, "disableAllHooks");
    for (size_t i = 0; i < hook_rows_count; i++)
        wanted += hook_rows[i].since <= w->client_version;
    for (struct json *ev = json_first(json_get(root, "hooks")); ev;
         ev = json_next(ev))
        for (struct json *g = json_first(ev); g; g = json_next(g)) {
            size_t ours = 0;

            for (struct json *h = json_first(json_get(g, "hooks")); h;
                 h = json_next(h))
                ours += settings_is_ours(json_get_str(h, "command"));
            out->ours += ours;
            right += ours && is_wanted(g, json_key(ev), w);
        }
    out->is_current = right == wanted && out->ours == wanted;
    json_free(root);
    return 0;
}
