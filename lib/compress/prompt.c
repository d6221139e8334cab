/* prompt.c - see prompt.h. */
#include "base/common.h"

#include "base/clock.h"
#include "compress/prompt.h"
#include "compress/prompt_event.h"
#include "compress/prompt_text.h"
#include "compress/wishes.h"

#include "schema.json.h"
#include "system.txt.h"

/*
 * What a batch may take when max_bytes leaves room: some 7,000 tokens, which
 * is what sixty tool calls need. Larger batches may grow past it, up to
 * max_bytes, rather than lose more than half of every allowance.
 */
#define USUAL_BYTES         (24u * 1024u)
#define USUAL_PERCENT_MIN   45u
#define RELATED_MAX         40u
#define RELATED_BYTES       320u
#define SUMMARY_FIELD_BYTES 500u
/* Kept free for the lines behind the events. */
#define CLOSING_BYTES 400u
/* From this length on a repeated prompt is only referred to. */
#define PROMPT_AGAIN_BYTES 120u
/* Memories and summary stop where less than this is left for the head. */
#define HEAD_SPARE 700u

/* Allowances that are tried, the first that fits is taken; 0 is one line per
 * event. */
static const unsigned percents[] = {200, 150, 120, 100, 80, 65, 55,
                                    45,  35,  25,  18,  12, 6,  0};

static const char *const summary_fields[] = {
    "request", "investigated", "learned", "completed", "next_steps", "notes"};

struct str prompt_system(void)
{
    return (struct str){system_txt, sizeof(system_txt) - 1};
}

struct str prompt_schema(void)
{
    return (struct str){schema_json, sizeof(schema_json) - 1};
}

static void head_field(struct show *s, const char *name, struct str value)
{
    if (str_trim(value).n == 0)
        return;
    buf_addf(s->out, "%s: ", name);
    show_inline(s, value, 160);
    buf_addc(s->out, '\n');
}

static void put_time(const struct batch *b, struct buf *out)
{
    char from[20], to[20];

    if (b->n == 0)
        return;
    clock_local_minute(b->evs[0].time_ms, from);
    clock_local_minute(b->evs[b->n - 1].time_ms, to);
    if (strcmp(from, to) == 0)
        buf_addf(out, "time: %s\n", from);
    else if (memcmp(from, to, 10) == 0)
        buf_addf(out, "time: %s to %s\n", from, to + 11);
    else
        buf_addf(out, "time: %s to %s\n", from, to);
}

static bool head_has_room(const struct show *s)
{
    return s->out->max - s->out->len > HEAD_SPARE;
}

static void put_previous(struct show *s, const struct json *summary)
{
    size_t at = s->out->len, start;

    if (!head_has_room(s))
        return;
    buf_addz(s->out, "\n<previous summary>\n");
    start = s->out->len;
    for (size_t i = 0; i < ARRAY_LEN(summary_fields); i++) {
        struct str v = json_get_str(summary, summary_fields[i]);

        if (str_trim(v).n == 0 || !head_has_room(s))
            continue;
        buf_addf(s->out, " %s: ", summary_fields[i]);
        show_inline(s, v, SUMMARY_FIELD_BYTES);
        buf_addc(s->out, '\n');
    }
    if (s->out->len == start)
        s->out->len = at; /* nothing to show */
    else
        buf_addz(s->out, "</previous summary>\n");
    s->out->data[s->out->len] = '\0';
}

static void put_related(struct show *s, const struct prompt_options *o)
{
    if (o->nrelated == 0 || !head_has_room(s))
        return;
    buf_addz(s->out, "\n<memories> there already, by number\n");
    for (size_t i = 0; i < o->nrelated && i < RELATED_MAX; i++) {
        if (!head_has_room(s))
            break;
        buf_addf(s->out, " %lld: ", (long long)o->related[i].id);
        show_inline(s, o->related[i].text, RELATED_BYTES);
        buf_addc(s->out, '\n');
    }
    buf_addz(s->out, "</memories>\n");
}

static void put_head(const struct batch *b, const struct prompt_options *o,
                     struct show *s)
{
    head_field(s, "project", b->project);
    head_field(s, "branch", b->branch);
    if (!str_eq(b->cwd, b->root))
        head_field(s, "directory", show_relative(b->root, b->cwd));
    head_field(s, "work of a subagent", b->agent_type);
    put_time(b, s->out);
    put_previous(s, b->summary);
    put_related(s, o);
}

/* The message that ends a turn was often seen before, as text between the
 * tools; it is shown once, where it ends the turn. */
static bool is_said_again(const struct batch *b, size_t i)
{
    const struct ev *e = &b->evs[i];

    if (e->kind != EV_ASSISTANT)
        return false;
    for (size_t k = i + 1; k < b->n && k < i + 4; k++)
        if ((b->evs[k].kind == EV_STOP || b->evs[k].kind == EV_SUBAGENT_STOP) &&
            str_eq(str_trim(e->text), str_trim(b->evs[k].text)))
            return true;
    return false;
}

/* A prompt that a hook stopped comes again, word for word; the number of the
 * one before, from 1, or 0. Short ones ("yes") are shown each time. */
static size_t asked_before(const struct batch *b, size_t i)
{
    const struct ev *e = &b->evs[i];

    if (e->kind != EV_PROMPT || e->text.n < PROMPT_AGAIN_BYTES)
        return 0;
    for (size_t k = 0; k < i; k++)
        if (b->evs[k].kind == EV_PROMPT && str_eq(b->evs[k].text, e->text))
            return k + 1;
    return 0;
}

/* Writes events while they fit; returns how many did not. */
static size_t put_events(const struct batch *b, struct show *s)
{
    char label[48], minute[20], last[20] = "";

    for (size_t i = 0; i < b->n; i++) {
        const struct ev *e = &b->evs[i];
        size_t before = s->out->len, again = asked_before(b, i);

        if (!prompt_event_matters(e) || is_said_again(b, i))
            continue;
        clock_local_minute(e->time_ms, minute);
        if (strcmp(minute, last) == 0)
            snprintf(label, sizeof(label), "%zu", i + 1);
        else
            snprintf(label, sizeof(label), "%zu %s", i + 1, minute + 11);
        memcpy(last, minute, sizeof(last));
        if (again)
            buf_addf(s->out, "[%s] USER, the same again as in %zu\n", label,
                     again);
        else
            prompt_event(s, e, label);
        if (buf_is_full(s->out)) {
            s->out->len = before;
            s->out->data[before] = '\0';
            return b->n - i;
        }
    }
    return 0;
}

static void put_closing(const struct batch *b, size_t left_out, struct buf *out)
{
    if (left_out)
        buf_addf(out, "[... %zu more events left out]\n", left_out);
    buf_addz(out, "</record>\n\n");
    if (b->no_summary)
        buf_addz(out, "Leave the summary's fields empty.\n");
    else if (b->ends_turn || b->ends_session)
        buf_addz(out, "TURN ENDED: fill the summary too.\n");
    else
        buf_addz(out,
                 "The turn goes on in the next message: keep what will stand "
                 "whatever comes, do not call work unfinished or untested, "
                 "and leave the summary's fields empty.\n");
    buf_addz(out, "Reply with the JSON object only.\n");
}

/* Before all that differs from batch to batch: providers cache what a prompt
 * begins with. */
static void put_wishes(const struct batch *b, const struct prompt_options *o,
                       struct buf *out)
{
    struct show s;

    if (!o->wishes)
        return;
    show_init(&s, out, b->root);
    wishes_show(o->wishes, &s);
    show_free(&s);
}

/* Can a batch be shown at this percentage within `most` bytes? */
static bool fits(size_t bytes, unsigned percent, size_t most)
{
    if (percent >= USUAL_PERCENT_MIN && most > USUAL_BYTES)
        most = USUAL_BYTES;
    return bytes <= most;
}

void prompt_build(const struct batch *b, const struct prompt_options *o,
                  struct buf *out)
{
    size_t most = o->max_bytes > 2 * CLOSING_BYTES
                      ? o->max_bytes - CLOSING_BYTES
                      : CLOSING_BYTES;
    struct buf head, body;
    struct show s;
    size_t left_out = 0;

    buf_init(&head, most / 2 + 1);
    show_init(&s, &head, b->root);
    put_head(b, o, &s);
    show_free(&s);

    buf_init(&body, most - head.len);
    for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
        buf_reset(&body);
        show_init(&s, &body, b->root);
        s.percent = percents[i];
        s.headers_only = percents[i] == 0;
        left_out = put_events(b, &s);
        show_free(&s);
        if (left_out == 0 && fits(head.len + body.len, percents[i], most))
            break;
    }
    put_wishes(b, o, out);
    buf_adds(out, buf_str(&head));
    buf_addz(out, "\n<record>\n");
    buf_adds(out, buf_str(&body));
    put_closing(b, left_out, out);
    buf_free(&head);
    buf_free(&body);
}

void prompt_again(const char *why, struct buf *out)
{
    buf_addf(out,
             "That reply could not be used: %.300s. Send the whole JSON "
             "object again, in the form asked for, and nothing else.\n",
             why ? why : "it is not the JSON object asked for");
}
