/* code_find_test.c - the files that a text is about. */
#include "base/common.h"

#include "code_tree_rig.h"
#include "ops/code_find.h"
#include "test.h"

static void shop(struct tree_rig *r)
{
    tree_put(r, "src/invoice.py",
             "from src.money import round_amount\n\n\n"
             "class Invoice:\n"
             "    \"\"\"What a customer owes.\"\"\"\n"
             "    def total_amount(self):\n"
             "        return round_amount(self)\n"
             "    def tax_amount(self):\n"
             "        return round_amount(self)\n");
    tree_put(r, "src/basket.py",
             "from src.money import round_amount\n\n\n"
             "def basket_total(b):\n    return round_amount(b)\n");
    tree_put(r, "src/money.py", "def round_amount(x):\n    return x\n");
    tree_put(r, "src/mail.py", "def send(to):\n    return to\n");
    tree_put(r, "tests/test_invoice.py",
             "def test_invoice_total_amount_tax():\n    pass\n");
    tree_put(r, "README.md", "# Invoice totals and tax amounts\n");
    tree_index(r);
}

static struct code_found find(struct tree_rig *r, const char *text)
{
    struct code_tree_row tree = {.id = r->tree, .root = str_of(r->root)};
    struct code_found f;

    if (code_find(&r->env, &tree, str_of(text), &f, &r->e) < 0)
        test_fail(__FILE__, __LINE__, "%s", r->e.msg);
    return f;
}

static size_t place(const struct code_found *f, const char *path)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eqz(f->v[i].file.path, path))
            return i;
    return SIZE_MAX;
}

TEST(code_find, words_find_what_has_them_before_its_tests_and_documents)
{
    struct tree_rig r;
    struct code_found f;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    f = find(&r, "The taxes on an invoice are wrong");
    CHECK(f.n > 0);
    CHECK_STR(f.v[0].file.path, "src/invoice.py");
    CHECK(place(&f, "tests/test_invoice.py") != SIZE_MAX);
    CHECK(place(&f, "README.md") != SIZE_MAX);
    CHECK(place(&f, "src/mail.py") == SIZE_MAX);
    f = find(&r, "test of invoice totals and tax amounts fails");
    CHECK(f.v[place(&f, "tests/test_invoice.py")].is_test);
    CHECK(place(&f, "tests/test_invoice.py") <= 1); /* it was asked about */
    tree_rig_close(&r);
}

TEST(code_find, a_path_that_is_named_comes_first)
{
    struct tree_rig r;
    struct code_found f;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    f = find(&r, "invoice totals are wrong\n"
                 "  File \"/home/x/shop/src/mail.py\", line 2, in send");
    CHECK_STR(f.v[0].file.path, "src/mail.py");
    CHECK(f.v[0].named);
    tree_rig_close(&r);
}

TEST(code_find, an_identifier_finds_who_defines_it_then_who_uses_it)
{
    struct tree_rig r;
    struct code_found f;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    f = find(&r, "round_amount() returns a float");
    CHECK_STR(f.v[0].file.path, "src/money.py");
    CHECK_STR(f.v[0].name, "round_amount");
    CHECK(place(&f, "src/basket.py") != SIZE_MAX);
    tree_rig_close(&r);
}

/* money.py has no word of the question; what was found refers to it. */
TEST(code_find, what_the_found_refer_to_moves_up)
{
    struct tree_rig r;
    struct code_found f;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    f = find(&r, "basket and invoice totals in src");
    CHECK(f.v[place(&f, "src/money.py")].refers >
          f.v[place(&f, "src/mail.py")].refers);
    CHECK(place(&f, "src/money.py") < place(&f, "src/mail.py"));
    tree_rig_close(&r);
}

TEST(code_find, nothing_to_ask_finds_nothing)
{
    struct tree_rig r;

    if (!tree_rig_open(&r))
        return;
    shop(&r);
    CHECK_INT(find(&r, "").n, 0);
    CHECK_INT(find(&r, "the of and is").n, 0);
    CHECK_INT(find(&r, "\"*\" AND ( zzzz \xff\xfe __ $").n, 0);
    CHECK_INT(find(&r, "invoice").files, 6);
    tree_rig_close(&r);
}
