/* touch_test.c - definitions that tool calls touched, and who cites them. */
#include "base/common.h"

#include "store/memory.h"
#include "store/touch.h"
#include "seed.h"
#include "test.h"

static struct touch_in touch(const char *path, const char *symbol,
                             uint32_t line, uint64_t hash)
{
    return (struct touch_in){.path = str_of(path),
                             .symbol = str_of(symbol),
                             .kind = STR("function"),
                             .modified = true,
                             .first_line = line,
                             .last_line = line + 2,
                             .hash = hash,
                             .body = STR("int f;")};
}

static int64_t last_event(struct seed *s)
{
    struct stmt *q = db_stmt(s->db, "SELECT max(id) FROM events");
    int64_t id;

    CHECK_INT(stmt_step(q, NULL), 1);
    id = col_int(q, 0);
    stmt_done(q);
    return id;
}

static int64_t event(struct seed *s, int64_t session)
{
    seed_event(s, session, "PostToolUse", "Edit", "{}");
    return last_event(s);
}

TEST(touch, is_written_once_and_told_by_event_session_and_path)
{
    struct seed s;
    struct touch_in v[2];
    struct touch_row *rows;
    int64_t a, ev, next;
    size_t n;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    ev = event(&s, a);
    next = event(&s, a);
    v[0] = touch("src/a.c", "parse", 10, 0xfedcba9876543210u);
    v[1] = touch("src/a.c", "print", 20, 2);
    CHECK_INT(touches_put(s.db, a, ev, 5, v, 2, NULL), 0);
    CHECK_INT(touches_put(s.db, a, ev, 5, v, 2, NULL), 0); /* came twice */
    v[0].hash = 7;
    CHECK_INT(touches_put(s.db, a, next, 6, v, 1, NULL), 0);

    CHECK_INT(touches_of_events(s.db, a, ev, ev, &s.arena, &rows, &n, NULL), 0);
    CHECK_INT(n, 2);
    CHECK(rows[0].hash == 0xfedcba9876543210u);
    CHECK_STR(rows[0].symbol, "parse");
    CHECK_STR(rows[0].body, "int f;");
    CHECK_INT(rows[1].last_line, 22);
    CHECK_INT(touches_of_session(s.db, a, 10, &s.arena, &rows, &n, NULL), 0);
    CHECK_INT(n, 2);
    CHECK_INT(rows[0].hash, 7); /* the last one */
    CHECK_INT(touches_of_path(s.db, s.project, STR("src/a.c"), STR("parse"), 10,
                              &s.arena, &rows, &n, NULL),
              0);
    CHECK_INT(n, 2);
    CHECK_INT(rows[0].time_ms, 6);
    CHECK_INT(touches_of_path(s.db, s.project + 1, STR("src/a.c"), STR_NONE, 10,
                              &s.arena, &rows, &n, NULL),
              0);
    CHECK_INT(n, 0);
    seed_close(&s);
}

TEST(touch, of_one_definition_the_newest_is_cited)
{
    struct seed s;
    struct touch_in v = touch("src/a.c", "parse", 10, 1);
    struct memory_in in = {.title = STR("t"), .text = STR("parse is strict"),
                           .ncites = 1};
    struct touch_row *rows;
    int64_t a, ev[3], id, m = 0;
    size_t n;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    in.session_id = a;
    in.cites = &id;
    for (int i = 0; i < 3; i++)
        ev[i] = event(&s, a);
    /* Said of the second state, then of the third, then of the first. */
    for (int i = 1; i < 4; i++) {
        v.hash = (uint64_t)(i % 3);
        CHECK_INT(touches_put(s.db, a, ev[i % 3], i % 3, &v, 1, NULL), 0);
        CHECK_INT(touches_of_events(s.db, a, ev[i % 3], ev[i % 3], &s.arena,
                                    &rows, &n, NULL), 0);
        id = rows[0].id;
        m = seed_memory(&s, in, 1);
    }
    CHECK_INT(touches_of_memory(s.db, m, 10, &s.arena, &rows, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(rows[0].hash, 2);
    seed_close(&s);
}

TEST(touch, is_cited_and_goes_with_what_is_forgotten)
{
    struct seed s;
    struct touch_in v = touch("src/a.c", "parse", 10, 1);
    struct forgotten gone = {0};
    struct touch_row *rows;
    int64_t a, ev, id, m;
    size_t n;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    ev = event(&s, a);
    CHECK_INT(touches_put(s.db, a, ev, 5, &v, 1, NULL), 0);
    CHECK_INT(touches_of_events(s.db, a, ev, ev, &s.arena, &rows, &n, NULL), 0);
    id = rows[0].id;
    m = seed_memory(&s,
                    (struct memory_in){.title = STR("t"),
                                       .text = STR("parse is strict"),
                                       .session_id = a,
                                       .events = &ev,
                                       .nevents = 1,
                                       .cites = &id,
                                       .ncites = 1},
                    1);
    CHECK_INT(touches_of_memory(s.db, m, 10, &s.arena, &rows, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(rows[0].event_id, ev);
    CHECK_INT(db_begin(s.db, NULL), 0);
    CHECK_INT(memory_forget(s.db, m, &gone, NULL), 0);
    CHECK_INT(db_commit(s.db, NULL), 0);
    CHECK_INT(gone.events, 1);
    CHECK_INT(touches_of_session(s.db, a, 10, &s.arena, &rows, &n, NULL), 0);
    CHECK_INT(n, 0);
    seed_close(&s);
}
