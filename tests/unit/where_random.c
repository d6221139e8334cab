/* where_random.c - memories and filters at random: where_rig.h. */
#include "base/common.h"

#include "base/err.h"
#include "test.h"
#include "where_rig.h"

static uint32_t rnd_state;

void where_seed(uint32_t seed)
{
    rnd_state = seed;
}

uint32_t where_rnd(uint32_t n)
{
    rnd_state ^= rnd_state << 13;
    rnd_state ^= rnd_state >> 17;
    rnd_state ^= rnd_state << 5;
    return rnd_state % n;
}

static const char *const words[] = {
    "ada", "Bob", "x", "Ada", "o'hara", "tests", "\xc3\xa9t\xc3\xa9"};
static const char *const kinds[] = {"observation", "fact", "summary", "note",
                                    "prompt"};
static const char *const uids[] = {"run-1", "run-2"};
static const char *const apps[] = {"alpha", "beta"};
/* Keys that would break a path that is put together without care. */
static const char *const keys[] = {"area", "a.b",  "it's", "q\\\"q",
                                   "n",    "list", "$",    "\xc3\xa9"};

static const char *maybe(void)
{
    return where_rnd(4) ? words[where_rnd(ARRAY_LEN(words))] : NULL;
}

static void put_scalar(struct buf *b)
{
    switch (where_rnd(8)) {
    case 0:
        buf_addf(b, "%u", where_rnd(4));
        break;
    case 1:
        buf_addf(b, "%u.0", where_rnd(3));
        break;
    case 2:
        buf_addf(b, "%u.5", where_rnd(3));
        break;
    case 3:
        buf_addz(b, where_rnd(2) ? "true" : "false");
        break;
    case 4:
        buf_addf(b, "\"%u\"", where_rnd(3));
        break;
    default:
        buf_addf(b, "\"%s\"", words[where_rnd(ARRAY_LEN(words))]);
        break;
    }
}

static void put_values(struct buf *b)
{
    buf_addc(b, '[');
    for (uint32_t i = 0, n = where_rnd(4); i < n; i++) {
        if (i)
            buf_addc(b, ',');
        put_scalar(b);
    }
    buf_addc(b, ']');
}

/* An object of random members; at the top also the lists that have a field. */
static void put_object(struct buf *b, int depth)
{
    bool first = true;

    buf_addc(b, '{');
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        if (where_rnd(3))
            continue;
        buf_addf(b, "%s\"%s\":", first ? "" : ",", keys[k]);
        first = false;
        switch (where_rnd(6)) {
        case 0:
            buf_addz(b, "null");
            break;
        case 1:
            put_values(b);
            break;
        case 2:
            if (depth < 2) {
                put_object(b, depth + 1);
                break;
            }
            /* fall through */
        default:
            put_scalar(b);
        }
    }
    if (depth == 0 && where_rnd(2)) {
        buf_addf(b, "%s\"%s\":", first ? "" : ",",
                 where_rnd(2) ? "categories" : "keywords");
        put_values(b);
    }
    buf_addc(b, '}');
}

struct json *where_parsed(const struct buf *b)
{
    struct err e = {0};
    struct json *j = json_parse(buf_str(b), &e);

    if (!j)
        test_fail(__FILE__, __LINE__, "%s: %s", e.msg, b->data);
    return j;
}

void where_make_mem(struct where_mem *m)
{
    struct buf b;

    buf_init(&b, 1 << 16);
    *m = (struct where_mem){
        .user = maybe(),
        .agent = maybe(),
        .branch = maybe(),
        .type = maybe(),
        .ext = maybe(),
        .group = maybe(),
        .kind = kinds[where_rnd(ARRAY_LEN(kinds))],
        .origin = where_rnd(2) ? "user" : "tool",
        .text = words[where_rnd(ARRAY_LEN(words))],
        .run = where_rnd(3) ? uids[where_rnd(ARRAY_LEN(uids))] : NULL,
        .app = where_rnd(3) ? apps[where_rnd(ARRAY_LEN(apps))] : NULL,
        .importance = (int)where_rnd(5) + 1,
        .pinned = (int)where_rnd(2),
        .created = WHERE_BASE + (int64_t)where_rnd(16) * WHERE_STEP,
        .updated = WHERE_BASE + (int64_t)where_rnd(16) * WHERE_STEP,
        .event = WHERE_BASE + (int64_t)where_rnd(16) * WHERE_STEP,
        .expires =
            where_rnd(2) ? WHERE_BASE + (int64_t)where_rnd(16) * WHERE_STEP : 0,
    };
    if (where_rnd(4)) {
        put_object(&b, 0);
        m->metadata = where_parsed(&b);
    }
    if (where_rnd(2)) {
        buf_reset(&b);
        buf_addz(&b, where_rnd(2) ? "{\"concepts\":" : "{\"keywords\":");
        put_values(&b);
        buf_addc(&b, '}');
        m->data = where_parsed(&b);
    }
    buf_free(&b);
}

/* --- filters ------------------------------------------------------------- */

static void put_word(struct buf *b)
{
    buf_addf(b, "\"%s\"", words[where_rnd(ARRAY_LEN(words))]);
}

static void put_time(struct buf *b)
{
    uint32_t k = where_rnd(16);

    switch (where_rnd(3)) {
    case 0:
        buf_addf(b, "%lld", (long long)(WHERE_BASE + k * WHERE_STEP));
        break;
    case 1:
        buf_addf(b, "\"2026-01-%02uT%02u:00:00Z\"", 1 + k / 4, k % 4 * 6);
        break;
    default:
        buf_addf(b, "\"2026-01-%02u\"", 1 + k / 4);
        break;
    }
}

static void put_many(struct buf *b, void (*put)(struct buf *))
{
    buf_addc(b, '[');
    for (uint32_t i = 0, n = where_rnd(4); i < n; i++) {
        if (i)
            buf_addc(b, ',');
        if (where_rnd(8))
            put(b);
        else
            buf_addz(b, "null");
    }
    buf_addc(b, ']');
}

static void put_number(struct buf *b)
{
    buf_addf(b, "%u", where_rnd(6));
}
static void put_bool(struct buf *b)
{
    buf_addz(b, where_rnd(2) ? "true" : "false");
}

/* An operator with its value, or a bare value: all that the type has. */
static void put_compare(struct buf *b, void (*put)(struct buf *), bool orders,
                        bool contains_it)
{
    static const char *const cmp[] = {"gt", "gte", "lt", "lte"};
    int n = (int)where_rnd(3); /* further operators */

    switch (where_rnd(6)) {
    case 0:
        put(b);
        return;
    case 1:
        put_many(b, put);
        return;
    case 2:
        buf_addz(b, where_rnd(2) ? "null" : "\"*\"");
        return;
    default:
        break;
    }
    buf_addc(b, '{');
    for (int i = 0; i <= n; i++) {
        uint32_t k = where_rnd(7);

        if (i)
            buf_addc(b, ',');
        if (k < 2 && orders) {
            buf_addf(b, "\"%s\":", cmp[where_rnd(4)]);
            put(b);
        } else if (k == 2 && contains_it) {
            buf_addf(b, "\"%scontains\":", where_rnd(2) ? "i" : "");
            put_word(b);
        } else if (k < 4) {
            buf_addf(b, "\"%s\":", where_rnd(2) ? "in" : "nin");
            put_many(b, put);
        } else if (k == 4) {
            buf_addz(b, "\"exists\":");
            put_bool(b);
        } else {
            buf_addf(b, "\"%s\":", where_rnd(2) ? "eq" : "ne");
            put(b);
        }
    }
    buf_addc(b, '}');
}

static void put_kind(struct buf *b)
{
    buf_addf(b, "\"%s\"", kinds[where_rnd(ARRAY_LEN(kinds))]);
}
static void put_run(struct buf *b)
{
    buf_addf(b, "\"%s\"", uids[where_rnd(ARRAY_LEN(uids))]);
}
static void put_app(struct buf *b)
{
    buf_addf(b, "\"%s\"", apps[where_rnd(ARRAY_LEN(apps))]);
}
/* Text or a number: what has an order within metadata. */
static void put_ordered(struct buf *b)
{
    if (where_rnd(2))
        put_word(b);
    else
        buf_addf(b, "%u%s", where_rnd(3), where_rnd(2) ? ".5" : "");
}

static void put_metadata(struct buf *b, int depth)
{
    buf_addf(b, "{\"%s\":", keys[where_rnd(ARRAY_LEN(keys))]);
    if (depth < 2 && where_rnd(4) == 0)
        put_metadata(b, depth + 1);
    else if (where_rnd(2))
        put_compare(b, put_ordered, true, true);
    else
        put_compare(b, put_scalar, false, true);
    buf_addc(b, '}');
}

static void put_leaf(struct buf *b)
{
    static const char *const texts[] = {"user_id", "agent_id",    "branch",
                                        "type",    "external_id", "group",
                                        "text",    "origin"};
    static const char *const times[] = {"created_at", "updated_at", "event_at",
                                        "expires_at"};
    static const char *const lists[] = {"categories", "keywords"};

    switch (where_rnd(9)) {
    case 0:
        buf_addz(b, "\"importance\":");
        put_compare(b, put_number, true, false);
        break;
    case 1:
        buf_addz(b, "\"pinned\":");
        put_compare(b, put_bool, false, false);
        break;
    case 2:
        buf_addf(b, "\"%s\":", times[where_rnd(4)]);
        put_compare(b, put_time, true, false);
        break;
    case 3:
        buf_addf(b, "\"%s\":", lists[where_rnd(2)]);
        put_compare(b, put_word, false, true);
        break;
    case 4:
        buf_addz(b, "\"kind\":");
        put_compare(b, put_kind, true, true);
        break;
    case 5:
        buf_addz(b, where_rnd(2) ? "\"run_id\":" : "\"app_id\":");
        put_compare(b, b->data[b->len - 3] == 'n' ? put_run : put_app, true,
                    true);
        break;
    case 6:
    case 7:
        buf_addz(b, "\"metadata\":");
        put_metadata(b, 0);
        break;
    default:
        buf_addf(b, "\"%s\":", texts[where_rnd(ARRAY_LEN(texts))]);
        put_compare(b, put_word, true, true);
        break;
    }
}

static void put_tree(struct buf *b, int depth)
{
    static const char *const joins[] = {"AND", "OR", "NOT", "and", "or", "Not"};

    buf_addc(b, '{');
    if (depth < 4 && where_rnd(3)) {
        buf_addf(b, "\"%s\":[", joins[where_rnd(ARRAY_LEN(joins))]);
        for (uint32_t i = 0, n = 1 + where_rnd(3); i < n; i++) {
            if (i)
                buf_addc(b, ',');
            put_tree(b, depth + 1);
        }
        buf_addc(b, ']');
        if (where_rnd(4) == 0) {
            buf_addc(b, ',');
            put_leaf(b);
        }
    } else if (where_rnd(16)) {
        put_leaf(b);
    }
    buf_addc(b, '}');
}

void where_put_tree(struct buf *b)
{
    put_tree(b, 0);
}
