/*
 * rules_say.h - how the built-in extractor puts things into words.
 *
 * English frame words around what was found: short, the same everywhere.
 */
#ifndef CMEM_COMPRESS_RULES_SAY_H
#define CMEM_COMPRESS_RULES_SAY_H

#include "compress/rules_work.h"

/* "engine.ts (chunkArray new, emitStep; +58 -31)" */
struct str say_file(struct work *w, const struct file_work *f, int names);
/* The changed files in [from, to), most changed first, within max bytes;
 * "and 3 more" behind those that do not fit. Empty when there are none. */
struct str say_changed(struct work *w, size_t from, size_t to, size_t max);
/* The files that were read but not changed, most read first. */
struct str say_read(struct work *w, size_t from, size_t to, size_t max);
/* The file that was changed most (or read most) in [from, to); NULL: none. */
const struct file_work *say_main_file(const struct work *w, size_t from,
                                      size_t to, bool edited);

/* "`bun run test`: 1187 passed", "`make lint`: failed: ..." */
struct str say_run(struct work *w, const struct run *r);
/* How the last run of each check in [from, to) ended, joined by "; ". */
struct str say_checks(struct work *w, size_t from, size_t to, size_t max);
/* "Committed 1a2b3c4 "subject": body", of the body at most so many bytes. */
struct str say_commit(struct work *w, const struct run *r, size_t body);
/* Is runs[i] a commit of the project that went through, and was not made
 * again later (amending repeats the subject)? */
bool say_is_commit(const struct work *w, size_t i);

/* "`x` failed: E. Cause. After changing A, B it passed." */
struct str say_fix(struct work *w, const struct fix *f);
struct str say_fix_title(struct work *w, const struct fix *f);

/* What was asked in a turn, in quotes; plans with their context. */
struct str say_ask(struct work *w, const struct ask *ask);

#endif
