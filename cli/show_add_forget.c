/* show_add_forget.c - what was remembered, and what was deleted. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"

int show_add(struct term *t, const struct json *r)
{
    int64_t revision = json_get_int(r, "revision", 1);

    if (json_get_bool(r, "added"))
        term_printf(t, "remembered as ");
    else if (revision > 1)
        term_printf(t, "changed ");
    else
        term_printf(t, "known already: ");
    term_put(t, TERM_ID, json_get_str(r, "id"));
    if (!json_get_bool(r, "added") && revision > 1)
        term_printf(t, ", revision %lld", (long long)revision);
    term_nl(t);
    return CLI_DONE;
}

int show_forget(struct term *t, const struct json *r)
{
    static const struct {
        const char *key, *one, *many;
    } counts[] = {
        {"memories", "memory", "memories"},
        {"events", "event", "events"},
        {"sessions", "session", "sessions"},
    };
    int64_t n[ARRAY_LEN(counts)];
    int left = 0, put = 0;

    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        n[i] = json_get_int(r, counts[i].key, 0);
        left += n[i] > 0;
    }
    if (left == 0) {
        term_printf(t, "there was nothing to delete\n");
        return CLI_NOTHING;
    }
    term_printf(t, "deleted ");
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        if (n[i] <= 0)
            continue;
        left--;
        if (put++)
            term_printf(t, left ? ", " : " and ");
        show_plural(t, n[i], counts[i].one, counts[i].many);
    }
    term_nl(t);
    return CLI_DONE;
}
