/* fresh_rig.c - see fresh_rig.h. */
#include "base/common.h"

#include <unistd.h>

#include "base/file.h"
#include "code_rig.h"
#include "fresh_rig.h"
#include "ops/code_index.h"
#include "store/code_read.h"
#include "store/touch.h"
#include "test.h"

const char *rig_root(void)
{
    static char path[1024];

    snprintf(path, sizeof(path), "%s/tree", test_dir());
    return path;
}

bool rig_open(struct fresh_rig *r)
{
    struct code_parser *p = code_rig();

    if (!p)
        return false;
    code_parser_destroy(p);
    *r = (struct fresh_rig){0};
    seed_open(&r->s);
    r->session = seed_session(&r->s, "rig", "main", 2, NULL);
    return true;
}

void rig_close(struct fresh_rig *r)
{
    seed_close(&r->s);
}

void rig_put(const char *path, const char *text)
{
    char whole[2048];
    char *slash;

    snprintf(whole, sizeof(whole), "%s/%s", rig_root(), path);
    if (!text) {
        CHECK_INT(unlink(whole), 0);
        return;
    }
    slash = strrchr(whole, '/');
    *slash = '\0';
    CHECK_INT(file_mkdirs(whole, NULL), 0);
    *slash = '/';
    CHECK_INT(file_write(whole, str_of(text), 0644, NULL), 0);
}

void rig_index(struct fresh_rig *r)
{
    struct index_run *run;
    struct err e = {0};

    if (index_begin(&run, r->s.db, rig_root(), r->s.project, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    while (index_read(run, &e) > 0) {
        CHECK_INT(db_begin(r->s.db, &e), 0);
        CHECK_INT(index_write(run, r->s.db, 0, &e), 0);
        CHECK_INT(db_commit(r->s.db, &e), 0);
    }
    index_end(run);
}

static struct touch_in now_in_index(struct fresh_rig *r, const char *path,
                                    const char *symbol)
{
    struct arena *a = &r->s.arena;
    struct code_tree_row *trees;
    struct code_file_row f;
    struct code_symbol_row *v;
    size_t n;

    CHECK_INT(code_trees(r->s.db, a, &trees, &n, NULL), 0);
    CHECK_INT(code_file_find(r->s.db, trees[0].id, str_of(path), a, &f, NULL),
              1);
    if (!symbol[0])
        return (struct touch_in){.path = f.path, .hash = f.hash};
    CHECK_INT(code_symbols_of(r->s.db, f.id, a, &v, &n, NULL), 0);
    for (size_t i = 0; i < n; i++)
        if (str_eqz(v[i].qualified, symbol))
            return (struct touch_in){
                .path = f.path,
                .symbol = v[i].qualified,
                .kind = str_of(code_kind_name((enum code_kind)v[i].kind)),
                .first_line = (uint32_t)v[i].first_line,
                .last_line = (uint32_t)v[i].last_line,
                .hash = v[i].hash,
            };
    test_fail(__FILE__, __LINE__, "%s has no %s", path, symbol);
}

int64_t rig_touch(struct fresh_rig *r, const char *path, const char *symbol,
                  const char *body)
{
    struct touch_in in = now_in_index(r, path, symbol);
    struct stmt *q;
    int64_t event;

    in.modified = true;
    in.body = str_of(body);
    seed_event(&r->s, r->session, "PostToolUse", "Edit", "{}");
    q = db_stmt(r->s.db, "SELECT max(id) FROM events");
    CHECK_INT(stmt_step(q, NULL), 1);
    event = col_int(q, 0);
    stmt_done(q);
    CHECK_INT(
        touches_put(r->s.db, r->session, event, SEED_NOW - event, &in, 1, NULL),
        0);
    return db_last_id(r->s.db);
}

int64_t rig_memory(struct fresh_rig *r, const char *title,
                   const int64_t *touches, size_t n)
{
    return seed_memory(&r->s,
                       (struct memory_in){.title = str_of(title),
                                          .text = str_of(title),
                                          .session_id = r->session,
                                          .cites = touches,
                                          .ncites = n},
                       1);
}

int64_t rig_about(struct fresh_rig *r, const char *title, const char *path,
                  const char *symbol)
{
    int64_t id = rig_touch(r, path, symbol, "");

    return rig_memory(r, title, &id, 1);
}

struct fresh_memory rig_fresh(struct fresh_rig *r, int64_t memory)
{
    struct fresh *f;
    struct fresh_memory m;

    CHECK_INT(fresh_open(&r->s.env, r->s.project, &f, NULL), 0);
    CHECK_INT(fresh_memory(f, memory, &m, NULL), 0);
    return m;
}
