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
