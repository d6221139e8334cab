/* sample.c - what C can do to a parser. */
#include <stdio.h>
#include "list/node.h"

#define LIMIT 16
#define MAX(a, b) ((a) > (b) ? (a) : (b))

typedef struct {
    int left;
    int *right, **far;
} pair;

typedef struct node {
    struct node *next;
    int (*compare)(const void *, const void *);
} node_t;

enum color { RED, GREEN = 3 };

union word {
    unsigned bits : 4;
    char bytes[4];
};

typedef int (*visitor)(struct node *, void *);

extern int elsewhere;
static int counter = 0;
const char *names[] = {"one", "two"};
int declared(int);
char *declared_too(int);

/*
 * Adds two numbers.
 *
 * Wraps around silently.
 */
static int add(int a, int b)
{
    return a + b;
}

// Walks a list,
// calling visit for each node.
struct node *walk(struct node *head, visitor visit, void *cookie)
{
    pair p = {1, NULL, NULL};
    int i, n = LIMIT;

    for (i = 0; i < n && head; i++, head = head->next)
        if (visit(head, cookie) == elsewhere)
            break;
    qsort(names, 2, sizeof(names[0]), head->compare);
    p.left = MAX(add(1, 2), counter);
    return head;
}

/* This one is not about what follows. */

int
old_style(argc)
    int argc;
{
    return declared(argc);
}

static const struct ops {
    int (*run)(int, int);
} table[] = {
    {.run = add},
};

#ifdef WIDE
int only_wide(void)
{
    return counter;
}
#endif
