/* more.c - calls of every sort, and what is not told. */
typedef unsigned long number, *numbers;

static size_t length(const struct table *t, uint32_t n)
{
    t->close(n);
    (*t->visit)(t);
    handlers[n](t);
    (*callback)(n);
    find(n)(t);
    return (size_t)n;
}
size_t told(ssize_t n);

/* Two names, one body. */
static struct bucket {
    int n;
} spare,
    *spares[4];

typedef struct table {
    void (*visit)(struct table *); // called for each
    union {
        int small;
        long large;
    };
} table_t, *table_p;

#if defined(A) && \
    B
int either(int a)
#else
int either(long a)
#endif
{
    return told(a);
}

int (*chosen(int which))(struct table *, int)
{
    return which ? first : second;
}

// clang-format off
static const int matrix[2][2] = { { 1, 2 }, { [1] = 3 } };
// clang-format on

#define FIELDS(X) \
    X(one) \
    X(two)
API_EXPORT
int behind_a_macro(void)
{
    return either(1);
}
__attribute__((noreturn)) static inline void attributed(void) { for (;;) spin(); }
_Static_assert(sizeof(int) == 4, "int");
enum { UNNAMED = 1 << 3, LAST };
int in_a_row(void), second_in_a_row;
static _Thread_local unsigned long long per_thread;
