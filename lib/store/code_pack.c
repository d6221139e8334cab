/* code_pack.c - see code_pack.h. */
#include "base/common.h"

#include "store/code_pack.h"

enum { KIND_BITS = 7, MEMBER = 8, QUALIFIED = 16, SAME_SYMBOL = 32 };

static void put_varint(struct buf *b, uint32_t v)
{
    while (v >= 0x80) {
        buf_addc(b, (char)(v | 0x80));
        v >>= 7;
    }
    buf_addc(b, (char)v);
}

static bool get_varint(struct str *s, uint32_t *out)
{
    uint64_t v = 0;

    for (size_t i = 0; i < 5 && i < s->n; i++) {
        unsigned char c = (unsigned char)s->p[i];

        v |= (uint64_t)(c & 0x7f) << (7 * i);
        if (!(c & 0x80)) {
            *s = str_cut(*s, i + 1, s->n);
            *out = (uint32_t)v;
            return v <= UINT32_MAX;
        }
    }
    return false;
}

struct table {
    uint32_t *slot; /* index + 1 */
    size_t mask;
    struct str *v;
    uint32_t n;
};

static uint32_t intern(struct table *t, struct str s)
{
    size_t at = (size_t)str_hash(s) & t->mask;

    while (t->slot[at]) {
        if (str_eq(t->v[t->slot[at] - 1], s))
            return t->slot[at] - 1;
        at = (at + 1) & t->mask;
    }
    t->v[t->n] = s;
    t->slot[at] = ++t->n;
    return t->n - 1;
}

static bool is_kept(const struct code_use_in *u)
{
    return u->name.n && u->name.n <= CODE_NAME_MAX;
}

void code_pack(const struct code_use_in *v, size_t n, struct arena *a,
               struct buf *out)
{
    struct table t = {.mask = 15};
    uint32_t line = 0, *name, *qualifier;
    int32_t symbol = -1;

    while (t.mask < 4 * n)
        t.mask = 2 * t.mask + 1;
    t.slot = arena_array(a, t.mask + 1, sizeof(t.slot[0]));
    t.v = arena_array(a, 2 * n + 1, sizeof(t.v[0]));
    name = arena_array(a, n + 1, sizeof(name[0]));
    qualifier = arena_array(a, n + 1, sizeof(qualifier[0]));
    for (size_t i = 0; i < n; i++) {
        if (!is_kept(&v[i]))
            continue;
        name[i] = intern(&t, v[i].name);
        if (v[i].qualifier.n && v[i].qualifier.n <= CODE_NAME_MAX)
            qualifier[i] = intern(&t, v[i].qualifier) + 1;
    }
    put_varint(out, t.n);
    for (uint32_t i = 0; i < t.n; i++) {
        put_varint(out, (uint32_t)t.v[i].n);
        buf_adds(out, t.v[i]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct code_use_in *u = &v[i];
        uint32_t delta = u->line > line ? u->line - line : 0;

        if (!is_kept(u))
            continue;
        buf_addc(out, (char)((u->kind & KIND_BITS) | (u->member ? MEMBER : 0) |
                             (qualifier[i] ? QUALIFIED : 0) |
                             (u->symbol == symbol ? SAME_SYMBOL : 0)));
        put_varint(out, delta);
        put_varint(out, name[i]);
        if (qualifier[i])
            put_varint(out, qualifier[i] - 1);
        if (u->symbol != symbol)
            put_varint(out, (uint32_t)(u->symbol + 1));
        line += delta;
        symbol = u->symbol;
    }
}

void code_unpack_begin(struct code_unpack *u, struct str blob, struct arena *a)
{
    uint32_t n = 0, len;

    *u = (struct code_unpack){.rest = blob, .symbol = -1};
    if (!get_varint(&u->rest, &n) || n > u->rest.n) {
        u->rest = STR_NONE;
        return;
    }
    u->names = arena_array(a, n + 1, sizeof(u->names[0]));
    for (uint32_t i = 0; i < n; i++) {
        if (!get_varint(&u->rest, &len) || len > u->rest.n) {
            u->rest = STR_NONE;
            return;
        }
        u->names[u->n_names++] = str_cut(u->rest, 0, len);
        u->rest = str_cut(u->rest, len, u->rest.n);
    }
}

bool code_unpack_next(struct code_unpack *u, struct code_use_in *out)
{
    uint32_t delta, name, qualifier = 0, symbol = 0;
    unsigned char bits;

    if (u->rest.n == 0)
        return false;
    bits = (unsigned char)u->rest.p[0];
    u->rest = str_cut(u->rest, 1, u->rest.n);
    if (!get_varint(&u->rest, &delta) || !get_varint(&u->rest, &name) ||
        ((bits & QUALIFIED) && !get_varint(&u->rest, &qualifier)) ||
        (!(bits & SAME_SYMBOL) && !get_varint(&u->rest, &symbol)) ||
        name >= u->n_names || qualifier >= u->n_names || symbol > INT32_MAX) {
        u->rest = STR_NONE;
        return false;
    }
    u->line += delta;
    if (!(bits & SAME_SYMBOL))
        u->symbol = (int32_t)symbol - 1;
    *out = (struct code_use_in){
        .name = u->names[name],
        .qualifier = bits & QUALIFIED ? u->names[qualifier] : STR_NONE,
        .kind = bits & KIND_BITS,
        .member = bits & MEMBER,
        .line = u->line,
        .symbol = u->symbol,
    };
    return true;
}

void code_token(struct str name, char out[CODE_TOKEN])
{
    static const char letter[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint64_t h = str_hash(name);

    h ^= h >> 40;
    for (int i = 0; i < CODE_TOKEN; i++, h >>= 5)
        out[i] = letter[h & 31];
}
