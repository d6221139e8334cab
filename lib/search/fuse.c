/* fuse.c - see fuse.h. */
#include "base/common.h"

#include <math.h>

#include "search/fuse.h"

/* Two texts about different things have 0 to 0.1 in the built-in embedder;
 * what answers a question has seldom more than 0.8. */
#define COSINE_USUAL 0.05f
#define COSINE_SAME  0.85f

enum signal evidence_signal(enum evidence v)
{
    static const unsigned char of[] = {
#define X(id, signal) [EVIDENCE_##id] = SIGNAL_##signal,
        EVIDENCES(X)
#undef X
    };

    return of[v];
}

static double cut(float x)
{
    return x > 0 ? x < 1 ? (double)x : 1 : 0; /* NaN is not above 0 */
}

double fuse_level(const struct weights *w, const float met[LEVEL_COUNT])
{
    double level = (double)w->bias;

    for (int i = 0; i < LEVEL_COUNT; i++)
        level += (double)w->level[i] * cut(met[i]);
    return level;
}

double fuse(const struct weights *w, double level,
            const float x[EVIDENCE_COUNT], float *share)
{
    double sum = 0, part[SIGNAL_COUNT] = {0}, score;

    for (int v = 0; v < EVIDENCE_COUNT; v++) {
        double add = (double)w->of[v] * cut(x[v]);

        part[evidence_signal((enum evidence)v)] += add;
        sum += add;
    }
    score = 1 / (1 + exp(-(level + sum)));
    for (int s = 0; share && s < SIGNAL_COUNT; s++)
        share[s] = sum > 0 ? (float)(score * part[s] / sum) : 0;
    return score;
}

float fuse_cosine(float cosine)
{
    float x = (cosine - COSINE_USUAL) / (COSINE_SAME - COSINE_USUAL);

    return x > 0 ? x < 1 ? x : 1 : 0;
}
