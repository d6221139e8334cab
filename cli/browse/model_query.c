/* model_query.c - what is typed, by characters and words; see model_query.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/browse/model_query.h"

void query_insert(struct model *m, struct str text)
{
    struct buf b;
    struct str s;

    buf_init(&b, 4 * QUERY_BYTES + 64);
    if (str_eqz(text, " "))
        buf_addc(&b, ' ');
    else
        utf8_clean_line(&b, utf8_cut(text, QUERY_BYTES));
    s = utf8_cut(buf_str(&b), QUERY_BYTES - 1 - m->len);
    if (s.n) {
        memmove(m->query + m->cursor + s.n, m->query + m->cursor,
                m->len - m->cursor);
        memcpy(m->query + m->cursor, s.p, s.n);
        m->len += s.n;
        m->cursor += s.n;
        m->query[m->len] = '\0';
        m->asked++;
    }
    buf_free(&b);
}

size_t query_before(const struct model *m, size_t at)
{
    if (at)
        at--;
    while (at && ((unsigned char)m->query[at] & 0xc0) == 0x80)
        at--;
    return at;
}

size_t query_behind(const struct model *m, size_t at)
{
    if (at < m->len)
        at++;
    while (at < m->len && ((unsigned char)m->query[at] & 0xc0) == 0x80)
        at++;
    return at;
}

size_t query_word_before(const struct model *m)
{
    size_t at = m->cursor;

    while (at && m->query[at - 1] == ' ')
        at--;
    while (at && m->query[at - 1] != ' ')
        at--;
    return at;
}

size_t query_word_behind(const struct model *m)
{
    size_t at = m->cursor;

    while (at < m->len && m->query[at] == ' ')
        at++;
    while (at < m->len && m->query[at] != ' ')
        at++;
    return at;
}

void query_erase(struct model *m, size_t from, size_t to)
{
    if (from == to)
        return;
    memmove(m->query + from, m->query + to, m->len - to);
    m->len -= to - from;
    m->query[m->len] = '\0';
    m->cursor = from;
    m->asked++;
}
