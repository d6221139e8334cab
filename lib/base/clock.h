/*
 * clock.h - wall time in milliseconds since 1970 UTC, monotonic deadlines,
 * and how both are written and read.
 */
#ifndef CMEM_BASE_CLOCK_H
#define CMEM_BASE_CLOCK_H

#include "base/common.h"
#include "base/str.h"

int64_t clock_now_ms(void);  /* wall */
int64_t clock_mono_ms(void); /* monotonic: for deadlines and durations */
int64_t clock_mono_us(void);

/* "2026-11-21T08:40:55.583Z" into out (25 bytes with the NUL at least). */
void clock_iso(int64_t ms, char out[32]);
/* "2026-11-21" and "2026-11-21 08:40", in local time. */
void clock_local_date(int64_t ms, char out[16]);
void clock_local_minute(int64_t ms, char out[20]);
/* Reads ISO dates and times ("2026-11-21", "2026-11-21T08:40:55.583Z",
 * "2026-11-21 08:40" in local time), "now", "today", "yesterday", and ages
 * such as "90s", "30m", "12h", "7d", "2w" before `now`. CM_EARG otherwise. */
int clock_parse(struct str s, int64_t now, int64_t *ms) MUST_USE;

#endif
