/* SPDX-License-Identifier: Apache-2.0 */
/*
 * There is no grammar of `kubectl describe`; its printers (kubectl/pkg/describe) write "Key:" and
 * tabs that become blanks, deeper things further to the right. Two rules read all of it:
 * a line further right than another belongs to it, and a line that starts below a value continues
 * that value (labels, taints, tolerations).
 */
#include "agent/events/describe.h"

#include "agent/events/words.h"
#include "base/arena.h"

#define DEPTH_MAX 32
#define ENTRIES_MAX 20000
#define EVENTS_MAX 2000
#define PATH_LEN_MAX 512

struct level {
    size_t indent;
    struct str path;
};

struct reader {
    struct arena *arena;
    struct description *out;
    struct level levels[DEPTH_MAX];
    uint32_t depth;
    size_t value_column; /* of the last line; 0: it had no value */
    bool in_events;
};

void entries_add(struct entries *entries, struct arena *arena, struct str path, struct str value)
{
    if (entries->count == ENTRIES_MAX)
        return;
    if (entries->count == entries->room) {
        const uint32_t room = entries->room == 0 ? 64 : entries->room * 2;
        entries->items = arena_grow(arena, entries->items, entries->room * sizeof(struct entry),
                                    room * sizeof(struct entry));
        entries->room = room;
    }
    entries->items[entries->count++] = (struct entry){.path = path, .value = value};
}

struct str entries_value(const struct entries *entries, const char *path)
{
    const struct str wanted = str_of(path);
    for (uint32_t i = entries->count; i > 0; i--)
        if (str_eq(entries->items[i - 1].path, wanted))
            return entries->items[i - 1].value;
    return STR("");
}

static size_t indent_of(struct str line)
{
    size_t indent = 0;
    while (indent < line.len && line.ptr[indent] == ' ')
        indent++;
    return indent;
}

static struct str path_below(struct reader *reader, struct str key)
{
    const struct str parent = reader->depth > 0 ? reader->levels[reader->depth - 1].path : STR("");
    if (parent.len + key.len > PATH_LEN_MAX)
        return STR("");
    return parent.len > 0 ? str_printf(reader->arena, "%.*s/%.*s", STR_ARG(parent), STR_ARG(key))
                          : key;
}

/* "Type  Reason  Age  From  Message"; a repeated event's age is "84s (x2 over 90s)". */
static void read_event(struct reader *reader, struct str line)
{
    struct description *out = reader->out;
    struct described_event event = {.count = 1};
    struct str age;
    if (out->events_count == EVENTS_MAX || !words_next_field(&line, &event.type) ||
        !words_next_field(&line, &event.reason) || !words_next_field(&line, &age) ||
        !words_next_field(&line, &event.source))
        return;
    event.message = str_trim(line);
    if (event.message.len == 0 ||
        (!str_eq(event.type, STR("Normal")) && !str_eq(event.type, STR("Warning"))))
        return;
    (void)words_number_after(age, "(x", &event.count);
    if (out->events_count == out->events_room) {
        const uint32_t room = out->events_room == 0 ? 16 : out->events_room * 2;
        out->events = arena_grow(reader->arena, out->events,
                                 out->events_room * sizeof(struct described_event),
                                 room * sizeof(struct described_event));
        out->events_room = room;
    }
    out->events[out->events_count++] = event;
}

/* Where the key of "Key:" or "Key:  value" ends; STR_NPOS: this line has no key. */
static size_t key_end(struct str line, size_t indent)
{
    const size_t colon = str_find(line, STR(":"));
    if (colon == STR_NPOS || colon == indent)
        return STR_NPOS;
    return colon + 1 == line.len || line.ptr[colon + 1] == ' ' ? colon : STR_NPOS;
}

static void read_line(struct reader *reader, struct str line)
{
    struct entries *entries = &reader->out->entries;
    const size_t indent = indent_of(line);
    if (entries->count > 0 && reader->value_column > 0 && indent == reader->value_column) {
        struct str *value = &entries->items[entries->count - 1].value;
        value->len = (size_t)(line.ptr + line.len - value->ptr); /* both are slices of one text */
        return;
    }
    while (reader->depth > 0 && reader->levels[reader->depth - 1].indent >= indent)
        reader->depth--;
    const size_t colon = key_end(line, indent);
    if (colon == STR_NPOS) {
        entries_add(entries, reader->arena, path_below(reader, STR("#")), str_trim(line));
        reader->value_column = 0;
        return;
    }
    const struct str path = path_below(reader, str_trim(str_slice(line, indent, colon)));
    const struct str value = str_trim(str_slice(line, colon + 1, line.len));
    if (reader->depth < DEPTH_MAX)
        reader->levels[reader->depth++] = (struct level){.indent = indent, .path = path};
    reader->value_column = value.len > 0 ? (size_t)(value.ptr - line.ptr) : 0;
    entries_add(entries, reader->arena, path, value);
}

struct description describe_parse(struct arena *arena, struct str text)
{
    struct description out = {.events_count = 0};
    struct reader reader = {.arena = arena, .out = &out};
    struct str line;
    while (out.entries.count < ENTRIES_MAX && str_split(&text, '\n', &line)) {
        while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\r'))
            line.len--;
        if (line.len == 0)
            continue;
        if (reader.in_events && line.ptr[0] == ' ') {
            read_event(&reader, line);
            continue;
        }
        reader.in_events = str_starts(line, STR("Events:"));
        if (!reader.in_events)
            read_line(&reader, line);
    }
    return out;
}
