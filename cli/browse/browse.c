/* browse.c - the loop between keys, answers and the screen. */
#include "base/common.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "agent/project.h"
#include "base/clock.h"
#include "cli/browse/act.h"
#include "cli/browse/asking.h"
#include "cli/browse/browse.h"
#include "cli/browse/screen.h"
#include "cli/show.h"

/* A lone ESC: what belongs to a sequence has come by then, over ssh too. */
#define ESC_WAIT_MS 30

struct browser {
    struct cli *c;
    struct screen *screen;
    struct asking *asking;
    struct model m;
    struct view view;
    struct frame frame;
    struct buf in; /* typed, and not yet a key */

    struct preview preview;
    struct answer *text;  /* what the preview was made of */
    char asked_text[512]; /* id of the row whose text is on its way */
    int preview_cols;

    uint64_t asked;       /* the question that was put last */
    enum deed waits;      /* for the text of the row */
    char resumes[24];     /* session whose text is waited for */
    char root[PATHS_MAX]; /* of the working tree here */
    bool ends;
};

/* --- the preview ------------------------------------------------------------------- */

static int preview_width(struct browser *b)
{
    struct layout l;

    layout_make(&l, b->frame.w, b->frame.h, !b->m.hides_preview,
                b->m.mode == MODE_READ);
    return l.preview.rows ? l.preview.cols : 80;
}

/* As the commands show it: cmem show, cmem code unfold, cmem code outline. */
static void render_text(struct browser *b)
{
    const struct answer *r = b->text;
    struct term t;
    struct str rest, line;

    term_init_plain(&t, b->preview_cols, b->view.now_ms);
    t.is_tty = true; /* lines end where the screen does */
    t.colour = b->view.colour;
    if (!r->json)
        term_wrap(&t, TERM_WARN, 0, str_of(r->say));
    else if (r->what == ROW_SYMBOL)
        show_code_unfold(&t, r->json);
    else if (r->what == ROW_FILE)
        show_code_outline(&t, r->json);
    else
        show_show(&t, r->json);
    buf_reset(&b->preview.text);
    buf_adds(&b->preview.text, buf_str(&t.out));
    buf_free(&t.out);
    buf_free(&t.scratch);
    b->preview.id = str_of(r->id);
    b->preview.lines = 0;
    for (rest = buf_str(&b->preview.text); str_line(&rest, &line);)
        b->preview.lines++;
}

static void fit_preview(struct browser *b)
{
    int cols = preview_width(b);

    if (b->text && cols != b->preview_cols) {
        b->preview_cols = cols;
        render_text(b);
    }
    b->preview_cols = cols;
}

/* The text of the chosen row, asked for once. */
static void ask_text(struct browser *b)
{
    const struct row *row = model_row(&b->m);

    if (!row || str_eqz(row->id, b->asked_text))
        return;
    snprintf(b->asked_text, sizeof(b->asked_text), "%.*s", STR_ARG(row->id));
    asking_text(b->asking, row);
}

static const struct json *item_of(const struct browser *b,
                                  const struct row *row)
{
    if (!b->text || !row || !str_eqz(row->id, b->text->id))
        return NULL;
    if (row->what == ROW_SYMBOL || row->what == ROW_FILE)
        return b->text->json;
    return json_first(json_get(b->text->json, "items"));
}

/* --- deeds ------------------------------------------------------------------------ */

static void copy(struct browser *b, const struct row *row, bool name)
{
    struct buf text;
    const char *how;

    buf_init(&text, COPY_BYTES);
    if (!name)
        act_text_of(row, item_of(b, row), &text);
    else if (row->path.n)
        buf_addf(&text, "%.*s:%lld", STR_ARG(row->path), (long long)row->line);
    else
        buf_adds(&text, row->id);
    how = act_copy(b->screen, buf_str(&text));
    model_say(&b->m, "copied %zu bytes of %.*s (%s)", text.len,
              STR_ARG(row->id), how);
    buf_free(&text);
}

static void edit(struct browser *b, const struct row *row)
{
    struct act_place at;
    struct err e = {0};

    if (act_place_of(row, item_of(b, row), b->root, &at, &e) == 0 &&
        act_edit(b->screen, &at, &e) == 0)
        model_say(&b->m, "edited %s", at.path);
    else
        model_say(&b->m, "%s", e.msg);
}

/* Does not return when all is well. */
static void resume_at(struct browser *b, const struct json *session)
{
    struct act_session at;
    struct err e = {0};
    struct buf claude;

    buf_init(&claude, PATHS_MAX);
    buf_adds(&claude, config_str(&b->c->config, OPT_CLAUDE_BIN));
    if (claude.len == 0)
        buf_addz(&claude, "claude");
    if (act_session_of(session, &at, &e) == 0 &&
        act_resume(b->screen, claude.data, &at, &e) < 0)
        screen_enter(b->screen);
    model_say(&b->m, "%s", e.msg);
    buf_free(&claude);
}

/* The session itself has to be read first when a memory is chosen. */
static void resume(struct browser *b, const struct row *row)
{
    struct row session = {.what = ROW_SESSION, .id = row->session};

    if (row->session.n == 0) {
        model_say(&b->m, "%.*s has no session", STR_ARG(row->id));
        return;
    }
    if (row->what != ROW_SESSION) {
        snprintf(b->resumes, sizeof(b->resumes), "%.*s", STR_ARG(row->session));
        asking_text(b->asking, &session);
        return;
    }
    resume_at(b, item_of(b, row));
}

/* Deeds with what was read of a row. */
static void with_text(struct browser *b, enum deed deed)
{
    const struct row *row = model_row(&b->m);

    b->waits = DEED_NONE;
    if (!row)
        return;
    if (!item_of(b, row) && !(b->text && str_eqz(row->id, b->text->id))) {
        b->waits = deed; /* it is on its way */
        return;
    }
    asking_deed(b->asking, NULL, row);
    if (deed == DEED_COPY)
        copy(b, row, false);
    else if (deed == DEED_EDIT)
        edit(b, row);
    else if (deed == DEED_RESUME)
        resume(b, row);
}

static void do_deed(struct browser *b, enum deed deed)
{
    const struct row *row = model_row(&b->m);

    switch (deed) {
    case DEED_QUIT:
        b->ends = true;
        break;
    case DEED_SUSPEND:
        screen_suspend(b->screen);
        break;
    case DEED_REDRAW:
        screen_forget(b->screen);
        break;
    case DEED_OPENED:
        asking_deed(b->asking, NULL, row);
        break;
    case DEED_COPY_NAME:
        copy(b, row, true);
        break;
    case DEED_COPY:
    case DEED_EDIT:
    case DEED_RESUME:
        with_text(b, deed);
        break;
    case DEED_PIN:
        asking_deed(b->asking, row->pinned ? "unpin" : "pin", row);
        break;
    case DEED_FORGET:
        asking_deed(b->asking, "forget", row);
        break;
    default:
        break;
    }
}

/* --- answers ---------------------------------------------------------------------- */

/* What the session of a memory is was asked in between, for its sake. */
static bool take_session(struct browser *b, const struct answer *r)
{
    if (!b->resumes[0] || strcmp(r->id, b->resumes) != 0)
        return false;
    b->resumes[0] = '\0';
    resume_at(b, json_first(json_get(r->json, "items")));
    return true;
}

static void take_text(struct browser *b, struct answer *r)
{
    enum deed waits = b->waits;

    answer_free(b->text);
    b->text = r;
    render_text(b);
    if (waits != DEED_NONE)
        with_text(b, waits);
}

static void take_answers(struct browser *b)
{
    struct answer *r;

    while ((r = asking_take(b->asking))) {
        if (r->sort == ANSWER_TEXT) {
            if (take_session(b, r))
                answer_free(r);
            else
                take_text(b, r);
            continue;
        }
        if (r->sort == ANSWER_ROWS) {
            if (model_take(&b->m, r->rows, r->n))
                b->view.busy = r->more;
            r->rows = NULL;
        } else {
            /* Something is not as it was: ask again, keep the place. */
            model_say(&b->m, "%s", r->say);
            b->asked_text[0] = '\0';
            b->m.asked++;
        }
        answer_free(r);
    }
}

/* --- the loop --------------------------------------------------------------------- */

static void read_keys(struct browser *b)
{
    char *room = buf_reserve(&b->in, 4096);
    ssize_t n = room ? read(STDIN_FILENO, room, 4096) : 0;

    if (n > 0)
        buf_commit(&b->in, (size_t)n);
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        b->ends = true; /* the terminal is gone */
}

static void use_keys(struct browser *b, bool ended)
{
    struct keypress k;
    size_t n;

    while (!b->ends && (n = keys_take(buf_str(&b->in), ended, &k)) > 0) {
        enum deed deed = model_key(&b->m, &k);

        buf_consume(&b->in, n);
        do_deed(b, deed);
    }
}

static void draw(struct browser *b)
{
    screen_size(b->screen, &b->frame.w, &b->frame.h);
    b->view.now_ms = clock_now_ms();
    fit_preview(b);
    view_draw(&b->view, &b->m, &b->frame);
    screen_draw(b->screen, &b->frame);
}

static void ask_again(struct browser *b)
{
    if (b->asked != b->m.asked) {
        b->asked = b->m.asked;
        asking_rows(b->asking, &b->m);
    }
    if (b->m.answered == b->m.asked)
        ask_text(b);
}

static void loop(struct browser *b)
{
    while (!b->ends) {
        unsigned events;

        ask_again(b);
        draw(b);
        events = screen_wait(b->screen, asking_fd(b->asking),
                             b->in.len ? ESC_WAIT_MS : -1);
        if (events & SCREEN_END)
            break;
        if (events & SCREEN_STOP)
            screen_suspend(b->screen);
        if (events & SCREEN_INPUT)
            read_keys(b);
        if (events & (SCREEN_INPUT | SCREEN_TIME))
            use_keys(b, events & SCREEN_TIME);
        if (events & SCREEN_WAKE)
            take_answers(b);
    }
}

/* --- from here to there ----------------------------------------------------------- */

/* Which scopes there are where we stand. */
static void look_around(struct browser *b)
{
    struct arena a = {0};
    struct project p;

    project_find(b->c->cwd, &a, &p);
    b->m.can[SCOPE_BRANCH] = p.branch.n > 0;
    snprintf(b->m.branch, sizeof(b->m.branch), "%.*s", STR_ARG(p.branch));
    b->m.can[SCOPE_DIRECTORY] = !str_eqz(p.root, b->c->cwd);
    snprintf(b->root, sizeof(b->root), "%.*s", STR_ARG(p.root));
    arena_free(&a);
}

/* As others expect of a program that a signal ended. */
static void die_of(int sig)
{
    struct sigaction act = {.sa_handler = SIG_DFL};

    if (!sig)
        return;
    sigaction(sig, &act, NULL);
    raise(sig);
}

int browse(struct cli *c, const struct browse_options *o, struct err *e)
{
    struct browser *b = calloc(1, sizeof(*b));
    int rc, sig = 0;

    if (!b)
        CM_BUG("out of memory");
    b->c = c;
    model_init(&b->m, o->words);
    frame_init(&b->frame);
    buf_init(&b->in, 1u << 20);
    buf_init(&b->preview.text, 16u << 20);
    b->view = (struct view){.colour = c->term.colour, .preview = &b->preview};
    look_around(b);
    if (b->m.can[o->scope])
        b->m.scope = o->scope;
    b->m.tab = o->tab;
    rc = screen_open(&b->screen, o->rows, e);
    if (rc == 0)
        rc = asking_open(&b->asking, c, e);
    if (rc == 0) {
        loop(b);
        sig = screen_signal(b->screen);
    }
    screen_close(b->screen);
    asking_close(b->asking);
    answer_free(b->text);
    buf_free(&b->preview.text);
    buf_free(&b->in);
    frame_free(&b->frame);
    model_free(&b->m);
    free(b);
    die_of(sig);
    return rc < 0 ? rc : CLI_DONE;
}
