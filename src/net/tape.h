/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exchanges on tape: a folder with 01.request, 01.reply, 02.request, ... A reply is a line
 * `HTTP STATUS`, lines of headers (of which Retry-After is read), a blank line, the body; a file
 * of a line that begins otherwise is an exchange that failed, and says why. A request is kept to
 * be looked at: keys are not in it, and playing does not compare it.
 */
#pragma once

#include "net/courier.h"

/* Replies in their order; where there is no further one, nobody answers. */
struct transport tape_play(struct arena *arena, const char *folder);

/* Asks `inner`, and keeps what was said in a folder that is there; a tape in it is overwritten. */
struct transport tape_record(struct arena *arena, const char *folder, struct transport inner);

/* The same replies out of memory, for tests: `texts` are what the files would hold. */
struct transport tape_of(struct arena *arena, const char *const *texts, uint32_t count);

/* What goes out, without the keys: "POST URL", the headers, a blank line, the body. */
struct str request_print(struct arena *arena, const struct request *request);
