/* code_ask.c - fuzzes what a person asks of the code index: the first byte
 * chooses an operation, its first argument goes to the end of a line, the
 * second is the rest. An answer is JSON, a refusal a sentence. */
#include "base/common.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "ops/code_index.h"
#include "ops/op.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t n);

static const char *const fuzz_ask_ops[][3] = {
    {"code-search", "words", "path"},   {"code-search", "words", "kind"},
    {"code-unfold", "file", "symbol"},  {"code-outline", "file", NULL},
    {"code-refs", "symbol", NULL},      {"code-callers", "symbol", NULL},
    {"code-callees", "symbol", NULL},   {"code-symbols", "path", "after"},
    {"code-unfold", "file", NULL},      {"code-search", "words", "lang"},
};

static const char *const fuzz_ask_files[][2] = {
    {"a/reply.py", "from a.util import helper\nclass Reply:\n"
                   "    \"\"\"An answer.\"\"\"\n    def parse(self):\n"
                   "        return helper(self)\n"},
    {"a/util.py", "def helper(x):\n    return Reply.parse(x)\n"},
    {"b/util.c", "int a::helper(void) { return 1; }\nint main(void)\n{\n"
                 "    return helper();\n}\n"},
    {"b/pair.rb", "module A\n  def self.b?\n    c!\n  end\n  def c!; end\nend\n"},
};

/* A tree of a few files, indexed once; gone again before the first question,
 * so that nothing but the rows is left where a path is not on disk. */
static struct db *fuzz_ask_db(char *root, size_t size)
{
    struct index_run *r;
    struct err e = {0};
    struct db *db;
    char path[512];

    snprintf(root, size, "%s/cmem-fuzz-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    FUZZ_CHECK(mkdtemp(root) != NULL);
    for (size_t i = 0; i < ARRAY_LEN(fuzz_ask_files); i++) {
        snprintf(path, sizeof(path), "%s/%c", root, fuzz_ask_files[i][0][0]);
        mkdir(path, 0700);
        snprintf(path, sizeof(path), "%s/%s", root, fuzz_ask_files[i][0]);
        FUZZ_CHECK(file_write(path, str_of(fuzz_ask_files[i][1]), 0600, &e) ==
                   0);
    }
    FUZZ_CHECK(db_open(&db, ":memory:", DB_WRITE, &e) == 0);
    FUZZ_CHECK(index_begin(&r, db, root, 0, &e) == 0);
    while (index_read(r, &e) > 0) {
        FUZZ_CHECK(db_begin(db, &e) == 0);
        FUZZ_CHECK(index_write(r, db, 0, &e) == 0);
        FUZZ_CHECK(db_commit(db, &e) == 0);
    }
    index_end(r);
    for (size_t i = 0; i < ARRAY_LEN(fuzz_ask_files); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, fuzz_ask_files[i][0]);
        unlink(path);
    }
    snprintf(path, sizeof(path), "%s/a", root);
    rmdir(path);
    snprintf(path, sizeof(path), "%s/b", root);
    rmdir(path);
    rmdir(root);
    return db;
}

int FUZZ_ENTRY(const uint8_t *data, size_t n)
{
    static struct db *db; /* made once: indexing costs more than asking */
    static char root[256];
    struct str rest = {(const char *)data + 1, n ? n - 1 : 0}, first;
    struct arena a = {0};
    struct op_env env = {.a = &a, .cwd = root, .now_ms = 1000};
    const char *const *way;
    const struct op *op;
    struct json *args, *got;
    struct jsonw w;
    struct buf out;
    struct err e = {0};

    if (!n)
        return 0;
    if (!db)
        db = fuzz_ask_db(root, sizeof(root));
    env.db = db;
    way = fuzz_ask_ops[data[0] % ARRAY_LEN(fuzz_ask_ops)];
    if (!str_line(&rest, &first))
        first = STR_NONE;
    op = op_find(str_of(way[0]));
    FUZZ_CHECK(op != NULL);
    args = json_object();
    json_set_str(args, way[1], first);
    if (way[2])
        json_set_str(args, way[2], rest);
    buf_init(&out, 1u << 20);
    jsonw_init(&w, &out);
    if (op_check(op, args, env.now_ms, &e) == 0 &&
        op->run(&env, args, &w, &e) == 0) {
        got = json_parse(buf_str(&out), &e);
        FUZZ_CHECK(got != NULL);
        json_free(got);
    } else {
        FUZZ_CHECK(e.msg[0] != '\0');
    }
    buf_free(&out);
    json_free(args);
    arena_free(&a);
    return 0;
}
