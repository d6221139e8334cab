/* language.c - see language.h. */
#include "base/common.h"

#include "code/language.h"

#define FIRST true
#define OUTLINE(name_, label_, ext_, files_, kind_)                            \
    {                                                                          \
        .name = name_, .label = label_, .extensions = ext_, .files = files_,   \
        .shebangs = "", .separator = ".", .outliner = kind_                    \
    }

/* clang-format off */
static const struct language rows[] = {
    /* name, label, extensions, files, shebangs, grammar, query, separator,
     * outliner, first class. The first class ones first. */
    {"c", "C", "c h", "", "tcc", "c", "c", "::", 0, FIRST},
    {"cpp", "C++", "cc cpp cxx c++ C hh hpp hxx h++ H ipp tpp inl ino cppm ixx",
     "", "", "cpp", "cpp", "::", 0, FIRST},
    {"python", "Python", "py pyi pyw bzl pyx", "SConstruct SConscript wscript "
     "BUILD WORKSPACE", "python python2 python3 pypy pypy3", "python",
     "python", ".", 0, FIRST},
    {"javascript", "JavaScript", "js mjs cjs es6 jsm", "Jakefile",
     "node nodejs bun", "javascript", "javascript", ".", 0, FIRST},
    {"jsx", "JSX", "jsx", "", "", "javascript", "javascript", ".", 0, FIRST},
    {"typescript", "TypeScript", "ts mts cts d.ts", "", "deno ts-node tsx",
     "typescript", "typescript", ".", 0, FIRST},
    {"tsx", "TSX", "tsx", "", "", "tsx", "typescript", ".", 0, FIRST},
    {"go", "Go", "go", "", "", "go", "go", ".", 0, FIRST},
    {"rust", "Rust", "rs rs.in", "", "rust-script", "rust", "rust", "::", 0,
     FIRST},
    {"java", "Java", "java jav", "", "", "java", "java", ".", 0, FIRST},
    {"kotlin", "Kotlin", "kt kts ktm", "", "kotlin", "kotlin", "kotlin", ".",
     0, FIRST},
    {"swift", "Swift", "swift swiftinterface", "", "swift", "swift", "swift",
     ".", 0, FIRST},
    {"c_sharp", "C#", "cs csx cake", "", "dotnet-script", "c_sharp", "c_sharp",
     ".", 0, FIRST},
    {"ruby", "Ruby", "rb rbw rake gemspec ru podspec rbi jbuilder thor",
     "Rakefile Gemfile Guardfile Vagrantfile Capfile Podfile Fastfile "
     "Brewfile Berksfile Thorfile Dangerfile", "ruby jruby rbx", "ruby",
     "ruby", "::", 0, FIRST},
    {"php", "PHP", "php php3 php4 php5 php7 phtml phps inc", "", "php", "php",
     "php", "::", 0, FIRST},
    {"scala", "Scala", "scala sc sbt", "", "scala amm", "scala", "scala", ".",
     0, FIRST},
    {"lua", "Lua", "lua nse rockspec wlua", "", "lua luajit", "lua", "lua",
     ".", 0, FIRST},
    {"bash", "Bash", "sh bash zsh ksh bats ebuild eclass",
     ".bashrc .bash_profile .profile .zshrc .zprofile PKGBUILD APKBUILD",
     "sh bash dash zsh ksh ash mksh", "bash", "bash", ".", 0, FIRST},
    {"haskell", "Haskell", "hs hs-boot hsc", "", "runhaskell runghc stack",
     "haskell", "haskell", ".", 0, FIRST},
    {"ocaml", "OCaml", "ml ml4 mll", "", "ocaml ocamlrun", "ocaml", "ocaml",
     ".", 0, FIRST},
    {"ocaml_interface", "OCaml interface", "mli", "", "", "ocaml_interface",
     "ocaml", ".", 0, FIRST},
    {"elixir", "Elixir", "ex exs", "mix.lock", "elixir", "elixir", "elixir",
     ".", 0, FIRST},
    {"zig", "Zig", "zig zon", "", "", "zig", "zig", ".", 0, FIRST},
    {"dart", "Dart", "dart", "", "dart", "dart", "dart", ".", 0, FIRST},

    {"perl", "Perl", "pl pm t plx psgi", "cpanfile", "perl", "perl", "perl",
     "::", 0, false},
    {"r", "R", "r R Rprofile", ".Rprofile", "Rscript", "r", "r", "::", 0,
     false},
    {"julia", "Julia", "jl", "", "julia", "julia", "julia", ".", 0, false},
    {"sql", "SQL", "sql ddl psql pgsql", "", "", "sql", "sql", ".", 0, false},
    {"html", "HTML", "html htm xhtml", "", "", "html", "html", ".", 0, false},
    {"css", "CSS", "css", "", "", "css", "css", " ", 0, false},
    {"scss", "SCSS", "scss", "", "", "scss", "scss", " ", 0, false},
    {"json", "JSON", "json jsonc json5 webmanifest geojson topojson "
     "code-workspace ipynb", ".eslintrc .babelrc .prettierrc composer.lock "
     ".jshintrc", "", "json", "json", ".", 0, false},
    {"yaml", "YAML", "yaml yml", ".clang-format .clang-tidy", "", "yaml",
     "yaml", ".", 0, false},
    {"toml", "TOML", "toml", "Cargo.lock poetry.lock uv.lock Pipfile", "",
     "toml", "toml", ".", 0, false},
    {"markdown", "Markdown", "md markdown mkd mdown mdx", "", "", "markdown",
     "markdown", " > ", 0, false},
    {"make", "Make", "mk mak make", "Makefile makefile GNUmakefile "
     "Makefile.am Makefile.in Kbuild", "make", "make", "make", ".", 0, false},
    {"hcl", "HCL", "hcl tf tfvars nomad", "", "", "hcl", "hcl", ".", 0, false},
    {"vue", "Vue", "vue", "", "", "html", "vue", ".", 0, false},
    {"svelte", "Svelte", "svelte", "", "", "svelte", "vue", ".", 0, false},
    {"solidity", "Solidity", "sol", "", "", "solidity", "solidity", ".", 0,
     false},
    {"objc", "Objective-C", "m mm", "", "", "objc", "objc", " ", 0, false},
    {"nix", "Nix", "nix", "", "", "nix", "nix", ".", 0, false},
    {"clojure", "Clojure", "clj cljs cljc edn bb", "", "bb clojure", "clojure",
     "clojure", "/", 0, false},

    OUTLINE("cmake", "CMake", "cmake", "CMakeLists.txt", OUTLINE_CMAKE),
    OUTLINE("dockerfile", "Dockerfile", "dockerfile containerfile",
            "Dockerfile Containerfile", OUTLINE_DOCKER),
    OUTLINE("erlang", "Erlang", "erl hrl escript", "rebar.config",
            OUTLINE_ERLANG),
    OUTLINE("graphql", "GraphQL", "graphql gql graphqls", "", OUTLINE_GRAPHQL),
    OUTLINE("nim", "Nim", "nim nims nimble", "", OUTLINE_NIM),
    OUTLINE("protobuf", "Protocol Buffers", "proto", "", OUTLINE_PROTOBUF),
};
/* clang-format on */

const struct language *language_all(size_t *n)
{
    *n = ARRAY_LEN(rows);
    return rows;
}

const struct language *language_named(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_eqz(name, rows[i].name))
            return &rows[i];
    return NULL;
}

/* Is w one of the words of a list with blanks between? */
static bool is_among(struct str w, const char *list)
{
    struct str rest = str_of(list), part;

    while (str_split(&rest, ' ', &part))
        if (part.n && str_eq(part, w))
            return true;
    return false;
}

static const struct language *by_extension(struct str ext)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (is_among(ext, rows[i].extensions))
            return &rows[i];
    return NULL;
}

static const struct language *by_name(struct str base)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (is_among(base, rows[i].files))
            return &rows[i];
    /* Dockerfile.dev, Makefile.linux; not Makefile.md, seen before. */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].outliner == OUTLINE_DOCKER &&
            str_starts(base, STR("Dockerfile.")))
            return &rows[i];
    return NULL;
}

static const struct language *by_path(struct str path)
{
    struct str base = str_base(path), rest;
    const struct language *l = by_name(base);
    char folded[16];
    ptrdiff_t dot;

    if (l)
        return l;
    /* Every dot but a leading one: the longest extension first. */
    for (size_t at = 1; at < base.n; at++) {
        rest = str_cut(base, at, base.n);
        dot = str_chr(rest, '.');
        if (dot < 0)
            break;
        at += (size_t)dot;
        rest = str_cut(base, at + 1, base.n);
        l = by_extension(rest);
        if (!l && rest.n < sizeof(folded)) {
            for (size_t i = 0; i < rest.n; i++)
                folded[i] = to_lower(rest.p[i]);
            l = by_extension((struct str){folded, rest.n});
        }
        if (l)
            return l;
    }
    return NULL;
}

/* "#!/usr/bin/env -S python3 -u" is python3. */
static const struct language *by_shebang(struct str text)
{
    struct str line, word, rest = str_cut(text, 0, 256);

    if (!str_starts(text, STR("#!")) || !str_line(&rest, &line))
        return NULL;
    line = str_cut(line, 2, line.n);
    while (str_split(&line, ' ', &word)) {
        word = str_base(str_trim(word));
        if (!word.n || word.p[0] == '-' || str_eqz(word, "env") ||
            str_chr(word, '=') >= 0)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
            if (is_among(word, rows[i].shebangs))
                return &rows[i];
        /* python3.12 */
        while (word.n && (is_digit(word.p[word.n - 1]) ||
                          word.p[word.n - 1] == '.'))
            word.n--;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
            if (is_among(word, rows[i].shebangs))
                return &rows[i];
        return NULL;
    }
    return NULL;
}

/* A line of the text begins with one of the words of a list? */
static bool line_begins(struct str text, const char *const *words, size_t n)
{
    struct str rest = str_cut(text, 0, 65536), line;

    while (str_line(&rest, &line)) {
        line = str_trim(line);
        for (size_t i = 0; i < n; i++)
            if (str_starts(line, str_of(words[i])))
                return true;
    }
    return false;
}

/* What a .h or .m really is. */
static const struct language *by_text(const struct language *l, struct str path,
                                      struct str text)
{
    static const char *const objc[] = {"@interface ", "@protocol ", "#import ",
                                       "@implementation "};
    static const char *const cpp[] = {"class ",    "namespace ", "template<",
                                      "template ", "public:",    "private:",
                                      "using ",    "#include <string>"};

    if (str_eqz(str_of(l->name), "c") && str_ends(path, STR(".h"))) {
        if (line_begins(text, objc, ARRAY_LEN(objc)))
            return language_named(STR("objc"));
        if (line_begins(text, cpp, ARRAY_LEN(cpp)))
            return language_named(STR("cpp"));
    }
    /* MATLAB and others share the extension. */
    if (str_eqz(str_of(l->name), "objc") && text.n &&
        !line_begins(text, objc, ARRAY_LEN(objc)) &&
        str_find(str_cut(text, 0, 65536), STR("#include")) < 0)
        return NULL;
    return l;
}

const struct language *language_of(struct str path, struct str text)
{
    const struct language *l = by_path(path);

    return l ? by_text(l, path, text) : by_shebang(text);
}

bool language_may_be(struct str path)
{
    return by_path(path) || str_chr(str_base(path), '.') < 0;
}
