/* embedder_api.c - see embedder_api.h. */
#include "base/common.h"

#include "worker/embedder_api.h"
#include "worker/llm_http.h"
#include "worker/provider.h"

/* Some models were trained with a word before each text. */
static const struct {
    const char *model; /* begins so, behind a vendor's name and a slash */
    const char *query, *text;
} before[] = {
    {"nomic-embed", "search_query: ", "search_document: "},
    {"e5-", "query: ", "passage: "},
    {"multilingual-e5", "query: ", "passage: "},
};

static struct str with_prefix(const struct embed_question *q, size_t i,
                              struct arena *a)
{
    struct str model = q->who->model;
    ptrdiff_t slash = str_rchr(model, '/');

    if (slash >= 0)
        model = str_cut(model, (size_t)slash + 1, model.n);
    for (size_t k = 0; k < ARRAY_LEN(before); k++)
        if (str_starts(model, str_of(before[k].model)))
            return arena_fmt(a, "%s%.*s",
                             q->is_query ? before[k].query : before[k].text,
                             STR_ARG(q->texts[i]));
    return q->texts[i];
}

static void header(struct llm_http_request *out, struct str line)
{
    out->headers[out->nheaders++] = line.p;
}

/* --- /embeddings of OpenAI, and /api/embed of Ollama ------------------------- */

static void put_input(const struct embed_question *q, struct jsonw *w,
                      struct arena *a)
{
    jsonw_obj(w, NULL);
    jsonw_str(w, "model", q->who->model);
    jsonw_arr(w, "input");
    for (size_t i = 0; i < q->n; i++)
        jsonw_str(w, NULL, with_prefix(q, i, a));
    jsonw_end(w);
    if (q->who->dim)
        jsonw_int(w, "dimensions", q->who->dim);
}

static void openai_build(const struct embed_question *q, struct arena *a,
                         struct jsonw *w, struct llm_http_request *out)
{
    put_input(q, w, a);
    jsonw_strz(w, "encoding_format", "float");
    jsonw_end(w);
    out->url = provider_url(a, q->who->url, "/v1", "/embeddings").p;
    if (q->key.n)
        header(out, arena_fmt(a, "Authorization: Bearer %.*s",
                              STR_ARG(q->key)));
}

/* In any order: each says which it is. */
static const struct json *openai_vector(const struct json *body, size_t i)
{
    const struct json *data = json_get(body, "data");
    const struct json *at = json_at(data, i);

    if (json_get_int(at, "index", (int64_t)i) == (int64_t)i)
        return json_get(at, "embedding");
    for (at = json_first(data); at; at = json_next(at))
        if (json_get_int(at, "index", -1) == (int64_t)i)
            return json_get(at, "embedding");
    return NULL;
}

static void ollama_build(const struct embed_question *q, struct arena *a,
                         struct jsonw *w, struct llm_http_request *out)
{
    put_input(q, w, a);
    jsonw_bool(w, "truncate", true);
    jsonw_end(w);
    out->url = arena_fmt(a, "%.*s/api/embed", STR_ARG(q->who->url)).p;
    if (q->key.n)
        header(out, arena_fmt(a, "Authorization: Bearer %.*s",
                              STR_ARG(q->key)));
}

static const struct json *ollama_vector(const struct json *body, size_t i)
{
    return json_at(json_get(body, "embeddings"), i);
}

/* --- batchEmbedContents of Gemini ---------------------------------------------- */

static void gemini_build(const struct embed_question *q, struct arena *a,
                         struct jsonw *w, struct llm_http_request *out)
{
    struct str model = arena_fmt(a, "models/%.*s", STR_ARG(q->who->model));

    jsonw_obj(w, NULL);
    jsonw_arr(w, "requests");
    for (size_t i = 0; i < q->n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "model", model);
        jsonw_obj(w, "content");
        jsonw_arr(w, "parts");
        jsonw_obj(w, NULL);
        jsonw_str(w, "text", q->texts[i]);
        jsonw_end(w);
        jsonw_end(w);
        jsonw_end(w);
        jsonw_strz(w, "taskType",
                   q->is_query ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT");
        if (q->who->dim)
            jsonw_int(w, "outputDimensionality", q->who->dim);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_end(w);
    out->url = provider_url(a, q->who->url, "/v1beta",
                            arena_fmt(a, "/%.*s:batchEmbedContents",
                                      STR_ARG(model)).p).p;
    if (q->key.n)
        header(out, arena_fmt(a, "x-goog-api-key: %.*s", STR_ARG(q->key)));
}

static const struct json *gemini_vector(const struct json *body, size_t i)
{
    return json_get(json_at(json_get(body, "embeddings"), i), "values");
}

/* --- the table ------------------------------------------------------------------ */

static const struct api {
    void (*build)(const struct embed_question *q, struct arena *a,
                  struct jsonw *w, struct llm_http_request *out);
    /* The i-th vector of a reply, an array of numbers, or NULL. */
    const struct json *(*vector)(const struct json *body, size_t i);
    const char *tokens; /* where the reply says how many it took */
} apis[EMBEDDER_KINDS] = {
    [EMBEDDER_OPENAI] = {openai_build, openai_vector, "usage.prompt_tokens"},
    [EMBEDDER_OLLAMA] = {ollama_build, ollama_vector, "prompt_eval_count"},
    [EMBEDDER_GEMINI] = {gemini_build, gemini_vector, ""},
};

void embed_api_build(const struct embed_question *q, struct arena *a,
                     struct llm_http_request *out)
{
    struct jsonw w;
    struct buf b;

    buf_init(&b, PROVIDER_BODY_MAX);
    jsonw_init(&w, &b);
    apis[q->who->kind].build(q, a, &w, out);
    out->body = arena_str(a, buf_str(&b));
    buf_free(&b);
}

static int read_one(const struct json *j, int dim, float *v)
{
    int i = 0;

    for (j = json_first(j); j && i < dim; j = json_next(j)) {
        if (!json_is_num(j))
            return CM_EFORMAT;
        v[i++] = (float)json_num(j);
    }
    return !j && i == dim && vector_normalise(v, dim) ? 0 : CM_EFORMAT;
}

int embed_api_read(const struct embed_question *q, const struct json *body,
                   struct arena *a, struct embed_answer *out, struct err *e)
{
    const struct api *api = &apis[q->who->kind];
    const char *name = embedder_about(q->who->kind)->name;
    size_t dim = json_len(api->vector(body, 0));

    if (!json_is_array(api->vector(body, 0)) || dim < 1 ||
        dim > VECTOR_DIM_MAX)
        return err_set(e, CM_EFORMAT, "%s: the reply has no vectors", name);
    if (q->who->dim && (size_t)q->who->dim != dim)
        return err_set(e, CM_EFORMAT, "%s gave %zu elements instead of %d",
                       name, dim, q->who->dim);
    out->dim = (int)dim;
    out->v = arena_array(a, q->n, dim * sizeof(*out->v));
    for (size_t i = 0; i < q->n; i++)
        if (read_one(api->vector(body, i), out->dim, out->v + i * dim) < 0)
            return err_set(e, CM_EFORMAT, "%s: vector %zu of %zu is missing, "
                           "of another length or not of numbers", name, i + 1,
                           q->n);
    out->tokens = json_is_num(json_path(body, api->tokens))
                      ? json_int(json_path(body, api->tokens))
                      : -1;
    return 0;
}
