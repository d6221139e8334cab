/* outline_more.c - CMake, Dockerfile, Erlang and Nim: see outline_line.h. */
#include "base/common.h"

#include "code/outline_line.h"

/* The end of what is open, once nothing more comes. */
static void end_all(struct outline *o)
{
    outline_close(o, -1, false);
}

/* A command goes on to its closing parenthesis. */
static void to_parenthesis(struct outline *o, int32_t def)
{
    struct code_def *d;
    int depth = 0;

    if (def == CODE_NO_DEF)
        return;
    d = &o->f->defs[def];
    for (uint32_t i = d->start; i < o->text.n; i++) {
        char c = o->text.p[i];

        depth += (c == '(') - (c == ')');
        if (c == '\n')
            d->last_line++;
        if (c == ')' && depth <= 0) {
            d->end = i + 1;
            return;
        }
    }
    d->last_line = o->number;
}

static bool is_command(struct str w, const char *name)
{
    return str_ieq(w, str_of(name));
}

void outline_cmake(struct outline *o)
{
    struct str s, w, name;
    int32_t def;

    while (outline_next(o)) {
        s = o->line;
        w = outline_word(&s, "");
        s = str_trim(s);
        if (!str_starts(s, STR("(")))
            continue;
        s = str_cut(s, 1, s.n);
        name = outline_word(&s, "-./${}:+");
        if (is_command(w, "function") || is_command(w, "macro")) {
            def = outline_add(
                o, is_command(w, "macro") ? CODE_MACRO : CODE_FUNCTION, name,
                true);
            outline_open(o, def, (int)o->n_open);
        } else if (is_command(w, "endfunction") || is_command(w, "endmacro")) {
            outline_close(o, (int)o->n_open - 1, true);
        } else if (is_command(w, "include") || is_command(w, "find_package") ||
                   is_command(w, "add_subdirectory")) {
            outline_import(o, name, STR_NONE, STR_NONE);
        } else if (is_command(w, "project") ||
                   (w.n > 4 && str_starts(w, STR("add_")) &&
                    (is_command(w, "add_executable") ||
                     is_command(w, "add_library") ||
                     is_command(w, "add_custom_target")))) {
            to_parenthesis(o, outline_add(o, CODE_TARGET, name, true));
        } else if (!o->n_open &&
                   (is_command(w, "set") || is_command(w, "option"))) {
            to_parenthesis(o, outline_add(o, CODE_VARIABLE, name, true));
        }
    }
    end_all(o);
}

/* FROM image AS name */
static void docker_stage(struct outline *o, struct str s)
{
    struct str image = outline_word(&s, "-./:${}@"), name = image, w;

    while (str_starts(image, STR("--"))) { /* FROM --platform=x image */
        while (s.n && !is_space(s.p[0]))
            s = str_cut(s, 1, s.n);
        image = name = outline_word(&s, "-./:${}@");
    }
    w = outline_word(&s, "");
    if (str_ieq(w, STR("as")))
        name = outline_word(&s, "-.");
    outline_import(o, image, STR_NONE, STR_NONE);
    outline_open(o, outline_add(o, CODE_TARGET, name, true), 0);
}

void outline_docker(struct outline *o)
{
    struct str s, w;

    while (outline_next(o)) {
        s = o->line;
        w = outline_word(&s, "");
        if (str_ieq(w, STR("from"))) {
            outline_close(o, 0, false);
            docker_stage(o, s);
        } else if (str_ieq(w, STR("arg")) || str_ieq(w, STR("env"))) {
            outline_add(o, CODE_VARIABLE, outline_word(&s, ""), true);
        }
    }
    end_all(o);
}

/* The text between the first parenthesis and the last one. */
static struct str in_parentheses(struct str s)
{
    ptrdiff_t open = str_chr(s, '('), close = str_rchr(s, ')');

    if (open < 0)
        return STR_NONE;
    return str_cut(s, (size_t)open + 1, close > open ? (size_t)close : s.n);
}

/* An atom, without its quotes: 'a-b' is a-b. */
static struct str erlang_atom(struct str *s)
{
    struct str in, name;
    ptrdiff_t end;

    *s = str_trim(*s);
    if (!str_starts(*s, STR("'")))
        return outline_word(s, "@");
    in = str_cut(*s, 1, s->n);
    end = str_chr(in, '\'');
    if (end < 0)
        return STR_NONE;
    name = str_cut(in, 0, (size_t)end);
    *s = str_cut(in, (size_t)end + 1, in.n);
    return name;
}

/* Names that -export lists are exported; one pass over all of them. */
static void erlang_exports(struct outline *o, struct str list)
{
    for (size_t i = 0; i < o->f->n_defs; i++) {
        struct code_def *d = &o->f->defs[i];
        struct str rest = list, part;

        if (d->kind != CODE_FUNCTION)
            continue;
        while (!d->exported && str_split(&rest, ',', &part)) {
            while (part.n && (is_space(part.p[0]) || part.p[0] == '['))
                part = str_cut(part, 1, part.n);
            d->exported = str_eq(erlang_atom(&part), d->name) &&
                          str_starts(part, STR("/"));
        }
    }
}

static void erlang_attribute(struct outline *o)
{
    struct str s = str_cut(o->line, 1, o->line.n);
    struct str w = outline_word(&s, ""), in = in_parentheses(s), name;
    int32_t def = CODE_NO_DEF;

    if (str_eqz(w, "spec")) {
        o->keeps_doc = true;
    } else if (str_eqz(w, "type") || str_eqz(w, "opaque")) {
        def = outline_add(o, CODE_TYPE, erlang_atom(&s), true);
    } else if (str_eqz(w, "module")) {
        o->f->package = erlang_atom(&in);
    } else if (str_eqz(w, "record")) {
        def = outline_add(o, CODE_STRUCT, erlang_atom(&in), true);
    } else if (str_eqz(w, "define")) {
        def = outline_add(o, CODE_MACRO, outline_word(&in, ""), true);
    } else if (str_starts(w, STR("include"))) {
        in = str_trim(in);
        if (in.n > 2)
            outline_import(o, str_cut(in, 1, in.n - 1), STR_NONE, STR_NONE);
    } else if (str_eqz(w, "import")) {
        name = outline_word(&in, "");
        while (in.n) {
            struct str one;

            while (in.n && !is_alpha(in.p[0]))
                in = str_cut(in, 1, in.n);
            one = outline_word(&in, "");
            if (one.n)
                outline_import(o, name, one, STR_NONE);
        }
    }
    outline_open(o, def, 0);
}

/* All -export lists of the text. */
static void erlang_finish(struct outline *o)
{
    struct str rest = o->text, line, list;
    bool all = str_find(o->text, STR("export_all")) >= 0;
    ptrdiff_t at, end;

    for (size_t i = 0; all && i < o->f->n_defs; i++)
        o->f->defs[i].exported = true;
    while ((at = str_find(rest, STR("-export("))) >= 0) {
        list = str_cut(rest, (size_t)at + 8, rest.n);
        end = str_chr(list, ')');
        line = str_cut(list, 0, end < 0 ? list.n : (size_t)end);
        erlang_exports(o, line);
        rest = str_cut(list, line.n, list.n);
    }
}

void outline_erlang(struct outline *o)
{
    struct str s, name;

    while (outline_next(o)) {
        s = o->line;
        if (!o->n_open && str_starts(s, STR("-"))) {
            erlang_attribute(o);
        } else if (!o->indent && !o->n_open && s.n &&
                   (is_lower(s.p[0]) || s.p[0] == '\'')) {
            name = erlang_atom(&s);
            if (str_starts(str_trim(s), STR("(")))
                outline_open(o, outline_add(o, CODE_FUNCTION, name, false), 0);
        }
        if (str_ends(o->line, STR(".")))
            outline_close(o, 0, true);
    }
    end_all(o);
    erlang_finish(o);
}

/* import a, b; from a import b; include a */
static bool nim_import(struct outline *o)
{
    struct str s = o->line, module, part, name;
    ptrdiff_t open;

    if (outline_take(&s, "from")) {
        module = outline_word(&s, "./");
        s = str_trim(s);
        if (!outline_take(&s, "import"))
            return true;
        while (str_split(&s, ',', &part))
            outline_import(o, module, str_trim(part), STR_NONE);
        return true;
    }
    if (!outline_take(&s, "import") && !outline_take(&s, "include"))
        return false;
    open = str_chr(s, '[');
    module = open > 0 ? str_trim(str_cut(s, 0, (size_t)open)) : STR_NONE;
    if (module.n) { /* std/[a, b] */
        s = str_cut(s, (size_t)open + 1, s.n);
        while (module.n && module.p[module.n - 1] == '/')
            module.n--;
    }
    while (str_split(&s, ',', &part)) {
        name = str_trim(part);
        while (name.n && name.p[name.n - 1] == ']')
            name.n--;
        if (module.n)
            outline_import(o, module, name, STR_NONE);
        else
            outline_import(o, name, STR_NONE, STR_NONE);
    }
    return true;
}

/* A name, and whether a star exports it. */
static int32_t nim_add(struct outline *o, enum code_kind kind, struct str s)
{
    struct str name;
    bool exported;

    s = str_trim(s);
    name = outline_word(&s, "`");
    exported = str_starts(s, STR("*"));
    if (name.n > 2 && name.p[0] == '`')
        name = str_cut(name, 1, name.n - 1);
    return outline_add(o, kind, name, exported);
}

static enum code_kind nim_type(struct str line)
{
    if (str_find(line, STR("enum")) >= 0)
        return CODE_ENUM;
    if (str_find(line, STR("object")) >= 0 || str_find(line, STR("tuple")) >= 0)
        return CODE_STRUCT;
    return CODE_TYPE;
}

struct nim {
    enum code_kind section; /* CODE_KINDS: none */
    uint32_t section_indent;
    uint32_t entry_indent; /* 0: the next line says */
};

/* A line of a section (const, var, let, type), or of a type in it. */
static void nim_entry(struct outline *o, struct nim *n)
{
    enum code_kind in = outline_inside(o), kind = n->section;
    struct str rest = o->line, part;
    int32_t def;

    if (!n->entry_indent)
        n->entry_indent = o->indent;
    if (o->indent > n->entry_indent) {
        if (in == CODE_ENUM) {
            while (str_split(&rest, ',', &part))
                nim_add(o, CODE_MEMBER, part);
        } else if (in == CODE_STRUCT && str_chr(rest, ':') > 0) {
            nim_add(o, CODE_FIELD, rest);
        }
        return;
    }
    if (kind == CODE_TYPE)
        kind = nim_type(o->line);
    def = nim_add(o, kind, rest);
    outline_open(o, def, (int)o->indent);
}

static bool nim_section(struct outline *o, struct nim *n)
{
    static const struct {
        const char *word;
        enum code_kind kind;
    } sections[] = {{"const", CODE_CONSTANT},
                    {"var", CODE_VARIABLE},
                    {"let", CODE_VARIABLE},
                    {"type", CODE_TYPE}};

    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        struct str s = o->line;

        if (!outline_take(&s, sections[i].word))
            continue;
        /* In a function they are its own. */
        if (code_kind_is_callable(outline_inside(o)))
            return true;
        n->section = s.n ? CODE_KINDS : sections[i].kind;
        n->section_indent = o->indent;
        n->entry_indent = 0;
        if (s.n)
            outline_open(o,
                         nim_add(o,
                                 sections[i].kind == CODE_TYPE
                                     ? nim_type(o->line)
                                     : sections[i].kind,
                                 s),
                         (int)o->indent);
        return true;
    }
    return false;
}

void outline_nim(struct outline *o)
{
    static const struct {
        const char *word;
        enum code_kind kind;
    } routines[] = {{"proc", CODE_FUNCTION},      {"func", CODE_FUNCTION},
                    {"method", CODE_METHOD},      {"iterator", CODE_FUNCTION},
                    {"converter", CODE_FUNCTION}, {"template", CODE_MACRO},
                    {"macro", CODE_MACRO}};
    struct nim n = {.section = CODE_KINDS};

    while (outline_next(o)) {
        bool told = false;

        outline_close(o, (int)o->indent, false);
        if (o->indent <= n.section_indent)
            n.section = CODE_KINDS;
        for (size_t i = 0; i < ARRAY_LEN(routines) && !told; i++) {
            struct str s = o->line;

            told = outline_take(&s, routines[i].word);
            if (told)
                outline_open(o, nim_add(o, routines[i].kind, s),
                             (int)o->indent);
        }
        if (told || nim_import(o) || nim_section(o, &n))
            continue;
        if (n.section != CODE_KINDS)
            nim_entry(o, &n);
    }
    end_all(o);
}
