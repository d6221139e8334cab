/* entity_prose.c - see entity_scan.h: the words between names. */
#include "base/common.h"

#include "base/entity_kind.h"
#include "base/entity_scan.h"
#include "base/entity_words.h"

/* Capitalised words that are one name at most; more are a title. */
#define RUN_MAX 4
/* How far a sentence is looked at to see whether it is a title. */
#define TITLE_BYTES 200

struct word {
    struct str s;
    unsigned flags;
};

static bool is_capital(struct str w)
{
    return w.n > 1 && is_upper(w.p[0]) && is_lower(w.p[1]);
}

static bool ends_sentence(struct str line, size_t at)
{
    return strchr(".!?:;|\"", line.p[at]) &&
           (at + 1 >= line.n || is_space(line.p[at + 1]));
}

bool entity_is_titled(struct str line, size_t at)
{
    struct str part = str_cut(line, 0, at + TITLE_BYTES);
    size_t words = 0, capitals = 0;
    bool first = true; /* that one is large anyway */

    while (at < part.n && !ends_sentence(part, at)) {
        size_t n = is_alpha(part.p[at]) ? entity_word(part, at) : 0;

        words += n > 3 && !first;
        capitals += n > 3 && !first && is_upper(part.p[at]);
        first = first && !n;
        at += n ? n : 1;
    }
    return words > 2 && capitals * 10 >= words * 7;
}

/* The word at `at`; its flags are those of the word in lower case. */
static struct word word_at(const struct entity_scan *s, size_t at)
{
    struct word w = {0};

    w.s = str_cut(s->line, at, at + entity_word(s->line, at));
    if (s->name.n && s->name.p > w.s.p && s->name.p < w.s.p + w.s.n)
        w.s.n = (size_t)(s->name.p - w.s.p);
    w.flags = word_flags_any_case(w.s);
    return w;
}

/* The run of capitalised words at `at`, a blank between each. */
static size_t run_at(const struct entity_scan *s, size_t at, struct word *run)
{
    size_t n = 0;

    while (n <= RUN_MAX) {
        struct word w;

        if (at >= s->line.n || !is_upper(s->line.p[at]) ||
            s->name.p == s->line.p + at)
            break;
        w = word_at(s, at);
        if (!is_capital(w.s))
            break;
        run[n++] = w;
        at += w.s.n;
        if (at >= s->line.n || s->line.p[at] != ' ')
            break;
        at++;
    }
    return n;
}

static struct str join(const struct word *from, const struct word *to)
{
    return (struct str){from->s.p, (size_t)(to->s.p + to->s.n - from->s.p)};
}

static bool is_first_name(struct str w)
{
    return is_capital(w) &&
           (word_flags_any_case(w) & (WORD_PERSON | WORD_MAYBE_PERSON));
}

/* What nobody but a person does. */
static bool speaks(const struct entity_scan *s, struct str name)
{
    return word_in(STR("said says wrote asked asks thinks suggested decided "
                       "prefers reported maintains reviewed approved mentioned "
                       "told joined likes hates agreed proposed owns"),
                   entity_peek(s->line, (size_t)(name.p + name.n - s->line.p)));
}

/* Do the words beside the run say that it is somebody? */
static bool is_somebody(const struct entity_scan *s, const struct word *run,
                        size_t n)
{
    struct str end = join(run, run + n - 1);
    size_t to = (size_t)(end.p + end.n - s->line.p);
    struct str behind = str_cut(s->line, to, s->line.n);

    if (word_in(STR("asked ask told tell ping pinged cc hi hey mr mrs dr ms"),
                s->before))
        return true;
    if (str_ieq(s->before, STR("by")) &&
        word_in(STR("written owned maintained reviewed approved reported led "
                    "assigned authored made built said managed run"),
                s->before2))
        return true;
    if (str_starts(behind, STR(" <")) || str_starts(behind, STR("'s team")))
        return true;
    if (str_ieq(s->before, STR("and")) && is_first_name(s->before2))
        return true;
    if (str_starts(behind, STR(" and ")) &&
        is_first_name(entity_peek(s->line, to + 5)))
        return true;
    return (word_flags_any_case(entity_peek(s->line, to)) & WORD_SPEAKS) != 0;
}

/* "Referenced" and "Severity": a word of the language, made large. */
static bool is_english(struct str w)
{
    static const char *const ends[] = {
        "ed",  "ing",  "tion", "tions", "sion", "ment", "ments", "ness",
        "ity", "able", "ible", "ance",  "ence", "ize",  "ise",   "ate",
        "ly",  "ous",  "ful",  "less",  "ary",  "ies",  "ism",   "ist",
    };

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (w.n > strlen(ends[i]) + 2 && str_ends(w, str_of(ends[i])))
            return true;
    /* The plural of a plain word is one. */
    return w.n > 3 && w.p[w.n - 1] == 's' &&
           (word_flags_any_case(str_cut(w, 0, w.n - 1)) & WORD_PLAIN);
}

/* "Cross-worktree": a word with another before it. */
static bool is_joined(struct str w)
{
    ptrdiff_t at = str_chr(w, '-');

    return at > 0 && (size_t)at + 1 < w.n && !is_upper(w.p[at + 1]);
}

/* A single capitalised word, or several that belong together. */
static void take_run(struct entity_scan *s, const struct word *run, size_t n,
                     bool begins)
{
    bool known = (run[0].flags & (WORD_PRODUCT | WORD_CAPITAL)) != 0;
    bool somebody = is_somebody(s, run, n);

    if ((run[0].flags & WORD_PERSON) ||
        ((run[0].flags & WORD_MAYBE_PERSON) && somebody)) {
        if (n > 1 && run[1].flags == 0 && (!s->titled || somebody))
            entity_add(s, ENTITY_PERSON, join(run, run + 1));
        else
            entity_add(s, ENTITY_PERSON, run[0].s);
        return;
    }
    if (run[0].flags & WORD_MAYBE_PERSON && n == 1)
        known = !begins && (run[0].flags & WORD_CAPITAL);
    if (s->titled || n > 3) {
        for (size_t i = 0; i < n; i++)
            if (run[i].flags & (WORD_PRODUCT | WORD_CAPITAL))
                entity_add(s, ENTITY_NAME, run[i].s);
        return;
    }
    if (n == 1 && !known) {
        if (run[0].s.n < 3 || run[0].flags || s->adjoins ||
            (!somebody && is_english(run[0].s)) || is_joined(run[0].s))
            return;
        if (begins) {
            if (speaks(s, run[0].s) && !is_english(run[0].s))
                entity_add(s, ENTITY_PERSON, run[0].s);
            return;
        }
        if (s->before.n == 0 || !is_lower(s->before.p[0]))
            return;
        entity_add(s, somebody ? ENTITY_PERSON : ENTITY_NAME, run[0].s);
        return;
    }
    entity_add(s, ENTITY_NAME, join(run, run + n - 1));
}

/* "Remedia...": the text was cut here. */
static bool is_cut(struct str line, struct str w)
{
    struct str behind = str_cut(line, (size_t)(w.p + w.n - line.p), line.n);

    return str_starts(behind, STR("...")) ||
           str_starts(behind, STR("\xe2\x80\xa6"));
}

/* "Primary Request and Intent:" */
static bool is_label(struct str line, struct str w)
{
    size_t to = (size_t)(w.p + w.n - line.p);

    return to < line.n && line.p[to] == ':' &&
           (to + 1 == line.n || is_space(line.p[to + 1]));
}

/* Takes off what only begins or ends a sentence, and takes the rest. */
static void take_capitals(struct entity_scan *s, struct word *run, size_t n)
{
    const struct word *first = run;
    size_t left = n;
    bool begins = s->begins || run[0].s.p == s->line.p || run[0].s.p[-1] != ' ';

    if (is_label(s->line, run[n - 1].s))
        return;
    while (left) {
        bool body = word_in(STR("project team operation"), first->s) &&
                    left > 1 && !(first[1].flags & WORD_PLAIN);

        if (body || !(first->flags & WORD_PLAIN) ||
            (first->flags & WORD_MAYBE_PERSON))
            break;
        first++;
        left--;
        begins = false;
    }
    if (left && is_cut(s->line, first[left - 1].s))
        left--;
    while (left > 1 && (first[left - 1].flags & WORD_PLAIN))
        left--;
    /* At a sentence's beginning any word is large. */
    if (left > 1 && begins && first->flags == 0 && !is_somebody(s, first, left))
        first++, left--;
    if (left)
        take_run(s, first, left, begins && first == run);
}

/* "PR 12", "status 429": a number that the word before it makes a name. */
static bool take_number(struct entity_scan *s, struct str w)
{
    size_t at = s->at + w.n, to;
    struct str n;

    if (at >= s->line.n || s->line.p[at] != ' ' ||
        !is_digit(str_cut(s->line, at + 1, s->line.n).n ? s->line.p[at + 1]
                                                        : 0))
        return false;
    for (to = ++at; to < s->line.n && is_digit(s->line.p[to]); to++)
        ;
    n = str_cut(s->line, at, to);
    if (to < s->line.n && (is_alpha(s->line.p[to]) || s->line.p[to] == '%' ||
                           (s->line.p[to] == '.' && to + 1 < s->line.n &&
                            is_digit(s->line.p[to + 1]))))
        return false;
    if (n.n < 7 && n.p[0] != '0' &&
        (word_in(STR("pr issue bug ticket mr"), w) ||
         (str_ieq(w, STR("request")) && str_ieq(s->before, STR("pull")))))
        entity_add(s, ENTITY_ISSUE, n);
    else if (n.n == 3 && (n.p[0] == '4' || n.p[0] == '5') &&
             word_in(STR("status code"), w))
        entity_add(s, ENTITY_ERROR, n);
    else
        return false;
    s->at = to;
    return true;
}

/* "payments-api": what services are called. */
static bool is_service(struct str w)
{
    static const char ends[] =
        "api service server worker client cli db app ui web sdk bot gateway "
        "proxy queue cluster daemon backend frontend operator controller "
        "dashboard portal staging prod production indexer scheduler consumer "
        "producer ingest exporter registry broker replica migrator crawler";
    ptrdiff_t at = str_rchr(w, '-');

    return at > 2 && word_in(STR(ends), str_cut(w, (size_t)at + 1, w.n)) &&
           !word_in(STR("non multi single cross client server self full end "
                        "front back command open in on per pre re micro "
                        "third private public rest new old real"),
                    str_cut(w, 0, (size_t)str_chr(w, '-')));
}

/* "libuv"; not "library". */
static bool is_library(struct str w)
{
    return w.n > 4 && w.n < 16 && str_starts(w, STR("lib")) &&
           !word_in(STR("library libraries liberal liberty libel libido libre "
                        "librarian librarians liberate libertarian libs "
                        "liberally libation libations liberation"),
                    w);
}

/* What a word is by itself; false when it is nothing. */
static bool take_word(struct entity_scan *s, struct word w)
{
    static const char files[] =
        "makefile dockerfile readme changelog gemfile procfile rakefile "
        "jenkinsfile vagrantfile justfile caddyfile brewfile containerfile";

    int kind = ENTITY_NOT_ONE;

    if ((w.flags & WORD_COMMAND) && is_lower(w.s.p[0]) &&
        entity_command(s, w.s))
        return true;
    if ((w.flags & WORD_PRODUCT) ||
        ((w.flags & WORD_ACRONYM) && is_upper(w.s.p[0])))
        kind = ENTITY_NAME;
    else if (is_upper(w.s.p[0]) && word_in(STR(files), w.s))
        kind = ENTITY_PATH;
    else if (str_chr(w.s, '-') > 0 && is_service(w.s))
        kind = ENTITY_NAME;
    else if (is_library(w.s))
        kind = ENTITY_PACKAGE;
    if (kind < 0)
        return false;
    entity_add(s, (enum entity_kind)kind, w.s);
    return true;
}

/* What has a slash and yet is no name to names.h: a branch, "docs/". */
static bool take_slashed(struct entity_scan *s, struct str w)
{
    size_t to = s->at + w.n;
    struct entity_near near = {.before = s->before};
    struct str name;
    int kind = ENTITY_NOT_ONE;

    if (to >= s->line.n || s->line.p[to] != '/')
        return false;
    while (to < s->line.n &&
           (is_alnum(s->line.p[to]) || strchr("/-_.", s->line.p[to])))
        to++;
    while (to > s->at + w.n && strchr("-_.", s->line.p[to - 1]))
        to--;
    name = str_cut(s->line, s->at, to);
    near.after = entity_peek(s->line, to);
    near.marked = s->at && to < s->line.n && s->line.p[s->at - 1] == '`' &&
                  s->line.p[to] == '`';
    if (s->name.n && s->name.p < name.p + name.n)
        return false;
    if (name.p[name.n - 1] != '/')
        kind = entity_kind_of(&name, &near);
    else if (near.marked && name.n > 3)
        kind = ENTITY_PATH;
    if (kind >= 0)
        entity_add(s, (enum entity_kind)kind, name);
    s->before2 = s->before;
    s->before = name;
    s->at = to;
    return true;
}

/* "@dana"; not the "@" of an annotation or of "at". */
static void take_handle(struct entity_scan *s)
{
    size_t n = entity_word(s->line, s->at + 1);
    size_t to = s->at + 1 + n;
    struct str name = str_cut(s->line, s->at, to);
    bool alone = s->at == 0 || !is_alnum(s->line.p[s->at - 1]);

    s->at = n ? to : s->at + 1;
    if (alone && entity_is_handle(name) &&
        (to >= s->line.n || !strchr("(/{=@_", s->line.p[to])))
        entity_add(s, ENTITY_PERSON, name);
}

void entity_prose(struct entity_scan *s)
{
    struct word run[RUN_MAX + 1];
    struct word w;
    size_t n;

    if (s->line.p[s->at] == '@') {
        take_handle(s);
        return;
    }
    w = word_at(s, s->at);
    if (take_slashed(s, w.s)) {
        s->begins = s->adjoins = false;
        return;
    }
    n = run_at(s, s->at, run);
    if (take_number(s, w.s)) {
        w.s = STR_NONE;
    } else if (n) {
        struct str all = join(run, run + n - 1);

        if (n > 1 || !take_word(s, w))
            take_capitals(s, run, n);
        s->at = (size_t)(all.p + all.n - s->line.p);
        w = run[n - 1];
    } else {
        take_word(s, w);
        s->at += w.s.n;
    }
    s->before2 = s->before;
    s->before = w.s;
    s->begins = false;
    s->adjoins = false;
}
