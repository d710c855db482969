/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of a block with their times: one without a time has that of the event before it, and
 * at the start of a block that of the first one that has any.
 */
#pragma once

#include "logs/input.h"
#include "text/event.h"

struct timed_events {
    struct event_reader *reader;
    bool has_time;
    int64_t time_ns; /* of the event at hand */
    int64_t since_ns, until_ns;
};

void timed_events_start(struct timed_events *events, struct arena *arena,
                        const struct header_reader *header, const struct block *block,
                        int64_t since_ns, int64_t until_ns);

/* The next event from `since_ns` to before `until_ns`; one without any time is always in it. */
bool timed_events_next(struct timed_events *events, struct event *out);

void timed_events_end(struct timed_events *events);

/* The first line of an event: what the author of the message wrote. */
struct str timed_message(const struct event *event);
