/*
 * kernel_scalar.c - the arithmetic in plain C: for processors without a kernel
 * of their own, and what the others are compared with.
 */
#include "base/common.h"

#include <math.h>

#include "embed/kernel_all.h"

static bool usable(void)
{
    return true;
}

static float levelled(const float *x, size_t i, const struct model_level *level)
{
    return level ? (x[i] - level->shift[i]) * level->factor[i] : x[i];
}

static void quantise(const float *x, size_t n, const struct model_level *level,
                     const struct kernel_rows *out, size_t row)
{
    float low = 0, high = 0, step, inverse;
    int8_t *q = out->q + row * n;
    int32_t z;

    for (size_t i = 0; i < n; i++) {
        low = fminf(low, levelled(x, i, level));
        high = fmaxf(high, levelled(x, i, level));
    }
    step = high > low ? (high - low) / 255 : 1;
    inverse = 1 / step;
    z = -128 - (int32_t)lrintf(low * inverse);
    for (size_t i = 0; i < n; i++) {
        int32_t v = (int32_t)lrintf(levelled(x, i, level) * inverse) + z;

        q[i] = (int8_t)(v < -128 ? -128 : v > 127 ? 127 : v);
    }
    out->scale[row] = step;
    out->zero[row] = z;
}

/* One panel of channels for one row: written so that compilers see vectors. */
static void add_products(const int8_t *x, const int8_t *w, size_t n,
                         int32_t sum[MODEL_PANEL])
{
    memset(sum, 0, MODEL_PANEL * sizeof(sum[0]));
    for (size_t i = 0; i < n; i += 4, w += 4 * MODEL_PANEL)
        for (size_t c = 0; c < MODEL_PANEL; c++)
            sum[c] += x[i] * w[4 * c] + x[i + 1] * w[4 * c + 1] +
                      x[i + 2] * w[4 * c + 2] + x[i + 3] * w[4 * c + 3];
}

static void product(const struct kernel_product *p, const struct kernel_rows *x,
                    size_t rows, float *out)
{
    int32_t sum[MODEL_PANEL];

    for (size_t c = 0; c < p->out; c += MODEL_PANEL)
        for (size_t r = 0; r < rows; r++) {
            float *to = out + r * p->out + c;

            add_products(x->q + r * p->in, p->w + c * p->in, p->in, sum);
            for (size_t k = 0; k < MODEL_PANEL; k++)
                to[k] = fmaf((float)(sum[k] - x->zero[r] * p->sum[c + k]),
                             x->scale[r] * p->scale[c + k], p->bias[c + k]);
        }
}

static void gelu(float *x, size_t n)
{
    static const float terms[] = {GELU_TERMS};

    for (size_t i = 0; i < n; i++) {
        float u = fmaxf(fminf(x[i], GELU_END), -GELU_END);
        float p = terms[ARRAY_LEN(terms) - 1], half = x[i] * 0.5f;

        for (size_t t = ARRAY_LEN(terms) - 1; t-- > 0;)
            p = fmaf(p, u * u, terms[t]);
        x[i] = fmaf(half, u * p, half);
    }
}

static float sum16(float lane[16])
{
    for (size_t apart = 8; apart > 0; apart /= 2)
        for (size_t i = 0; i < apart; i++)
            lane[i] += lane[i + apart];
    return lane[0];
}

static void norm(float *x, const float *add, const float *w)
{
    float sum[16] = {0}, squares[16] = {0}, mean, factor;

    for (size_t i = 0; i < MODEL_DIM; i++) {
        x[i] += add ? add[i] : 0;
        sum[i % 16] += x[i];
    }
    mean = sum16(sum) / MODEL_DIM;
    for (size_t i = 0; i < MODEL_DIM; i++)
        squares[i % 16] = fmaf(x[i] - mean, x[i] - mean, squares[i % 16]);
    factor = 1 / sqrtf(sum16(squares) / MODEL_DIM + 1e-12f);
    for (size_t i = 0; i < MODEL_DIM; i++)
        x[i] = fmaf((x[i] - mean) * factor, w[i], w[MODEL_DIM + i]);
}

/* e to the x, x <= 0: 2 to the whole part times 2 to the rest. */
static float exponential(float x)
{
    static const float terms[] = {EXP2_TERMS};
    float y = fmaxf(x * LOG2_E, -126), k = rintf(y), p = terms[EXP2_LAST];

    for (int t = EXP2_LAST; t-- > 0;)
        p = fmaf(p, y - k, terms[t]);
    return ldexpf(p, (int)k);
}

/* One row of one head; p: room for a number a row. */
static void attend(const float *q, const float *k, const float *v, size_t rows,
                   float *p, float *out)
{
    float most = -INFINITY, sum[16] = {0}, by;

    for (size_t j = 0; j < rows; j++) {
        p[j] = 0;
        for (size_t d = 0; d < MODEL_HEAD_DIM; d++)
            p[j] = fmaf(q[d], k[j * 3 * MODEL_DIM + d], p[j]);
        most = fmaxf(most, p[j]);
    }
    for (size_t j = 0; j < rows; j++) {
        p[j] = exponential(p[j] - most);
        sum[j % 16] += p[j];
    }
    by = 1 / sum16(sum);
    for (size_t d = 0; d < MODEL_HEAD_DIM; d++) {
        float all = 0;

        for (size_t j = 0; j < rows; j++)
            all = fmaf(p[j], v[j * 3 * MODEL_DIM + d], all);
        out[d] = all * by;
    }
}

static void attention(const float *qkv, size_t rows, float *scratch, float *out)
{
    for (size_t h = 0; h < MODEL_HEADS; h++) {
        const float *head = qkv + h * MODEL_HEAD_DIM;

        for (size_t i = 0; i < rows; i++)
            attend(head + i * 3 * MODEL_DIM, head + MODEL_DIM,
                   head + 2 * MODEL_DIM, rows, scratch,
                   out + i * MODEL_DIM + h * MODEL_HEAD_DIM);
    }
}

const struct kernel kernel_scalar = {
    .name = "scalar",
    .usable = usable,
    .quantise = quantise,
    .product = product,
    .gelu = gelu,
    .norm = norm,
    .attention = attention,
};
