/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/timed.h"

#include "base/arena.h"

#define LOOK_LINES_MAX 1000 /* for the first time in a block */

static void find_first_time(struct timed_events *events, const struct header_reader *header,
                            struct str text)
{
    struct arena *scratch = arena_new("time");
    struct header read;
    struct str line;
    for (int i = 0; i < LOOK_LINES_MAX && !events->has_time && str_split(&text, '\n', &line); i++) {
        if (header_read(header, line, scratch, &read) && read.has_time) {
            events->has_time = true;
            events->time_ns = read.time_ns;
        }
        arena_reset(scratch);
    }
    arena_free(scratch);
}

void timed_events_start(struct timed_events *events, struct arena *arena,
                        const struct header_reader *header, const struct block *block,
                        int64_t since_ns, int64_t until_ns)
{
    *events = (struct timed_events){
        .reader = event_reader_new(arena, header, block->text, block->number),
        .since_ns = since_ns,
        .until_ns = until_ns,
    };
    find_first_time(events, header, block->text);
}

bool timed_events_next(struct timed_events *events, struct event *out)
{
    while (event_next(events->reader, out)) {
        if (out->header.has_time) {
            events->has_time = true;
            events->time_ns = out->header.time_ns;
        }
        if (!events->has_time ||
            (events->time_ns >= events->since_ns && events->time_ns < events->until_ns))
            return true;
    }
    return false;
}

void timed_events_end(struct timed_events *events)
{
    event_reader_free(events->reader);
}

struct str timed_message(const struct event *event)
{
    struct str rest = event->header.message, line = STR("");
    while (line.len == 0 && str_split(&rest, '\n', &line))
        line = str_trim(line);
    return line;
}
