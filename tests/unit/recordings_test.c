/*
 * recordings_test.c - recorded replies are read as their names say.
 *
 * tests/recordings/good-SESSION.json          nothing is dropped
 * tests/recordings/repaired-SESSION-HOW.*     the good one's memories all the
 *                                             same, those that are complete
 * tests/recordings/refused-WHAT.*             the model is asked again
 *
 * SESSION names the events, sessions/SESSION.jsonl, and the memories that
 * were shown, sessions/SESSION.related ("id: text" lines).
 */
#include "base/common.h"

#include <dirent.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "compress/reply.h"
#include "compress/reply_text.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_reply
#include "tests/fuzz/reply.c"
#undef FUZZ_ENTRY

#define FILES_MAX 64

struct session {
    struct arena a;
    struct batch b;
    struct ev evs[32];
    struct json *trees[32];
    struct prompt_memory memories[8];
    struct prompt_options o;
    struct buf events, related;
};

static struct str recording(struct buf *b, const char *name)
{
    char path[512];
    struct err e = {0};

    snprintf(path, sizeof(path), "tests/recordings/%s", name);
    buf_init(b, 1u << 20);
    if (file_read(test_source(path), b, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return buf_str(b);
}

static void read_related(struct session *s, const char *file)
{
    struct str rest, line;
    char path[512];

    snprintf(path, sizeof(path), "tests/recordings/%s", file);
    buf_init(&s->related, 1u << 16);
    if (!file_exists(test_source(path)))
        return;
    CHECK_INT(file_read(test_source(path), &s->related, NULL), 0);
    rest = buf_str(&s->related);
    while (str_line(&rest, &line)) {
        struct prompt_memory *m = &s->memories[s->o.nrelated++];
        ptrdiff_t colon = str_chr(line, ':');

        CHECK(colon > 0 && s->o.nrelated <= ARRAY_LEN(s->memories));
        CHECK_INT(str_int(str_cut(line, 0, (size_t)colon), 1, 9999, &m->id), 0);
        m->text = str_trim(str_cut(line, (size_t)colon + 1, line.n));
    }
    s->o.related = s->memories;
}

static void open_session(struct session *s, const char *name)
{
    char file[128];
    struct str rest, line;

    *s = (struct session){.o = {.max_bytes = 48u * 1024u}};
    s->b = (struct batch){.a = &s->a, .evs = s->evs, .ends_turn = true};
    snprintf(file, sizeof(file), "sessions/%s.jsonl", name);
    rest = recording(&s->events, file);
    while (str_line(&rest, &line)) {
        struct ev *e = &s->evs[s->b.n];
        struct json *j = json_parse(line, NULL);

        CHECK(j != NULL && s->b.n < ARRAY_LEN(s->evs));
        e->id = 1 + (int64_t)s->b.n;
        CHECK_INT(clock_parse(json_get_str(j, "_ts"), 0, &e->time_ms), 0);
        ev_fill(e, json_get_str(j, "hook_event_name"), j);
        s->trees[s->b.n++] = j;
    }
    s->b.root = s->b.cwd = json_get_str(s->trees[0], "cwd");
    snprintf(file, sizeof(file), "sessions/%s.related", name);
    read_related(s, file);
}

static void close_session(struct session *s)
{
    for (size_t i = 0; i < s->b.n; i++)
        json_free(s->trees[i]);
    buf_free(&s->events);
    buf_free(&s->related);
    arena_free(&s->a);
}

/* The names of the recordings that begin so, in no particular order. */
static size_t recordings(const char *kind, char names[FILES_MAX][128])
{
    DIR *dir = opendir(test_source("tests/recordings"));
    struct dirent *d;
    size_t n = 0;

    CHECK(dir != NULL);
    while ((d = readdir(dir)) != NULL) {
        if (!str_starts(str_of(d->d_name), str_of(kind)))
            continue;
        CHECK(n < FILES_MAX);
        snprintf(names[n++], 128, "%s", d->d_name);
    }
    closedir(dir);
    CHECK(n > 0);
    return n;
}

/* "portal" of "repaired-portal-fence.txt". */
static void session_name(const char *file, char *out, size_t size)
{
    struct str s = str_of(file);

    s = str_cut(s, (size_t)str_chr(s, '-') + 1, s.n);
    s = str_cut(s, 0, strcspn(s.p, "-."));
    snprintf(out, size, "%.*s", STR_ARG(s));
}

static void check_list(const struct json *list, size_t n, const char *what)
{
    printf("# %s\n", what);
    CHECK_INT(n, json_len(list));
}

/* Nothing is lost: texts, lists and relations come out as they went in. */
static void check_same(const struct json *j, const struct draft *d)
{
    struct str relation = json_get_str(json_get(j, "relation"), "kind");

    if (d->kind == DRAFT_FACT) {
        CHECK(str_eq(d->text, json_get_str(j, "text")));
        CHECK(str_eq(d->origin, json_get_str(j, "by")) ||
              str_eqz(d->origin, "tool"));
    } else {
        CHECK(str_eq(d->type, json_get_str(j, "type")));
        CHECK(str_eq(d->title, json_get_str(j, "title")));
        CHECK(str_eq(d->subtitle, json_get_str(j, "subtitle")));
        CHECK(str_eq(d->text, json_get_str(j, "narrative")));
        check_list(json_get(j, "facts"), d->nfacts, "facts");
        check_list(json_get(j, "concepts"), d->nconcepts, "concepts");
        CHECK_INT(d->nfiles, json_len(json_get(j, "files_read")) +
                                 json_len(json_get(j, "files_modified")));
    }
    check_list(json_get(j, "events"), d->nevents, "events");
    check_list(json_get(j, "entities"), d->nnames, "entities");
    check_list(json_get(j, "relations"), d->nstated, "relations");
    CHECK_INT(d->importance, json_get_int(j, "importance", 0));
    CHECK((d->relation == REL_NONE) == str_eqz(relation, "none"));
    CHECK_INT(d->related, json_get_int(json_get(j, "relation"), "to", -1));
}

TEST(recordings, good_replies_are_taken_whole)
{
    char names[FILES_MAX][128], name[64];
    size_t n = recordings("good-", names);

    for (size_t i = 0; i < n; i++) {
        struct session s;
        struct drafts d;
        struct err e = {0};
        struct buf text;
        struct json *j;
        size_t k = 0;

        printf("# %s\n", names[i]);
        session_name(names[i], name, sizeof(name));
        open_session(&s, strcmp(name, "none") == 0 ? "portal" : name);
        j = json_parse(recording(&text, names[i]), NULL);
        CHECK(j != NULL);
        CHECK_INT(reply_parse(buf_str(&text), &s.b, &s.o, &d, &e), 0);
        for (const struct json *x = json_first(json_get(j, "observations")); x;
             x = json_next(x))
            check_same(x, &d.items[k++]);
        for (const struct json *x = json_first(json_get(j, "facts")); x;
             x = json_next(x))
            check_same(x, &d.items[k++]);
        CHECK_INT(d.n, k);
        CHECK(str_eq(d.summary.learned,
                     json_get_str(json_get(j, "summary"), "learned")));
        json_free(j);
        buf_free(&text);
        close_session(&s);
    }
}

TEST(recordings, repaired_replies_say_what_the_good_one_says)
{
    char names[FILES_MAX][128], name[64], good[96];
    size_t n = recordings("repaired-", names);

    for (size_t i = 0; i < n; i++) {
        struct session s;
        struct drafts d, want;
        struct err e = {0};
        struct buf text, good_text;

        printf("# %s\n", names[i]);
        session_name(names[i], name, sizeof(name));
        snprintf(good, sizeof(good), "good-%s.json", name);
        open_session(&s, name);
        CHECK_INT(
            reply_parse(recording(&good_text, good), &s.b, &s.o, &want, &e), 0);
        CHECK_INT(reply_parse(recording(&text, names[i]), &s.b, &s.o, &d, &e),
                  0);
        CHECK(d.n > 0);
        CHECK(str_eq(d.items[0].title, want.items[0].title));
        CHECK(str_eq(d.items[0].type, want.items[0].type));
        CHECK(reply_same_words(d.items[0].text, want.items[0].text));
        CHECK_INT(d.items[0].nevents, want.items[0].nevents);
        CHECK_INT(d.items[0].nfiles, want.items[0].nfiles);
        CHECK_INT(d.items[0].relation, REL_NONE);
        CHECK_INT(d.items[0].importance, 4);
        /* Cut off in its second observation, or there all the same. */
        if (strstr(names[i], "-cut.") != NULL)
            CHECK_INT(d.n, want.n - 1);
        else
            CHECK_STR(d.items[1].title, want.items[1].title.p);
        for (size_t k = 0; k < d.n; k++)
            CHECK_LACKS(d.items[k].text, "setup.sh");
        buf_free(&text);
        buf_free(&good_text);
        close_session(&s);
    }
}

TEST(recordings, refused_replies_are_refused_with_a_reason)
{
    char names[FILES_MAX][128];
    size_t n = recordings("refused-", names);
    struct session s;

    open_session(&s, "portal");
    for (size_t i = 0; i < n; i++) {
        struct drafts d = {0};
        struct err e = {0};
        struct buf text;

        printf("# %s\n", names[i]);
        CHECK_INT(reply_parse(recording(&text, names[i]), &s.b, &s.o, &d, &e),
                  CM_EFORMAT);
        CHECK(e.msg[0] != '\0');
        buf_free(&text);
    }
    close_session(&s);
}

/* --- the fuzzer, over recordings that were damaged ------------------------- */

/* xorshift: the same inputs in every run, so that a failure comes back. */
static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Overwrites, takes out, doubles; then cuts. In memory of exactly that size,
 * so that a byte read too far is seen. */
static void fuzz_damaged(struct str good, uint32_t *state)
{
    static const char marks[] = "{}[]\",:\\'`\n/\x80\xe2";
    size_t n = good.n, room = 2 * good.n + 1;
    uint8_t *bytes = malloc(room), *exact;

    CHECK(bytes != NULL);
    memcpy(bytes, good.p, n);
    for (uint32_t hits = 1 + next(state) % 6; hits > 0 && n > 1; hits--) {
        size_t at = next(state) % n;
        size_t len = next(state) % (n - at) % 200;

        switch (next(state) % 4) {
        case 0:
            bytes[at] = (uint8_t)next(state);
            break;
        case 1:
            bytes[at] = (uint8_t)marks[next(state) % (sizeof(marks) - 1)];
            break;
        case 2:
            memmove(bytes + at, bytes + at + len, n - at - len);
            n -= len;
            break;
        default:
            if (n + len > room)
                break;
            memmove(bytes + at + len, bytes + at, n - at);
            n += len;
        }
    }
    if (next(state) % 3 == 0)
        n = next(state) % (n + 1);
    exact = malloc(n ? n : 1);
    CHECK(exact != NULL);
    memcpy(exact, bytes, n);
    fuzz_reply(exact, n);
    free(exact);
    free(bytes);
}

TEST(fuzz, reply)
{
    static const char *const kinds[] = {"good-", "repaired-", "refused-"};
    char names[FILES_MAX][128];
    uint32_t state = 2463534242u;

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        size_t n = recordings(kinds[k], names);

        for (size_t i = 0; i < n; i++) {
            struct buf text;

            recording(&text, names[i]);
            for (int round = 0; round < 120; round++)
                fuzz_damaged(buf_str(&text), &state);
            buf_free(&text);
        }
    }
}
