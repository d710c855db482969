/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of a log: a line, and the lines that go on with it.
 *
 * What goes on: frames and causes of a stack trace, lines that are indented further than the first,
 * closing brackets, DETAIL and STATEMENT of PostgreSQL, the rest of a line that a container runtime
 * has split. Where each line of a trace was given a header of its own (by syslog, a container
 * runtime, Docker), what is behind that header is looked at. Blank lines belong to nothing.
 */
#pragma once

#include "text/header.h"

#define EVENT_LINES_MAX 1000               /* then another event begins */
#define EVENT_BYTES_MAX ((size_t)64 << 10) /* what is behind is counted and not kept */

struct event {
    struct header header; /* of its first line */
    struct str text;      /* the message, and what goes on with it, a line each */
    uint32_t lines;
    int64_t number; /* of the first line, from 1 */
    bool has_header;
    bool is_cut; /* there was more than EVENT_BYTES_MAX */
};

struct event_reader;

/*
 * `text` is read from its first byte to its last, whatever it holds; `number` is that of its first
 * line. Both arguments must outlive the reader, which lives in `arena`.
 */
struct event_reader *event_reader_new(struct arena *arena, const struct header_reader *header,
                                      struct str text, int64_t number);

/* False: there are no more. The event is good until the next call. */
bool event_next(struct event_reader *reader, struct event *out);

void event_reader_free(struct event_reader *reader);

/*
 * Where a text can be cut so that no event is: the start of the last line that begins one, or what
 * is behind the last line end where none is to be found near. 0: there is no line end in it.
 */
size_t event_cut(const struct header_reader *header, struct str text);
