/*
 * rules.c - any bytes in every place where the built-in extractor reads text:
 * prompt, assistant's words, command, output, and both sides of an edit.
 *
 * What comes out is well-formed UTF-8 within its limits, of known types.
 */
#include "base/common.h"

#include "base/utf8.h"
#include "compress/rules.h"
#include "tests/fuzz/fuzz.h"

/* The longest that a text of rules.c may be, with something to spare. */
#define TEXT_LIMIT 2048

int FUZZ_ENTRY(const uint8_t *data, size_t size);

static struct json *event(const char *name, const char *key, struct str s)
{
    struct json *j = json_object();

    json_set_str(j, "hook_event_name", str_of(name));
    if (key)
        json_set_str(j, key, s);
    return j;
}

static struct json *call(const char *tool, struct str s, const char *result)
{
    struct json *j = event("PostToolUse", "tool_name", str_of(tool));
    struct json *in = json_object(), *out = json_object();
    struct json *hunks = json_array(), *hunk = json_object();
    struct json *lines = json_array();
    struct str line;

    json_set_str(in, "command", s);
    json_set_str(in, "pattern", s);
    json_set_str(in, "content", s);
    json_set_str(in, "file_path", STR("/p/src/file.ts"));
    json_set(j, "tool_input", in);
    json_set_str(out, "stdout", s);
    for (struct str rest = s; str_line(&rest, &line);)
        json_push_str(lines, line);
    json_set(hunk, "lines", lines);
    json_push(hunks, hunk);
    json_set(out, "structuredPatch", hunks);
    json_set(j, "tool_response", out);
    if (result)
        json_set_str(j, "error", s);
    return j;
}

static void check_text(struct str s, size_t limit)
{
    FUZZ_CHECK(s.n <= limit);
    for (size_t at = 0, n; at < s.n; at += n) {
        n = utf8_len(str_cut(s, at, s.n));
        FUZZ_CHECK(n > 0);
    }
}

static void check(const struct drafts *d)
{
    const struct summary_draft *s = &d->summary;

    for (size_t i = 0; i < d->n; i++) {
        const struct draft *x = &d->items[i];

        FUZZ_CHECK(x->text.n > 0 && x->origin.n > 0);
        FUZZ_CHECK(x->importance >= 1 && x->importance <= 5);
        if (x->kind == DRAFT_OBSERVATION)
            FUZZ_CHECK(x->title.n > 0 && observation_type_is_known(x->type));
        check_text(x->title, 120);
        check_text(x->text, TEXT_LIMIT);
        for (size_t k = 0; k < x->nfacts; k++)
            check_text(x->facts[k], TEXT_LIMIT);
    }
    check_text(s->request, 640);
    check_text(s->investigated, 640);
    check_text(s->learned, 640);
    check_text(s->completed, 640);
    check_text(s->next_steps, 640);
    check_text(s->notes, 640);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    struct json *tree[] = {
        event("UserPromptSubmit", "prompt", s),
        event("Assistant", "text", s),
        call("Read", s, NULL),
        call("Bash", s, NULL),
        call("Edit", s, NULL),
        call("Bash", s, "failed"),
        call("Write", s, NULL),
        call("Bash", STR("make test"), NULL),
        event("Stop", "last_assistant_message", s),
        event("UserPromptSubmit", "prompt", STR("go on with src/x.c")),
        event("SessionEnd", NULL, s),
    };
    struct arena a = {NULL};
    struct drafts d = {.n = 0};
    struct ev evs[ARRAY_LEN(tree)];
    struct batch b = {.a = &a,
                      .root = STR("/p"),
                      .evs = evs,
                      .n = ARRAY_LEN(tree),
                      .ends_session = true};

    for (size_t i = 0; i < ARRAY_LEN(tree); i++) {
        evs[i] = (struct ev){.id = (int64_t)i + 1};
        ev_fill(&evs[i], json_get_str(tree[i], "hook_event_name"), tree[i]);
    }
    rules_extract(&b, &d);
    rules_summarise(&b, &d);
    check(&d);
    arena_free(&a);
    for (size_t i = 0; i < ARRAY_LEN(tree); i++)
        json_free(tree[i]);
    return 0;
}
