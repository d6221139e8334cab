/* fresh_shown_test.c - wherever a memory is shown or given, it says whether its
 * code is as it was. */
#include "base/common.h"

#include "base/json.h"
#include "fresh_rig.h"
#include "ops/context.h"
#include "ops/prompt_slot.h"
#include "test.h"

#define DEF(name, n) "def " name "(text):\n" RIG_BODY "    # " n "\n"

/* Three memories of as many definitions: the second's is changed, the third's
 * goes, if `now`. */
static bool fill(struct fresh_rig *r, int64_t id[3], bool now)
{
    static const char *const titles[] = {
        "The frobnicator cache keeps records when the spool rotates",
        "The frobnicator cache loses records when the spool rotates",
        "The frobnicator cache flushes records when the spool rotates",
    };
    static const char *const symbols[] = {"keep", "lose", "flush"};

    if (!rig_open(r))
        return false;
    rig_put("a.py", DEF("keep", "1") DEF("lose", "2") DEF("flush", "3"));
    rig_index(r);
    for (int i = 0; i < 3; i++)
        id[i] = rig_about(r, titles[i], "a.py", symbols[i]);
    if (now) {
        rig_put("a.py", DEF("keep", "1") "def lose(text):\n    pass\n");
        rig_index(r);
    }
    return true;
}

static struct str context(struct fresh_rig *r)
{
    struct context_request rq = {.project_id = r->s.project};
    struct context c;

    CHECK_INT(context_render(&r->s.env, &rq, &c, NULL), 0);
    return c.text;
}

TEST(fresh_shown, a_session_that_starts_is_told_what_changed)
{
    struct fresh_rig r;
    int64_t id[3];
    struct str text, without;
    ptrdiff_t kept, lost, gone;

    if (!fill(&r, id, false))
        return;
    text = context(&r);
    CHECK_LACKS(text, "code changed");
    CHECK_INT(db_exec(r.s.db, "UPDATE code_trees SET project_id = NULL", NULL),
              0);
    without = context(&r);
    CHECK(str_eq(text, without)); /* to the byte */
    rig_put("a.py", DEF("keep", "1") "def lose(text):\n    pass\n");
    rig_index(&r);
    text = context(&r);
    kept = str_find(text, STR("#1 observation: The frob"));
    lost = str_find(text, STR("#2 observation (code changed since): The"));
    gone = str_find(text, STR("#3 observation (code gone): The frob"));
    CHECK(kept >= 0);
    CHECK(lost >= 0);
    CHECK(gone >= 0);
    CHECK(str_eq(text, context(&r)));
    rig_close(&r);
}

/* Where there is not room for all, what holds comes first: the newest has
 * gone. */
TEST(fresh_shown, at_a_start_what_holds_comes_first)
{
    struct fresh_rig r;
    struct context_request rq;
    struct context c;
    int64_t id[3];

    if (!fill(&r, id, true))
        return;
    rq = (struct context_request){.project_id = r.s.project, .tokens = 125};
    CHECK_INT(context_render(&r.s.env, &rq, &c, NULL), 0);
    CHECK_INT(c.nids, 1);
    CHECK_INT(c.ids[0], id[0]);
    rig_close(&r);
}

TEST(fresh_shown, a_search_says_so_and_puts_it_below)
{
    struct fresh_rig r;
    struct json *j;
    const struct json *first;
    struct str json;
    int64_t id[3];

    if (!fill(&r, id, true))
        return;
    json = seed_run(&r.s, "search",
                    "{\"words\":\"frobnicator cache\",\"explain\":true}");
    j = json_parse(json, NULL);
    first = json_first(json_get(j, "results"));
    CHECK_STR(json_get_str(first, "id"), "#1");
    CHECK_STR(json_str(json_path(first, "freshness.state")), "fresh");
    first = json_next(first);
    CHECK_STR(json_get_str(first, "id"), "#2");
    CHECK_STR(json_str(json_path(first, "freshness.label")),
              "code changed since");
    CHECK(json_num(json_path(first, "factors.code")) == 0.85);
    CHECK(!json_path(first, "freshness.cites"));
    first = json_next(first);
    CHECK_STR(json_get_str(first, "id"), "#3");
    CHECK_STR(json_str(json_path(first, "freshness.state")), "gone");
    json_free(j);
    json =
        seed_run(&r.s, "search",
                 "{\"words\":\"frobnicator cache\",\"as-of\":\"2026-02-28\"}");
    CHECK_LACKS(json, "freshness"); /* nobody knows how it was then */
    json = seed_run(&r.s, "search",
                    "{\"words\":\"frobnicator cache\",\"by\":\"session\"}");
    CHECK_HAS(json, "code gone");
    json = seed_run(&r.s, "timeline", "{\"id\":\"2\"}");
    CHECK_HAS(json, "code changed since");
    rig_close(&r);
}

TEST(fresh_shown, show_has_every_citation_of_a_memory_and_a_session)
{
    struct fresh_rig r;
    struct str json;
    int64_t id[3];

    if (!fill(&r, id, true))
        return;
    json = seed_run(&r.s, "show", "{\"ids\":[\"2\"]}");
    CHECK_HAS(json, "\"cites\":[{\"path\":\"a.py\",\"symbol\":\"lose\","
                    "\"line\":7,\"end_line\":");
    CHECK_HAS(json, "\"state\":\"changed\",\"now\":{\"path\":\"a.py\"");
    json = seed_run(&r.s, "show", "{\"ids\":[\"s1\"]}");
    CHECK_HAS(json, "\"symbols\":[{\"path\":\"a.py\",\"symbol\":\"keep\"");
    CHECK_HAS(json, "\"state\":\"gone\"");
    rig_close(&r);
}

TEST(fresh_shown, behind_a_prompt_it_says_so_and_counts_for_less)
{
    struct fresh_rig r;
    struct slot_request rq;
    struct prompt_slot slot;
    double before;
    int64_t id;

    if (!rig_open(&r))
        return;
    for (int i = 0; i < 8; i++) {
        char title[64];

        snprintf(title, sizeof(title), "Other matter number %d is kept", i);
        seed_said(&r.s, 0, title, "");
    }
    rig_put("a.py", DEF("keep", "1"));
    rig_index(&r);
    id = rig_about(&r,
                   "The frobnicator cache loses records when the spool "
                   "rotates",
                   "a.py", "keep");
    rq = (struct slot_request){
        .project_id = r.s.project,
        .prompt = STR("why does the frobnicator cache lose records when the "
                      "spool rotates?"),
        .limits = slot_limits_of(NULL)};
    rq.limits.bar = 0.1;
    CHECK_INT(prompt_slot_render(&r.s.env, &rq, &slot, NULL), 0);
    CHECK_HAS(slot.text, "(assistant): The frob");
    before = slot.candidates[0].match.sure;
    CHECK_INT(slot.candidates[0].row.id, id);
    rig_put("a.py", "def keep():\n    pass\n");
    rig_index(&r);
    CHECK_INT(prompt_slot_render(&r.s.env, &rq, &slot, NULL), 0);
    CHECK_HAS(slot.text, "(assistant, code changed since): The frob");
    CHECK(slot.candidates[0].match.sure < before);
    CHECK_HAS(slot.explain, "\"code\":\"changed\"");
    rq.limits.bar = before;
    CHECK_INT(prompt_slot_render(&r.s.env, &rq, &slot, NULL), 0);
    CHECK_INT(slot.text.n, 0);
    rig_close(&r);
}

/* The prompt names in code what the memory cites without naming it. */
TEST(fresh_shown, what_a_prompt_names_and_a_memory_cites_counts_as_said)
{
    struct fresh_rig r;
    struct slot_request rq;
    struct prompt_slot slot;
    double sure[2];
    int64_t id;

    if (!rig_open(&r))
        return;
    for (int i = 0; i < 60; i++) {
        char title[64];

        snprintf(title, sizeof(title), "Other matter number %d is kept", i);
        seed_said(&r.s, 0, title, "");
    }
    seed_said(&r.s, 0, "retry_after is called late", "");
    rig_put("src/net.py", DEF("retry_after", "1") DEF("wait", "2"));
    rig_index(&r);
    id = rig_about(&r, "Waits are bounded to a minute: the server said a day",
                   "src/net.py", "retry_after");
    rq = (struct slot_request){
        .project_id = r.s.project,
        .prompt = STR("why is retry_after bounded to a minute in waits?"),
        .limits = slot_limits_of(NULL)};
    for (int with = 0; with < 2; with++) {
        CHECK_INT(prompt_slot_render(&r.s.env, &rq, &slot, NULL), 0);
        CHECK_INT(slot.candidates[0].row.id, id);
        CHECK_STR(slot.candidates[0].about, with ? "" : "retry_after");
        sure[with] = slot.candidates[0].match.sure;
        if (!with)
            CHECK_HAS(slot.text, "(assistant, about retry_after): Waits are");
        CHECK_INT(db_exec(r.s.db, "DELETE FROM citations", NULL), 0);
    }
    CHECK(sure[0] > sure[1]);
    /* A verb is no name. */
    rig_about(&r, "Nothing ends before the day does", "src/net.py", "wait");
    rq.prompt = STR("how long does nothing wait before the day ends?");
    CHECK_INT(prompt_slot_render(&r.s.env, &rq, &slot, NULL), 0);
    for (size_t i = 0; i < slot.ncandidates; i++)
        CHECK_INT(slot.candidates[i].about.n, 0);
    rig_close(&r);
}
