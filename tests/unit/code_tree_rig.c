/* code_tree_rig.c - see code_tree_rig.h. */
#include "base/common.h"

#include "base/file.h"
#include "code_rig.h"
#include "code_tree_rig.h"
#include "ops/code_index.h"

bool tree_rig_open(struct tree_rig *r)
{
    struct code_parser *p = code_rig();
    char path[1024];

    if (!p)
        return false;
    code_parser_destroy(p);
    *r = (struct tree_rig){0};
    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    if (db_open(&r->db, path, DB_WRITE, &r->e) < 0)
        test_fail(__FILE__, __LINE__, "%s", r->e.msg);
    snprintf(r->root, sizeof(r->root), "%s/w", test_dir());
    CHECK_INT(file_mkdirs(r->root, NULL), 0);
    r->env = (struct op_env){.db = r->db, .cwd = r->root, .a = &r->a};
    return true;
}

void tree_rig_close(struct tree_rig *r)
{
    db_close(r->db);
    arena_free(&r->a);
}

void tree_put(struct tree_rig *r, const char *path, const char *text)
{
    struct str whole = arena_fmt(&r->a, "%s/%s", r->root, path);
    struct str dir = arena_str(
        &r->a, str_cut(whole, 0, (size_t)str_rchr(whole, '/')));

    CHECK_INT(file_mkdirs(dir.p, NULL), 0);
    CHECK_INT(file_write(whole.p, str_of(text), 0644, NULL), 0);
}

void tree_index(struct tree_rig *r)
{
    struct index_run *run;

    if (index_begin(&run, r->db, r->root, 0, &r->e) < 0)
        test_fail(__FILE__, __LINE__, "%s", r->e.msg);
    while (index_read(run, &r->e) > 0) {
        CHECK_INT(db_begin(r->db, &r->e), 0);
        CHECK_INT(index_write(run, r->db, 0, &r->e), 0);
        CHECK_INT(db_commit(r->db, &r->e), 0);
    }
    r->tree = index_tree(run);
    index_end(run);
}

struct json *tree_ask(struct tree_rig *r, const char *name, const char *text)
{
    const struct op *op = op_find(str_of(name));
    struct json *args = json_parse(str_of(text), &r->e), *got;
    struct jsonw w;
    struct buf b;

    CHECK(op != NULL && args != NULL);
    buf_init(&b, 16u << 20);
    jsonw_init(&w, &b);
    if (op_check(op, args, 0, &r->e) < 0 ||
        op->run(&r->env, args, &w, &r->e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", name, r->e.msg);
    got = json_parse(buf_str(&b), &r->e);
    CHECK(got != NULL);
    json_free(args);
    buf_free(&b);
    return got;
}
