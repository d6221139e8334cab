/* secrets.c - see secrets.h. */
#include "base/common.h"

#include "base/secrets.h"

/* --- tokens with a prefix ------------------------------------------------- */

enum charset { ALNUM, HEX, UPPER, WORD, DASH, DOTTED, BASE64 };

static bool in_charset(char c, enum charset set)
{
    switch (set) {
    case HEX:
        return is_digit(c) || (c >= 'a' && c <= 'f');
    case UPPER:
        return is_digit(c) || is_upper(c);
    case WORD:
        return is_alnum(c) || c == '_';
    case DASH:
        return is_alnum(c) || c == '_' || c == '-';
    case DOTTED:
        return is_alnum(c) || c == '_' || c == '-' || c == '.';
    case BASE64:
        return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '_' ||
               c == '-';
    case ALNUM:
        break;
    }
    return is_alnum(c);
}

/* A token: its prefix, then min to max characters of a set. max 0: no limit.
 * Longer prefixes stand before shorter ones that they begin with. */
struct row {
    const char *label;
    const char *prefix;
    enum charset set;
    unsigned short min, max;
};

static const struct row rows_a[] = {
    {"aws-key", "AKIA", UPPER, 16, 16},
    {"aws-key", "ASIA", UPPER, 16, 16},
    {"google-key", "AIza", DASH, 35, 35},
    {"age-key", "AGE-SECRET-KEY-1", UPPER, 50, 64},
    {"artifactory-key", "AKCp", ALNUM, 50, 80},
    {"atlassian-token", "ATATT3", BASE64, 60, 0},
    {"terraform-token", "atlasv1.", DASH, 40, 0},
};
static const struct row rows_b[] = {
    {"buildkite-token", "bkua_", HEX, 40, 40},
};
static const struct row rows_c[] = {
    {"circleci-token", "CCIPAT_", WORD, 40, 0},
};
static const struct row rows_d[] = {
    {"digitalocean-token", "dop_v1_", HEX, 64, 64},
    {"digitalocean-token", "doo_v1_", HEX, 64, 64},
    {"digitalocean-token", "dor_v1_", HEX, 64, 64},
    {"docker-token", "dckr_pat_", DASH, 20, 0},
    {"databricks-token", "dapi", HEX, 32, 32},
    {"doppler-token", "dp.pt.", ALNUM, 40, 0},
};
static const struct row rows_f[] = {
    {"figma-token", "figd_", DASH, 30, 0},
    {"fly-token", "FlyV1 fm2_", BASE64, 40, 0},
};
static const struct row rows_g[] = {
    {"github-token", "ghp_", ALNUM, 30, 0},
    {"github-token", "gho_", ALNUM, 30, 0},
    {"github-token", "ghu_", ALNUM, 30, 0},
    {"github-token", "ghs_", ALNUM, 30, 0},
    {"github-token", "ghr_", ALNUM, 30, 0},
    {"github-token", "github_pat_", WORD, 30, 0},
    {"gitlab-token", "glpat-", DOTTED, 20, 0},
    {"gitlab-token", "gldt-", DOTTED, 20, 0},
    {"gitlab-token", "glrt-", DOTTED, 20, 0},
    {"gitlab-token", "glptt-", DOTTED, 20, 0},
    {"gitlab-token", "glcbt-", DOTTED, 20, 0},
    {"gitlab-token", "glsoat-", DOTTED, 20, 0},
    {"grafana-token", "glsa_", WORD, 32, 0},
    {"grafana-token", "glc_", BASE64, 32, 0},
    {"groq-key", "gsk_", ALNUM, 40, 0},
    {"google-secret", "GOCSPX-", DASH, 24, 0},
};
static const struct row rows_h[] = {
    {"huggingface-token", "hf_", ALNUM, 30, 0},
    {"vault-token", "hvs.", DASH, 24, 0},
    {"vault-token", "hvb.", DASH, 24, 0},
    {"heroku-key", "HRKU-", DASH, 36, 0},
    {"webhook-url", "hooks.slack.com/services/", BASE64, 20, 0},
};
static const struct row rows_k[] = {
    {"mailgun-key", "key-", HEX, 32, 32},
};
static const struct row rows_l[] = {
    {"linear-key", "lin_api_", ALNUM, 32, 0},
    {"langsmith-key", "lsv2_pt_", WORD, 32, 0},
    {"langsmith-key", "lsv2_sk_", WORD, 32, 0},
};
static const struct row rows_n[] = {
    {"npm-token", "npm_", ALNUM, 36, 0},
    {"notion-token", "ntn_", ALNUM, 40, 0},
    {"netlify-token", "nfp_", ALNUM, 32, 0},
};
static const struct row rows_p[] = {
    {"pypi-token", "pypi-", DASH, 50, 0},
    {"postman-key", "PMAK-", DASH, 50, 0},
    {"pinecone-key", "pcsk_", WORD, 40, 0},
    {"perplexity-key", "pplx-", ALNUM, 40, 0},
    {"planetscale-token", "pscale_tkn_", DOTTED, 32, 0},
    {"planetscale-token", "pscale_pw_", DOTTED, 32, 0},
    {"pulumi-token", "pul-", HEX, 40, 40},
};
static const struct row rows_r[] = {
    {"stripe-key", "rk_live_", ALNUM, 16, 0},
    {"stripe-key", "rk_test_", ALNUM, 16, 0},
    {"replicate-token", "r8_", ALNUM, 36, 40},
};
static const struct row rows_s[] = {
    {"anthropic-key", "sk-ant-", DASH, 20, 0},
    {"openrouter-key", "sk-or-v1-", HEX, 40, 0},
    {"openai-key", "sk-proj-", DASH, 20, 0},
    {"openai-key", "sk-svcacct-", DASH, 20, 0},
    {"openai-key", "sk-admin-", DASH, 20, 0},
    {"langfuse-key", "sk-lf-", DASH, 30, 40},
    {"api-key", "sk-", ALNUM, 20, 0},
    {"stripe-key", "sk_live_", ALNUM, 16, 0},
    {"stripe-key", "sk_test_", ALNUM, 16, 0},
    {"sendgrid-key", "SG.", DOTTED, 60, 72},
    {"notion-token", "secret_", ALNUM, 40, 50},
    {"shopify-token", "shpat_", HEX, 32, 32},
    {"shopify-token", "shpss_", HEX, 32, 32},
    {"shopify-token", "shpca_", HEX, 32, 32},
    {"supabase-token", "sbp_", HEX, 40, 40},
    {"sentry-token", "sntrys_", BASE64, 40, 0},
    {"sentry-token", "sntryu_", HEX, 64, 64},
    {"square-token", "sq0atp-", DASH, 22, 22},
    {"square-secret", "sq0csp-", DASH, 43, 43},
};
static const struct row rows_t[] = {
    {"tailscale-key", "tskey-", DASH, 20, 0},
    {"tavily-key", "tvly-", DASH, 24, 0},
};
static const struct row rows_w[] = {
    {"webhook-secret", "whsec_", BASE64, 24, 0},
};
static const struct row rows_x[] = {
    {"slack-token", "xoxb-", DASH, 16, 0},
    {"slack-token", "xoxp-", DASH, 16, 0},
    {"slack-token", "xoxa-", DASH, 16, 0},
    {"slack-token", "xoxr-", DASH, 16, 0},
    {"slack-token", "xoxs-", DASH, 16, 0},
    {"slack-token", "xoxe-", DASH, 16, 0},
    {"slack-token", "xapp-", DASH, 30, 0},
    {"xai-key", "xai-", ALNUM, 60, 0},
};
static const struct row rows_y[] = {
    {"google-token", "ya29.", DASH, 20, 0},
};

#define GROUP(rows)                                                            \
    {                                                                          \
        rows, ARRAY_LEN(rows)                                                  \
    }
static const struct {
    const struct row *rows;
    size_t n;
} by_letter[26] = {
    ['a' - 'a'] = GROUP(rows_a), ['b' - 'a'] = GROUP(rows_b),
    ['c' - 'a'] = GROUP(rows_c), ['d' - 'a'] = GROUP(rows_d),
    ['f' - 'a'] = GROUP(rows_f), ['g' - 'a'] = GROUP(rows_g),
    ['h' - 'a'] = GROUP(rows_h), ['k' - 'a'] = GROUP(rows_k),
    ['l' - 'a'] = GROUP(rows_l), ['n' - 'a'] = GROUP(rows_n),
    ['p' - 'a'] = GROUP(rows_p), ['r' - 'a'] = GROUP(rows_r),
    ['s' - 'a'] = GROUP(rows_s), ['t' - 'a'] = GROUP(rows_t),
    ['w' - 'a'] = GROUP(rows_w), ['x' - 'a'] = GROUP(rows_x),
    ['y' - 'a'] = GROUP(rows_y),
};

static size_t run_of(struct str s, size_t from, enum charset set)
{
    size_t i = from;

    while (i < s.n && in_charset(s.p[i], set))
        i++;
    return i - from;
}

static size_t distinct(struct str v)
{
    bool seen[256] = {false};
    size_t n = 0;

    for (size_t i = 0; i < v.n; i++) {
        bool *at = &seen[(unsigned char)v.p[i]];

        n += !*at;
        *at = true;
    }
    return n;
}

static bool has_digit(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (is_digit(v.p[i]))
            return true;
    return false;
}

/* Three base64url parts with dots between, the first one JSON ("{\""). */
static size_t jwt_len(struct str s, size_t i)
{
    size_t at = i;

    for (int part = 0; part < 3; part++) {
        size_t n = run_of(s, at, DASH);

        if (n < 10)
            return 0;
        at += n;
        if (part < 2 && (at >= s.n || s.p[at++] != '.'))
            return 0;
    }
    return at - i;
}

#define LETTER(c) (1u << ((c)&31))
#define SECOND(c) ((size_t)(c)&127)

/* The first two characters of every prefix above: most words are turned away
 * by one look. The second is one of 32 classes, so some others pass. */
bool secret_token_maybe(char a, char b)
{
    static const uint32_t second[128] = {
        ['A'] =
            LETTER('K') | LETTER('S') | LETTER('I') | LETTER('G') | LETTER('T'),
        ['C'] = LETTER('C'),
        ['F'] = LETTER('l'),
        ['G'] = LETTER('O'),
        ['H'] = LETTER('R'),
        ['P'] = LETTER('M'),
        ['S'] = LETTER('G'),
        ['a'] = LETTER('t'),
        ['b'] = LETTER('k'),
        ['d'] = LETTER('o') | LETTER('c') | LETTER('a') | LETTER('p'),
        ['e'] = LETTER('y'),
        ['f'] = LETTER('i'),
        ['g'] = LETTER('h') | LETTER('i') | LETTER('l') | LETTER('s'),
        ['h'] = LETTER('f') | LETTER('v') | LETTER('o'),
        ['k'] = LETTER('e'),
        ['l'] = LETTER('i') | LETTER('s'),
        ['n'] = LETTER('p') | LETTER('t') | LETTER('f'),
        ['p'] =
            LETTER('y') | LETTER('c') | LETTER('p') | LETTER('s') | LETTER('u'),
        ['r'] = LETTER('k') | LETTER('8'),
        ['s'] = LETTER('k') | LETTER('e') | LETTER('h') | LETTER('b') |
                LETTER('n') | LETTER('q'),
        ['t'] = LETTER('s') | LETTER('v'),
        ['w'] = LETTER('h'),
        ['x'] = LETTER('o') | LETTER('a'),
        ['y'] = LETTER('a'),
    };

    return (second[SECOND(a)] & LETTER(b)) != 0;
}

size_t secret_token(struct str s, size_t i, const char **label)
{
    char c = to_lower(s.p[i]);
    size_t n, len;

    if (!is_lower(c))
        return 0;
    if (s.n - i > 30 && memcmp(s.p + i, "eyJ", 3) == 0) {
        *label = "jwt";
        return jwt_len(s, i);
    }
    for (size_t r = 0; r < by_letter[c - 'a'].n; r++) {
        const struct row *row = &by_letter[c - 'a'].rows[r];
        struct str token;

        if (s.n - i < 4 || row->prefix[0] != s.p[i] ||
            row->prefix[1] != s.p[i + 1] || row->prefix[2] != s.p[i + 2])
            continue;
        n = strlen(row->prefix);
        if (s.n - i < n + row->min || memcmp(s.p + i, row->prefix, n) != 0)
            continue;
        len = run_of(s, i + n, row->set);
        if (len < row->min || (row->max && len > row->max))
            continue;
        token = str_cut(s, i + n, i + n + len);
        /* Nobody's key has seven different characters or says "example". */
        if (distinct(token) < 8 || secret_is_placeholder(token))
            return 0;
        if (strcmp(row->prefix, "sk-") == 0 && !has_digit(token))
            return 0;
        *label = row->label;
        return n + len;
    }
    return 0;
}

/* --- names ---------------------------------------------------------------- */

/* Longest name looked at. */
#define NAME_MAX 64

struct ending {
    const char *end; /* of the name in lower case without separators */
    enum name_kind kind;
    bool whole_word; /* begins a word: "pass", not "bypass" */
};

static const struct ending endings[] = {
    {"password", NAME_PASSWORD, false},
    {"passwords", NAME_PASSWORD, false},
    {"passwordconfirmation", NAME_PASSWORD, false},
    {"passwd", NAME_PASSWORD, false},
    {"passphrase", NAME_PASSWORD, false},
    {"passcode", NAME_PASSWORD, false},
    {"pwd", NAME_PASSWORD, false},
    {"pass", NAME_PASSWORD, true},
    {"nexttoken", NAME_PLAIN, false},
    {"pagetoken", NAME_PLAIN, false},
    {"continuationtoken", NAME_PLAIN, false},
    {"cancellationtoken", NAME_PLAIN, false},
    {"canceltoken", NAME_PLAIN, false},
    {"synctoken", NAME_PLAIN, false},
    {"token", NAME_SECRET, false},
    {"secret", NAME_SECRET, false},
    {"secrets", NAME_SECRET, false},
    {"apikey", NAME_SECRET, false},
    {"apikeys", NAME_SECRET, false},
    {"secretkey", NAME_SECRET, false},
    {"secretkeybase", NAME_SECRET, false},
    {"accesskey", NAME_SECRET, false},
    {"privatekey", NAME_SECRET, false},
    {"authkey", NAME_SECRET, false},
    {"encryptionkey", NAME_SECRET, false},
    {"signingkey", NAME_SECRET, false},
    {"masterkey", NAME_SECRET, false},
    {"accountkey", NAME_SECRET, false},
    {"sharedkey", NAME_SECRET, false},
    {"licensekey", NAME_SECRET, false},
    {"credential", NAME_SECRET, false},
    {"credentials", NAME_SECRET, false},
    {"amzsignature", NAME_SECRET, false},
    {"authorization", NAME_AUTHORIZATION, false},
    {"auth", NAME_SECRET, true},
    {"cookie", NAME_COOKIE, true},
};

/* Three letters as one number. */
#define BYTE(c)         ((uint32_t)(unsigned char)(c))
#define TRIPLE(a, b, c) (BYTE(a) << 16 | BYTE(b) << 8 | BYTE(c))

/* Could a name that ends at s.p[end] be one of the above? Their last three
 * letters: nearly every name is turned away here. */
bool secret_name_maybe(struct str s, size_t end)
{
    static const uint32_t triples[] = {
        TRIPLE('o', 'r', 'd'), TRIPLE('r', 'd', 's'), TRIPLE('i', 'o', 'n'),
        TRIPLE('s', 'w', 'd'), TRIPLE('a', 's', 'e'), TRIPLE('o', 'd', 'e'),
        TRIPLE('p', 'w', 'd'), TRIPLE('a', 's', 's'), TRIPLE('k', 'e', 'n'),
        TRIPLE('r', 'e', 't'), TRIPLE('e', 't', 's'), TRIPLE('k', 'e', 'y'),
        TRIPLE('e', 'y', 's'), TRIPLE('i', 'a', 'l'), TRIPLE('a', 'l', 's'),
        TRIPLE('u', 'r', 'e'), TRIPLE('u', 't', 'h'), TRIPLE('k', 'i', 'e'),
    };
    uint32_t got;

    /* password2, api_key_ */
    while (end > 0 && (is_digit(s.p[end - 1]) || s.p[end - 1] == '_'))
        end--;
    if (end < 3)
        return false;
    got = TRIPLE(to_lower(s.p[end - 3]), to_lower(s.p[end - 2]),
                 to_lower(s.p[end - 1]));
    for (size_t i = 0; i < ARRAY_LEN(triples); i++)
        if (got == triples[i])
            return true;
    return false;
}

/* Does a word begin at name.p[i]? */
static bool begins_word(struct str name, size_t i)
{
    return i == 0 || !is_alnum(name.p[i - 1]) ||
           (is_upper(name.p[i]) && !is_upper(name.p[i - 1]));
}

enum name_kind secret_name(struct str name)
{
    char flat[NAME_MAX];
    unsigned char from[NAME_MAX]; /* where each letter of flat stood */
    size_t n = 0;

    if (!secret_name_maybe(name, name.n))
        return NAME_PLAIN;
    if (name.n > NAME_MAX)
        name = str_cut(name, name.n - NAME_MAX, name.n);
    while (name.n &&
           (is_digit(name.p[name.n - 1]) || name.p[name.n - 1] == '_'))
        name.n--;
    for (size_t i = 0; i < name.n; i++)
        if (is_alnum(name.p[i])) {
            from[n] = (unsigned char)i;
            flat[n++] = to_lower(name.p[i]);
        }
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        struct str end = str_of(endings[i].end);

        if (!str_ends((struct str){flat, n}, end))
            continue;
        if (!endings[i].whole_word || begins_word(name, from[n - end.n]))
            return endings[i].kind;
    }
    return NAME_PLAIN;
}

/* --- values --------------------------------------------------------------- */

/* Is one of the words in v, in any case? Its first bytes tell. */
static bool has_word(struct str v, const char *const *words, size_t n)
{
    v = str_cut(v, 0, 128);
    for (size_t i = 0; i < v.n; i++)
        for (size_t k = 0; k < n; k++)
            if (to_lower(v.p[i]) == words[k][0] &&
                str_ieq(str_cut(v, i, i + strlen(words[k])), str_of(words[k])))
                return true;
    return false;
}

bool secret_is_placeholder(struct str v)
{
    static const char *const words[] = {
        "xxxx",      "example",      "your",     "placeholder", "changeme",
        "change_me", "change-me",    "redacted", "dummy",       "sample",
        "replace",   "insert",       "${",       "{{",          "****",
        "...",       "\xe2\x80\xa6",
    };

    return v.n == 0 || strchr("$<{%[*@(&!|#`", v.p[0]) || distinct(v) < 3 ||
           has_word(v, words, ARRAY_LEN(words));
}

static char class_of(char c)
{
    return is_digit(c) ? '0' : is_lower(c) ? 'a' : is_upper(c) ? 'A' : ' ';
}

/* Characters of v in pieces such as "Volume": a capital, or none, and small
 * letters, four or more in all. */
static size_t in_words(struct str v)
{
    size_t n = 0, len = 0;

    for (size_t i = 0; i < v.n; i++) {
        if (is_lower(v.p[i])) {
            len++;
            continue;
        }
        n += len >= 4 ? len : 0;
        len = is_upper(v.p[i]);
    }
    return n + (len >= 4 ? len : 0);
}

/*
 * In a word or a camelCaseName the kind of character seldom changes; in
 * random text it changes at every second one. A capital and the small letters
 * behind it are one piece; separators are left out of the count.
 */
bool secret_is_random(struct str v)
{
    size_t letters = 0, digits = 0, capitals = 0, changes = 0;
    char last = ' ';

    if (v.n < 16)
        return false;
    for (size_t i = 0; i < v.n; i++) {
        char class = class_of(v.p[i]);

        if (is_space(v.p[i]))
            return false;
        letters += class == 'a' || class == 'A';
        capitals += class == 'A';
        digits += class == '0';
        if (class != ' ' && last != ' ' && class != last)
            changes += !(last == 'A' && class == 'a');
        last = class;
    }
    if (!letters || !digits || changes * 5 < letters + digits)
        return false;
    /* "V2SecretVolumeSource" changes often, but is made of words. Without
     * capitals there is no telling: a third of letters is a run. */
    if (capitals && in_words(v) * 2 >= v.n)
        return false;
    return distinct(v) >= 8;
}

/* Words that stand where a password would, in code and in forms. */
static bool is_common_word(struct str v)
{
    static const char *const words[] = {
        "password", "passwd",    "secret",  "string",    "required",
        "optional", "undefined", "invalid", "hidden",    "disabled",
        "enabled",  "prompt",    "default", "encrypted", "unknown",
        "missing",  "incorrect", "hashed",  "token",     "input",
        "number",   "boolean",   "object",  "function",
    };

    return has_word(v, words, ARRAY_LEN(words));
}

static bool password_value(enum value_form form, struct str v)
{
    size_t letters = 0, digits = 0, others = 0, capitals = 0;
    bool likely;

    if (v.n < 4 || v.n > 256)
        return false;
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];

        if (is_space(c) || (unsigned char)c < ' ')
            return false;
        letters += is_alpha(c);
        capitals += is_upper(c);
        digits += is_digit(c);
        others += !is_alnum(c) && c != '-' && c != '_' && c != '.';
    }
    if (str_chr(v, '/') >= 0 || v.p[0] == '~')
        return false; /* PWD=/home/x, a URL, the name of a stored secret */
    if (form == VALUE_ENV)
        likely = letters + digits + others > 0;
    else if (form == VALUE_QUOTED)
        likely = (digits && letters) || others ||
                 (digits >= 6 && digits == v.n) ||
                 (v.n >= 8 && letters == v.n && !capitals);
    else
        likely = digits && letters && str_chr(v, '.') < 0;
    if (likely && form != VALUE_ENV && is_common_word(v))
        likely = digits >= 2;
    return likely;
}

bool secret_value(enum name_kind kind, enum value_form form, struct str v)
{
    bool likely = false;

    if (kind != NAME_PLAIN && v.n <= 4096)
        likely = secret_is_random(v);
    if (!likely && kind == NAME_PASSWORD)
        likely = password_value(form, v);
    return likely && !secret_is_placeholder(v);
}
