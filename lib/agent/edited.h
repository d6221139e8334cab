/*
 * edited.h - what a tool call says of a file: its text afterwards, and which
 * lines of it are new.
 *
 * Edit, MultiEdit and Write bring the original file and a patch along; a whole
 * Read brings the file itself. So the text as it was at that time is to be had
 * from the event alone, also from one that is a year old. Pure: no files.
 *
 *     if (edited_read(payload, &a, &ed))
 *         ... ed.text, ed.line[0..ed.n)
 */
#ifndef CMEM_AGENT_EDITED_H
#define CMEM_AGENT_EDITED_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

#define EDITED_RANGES_MAX 256 /* more: the last one takes the rest */
/* Larger files are left alone. */
#define EDITED_TEXT_MAX (1u << 20)

/* Lines from 1, both included. A place where lines only went has
 * last = first - 1: between these two. */
struct line_range {
    uint32_t first, last;
};

struct edited {
    struct str path; /* absolute, as the tool was given it */
    struct str text; /* the file after the call */
    bool modified;   /* false: it was read, as a whole */
    struct line_range *line;
    size_t n; /* of a file that was made, or read: one, all of it */
};

/*
 * payload: a hook's, before anything was taken out of it (intake_parse takes
 * the original file). True when the text is known: the patch fits the original
 * file (each line it keeps or takes away is there), or the content came along.
 * Failed calls, other tools, files that are too large: false. Slices live in
 * a or are borrowed from payload.
 */
bool edited_read(const struct json *payload, struct arena *a,
                 struct edited *out);
/*
 * The other way round, from a payload whose original file was taken out
 * (intake.h) and the file's text after the call. True when it is that text:
 * every line that the patch keeps or adds is where the patch says, or it is
 * what the call wrote. *before: the text before the call, empty for a file that
 * was made; so one call after the other can be gone back.
 */
bool edited_back(const struct json *payload, struct str now, struct arena *a,
                 struct edited *out, struct str *before);
/* Is it a tool that writes such files? For who has not parsed the payload. */
bool edited_is_of(struct str tool);

#endif
