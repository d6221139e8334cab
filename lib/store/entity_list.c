/* entity_list.c - see entity.h: lists of entities for people. */
#include "base/common.h"

#include "store/entity.h"
#include "store/read_sql.h"

int64_t entity_count(struct db *db, int64_t entity_id, int64_t project_id,
                     int64_t limit, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT count(*) FROM (SELECT 1 FROM entity_memories r CROSS JOIN "
            "memories m ON m.id = r.memory_id AND m.valid_to IS NULL AND (?2 = "
            "0 OR m.project_id = ?2 OR m.project_id IS NULL) WHERE r.entity_id "
            "= ?1 LIMIT ?3)");
    int64_t n;
    int rc;

    stmt_int(s, 1, entity_id);
    stmt_int(s, 2, project_id);
    stmt_int(s, 3, limit);
    rc = stmt_step(s, e);
    n = rc > 0 ? col_int(s, 0) : rc;
    stmt_done(s);
    return n;
}

static void fill(struct stmt *s, struct arena *a, struct entity_row *r)
{
    r->id = col_int(s, 0);
    r->kind = arena_str(a, col_str(s, 1));
    r->key = arena_str(a, col_str(s, 2));
    r->name = arena_str(a, col_str(s, 3));
    r->memories = col_int(s, 4);
}

/* Counts stop where they say enough: a list of names waits for nobody. */
#define TOP_SQL                                                                \
    "WITH edge AS (SELECT r.from_id, r.to_id FROM relations r JOIN memories "  \
    "m ON m.id = r.memory_id AND m.valid_to IS NULL AND (?1 = 0 OR "           \
    "m.project_id = ?1 OR m.project_id IS NULL) LIMIT 20000), "                \
    "degree AS (SELECT id, count(*) AS n FROM (SELECT from_id AS id FROM "     \
    "edge UNION ALL SELECT to_id FROM edge) GROUP BY id), "                    \
    "pick AS (SELECT id FROM (SELECT id FROM degree ORDER BY n DESC, id "      \
    "LIMIT "                                                                   \
    "200) UNION SELECT id FROM (SELECT id FROM entities WHERE (?2 IS NULL "    \
    "AND "                                                                     \
    "kind <> 'command') OR kind = ?2 ORDER BY memories DESC, id LIMIT 200)), " \
    "counted AS (SELECT e.*, coalesce(d.n, 0) AS stated, (SELECT count(*) "    \
    "FROM (SELECT 1 FROM entity_memories o JOIN memories m ON m.id = "         \
    "o.memory_id AND m.valid_to IS NULL AND (?1 = 0 OR m.project_id = ?1 OR "  \
    "m.project_id IS NULL) WHERE o.entity_id = e.id LIMIT 1000)) AS named "    \
    "FROM pick JOIN entities e ON e.id = pick.id LEFT JOIN degree d ON d.id "  \
    "= e.id) "                                                                 \
    "SELECT id, kind, key, name, named, stated FROM counted WHERE named > 0 "  \
    "AND ((?2 IS NULL AND kind <> 'command') OR kind = ?2) ORDER BY stated * " \
    "5 + named DESC, id LIMIT ?3"

int entity_tops(struct db *db, int64_t project_id, const char *kind, size_t max,
                struct arena *a, struct entity_top **out, size_t *n,
                struct err *e)
{
    struct stmt *s = db_stmt(db, TOP_SQL);
    int rc;

    *out = NULL;
    *n = 0;
    stmt_int(s, 1, project_id);
    stmt_str(s, 2, kind ? str_of(kind) : STR_NONE);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)out, *n, sizeof(**out));
        fill(s, a, &(*out)[*n].row);
        (*out)[(*n)++].relations = col_int(s, 5);
    }
    stmt_done(s);
    return rc;
}

int entity_like(struct db *db, struct str text, size_t max, struct arena *a,
                struct entity_row **out, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, kind, key, name, memories FROM entities WHERE "
            "instr(key, ?1) > 0 OR substr(key, 1, 2) = substr(?1, 1, 2) OR "
            "substr(key, 2, 2) = substr(?1, 2, 2) ORDER BY instr(key, ?1) = 0, "
            "memories DESC, id LIMIT ?2");
    int rc;

    *out = NULL;
    *n = 0;
    stmt_str(s, 1, text);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)out, *n, sizeof(**out));
        fill(s, a, &(*out)[(*n)++]);
    }
    stmt_done(s);
    return rc;
}
