/* cli_args_test.c - command lines read by rows; and the table of commands. */
#include "base/common.h"

#include "base/file.h"
#include "cli/cmd.h"
#include "cli/hook_rows.h"
#include "cli/settings.h"
#include "test.h"

static const struct param params[] = {
    {"words", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED, "WORDS", "words"},
    {"limit", 'n', PARAM_INT, 0, "N", "how many"},
    {"kind", 'k', PARAM_STR, 0, "KIND", "which"},
    {"all", 'a', PARAM_BOOL, 0, NULL, "everything"},
    {"tag", 't', PARAM_LIST, 0, "TAG", "some"},
    {"since", 0, PARAM_TIME, 0, "TIME", "when"},
};

static int no_run(struct cli *c, const struct json *args, struct err *e)
{
    (void)c;
    (void)args;
    (void)e;
    return 0;
}

static const struct cmd probe = {.name = "probe",
                                 .params = params,
                                 .nparams = ARRAY_LEN(params),
                                 .run = no_run};

/* Parses words separated by '|'; the result as JSON, or the error. */
static struct str parse_with(const struct cmd *cmd, const char *line,
                             struct buf *out)
{
    char copy[512], *argv[32];
    struct json *j = NULL;
    struct err e = {0};
    int argc = 0;

    snprintf(copy, sizeof(copy), "%s", line);
    for (char *p = copy; *p;) {
        argv[argc++] = p;
        while (*p && *p != '|')
            p++;
        if (*p)
            *p++ = '\0';
    }
    buf_init(out, 65536);
    if (args_parse(cmd, argc, argv, &j, &e) < 0) {
        CHECK_INT(e.code, CM_EARG);
        buf_addz(out, e.msg);
    } else {
        json_print(j, out, 0);
    }
    json_free(j);
    return buf_str(out);
}

static void check_line(const char *line, const char *want)
{
    struct buf out;

    CHECK_STR(parse_with(&probe, line, &out), want);
    buf_free(&out);
}

TEST(args, takes_options_in_every_form)
{
    check_line("-n|5", "{\"limit\":5}");
    check_line("-n5", "{\"limit\":5}");
    check_line("--limit|5", "{\"limit\":5}");
    check_line("--limit=5", "{\"limit\":5}");
    check_line("--limit=-5", "{\"limit\":-5}");
    check_line("-an5", "{\"all\":true,\"limit\":5}");
    check_line("--all", "{\"all\":true}");
    check_line("--kind=", "{\"kind\":\"\"}");
    check_line("--kind|--all", "{\"kind\":\"--all\"}");
    check_line("-t|a|-t|b", "{\"tag\":[\"a\",\"b\"]}");
    check_line("--since=7d", "{\"since\":\"7d\"}");
}

TEST(args, joins_positional_words_wherever_they_stand)
{
    check_line("", "{}");
    check_line("a|-n|5|b c|-a|d",
               "{\"limit\":5,\"all\":true,\"words\":\"a b c d\"}");
    check_line("--|-n|5", "{\"words\":\"-n 5\"}");
    check_line("-", "{\"words\":\"-\"}");
    check_line("-5", "{\"words\":\"-5\"}");
}

TEST(args, says_what_is_wrong)
{
    check_line("--kid=x", "probe has no option --kid (did you mean --kind?)");
    check_line("--jsom", "probe has no option --jsom (did you mean --json?)");
    check_line("--zzzz", "probe has no option --zzzz");
    check_line("-x", "probe has no option -x");
    check_line("-n", "--limit needs a value (N)");
    check_line("-n|x", "--limit is a whole number, not \"x\"");
    check_line("--all=no", "--all takes no value");
    check_line("-n|1|-n|2", "--limit is given twice");
}

TEST(args, asks_for_what_is_required)
{
    static const struct param two[] = {
        {"from", 0, PARAM_STR, PARAM_REQUIRED | PARAM_POSITIONAL, "FROM",
         "where from"},
        {"to", 0, PARAM_LIST, PARAM_POSITIONAL, "TO", "where to"},
        {"why", 0, PARAM_STR, PARAM_REQUIRED, "WHY", "the reason"},
    };
    const struct cmd cmd = {
        .name = "go", .params = two, .nparams = ARRAY_LEN(two), .run = no_run};
    struct buf out;

    CHECK_STR(parse_with(&cmd, "--why=x", &out), "go needs FROM: where from");
    buf_free(&out);
    CHECK_STR(parse_with(&cmd, "a", &out), "go needs --why: the reason");
    buf_free(&out);
    CHECK_STR(parse_with(&cmd, "a|b|c|--why=x", &out),
              "{\"from\":\"a\",\"to\":[\"b\",\"c\"],\"why\":\"x\"}");
    buf_free(&out);
}

TEST(args, finds_the_nearest_word)
{
    static const char *const words[] = {"search", "sessions", "show", "status",
                                        "stats"};
    static const struct {
        const char *word, *want;
    } cases[] = {
        {"serch", "search"},
        {"sesions", "sessions"},
        {"hsow", "show"},
        {"SEARCH", "search"},
        {"sess", "sessions"},
        {"statsu", "status"},
        {"stast", "stats"},
        {"x", NULL},
        {"", NULL},
        {"frobnicate", NULL},
        {"a word that is far longer than any that could be meant", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *got =
            args_nearest(str_of(cases[i].word), words, ARRAY_LEN(words));

        CHECK_STR(str_of(got ? got : "(none)"),
                  cases[i].want ? cases[i].want : "(none)");
    }
}

/* --- the table -------------------------------------------------------------- */

TEST(commands, every_row_is_whole)
{
    for (size_t i = 0; i < cmds_count; i++) {
        const struct cmd *cmd = cmds[i];
        size_t n;
        const struct param *p = cmd_params(cmd, &n);

        CHECK(cmd->name && cmd->group && cmd->example);
        CHECK(cmd_find(str_of(cmd->name)) == cmd);
        CHECK(cmd_about(cmd) && cmd_about(cmd)[0]);
        CHECK(cmd->run || op_find(str_of(cmd->name)));
        CHECK(n == 0 || p);
        CHECK(str_starts(str_of(cmd->example), STR("cmem ")));
        for (size_t k = 0; k < n; k++) {
            CHECK(p[k].help && p[k].help[0]);
            for (size_t m = 0; m < k; m++) {
                CHECK(strcmp(p[k].name, p[m].name) != 0);
                CHECK(!p[k].letter || p[k].letter != p[m].letter);
            }
            for (size_t g = 0; g < cmd_globals_count; g++) {
                CHECK(strcmp(p[k].name, cmd_globals[g].name) != 0);
                CHECK(!p[k].letter || p[k].letter != cmd_globals[g].letter);
            }
        }
    }
}

TEST(commands, every_operation_is_one)
{
    for (size_t i = 0; i < ops_count; i++)
        if (!cmd_find(str_of(ops[i]->name)))
            test_fail(__FILE__, __LINE__, "%s is no command", ops[i]->name);
}

/* Takes the command's example apart as a shell would, and parses it. */
TEST(commands, every_example_parses)
{
    for (size_t i = 0; i < cmds_count; i++) {
        const struct cmd *cmd = cmds[i];
        char line[512];
        struct buf out;
        struct str got;

        snprintf(line, sizeof(line), "%s",
                 cmd->example + strlen("cmem ") + strlen(cmd->name));
        for (char *p = line; *p; p++)
            if (*p == ' ')
                *p = '|';
        got = parse_with(cmd, line[0] ? line + 1 : line, &out);
        if (got.n == 0 || got.p[0] != '{')
            test_fail(__FILE__, __LINE__, "%s: %s", cmd->example, got.p);
        buf_free(&out);
    }
}

/* plugin/hooks/hooks.json says what hook_rows.c says, no more and no less. */
TEST(commands, the_plugin_has_every_hook)
{
    const struct settings_want want = {"${CLAUDE_PLUGIN_ROOT}/bin",
                                       CLIENT_SKILLS_DIR};
    struct buf file, have, expected;
    struct json *root, *made = json_object(), *hooks = json_object();

    buf_init(&file, 1u << 20);
    buf_init(&have, 1u << 20);
    buf_init(&expected, 1u << 20);
    CHECK_INT(file_read(test_source("plugin/hooks/hooks.json"), &file, NULL),
              0);
    root = json_parse(buf_str(&file), NULL);
    CHECK(root);
    for (size_t i = 0; i < hook_rows_count; i++) {
        struct json *list = json_get(hooks, hook_rows[i].event);

        if (!list) {
            list = json_array();
            json_set(hooks, hook_rows[i].event, list);
        }
        json_push(list, settings_group(&hook_rows[i], &want));
    }
    json_set(made, "hooks", hooks);
    json_print(root, &have, 2);
    json_print(made, &expected, 2);
    CHECK_STR(buf_str(&have), expected.data);
    json_free(root);
    json_free(made);
    buf_free(&file);
    buf_free(&have);
    buf_free(&expected);
}

TEST(commands, an_event_finds_its_hook)
{
    CHECK_STR(
        str_of(hook_row_for(STR("SessionStart"), STR("startup"))->program),
        "session-start");
    CHECK(!hook_row_for(STR("SessionStart"), STR("startup"))->arg);
    CHECK_STR(str_of(hook_row_for(STR("SessionStart"), STR("fork"))->arg),
              "--capture");
    CHECK_STR(str_of(hook_row_for(STR("Stop"), STR_NONE)->program), "stop");
    CHECK(!hook_row_for(STR("PreToolUse"), STR_NONE));
    CHECK(!hook_row_for(STR_NONE, STR_NONE));
}
