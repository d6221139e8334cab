/* embedder.c - see embedder.h. */
#include "base/common.h"

#include "search/embedder.h"

static const struct embedder_about about[EMBEDDER_KINDS] = {
    [EMBEDDER_OFF] = {.name = "off"},
    [EMBEDDER_BUILTIN] = {.name = "builtin"},
    [EMBEDDER_OPENAI] = {.name = "openai",
                         .model = "text-embedding-3-small",
                         .url = "https://api.openai.com/v1",
                         .key_env = "OPENAI_API_KEY",
                         .is_remote = true,
                         .needs_key = true},
    [EMBEDDER_OLLAMA] = {.name = "ollama",
                         .model = "nomic-embed-text",
                         .url = "http://127.0.0.1:11434",
                         .is_remote = true},
    [EMBEDDER_GEMINI] =
        {.name = "gemini",
         .model = "gemini-embedding-001",
         .url = "https://generativelanguage.googleapis.com/v1beta",
         .key_env = "GEMINI_API_KEY",
         .is_remote = true,
         .needs_key = true},
};

const struct embedder_about *embedder_about(enum embedder_kind kind)
{
    return &about[kind];
}

static struct str or_own(struct str set, const char *own)
{
    return set.n ? set : str_of(own);
}

void embedder_choose(const struct config *c, struct embedder_choice *out)
{
    struct str kind = config_str(c, OPT_EMBEDDER);

    memset(out, 0, sizeof(*out));
    for (int i = 0; i < EMBEDDER_KINDS; i++)
        if (str_eqz(kind, about[i].name))
            out->kind = (enum embedder_kind)i;
    out->text_version = VECTOR_TEXT_VERSION;
    if (!about[out->kind].is_remote)
        return;
    out->model = or_own(config_str(c, OPT_EMBEDDER_MODEL),
                        about[out->kind].model);
    out->url = or_own(config_str(c, OPT_EMBEDDER_URL), about[out->kind].url);
    while (out->url.n && out->url.p[out->url.n - 1] == '/')
        out->url.n--;
    out->dim = (int)config_int(c, OPT_EMBEDDER_DIM);
}

static bool has_blank(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_space(s.p[i]))
            return true;
    return s.n == 0;
}

int embedder_name_of(const struct embedder_choice *c, const char *builtin,
                     char out[VECTOR_NAME_MAX], struct err *e)
{
    const char *kind = about[c->kind].name;
    char dim[16] = "";
    int n;

    if (c->kind == EMBEDDER_OFF ||
        (c->kind == EMBEDDER_BUILTIN && !builtin))
        return err_set(e, CM_ENOTFOUND, "there is no embedder");
    if (c->kind == EMBEDDER_BUILTIN) {
        n = snprintf(out, VECTOR_NAME_MAX, "%s %s - t%d", kind, builtin,
                     c->text_version);
    } else {
        if (has_blank(c->model) || has_blank(c->url))
            return err_set(e, CM_EARG, "embedder_model and embedder_url have "
                                       "no blanks in them");
        if (c->dim)
            snprintf(dim, sizeof(dim), "#%d", c->dim);
        n = snprintf(out, VECTOR_NAME_MAX, "%s %.*s%s %.*s t%d", kind,
                     STR_ARG(c->model), dim, STR_ARG(c->url), c->text_version);
    }
    if (n < 0 || n >= VECTOR_NAME_MAX)
        return err_set(e, CM_EARG, "embedder_model and embedder_url are too "
                                   "long");
    return 0;
}

int embedder_parse(const char *name, struct embedder_choice *out)
{
    struct str rest = str_of(name), part[4];
    int64_t number;
    ptrdiff_t at;
    size_t n = 0;

    memset(out, 0, sizeof(*out));
    while (n < ARRAY_LEN(part) && str_split(&rest, ' ', &part[n]))
        n++;
    if (n != ARRAY_LEN(part) || rest.n || part[3].n < 2 || part[3].p[0] != 't')
        return CM_EFORMAT;
    for (int i = EMBEDDER_BUILTIN; i < EMBEDDER_KINDS; i++)
        if (str_eqz(part[0], about[i].name))
            out->kind = (enum embedder_kind)i;
    if (out->kind == EMBEDDER_OFF ||
        str_int(str_cut(part[3], 1, part[3].n), 0, 1000000, &number) < 0)
        return CM_EFORMAT;
    out->text_version = (int)number;
    out->model = part[1];
    out->url = str_eqz(part[2], "-") ? STR_NONE : part[2];
    at = str_rchr(part[1], '#');
    if (at > 0 && str_int(str_cut(part[1], (size_t)at + 1, part[1].n), 1,
                          VECTOR_DIM_MAX, &number) == 0) {
        out->dim = (int)number;
        out->model = str_cut(part[1], 0, (size_t)at);
    }
    return 0;
}
