/*
 * http_stub.h - an HTTP server on loopback that does what it is told, for
 * unit tests. It runs in processes of its own and ends with the test.
 */
#ifndef CMEM_TESTS_HTTP_STUB_H
#define CMEM_TESTS_HTTP_STUB_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

enum stub_how {
    STUB_ANSWER,
    STUB_HANG,  /* takes the request and says nothing */
    STUB_CUT,   /* promises more than it sends, and closes */
    STUB_RESET, /* closes without a word */
    STUB_GATE,  /* answers after stub_open_gate */
};

/* The answer to the n-th request; the last one answers all that follow. */
struct stub_step {
    int status;
    const char *body;
    const char *headers; /* "Name: value\r\n"..., may be NULL */
    enum stub_how how;
};

struct stub_counts;
struct stub {
    int port;
    char url[64]; /* "http://127.0.0.1:PORT" */
    struct stub_counts *counts;
};

/* Ends the test when it cannot. */
void stub_start(struct stub *s, const struct stub_step *steps, size_t n);
void stub_stop(struct stub *s);
/* Requests taken so far, and the most at one time. */
int stub_requests(const struct stub *s);
int stub_most_at_once(const struct stub *s);
void stub_open_gate(struct stub *s);
/* The n-th request as it came, from 1, once it was answered. */
struct str stub_request(struct arena *a, int n);
/* Its body. */
struct str stub_body(struct arena *a, int n);

#endif
