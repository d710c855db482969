/* SPDX-License-Identifier: Apache-2.0 */
/* header_detect(), header_read() and event_next(): a log of any bytes. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "text/event.h"
#include "text/stack.h"

#define NEWEST_NS (INT64_C(1795314900) * NS_PER_S)
#define LATEST_NS (INT64_C(7289827200) * NS_PER_S) /* 2201: years are taken to 2200 */

static void expect_header(const struct header *header, bool is_utf8)
{
    fuzz_expect(header->level < LEVELS && header->format < HEADER_FORMATS_COUNT,
                "a header is of a known format");
    fuzz_expect(!header->has_time || header->missing != 0 || header->time_ns < LATEST_NS ||
                    header->time_ns > INT64_C(9000000000) * NS_PER_S,
                "a time lies where times are taken");
    if (is_utf8)
        fuzz_expect(fuzz_is_utf8(header->message) && fuzz_is_utf8(header->host) &&
                        fuzz_is_utf8(header->program) && fuzz_is_utf8(header->component) &&
                        fuzz_is_utf8(header->thread) && fuzz_is_utf8(header->stack),
                    "no character is cut in two");
}

static uint64_t lines_of(struct str text)
{
    uint64_t lines = 0;
    for (struct str line; str_split(&text, '\n', &line);)
        lines++;
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    const bool is_utf8 = fuzz_is_utf8(text);
    struct arena *arena = arena_new("fuzz");
    const struct header_reader header = header_detect(text, NEWEST_NS);
    fuzz_expect(event_cut(&header, text) <= text.len, "a text is cut within it");

    struct event_reader *reader = event_reader_new(arena, &header, text, 1);
    struct event event;
    int64_t last = 0;
    uint64_t lines = 0;
    while (event_next(reader, &event)) {
        fuzz_expect(event.number > last, "events come in their order");
        fuzz_expect(event.lines >= 1 && event.lines <= EVENT_LINES_MAX, "an event has some lines");
        fuzz_expect(event.lines == 1 || event.text.len <= EVENT_BYTES_MAX, "and a bound");
        fuzz_expect(event.has_header == (event.header.format != HEADER_NONE),
                    "a header has a format");
        expect_header(&event.header, is_utf8);
        stack_read(event.text);
        last = event.number + event.lines - 1;
        lines += event.lines;
    }
    fuzz_expect(lines <= lines_of(text), "no line is in two events");
    event_reader_free(reader);
    arena_free(arena);
    return 0;
}
