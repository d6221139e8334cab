/* eval_talk.c - conversations, LoCoMo and BEAM, as tasks; see eval.h. */
#include "base/common.h"

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/eval.h"

/* One file of data; lines of one home; digits of a number. */
#define DATA_BYTES  (512u << 20)
#define LINES_BYTES (256u << 20)
#define DAY_MS      INT64_C(86400000)
/* Sessions of one conversation, levels of nested evidence. */
#define SESSIONS_MAX 10000
#define NESTED_MAX   8

/* --- what all readers need ----------------------------------------------- */

int eval_read_json(const char *path, struct json **out, struct err *e)
{
    struct buf b;
    int rc;

    buf_init(&b, DATA_BYTES);
    rc = file_read(path, &b, e);
    if (rc == 0) {
        *out = json_parse(buf_str(&b), e);
        rc = *out ? 0 : CM_EFORMAT;
        if (rc < 0)
            err_wrap(e, "%s", path);
    }
    buf_free(&b);
    return rc;
}

void eval_part_add(struct eval *ev, struct eval_parts *parts, struct str name,
                   struct str path)
{
    struct eval_part *p = eval_more(ev->a, (void **)&parts->at, &parts->n,
                                    &parts->room, sizeof(*p));
    struct stat st = {0};

    p->name = arena_str(ev->a, name);
    p->path = arena_str(ev->a, path);
    stat(p->path.p, &st);
    p->seen = arena_fmt(ev->a, "%.*s %lld %lld", STR_ARG(path),
                        (long long)st.st_size, (long long)st.st_mtime);
}

static int by_name(const void *pa, const void *pb)
{
    const struct str *x = pa, *y = pb;

    return strcmp(x->p, y->p);
}

int eval_list(struct eval *ev, const char *dir, const char *ending,
              struct str **out, size_t *n)
{
    DIR *d = opendir(dir);
    struct dirent *f;
    size_t room = 0;

    *out = NULL;
    *n = 0;
    while (d && (f = readdir(d)) != NULL) {
        struct str name = str_of(f->d_name);

        if (f->d_name[0] == '.' || (ending && !str_ends(name, str_of(ending))))
            continue;
        *(struct str *)eval_more(ev->a, (void **)out, n, &room, sizeof(**out)) =
            arena_str(ev->a, name);
    }
    if (d)
        closedir(d);
    if (*n)
        qsort(*out, *n, sizeof(**out), by_name);
    return *n ? 0 : CM_ENOTFOUND;
}

static struct eval_case *new_case(struct eval *ev, struct eval_cases *cases)
{
    return eval_more(ev->a, (void **)&cases->at, &cases->n, &cases->room,
                     sizeof(*cases->at));
}

/* "8 May, 2023", "March-15-2024", "1:56 pm on 8 May, 2023" in UTC; 0 for what
 * is none. The English of the data, not of people: see search/when.h. */
static int64_t read_date(struct str s)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    struct tm tm = {.tm_mon = -1};
    int64_t n[4];
    size_t count = 0;
    bool pm = str_ifind(s, STR("pm")) >= 0, clock = str_chr(s, ':') > 0;

    for (size_t i = 0; i < s.n;) {
        size_t k = i;

        while (k < s.n && is_digit(s.p[k]))
            k++;
        if (k > i && k - i <= 4 && count < ARRAY_LEN(n) &&
            str_int(str_cut(s, i, k), 0, 9999, &n[count]) == 0)
            count++;
        for (int m = 0; k == i && tm.tm_mon < 0 && m < 12; m++)
            if (str_ieq(str_cut(s, i, i + 3), (struct str){months + 3 * m, 3}))
                tm.tm_mon = m;
        i = k > i ? k : i + 1;
    }
    if (tm.tm_mon < 0 || count < (clock ? 4u : 2u))
        return 0;
    if (clock) {
        tm.tm_hour = (int)n[0] % 12 + (pm ? 12 : 0);
        tm.tm_min = (int)n[1];
    }
    tm.tm_mday = (int)n[count - 2];
    tm.tm_year = (int)n[count - 1] - 1900;
    return (int64_t)timegm(&tm) * 1000;
}

/* --- LoCoMo -------------------------------------------------------------- */

int eval_locomo_find(struct eval *ev, struct eval_parts *out, struct err *e)
{
    struct str dir = arena_fmt(ev->a, "%s/memory/locomo", ev->dir), *names;
    size_t n;

    if (eval_list(ev, dir.p, ".json", &names, &n) < 0)
        return err_set(e, CM_ENOTFOUND, "there is no memory/locomo/*.json");
    for (size_t i = 0; i < n; i++)
        eval_part_add(ev, out,
                      arena_fmt(ev->a, "locomo-%.*s",
                                STR_ARG(str_cut(names[i], 0, names[i].n - 5))),
                      arena_fmt(ev->a, "%s/%s", dir.p, names[i].p));
    return 0;
}

/* Sessions of a conversation, one after the other. */
struct talk {
    const struct json *conversation;
    struct str name; /* of the conversation */
    int session;
    const struct json *turns;
    int64_t time_ms;
};

static bool next_session(struct eval *ev, struct talk *t)
{
    char key[48];

    if (++t->session > SESSIONS_MAX)
        return false;
    snprintf(key, sizeof(key), "session_%d", t->session);
    t->turns = json_get(t->conversation, key);
    snprintf(key, sizeof(key), "session_%d_date_time", t->session);
    t->time_ms = read_date(json_get_str(t->conversation, key));
    (void)ev;
    return json_is_array(t->turns);
}

static void put_turn(struct jsonw *w, struct eval *ev, const struct talk *t,
                     const struct json *turn, int64_t order)
{
    struct str caption = json_get_str(turn, "blip_caption");
    struct str said = arena_fmt(
        ev->a, "%.*s: %.*s%s%.*s%s", STR_ARG(json_get_str(turn, "speaker")),
        STR_ARG(json_get_str(turn, "text")), caption.n ? " [shares " : "",
        STR_ARG(caption), caption.n ? "]" : "");

    jsonw_init(w, w->b);
    jsonw_obj(w, NULL);
    jsonw_str(w, "id", json_get_str(turn, "dia_id"));
    jsonw_str(w, "text", said);
    jsonw_int(w, "time", t->time_ms);
    jsonw_str(w, "app", t->name);
    jsonw_str(
        w, "run",
        arena_fmt(ev->a, "%.*s/session_%d", STR_ARG(t->name), t->session));
    jsonw_int(w, "order", order);
    jsonw_end(w);
    buf_addc(w->b, '\n');
}

int eval_locomo_fill(struct eval *ev, const struct eval_part *p, struct err *e)
{
    struct json *root = NULL;
    struct buf b;
    struct jsonw w = {.b = &b};
    int rc = eval_read_json(p->path.p, &root, e);

    buf_init(&b, LINES_BYTES);
    for (struct json *x = json_first(root); x; x = json_next(x)) {
        struct talk t = {.conversation = json_get(x, "conversation"),
                         .name = json_get_str(x, "sample_id")};
        int64_t order = 0;

        while (next_session(ev, &t))
            for (struct json *u = json_first(t.turns); u; u = json_next(u))
                put_turn(&w, ev, &t, u, ++order);
    }
    if (rc == 0 && b.len == 0)
        rc = err_set(e, CM_EFORMAT, "%s has no conversation", p->path.p);
    if (rc == 0)
        rc = eval_take_lines(ev, buf_str(&b), e);
    buf_free(&b);
    json_free(root);
    return rc;
}

/* "D1:3", "D:1:03" and "D1:3; D2:4" as they occur: the turns that are meant. */
static bool next_evidence(struct str *rest, int64_t *session, int64_t *turn)
{
    for (;;) {
        ptrdiff_t at = str_chr(*rest, 'D');
        int64_t n[2];
        size_t i, got = 0;

        if (at < 0)
            return false;
        i = (size_t)at + 1;
        for (; got < 2; got++) {
            size_t from, k;

            if (i < rest->n && rest->p[i] == ':')
                i++;
            else if (got == 1)
                break;
            for (from = k = i; k < rest->n && is_digit(rest->p[k]);)
                k++;
            if (k == from ||
                str_int(str_cut(*rest, from, k), 0, 1000000, &n[got]) < 0)
                break;
            i = k;
        }
        *rest = str_cut(*rest, (size_t)at + 1, rest->n);
        if (got == 2) {
            *session = n[0];
            *turn = n[1];
            return true;
        }
    }
}

static bool has_turn(struct eval *ev, const struct json *conversation,
                     int64_t session, struct str id)
{
    struct str key = arena_fmt(ev->a, "session_%lld", (long long)session);

    for (struct json *u = json_first(json_get(conversation, key.p)); u;
         u = json_next(u))
        if (str_eq(json_get_str(u, "dia_id"), id))
            return true;
    return false;
}

static void add_gold(struct eval *ev, struct str **gold, size_t *n,
                     size_t *room, struct str id)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq((*gold)[i], id))
            return;
    *(struct str *)eval_more(ev->a, (void **)gold, n, room, sizeof(**gold)) =
        arena_str(ev->a, id);
}

static void gold_of(struct eval *ev, const struct talk *t,
                    const struct json *question, struct eval_case *c)
{
    struct str *gold = NULL;
    size_t n = 0, room = 0;

    for (struct json *j = json_first(json_get(question, "evidence")); j;
         j = json_next(j)) {
        struct str rest = json_str(j);
        int64_t session, turn;

        while (next_evidence(&rest, &session, &turn)) {
            struct str id = arena_fmt(ev->a, "D%lld:%lld", (long long)session,
                                      (long long)turn);

            if (!has_turn(ev, t->conversation, session, id))
                continue;
            if (ev->task->by == BY_SESSION)
                id = arena_fmt(ev->a, "%.*s/session_%lld", STR_ARG(t->name),
                               (long long)session);
            add_gold(ev, &gold, &n, &room, id);
        }
    }
    c->gold = gold;
    c->ngold = n;
}

static struct str category_of(const struct json *question)
{
    static const char *const names[] = {"multi-hop", "temporal", "open-domain",
                                        "single-hop", "adversarial"};
    int64_t k = json_get_int(question, "category", 0);

    return k >= 1 && k <= 5 ? str_of(names[k - 1]) : STR("other");
}

int eval_locomo_load(struct eval *ev, const struct eval_part *p,
                     struct eval_cases *out, struct err *e)
{
    struct json *root = NULL;
    int rc = eval_read_json(p->path.p, &root, e);

    for (struct json *x = json_first(root); x; x = json_next(x)) {
        struct talk t = {.conversation = json_get(x, "conversation"),
                         .name = json_get_str(x, "sample_id")};
        int64_t now = 0, i = 0;

        while (next_session(ev, &t))
            if (t.time_ms > now)
                now = t.time_ms;
        for (struct json *q = json_first(json_get(x, "qa")); q;
             q = json_next(q), i++) {
            struct eval_case c = {.category = category_of(q),
                                  .now_ms = now + DAY_MS};

            gold_of(ev, &t, q, &c);
            if (c.ngold == 0)
                continue;
            c.id = arena_fmt(ev->a, "%.*s-%lld", STR_ARG(t.name), (long long)i);
            c.scope = c.app = arena_str(ev->a, t.name);
            c.query = arena_str(ev->a, json_get_str(q, "question"));
            *new_case(ev, out) = c;
        }
    }
    json_free(root);
    return rc;
}

/* --- BEAM ---------------------------------------------------------------- */

int eval_beam_find(struct eval *ev, struct eval_parts *out, struct err *e)
{
    struct str dir = arena_fmt(ev->a, "%s/memory/beam", ev->dir), *names;
    size_t n;

    if (eval_list(ev, dir.p, NULL, &names, &n) < 0)
        return err_set(e, CM_ENOTFOUND, "there is no memory/beam/*/");
    for (size_t i = 0; i < n; i++)
        eval_part_add(ev, out, arena_fmt(ev->a, "beam-%s", names[i].p),
                      arena_fmt(ev->a, "%s/%s", dir.p, names[i].p));
    return 0;
}

/* One message after the other, through batches and turns. */
struct chat {
    struct json *root;
    struct str name;
    const struct json *batch, *turn, *message;
    int64_t nbatch;
    int64_t time_ms; /* the last date that was said */
};

static bool next_message(struct chat *c)
{
    if (c->message)
        c->message = json_next(c->message);
    while (!c->message) {
        if (c->turn)
            c->turn = json_next(c->turn);
        while (!c->turn) {
            c->batch = c->batch ? json_next(c->batch) : json_first(c->root);
            if (!c->batch)
                return false;
            c->nbatch++;
            c->turn = json_first(json_get(c->batch, "turns"));
        }
        c->message = json_first(c->turn);
    }
    for (int i = 0; i < 2; i++) {
        int64_t ms =
            read_date(json_get_str(i ? c->message : c->batch, "time_anchor"));

        if (ms > c->time_ms)
            c->time_ms = ms;
    }
    return true;
}

static int chat_open(struct eval *ev, const struct eval_part *p,
                     struct str name, struct chat *c, struct err *e)
{
    struct str path = arena_fmt(ev->a, "%s/%s/chat.json", p->path.p, name.p);

    *c = (struct chat){.name = arena_fmt(ev->a, "chat-%s", name.p)};
    return eval_read_json(path.p, &c->root, e);
}

int eval_beam_fill(struct eval *ev, const struct eval_part *p, struct err *e)
{
    struct str *names;
    struct buf b;
    struct jsonw w;
    size_t n;
    int rc = 0;

    buf_init(&b, LINES_BYTES);
    if (eval_list(ev, p->path.p, NULL, &names, &n) < 0)
        rc = err_set(e, CM_ENOTFOUND, "%s has no chat", p->path.p);
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct chat c;
        int64_t order = 0;

        rc = chat_open(ev, p, names[i], &c, e);
        while (rc == 0 && next_message(&c)) {
            jsonw_init(&w, &b);
            jsonw_obj(&w, NULL);
            jsonw_int(&w, "id", json_get_int(c.message, "id", -1));
            jsonw_str(&w, "text", json_get_str(c.message, "content"));
            if (c.time_ms)
                jsonw_int(&w, "time", c.time_ms);
            jsonw_str(&w, "app", c.name);
            jsonw_str(
                &w, "run",
                arena_fmt(ev->a, "%s/%lld", c.name.p, (long long)c.nbatch));
            jsonw_int(&w, "order", ++order);
            jsonw_end(&w);
            buf_addc(&b, '\n');
        }
        json_free(c.root);
    }
    if (rc == 0)
        rc = eval_take_lines(ev, buf_str(&b), e);
    buf_free(&b);
    return rc;
}

/* Message ids, however deep: a number, a list, an object of lists. */
static void flat_gold(struct eval *ev, const struct json *source,
                      struct eval_case *c)
{
    struct str *gold = NULL;
    size_t n = 0, room = 0;
    struct json_walk w;
    const struct json *j;

    json_walk_init(&w, source);
    while (source && (j = json_walk_next(&w)) != NULL) {
        int64_t id;

        if (json_is_num(j))
            id = json_int(j);
        else if (!json_is_str(j) ||
                 str_int(str_trim(json_str(j)), 0, INT32_MAX, &id) < 0)
            continue;
        add_gold(ev, &gold, &n, &room, arena_fmt(ev->a, "%lld", (long long)id));
    }
    c->gold = gold;
    c->ngold = n;
}

/* Of the gold only what the chat has. */
static void keep_known(struct eval *ev, struct eval_case *c,
                       const struct str *ids, size_t nids)
{
    struct str *gold = arena_array(ev->a, c->ngold + 1, sizeof(*gold));
    size_t n = 0;

    for (size_t i = 0; i < c->ngold; i++)
        for (size_t k = 0; k < nids; k++)
            if (str_eq(ids[k], c->gold[i])) {
                gold[n++] = c->gold[i];
                break;
            }
    c->gold = gold;
    c->ngold = n;
}

static void add_questions(struct eval *ev, const struct chat *chat,
                          const struct json *questions, const struct str *ids,
                          struct eval_cases *out)
{
    size_t nids = 0;

    while (ids[nids].p)
        nids++;
    for (struct json *type = json_first(questions); type;
         type = json_next(type)) {
        int i = 0;

        for (struct json *q = json_first(type); q; q = json_next(q), i++) {
            struct eval_case c = {.now_ms = chat->time_ms + DAY_MS};

            flat_gold(ev, json_get(q, "source_chat_ids"), &c);
            keep_known(ev, &c, ids, nids);
            if (c.ngold == 0)
                continue;
            c.category = arena_str(ev->a, json_key(type));
            c.id = arena_fmt(ev->a, "%s-%s-%d", chat->name.p, c.category.p, i);
            c.scope = c.app = chat->name;
            c.query = arena_str(ev->a, json_get_str(q, "question"));
            *new_case(ev, out) = c;
        }
    }
}

int eval_beam_load(struct eval *ev, const struct eval_part *p,
                   struct eval_cases *out, struct err *e)
{
    struct str *names;
    size_t n;
    int rc = 0;

    if (eval_list(ev, p->path.p, NULL, &names, &n) < 0)
        return err_set(e, CM_ENOTFOUND, "%s has no chat", p->path.p);
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct str path = arena_fmt(ev->a, "%s/%s/probing_questions.json",
                                    p->path.p, names[i].p);
        struct json *questions = NULL;
        struct str *ids = NULL, *none;
        size_t nids = 0, room = 0;
        struct chat c;

        rc = chat_open(ev, p, names[i], &c, e);
        while (rc == 0 && next_message(&c))
            *(struct str *)eval_more(ev->a, (void **)&ids, &nids, &room,
                                     sizeof(*ids)) =
                arena_fmt(ev->a, "%lld",
                          (long long)json_get_int(c.message, "id", -1));
        none = eval_more(ev->a, (void **)&ids, &nids, &room, sizeof(*ids));
        *none = STR_NONE;
        if (rc == 0)
            rc = eval_read_json(path.p, &questions, e);
        if (rc == 0)
            add_questions(ev, &c, questions, ids, out);
        json_free(questions);
        json_free(c.root);
    }
    return rc;
}
