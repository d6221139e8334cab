/*
 * kernel_simd.h - what all vector kernels share, written over LANES floats.
 *
 * Included by a kernel's own file, which defines first:
 *
 *     VF, LANES           a vector of LANES floats: arithmetic operators work
 *     v_load, v_store     of floats at any address
 *     v_set(x)            x in every lane
 *     v_fma(a, b, c)      a * b + c
 *     v_min, v_max, v_most   lane by lane; across the lanes
 *     v_sum16(v)          of an array of vectors with 16 lanes, in the order
 *                         that kernel.h gives
 *     v_exp2(k)           2 to the whole number k (a VF), -126 <= k <= 127
 *     v_round(x)          to the nearest whole number, a VF
 *     v_codes(q, x, add)  LANES codes at q: x rounded, plus add, saturated to
 *                         8 bits
 *     CODE_BYTES          of a code, as product wants it
 *     CODE_FLIP           true when product wants codes with the top bit
 *                         turned, as if they were unsigned
 */
/* Rows of queries whose weights are computed together. */
#define ATTEND 4
/* As many as their sums fit into the registers. */
#define GATHER (LANES == 16 ? 4 : 2)
#define STRIDE (3 * MODEL_DIM)
/* Vectors that make up the 16 lanes of a sum. */
#define SUMS (16 / LANES)

static inline VF levelled(const float *x, size_t i,
                          const struct model_level *level)
{
    VF v = v_load(x + i);

    if (level)
        v = (v - v_load(level->shift + i)) * v_load(level->factor + i);
    return v;
}

static inline __attribute__((always_inline)) void
quantise_row(const float *x, size_t n, const struct model_level *level,
             const struct kernel_rows *out, size_t row)
{
    VF low = v_set(0), high = v_set(0), by;
    int8_t *q = out->q + row * n * CODE_BYTES;
    float lowest, step, inverse;
    int32_t z;

    for (size_t i = 0; i < n; i += LANES) {
        VF v = levelled(x, i, level);

        low = v_min(low, v);
        high = v_max(high, v);
    }
    lowest = -v_most(-low);
    step = v_most(high) - lowest;
    step = step > 0 ? step / 255 : 1;
    inverse = 1 / step;
    z = -128 - (int32_t)lrintf(lowest * inverse);
    by = v_set(inverse);
    for (size_t i = 0; i < n; i += LANES)
        v_codes(q + i * CODE_BYTES, levelled(x, i, level) * by, z);
    out->scale[row] = step;
    out->zero[row] = z + (CODE_FLIP ? 128 : 0);
}

static void quantise(const float *x, size_t n, const struct model_level *level,
                     const struct kernel_rows *out, size_t row)
{
    if (level)
        quantise_row(x, MODEL_DIM, level, out, row);
    else
        quantise_row(x, n, NULL, out, row);
}

static void gelu(float *x, size_t n)
{
    static const float gelu_terms[] = {GELU_TERMS};
    const size_t last = ARRAY_LEN(gelu_terms) - 1;

    for (size_t i = 0; i < n; i += 2 * LANES) {
        VF a = v_load(x + i), b = v_load(x + i + LANES);
        VF u = v_max(v_min(a, v_set(GELU_END)), v_set(-GELU_END));
        VF v = v_max(v_min(b, v_set(GELU_END)), v_set(-GELU_END));
        VF uu = u * u, vv = v * v;
        VF p = v_set(gelu_terms[last]), q = p;

        for (size_t t = last; t-- > 0;) {
            p = v_fma(p, uu, v_set(gelu_terms[t]));
            q = v_fma(q, vv, v_set(gelu_terms[t]));
        }
        a = a * v_set(0.5f);
        b = b * v_set(0.5f);
        v_store(x + i, v_fma(a, u * p, a));
        v_store(x + i + LANES, v_fma(b, v * q, b));
    }
}

static void norm(float *x, const float *add, const float *w)
{
    VF sum[SUMS], squares[SUMS], mean, factor;

    UNROLL
    for (int s = 0; s < SUMS; s++)
        sum[s] = squares[s] = v_set(0);
    for (size_t i = 0; i < MODEL_DIM; i += 16) {
        UNROLL
        for (int s = 0; s < SUMS; s++) {
            float *at = x + i + s * LANES;
            VF v = v_load(at);

            if (add) {
                v = v + v_load(add + i + s * LANES);
                v_store(at, v);
            }
            sum[s] = sum[s] + v;
        }
    }
    mean = v_set(v_sum16(sum) / MODEL_DIM);
    for (size_t i = 0; i < MODEL_DIM; i += 16) {
        UNROLL
        for (int s = 0; s < SUMS; s++) {
            VF v = v_load(x + i + s * LANES) - mean;

            squares[s] = v_fma(v, v, squares[s]);
        }
    }
    factor = v_set(1 / sqrtf(v_sum16(squares) / MODEL_DIM + 1e-12f));
    for (size_t i = 0; i < MODEL_DIM; i += LANES)
        v_store(x + i, v_fma((v_load(x + i) - mean) * factor, v_load(w + i),
                             v_load(w + MODEL_DIM + i)));
}

static inline VF v_exp(VF x)
{
    static const float terms[] = {EXP2_TERMS};
    VF y = v_max(x * v_set(LOG2_E), v_set(-126));
    VF k = v_round(y), r = y - k, p = v_set(terms[EXP2_LAST]);

    UNROLL
    for (int t = EXP2_LAST; t-- > 0;)
        p = v_fma(p, r, v_set(terms[t]));
    return p * v_exp2(k);
}

/* The keys of a head lying across, across[d][row], rows past the end 0; its
 * values one behind the other, whose own distance would let them fight for a
 * few lines of the cache. */
static void lay_out(const float *head, size_t rows, size_t width, float *across,
                    float *values)
{
    for (size_t j = 0; j < rows; j++) {
        const float *key = head + j * STRIDE + MODEL_DIM;

        for (size_t d = 0; d < MODEL_HEAD_DIM; d++)
            across[d * width + j] = key[d];
        for (size_t d = 0; d < MODEL_HEAD_DIM; d += LANES)
            v_store(values + j * MODEL_HEAD_DIM + d,
                    v_load(key + MODEL_DIM + d));
    }
    for (size_t d = 0; d < MODEL_HEAD_DIM; d++)
        for (size_t j = rows; j < width; j++)
            across[d * width + j] = 0;
}

/* p[r][j]... = query r times key j..., of ATTEND queries and `vectors` (one or
 * two) vectors of keys. */
static inline __attribute__((always_inline)) void
weigh(const float *const q[ATTEND], const float *across, size_t width,
      const int vectors, float *p)
{
    VF a[ATTEND], b[ATTEND];

    UNROLL
    for (int r = 0; r < ATTEND; r++)
        a[r] = b[r] = v_set(0);
    for (size_t d = 0; d < MODEL_HEAD_DIM; d++, across += width) {
        VF k = v_load(across), l = vectors > 1 ? v_load(across + LANES) : k;

        UNROLL
        for (int r = 0; r < ATTEND; r++) {
            VF x = v_set(q[r][d]);

            a[r] = v_fma(x, k, a[r]);
            if (vectors > 1)
                b[r] = v_fma(x, l, b[r]);
        }
    }
    UNROLL
    for (int r = 0; r < ATTEND; r++) {
        v_store(p + (size_t)r * width, a[r]);
        if (vectors > 1)
            v_store(p + (size_t)r * width + LANES, b[r]);
    }
}

/* Softmax without its division; returns what to multiply by. */
static inline float soften(float *p, size_t rows, size_t width)
{
    VF most = v_set(-INFINITY), sum[SUMS];

    for (size_t j = rows; j < width; j++)
        p[j] = -1e30f;
    for (size_t j = 0; j < width; j += LANES)
        most = v_max(most, v_load(p + j));
    most = v_set(v_most(most));
    UNROLL
    for (int s = 0; s < SUMS; s++)
        sum[s] = v_set(0);
    for (size_t j = 0; j < width; j += 16) {
        UNROLL
        for (int s = 0; s < SUMS; s++) {
            VF e = v_exp(v_load(p + j + s * LANES) - most);

            v_store(p + j + s * LANES, e);
            sum[s] = sum[s] + e;
        }
    }
    return 1 / v_sum16(sum);
}

/* out[r] = the values, weighted, of GATHER queries. */
static inline void gather(const float *p, size_t width, const float *values,
                          size_t rows, const float *by, float *const *out)
{
    enum { N = MODEL_HEAD_DIM / LANES };
    VF sum[GATHER][N];

    UNROLL
    for (int r = 0; r < GATHER; r++) {
        UNROLL
        for (int i = 0; i < N; i++)
            sum[r][i] = v_set(0);
    }
    for (size_t j = 0; j < rows; j++, values += MODEL_HEAD_DIM) {
        UNROLL
        for (int r = 0; r < GATHER; r++) {
            VF x = v_set(p[(size_t)r * width + j]);

            UNROLL
            for (int i = 0; i < N; i++)
                sum[r][i] = v_fma(x, v_load(values + i * LANES), sum[r][i]);
        }
    }
    UNROLL
    for (int r = 0; r < GATHER; r++) {
        UNROLL
        for (int i = 0; i < N; i++)
            v_store(out[r] + i * LANES, sum[r][i] * v_set(by[r]));
    }
}

/* All keys for ATTEND queries. */
static inline void weigh_all(const float *const q[ATTEND], const float *across,
                             size_t width, float *p)
{
    size_t j = 0;

    for (; j + 2 * LANES <= width; j += 2 * LANES)
        weigh(q, across + j, width, 2, p + j);
    if (j < width)
        weigh(q, across + j, width, 1, p + j);
}

static void attend(const float *head, size_t rows, float *scratch, float *out)
{
    size_t width = (rows + 15) / 16 * 16;
    float *across = scratch, *values = across + MODEL_HEAD_DIM * width;
    float *p = values + MODEL_HEAD_DIM * width;

    lay_out(head, rows, width, across, values);
    for (size_t i = 0; i < rows; i += ATTEND) {
        const float *q[ATTEND];
        float *to[ATTEND], by[ATTEND];

        /* Past the end: the last row again, with the same result. */
        for (size_t r = 0; r < ATTEND; r++) {
            size_t row = i + r < rows ? i + r : rows - 1;

            q[r] = head + row * STRIDE;
            to[r] = out + row * MODEL_DIM;
        }
        weigh_all(q, across, width, p);
        for (size_t r = 0; r < ATTEND; r++)
            by[r] = soften(p + r * width, rows, width);
        for (size_t r = 0; r < ATTEND; r += GATHER)
            gather(p + r * width, width, values, rows, by + r, to + r);
    }
}

static void attention(const float *qkv, size_t rows, float *scratch, float *out)
{
    for (size_t h = 0; h < MODEL_HEADS; h++)
        attend(qkv + h * MODEL_HEAD_DIM, rows, scratch,
               out + h * MODEL_HEAD_DIM);
}
