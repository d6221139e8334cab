/* doctor_meaning.c - searching by meaning; see doctor.h. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/doctor.h"
#include "search/meaning.h"
#include "store/db.h"

#define STATUS_WAIT_MS 5000

/* What the worker says is in the way, or empty. */
static struct str problem_of(struct doctor *d)
{
    struct ask ask = {.op = "status",
                      .deadline_ms = clock_mono_ms() + STATUS_WAIT_MS};
    struct json *j = NULL;
    struct str problem = STR_NONE;

    if (cli_ask(d->c, &ask, &j, NULL) == 0)
        problem = arena_str(&d->c->arena, json_get_str(j, "embedder_problem"));
    json_free(j);
    return problem;
}

void doctor_meaning(struct doctor *d)
{
    bool off = str_eqz(config_str(&d->c->config, OPT_EMBEDDER), "off");
    struct db *db = NULL;
    struct meaning *m;
    struct str problem;
    struct err broken = {0};
    const char *state, *none = "none: ";
    bool ready, is_none;

    if (db_open(&db, d->c->paths.db, DB_READ, NULL) < 0)
        return; /* that is said elsewhere */
    m = cli_meaning(d->c);
    state = meaning_state(m, db, &ready);
    is_none = str_starts(str_of(state), str_of(none));
    problem = problem_of(d);
    if (off)
        doctor_add(d, FINDING_OK, "meaning", "cmem config set embedder builtin",
                   "searching goes by words alone: the embedder is off");
    else if (is_none) /* what the worker says would be the same again */
        doctor_add(d, FINDING_WARN, "meaning", "cmem config list",
                   "searching goes by words alone: %s", state + strlen(none));
    else if (problem.n)
        doctor_add(d, FINDING_WARN, "meaning", "cmem config list",
                   "%s; no vectors are made: %.*s", state, STR_ARG(problem));
    else if (meaning_verify(m, &broken) < 0)
        doctor_add(d, FINDING_FAIL, "meaning",
                   "make install puts them there anew; then cmem rebuild",
                   "%s", broken.msg);
    else if (ready)
        doctor_add(d, FINDING_OK, "meaning", NULL, "%s; scanned with %s",
                   state, meaning_kernel(m));
    else
        doctor_add(d, FINDING_WARN, "meaning", "cmem status",
                   "searching goes by words alone: %s", state);
    cli_meaning_close(m);
    db_close(db);
}
