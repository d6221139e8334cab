/* reply_json.c - see reply_json.h. */
#include "base/common.h"

#include "compress/reply_json.h"
#include "compress/reply_mend.h"

/* A longer reply is not one of ours: the rest is not looked at. */
#define REPLY_BYTES (1024u * 1024u)
/* Every bracket of a text might begin the object: this many times its length
 * is looked at in all. */
#define WORK_FACTOR 16u

/* --- members ----------------------------------------------------------------- */

static bool next_letter(struct str s, size_t *i, char *c)
{
    while (*i < s.n && !is_alnum(s.p[*i]))
        ++*i;
    if (*i == s.n)
        return false;
    *c = to_lower(s.p[(*i)++]);
    return true;
}

/* Letters and digits are the same, case and the rest do not matter. */
static bool same_name(struct str a, struct str b)
{
    size_t i = 0, k = 0;
    char x = 0, y = 0;
    bool more_a, more_b;

    do {
        more_a = next_letter(a, &i, &x);
        more_b = next_letter(b, &k, &y);
    } while (more_a && more_b && x == y);
    return !more_a && !more_b;
}

const struct json *reply_member(const struct json *obj, const char *name)
{
    const struct json *exact = json_get(obj, name);

    if (exact)
        return exact;
    if (!json_is_object(obj))
        return NULL;
    for (const struct json *m = json_first(obj); m; m = json_next(m))
        if (same_name(json_key(m), str_of(name)))
            return m;
    return NULL;
}

/* --- what a value is --------------------------------------------------------- */

enum form {
    FORM_NONE,
    FORM_LOOSE, /* an item, or a list of items */
    FORM_PART,  /* some of our three lists */
    FORM_CUT,   /* the whole object, its end missing */
    FORM_WHOLE,
};

static bool is_item(const struct json *j)
{
    if (!json_is_object(j) || reply_member(j, "observations"))
        return false;
    if (json_is_str(reply_member(j, "title")))
        return reply_member(j, "narrative") || reply_member(j, "type") ||
               reply_member(j, "facts");
    return json_is_str(reply_member(j, "text")) &&
           (reply_member(j, "by") || reply_member(j, "importance"));
}

static bool is_list(const struct json *j)
{
    return json_is_array(j) || json_is_object(j);
}

static enum form form_of(const struct json *j)
{
    bool o, f, s;

    if (json_is_array(j))
        return is_item(json_first(j)) ? FORM_LOOSE : FORM_NONE;
    if (is_item(j))
        return FORM_LOOSE;
    o = is_list(reply_member(j, "observations"));
    f = is_list(reply_member(j, "facts"));
    s = is_list(reply_member(j, "summary")) ||
        json_is_str(reply_member(j, "summary"));
    if (o && json_get_bool(j, MEND_CUT))
        return FORM_CUT;
    if (o && (f || s))
        return FORM_WHOLE;
    return o || f || s ? FORM_PART : FORM_NONE;
}

/* --- finding ----------------------------------------------------------------- */

struct finder {
    struct str text;
    struct reply_json *r;
    enum form form; /* of what is kept so far */
    bool any;       /* some JSON was there */
    size_t work;
};

void reply_json_free(struct reply_json *r)
{
    for (size_t i = 0; i < r->ntrees; i++)
        json_free(r->trees[i]);
    *r = (struct reply_json){0};
}

static void replace(const struct json **part, const struct json *j)
{
    if (j && (!*part || json_len(j) || json_str(j).n))
        *part = j;
}

/* Keeps the tree or frees it. */
static void keep(struct finder *f, struct json *j, enum form form, bool cut)
{
    struct reply_json *r = f->r;

    if (form < f->form) {
        json_free(j);
        return;
    }
    if (form > f->form || form > FORM_PART)
        reply_json_free(r);
    if (r->ntrees == REPLY_TREES) {
        json_free(j);
        return;
    }
    f->form = form;
    r->trees[r->ntrees++] = j;
    r->cut = cut;
    if (form == FORM_LOOSE) {
        r->loose[r->nloose++] = j;
        return;
    }
    replace(&r->observations, reply_member(j, "observations"));
    replace(&r->facts, reply_member(j, "facts"));
    replace(&r->summary, reply_member(j, "summary"));
}

/* Could our JSON begin here? */
static bool may_begin(struct str s)
{
    char c;

    if (s.p[0] != '{' && s.p[0] != '[')
        return false;
    s = str_trim(str_cut(s, 1, s.n < 256 ? s.n : 256));
    c = s.n ? s.p[0] : '\0';
    if (str_eqz(str_cut(s, 0, 2), "//") || str_eqz(str_cut(s, 0, 2), "/*"))
        return true;
    return c == '{' || c == '"' || c == '\'' || c == '[' || is_alpha(c);
}

/* Tries the value at `at`; returns where to look next. */
static size_t try_at(struct finder *f, size_t at)
{
    struct str rest = str_cut(f->text, at, f->text.n);
    struct mended m = {0};
    struct json *j = NULL;
    enum form form;
    struct buf out;

    buf_init(&out, 6 * rest.n + 4096);
    if (mend_json(rest, &out, &m))
        j = json_parse(buf_str(&out), NULL);
    buf_free(&out);
    f->work += m.end ? m.end : rest.n / 4;
    if (!j)
        return at + 1;
    f->any = true;
    form = form_of(j);
    if (form == FORM_NONE) {
        json_free(j);
        return at + 1;
    }
    keep(f, j, form, m.cut);
    return at + m.end;
}

static void find(struct finder *f)
{
    size_t at = 0, most = WORK_FACTOR * f->text.n;

    while (at < f->text.n && f->work <= most)
        if (may_begin(str_cut(f->text, at, f->text.n)))
            at = try_at(f, at);
        else
            at++;
}

/* A fence around the whole text, and the word behind it. */
static struct str without_fence(struct str s)
{
    s = str_trim(s);
    if (!str_starts(s, STR("```")) || !str_ends(s, STR("```")) || s.n < 6)
        return s;
    s = str_cut(s, 3, s.n - 3);
    while (s.n && is_alpha(s.p[0]))
        s = str_cut(s, 1, s.n);
    return str_trim(s);
}

/* An empty object or list alone is how some models say "nothing". */
static bool says_nothing(struct str s)
{
    s = without_fence(s);
    return s.n >= 2 &&
           ((s.p[0] == '{' && s.p[s.n - 1] == '}') ||
            (s.p[0] == '[' && s.p[s.n - 1] == ']')) &&
           str_trim(str_cut(s, 1, s.n - 1)).n == 0;
}

int reply_json_find(struct str text, struct reply_json *r, struct err *e)
{
    struct finder f = {.text = str_cut(text, 0, REPLY_BYTES), .r = r};
    struct json *quoted = NULL;

    *r = (struct reply_json){0};
    if (str_trim(text).n == 0)
        return err_set(e, CM_EFORMAT, "it is empty");
    if (says_nothing(text))
        return 0;
    /* The whole object as one JSON string. */
    if (str_trim(text).p[0] == '"')
        quoted = json_parse(str_trim(f.text), NULL);
    if (json_is_str(quoted))
        f.text = json_str(quoted);
    find(&f);
    json_free(quoted);
    if (f.form != FORM_NONE)
        return 0;
    if (f.any)
        return err_set(e, CM_EFORMAT,
                       "its JSON has none of \"observations\", \"facts\" and "
                       "\"summary\"");
    return err_set(e, CM_EFORMAT, "there is no JSON object in it");
}
