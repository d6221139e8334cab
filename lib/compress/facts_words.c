/* facts_words.c - see facts_words.h. */
#include "base/common.h"

#include "base/names.h"
#include "base/utf8.h"
#include "compress/facts_words.h"

bool str_in(struct str s, const char *list)
{
    char z[64];

    if (s.n == 0 || s.n > sizeof(z) - 3)
        return false;
    snprintf(z, sizeof(z), " %.*s ", STR_ARG(s));
    return strstr(list, z) != NULL;
}

bool said_is(const struct said_word *w, const char *z)
{
    return str_eqz(w->norm, z);
}

bool said_in(const struct said_word *w, const char *list)
{
    return str_in(w->norm, list);
}

/* Short forms and twins; what people write for one thing. */
static const struct {
    const char *said, *means;
} twins[] = {
    {"repo", "repository"},
    {"db", "database"},
    {"config", "configuration"},
    {"docs", "documentation"},
    {"doc", "documentation"},
    {"dir", "directory"},
    {"env", "environment"},
    {"prod", "production"},
    {"dev", "development"},
    {"postgres", "postgresql"},
    {"pg", "postgresql"},
    {"k8s", "kubernetes"},
    {"js", "javascript"},
    {"ts", "typescript"},
    {"py", "python"},
    {"nodejs", "node"},
    {"node.js", "node"},
    {"golang", "go"},
    {"utilize", "use"},
    {"utilise", "use"},
    {"using", "use"},
    {"utilizing", "use"},
    {"sec", "second"},
    {"s", "second"},
    {"msec", "millisecond"},
    {"ms", "millisecond"},
    {"min", "minute"},
    {"m", "minute"},
    {"d", "day"},
    {"hr", "hour"},
    {"h", "hour"},
    {"kb", "kilobyte"},
    {"kib", "kilobyte"},
    {"mb", "megabyte"},
    {"mib", "megabyte"},
    {"gb", "gigabyte"},
    {"gib", "gigabyte"},
    {"%", "percent"},
    {"colour", "color"},
    {"licence", "license"},
    {"max", "maximum"},
    {"anymore", "any-more"},
    {"deps", "dependency"},
    {"ver", "version"},
};

static const char units[] = " s sec secs ms msec m min mins h hr hrs d kb kib "
                            "mb mib gb gib tb k px em rem % ";

static bool is_letter(char c)
{
    return is_alpha(c) || (unsigned char)c >= 0x80;
}

/* "processes" -> "process", "entries" -> "entry", "tests" -> "test". */
static struct str singular(struct str s)
{
    if (s.n < 4 || s.p[s.n - 1] != 's')
        return s;
    if (str_ends(s, STR("ss")) || str_ends(s, STR("us")) ||
        str_ends(s, STR("is")) || str_ends(s, STR("'s")))
        return s;
    if (str_ends(s, STR("sses")) || str_ends(s, STR("xes")) ||
        str_ends(s, STR("ches")) || str_ends(s, STR("shes")))
        return str_cut(s, 0, s.n - 2);
    return str_cut(s, 0, s.n - 1);
}

static struct str lower(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = to_lower(s.p[i]);
    return (struct str){p, s.n};
}

static struct str normal(struct arena *a, struct str s)
{
    struct str low = lower(a, s);

    for (size_t i = 0; i < ARRAY_LEN(twins); i++)
        if (str_eqz(low, twins[i].said))
            return str_of(twins[i].means);
    if (str_chr(low, '/') >= 0)
        return s; /* a path keeps its case */
    if (str_ends(low, STR("ies")) && low.n > 4)
        return arena_fmt(a, "%.*sy", STR_ARG(str_cut(low, 0, low.n - 3)));
    low = singular(low);
    for (size_t i = 0; i < ARRAY_LEN(twins); i++)
        if (str_eqz(low, twins[i].said))
            return str_of(twins[i].means);
    return low;
}

/* "1,000" -> "1000", "v2.1" -> "2.1". */
static struct str plain_number(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    if (s.n > 1 && (s.p[0] == 'v' || s.p[0] == 'V' || s.p[0] == '$'))
        s = str_cut(s, 1, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ',')
            p[n++] = to_lower(s.p[i]);
    return (struct str){p, n};
}

/* How many bytes at the start are a number; 0 when it does not begin so. */
static size_t number_bytes(struct str s)
{
    size_t i = 0;

    if (s.n > 1 && (s.p[0] == 'v' || s.p[0] == 'V' || s.p[0] == '$') &&
        is_digit(s.p[1]))
        i = 1;
    if (i >= s.n || !is_digit(s.p[i]))
        return 0;
    while (i < s.n &&
           (is_digit(s.p[i]) ||
            (strchr(".,:", s.p[i]) && i + 1 < s.n && is_digit(s.p[i + 1]))))
        i++;
    return i;
}

static struct said_word *push(struct said_words *o, struct str text,
                              struct str norm)
{
    static struct said_word spare;

    if (o->n && str_eqz(norm, "more") && said_is(&o->w[o->n - 1], "any")) {
        o->w[o->n - 1].norm = STR("any-more");
        return &spare;
    }
    if (o->n > 1 && str_eqz(norm, "on") && said_is(&o->w[o->n - 1], "now") &&
        said_is(&o->w[o->n - 2], "from")) { /* "from now on" */
        o->w[o->n - 2].norm = STR("now");
        o->n--;
        return &spare;
    }
    if (o->n == FACT_WORDS)
        return &spare;
    o->w[o->n] = (struct said_word){.text = text, .norm = norm};
    return &o->w[o->n++];
}

static bool has_inner_dot(struct str s)
{
    for (size_t i = 1; i + 1 < s.n; i++)
        if (s.p[i] == '.' && is_letter(s.p[i + 1]))
            return true;
    return false;
}

/* "don't" -> do, not; "it's" -> it. False when it is no such word. */
static bool put_contraction(struct said_words *o, struct str s, struct arena *a)
{
    static const struct {
        const char *said, *means;
    } odd[] = {{"cannot", "can"},  {"can't", "can"}, {"won't", "will"},
               {"shan't", "will"}, {"dont", "do"},   {"doesnt", "doe"}};
    struct str low = lower(a, s);
    ptrdiff_t at = str_chr(low, '\'');

    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        if (str_eqz(low, odd[i].said)) {
            push(o, s, str_of(odd[i].means));
            push(o, STR("not"), STR("not"));
            return true;
        }
    if (str_ends(low, STR("n't")) && low.n > 4) {
        push(o, s, normal(a, str_cut(low, 0, low.n - 3)));
        push(o, STR("not"), STR("not"));
        return true;
    }
    if (at <= 0 || low.n - (size_t)at > 3)
        return false;
    /* Possessive and "it is" alike: what stands before is the word. */
    push(o, str_cut(s, 0, (size_t)at), normal(a, str_cut(s, 0, (size_t)at)));
    if (str_in(str_cut(low, 0, (size_t)at), " it that there what ") ||
        str_ends(low, STR("'re")) || str_ends(low, STR("'m")))
        push(o, STR("is"), STR("is"));
    return true;
}

static void put_one(struct said_words *o, struct str s, bool first,
                    struct arena *a)
{
    size_t digits = number_bytes(s);
    struct str unit = str_cut(s, digits, s.n);
    struct said_word *w;

    if (digits && (unit.n == 0 || str_in(lower(a, unit), units))) {
        w = push(o, str_cut(s, 0, digits),
                 plain_number(a, str_cut(s, 0, digits)));
        w->number = true;
        if (unit.n)
            push(o, unit, normal(a, unit));
        return;
    }
    if (put_contraction(o, s, a))
        return;
    w = push(o, s, normal(a, s));
    w->path = str_chr(s, '/') >= 0 || has_inner_dot(s) || s.p[0] == '~';
    w->name = name_is(s) || w->path;
    /* A capital inside a sentence is a name; so is one inside a word. */
    for (size_t i = first ? 1 : 0; i < s.n && !w->name; i++)
        w->name = is_upper(s.p[i]);
    if (str_eqz(w->norm, "i"))
        w->name = false;
}

/* One blank-separated piece: its brackets and stops go. */
static void put_piece(struct said_words *o, struct str s, struct arena *a)
{
    bool first = o->n == 0 || o->w[o->n - 1].stop == '.';
    bool opens = false;
    size_t before;
    char stop = 0;
    ptrdiff_t eq;

    while (s.n && strchr("(\"'`[{*<\xe2", s.p[0])) {
        opens |= s.p[0] == '(';
        if (str_starts(s, STR("\xe2\x80"))) {
            s = str_cut(s, 3, s.n); /* a curly quote or a dash */
            continue;
        }
        if ((unsigned char)s.p[0] == 0xe2)
            break;
        s = str_cut(s, 1, s.n);
    }
    while (s.n && (strchr(".,;:!?)\"'`]}*>", s.p[s.n - 1]) ||
                   str_ends(s, STR("\xe2\x80\x9d")) ||
                   str_ends(s, STR("\xe2\x80\x99")))) {
        size_t cut = (unsigned char)s.p[s.n - 1] >= 0x80 ? 3 : 1;

        if (cut == 1 && strchr(".,;:!?)", s.p[s.n - 1]))
            stop = s.p[s.n - 1] == ')' && stop ? stop : s.p[s.n - 1];
        o->asks |= s.p[s.n - 1] == '?';
        s = str_cut(s, 0, s.n - cut);
    }
    before = o->n;
    eq = str_chr(s, '=');
    if (str_eqz(s, "-") && o->n)
        o->w[o->n - 1].stop = ';'; /* a dash */
    else if (s.n && (eq == 0 || str_eqz(s, ">")))
        push(o, s, STR("="));
    else if (s.n && eq > 0 && s.p[0] != '-' && (size_t)eq + 1 < s.n &&
             str_chr(s, '/') < 0) {
        put_one(o, str_cut(s, 0, (size_t)eq), first, a);
        push(o, STR("="), STR("="));
        put_one(o, str_cut(s, (size_t)eq + 1, s.n), false, a);
    } else if (s.n) {
        put_one(o, s, first, a);
    }
    if (o->n && stop)
        o->w[o->n - 1].stop = stop;
    if (o->n > before && opens)
        o->w[before].opens = true;
}

/* `The user said: "..." (about x)`, as the built-in rules write it. */
static struct str bare(struct str s)
{
    ptrdiff_t end;

    if (!str_starts(s, STR("The user said: \"")))
        return s;
    s = str_cut(s, 16, s.n);
    end = str_rchr(s, '"');
    return end > 0 ? str_cut(s, 0, (size_t)end) : s;
}

static struct str straight(struct str s, struct arena *a)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) { /* typographic apostrophes */
        if (str_starts(str_cut(s, i, s.n), STR("\xe2\x80\x99"))) {
            p[n++] = '\'';
            i += 2;
        } else {
            p[n++] = s.p[i];
        }
    }
    return (struct str){p, n};
}

void said_words_read(struct str text, struct arena *a, struct said_words *o)
{
    struct str s = straight(str_trim(bare(utf8_cut(text, FACT_BYTES))), a);
    size_t from = 0;

    o->n = 0;
    o->asks = o->many = false;
    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && !is_space(s.p[i]))
            continue;
        if (i > from) {
            o->many |= o->n && strchr(".!?", o->w[o->n - 1].stop) &&
                       o->w[o->n - 1].stop;
            put_piece(o, str_cut(s, from, i), a);
        }
        from = i + 1;
    }
}
