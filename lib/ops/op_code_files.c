/* op_code_files.c - the operation "code-files": the files that a described
 * problem is about, with what cmem remembers of it. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_find.h"
#include "ops/code_scope.h"
#include "ops/ops.h"
#include "ops/prompt_words.h"
#include "search/files.h"
#include "search/search.h"
#include "store/read_session.h"

#define ROWS     10
#define ROWS_MAX 500
/* Symbols told of each file. */
#define WHY_SYMBOLS 3
/* Memories that are asked for their sessions' files. */
#define HITS      20
#define PAST_MAX  50
/* Below that the past says nothing about this text. */
#define PAST_EVIDENCE 0.2
/* What a session about this changed, against the best file. */
#define PAST_WORTH 0.5

static const struct param params[] = {
    {"text", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED | PARAM_REQUIRED,
     "TEXT", "an issue, a question, an error, a stack trace"},
    PARAM_MAX("files at most (10)"),
    PARAM_DIR,
};

struct files_ask {
    struct op_env *env;
    struct code_tree_row tree;
    struct str text;
    struct code_found found;
    struct file_rank *past;
    size_t n_past;
    struct err *e;
};

/* --- memories --------------------------------------------------------------------- */

/* The project of the tree: what the index says, else who has its root. */
static int64_t project_of(struct files_ask *q)
{
    struct project_row p;

    if (q->tree.project_id)
        return q->tree.project_id;
    return project_by_name(q->env->db, q->tree.root, q->env->a, &p, NULL) == 0
               ? p.id
               : 0;
}

static int read_past(struct files_ask *q)
{
    struct search_request rq = {
        .words = prompt_query(q->text, q->env->a),
        .filter = {.project_id = project_of(q), .now_ms = q->env->now_ms},
        .max = HITS,
        .meaning = q->env->meaning,
        .no_snippets = true,
    };
    struct search_result *found = arena_new(q->env->a, struct search_result);
    struct files_request fr = {.project_id = rq.filter.project_id,
                               .prompt = q->text, .found = found};
    int rc;

    if (fr.project_id == 0 || rq.words.n == 0)
        return 0;
    rc = search_run(q->env->db, &rq, q->env->a, found, q->e);
    return rc < 0 ? rc
                  : files_rank(q->env->db, &fr, PAST_MAX, q->env->a, &q->past,
                               &q->n_past, q->e);
}

static const struct file_rank *past_of(const struct files_ask *q,
                                       struct str path)
{
    for (size_t i = 0; i < q->n_past; i++)
        if (q->past[i].evidence >= PAST_EVIDENCE &&
            str_eq(q->past[i].path, path))
            return &q->past[i];
    return NULL;
}

static int by_score(const void *a, const void *b)
{
    const struct found_file *x = a, *y = b;

    if (x->score > y->score || x->score < y->score)
        return x->score < y->score ? 1 : -1;
    return (x->file.id > y->file.id) - (x->file.id < y->file.id);
}

/* Files that sessions about this changed move up. */
static void add_past(struct files_ask *q)
{
    for (size_t i = 0; i < q->found.n; i++) {
        const struct file_rank *p = past_of(q, q->found.v[i].file.path);

        if (p)
            q->found.v[i].score += PAST_WORTH * p->evidence;
    }
    if (q->n_past && q->found.n)
        qsort(q->found.v, q->found.n, sizeof(q->found.v[0]), by_score);
}

/* --- why ---------------------------------------------------------------------------- */

/* How much of the question a symbol has: in its name twice. */
static double worth_of(const struct files_ask *q,
                       const struct code_symbol_row *s)
{
    double sum = 0;

    for (size_t i = 0; i < q->found.n_words; i++) {
        const struct find_word *w = &q->found.word[i];

        if (w->word.n > 2 && str_ifind(s->name, w->word) >= 0)
            sum += 2 * w->idf;
        else if (w->word.n > 2 && (str_ifind(s->signature, w->word) >= 0 ||
                                   str_ifind(s->doc, w->word) >= 0))
            sum += w->idf;
    }
    return sum;
}

static int put_symbols(struct jsonw *out, const struct files_ask *q,
                       const struct found_file *f)
{
    const struct code_symbol_row *best[WHY_SYMBOLS] = {NULL};
    double score[WHY_SYMBOLS] = {0};
    struct code_symbol_row *v;
    size_t n;
    int rc = code_symbols_of(q->env->db, f->file.id, q->env->a, &v, &n, q->e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        double s = worth_of(q, &v[i]);
        size_t at = WHY_SYMBOLS;

        while (at && s > score[at - 1])
            at--;
        if (at == WHY_SYMBOLS)
            continue;
        for (size_t k = WHY_SYMBOLS - 1; k > at; k--) {
            score[k] = score[k - 1];
            best[k] = best[k - 1];
        }
        score[at] = s;
        best[at] = &v[i];
    }
    jsonw_arr(out, "symbols");
    for (size_t i = 0; i < WHY_SYMBOLS && best[i]; i++) {
        jsonw_obj(out, NULL);
        put_code_symbol(out, best[i], false);
        jsonw_end(out);
    }
    jsonw_end(out);
    return rc;
}

static int put_file(struct jsonw *out, const struct files_ask *q,
                    const struct found_file *f)
{
    const struct file_rank *p = past_of(q, f->file.path);
    int rc;

    jsonw_obj(out, NULL);
    jsonw_str(out, "file", f->file.path);
    jsonw_num(out, "score", f->score);
    jsonw_num(out, "words", f->words);
    jsonw_num(out, "names", f->names);
    jsonw_num(out, "path", f->path);
    jsonw_num(out, "refers", f->refers);
    if (f->named)
        jsonw_bool(out, "named", true);
    if (f->name.n)
        jsonw_str(out, "defines", f->name);
    if (f->is_test)
        jsonw_bool(out, "test", true);
    if (p)
        jsonw_strz(out, "remembered", p->why);
    rc = put_symbols(out, q, f);
    jsonw_end(out);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct files_ask q = {.env = env, .e = e,
                          .text = json_get_str(args, "text")};
    size_t max = code_max(args, ROWS, ROWS_MAX);
    int rc = code_here(env, args, &q.tree, e);

    if (rc == 0)
        rc = code_find(env, &q.tree, q.text, &q.found, e);
    if (rc == 0)
        rc = read_past(&q);
    if (rc < 0)
        return rc;
    add_past(&q);
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", q.tree.root);
    jsonw_int(out, "of", (int64_t)q.found.files);
    jsonw_arr(out, "files");
    for (size_t i = 0; i < q.found.n && i < max && rc == 0; i++)
        rc = put_file(out, &q, &q.found.v[i]);
    jsonw_end(out);
    if (q.found.n > max)
        jsonw_int(out, "left_out", (int64_t)(q.found.n - max));
    if (q.found.no_refers)
        jsonw_bool(out, "no_references", true);
    jsonw_end(out);
    return rc;
}

const struct op op_code_files = {
    .name = "code-files",
    .summary = "the files that a described problem is about",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = OP_WARM,
    .run = run,
};
