/* fts.c - see fts.h. */
#include "base/common.h"

#include <sqlite3.h>

#include "store/fts.h"
#include "store/snippet.h"
#include "store/terms.h"
#include "store/tokenize.h"

/* How strongly a field's length dampens its hits: 0 not at all, 1 in full.
 * The usual value of BM25. */
#define LENGTH_B 0.75

/* What holds for all rows of one query; kept by FTS5 as auxiliary data. */
struct query {
    int nphrases, nunits;
    int nmapped; /* phrases behind these belong to no unit */
    double avg_len[FTS_COLUMNS]; /* tokens */
    double weight[FTS_COLUMNS];
    unsigned char unit[FTS_PHRASES]; /* of a phrase */
};

static int read_map(struct query *q, sqlite3_value *v)
{
    const unsigned char *map = sqlite3_value_text(v);
    int n = sqlite3_value_bytes(v);

    if (!map || n > q->nphrases || n > FTS_PHRASES)
        return SQLITE_MISUSE;
    q->nmapped = n;
    for (int i = 0; i < n; i++) {
        int unit = map[i] - FTS_UNIT_0;

        if (unit < 0 || unit >= FTS_UNITS)
            return SQLITE_MISUSE;
        q->unit[i] = (unsigned char)unit;
        if (unit >= q->nunits)
            q->nunits = unit + 1;
    }
    return SQLITE_OK;
}

static int query_make(const Fts5ExtensionApi *api, Fts5Context *fts,
                      sqlite3_value **args, struct query **out)
{
    struct query *q = sqlite3_malloc(sizeof(*q));
    sqlite3_int64 rows = 1, tokens;
    int rc = q ? SQLITE_OK : SQLITE_NOMEM;

    if (!q)
        return rc;
    memset(q, 0, sizeof(*q));
    q->nphrases = api->xPhraseCount(fts);
    rc = read_map(q, args[0]);
    if (rc == SQLITE_OK)
        rc = api->xRowCount(fts, &rows);
    for (int c = 0; c < FTS_COLUMNS && rc == SQLITE_OK; c++) {
        rc = api->xColumnTotalSize(fts, c, &tokens);
        q->avg_len[c] = rc == SQLITE_OK ? (double)tokens / (double)rows : 0;
        q->weight[c] = sqlite3_value_double(args[1 + c]);
    }
    if (rc == SQLITE_OK)
        rc = api->xSetAuxdata(fts, q, sqlite3_free); /* frees on failure */
    else
        sqlite3_free(q);
    *out = rc == SQLITE_OK ? q : NULL;
    return rc;
}

/* Adds the row's hits to tf: each counts with its field's weight, less in a
 * field that is longer than usual. */
static int count_hits(const Fts5ExtensionApi *api, Fts5Context *fts,
                      const struct query *q, float *tf)
{
    double per_hit[FTS_COLUMNS] = {0};
    int n, rc = api->xInstCount(fts, &n);

    for (int i = 0; i < n && rc == SQLITE_OK; i++) {
        int phrase, col, offset, len;

        rc = api->xInst(fts, i, &phrase, &col, &offset);
        if (rc != SQLITE_OK || col >= FTS_COLUMNS || phrase >= q->nmapped)
            continue;
        if (per_hit[col] == 0) {
            rc = api->xColumnSize(fts, col, &len);
            per_hit[col] =
                q->weight[col] /
                (1 - LENGTH_B + LENGTH_B * len / (q->avg_len[col] + 1e-9));
        }
        tf[q->unit[phrase]] += (float)per_hit[col];
    }
    return rc;
}

/* words(memories_fts, map, title, text, names) */
static void words(const Fts5ExtensionApi *api, Fts5Context *fts,
                  sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    struct query *q = api->xGetAuxdata(fts, 0);
    float hits[FTS_UNITS] = {0};
    int rc = SQLITE_OK;

    if (nargs != 1 + FTS_COLUMNS)
        rc = SQLITE_MISUSE;
    else if (!q)
        rc = query_make(api, fts, args, &q);
    if (rc == SQLITE_OK)
        rc = count_hits(api, fts, q, hits);
    if (rc == SQLITE_OK)
        sqlite3_result_blob(ctx, hits, (int)sizeof(*hits) * q->nunits,
                            SQLITE_TRANSIENT);
    else
        sqlite3_result_error_code(ctx, rc);
}

/* shape(memories_fts) */
static void shape(const Fts5ExtensionApi *api, Fts5Context *fts,
                  sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    sqlite3_int64 rows = 1, words_in;
    double out[1 + FTS_COLUMNS] = {0};
    int rc = api->xRowCount(fts, &rows);

    (void)nargs;
    (void)args;
    out[0] = (double)rows;
    for (int c = 0; c < FTS_COLUMNS && rc == SQLITE_OK; c++) {
        rc = api->xColumnTotalSize(fts, c, &words_in);
        out[1 + c] = rows > 0 ? (double)words_in / (double)rows : 0;
    }
    if (rc == SQLITE_OK)
        sqlite3_result_blob(ctx, out, sizeof(out), SQLITE_TRANSIENT);
    else
        sqlite3_result_error_code(ctx, rc);
}

/* FTS5 hands out its interface through a pointer bound to a statement. */
int fts_register(struct sqlite3 *h)
{
    sqlite3_stmt *s = NULL;
    fts5_api *api = NULL;
    int rc = sqlite3_prepare_v2(h, "SELECT fts5(?1)", -1, &s, NULL);

    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(s);
    rc = sqlite3_finalize(s);
    if (rc == SQLITE_OK && !api)
        rc = SQLITE_ERROR;
    if (rc == SQLITE_OK)
        rc = tokenize_register(api);
    if (rc == SQLITE_OK)
        rc = api->xCreateFunction(api, "words", NULL, words, NULL);
    if (rc == SQLITE_OK)
        rc = api->xCreateFunction(api, "shape", NULL, shape, NULL);
    if (rc == SQLITE_OK)
        rc = terms_register(h, api);
    return rc == SQLITE_OK ? snippet_register(h, api) : rc;
}
