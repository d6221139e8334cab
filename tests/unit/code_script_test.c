/* code_script_test.c - who calls what CommonJS modules export. */
#include "base/common.h"

#include "base/buf.h"
#include "base/json.h"
#include "code_tree_rig.h"
#include "test.h"

/* Callers of a name, "file:line how" in the order of the answer. */
static void check_callers(struct tree_rig *r, const char *name,
                          const char *want)
{
    const struct json *list, *c;
    struct json *j;
    char args[128];
    struct buf b;

    snprintf(args, sizeof(args), "{\"symbol\":\"%s\"}", name);
    j = tree_ask(r, "code-callers", args);
    list = json_get(j, "symbols");
    buf_init(&b, 4096);
    for (c = json_first(list); c; c = json_next(c))
        buf_addf(&b, "%s%.*s:%lld %.*s", b.len ? ", " : "",
                 STR_ARG(json_get_str(c, "file")),
                 (long long)json_get_int(c, "at", 0),
                 STR_ARG(json_get_str(c, "resolved")));
    CHECK_STR(buf_str(&b), want);
    buf_free(&b);
    json_free(j);
}

/* Two modules of one name, of which each has a tally. */
static void shop(struct tree_rig *r)
{
    tree_put(r, "lib/money.js",
             "function tally(x) { return x; }\n"
             "const round = (x) => x;\n"
             "function hidden(x) { return x; }\n"
             "exports.convert = function (x) { return x; };\n"
             "module.exports = { tally, round, both(x) { return x; },\n"
             "    third: function (x) { return x; } };\n");
    tree_put(r, "other/money.js",
             "exports.tally = (x) => x * 2;\nexports.convert = (x) => x;\n");
    tree_put(r, "shop.js", "class Shop {\n    open() { }\n}\n"
                           "module.exports = Shop;\n");
    tree_put(r, "lib/till/index.js", "exports.ring = function () { };\n");
}

TEST(code_script, what_is_taken_of_a_required_module_is_what_it_exports)
{
    struct tree_rig r;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    tree_put(&r, "a.js", "const { tally, both } = require('./lib/money.js');\n"
                         "function f() { tally(1); }\n"
                         "function g() { both(2); }\n");
    tree_put(&r, "b.js", "const tally = require('./other/money').tally;\n"
                         "function h() { tally(1); }\n");
    tree_index(&r);
    check_callers(&r, "lib/money.js:1",
                  "a.js:2 import, lib/money.js:5 file");
    check_callers(&r, "other/money.js:1", "b.js:2 import");
    check_callers(&r, "both", "a.js:3 import");
    tree_rig_close(&r);
}

TEST(code_script, a_required_module_qualifies_what_it_exports)
{
    struct tree_rig r;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    tree_put(&r, "a.js", "const money = require('./lib/money');\n"
                         "function f() { money.convert(1); }\n"
                         "function g() { money.third(2); }\n");
    tree_put(&r, "lib/b.js", "const money = require('../other/money');\n"
                             "const till = require('./till');\n"
                             "function h() { money.convert(1); }\n"
                             "function i() { till.ring(); }\n");
    tree_index(&r);
    check_callers(&r, "lib/money.js:4", "a.js:2 import");
    check_callers(&r, "other/money.js:2", "lib/b.js:3 import");
    check_callers(&r, "third", "a.js:3 import");
    check_callers(&r, "ring", "lib/b.js:4 import");
    tree_rig_close(&r);
}

TEST(code_script, a_module_that_is_one_class_is_called_as_its_importer_says)
{
    struct tree_rig r;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    tree_put(&r, "other/shop.js", "class Shop { }\nmodule.exports = Shop;\n");
    tree_put(&r, "a.js", "const Shop = require('./shop');\n"
                         "function f() { return new Shop(); }\n");
    tree_index(&r);
    check_callers(&r, "shop.js:1", "a.js:2 import, shop.js:4 file");
    tree_rig_close(&r);
}

TEST(code_script, what_is_not_exported_or_has_another_name_here_is_not_meant)
{
    struct tree_rig r;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    tree_put(&r, "a.js", "const money = require('./lib/money');\n"
                         "const { round: tally } = require('./lib/money');\n"
                         "const fs = require('fs');\n"
                         "function f() { money.hidden(1); }\n"
                         "function g() { tally(1); }\n"
                         "function h() { fs.convert(1); }\n");
    tree_index(&r);
    check_callers(&r, "hidden", "");
    check_callers(&r, "lib/money.js:1", "lib/money.js:5 file");
    check_callers(&r, "lib/money.js:4", "");
    tree_rig_close(&r);
}
