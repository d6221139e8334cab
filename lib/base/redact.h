/*
 * redact.h - secrets taken out before anything is stored, logged or sent.
 *
 * Two things go: what a person marked as private (<private>...</private>,
 * any case, nested, unclosed to the end of the text), and what has the shape
 * of a credential (keys of known services, private key blocks, bearer and
 * basic authorisation, passwords in URLs, assignments to names like
 * api_key/secret/token/password with a high-entropy value). Each is replaced
 * by a mark that says what it was: [redacted:private], [redacted:aws-key].
 */
#ifndef CMEM_BASE_REDACT_H
#define CMEM_BASE_REDACT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

/* Appends text without its secrets; returns how many were taken out. A text
 * with none is appended byte for byte. Linear in the text's length. */
size_t redact_text(struct str text, struct buf *out);
/* Redacts every string value of a tree in place (keys are left alone; a
 * value under a key named like a secret is judged with that name). */
size_t redact_json(struct json *j);
/* Without secrets, control characters and blanks around it, in one line or in as
 * many as it has. Lives in the arena. */
struct str redact_clean(struct str text, bool one_line, struct arena *a);
/* Quick test: could there be anything to redact? False is certain. */
bool redact_maybe(struct str text);

#endif
