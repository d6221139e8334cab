/* entity.c - see entity.h: kinds, keys and aliases. */
#include "base/common.h"

#include "base/buf.h"
#include "base/entity.h"
#include "base/entity_kind.h"
#include "base/entity_scan.h"
#include "base/entity_words.h"

/* A longer key is a text. */
#define KEY_BYTES 160

const char *entity_kind_name(enum entity_kind k)
{
    static const char *const names[] = {
#define X(id, word, example) [ENTITY_##id] = word,
        ENTITY_KINDS(X)
#undef X
    };

    return (size_t)k < ARRAY_LEN(names) ? names[k] : "";
}

int entity_kind_find(struct str word)
{
    for (int k = 0; k < ENTITY_KIND_COUNT; k++)
        if (str_ieq(word, str_of(entity_kind_name((enum entity_kind)k))))
            return k;
    return -1;
}

/* In lower case, white space as one blank, cut. Lives in a. */
static struct str lower(struct str s, struct arena *a)
{
    char *out;
    size_t n = 0;

    s = str_cut(str_trim(s), 0, KEY_BYTES);
    out = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        char c = is_space(s.p[i]) ? ' ' : to_lower(s.p[i]);

        if (c != ' ' || (n && out[n - 1] != ' '))
            out[n++] = c;
    }
    return (struct str){out, n};
}

static bool drop(struct str *s, const char *head)
{
    struct str h = str_of(head);

    if (s->n < h.n || !str_ieq(str_cut(*s, 0, h.n), h))
        return false;
    *s = str_cut(*s, h.n, s->n);
    return true;
}

static struct str path_key(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;

    while (drop(&s, "./") || drop(&s, ".\\"))
        ;
    for (size_t i = 0; i < s.n && n < KEY_BYTES; i++) {
        char c = s.p[i] == '\\' ? '/' : to_lower(s.p[i]);

        if (c != '/' || n == 0 || out[n - 1] != '/')
            out[n++] = c;
    }
    while (n > 1 && out[n - 1] == '/')
        n--;
    return n > 2 && !memchr(out, '*', n) ? (struct str){out, n} : STR_NONE;
}

/* Without scheme, login, query and what means nothing at the end. */
static struct str url_key(struct str s, struct arena *a)
{
    ptrdiff_t at = str_find(s, STR("://")), slash, login;

    if (at >= 0)
        s = str_cut(s, (size_t)at + 3, s.n);
    slash = str_chr(s, '/');
    login = str_rchr(str_cut(s, 0, slash < 0 ? s.n : (size_t)slash), '@');
    if (login >= 0)
        s = str_cut(s, (size_t)login + 1, s.n);
    drop(&s, "www.");
    /* Somebody's own machine, at some moment. */
    if (str_starts(s, STR("localhost")) || str_starts(s, STR("127.0.0.1")) ||
        str_find(s, STR("REDACTED")) >= 0)
        return STR_NONE;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '?' || s.p[i] == '#')
            s.n = i;
    while (s.n && s.p[s.n - 1] == '/')
        s.n--;
    if (str_ends(s, STR(".git")))
        s.n -= 4;
    s = lower(s, a);
    if (at < 0 && login >= 0) { /* git@host:owner/repo */
        at = str_chr(s, ':');
        if (at > 0)
            s = arena_fmt(a, "%.*s/%.*s", (int)at, s.p,
                          STR_ARG(str_cut(s, (size_t)at + 1, s.n)));
    }
    return s;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static struct str issue_key(struct str s, struct arena *a)
{
    ptrdiff_t at = str_rchr(s, '#');

    if (at < 0 && (drop(&s, "gh-") || drop(&s, "pr-")))
        return arena_fmt(a, "#%.*s", STR_ARG(s));
    if (all_digits(s))
        return arena_fmt(a, "#%.*s", STR_ARG(s));
    if (at > 0 && str_chr(s, '/') < 0)
        s = str_cut(s, (size_t)at, s.n);
    return lower(s, a);
}

static struct str branch_key(struct str s, struct arena *a)
{
    static const char *const heads[] = {"refs/heads/", "refs/remotes/",
                                        "origin/", "upstream/"};

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        drop(&s, heads[i]);
    s = lower(s, a);
    /* Everything is on these: they name nothing. */
    return word_in(STR("main master head origin"), s) ? STR_NONE : s;
}

static struct str error_key(struct str s, struct arena *a)
{
    if (s.n == 3 && all_digits(s))
        return arena_fmt(a, "http %.*s", STR_ARG(s));
    if (str_chr(s, ' ') > 0 && !(s.n == 8 && is_digit(s.p[7])))
        return entity_message(s, a);
    return lower(s, a);
}

static struct str hyphened(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        out[i] = s.p[i] == ' ' ? '-' : s.p[i];
    return (struct str){out, s.n};
}

/* Other names of the same thing. */
static struct str name_key(struct str s, struct arena *a)
{
    static const struct {
        const char *said, *meant;
    } same[] = {
        {"postgres", "postgresql"}, {"k8s", "kubernetes"}, {"golang", "go"},
        {"nodejs", "node.js"},      {"nextjs", "next.js"}, {"mongo", "mongodb"},
    };

    s = lower(s, a);
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        if (str_eqz(s, same[i].said))
            return str_of(same[i].meant);
    /* "ledger service" and "ledger-service" are one. */
    return word_is_place(s) ? hyphened(s, a) : s;
}

struct str entity_key(enum entity_kind kind, struct str name, struct arena *a)
{
    ptrdiff_t at;

    name = str_trim(name);
    switch (kind) {
    case ENTITY_PATH:
        return path_key(name, a);
    case ENTITY_URL:
        return url_key(name, a);
    case ENTITY_ISSUE:
        return issue_key(name, a);
    case ENTITY_BRANCH:
        return branch_key(name, a);
    case ENTITY_ERROR:
        return error_key(name, a);
    case ENTITY_NAME:
        return name_key(name, a);
    case ENTITY_COMMAND:
        return entity_command_of(name, a);
    case ENTITY_PACKAGE:
        at = str_rchr(name, '@');
        return lower(at > 0 ? str_cut(name, 0, (size_t)at) : name, a);
    case ENTITY_VERSION:
        if (str_chr(name, '.') > 0 && to_lower(name.p[0]) == 'v')
            name = str_cut(name, 1, name.n);
        return lower(name, a);
    case ENTITY_PERSON:
        drop(&name, "@");
        return lower(name, a);
    case ENTITY_SYMBOL:
        if (str_ends(name, STR("()")))
            name.n -= 2;
        return lower(name, a);
    case ENTITY_COMMIT:
    case ENTITY_HOST:
    case ENTITY_KIND_COUNT:
        break;
    }
    return lower(name, a);
}

struct aliases {
    struct str key, *out;
    size_t n;
};

static void put(struct aliases *x, struct str s)
{
    if (s.n < 2 || x->n == 4 || str_eq(s, x->key))
        return;
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->out[i], s))
            return;
    x->out[x->n++] = s;
}

/* What stands behind the last sep; nothing when there is none. */
static struct str behind(struct str s, char sep)
{
    ptrdiff_t at = str_rchr(s, sep);

    return at < 0 ? STR_NONE : str_cut(s, (size_t)at + 1, s.n);
}

static void path_aliases(struct aliases *x)
{
    struct str base = behind(x->key, '/');
    struct str head = str_cut(x->key, 0, x->key.n - base.n - (base.n > 0));
    struct str last = behind(head, '/');

    put(x, base);
    if (last.n)
        put(x, str_cut(x->key, x->key.n - base.n - 1 - last.n, x->key.n));
}

static void symbol_aliases(struct aliases *x, struct arena *a)
{
    char *joined = arena_alloc(a, x->key.n + 1);
    struct str last = behind(x->key, ':');
    size_t n = 0;

    if (last.n == 0)
        last = behind(x->key, '.');
    if (last.n > 2)
        put(x, last);
    for (size_t i = 0; i < x->key.n; i++)
        if (x->key.p[i] != '_' && x->key.p[i] != '-')
            joined[n++] = x->key.p[i];
    if (n > 3)
        put(x, (struct str){joined, n});
}

static void url_aliases(struct aliases *x, struct arena *a)
{
    struct str n = behind(x->key, '/');
    struct str host = str_cut(x->key, 0, (size_t)(str_chr(x->key, '/') + 1));

    if (all_digits(n) && n.n < 8 &&
        (str_find(x->key, STR("/pull/")) > 0 ||
         str_find(x->key, STR("/issues/")) > 0 ||
         str_find(x->key, STR("/merge_requests/")) > 0))
        put(x, arena_fmt(a, "#%.*s", STR_ARG(n)));
    if (str_eqz(host, "github.com/") || str_eqz(host, "gitlab.com/")) {
        struct str rest = str_cut(x->key, host.n, x->key.n), owner, name;

        if (str_split(&rest, '/', &owner) && str_split(&rest, '/', &name))
            put(x,
                str_cut(x->key, host.n, (size_t)(name.p + name.n - x->key.p)));
    }
}

size_t entity_aliases(const struct entity *en, struct arena *a,
                      struct str out[4])
{
    struct aliases x = {en->key, out, 0};
    struct str key = en->key;
    ptrdiff_t at;

    switch (en->kind) {
    case ENTITY_PATH:
        path_aliases(&x);
        break;
    case ENTITY_SYMBOL:
        symbol_aliases(&x, a);
        break;
    case ENTITY_COMMIT:
        put(&x, str_cut(key, 0, 7));
        break;
    case ENTITY_ISSUE:
        at = str_rchr(key, '#');
        if (at > 0)
            put(&x, str_cut(key, (size_t)at, key.n));
        break;
    case ENTITY_BRANCH:
    case ENTITY_PACKAGE:
        put(&x, behind(key, '/'));
        break;
    case ENTITY_URL:
        url_aliases(&x, a);
        break;
    case ENTITY_PERSON:
        at = str_chr(key, '@');
        if (at < 0)
            at = str_chr(key, ' ');
        if (at > 0)
            put(&x, str_cut(key, 0, (size_t)at));
        break;
    case ENTITY_HOST:
        at = str_chr(key, ':');
        if (at > 0)
            put(&x, str_cut(key, 0, (size_t)at));
        at = str_chr(key, '.');
        if (at > 2 && !is_digit(key.p[0]))
            put(&x, str_cut(key, 0, (size_t)at));
        break;
    case ENTITY_NAME:
        if (str_starts(key, STR("project ")))
            put(&x, behind(key, ' '));
        break;
    case ENTITY_ERROR:
    case ENTITY_COMMAND:
    case ENTITY_VERSION:
    case ENTITY_KIND_COUNT:
        break;
    }
    return x.n;
}
