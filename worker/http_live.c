/* http_live.c - what is new, told as it happens: /api/v1/events. */
#include "base/common.h"

#include "worker/http_conn.h"
#include "worker/http_route.h"

void http_live_open(struct http *h)
{
    (void)h;
}
void http_live_close(struct http *h)
{
    (void)h;
}
void http_live_turn(struct http *h)
{
    (void)h;
}

const struct http_routes http_live = {NULL, 0};
