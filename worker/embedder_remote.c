/* embedder_remote.c - see embedder.h. */
#include "base/common.h"

#include "worker/embedder.h"

struct remote {
    struct worker *w;
};
int remote_create(struct remote **out, struct worker *w, struct err *e)
{
    (void)out; (void)w;
    return err_set(e, CM_ENOTFOUND, "no");
}
void remote_close(struct remote *r, void (*closed)(void *arg), void *arg)
{
    (void)r;
    closed(arg);
}
int remote_check(struct remote *r, const char *name, struct err *e)
{
    (void)r; (void)name;
    return err_set(e, CM_ENOTFOUND, "no");
}
void remote_start(struct remote *r, struct embed_batch *b)
{
    (void)r;
    b->done(b);
}
int remote_ask(struct remote *r, const char *name, struct str text,
               remote_done done, void *arg, struct err *e)
{
    (void)r; (void)name; (void)text; (void)done; (void)arg;
    return err_set(e, CM_ENOTFOUND, "no");
}
