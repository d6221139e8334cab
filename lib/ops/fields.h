/*
 * fields.h - how operations name things: ids, and the fields of their JSON.
 *
 * An id looks the same wherever it is printed or given: "#12" a memory, "s4"
 * a session, "e99" an event. Given, "12" is a memory too, and a session may
 * be named by the client's own id or a beginning of it.
 *
 * Fields that have no value are left out; times are ISO 8601 in UTC. Each
 * kind of thing has its fields here and nowhere else; docs/json.md describes
 * them.
 */
#ifndef CMEM_OPS_FIELDS_H
#define CMEM_OPS_FIELDS_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "store/read_memory.h"
#include "store/read_session.h"

enum id_kind { ID_MEMORY, ID_SESSION, ID_EVENT };

struct id {
    enum id_kind kind;
    int64_t n;      /* 0 for a session that is named by uid */
    struct str uid; /* borrowed from what was parsed */
};

/* CM_EARG with a sentence that says which forms there are. */
int id_parse(struct str s, struct id *out, struct err *e);
/* The session an id names, by number or uid. CM_ENOTFOUND with a sentence. */
int id_session(struct db *db, const struct id *id, struct arena *a,
               struct session_info *out, struct err *e);

void put_id(struct jsonw *w, const char *key, enum id_kind kind, int64_t n);
/* Nothing for 0. */
void put_time(struct jsonw *w, const char *key, int64_t ms);
/* Nothing for an empty one. */
void put_text(struct jsonw *w, const char *key, struct str s);

/* id, kind, type, title, time, session, project, branch, unmerged, user, agent,
 * origin, trust, disputed, pinned, ended: what a line in a list needs. Inside an object that the caller opened. */
void put_memory_line(struct jsonw *w, const struct memory_row *m);
/* As above and everything else that is in the row. */
void put_memory_body(struct jsonw *w, const struct memory_row *m);
void put_session(struct jsonw *w, const struct session_info *s);
/* id, name, tool, time and `text`: one line of what happened. */
void put_event_line(struct jsonw *w, const struct event_info *ev);

/* One line of what an event says: the prompt, the command, the file. */
void event_brief(const struct event_info *ev, struct buf *out);
/* A title for a memory that has none: the beginning of its text. */
struct str memory_title(const struct memory_row *m);

#endif
