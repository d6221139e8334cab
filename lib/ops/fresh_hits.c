/* fresh_hits.c - see fresh_hits.h. */
#include "base/common.h"

#include "ops/fresh_hits.h"

static void swap(struct search_hit *v, struct fresh_memory *m, size_t i)
{
    struct search_hit hit = v[i];
    struct fresh_memory fresh = m[i];

    v[i] = v[i + 1];
    v[i + 1] = hit;
    m[i] = m[i + 1];
    m[i + 1] = fresh;
}

int fresh_hits(struct fresh_set *s, struct search_hit *v, size_t n,
               struct fresh_memory *out, struct err *e)
{
    bool began = n && db_read_begin(s->env->db);
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++)
        rc = fresh_set_memory(s, v[i].row.project_id, v[i].row.id, &out[i], e);
    db_read_end(s->env->db, began);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        v[i].score *= fresh_weight(out[i].state);
    /* From the end, so that what is below one is in its place already. */
    for (size_t i = n; i-- > 0;)
        for (size_t k = i; fresh_weight(out[k].state) < 1 && k + 1 < n &&
                           v[k + 1].score > v[k].score;
             k++)
            swap(v, out, k);
    return 0;
}
