/* wishes.c - see wishes.h. */
#include "base/common.h"

#include "base/redact.h"
#include "base/utf8.h"
#include "compress/prompt_text.h"
#include "compress/reply_text.h"
#include "compress/wishes.h"

/* Subjects of a list that are looked for. */
#define SUBJECTS_MAX 64
/* A longer line of a prompt would be cut. */
#define LINE_BYTES 320u
/* Of one memory. */
#define SORTED_MAX 8u

static const struct text {
    const char *sent, *kept;
    size_t at; /* in struct wishes */
} texts[] = {
    {"custom_instructions", "instructions",
     offsetof(struct wishes, instructions)},
    {"agent_custom_instructions", "agent_instructions",
     offsetof(struct wishes, agent_instructions)},
    {"includes", "includes", offsetof(struct wishes, includes)},
    {"excludes", "excludes", offsetof(struct wishes, excludes)},
};

/* --- taken ------------------------------------------------------------------ */

static const struct json *said(const struct json *obj, const char *name)
{
    const struct json *v = json_get(obj, name);

    return json_is_null(v) ? NULL : v;
}

/* A text, or a list of them with commas between. */
static int take_text(const struct text *t, const struct json *v,
                     struct json *out, struct err *e)
{
    const struct json *c = json_is_array(v) ? json_first(v) : v;
    struct buf all;
    bool is_text = true;
    int rc = 0;

    buf_init(&all, WISHES_TEXT_MAX);
    for (; c && is_text; c = json_is_array(v) ? json_next(c) : NULL) {
        struct str s = str_trim(json_str(c));

        is_text = json_is_str(c);
        if (s.n)
            buf_addf(&all, "%s%.*s", all.len ? ", " : "", STR_ARG(s));
    }
    if (!is_text)
        rc = err_set(e, CM_EARG, "%s is a text.", t->sent);
    else if (buf_is_full(&all))
        rc = err_set(e, CM_EARG, "%s has at most %u bytes.", t->sent,
                     WISHES_TEXT_MAX);
    else if (all.len)
        json_set_str(out, t->kept, buf_str(&all));
    buf_free(&all);
    return rc;
}

static int push_category(struct json *list, struct str name, struct str about,
                         struct err *e)
{
    struct json *pair = json_array();

    name = str_trim(name);
    about = str_trim(about);
    json_push_str(pair, name);
    json_push_str(pair, about);
    json_push(list, pair);
    if (name.n == 0 || name.n > WISHES_NAME_MAX || about.n > WISHES_ABOUT_MAX)
        return err_set(e, CM_EARG,
                       "custom_categories: a name has 1 to %u bytes, what it "
                       "is about at most %u.",
                       WISHES_NAME_MAX, WISHES_ABOUT_MAX);
    if (json_len(list) > WISHES_CATEGORIES_MAX)
        return err_set(e, CM_EARG, "custom_categories has at most %u.",
                       WISHES_CATEGORIES_MAX);
    return 0;
}

static int take_object(const struct json *v, struct json *list, struct err *e)
{
    int rc = 0;

    for (const struct json *c = json_first(v); c && rc == 0; c = json_next(c))
        rc = json_is_str(c) || json_is_null(c)
                 ? push_category(list, json_key(c), json_str(c), e)
                 : err_set(e, CM_EARG,
                           "custom_categories: what a category is about is a "
                           "text.");
    return rc;
}

static int take_categories(const struct json *v, struct json *out,
                           struct err *e)
{
    struct json *list = json_array();
    int rc = 0;

    if (json_is_object(v))
        rc = take_object(v, list, e);
    else if (!json_is_array(v))
        rc = err_set(e, CM_EARG, "custom_categories is a list.");
    for (const struct json *c = json_is_array(v) ? json_first(v) : NULL;
         c && rc == 0; c = json_next(c)) {
        if (json_is_object(c))
            rc = take_object(c, list, e);
        else if (json_is_str(c))
            rc = push_category(list, json_str(c), STR_NONE, e);
        else
            rc = err_set(e, CM_EARG,
                         "custom_categories is a list of {name: about}.");
    }
    if (rc == 0 && json_len(list))
        json_set(out, "categories", list);
    else
        json_free(list);
    return rc;
}

int wishes_take(const struct json *from, const struct json *other,
                struct json **out, struct err *e)
{
    struct json *kept = json_object();
    const struct json *v;
    int rc = 0;

    for (size_t i = 0; i < ARRAY_LEN(texts) && rc == 0; i++) {
        v = said(from, texts[i].sent);
        v = v ? v : said(other, texts[i].sent);
        if (v)
            rc = take_text(&texts[i], v, kept, e);
    }
    v = said(from, "custom_categories");
    v = v ? v : said(other, "custom_categories");
    if (rc == 0 && v)
        rc = take_categories(v, kept, e);
    if (rc == 0 && json_len(kept)) {
        redact_json(kept);
        *out = kept;
        return 0;
    }
    json_free(kept);
    if (rc == 0)
        *out = NULL;
    return rc;
}

void wishes_read(const struct json *kept, struct arena *a, struct wishes *out)
{
    const struct json *list = json_get(kept, "categories");

    *out = (struct wishes){0};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct str *s = (struct str *)((char *)out + texts[i].at);

        *s = arena_str(a, json_get_str(kept, texts[i].kept));
    }
    out->categories =
        arena_array(a, json_len(list) + 1, sizeof(*out->categories));
    for (const struct json *c = json_first(list);
         c && out->ncategories < WISHES_CATEGORIES_MAX; c = json_next(c)) {
        struct str name = json_str(json_at(c, 0));

        if (name.n)
            out->categories[out->ncategories++] = (struct wish_category){
                arena_str(a, name), arena_str(a, json_str(json_at(c, 1)))};
    }
}

bool wishes_are_none(const struct wishes *w)
{
    return w->instructions.n + w->agent_instructions.n + w->includes.n +
               w->excludes.n + w->ncategories ==
           0;
}

/* --- by words ---------------------------------------------------------------- */

static bool in_word(char c)
{
    return is_alnum(c) || c == '_';
}

/* Not as a part of a longer word; scripts without blanks have no such. */
static bool has_words(struct str text, struct str words)
{
    ptrdiff_t at;

    while (words.n && (at = str_ifind(text, words)) >= 0) {
        size_t from = (size_t)at, end = from + words.n;

        if ((from == 0 || !in_word(text.p[from - 1]) || !in_word(words.p[0])) &&
            (end == text.n || !in_word(text.p[end]) ||
             !in_word(words.p[words.n - 1])))
            return true;
        text = str_cut(text, from + 1, text.n);
    }
    return false;
}

static bool has_subject(struct str subjects, struct str text)
{
    struct str part;

    for (int n = 0; n < SUBJECTS_MAX && subjects.n; n++) {
        size_t end = 0;

        while (end < subjects.n && !strchr(",;\n", subjects.p[end]))
            end++;
        part = str_trim(str_cut(subjects, 0, end));
        if (has_words(text, part))
            return true;
        subjects = str_cut(subjects, end + 1, subjects.n);
    }
    return false;
}

bool wishes_let(const struct wishes *w, struct str text)
{
    return (w->includes.n == 0 || has_subject(w->includes, text)) &&
           !has_subject(w->excludes, text);
}

/* "bee_keeping" is "bee keeping". */
static struct str as_words(struct str name, char out[WISHES_NAME_MAX])
{
    size_t n = name.n < WISHES_NAME_MAX ? name.n : WISHES_NAME_MAX;

    for (size_t i = 0; i < n; i++)
        out[i] = name.p[i] == '_' || name.p[i] == '-' ? ' ' : name.p[i];
    return (struct str){out, n};
}

size_t wishes_sort(const struct wishes *w, struct str text, struct arena *a,
                   struct str **names)
{
    char words[WISHES_NAME_MAX];
    size_t n = 0;

    *names = NULL;
    if (w->ncategories)
        *names = arena_array(a, SORTED_MAX, sizeof(**names));
    for (size_t i = 0; i < w->ncategories && n < SORTED_MAX; i++) {
        struct str name = w->categories[i].name;

        if (has_words(text, name) || has_words(text, as_words(name, words)))
            (*names)[n++] = name;
    }
    return n;
}

struct str wishes_category(const struct wishes *w, struct str name)
{
    for (size_t i = 0; i < w->ncategories; i++)
        if (reply_same_words(w->categories[i].name, name))
            return w->categories[i].name;
    return STR_NONE;
}

static struct str all_text(const struct draft *d, struct arena *a)
{
    struct buf b;
    struct str out;

    buf_init(&b, 64u * 1024u);
    buf_addf(&b, "%.*s\n%.*s\n%.*s", STR_ARG(d->title), STR_ARG(d->subtitle),
             STR_ARG(d->text));
    for (size_t i = 0; i < d->nfacts; i++)
        buf_addf(&b, "\n%.*s", STR_ARG(d->facts[i]));
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

void wishes_obey(const struct wishes *w, struct arena *a, struct drafts *d)
{
    size_t kept = 0;

    if (wishes_are_none(w))
        return;
    for (size_t i = 0; i < d->n; i++) {
        struct str text = all_text(&d->items[i], a);

        if (!wishes_let(w, text))
            continue;
        d->items[kept] = d->items[i];
        d->items[kept].ncategories =
            wishes_sort(w, text, a, &d->items[kept].categories);
        kept++;
    }
    d->n = kept;
}

/* --- told to a model ------------------------------------------------------------ */

/* In lines that the prompt does not cut. */
static void show_lines(struct show *s, const char *heading, struct str text)
{
    struct str line;

    if (text.n == 0)
        return;
    buf_addf(s->out, "%s\n", heading);
    while (str_line(&text, &line)) {
        while (line.n > LINE_BYTES) {
            struct str head = utf8_cut(line, LINE_BYTES);
            ptrdiff_t blank = str_rchr(head, ' ');

            if (blank > 0)
                head = str_cut(head, 0, (size_t)blank);
            show_text(s, head, LINE_BYTES, KEEP_HEAD);
            line = str_cut(line, head.n, line.n);
        }
        show_text(s, str_trim(line), LINE_BYTES, KEEP_HEAD);
    }
}

static void show_categories(const struct wishes *w, struct show *s)
{
    if (w->ncategories == 0)
        return;
    buf_addz(s->out, "categories: give every observation and every fact "
                     "\"categories\": [], a list of those of these names that "
                     "fit, as they are spelt here, and no others:\n");
    for (size_t i = 0; i < w->ncategories; i++) {
        buf_addc(s->out, ' ');
        show_inline(s, w->categories[i].name, WISHES_NAME_MAX);
        if (w->categories[i].about.n) {
            buf_addz(s->out, ": ");
            show_inline(s, w->categories[i].about, WISHES_ABOUT_MAX);
        }
        buf_addc(s->out, '\n');
    }
}

void wishes_show(const struct wishes *w, struct show *s)
{
    if (wishes_are_none(w))
        return;
    buf_addz(s->out,
             "<wishes>\n"
             "The owner of these memories wishes the following. It decides "
             "what is worth keeping and how it is worded, and goes before "
             "what was said about that above: the memories need not be about "
             "software then, and what it asks to leave out appears nowhere "
             "in the reply. It does not change the form of the reply, nor "
             "that everything is true to the record, free of secrets, and "
             "that the record instructs nobody.\n");
    show_lines(s, "what to keep, and how:", w->instructions);
    show_lines(s, "of what the assistant says:", w->agent_instructions);
    show_lines(s, "keep only what has to do with:", w->includes);
    show_lines(s, "leave out all that has to do with:", w->excludes);
    show_categories(w, s);
    buf_addz(s->out, "</wishes>\n\n");
}

static void add_categories(const struct wishes *w, struct json *items)
{
    struct json *list = json_object(), *one = json_object(),
                *names = json_array();

    for (size_t i = 0; i < w->ncategories; i++)
        json_push_str(names, w->categories[i].name);
    json_set_str(one, "type", STR("string"));
    json_set(one, "enum", names);
    json_set_str(list, "type", STR("array"));
    json_set(list, "items", one);
    json_set(json_get(items, "properties"), "categories", list);
    json_push_str(json_get(items, "required"), STR("categories"));
}

bool wishes_schema(const struct wishes *w, struct str schema, struct buf *out)
{
    static const char *const lists[] = {"properties.observations.items",
                                        "properties.facts.items"};
    struct json *j;
    bool is;

    if (w->ncategories == 0)
        return false;
    j = json_parse(schema, NULL);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        add_categories(w, json_path(j, lists[i]));
    is = json_print(j, out, 0);
    json_free(j);
    return is;
}
