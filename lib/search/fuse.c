/* fuse.c - see fuse.h. */
#include "base/common.h"

#include <math.h>

#include "search/fuse.h"

/* Two texts about different things have 0 to 0.1 in the built-in embedder;
 * what answers a question has seldom more than 0.8. */
#define COSINE_USUAL 0.05f
#define COSINE_SAME  0.85f

static const unsigned char signal_of[] = {
#define X(id, signal) [EVIDENCE_##id] = SIGNAL_##signal,
    EVIDENCES(X)
#undef X
};

enum signal evidence_signal(enum evidence v)
{
    return signal_of[v];
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

static double join(const float *weight, const float *x, int n,
                   const unsigned char *signal, double level, float *share)
{
    double sum = 0, part[SIGNAL_COUNT] = {0}, score;

    for (int v = 0; v < n; v++) {
        double add = (double)weight[v] * cut(x[v]);

        part[signal[v]] += add;
        sum += add;
    }
    score = 1 / (1 + exp(-(level + sum)));
    for (int s = 0; share && s < SIGNAL_COUNT; s++)
        share[s] = sum > 0 ? (float)(score * part[s] / sum) : 0;
    return score;
}

double fuse(const struct weights *w, double level,
            const float x[EVIDENCE_COUNT], float *share)
{
    return join(w->of, x, EVIDENCE_COUNT, signal_of, level, share);
}

double fuse_place_level(const struct place_weights *w,
                        const float met[LEVEL_COUNT])
{
    return (double)w->bias + (double)w->cover * cut(met[LEVEL_COVER]) +
           (double)w->meaning * cut(met[LEVEL_MEANING]);
}

double fuse_place(const struct place_weights *w, double level,
                  const float x[PLACE_EVIDENCE_COUNT], float *share)
{
    static const unsigned char of[] = {
#define X(id, signal) [PLACE_EVIDENCE_##id] = SIGNAL_##signal,
        PLACE_EVIDENCES(X)
#undef X
    };

    return join(w->of, x, PLACE_EVIDENCE_COUNT, of, level, share);
}

float fuse_cosine(float cosine)
{
    float x = (cosine - COSINE_USUAL) / (COSINE_SAME - COSINE_USUAL);

    return x > 0 ? x < 1 ? x : 1 : 0;
}
