/*
 * slot-walk.c - what every prompt of a store would have brought.
 *
 *   slot-walk PROJECT [BAR]
 *
 * Walks the prompts of a project of CMEM_HOME in the order of time; for each the slot is
 * rendered as things stood then, and a line of JSON printed: session, time,
 * prompt, the slot's text, its candidates with scores, fates and files, the
 * likely files; and, once a session, the files of its start. What became of
 * the session is for whoever reads it to compare.
 */
#include "base/common.h"

#include "base/clock.h"
#include "base/json.h"
#include "ops/fields.h"
#include "ops/prompt_slot.h"
#include "search/meaning.h"
#include "store/read_memory.h"
#include "store/read_session.h"

#define SESSIONS 5000
#define PROMPTS  500
#define FILES    21

struct walk {
    struct db *db;
    struct meaning *meaning;
    int64_t project_id;
    double bar;
    struct arena a;
};

static void die(const struct err *e)
{
    fprintf(stderr, "slot-walk: %s\n", e->msg);
    exit(1);
}

static void put_files(struct jsonw *w, const char *key,
                      const struct file_rank *rows, size_t n)
{
    jsonw_arr(w, key);
    for (size_t i = 0; i < n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "path", rows[i].path);
        jsonw_num(w, "score", rows[i].score);
        jsonw_num(w, "evidence", rows[i].evidence);
        jsonw_strz(w, "why", rows[i].why);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_candidate(struct walk *k, struct jsonw *w,
                          const struct slot_candidate *c)
{
    struct memory_file_row *rows;
    struct err e;
    size_t n;

    jsonw_obj(w, NULL);
    put_id(w, "id", ID_MEMORY, c->row.id);
    put_id(w, "session", ID_SESSION, c->row.session_id);
    jsonw_num(w, "score", c->score);
    jsonw_num(w, "info", c->match.info);
    jsonw_num(w, "share", c->match.share);
    jsonw_num(w, "cosine", (double)c->match.cosine);
    jsonw_strz(w, "fate", slot_fate_word(c->fate));
    jsonw_str(w, "line", c->line);
    jsonw_num(w, "sure", c->match.sure);
    if (memory_files_read(k->db, c->row.id, 50, &k->a, &rows, &n, &e) < 0)
        die(&e);
    jsonw_arr(w, "files");
    for (size_t i = 0; i < n; i++)
        jsonw_str(w, NULL, rows[i].path);
    jsonw_end(w);
    jsonw_end(w);
}

static void print(struct walk *k, const struct session_info *s, int64_t time_ms,
                  struct str prompt, size_t nth)
{
    struct op_env env = {.db = k->db,
                         .meaning = k->meaning,
                         .now_ms = time_ms,
                         .a = &k->a};
    struct slot_request rq = {.project_id = k->project_id,
                              .session_id = s->id,
                              .branch = s->branch,
                              .prompt = prompt,
                              .nth = (int64_t)nth,
                              .limits = slot_limits_of(NULL),
                              .as_of_ms = time_ms};
    struct files_request start = {.project_id = k->project_id,
                                  .session_id = s->id,
                                  .branch = s->branch,
                                  .as_of_ms = time_ms};
    struct prompt_slot slot;
    struct file_rank *rows;
    struct jsonw w;
    struct buf b;
    struct err e;
    size_t n;
    int64_t from = clock_mono_us();

    if (k->bar >= 0)
        rq.limits.bar = k->bar;
    if (prompt_slot_render(&env, &rq, &slot, &e) < 0)
        die(&e);
    from = clock_mono_us() - from;
    buf_init(&b, 4u << 20);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_str(&w, "session", s->uid);
    put_id(&w, "sid", ID_SESSION, s->id);
    jsonw_int(&w, "time", time_ms);
    jsonw_int(&w, "us", from);
    jsonw_bool(&w, "first", nth == 1);
    jsonw_str(&w, "prompt", prompt);
    if (slot.silent)
        jsonw_strz(&w, "silent", slot.silent);
    jsonw_str(&w, "query", slot.query);
    jsonw_str(&w, "text", slot.text);
    jsonw_int(&w, "tokens", (int64_t)slot.tokens);
    jsonw_arr(&w, "candidates");
    for (size_t i = 0; i < slot.ncandidates && i < 20; i++)
        put_candidate(k, &w, &slot.candidates[i]);
    jsonw_end(&w);
    put_files(&w, "files", slot.files, slot.nfiles);
    jsonw_bool(&w, "shows_files", slot.shows_files);
    if (nth == 1) {
        if (files_rank(k->db, &start, FILES, &k->a, &rows, &n, &e) < 0)
            die(&e);
        put_files(&w, "start", rows, n);
    }
    jsonw_end(&w);
    printf("%s\n", b.data);
    buf_free(&b);
}

static void walk_session(struct walk *k, const struct session_info *s)
{
    struct event_info *rows;
    struct err e;
    size_t n, shown = 0;

    if (events_named(k->db, s->id, STR("UserPromptSubmit"), PROMPTS, &k->a,
                     &rows, &n, &e) < 0)
        die(&e);
    while (n-- > 0) { /* they come newest first */
        struct json *j = json_parse(rows[n].payload, NULL);

        print(k, s, rows[n].time_ms, json_get_str(j, "prompt"), ++shown);
        json_free(j);
    }
}

int main(int argc, char **argv)
{
    struct walk k = {.bar = argc > 2 ? strtod(argv[2], NULL) : -1};
    struct paths paths;
    struct config config;
    struct arena all = {0};
    struct project_row project;
    struct session_list l;
    struct err e;

    if (argc < 2) {
        fprintf(stderr, "usage: slot-walk PROJECT [BAR]\n");
        return 2;
    }
    if (paths_init(&paths, &e) < 0 ||
        db_open(&k.db, paths.db, DB_READ, &e) < 0)
        die(&e);
    config_load(&config, paths.config);
    k.meaning = meaning_open(&paths, &config);
    if (project_by_name(k.db, str_of(argv[1]), &all, &project, &e) < 0)
        die(&e);
    k.project_id = project.id;
    if (sessions_read(k.db, &(struct session_filter){project.id, 0, NULL},
                      SESSIONS, &all, &l, &e) < 0)
        die(&e);
    for (size_t i = l.n; i-- > 0;) {
        walk_session(&k, &l.rows[i]);
        arena_free(&k.a);
    }
    arena_free(&all);
    meaning_close(k.meaning);
    config_free(&config);
    db_close(k.db);
    return 0;
}
