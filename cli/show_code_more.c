/* show_code_more.c - what the code index says of a whole tree: the map, the
 * files for a problem, the reach of a change. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"

#define NUMBER_COLUMNS 7

int show_code_map(struct term *t, const struct json *r)
{
    const struct json *files = json_get(r, "files");
    int64_t left = json_get_int(r, "left_out", 0);

    for (const struct json *f = json_first(files); f; f = json_next(f)) {
        int64_t more = json_get_int(f, "left_out", 0);
        const struct json *list = json_get(f, "symbols");

        term_put(t, TERM_PATH, json_get_str(f, "file"));
        term_nl(t);
        for (const struct json *s = json_first(list); s; s = json_next(s)) {
            int depth = (int)json_get_int(s, "depth", 0);

            term_styled(t, TERM_DIM, "%5lld",
                        (long long)json_get_int(s, "line", 0));
            term_pad(t, NUMBER_COLUMNS + 2 * (depth < 20 ? depth : 20));
            term_put(t, TERM_PLAIN, json_get_str(s, "signature"));
            term_nl(t);
        }
        if (more) {
            term_pad(t, NUMBER_COLUMNS);
            term_styled(t, TERM_DIM, "... %lld more", (long long)more);
            term_nl(t);
        }
    }
    if (json_len(files) == 0) {
        term_printf(t, "nothing is defined here\n");
        return CLI_NOTHING;
    }
    if (left) {
        term_styled(t, TERM_DIM, "left out: ");
        term_count(t, left);
        term_styled(t, TERM_DIM, " symbols, ");
        term_count(t, json_get_int(r, "files_left_out", 0));
        term_styled(t, TERM_DIM, " whole files: --tokens shows more, --focus "
                                 "what matters to a file");
        term_nl(t);
    }
    return CLI_DONE;
}
