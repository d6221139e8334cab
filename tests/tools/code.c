/* code.c - what lib/code says of files, and how fast: for tests, and for whoever
 * writes queries.
 *
 *   code [-q QUERY-FILE] FILE...     its listing
 *   code --bench FILE...             lines a second, by language
 *   code --tree FILE                 what the grammar makes of it
 */
#include "base/common.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "code/language.h"
#include "code/parse.h"
#include "code/sitter.h"
#include "tools/listing.h"

#define FILE_MAX (64u << 20)

struct total {
    uint64_t lines, bytes, files, defs, refs, errors;
    double parse_s, all_s;
};

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int measure(struct code_parser *p, const struct language *l,
                   struct str text, struct total *t)
{
    struct arena a = {0};
    struct code_file f;
    struct err e = {0};
    double from = cpu_s();

    if (l->grammar && code_parse_only(p, l, text, &e) < 0) {
        fprintf(stderr, "%s\n", e.msg);
        return -1;
    }
    t->parse_s += cpu_s() - from;
    from = cpu_s();
    if (code_parse(p, l, text, &a, &f, &e) < 0) {
        fprintf(stderr, "%s\n", e.msg);
        return -1;
    }
    t->all_s += cpu_s() - from;
    t->files++;
    t->lines += f.lines;
    t->bytes += text.n;
    t->defs += f.n_defs;
    t->refs += f.n_refs;
    t->errors += f.errors > 0;
    arena_free(&a);
    return 0;
}

static void report(const struct total *t, const struct language *all, size_t n)
{
    printf("%-16s %6s %9s %7s %8s %8s %10s %10s %5s\n", "language", "files",
           "lines", "errors", "defs", "refs", "parse l/s", "all l/s", "ratio");
    for (size_t i = 0; i < n; i++)
        if (t[i].files)
            printf("%-16s %6llu %9llu %7llu %8llu %8llu %10.0f %10.0f %5.2f\n",
                   all[i].name, (unsigned long long)t[i].files,
                   (unsigned long long)t[i].lines,
                   (unsigned long long)t[i].errors,
                   (unsigned long long)t[i].defs,
                   (unsigned long long)t[i].refs,
                   t[i].parse_s > 0 ? (double)t[i].lines / t[i].parse_s : 0.0,
                   (double)t[i].lines / t[i].all_s,
                   t[i].parse_s / t[i].all_s);
}

#if CODE_HAVE_SITTER
#include <dlfcn.h>

static void print_tree(const struct language *l, struct str text)
{
    char dir[CODE_PATH_MAX], path[CODE_PATH_MAX + 64], symbol[64];
    const TSLanguage *(*make)(void);
    TSParser *ts = ts_parser_new();
    TSTree *tree;
    TSTreeCursor c;
    int depth = 0;

    code_grammars_dir(dir, NULL);
    snprintf(path, sizeof(path), "%s/%s.so", dir, l->grammar);
    snprintf(symbol, sizeof(symbol), "tree_sitter_%s", l->grammar);
    *(void **)&make = dlsym(dlopen(path, RTLD_NOW | RTLD_LOCAL), symbol);
    ts_parser_set_language(ts, make());
    tree = ts_parser_parse_string(ts, NULL, text.p, (uint32_t)text.n);
    c = ts_tree_cursor_new(ts_tree_root_node(tree));
    for (;;) {
        TSNode n = ts_tree_cursor_current_node(&c);
        const char *field = ts_tree_cursor_current_field_name(&c);
        struct str s = str_cut(text, ts_node_start_byte(n),
                               ts_node_end_byte(n));
        bool leaf = ts_node_child_count(n) == 0;

        printf("%*s%s%s%s%s%s", 2 * depth, "", field ? field : "",
               field ? ": " : "", ts_node_is_named(n) ? "" : "'",
               ts_node_type(n), ts_node_is_named(n) ? "" : "'");
        if (leaf && ts_node_is_named(n))
            printf("  \"%.*s\"", STR_ARG(str_cut(s, 0, 40)));
        printf("  [%u]\n", ts_node_start_point(n).row + 1);
        if (ts_tree_cursor_goto_first_child(&c)) {
            depth++;
            continue;
        }
        while (!ts_tree_cursor_goto_next_sibling(&c)) {
            if (!ts_tree_cursor_goto_parent(&c))
                goto out;
            depth--;
        }
    }
out:
    ts_tree_cursor_delete(&c);
    ts_tree_delete(tree);
    ts_parser_delete(ts);
}
#else
static void print_tree(const struct language *l, struct str text)
{
    (void)l, (void)text;
}
#endif

int main(int argc, char **argv)
{
    /* Generous: what is measured is measured whole. */
    struct code_limits limits = {64u << 20, 60000, 5000, 4000000, 20000000};
    struct code_parser *p = code_parser_create(&limits);
    size_t n;
    const struct language *all = language_all(&n), *l;
    struct total *totals = calloc(n, sizeof(*totals));
    struct buf b, own, out;
    bool bench = false, tree = false;
    int bad = 0, i = 1;
    char name[64];

    buf_init(&b, FILE_MAX);
    buf_init(&own, FILE_MAX);
    buf_init(&out, FILE_MAX);
    if (i + 1 < argc && strcmp(argv[i], "-q") == 0) {
        struct str base = str_base(str_of(argv[i + 1]));

        if (file_read(argv[i + 1], &own, NULL) < 0)
            return 2;
        snprintf(name, sizeof(name), "%.*s",
                 (int)(base.n > 6 ? base.n - 6 : 0), base.p); /* .query */
        code_parser_set_query(p, name, own.data);
        i += 2;
    }
    if (i < argc && strcmp(argv[i], "--bench") == 0)
        bench = true, i++;
    if (i < argc && strcmp(argv[i], "--tree") == 0)
        tree = true, i++;
    for (; i < argc; i++) {
        buf_reset(&b);
        if (file_read(argv[i], &b, NULL) < 0) {
            fprintf(stderr, "code: %s\n", argv[i]);
            continue;
        }
        l = language_of(str_of(argv[i]), buf_str(&b));
        if (!l)
            continue;
        if (tree)
            print_tree(l, buf_str(&b));
        else if (bench)
            measure(p, l, buf_str(&b), &totals[l - all]);
        else
            bad |= listing(p, l, buf_str(&b), &out) < 0;
    }
    if (bench)
        report(totals, all, n);
    fputs(out.data, stdout);
    buf_free(&out);
    buf_free(&own);
    buf_free(&b);
    free(totals);
    code_parser_destroy(p);
    return bad;
}
