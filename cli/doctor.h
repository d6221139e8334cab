/*
 * doctor.h - findings: what was looked at, how it is, what to do about it.
 *
 * cmd_doctor.c has the table of checks, in the order in which they are shown,
 * and shows them. doctor_install.c looks at Claude Code's side,
 * doctor_worker.c at the worker and its model, doctor_home.c at our files.
 * Every check works without a worker, a database and a client.
 */
#ifndef CMEM_CLI_DOCTOR_H
#define CMEM_CLI_DOCTOR_H

#include "cli/claude.h"
#include "cli/cmd.h"
#include "cli/hook_times.h"

enum finding_level {
    FINDING_OK,
    FINDING_WARN, /* worth knowing; things work */
    FINDING_FAIL, /* something does not work, or is not safe */
};

struct finding {
    enum finding_level level;
    const char *topic; /* one word */
    struct str text;   /* one sentence, lives in the arena */
    struct str remedy; /* what to do; empty when there is nothing to do */
};

#define FINDINGS_MAX 128

struct doctor {
    struct cli *c;
    bool ping; /* ask the model a word: it costs a call */
    struct claude cl;
    struct finding items[FINDINGS_MAX];
    size_t n;
    size_t failed, warned;
    struct hook_times_scan times;
};

/* remedy: a command line where there is one, or NULL. */
void doctor_add(struct doctor *d, enum finding_level level, const char *topic,
                const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* The checks: each adds its findings. */
void doctor_client(struct doctor *d);   /* which Claude Code */
void doctor_programs(struct doctor *d); /* ours are all there */
void doctor_install(struct doctor *d);  /* hooks registered, once */
void doctor_times(struct doctor *d);    /* what hooks cost */
void doctor_stops(struct doctor *d);    /* hooks that had to be stopped */
void doctor_worker(struct doctor *d);   /* running, version */
void doctor_model(struct doctor *d);
void doctor_meaning(struct doctor *d);  /* vectors: who, how many */
void doctor_database(struct doctor *d); /* whole, nothing stuck */
void doctor_spool(struct doctor *d);
void doctor_retention(struct doctor *d); /* what the worker deletes by age */
void doctor_files(struct doctor *d);    /* owners and modes */
void doctor_disk(struct doctor *d);
void doctor_settings(struct doctor *d);

/* The hooks' log, read: "<ms> <hook> hard-stop" lines. */
struct hard_stops {
    int64_t n;      /* since since_ms */
    int64_t last_ms;
    struct str last; /* the hook, borrowed from the text */
};
void hard_stops_read(struct str log, int64_t since_ms, struct hard_stops *out);

#endif
