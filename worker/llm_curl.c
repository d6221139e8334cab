/* llm_curl.c - see llm_curl.h. */
#include "base/common.h"

#include <dlfcn.h>

#include "worker/llm_curl.h"

static const char *const libraries[] = {
#ifdef __APPLE__
    "libcurl.4.dylib",
#endif
    /* The last is another build of the same interface. */
    "libcurl.so.4",
    "libcurl-gnutls.so.4",
};

int curl_load(struct curl_api *api, struct err *e)
{
    void *lib = NULL, *f;
    struct curl_api got;

    for (size_t i = 0; !lib && i < ARRAY_LEN(libraries); i++)
        lib = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
    if (!lib)
        return err_set(e, CM_EIO, "load libcurl: %s", dlerror());

        /* Through an object pointer, as POSIX has it: ISO C knows no way from
         * one to a function pointer. */
#define X(name)                                                                \
    f = dlsym(lib, "curl_" #name);                                             \
    if (!f)                                                                    \
        return err_set(e, CM_EIO, "load libcurl: it has no curl_" #name);      \
    memcpy(&got.name, &f, sizeof(f));
    CURL_FUNCTIONS(X)
#undef X

    /* Counts its calls: a second one is cheap. */
    if (got.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, CM_EIO, "libcurl cannot be initialised");
    *api = got;
    return 0;
}
