/* op_graph.c - the operation "graph": how things stand to each other. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/ops.h"
#include "ops/scope.h"
#include "search/near.h"
#include "store/entity.h"

#define HOPS_DEFAULT 2
#define HOPS_MAX     4
#define LINES        20
#define LINES_MAX    500
/* Below a thing that was reached, so many lines: a hub has thousands. */
#define BRANCHES 6
/* Relations of one thing that are counted. */
#define EDGES_MAX 200
/* Entities that one name may mean, and that are tried for a mistyped one. */
#define MEANT_MAX 10
#define LIKE_MAX  400
#define NEAREST   5

static const struct param params[] = {
    {"entity", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED, "ENTITY",
     "a file, symbol, error, person, service, ...; all when none is given"},
    {"hops", 0, PARAM_INT, 0, "N", "so many steps from it (2)"},
    {"kind", 'k', PARAM_STR, 0, "KIND",
     "only path, symbol, commit, branch, issue, error, command, package, url, "
     "host, version, person or name"},
    {"max", 'n', PARAM_INT, 0, "N", "lines at most (20)"},
    PARAM_PROJECT,
    PARAM_ALL,
};

/* One line of the tree. */
struct node {
    struct relation_row r;
    size_t parent; /* place among the nodes; NO_PARENT: below the root */
    int depth;     /* 1 is below the root */
    int64_t left_out;
};
#define NO_PARENT ((size_t)-1)

struct tree {
    struct op_env *env;
    int64_t project_id;
    const char *kind; /* NULL: any */
    int64_t hops;
    struct entity_row root;
    struct node *node;
    size_t n, max;
    int64_t left_out; /* below the root */
    struct err *e;
};

/* One path at the end of the other: it is named shorter there, no neighbour. */
static bool is_shorter(struct str a, struct str b)
{
    return a.n > b.n && str_ends(a, b) && a.p[a.n - b.n - 1] == '/';
}

static bool is_itself(const struct tree *t, const struct relation_row *r)
{
    return str_eqz(r->relation, "with") && str_eqz(r->other.kind, "path") &&
           (is_shorter(t->root.name, r->other.name) ||
            is_shorter(r->other.name, t->root.name));
}

static bool is_known(const struct tree *t, int64_t id)
{
    if (t->root.id == id)
        return true;
    for (size_t i = 0; i < t->n; i++)
        if (t->node[i].r.other.id == id)
            return true;
    return false;
}

/* Lines for the relations of one thing, as many as `room`; the rest is
 * counted. A step further on, what is there already is not told again. */
static int grow(struct tree *t, size_t parent, size_t room)
{
    bool is_root = parent == NO_PARENT;
    int depth = is_root ? 1 : t->node[parent].depth + 1;
    struct relation_ask ask = {
        .entity_id = is_root ? t->root.id : t->node[parent].r.other.id,
        .project_id = t->project_id,
        .together = is_root,
        .max = is_root ? t->max + 1 : EDGES_MAX,
    };
    int64_t *left = is_root ? &t->left_out : &t->node[parent].left_out;
    struct relation_row *rows;
    size_t n;
    int rc;

    if (is_root && ask.max < EDGES_MAX)
        ask.max = EDGES_MAX;
    rc = entity_relations(t->env->db, &ask, t->env->a, &rows, &n, t->e);
    for (size_t i = 0; i < n && rc == 0; i++) {
        if ((t->kind && !str_eqz(rows[i].other.kind, t->kind)) ||
            (!is_root && is_known(t, rows[i].other.id)) ||
            is_itself(t, &rows[i]))
            continue;
        if (room && t->n < t->max) {
            t->node[t->n++] = (struct node){rows[i], parent, depth, 0};
            room--;
        } else {
            (*left)++;
        }
    }
    return rc;
}

/* Level by level, so that what is near has its lines first. */
static int grow_all(struct tree *t)
{
    size_t room = t->hops > 1 ? t->max - t->max / 3 : t->max;
    int rc;

    t->node = arena_array(t->env->a, t->max, sizeof(t->node[0]));
    rc = grow(t, NO_PARENT, room);
    for (size_t i = 0; i < t->n && rc == 0; i++)
        if (t->node[i].depth < t->hops &&
            !str_eqz(t->node[i].r.relation, "with"))
            rc = grow(t, i, BRANCHES);
    return rc;
}

static void put_entity(struct jsonw *w, const struct entity_row *r)
{
    jsonw_str(w, "name", r->name);
    jsonw_str(w, "kind", r->kind);
    if (!str_ieq(r->key, r->name))
        jsonw_str(w, "key", r->key);
}

/* At most HOPS_MAX deep. */
static void put_nodes(const struct tree *t, size_t parent, struct jsonw *w)
{
    jsonw_arr(w, "relations");
    for (size_t i = 0; i < t->n; i++) {
        const struct node *node = &t->node[i];

        if (node->parent != parent)
            continue;
        jsonw_obj(w, NULL);
        jsonw_str(w, "relation", node->r.relation);
        jsonw_bool(w, "incoming", node->r.incoming);
        put_entity(w, &node->r.other);
        put_id(w, "memory", ID_MEMORY, node->r.memory_id);
        jsonw_int(w, "memories", node->r.memories);
        if (node->depth < t->hops)
            put_nodes(t, i, w);
        if (node->left_out)
            jsonw_int(w, "left_out", node->left_out);
        jsonw_end(w);
    }
    jsonw_end(w);
}

/* Everything that the words may mean, the one that the project speaks of most
 * first. */
static int meant(struct op_env *env, struct str words, int64_t project_id,
                 struct entity_row **rows, size_t *n, struct err *e)
{
    struct entity en[1];
    struct str alias[4];
    size_t found = entities_of(words, env->a, en, 1), aliases;
    struct str key = entity_key(ENTITY_NAME, words, env->a);
    int rc = entity_find(env->db, key, MEANT_MAX, env->a, rows, n, e);

    if (rc == 0 && *n == 0 && found) {
        rc = entity_find(env->db, en[0].key, MEANT_MAX, env->a, rows, n, e);
        aliases = entity_aliases(&en[0], env->a, alias);
        for (size_t i = 0; i < aliases && rc == 0 && *n == 0; i++)
            rc = entity_find(env->db, alias[i], MEANT_MAX, env->a, rows, n, e);
    }
    for (size_t i = 0; i < *n && rc == 0; i++) {
        int64_t count =
            entity_count(env->db, (*rows)[i].id, project_id, 100000, e);

        (*rows)[i].memories = count;
        rc = count < 0 ? (int)count : 0;
        for (size_t k = i; k && (*rows)[k].memories > (*rows)[k - 1].memories;
             k--) {
            struct entity_row swap = (*rows)[k];

            (*rows)[k] = (*rows)[k - 1];
            (*rows)[k - 1] = swap;
        }
    }
    return rc;
}

static void put_others(struct jsonw *w, const struct entity_row *rows, size_t n)
{
    if (n < 2)
        return;
    jsonw_arr(w, "others");
    for (size_t i = 1; i < n; i++) {
        jsonw_obj(w, NULL);
        put_entity(w, &rows[i]);
        jsonw_int(w, "memories", rows[i].memories);
        jsonw_end(w);
    }
    jsonw_end(w);
}

/* Names near to one that is not there: those that have it, else those that
 * are spelled alike. */
static int put_nearest(struct op_env *env, struct str words, struct jsonw *w,
                       struct err *e)
{
    struct str key = entity_key(ENTITY_NAME, words, env->a);
    int limit = key.n < 5 ? 1 : key.n < 9 ? 2 : 3;
    struct entity_row *rows;
    size_t n, put = 0;
    int rc = entity_like(env->db, key, LIKE_MAX, env->a, &rows, &n, e);

    jsonw_arr(w, "nearest");
    for (int d = 0; d <= limit && rc == 0; d++)
        for (size_t i = 0; i < n && put < NEAREST; i++) {
            struct str base = str_base(rows[i].key);
            bool has = key.n > 2 && str_find(rows[i].key, key) >= 0;

            if (d == 0
                    ? !has
                    : has || (near_distance(key, rows[i].key, d, false) != d &&
                              near_distance(key, base, d, false) != d))
                continue;
            jsonw_str(w, NULL, rows[i].name);
            put++;
        }
    jsonw_end(w);
    return rc;
}

static int run_list(struct tree *t, struct jsonw *out)
{
    struct entity_top *tops;
    size_t n;
    int rc = entity_tops(t->env->db, t->project_id, t->kind, t->max + 1,
                         t->env->a, &tops, &n, t->e);

    if (rc < 0)
        return rc;
    if (n > t->max)
        jsonw_bool(out, "more", true);
    jsonw_arr(out, "entities");
    for (size_t i = 0; i < n && i < t->max; i++) {
        jsonw_obj(out, NULL);
        put_entity(out, &tops[i].row);
        jsonw_int(out, "memories", tops[i].row.memories);
        jsonw_int(out, "stated", tops[i].relations);
        jsonw_end(out);
    }
    jsonw_end(out);
    return 0;
}

static int run_tree(struct tree *t, struct str words, struct jsonw *out)
{
    struct entity_row *rows;
    size_t n;
    int rc = meant(t->env, words, t->project_id, &rows, &n, t->e);

    if (rc < 0)
        return rc;
    jsonw_str(out, "asked", words);
    if (n == 0)
        return put_nearest(t->env, words, out, t->e);
    t->root = rows[0];
    rc = grow_all(t);
    jsonw_obj(out, "entity");
    put_entity(out, &rows[0]);
    jsonw_int(out, "memories", rows[0].memories);
    jsonw_end(out);
    put_others(out, rows, n);
    put_nodes(t, NO_PARENT, out);
    if (t->left_out)
        jsonw_int(out, "left_out", t->left_out);
    return rc;
}

static int run(struct op_env *env, const struct json *args, struct jsonw *out,
               struct err *e)
{
    struct str words = str_trim(json_get_str(args, "entity"));
    struct str kind = json_get_str(args, "kind");
    int64_t max = json_get_int(args, "max", LINES);
    struct tree t = {.env = env, .e = e};
    struct scope scope;
    int rc = scope_find(env, args, &scope, e);

    if (rc < 0)
        return rc;
    t.hops = json_get_int(args, "hops", HOPS_DEFAULT);
    if (t.hops < 1 || t.hops > HOPS_MAX)
        return err_set(e, CM_EARG, "graph: hops is 1 to %d", HOPS_MAX);
    if (max < 1 || max > LINES_MAX)
        return err_set(e, CM_EARG, "graph: max is 1 to %d", LINES_MAX);
    if (kind.n && entity_kind_find(kind) < 0)
        return err_set(e, CM_EARG, "graph: there is no kind %.*s",
                       STR_ARG(str_cut(kind, 0, 64)));
    if (kind.n)
        t.kind = entity_kind_name((enum entity_kind)entity_kind_find(kind));
    t.max = (size_t)max;
    t.project_id = scope.project.id;
    jsonw_obj(out, NULL);
    put_scope(out, &scope);
    rc = words.n ? run_tree(&t, words, out) : run_list(&t, out);
    jsonw_end(out);
    return rc;
}

const struct op op_graph = {
    .name = "graph",
    .summary = "what is known of a name, and what it stands in relation to",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
