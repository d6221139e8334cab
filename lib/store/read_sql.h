/*
 * read_sql.h - the parts that the reading queries of lib/store share.
 *
 * FILTER_SQL is the condition of a struct memory_filter on an alias m of
 * memories, with the parameters that filter_bind sets; the project is not in
 * it, because each query has its own way to use the index.
 */
#ifndef CMEM_STORE_READ_SQL_H
#define CMEM_STORE_READ_SQL_H

#include "store/db.h"
#include "store/read_memory.h"

#define P_PROJECT 1
#define P_SESSION 2
#define P_KIND    3
#define P_TYPE    4
#define P_BRANCH  5
#define P_SINCE   6
#define P_UNTIL   7
#define P_AS_OF   8
#define P_HISTORY 9
#define P_NOW     10
#define P_FILE    11
#define P_WEIGHT  12
#define P_PINNED  13
#define P_USER    14
#define P_AGENT   15
#define P_GROUP   16
#define P_ON      17 /* branch */
#define P_CHILD   18
#define P_ONLY    19 /* where.h */
#define P_ANY     20 /* there is no such set: asking it costs each row */
#define P_BEGINS  21 /* the path does at its project's top */
#define P_FREE    22 /* the query's own begin here */

/* Does `path` have ?11 as a run of whole components? At its beginning, when
 * that is asked. */
#define HAS_PATH(path)                                                         \
    "instr('/' || " path " || '/', '/' || ?11 || '/') BETWEEN 1 AND "          \
    "iif(?21, 1, 1e9)"
/* Of a session's file, which is absolute. What lies nowhere below the top may
 * be the same project on another machine. */
#define BEGINS(top) "instr(f.path || '/', " top " || '/' || ?11 || '/') = 1"
/* Is a session's directory the top of another working tree, so far as its path
 * tells (agent/project.h), and not one in the project's? */
#define ELSEWHERE                                                              \
    "(instr(x.cwd || '/', p.root || '/') <> 1 OR instr(x.cwd, "                \
    "'/.worktrees/') OR instr(x.cwd, '/.claude/worktrees/'))"
#define SESSION_HAS_PATH                                                       \
    "SELECT f.session_id FROM session_files f WHERE "                          \
    "instr('/' || f.path || '/', '/' || ?11 || '/') > 0 AND (NOT ?21 OR "      \
    "EXISTS (SELECT 1 FROM sessions x JOIN projects p ON p.id = "              \
    "x.project_id WHERE x.id = f.session_id AND (" BEGINS(                     \
        "p.root") " OR "                                                       \
                  "instr(f.path, p.root || '/') <> 1 OR (" ELSEWHERE           \
                  " AND " BEGINS("x.cwd") "))))"

/* What was made on a branch and is not merged yet belongs to that branch. */
#define BRANCH_SQL                                                             \
    " AND (?17 IS NULL OR m.born_commit IS NULL OR m.branch = ?17)"
/* Asked for by its session a subagent's memory is wanted. */
#define CHILD_SQL                                                              \
    " AND (?18 OR ?2 <> 0 OR m.session_id IS NULL OR m.session_id NOT IN"      \
    " (SELECT id FROM sessions WHERE parent_id IS NOT NULL))"

/* What cannot be given up without showing what does not hold. */
#define SCOPE_SQL                                                              \
    " AND (?2 = 0 OR m.session_id = ?2)"                                       \
    " AND (?5 IS NULL OR m.branch = ?5)"                                       \
    " AND (?14 IS NULL OR m.user = ?14) AND (?15 IS NULL OR m.agent = ?15)"    \
    " AND (?16 IS NULL OR m.group_key = ?16)" BRANCH_SQL CHILD_SQL             \
    " AND m.event_ms >= ?6 AND m.event_ms < ?7"                                \
    " AND coalesce(m.valid_from, m.event_ms) <= ?8"                            \
    " AND (?20 OR in_ids(m.id, ?19))"                                          \
    " AND (?9 OR ((m.valid_to IS NULL OR m.valid_to > ?8)"                     \
    " AND (m.expires_ms IS NULL OR m.expires_ms > ?10)))"

/* What a person asked to see. A memory that names no files of its own counts
 * with the files of its session. */
#define WANTED_SQL                                                             \
    "(?3 IS NULL OR m.kind = ?3) AND (?4 IS NULL OR m.type = ?4)"              \
    " AND m.importance >= ?12 AND m.pinned >= ?13"                             \
    " AND (?11 IS NULL OR EXISTS (SELECT 1 FROM memory_files f"                \
    " WHERE f.memory_id = m.id AND " HAS_PATH(                                 \
        "f.path") ")"                                                          \
                  " OR (NOT EXISTS (SELECT 1 FROM memory_files f WHERE "       \
                  "f.memory_id = m.id)"                                        \
                  " AND m.session_id IN (" SESSION_HAS_PATH ")))"

#define FILTER_SQL SCOPE_SQL " AND " WANTED_SQL

/* Two that contradict and both hold: neither may take the other's place. */
#define DISPUTED_SQL                                                           \
    "m.valid_to IS NULL AND (EXISTS (SELECT 1 FROM links l JOIN memories o "   \
    "ON o.id = l.to_id WHERE l.from_id = m.id AND l.relation = 'contradicts' " \
    "AND o.valid_to IS NULL) OR EXISTS (SELECT 1 FROM links l JOIN memories "  \
    "o ON o.id = l.from_id WHERE l.to_id = m.id AND l.relation = "             \
    "'contradicts' AND o.valid_to IS NULL))"

#define MEMORY_COLS                                                            \
    "m.id, m.project_id, m.session_id, m.event_ms, m.created_ms, "             \
    "m.updated_ms, m.valid_to, m.superseded_by, m.expires_ms, m.kind, "        \
    "m.type, m.title, m.subtitle, m.text, m.data, m.branch, m.origin, "        \
    "m.provider, m.topic_key, p.name, s.uid, m.importance, m.seen, "           \
    "m.revision, m.pinned, s.parent_id, m.ord, m.user, m.agent, "              \
    "m.external_id, m.group_key, m.metadata, m.born_commit IS NOT NULL, "      \
    "m.weighed, m.valid_from, " DISPUTED_SQL
#define MEMORY_JOINS                                                           \
    " LEFT JOIN projects p ON p.id = m.project_id"                             \
    " LEFT JOIN sessions s ON s.id = m.session_id"

/* Binds everything but P_PROJECT. */
void filter_bind(struct stmt *s, const struct memory_filter *f);
/* Reads a row of MEMORY_COLS. */
void memory_fill(struct stmt *s, struct arena *a, struct memory_row *out);

/* An array of `max` elements that grows with what is found: doubling keeps
 * small answers small. *rows has room for one more afterwards. */
void rows_grow(struct arena *a, void **rows, size_t n, size_t size);

#endif
