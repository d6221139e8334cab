/* entity_kind.c - see entity_kind.h. */
#include "base/common.h"

#include "base/entity_kind.h"
#include "base/entity_words.h"

/* Longer ones are data, or paths nobody will ever type. */
#define NAME_BYTES 120
/* A name with more digits is a random id or a time: it names one thing once. */
#define DIGITS_MAX 4

static const char file_ends[] =
    "c h cc cpp cxx hpp hh m mm go rs py pyi js jsx ts tsx mjs cjs mts cts vue "
    "svelte java kt kts scala clj ex exs erl hs ml rb php pl pm lua r jl swift "
    "dart cs fs vb sh bash zsh fish ps1 bat cmd sql md mdx rst txt adoc json "
    "jsonl json5 jsonc yaml yml toml ini cfg conf env lock xml html htm css "
    "scss sass less svg png jpg jpeg gif ico webp pdf csv tsv proto graphql tf "
    "tfvars gradle cmake mk log patch diff map wasm so dll exe zip gz tgz tar "
    "db sqlite ipynb tmpl tpl ejs hbs example sample snap mdc plist service "
    "socket timer zig nix el vim asm s inc";
static const char host_ends[] =
    "com org net io dev ai edu gov internal lan cloud rs co us eu uk de fr app "
    "sh xyz tech site me";
/* What a dot before one of these makes a host only where a person would not
 * think of a file or a field: "docs.rs" is one, "main.rs" is not. */
static const char host_ends_weak[] = "rs sh app co me us site tech";

static struct str last_part(struct str w, char sep)
{
    ptrdiff_t at = str_rchr(w, sep);

    return at < 0 ? w : str_cut(w, (size_t)at + 1, w.n);
}

static size_t count(struct str w, char c)
{
    size_t n = 0;

    for (size_t i = 0; i < w.n; i++)
        n += w.p[i] == c;
    return n;
}

static size_t digits(struct str w)
{
    size_t n = 0;

    for (size_t i = 0; i < w.n; i++)
        n += is_digit(w.p[i]);
    return n;
}

static bool all(struct str w, bool (*is)(char))
{
    for (size_t i = 0; i < w.n; i++)
        if (!is(w.p[i]))
            return false;
    return w.n > 0;
}

static bool is_letter(char c)
{
    return is_alpha(c) || (unsigned char)c >= 0x80;
}

/* A lower-case letter before an upper-case one. */
static bool has_hump(struct str w)
{
    for (size_t i = 1; i < w.n; i++)
        if (is_upper(w.p[i]) && is_lower(w.p[i - 1]))
            return true;
    return w.n > 3 && is_upper(w.p[0]) && is_upper(w.p[1]) &&
           is_lower(w.p[w.n - 1]) && is_lower(w.p[w.n - 2]);
}

bool entity_is_commit(struct str w)
{
    size_t letters = 0, es = 0;

    if (w.n < 7 || w.n > 40)
        return false;
    for (size_t i = 0; i < w.n; i++) {
        if (!is_digit(w.p[i]) && !(w.p[i] >= 'a' && w.p[i] <= 'f'))
            return false;
        letters += !is_digit(w.p[i]);
        es += w.p[i] == 'e';
    }
    /* Digits around a single e are a number: 10e12345. */
    return letters > 0 && letters < w.n && !(letters == 1 && es == 1);
}

bool entity_is_address(struct str w)
{
    struct str rest = w, part;
    int64_t v;
    int n = 0;
    ptrdiff_t port = str_chr(w, ':');

    if (port >= 0) {
        if (str_int(str_cut(w, (size_t)port + 1, w.n), 1, 65535, &v) < 0)
            return false;
        rest = str_cut(w, 0, (size_t)port);
    }
    while (str_split(&rest, '.', &part))
        if (part.n > 3 || str_int(part, 0, 255, &v) < 0 || ++n > 4)
            return false;
    return n == 4;
}

bool entity_is_file(struct str w)
{
    struct str base = last_part(w, '/'), end = last_part(base, '.');

    return end.n < base.n && end.n <= 8 && word_in(STR(file_ends), end);
}

bool entity_is_host(struct str w)
{
    struct str host = str_cut(w, 0, w.n), end;
    ptrdiff_t port = str_chr(w, ':');

    if (port > 0 && all(str_cut(w, (size_t)port + 1, w.n), is_digit))
        host = str_cut(w, 0, (size_t)port);
    if (str_ieq(host, STR("localhost")))
        return port > 0;
    end = last_part(host, '.');
    if (end.n == host.n || host.p[0] == '.' || has_hump(host) ||
        str_chr(host, '_') >= 0 || !word_in(STR(host_ends), end))
        return false;
    return count(host, '.') > 1 || !word_in(STR(host_ends_weak), end);
}

/* 8-4-4-4-12, or the like: names nothing that is spoken of. */
static bool is_random(struct str w)
{
    size_t d = digits(w);

    if (w.n == 36 && count(w, '-') == 4 && w.p[8] == '-')
        return true;
    return d > DIGITS_MAX;
}

/* A name that a program made: .../4288b490-d238-4150-8a31-a8b0e1c0277d. */
static bool has_uuid(struct str w)
{
    static const size_t hyphens[] = {8, 13, 18, 23};

    for (size_t i = 0; i + 36 <= w.n; i++) {
        size_t k = 0;

        while (k < 4 && w.p[i + hyphens[k]] == '-')
            k++;
        if (k == 4)
            return true;
    }
    return false;
}

static bool is_version(struct str w)
{
    struct str rest = w;
    bool v = w.n > 1 && (w.p[0] == 'v' || w.p[0] == 'V') && is_digit(w.p[1]);

    if (v)
        rest = str_cut(w, 1, w.n);
    if (!is_digit(rest.p[0]) || rest.n > 24 || is_random(rest))
        return false;
    if (count(rest, '.') == 0) /* "v2", not "v2compat" */
        return v && rest.n <= 3 && all(rest, is_digit);
    for (size_t i = 0; i < rest.n; i++) /* "1.2.3-rc.1", not "1.2x3.md" */
        if (!is_alnum(rest.p[i]) && !strchr(".-+", rest.p[i]))
            return false;
    for (size_t i = 0; i < rest.n && rest.p[i] != '-' && rest.p[i] != '+'; i++)
        if (!is_digit(rest.p[i]) && rest.p[i] != '.')
            return false;
    return v || count(rest, '.') >= 2;
}

/* Codes of compilers, databases and the like: letters and so many digits. */
static bool is_code(struct str w)
{
    static const struct {
        const char *letters;
        size_t least, most;
    } rows[] = {
        {"E", 4, 4},     {"TS", 4, 5},   {"CS", 4, 4},  {"LNK", 4, 4},
        {"C", 4, 4},     {"ORA-", 5, 5}, {"P", 4, 4},   {"SC", 4, 4},
        {"PGRST", 3, 3}, {"ERR", 3, 5},  {"DEP", 4, 4},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str l = str_of(rows[i].letters);

        if (str_starts(w, l) && w.n >= l.n + rows[i].least &&
            w.n <= l.n + rows[i].most && all(str_cut(w, l.n, w.n), is_digit))
            return true;
    }
    return str_starts(w, STR("CVE-")) && w.n > 12 && is_digit(w.p[4]);
}

/* ENOENT and SIGSEGV, but not EXAMPLE and SIGNAL. */
static bool is_errno(struct str w)
{
    static const char errnos[] =
        "E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAGAIN EALREADY EBADF EBUSY "
        "ECANCELED ECHILD ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDOM "
        "EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH EINPROGRESS EINTR "
        "EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE ENAMETOOLONG "
        "ENETDOWN ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOEXEC ENOLCK "
        "ENOMEM ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTFOUND ENOTSOCK "
        "ENOTSUP ENOTTY ENXIO EOPNOTSUPP EOVERFLOW EPERM EPIPE EPROTO ERANGE "
        "EROFS ESPIPE ESRCH ESTALE ETIMEDOUT ETXTBSY EWOULDBLOCK EXDEV "
        "EAI_AGAIN ERESOLVE EUSAGE ELIFECYCLE EBADENGINE SIGABRT SIGALRM "
        "SIGBUS SIGCHLD SIGFPE SIGHUP SIGILL SIGINT SIGKILL SIGPIPE SIGQUIT "
        "SIGSEGV SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGUSR1 SIGUSR2 "
        "SIGWINCH SIGXCPU OOMKilled CrashLoopBackOff ImagePullBackOff";

    return (w.p[0] == 'E' || w.p[0] == 'S' || w.p[0] == 'O' || w.p[0] == 'C' ||
            w.p[0] == 'I') &&
           word_in(STR(errnos), w) && is_upper(w.p[0]);
}

static bool is_error(struct str w)
{
    if (str_starts(w, STR("HTTP ")) || str_starts(w, STR("http ")))
        return true;
    if (is_code(w) || is_errno(w))
        return true;
    if (str_starts(w, STR("ERR_")) || str_starts(w, STR("SQLITE_BUSY")) ||
        str_starts(w, STR("SQLITE_LOCKED")) ||
        str_starts(w, STR("SQLITE_CORRUPT")) ||
        str_starts(w, STR("SQLITE_CONSTRAINT")))
        return true;
    /* TypeError, NullPointerException; not handleError or error_count. */
    if (!is_upper(w.p[0]) || str_chr(w, '_') >= 0 || str_chr(w, ':') >= 0)
        return false;
    return (str_ends(w, STR("Error")) && w.n > 7) ||
           (str_ends(w, STR("Exception")) && w.n > 11);
}

/* PR-12 and GH-12 beside ABC-123; UTF-8 and SHA-256 are no tickets. */
static bool is_ticket(struct str w)
{
    static const char others[] =
        "UTF SHA MD ISO RFC GPT HTTP IPV CVE TLS SSL AES RSA ES EC PEP ADR "
        "COVID BASE MP CRC ARM AMD X INTEL CSS HTML LTS RTX CWE OWASP USB PS "
        "UTC GMT H Q P W V BM KB MB GB STEP PHASE TASK CASE TEST RULE";
    ptrdiff_t at = str_rchr(w, '-');
    struct str head, tail;

    if (at < 2 || at > 10)
        return false;
    head = str_cut(w, 0, (size_t)at);
    tail = str_cut(w, (size_t)at + 1, w.n);
    return tail.n <= 6 && all(tail, is_digit) && all(head, is_upper) &&
           !word_in(STR(others), head);
}

/* "#12", "owner/repo#12", "PR#12". */
static bool is_issue(struct str w)
{
    ptrdiff_t at = str_rchr(w, '#');
    struct str n;

    if (at < 0)
        return is_ticket(w);
    n = str_cut(w, (size_t)at + 1, w.n);
    if (n.n == 0 || n.n > 7 || !all(n, is_digit) || n.p[0] == '0')
        return false;
    w = str_cut(w, 0, (size_t)at);
    return w.n == 0 || word_in(STR("pr issue gh bug"), w) ||
           (count(w, '/') == 1 && str_chr(w, '.') != 0);
}

/* "#3" is an issue behind these, or alone; else the third of a list. */
static bool is_issue_near(const struct entity_near *c)
{
    return c->before.n == 0 ||
           word_in(STR("pr prs issue issues bug ticket request fix fixes fixed "
                       "close closes closed resolve resolves resolved see ref "
                       "refs merge merged mr gh"),
                   c->before);
}

/* Things that stand before or behind the name of a branch. */
static bool is_branch_near(const struct entity_near *c)
{
    return word_in(STR("branch branches checkout -b"), c->before) ||
           word_in(STR("branch branches"), c->after);
}

static bool is_branch(struct str w, const struct entity_near *c)
{
    static const char heads[] =
        "feature feat fix bugfix hotfix release chore refactor dependabot "
        "renovate users wip";
    struct str head = str_cut(w, 0, (size_t)(str_chr(w, '/') + 1));

    if (w.p[0] == '/' || w.p[0] == '.' || w.p[0] == '~' || w.p[0] == '-')
        return false;
    if (head.n == 0)
        return is_branch_near(c) && str_chr(w, '-') > 0 && !entity_is_file(w);
    head.n--;
    if (word_in(STR("origin upstream refs"), head))
        return true;
    return !entity_is_file(w) && count(w, '/') <= 3 &&
           (is_branch_near(c) || (word_in(STR(heads), head) &&
                                  (str_chr(w, '-') > 0 || digits(w) > 0)));
}

/* Places that are gone tomorrow. */
static bool is_passing(struct str w)
{
    static const char *const heads[] = {
        "/tmp/",  "/private/", "/var/folders/", "/dev/",
        "/proc/", "/run/",     "/sys/",
    };

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (str_starts(w, str_of(heads[i])))
            return true;
    return str_eqz(w, "/tmp") || str_find(w, STR("node_modules/")) >= 0;
}

static bool is_prose_slash(struct str w)
{
    struct str part;
    bool low = false, plain = false;

    /* TCP/UDP/ICMP, Yes/No/Maybe and input/output: alternatives. */
    while (str_split(&w, '/', &part)) {
        low |= part.n && !is_upper(part.p[0]);
        plain |= part.n < 2 || (word_flags_any_case(part) & WORD_CAPITAL) != 0;
    }
    return !low || plain;
}

static int slashed(struct str *w, const struct entity_near *c)
{
    struct str first = str_cut(*w, 0, (size_t)str_chr(*w, '/'));
    bool rooted = str_chr(STR("/.~"), w->p[0]) >= 0 || str_chr(*w, '\\') >= 0;

    if (count(*w, '/') == 0 && str_chr(*w, '\\') >= 0) /* not a pattern */
        return entity_is_file(*w) && str_find(*w, STR("\\.")) < 0
                   ? ENTITY_PATH
                   : ENTITY_NOT_ONE;
    if (has_uuid(*w) || str_starts(*w, STR("//")))
        return ENTITY_NOT_ONE;
    if (first.n && !rooted && entity_is_host(first) && !entity_is_file(first))
        return ENTITY_URL;
    if (is_branch(*w, c))
        return ENTITY_BRANCH;
    if (str_starts(*w, STR("Test")) && first.n > 4 && is_upper(first.p[4]))
        return ENTITY_NOT_ONE; /* a test and the case of it */
    if (is_passing(*w) || count(*w, ':') > 0 || count(*w, '=') > 0)
        return ENTITY_NOT_ONE;
    if (entity_is_file(*w)) /* but not AGENTS.md/CLAUDE.md */
        return first.n && is_upper(first.p[0]) && entity_is_file(first)
                   ? ENTITY_NOT_ONE
                   : ENTITY_PATH;
    if (rooted) /* "/clear" and "/2" are no paths, "~/x" is */
        return count(*w, '/') > 1 || w->p[0] != '/' || c->marked
                   ? ENTITY_PATH
                   : ENTITY_NOT_ONE;
    if (is_prose_slash(*w) || is_random(*w))
        return ENTITY_NOT_ONE;
    if (count(*w, '/') > 1 || c->marked)
        return ENTITY_PATH;
    return str_chr(*w, '_') > 0 || str_chr(*w, '.') > 0 ? ENTITY_PATH
                                                        : ENTITY_NOT_ONE;
}

bool entity_is_handle(struct str w)
{
    static const char others[] =
        "param params returns return throws throw type types typedef override "
        "deprecated import media keyframes property see todo author since "
        "private public protected static ts-ignore ts-expect-error latest next "
        "supports font-face layer apply include extend mixin charset example "
        "staticmethod classmethod dataclass pytest app click wraps cached "
        "contextmanager abstractmethod lru scope end interface selector "
        "implementation autoreleasepool available objc main escaping "
        "property-read internal readonly default template link code "
        "inheritdoc callback function namespace module yields generator "
        "license copyright file brief note warning mcp changelog readme";
    struct str name = str_cut(w, 1, w.n);

    if (name.n < 2 || name.n > 39 || !is_lower(name.p[0]) ||
        word_in(STR(others), name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_')
            return false;
    return (word_flags_any_case(name) & WORD_PLAIN) == 0;
}

static int with_at(struct str *w)
{
    ptrdiff_t at = str_rchr(*w, '@');
    struct str head = str_cut(*w, 0, (size_t)at);
    struct str tail = str_cut(*w, (size_t)at + 1, w->n);

    if (at == 0) { /* "@scope/name", or a file given to the client */
        if (entity_is_file(*w) || str_starts(tail, STR("/")) ||
            str_starts(tail, STR("."))) {
            *w = tail;
            return ENTITY_PATH;
        }
        if (entity_is_handle(*w))
            return ENTITY_PERSON;
        return count(tail, '/') == 1 && !has_hump(tail) ? ENTITY_PACKAGE
                                                        : ENTITY_NOT_ONE;
    }
    if (tail.n && (is_digit(tail.p[0]) || str_starts(tail, STR("v")) ||
                   str_eqz(tail, "latest") || tail.p[0] == '^'))
        return str_chr(head, ' ') < 0 && !entity_is_file(head) &&
                       count(head, '/') <= 1 && head.n > 1
                   ? ENTITY_PACKAGE
                   : ENTITY_NOT_ONE;
    if (str_eqz(head, "git"))
        return ENTITY_URL;
    if (word_in(STR("noreply no-reply"), head) || str_ends(head, STR("]")) ||
        str_chr(head, '\\') >= 0)
        return ENTITY_NOT_ONE;
    return str_chr(head, '/') < 0 && str_chr(tail, '.') > 0 &&
                   str_chr(tail, '/') < 0 && str_chr(tail, ':') < 0
               ? ENTITY_PERSON
               : ENTITY_NOT_ONE;
}

/* "sha256", "gpt-4o", "--no-verify", "payments-api" when it was marked. */
static int plain(struct str w, const struct entity_near *c)
{
    static const char numbered[] =
        "step phase task item section part day week round test case line page "
        "level option figure table chapter point column row col h q p priority "
        "top tier wave milestone issue bug pr group batch stage file arg param "
        "utf sha base";
    size_t head = 0, letters = 0;

    for (size_t i = 0; i < w.n; i++)
        letters += is_letter(w.p[i]);
    if (w.p[0] == '-') {
        while (head < w.n && w.p[head] == '-')
            head++;
        return letters > 2 && is_alpha(w.p[head]) ? ENTITY_SYMBOL
                                                  : ENTITY_NOT_ONE;
    }
    while (head < w.n && is_letter(w.p[head]))
        head++;
    if (letters < 3 || word_in(STR(numbered), str_cut(w, 0, head)))
        return ENTITY_NOT_ONE;
    if (c->marked) { /* what the table calls plain is a keyword or a word */
        unsigned f = word_flags_any_case(w);

        if (f & WORD_PLAIN)
            return ENTITY_NOT_ONE;
        return is_branch(w, c) ? ENTITY_BRANCH : ENTITY_SYMBOL;
    }
    /* gpt-4o and llama-3; text-slate-300 and tree1 name nothing. */
    return digits(w) > 0 && head < w.n && w.p[head] == '-' &&
                   (word_in(STR("gpt qwen phi"), str_cut(w, 0, head)) ||
                    (word_flags_any_case(str_cut(w, 0, head)) &
                     (WORD_CAPITAL | WORD_PRODUCT)))
               ? ENTITY_NAME
               : ENTITY_NOT_ONE;
}

static int dotted(struct str w, const struct entity_near *c)
{
    /* Node.js, Next.js: products; next.js may be a file, and seldom is. */
    if (str_ends(w, STR(".js")) && is_upper(w.p[0]) && w.n < 12 &&
        count(w, '.') == 1)
        return ENTITY_NAME;
    if (str_starts(w, STR("_test.")) || str_starts(w, STR(".test.")) ||
        str_starts(w, STR(".spec.")))
        return ENTITY_NOT_ONE; /* how files end */
    if (entity_is_file(w))
        return ENTITY_PATH;
    if (is_digit(w.p[0]) || is_random(w) || count(w, '.') > 5)
        return ENTITY_NOT_ONE;
    if (w.p[0] == '.') /* .gitignore */
        return c->marked && w.n > 3 && is_lower(w.p[1]) ? ENTITY_PATH
                                                        : ENTITY_NOT_ONE;
    return ENTITY_SYMBOL;
}

int entity_kind_of(struct str *name, const struct entity_near *near)
{
    struct str w = *name;

    if (w.n < 2 || w.n > NAME_BYTES)
        return ENTITY_NOT_ONE;
    if (is_issue(w))
        return w.n > 2 || w.p[0] != '#' || is_issue_near(near) ? ENTITY_ISSUE
                                                               : ENTITY_NOT_ONE;
    if (str_find(w, STR("REDACTED")) >= 0)
        return ENTITY_NOT_ONE;
    if (str_chr(w, '#') >= 0 || str_chr(w, '+') == 0 || str_chr(w, '$') >= 0 ||
        str_chr(w, '~') > 0)
        return ENTITY_NOT_ONE;
    if (str_eqz(w, "127.0.0.1") || str_eqz(w, "0.0.0.0"))
        return ENTITY_NOT_ONE;
    if (is_error(w))
        return ENTITY_ERROR;
    if (str_chr(w, '@') >= 0)
        return with_at(name);
    if (str_chr(w, '/') >= 0 || str_chr(w, '\\') >= 0)
        return slashed(name, near);
    if (entity_is_commit(w))
        return ENTITY_COMMIT;
    if (is_version(w))
        return ENTITY_VERSION;
    if (w.p[0] == '-')
        return plain(w, near);
    if (is_branch(w, near))
        return ENTITY_BRANCH;
    if (word_flags_any_case(w) & WORD_PRODUCT)
        return ENTITY_NAME;
    if (entity_is_address(w) || entity_is_host(w))
        return entity_is_file(w) ? ENTITY_PATH : ENTITY_HOST;
    if (str_find(w, STR("::")) > 0)
        return is_random(w) ? ENTITY_NOT_ONE : ENTITY_SYMBOL;
    if (str_chr(w, ':') >= 0)
        return ENTITY_NOT_ONE;
    if (str_chr(w, '.') >= 0)
        return dotted(w, near);
    if (is_random(w))
        return ENTITY_NOT_ONE;
    if (is_upper(w.p[0]) && (word_flags_any_case(w) & WORD_CAPITAL))
        return ENTITY_NAME;
    if (w.p[0] == '_' && w.p[w.n - 1] == '_' && w.p[1] != '_')
        return ENTITY_NOT_ONE; /* _this_ is said with weight */
    if (str_chr(w, '_') >= 0 || has_hump(w))
        return ENTITY_SYMBOL;
    return plain(w, near);
}
