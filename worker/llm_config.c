/* llm_config.c - settings and key of the language model; see llm.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "worker/llm.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

#define KEYS_MAX (64u * 1024u)
#define KEY_MAX  4096u

/* --- the key ------------------------------------------------------------- */

/* Is the file there, and nobody else's to read? */
static int check_mode(const char *path, struct err *e)
{
    struct stat s;

    if (stat(path, &s) < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? CM_ENOTFOUND
                   : err_sys(e, CM_EIO, "read %s", path);
    if (!S_ISREG(s.st_mode))
        return err_set(e, CM_EPERM, "%s is not a file", path);
    if (s.st_mode & 077)
        return err_set(e, CM_EPERM,
                       "%s holds keys but others can read it; run: chmod 600 "
                       "%s",
                       path, path);
    return 0;
}

static struct str unquoted(struct str v)
{
    if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0])
        return str_cut(v, 1, v.n - 1);
    return v;
}

/* The value of "name=value" in the file's text, or empty. */
static struct str find_line(struct str text, struct str name)
{
    struct str line;

    while (str_line(&text, &line)) {
        ptrdiff_t eq;

        line = str_trim(line);
        if (str_starts(line, STR("export ")))
            line = str_trim(str_cut(line, strlen("export "), line.n));
        eq = str_chr(line, '=');
        if (eq > 0 && str_eq(str_trim(str_cut(line, 0, (size_t)eq)), name))
            return unquoted(str_trim(str_cut(line, (size_t)eq + 1, line.n)));
    }
    return STR_NONE;
}

static int key_from_file(const char *path, struct str name, struct arena *a,
                         struct str *out, struct err *e)
{
    struct buf b;
    int rc = check_mode(path, e);

    if (rc == CM_ENOTFOUND)
        return 0;
    if (rc < 0)
        return rc;
    buf_init(&b, KEYS_MAX);
    rc = file_read(path, &b, e);
    if (rc == 0)
        *out = arena_str(a, find_line(buf_str(&b), name));
    buf_free(&b);
    return rc;
}

/* It goes into a header: one word of printable ASCII. */
static bool is_well_formed(struct str key)
{
    if (key.n > KEY_MAX)
        return false;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] <= ' ' || key.p[i] > '~')
            return false;
    return true;
}

int llm_find_key(struct str name, const char *keys, struct arena *a,
                 struct str *out, struct err *e)
{
    struct str z = arena_str(a, name);
    const char *env = getenv(z.p);
    struct str key = STR_NONE;
    int rc = 0;

    if (env && *env)
        key = arena_str(a, str_trim(str_of(env)));
    else
        rc = key_from_file(keys, name, a, &key, e);
    if (rc < 0)
        return rc;
    if (!is_well_formed(key))
        return err_set(e, CM_EARG, "the key in %s is not one word of ASCII",
                       z.p);
    *out = key;
    return 0;
}

static int set_key(const struct config *config, const char *keys,
                   struct arena *a, struct llm_config *out, struct err *e)
{
    const struct provider *p = provider_find(out->provider);
    struct str name = config_str(config, OPT_API_KEY_ENV);
    bool is_asked_for = name.n > 0;
    bool is_own = str_eqz(out->base_url, p->url);
    int rc;

    if (!is_asked_for)
        name = str_of(p->key_env);
    if (name.n == 0)
        return 0;
    rc = llm_find_key(name, keys, a, &out->key, e);
    if (rc < 0 || out->key.n)
        return rc;
    /* Somebody else's server, on the same desk perhaps, may want none. */
    if (!is_asked_for && !is_own)
        return 0;
    return err_set(e, CM_ENOTFOUND,
                   "provider %s needs a key: set %.*s in the environment or "
                   "write the line %.*s=... into %s (mode 600)",
                   p->name, STR_ARG(name), STR_ARG(name), keys);
}

/* --- the rest ------------------------------------------------------------ */

int llm_check_url(struct str url, const char *setting, struct err *e)
{
    struct str rest;
    ptrdiff_t slash;

    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
        return err_set(e, CM_EARG,
                       "%s begins with http:// or https://, not with "
                       "\"%.*s\"",
                       setting, (int)(url.n < 20 ? url.n : 20), url.p);
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~')
            return err_set(e, CM_EARG,
                           "%s has a blank or a character "
                           "that is not ASCII in it",
                           setting);
    rest = str_cut(url, (size_t)str_find(url, STR("://")) + 3, url.n);
    slash = str_chr(rest, '/');
    if (str_chr(slash < 0 ? rest : str_cut(rest, 0, (size_t)slash), '@') >= 0)
        return err_set(e, CM_EARG,
                       "%s must not hold a name or password: put the "
                       "key into the keys file",
                       setting);
    return 0;
}

static int set_url(struct str url, const struct provider *p, struct arena *a,
                   struct llm_config *out, struct err *e)
{
    int rc;

    if (url.n == 0)
        url = str_of(p->url);
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    rc = llm_check_url(url, "base_url", e);
    if (rc == 0)
        out->base_url = arena_str(a, url);
    return rc;
}

int llm_config_from(const struct config *config, const struct paths *paths,
                    struct arena *a, struct llm_config *out, struct err *e)
{
    struct str name = config_str(config, OPT_PROVIDER);
    struct str model = config_str(config, OPT_MODEL);
    const struct provider *p = provider_find(name);
    struct llm_config c = {0};
    int rc = 0;

    c.timeout_ms = (int)config_int(config, OPT_MODEL_TIMEOUT_S) * 1000;
    c.concurrency = (int)config_int(config, OPT_MODEL_CONCURRENCY);
    c.price_in = config_num(config, OPT_PRICE_INPUT);
    c.price_out = config_num(config, OPT_PRICE_OUTPUT);
    if (name.n == 0 || str_eqz(name, "none")) {
        *out = c;
        return 0;
    }
    if (!p)
        return err_set(e, CM_EARG, "there is no provider \"%.*s\"",
                       STR_ARG(name));

    c.provider = str_of(p->name);
    c.model = arena_str(a, model.n ? model : str_of(p->model));
    c.dir = arena_strz(a, paths->state);
    c.claude_bin = arena_str(a, config_str(config, OPT_CLAUDE_BIN));
    if (p->build) {
        rc = set_url(config_str(config, OPT_BASE_URL), p, a, &c, e);
        if (rc == 0)
            rc = set_key(config, paths->keys, a, &c, e);
    }
    if (rc < 0)
        return rc;
    if (c.key.n && str_starts(c.base_url, STR("http://")) &&
        !llm_http_is_loopback(c.base_url))
        log_warn("base_url is http: the key and the text go out unencrypted");
    *out = c;
    return 0;
}
