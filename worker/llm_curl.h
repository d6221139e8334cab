/*
 * llm_curl.h - libcurl, loaded when it is first needed.
 *
 * Linked in the usual way libcurl and the thirty libraries behind it cost
 * every worker 6 MB of memory and 4 ms of start-up, and most workers never
 * make a request: no model, or the claude program. So it is loaded by name,
 * and called through this table. It is never unloaded.
 */
#ifndef CMEM_WORKER_LLM_CURL_H
#define CMEM_WORKER_LLM_CURL_H

/* The checking macros of the header want calls by name. */
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

#include "base/common.h"
#include "base/err.h"

#define CURL_FUNCTIONS(X)                                                      \
    X(global_init)                                                             \
    X(easy_init)                                                               \
    X(easy_cleanup)                                                            \
    X(easy_setopt)                                                             \
    X(easy_getinfo)                                                            \
    X(easy_strerror)                                                           \
    X(multi_init)                                                              \
    X(multi_cleanup)                                                           \
    X(multi_setopt)                                                            \
    X(multi_assign)                                                            \
    X(multi_add_handle)                                                        \
    X(multi_remove_handle)                                                     \
    X(multi_socket_action)                                                     \
    X(multi_info_read)                                                         \
    X(slist_append)                                                            \
    X(slist_free_all)

struct curl_api {
#define X(name) __typeof__(curl_##name) *name;
    CURL_FUNCTIONS(X)
#undef X
};

/* Loads and initialises libcurl; CM_EIO when there is none. Not for threads:
 * the loop's thread alone uses it. */
int curl_load(struct curl_api *api, struct err *e);

#endif
