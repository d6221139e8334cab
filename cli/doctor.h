/*
 * doctor.h - findings: what was looked at, how it is, what to do about it.
 *
 * doctor_install.c looks at Claude Code's side, doctor_home.c at our files
 * and processes; cmd_doctor.c puts them in order and shows them.
 */
#ifndef CMEM_CLI_DOCTOR_H
#define CMEM_CLI_DOCTOR_H

#include "cli/claude.h"
#include "cli/cmd.h"
#include "cli/hook_times.h"

enum finding_level { FINDING_OK, FINDING_NOTE, FINDING_PROBLEM };

struct finding {
    enum finding_level level;
    const char *topic; /* one word */
    struct str text;   /* one sentence, lives in the arena */
    struct str remedy; /* what to do; empty when there is nothing to do */
};

#define FINDINGS_MAX 128

struct doctor {
    struct cli *c;
    struct claude cl;
    struct finding items[FINDINGS_MAX];
    size_t n;
    size_t problems;
    struct hook_times_scan times;
};

void doctor_add(struct doctor *d, enum finding_level level, const char *topic,
                const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Each adds its findings. */
void doctor_client(struct doctor *d);   /* which Claude Code */
void doctor_install(struct doctor *d);  /* hooks registered, once */
void doctor_times(struct doctor *d);    /* what hooks cost */
void doctor_worker(struct doctor *d);   /* running, version, model */
void doctor_database(struct doctor *d); /* whole, nothing stuck */
void doctor_files(struct doctor *d);    /* modes, space, settings, drops */

#endif
