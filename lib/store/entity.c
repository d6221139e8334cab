/* entity.c - see entity.h: what is written. entity_read.c asks. */
#include "base/common.h"

#include "base/json.h"
#include "store/entity.h"

/* Entities of one memory: what names more is a listing. */
#define MEMORY_ENTITIES ENTITIES_MAX
/* Strengths: see entity_memories in schema.sql. */
enum { IN_TEXT = 1, IN_FACT = 2, IN_TITLE = 3 };

/* A text that says one thing: all of it is its title. */
#define SHORT_BYTES 300

struct found {
    struct entity en;
    int strength;
    int64_t id; /* once it is written */
};

struct edge {
    size_t from, to; /* in the entities */
    enum relation_word word;
};

/* What one memory names. */
struct gather {
    struct arena *a;
    struct str root; /* of its project, or empty */
    struct found all[MEMORY_ENTITIES];
    size_t n;
    struct edge edges[RELATIONS_MAX];
    size_t nedges;
};

/* The file as the project knows it: relative to its root. */
static void below_root(struct gather *g, struct entity *en)
{
    struct str root = g->root;

    if (en->kind != ENTITY_PATH || root.n < 2 || !str_starts(en->name, root) ||
        en->name.n <= root.n + 1 || en->name.p[root.n] != '/')
        return;
    en->name = str_cut(en->name, root.n + 1, en->name.n);
    en->key = entity_key(ENTITY_PATH, en->name, g->a);
}

/* Its place, or one behind the last when there is none for it. */
static size_t gather_one(struct gather *g, struct entity en, int strength)
{
    below_root(g, &en);
    if (en.key.n == 0)
        return MEMORY_ENTITIES;
    for (size_t i = 0; i < g->n; i++)
        if (g->all[i].en.kind == en.kind && str_eq(g->all[i].en.key, en.key)) {
            if (g->all[i].strength < strength)
                g->all[i].strength = strength;
            return i;
        }
    if (g->n < MEMORY_ENTITIES)
        g->all[g->n++] = (struct found){.en = en, .strength = strength};
    else
        return MEMORY_ENTITIES;
    return g->n - 1;
}

static void gather_edge(struct gather *g, size_t from, size_t to,
                        enum relation_word word)
{
    if (from < g->n && to < g->n && from != to && g->nedges < RELATIONS_MAX)
        g->edges[g->nedges++] = (struct edge){from, to, word};
}

static void gather_relations(struct gather *g, const struct relation *r,
                             size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t from = gather_one(g, r[i].from, IN_FACT);

        gather_edge(g, from, gather_one(g, r[i].to, IN_FACT), r[i].word);
    }
}

/* What the text states; of work that was done, only what commits fix. */
static void gather_stated(struct gather *g, struct str text, bool plain)
{
    struct relation r[RELATIONS_MAX];

    if (text.n && plain)
        gather_relations(g, r, relations_of(text, g->a, r, ARRAY_LEN(r)));
    else if (text.n)
        gather_relations(g, r,
                         relations_of_commits(text, g->a, r, ARRAY_LEN(r)));
}

static void gather_text(struct gather *g, struct str text, int strength)
{
    struct entity en[ENTITIES_MAX];
    size_t n = text.n ? entities_of(text, g->a, en, ARRAY_LEN(en)) : 0;

    for (size_t i = 0; i < n; i++)
        gather_one(g, en[i], strength);
}

static void gather_path(struct gather *g, struct str path)
{
    gather_one(
        g,
        (struct entity){ENTITY_PATH, entity_key(ENTITY_PATH, path, g->a), path},
        IN_TITLE);
}

/* The entity that a model means by a name: one of those that are there. */
static size_t named(struct gather *g, struct str name)
{
    struct entity en = {ENTITY_NAME, STR_NONE, arena_str(g->a, name)};

    for (size_t i = 0; i < g->n; i++)
        if (str_ieq(g->all[i].en.name, name) ||
            str_eq(g->all[i].en.key,
                   entity_key(g->all[i].en.kind, en.name, g->a)))
            return i;
    en.key = entity_key(ENTITY_NAME, en.name, g->a);
    return gather_one(g, en, IN_FACT);
}

/* Facts, and what a model named and related. */
static void gather_data(struct gather *g, struct str data)
{
    struct json *j = data.n ? json_parse(data, NULL) : NULL;
    const struct json *v;

    for (v = json_first(json_get(j, "facts")); v; v = json_next(v)) {
        struct str fact = arena_str(g->a, json_str(v));

        gather_text(g, fact, IN_FACT);
        gather_stated(g, fact, true);
    }
    for (v = json_first(json_get(j, "entities")); v; v = json_next(v)) {
        struct str name = arena_str(g->a, json_get_str(v, "name"));
        int kind = entity_kind_find(json_get_str(v, "kind"));

        if (kind >= 0)
            gather_one(
                g,
                (struct entity){(enum entity_kind)kind,
                                entity_key((enum entity_kind)kind, name, g->a),
                                name},
                IN_FACT);
    }
    for (v = json_first(json_get(j, "relations")); v; v = json_next(v)) {
        int word = relation_find(json_get_str(v, "relation"));
        struct str from = json_get_str(v, "from"), to = json_get_str(v, "to");

        if (word >= 0 && from.n && to.n) {
            size_t i = named(g, from);

            gather_edge(g, i, named(g, to), (enum relation_word)word);
        }
    }
    json_free(j);
}

/* Is the title made of the text's first words? */
static bool begins_alike(struct str title, struct str text)
{
    size_t n = title.n < 40 ? title.n : 40;

    return n == 0 || str_eq(str_cut(title, 0, n), str_cut(text, 0, n));
}

static int gather(struct db *db, int64_t id, struct gather *g, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT m.title, m.subtitle, m.text, m.data, p.root, m.kind IN "
            "('fact', 'note') FROM memories m LEFT JOIN projects p ON p.id = "
            "m.project_id WHERE m.id = ?1");
    struct str title, subtitle, text, data;
    bool same, plain;
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    title = rc > 0 ? arena_str(g->a, col_str(s, 0)) : STR_NONE;
    subtitle = rc > 0 ? arena_str(g->a, col_str(s, 1)) : STR_NONE;
    text = rc > 0 ? arena_str(g->a, col_str(s, 2)) : STR_NONE;
    data = rc > 0 ? arena_str(g->a, col_str(s, 3)) : STR_NONE;
    g->root = rc > 0 ? arena_str(g->a, col_str(s, 4)) : STR_NONE;
    plain = rc > 0 && col_int(s, 5);
    stmt_done(s);
    if (rc <= 0)
        return rc;
    /* Where a title is the text's beginning, it may end inside a word. */
    same = begins_alike(title, text);
    if (!same) {
        gather_text(g, title, IN_TITLE);
        if (plain)
            gather_stated(g, title, true);
    }
    s = db_stmt(db, "SELECT path FROM memory_files WHERE memory_id = ?1");
    stmt_int(s, 1, id);
    while ((rc = stmt_step(s, e)) > 0)
        gather_path(g, arena_str(g->a, col_str(s, 0)));
    stmt_done(s);
    gather_stated(g, text, plain);
    gather_data(g, data);
    gather_text(g, subtitle, IN_FACT);
    gather_text(g, text, same && text.n < SHORT_BYTES ? IN_TITLE : IN_TEXT);
    return rc;
}

static int add_aliases(struct db *db, int64_t id, const struct entity *en,
                       struct arena *a, struct err *e)
{
    struct str out[4];
    size_t n = entity_aliases(en, a, out);
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        struct stmt *s = db_stmt(db, "INSERT OR IGNORE INTO entity_aliases "
                                     "(key, entity_id) VALUES (?1, ?2)");

        stmt_str(s, 1, out[i]);
        stmt_int(s, 2, id);
        rc = stmt_run(s, e);
    }
    return rc;
}

/* The entity's row, one memory the richer; made when there is none. */
static int count_in(struct db *db, const struct entity *en, struct arena *a,
                    int64_t *id, struct err *e)
{
    struct str kind = str_of(entity_kind_name(en->kind));
    struct stmt *s =
        db_stmt(db, "SELECT id FROM entities WHERE key = ?1 AND kind = ?2");
    int rc;

    stmt_str(s, 1, en->key);
    stmt_str(s, 2, kind);
    rc = stmt_step(s, e);
    *id = rc > 0 ? col_int(s, 0) : 0;
    stmt_done(s);
    if (rc < 0)
        return rc;
    if (*id) {
        s = db_stmt(db, "UPDATE entities SET memories = memories + 1 "
                        "WHERE id = ?1");
        stmt_int(s, 1, *id);
        return stmt_run(s, e);
    }
    s = db_stmt(db, "INSERT INTO entities (kind, key, name, memories) "
                    "VALUES (?1, ?2, ?3, 1)");
    stmt_str(s, 1, kind);
    stmt_str(s, 2, en->key);
    /* "PR 12" and "status 503": a number alone is no name. */
    stmt_str(s, 3,
             is_digit(en->name.p[0]) &&
                     (en->kind == ENTITY_ISSUE || en->kind == ENTITY_ERROR)
                 ? en->key
                 : en->name);
    rc = stmt_run(s, e);
    if (rc < 0)
        return rc;
    *id = db_last_id(db);
    return add_aliases(db, *id, en, a, e);
}

static int put(struct db *db, int64_t memory_id, struct found *f,
               struct arena *a, struct err *e)
{
    struct stmt *s;
    int rc = count_in(db, &f->en, a, &f->id, e);

    if (rc < 0)
        return rc;
    s = db_stmt(db, "INSERT INTO entity_memories (entity_id, memory_id, "
                    "strength) VALUES (?1, ?2, ?3)");
    stmt_int(s, 1, f->id);
    stmt_int(s, 2, memory_id);
    stmt_int(s, 3, f->strength);
    return stmt_run(s, e);
}

static int relate(struct db *db, int64_t memory_id, int64_t from, int64_t to,
                  enum relation_word word, struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT OR IGNORE INTO relations (from_id, "
                                 "relation, to_id, memory_id) VALUES (?1, ?2, "
                                 "?3, ?4)");

    stmt_int(s, 1, from);
    stmt_str(s, 2, str_of(relation_name(word)));
    stmt_int(s, 3, to);
    stmt_int(s, 4, memory_id);
    return stmt_run(s, e);
}

int entity_index(struct db *db, int64_t memory_id, struct err *e)
{
    struct arena a = {0};
    struct gather *g = arena_new(&a, struct gather);
    int rc;

    g->a = &a;
    rc = entity_forget(db, memory_id, e);
    if (rc == 0)
        rc = gather(db, memory_id, g, e);
    for (size_t i = 0; i < g->n && rc == 0; i++)
        rc = put(db, memory_id, &g->all[i], &a, e);
    for (size_t i = 0; i < g->nedges && rc == 0; i++)
        rc = relate(db, memory_id, g->all[g->edges[i].from].id,
                    g->all[g->edges[i].to].id, g->edges[i].word, e);
    arena_free(&a);
    return rc;
}

/* The entity's id, as one that the memory names. */
static int take_part(struct db *db, int64_t memory_id, const struct entity *en,
                     int64_t *id, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT e.id FROM entities e JOIN entity_memories m ON "
                    "m.entity_id = e.id WHERE e.key = ?1 AND e.kind = ?2 AND "
                    "m.memory_id = ?3");
    struct found f = {.en = *en, .strength = IN_FACT};
    struct arena a = {0};
    int rc;

    stmt_str(s, 1, en->key);
    stmt_str(s, 2, str_of(entity_kind_name(en->kind)));
    stmt_int(s, 3, memory_id);
    rc = stmt_step(s, e);
    *id = rc > 0 ? col_int(s, 0) : 0;
    stmt_done(s);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = put(db, memory_id, &f, &a, e);
    *id = f.id;
    arena_free(&a);
    return rc;
}

int entity_relate(struct db *db, int64_t memory_id, const struct relation *r,
                  struct err *e)
{
    int64_t from, to;
    int rc = take_part(db, memory_id, &r->from, &from, e);

    if (rc == 0)
        rc = take_part(db, memory_id, &r->to, &to, e);
    return rc < 0 ? rc : relate(db, memory_id, from, to, r->word, e);
}

static int run_id(struct db *db, const char *sql, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, sql);

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

int entity_forget(struct db *db, int64_t memory_id, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT 1 FROM entity_memories WHERE "
                                 "memory_id = ?1 LIMIT 1");
    int rc;

    stmt_int(s, 1, memory_id);
    rc = stmt_step(s, e);
    stmt_done(s);
    if (rc <= 0)
        return rc; /* a new memory, most often */
    rc = run_id(db, "DELETE FROM relations WHERE memory_id = ?1", memory_id, e);
    /* What only this memory names goes with its aliases, by foreign keys. */
    if (rc == 0)
        rc = run_id(db,
                    "DELETE FROM entities WHERE memories <= 1 AND id IN "
                    "(SELECT entity_id FROM entity_memories WHERE "
                    "memory_id = ?1)",
                    memory_id, e);
    /* A name may be written as this memory alone writes it; a key may not. */
    if (rc == 0)
        rc = run_id(db,
                    "UPDATE entities SET memories = memories - 1, name = "
                    "CASE WHEN lower(name) = key THEN name ELSE key END "
                    "WHERE id IN (SELECT entity_id FROM entity_memories "
                    "WHERE memory_id = ?1)",
                    memory_id, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM entity_memories WHERE memory_id = ?1",
                    memory_id, e);
    return rc;
}
