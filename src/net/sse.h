/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events (WHATWG HTML, 9.2), as far as models use them: what stands behind `data:`, an
 * event ended by an empty line. Names, ids and comments are passed over; a line ends in LF or CR
 * LF.
 *
 * Reads a text that is there, whole or so far: an event whose end has not come is none. So a stream
 * may be cut at any byte.
 */
#pragma once

#include "base/str.h"

struct arena;

/* Whether a text begins as a stream of events does; JSON never does. */
bool sse_begins(struct str text);

/*
 * The data of the next whole event that has any, and `rest` behind it. False: there is no further
 * one, and `rest` begins at the event that is not whole.
 */
bool sse_next(struct arena *arena, struct str *rest, struct str *data);
