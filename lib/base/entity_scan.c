/* entity_scan.c - see entity_scan.h and entity.h: the walk over a text. */
#include "base/common.h"

#include "base/entity_kind.h"
#include "base/entity_scan.h"
#include "base/entity_words.h"

/* More text than this of one memory is a listing. */
#define TEXT_BYTES (64u * 1024u)

void entity_add(struct entity_scan *s, enum entity_kind kind, struct str name)
{
    struct str key;
    uint64_t h;
    size_t at;

    if (s->n == s->max)
        return;
    key = entity_key(kind, name, s->a);
    if (key.n == 0)
        return;
    h = (str_hash(key) ^ ((uint64_t)kind << 56)) | 1;
    for (at = (size_t)(h >> 8) % ENTITY_SLOTS; s->seen[at];
         at = (at + 1) % ENTITY_SLOTS)
        if (s->seen[at] == h)
            return;
    s->seen[at] = h;
    s->out[s->n++] = (struct entity){kind, key, name};
}

static bool is_word(char c)
{
    return is_alnum(c) || (unsigned char)c >= 0x80;
}

size_t entity_word(struct str line, size_t at)
{
    size_t to = at;

    while (to < line.n && is_word(line.p[to])) {
        to++;
        if (to + 1 < line.n && (line.p[to] == '-' || line.p[to] == '\'') &&
            is_word(line.p[to + 1]) && line.p[to + 1] != 's')
            to++;
        else if (to + 2 < line.n && line.p[to] == '-' &&
                 is_word(line.p[to + 1]))
            to++;
    }
    return to - at;
}

struct str entity_peek(struct str line, size_t at)
{
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '#' ||
                           line.p[at] == '`' || line.p[at] == '\t'))
        at++;
    return str_cut(line, at, at + entity_word(line, at));
}

/* "https://..." at this place: its length, without the sentence's marks. */
static size_t url_at(struct str line, size_t at)
{
    static const char *const heads[] = {"https://", "http://",     "ssh://",
                                        "git@",     "postgres://", "ws://",
                                        "wss://",   "redis://",    "file://"};
    struct str rest = str_cut(line, at, line.n);
    size_t n = 0, head = 0;

    if (rest.n < 6 || !is_lower(rest.p[0]) || !strchr("hsgpwrf", rest.p[0]))
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(heads) && !head; i++)
        if (str_starts(rest, str_of(heads[i])))
            head = strlen(heads[i]);
    if (!head)
        return 0;
    while (n < rest.n && !is_space(rest.p[n]) &&
           !strchr("\"'`<>()[]{}|\\^,", rest.p[n]))
        n++;
    while (n && strchr(".:;!?*_", rest.p[n - 1]))
        n--;
    return n > head + 3 ? n : 0;
}

static void next_name(struct entity_scan *s)
{
    if (!names_next(&s->names, &s->name))
        s->name = STR_NONE;
}

/* `word` and word(). */
static bool is_marked(struct str line, size_t from, size_t to)
{
    if (to + 1 < line.n && line.p[to] == '(' && line.p[to + 1] == ')')
        return true;
    return to < line.n && line.p[to] == '`' && from && line.p[from - 1] == '`';
}

/* `docs/` */
static bool is_directory(struct str line, size_t from, size_t to)
{
    return from && line.p[from - 1] == '`' && to + 1 < line.n &&
           line.p[to] == '/' && line.p[to + 1] == '`';
}

static void take_name(struct entity_scan *s)
{
    size_t from = s->at, to = from + s->name.n;
    struct entity_near near = {
        .before = s->before,
        .after = entity_peek(s->line, to),
        .marked = is_marked(s->line, from, to),
    };
    struct str name = s->name;
    int kind = entity_kind_of(&name, &near);

    if (kind < 0 && is_directory(s->line, from, to))
        kind = ENTITY_PATH;
    if (kind >= 0)
        entity_add(s, (enum entity_kind)kind, name);
    s->before = s->name;
    s->begins = false;
    s->adjoins = is_upper(name.p[0]);
    s->at = to;
    next_name(s);
}

static void take_url(struct entity_scan *s, size_t n)
{
    entity_add(s, ENTITY_URL, str_cut(s->line, s->at, s->at + n));
    s->at += n;
    s->names.at = s->at;
    next_name(s);
    s->before = STR_NONE;
    s->begins = s->adjoins = false;
}

/* A mark between words; `begins` tells whether a sentence may begin behind. */
static void take_mark(struct entity_scan *s)
{
    char c = s->line.p[s->at];
    bool last = s->at + 1 >= s->line.n || is_space(s->line.p[s->at + 1]);

    if (c == '`' || c == '"')
        entity_span(s);
    else if (c == ':' && last)
        entity_message_behind(s);
    if (!is_space(c)) {
        bool dash = c == '-' && last && s->at && s->line.p[s->at - 1] == ' ';

        s->adjoins = false;
        if (dash ||
            (strchr(".!?:;|*([\"", c) && (last || strchr("*([\"|", c)))) {
            s->begins = true;
            s->before = STR_NONE;
            s->titled = entity_is_titled(s->line, s->at + 1);
        } else if (c != '-' && c != '`' && c != '#' && c != '\'') {
            s->before = STR_NONE;
        }
    }
    s->at++;
}

static void scan_line(struct entity_scan *s, struct str line)
{
    s->line = line;
    s->at = 0;
    s->names = (struct names){line, 0};
    s->before = STR_NONE;
    s->begins = true;
    s->adjoins = false;
    s->titled = line.n && line.p[0] == '#' ? true : entity_is_titled(line, 0);
    next_name(s);
    while (s->at < line.n && s->n < s->max) {
        size_t url = url_at(line, s->at);

        if (url)
            take_url(s, url);
        else if (s->name.n && s->name.p == line.p + s->at)
            take_name(s);
        else if (is_word(line.p[s->at]) || line.p[s->at] == '@')
            entity_prose(s);
        else
            take_mark(s);
        /* A name that a word ran into is gone. */
        while (s->name.n && s->name.p < line.p + s->at)
            next_name(s);
    }
}

size_t entities_of(struct str text, struct arena *a, struct entity *out,
                   size_t max)
{
    struct entity_scan s = {.a = a, .out = out, .max = max};
    struct str rest = str_cut(text, 0, TEXT_BYTES), line;

    if (s.max > ENTITIES_MAX)
        s.max = ENTITIES_MAX;
    while (s.n < s.max && str_line(&rest, &line))
        scan_line(&s, line);
    return s.n;
}
