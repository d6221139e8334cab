/* op_code_search.c - the operation "code-search": symbols by name and words. */
#include "base/common.h"

#include "code/parse.h"
#include "ops/code_scope.h"
#include "ops/ops.h"

#define LINES     20
#define LINES_MAX 500
/* Candidates of each way; what is ranked. More than that has no order that a
 * reader could use: then the words are too common, and the answer says so. */
#define CANDS 1000

static const struct param params[] = {
    {"words", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED | PARAM_REQUIRED,
     "WORDS", "a name or a part of one, or words of what it is about"},
    {"kind", 'k', PARAM_STR, 0, "KIND",
     "only function, method, class, struct, ..."},
    {"lang", 'l', PARAM_STR, 0, "LANGUAGE", "only python, c, typescript, ..."},
    {"path", 0, PARAM_STR, 0, "PATH", "only below this path"},
    PARAM_MAX("symbols at most (20)"),
    PARAM_DIR,
};

struct hit {
    struct code_symbol_row *s;
    int score;
};

struct search {
    struct op_env *env;
    struct code_tree_row tree;
    struct str words, path, lang;
    enum code_kind kind; /* CODE_KINDS: any */
    struct hit *hit;
    size_t n;
    bool many; /* candidates were left out */
    bool some; /* nothing has all the words */
};

static bool has_fold(struct str text, struct str word)
{
    return str_ifind(text, word) >= 0;
}

/* A name that is the words, has them, or has some of them; what runs before
 * what has a value; tests last. */
static int score(const struct search *q, const struct code_symbol_row *s)
{
    enum code_kind k = (enum code_kind)s->kind;
    struct str rest = q->words, word;
    int total = 0, named = 0, n = 0;

    if (str_eq(s->name, q->words) || str_eq(s->qualified, q->words))
        total += 100;
    else if (str_ieq(s->name, q->words))
        total += 80;
    else if (code_name_ends(s->qualified, q->words))
        total += 70;
    while (str_split(&rest, ' ', &word)) {
        if (word.n == 0)
            continue;
        n++;
        if (has_fold(s->name, word))
            named += 3;
        else if (has_fold(s->qualified, word))
            named += 2;
        else if (has_fold(s->path, word))
            named += 1;
    }
    total += n ? 15 * named / n : 0;
    if (q->words.n < s->name.n && s->name.n < 4 * q->words.n)
        total += (int)(10 * q->words.n / s->name.n);
    total += code_kind_is_callable(k) ? 8 : code_kind_is_container(k) ? 8 : 0;
    total += s->exported ? 3 : 0;
    total += s->doc.n ? 2 : 0;
    if (k == CODE_TEST || has_fold(s->path, STR("test")))
        total -= 6;
    return total;
}

static bool is_below(struct str path, struct str under)
{
    return under.n == 0 || str_eq(path, under) ||
           (str_starts(path, under) && path.n > under.n &&
            path.p[under.n] == '/');
}

static void add(struct search *q, struct code_symbol_row *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;

        if ((q->kind != CODE_KINDS && v[i].kind != (int)q->kind) ||
            (q->lang.n && !str_eq(v[i].language, q->lang)) ||
            !is_below(v[i].path, q->path))
            continue;
        for (size_t k = 0; k < q->n && !known; k++)
            known = q->hit[k].s->id == v[i].id;
        if (!known)
            q->hit[q->n++] = (struct hit){&v[i], score(q, &v[i])};
    }
}

static int compare(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->s->path.n != y->s->path.n)
        return x->s->path.n > y->s->path.n ? 1 : -1;
    return (x->s->id > y->s->id) - (x->s->id < y->s->id);
}

/* By name as it stands, by its beginning, by all words; by some when nothing
 * has all. */
static int gather(struct search *q, struct err *e)
{
    struct code_name_ask ask = {.name = q->words, .tree_id = q->tree.id,
                                .fold = true, .max = CANDS};
    struct arena *a = q->env->a;
    struct code_symbol_row *v;
    size_t n = 0;
    bool one = str_chr(q->words, ' ') < 0;
    int rc = 0;

    q->hit = arena_array(a, 4 * CANDS, sizeof(q->hit[0]));
    if (one) {
        rc = code_symbols_named(q->env->db, &ask, a, &v, &n, e);
        if (rc == 0)
            add(q, v, n);
        ask.prefix = true;
        ask.max = CANDS / 4;
        if (rc == 0 && q->words.n > 2)
            rc = code_symbols_named(q->env->db, &ask, a, &v, &n, e);
        if (rc == 0 && q->words.n > 2)
            add(q, v, n);
    }
    if (rc == 0)
        rc = code_symbols_about(q->env->db, q->words, q->tree.id, false, CANDS,
                                a, &v, &n, e);
    if (rc == 0) {
        add(q, v, n);
        q->many = n == CANDS;
    }
    if (rc == 0 && q->n == 0 && !one) {
        rc = code_symbols_about(q->env->db, q->words, q->tree.id, true, CANDS,
                                a, &v, &n, e);
        if (rc == 0)
            add(q, v, n);
        q->some = q->n > 0;
    }
    if (rc == 0 && q->n)
        qsort(q->hit, q->n, sizeof(q->hit[0]), compare);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct str kind = json_get_str(args, "kind");
    struct search q = {.env = env,
                       .words = str_trim(json_get_str(args, "words")),
                       .path = json_get_str(args, "path"),
                       .lang = json_get_str(args, "lang"),
                       .kind = kind.n ? code_kind_of(kind) : CODE_KINDS};
    size_t max = code_max(args, LINES, LINES_MAX);
    int rc;

    if (kind.n && q.kind == CODE_KINDS)
        return err_set(e, CM_EARG, "there is no kind of symbol \"%.*s\"",
                       STR_ARG(str_cut(kind, 0, 64)));
    while (q.path.n && q.path.p[q.path.n - 1] == '/')
        q.path.n--;
    rc = code_here(env, args, &q.tree, e);
    if (rc == 0)
        rc = gather(&q, e);
    if (rc == 0 && q.n == 0) /* it reads every file's row */
        rc = code_tree_count(env->db, &q.tree, e);
    if (rc < 0)
        return rc;
    jsonw_obj(out, NULL);
    jsonw_str(out, "root", q.tree.root);
    jsonw_str(out, "words", q.words);
    if (q.n == 0)
        jsonw_int(out, "of", q.tree.symbols);
    if (q.some)
        jsonw_bool(out, "some", true);
    jsonw_arr(out, "symbols");
    for (size_t i = 0; i < q.n && i < max; i++) {
        jsonw_obj(out, NULL);
        put_code_symbol(out, q.hit[i].s, true);
        jsonw_end(out);
    }
    jsonw_end(out);
    if (q.n > max)
        jsonw_int(out, "left_out", (int64_t)(q.n - max));
    if (q.many)
        jsonw_bool(out, "many", true);
    jsonw_end(out);
    return 0;
}

const struct op op_code_search = {
    .name = "code-search",
    .summary = "find symbols of code by name or by what they are about",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
