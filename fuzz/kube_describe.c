/* SPDX-License-Identifier: Apache-2.0 */
/* describe_parse(): what `kubectl describe` printed. */
#include "fuzz.h"

#include "agent/events/describe.h"
#include "base/arena.h"

#define ENTRIES_MAX 20000
#define EVENTS_MAX 2000
#define PATH_LEN_MAX 520

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    struct arena *arena = arena_new("fuzz");
    const struct description found = describe_parse(arena, text);
    fuzz_expect(found.entries.count <= ENTRIES_MAX && found.events_count <= EVENTS_MAX,
                "a description is bounded");
    for (uint32_t i = 0; i < found.entries.count; i++) {
        fuzz_expect(found.entries.items[i].path.len <= PATH_LEN_MAX, "a path is bounded");
        fuzz_expect(fuzz_is_inside(text, found.entries.items[i].value),
                    "a value is a part of the text");
    }
    for (uint32_t i = 0; i < found.events_count; i++) {
        const struct described_event *event = &found.events[i];
        fuzz_expect(str_eq(event->type, STR("Normal")) || str_eq(event->type, STR("Warning")),
                    "events are of two types");
        fuzz_expect(event->message.len > 0 && fuzz_is_inside(text, event->message) &&
                        fuzz_is_inside(text, event->reason) && fuzz_is_inside(text, event->source),
                    "what an event says is a part of the text");
        fuzz_expect(event->count >= 0, "nothing happens less than never");
    }
    fuzz_expect(entries_value(&found.entries, "\n").len == 0, "no path, no value");
    arena_free(arena);
    return 0;
}
