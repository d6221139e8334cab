/*
 * log.h - one line per thing worth knowing, for a person with `cmem logs`.
 *
 * "2026-11-21T08:40:55.583Z info  intake: ..." Text is cleaned of control
 * characters. Never pass secrets or event text here. Levels below the one set
 * cost one comparison. The file is kept under 4 MB: past that it is renamed
 * to NAME.1 and begun anew.
 */
#ifndef CMEM_BASE_LOG_H
#define CMEM_BASE_LOG_H

#include "base/common.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* path NULL logs to stderr. Fails silently: logging never stops work. */
void log_open(const char *path, enum log_level level);
void log_close(void);
enum log_level log_level_of(struct str name);
void log_at(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_at(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

#endif
