/* entity_read.c - see entity.h: what is asked. */
#include "base/common.h"

#include "store/entity.h"
#include "store/read_sql.h"

/* Memories of an entity among which its neighbours are looked for. */
#define TOGETHER_MEMORIES "40"
/* Neighbours that are told: there is always one more. */
#define TOGETHER 8

static void fill(struct stmt *s, int c, struct arena *a, struct entity_row *r)
{
    r->id = col_int(s, c);
    r->kind = arena_str(a, col_str(s, c + 1));
    r->key = arena_str(a, col_str(s, c + 2));
    r->name = arena_str(a, col_str(s, c + 3));
    r->memories = col_int(s, c + 4);
}

static int read_rows(struct stmt *s, struct arena *a, struct entity_row **out,
                     size_t *n, struct err *e)
{
    int rc;

    *out = NULL;
    *n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)out, *n, sizeof(**out));
        fill(s, 0, a, &(*out)[(*n)++]);
    }
    stmt_done(s);
    return rc;
}

int entity_find(struct db *db, struct str key, size_t max, struct arena *a,
                struct entity_row **out, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, kind, key, name, memories FROM entities WHERE key = ?1 "
            "UNION SELECT e.id, e.kind, e.key, e.name, e.memories FROM "
            "entity_aliases l JOIN entities e ON e.id = l.entity_id WHERE "
            "l.key = ?1 ORDER BY 5 DESC, 1 LIMIT ?2");

    stmt_str(s, 1, key);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, out, n, e);
}

int memory_entities(struct db *db, int64_t memory_id, size_t max,
                    struct arena *a, struct entity_row **out, size_t *n,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT e.id, e.kind, e.key, e.name, e.memories FROM "
            "entity_memories m JOIN entities e ON e.id = m.entity_id WHERE "
            "m.memory_id = ?1 ORDER BY m.strength DESC, e.memories, e.id "
            "LIMIT ?2");

    stmt_int(s, 1, memory_id);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, out, n, e);
}

int entity_memories(struct db *db, int64_t entity_id, size_t max,
                    struct arena *a, struct entity_memory **out, size_t *n,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT memory_id, strength FROM entity_memories WHERE entity_id "
            "= ?1 ORDER BY memory_id DESC LIMIT ?2");
    int rc;

    *out = NULL;
    *n = 0;
    stmt_int(s, 1, entity_id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)out, *n, sizeof(**out));
        (*out)[(*n)++] =
            (struct entity_memory){col_int(s, 0), (int)col_int(s, 1)};
    }
    stmt_done(s);
    return rc;
}

/* Only what holds now, in the project or everywhere. */
#define HOLDS                                                                  \
    "JOIN memories m ON m.id = r.memory_id AND m.valid_to IS NULL AND (?2 = "  \
    "0 OR m.project_id = ?2 OR m.project_id IS NULL) "

static int read_edges(struct stmt *s, struct arena *a,
                      struct relation_row **out, size_t *n, struct err *e)
{
    int rc;

    while ((rc = stmt_step(s, e)) > 0) {
        struct relation_row *r;

        rows_grow(a, (void **)out, *n, sizeof(**out));
        r = &(*out)[(*n)++];
        fill(s, 0, a, &r->other);
        r->incoming = col_int(s, 6) != 0;
        r->relation = r->incoming ? str_of(relation_reverse(col_str(s, 5)))
                                  : arena_str(a, col_str(s, 5));
        r->memory_id = col_int(s, 7);
        r->memories = col_int(s, 8);
    }
    stmt_done(s);
    return rc;
}

static int read_together(struct db *db, int64_t entity_id, int64_t project_id,
                         size_t max, struct arena *a, struct relation_row **out,
                         size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT e.id, e.kind, e.key, e.name, e.memories, 'with', 0, "
            "max(o.memory_id), count(*) AS c FROM (SELECT r.memory_id FROM "
            "entity_memories r " HOLDS "WHERE r.entity_id = ?1 ORDER BY "
            "r.memory_id DESC LIMIT " TOGETHER_MEMORIES ") x JOIN "
            "entity_memories o ON o.memory_id = x.memory_id JOIN entities e "
            "ON e.id = o.entity_id WHERE e.id <> ?1 AND e.id NOT IN (SELECT "
            "to_id FROM relations "
            "WHERE from_id = ?1 UNION SELECT from_id FROM relations WHERE "
            "to_id = ?1) GROUP BY e.id HAVING c > 1 "
            "ORDER BY c * c * 1.0 / (e.memories + 8) DESC, e.id LIMIT ?3");

    stmt_int(s, 1, entity_id);
    stmt_int(s, 2, project_id);
    stmt_int(s, 3, (int64_t)max);
    return read_edges(s, a, out, n, e);
}

int entity_relations(struct db *db, const struct relation_ask *ask,
                     struct arena *a, struct relation_row **out, size_t *n,
                     struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT e.id, e.kind, e.key, e.name, e.memories, x.relation, "
        "x.incoming, max(x.memory_id), count(*) AS c FROM ("
        "SELECT r.to_id AS other, r.relation, 0 AS incoming, r.memory_id "
        "FROM relations r " HOLDS "WHERE r.from_id = ?1 UNION ALL "
        "SELECT r.from_id, r.relation, 1, r.memory_id FROM relations r " HOLDS
        "WHERE r.to_id = ?1 LIMIT 500) x JOIN entities e ON e.id = "
        "x.other GROUP BY e.id, x.relation, x.incoming ORDER BY c DESC, "
        "8 DESC, e.id LIMIT ?3");
    int rc;

    *out = NULL;
    *n = 0;
    stmt_int(s, 1, ask->entity_id);
    stmt_int(s, 2, ask->project_id);
    stmt_int(s, 3, (int64_t)ask->max);
    rc = read_edges(s, a, out, n, e);
    if (rc == 0 && ask->together && *n < ask->max)
        rc = read_together(db, ask->entity_id, ask->project_id,
                           ask->max - *n < TOGETHER ? ask->max - *n : TOGETHER,
                           a, out, n, e);
    return rc;
}

static int read_walk(struct stmt *s, bool incoming, struct arena *a,
                     struct entity_edge **out, size_t *n, struct err *e)
{
    int rc;

    while ((rc = stmt_step(s, e)) > 0) {
        int word = relation_find(col_str(s, 2));

        if (word < 0)
            continue; /* of another version */
        rows_grow(a, (void **)out, *n, sizeof(**out));
        (*out)[(*n)++] =
            (struct entity_edge){col_int(s, 0), col_int(s, 1), col_int(s, 3),
                                 (enum relation_word)word, incoming};
    }
    stmt_done(s);
    return rc;
}

/* The walk reads rows as they lie: CROSS JOIN keeps the order of loops, and
 * the limit ends them. */
#define WALK_SQL(from, to)                                                     \
    "SELECT r." to ", r.memory_id, r.relation, e.memories FROM relations r "   \
    "CROSS JOIN memories m ON m.id = r.memory_id AND m.valid_to IS NULL AND "  \
    "(?2 = 0 OR m.project_id = ?2 OR m.project_id IS NULL) CROSS JOIN "        \
    "entities e ON e.id = r." to " WHERE r." from                              \
    " = ?1 AND (?3 IS NULL OR r.relation = ?3) LIMIT ?4"

int entity_edges(struct db *db, const struct relation_ask *ask, int word,
                 struct arena *a, struct entity_edge **out, size_t *n,
                 struct err *e)
{
    int rc = 0;

    *out = NULL;
    *n = 0;
    for (int incoming = 0; incoming < 2 && rc == 0; incoming++) {
        struct stmt *s = incoming ? db_stmt(db, WALK_SQL("to_id", "from_id"))
                                  : db_stmt(db, WALK_SQL("from_id", "to_id"));

        stmt_int(s, 1, ask->entity_id);
        stmt_int(s, 2, ask->project_id);
        if (word < 0)
            stmt_null(s, 3);
        else
            stmt_str(s, 3, str_of(relation_name((enum relation_word)word)));
        stmt_int(s, 4, (int64_t)ask->max);
        rc = read_walk(s, incoming != 0, a, out, n, e);
    }
    return rc;
}

int entity_company(struct db *db, const struct relation_ask *ask, int64_t rare,
                   struct arena *a, struct entity_edge **out, size_t *n,
                   struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT o.entity_id, count(*) AS c, e.memories FROM (SELECT "
            "memory_id FROM entity_memories WHERE entity_id = ?1 ORDER BY "
            "memory_id DESC LIMIT 10) x CROSS JOIN entity_memories o ON "
            "o.memory_id = x.memory_id CROSS JOIN entities e ON e.id = "
            "o.entity_id WHERE e.id <> ?1 AND e.memories <= ?2 GROUP BY "
            "o.entity_id HAVING c > 1 ORDER BY c DESC, e.memories LIMIT ?3");
    int rc;

    *out = NULL;
    *n = 0;
    stmt_int(s, 1, ask->entity_id);
    stmt_int(s, 2, rare);
    stmt_int(s, 3, (int64_t)ask->max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)out, *n, sizeof(**out));
        (*out)[(*n)++] = (struct entity_edge){.other = col_int(s, 0),
                                              .memory_id = col_int(s, 1),
                                              .other_memories = col_int(s, 2)};
    }
    stmt_done(s);
    return rc;
}
