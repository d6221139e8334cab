/* kind.c - the words of the enumerations in parse.h. */
#include "base/common.h"

#include "code/parse.h"

static const struct {
    const char *word;
    bool callable, container;
} kinds[CODE_KINDS] = {
    [CODE_FUNCTION] = {"function", true, false},
    [CODE_METHOD] = {"method", true, false},
    [CODE_CONSTRUCTOR] = {"constructor", true, false},
    [CODE_MACRO] = {"macro", true, false},
    [CODE_CLASS] = {"class", false, true},
    [CODE_STRUCT] = {"struct", false, true},
    [CODE_UNION] = {"union", false, true},
    [CODE_ENUM] = {"enum", false, true},
    [CODE_INTERFACE] = {"interface", false, true},
    [CODE_TRAIT] = {"trait", false, true},
    [CODE_PROTOCOL] = {"protocol", false, true},
    [CODE_OBJECT] = {"object", false, true},
    [CODE_IMPL] = {"impl", false, true},
    [CODE_TYPE] = {"type", false, true},
    [CODE_MODULE] = {"module", false, true},
    [CODE_CONSTANT] = {"constant", false, false},
    [CODE_VARIABLE] = {"variable", false, false},
    [CODE_FIELD] = {"field", false, false},
    [CODE_PROPERTY] = {"property", false, false},
    [CODE_MEMBER] = {"member", false, true},
    [CODE_TEST] = {"test", true, false},
    [CODE_HEADING] = {"heading", false, true},
    [CODE_KEY] = {"key", false, true},
    [CODE_TARGET] = {"target", false, false},
    [CODE_SELECTOR] = {"selector", false, true},
    [CODE_ELEMENT] = {"element", false, true},
    [CODE_TABLE] = {"table", false, true},
};

const char *code_kind_name(enum code_kind k)
{
    return k < CODE_KINDS ? kinds[k].word : "unknown";
}

enum code_kind code_kind_of(struct str word)
{
    int k = 0;

    while (k < CODE_KINDS && !str_eqz(word, kinds[k].word))
        k++;
    return (enum code_kind)k;
}

bool code_kind_is_callable(enum code_kind k)
{
    return k < CODE_KINDS && kinds[k].callable;
}

bool code_kind_is_container(enum code_kind k)
{
    return k < CODE_KINDS && kinds[k].container;
}

const char *code_ref_kind_name(enum code_ref_kind k)
{
    static const char *const names[CODE_REF_KINDS] = {"call", "type",
                                                      "inherit", "use"};

    return k < CODE_REF_KINDS ? names[k] : "unknown";
}

const char *code_status_name(enum code_status s)
{
    static const char *const names[] = {"ok",     "partial", "too-large",
                                        "timed-out", "cut",  "binary",
                                        "no-grammar"};

    return s < ARRAY_LEN(names) ? names[s] : "unknown";
}
