/* SPDX-License-Identifier: Apache-2.0 */
/* A text as `kubectl describe` prints it: indented keys and values, and a table of events. */
#pragma once

#include "base/str.h"

struct arena;

/* A value and the way to it: "Containers/server/Port". What has no key is at "PARENT/#". */
struct entry {
    struct str path;
    struct str value; /* a slice of the text; lines that continue it are in it as they stand */
};

struct entries {
    struct entry *items;
    uint32_t count;
    uint32_t room;
};

/* The last value at that path; empty where there is none. */
struct str entries_value(const struct entries *entries, const char *path);
void entries_add(struct entries *entries, struct arena *arena, struct str path, struct str value);

struct described_event {
    struct str type;
    struct str reason;
    struct str source;
    struct str message;
    int64_t count;
};

struct description {
    struct entries entries;
    struct described_event *events;
    uint32_t events_count;
    uint32_t events_room;
};

struct description describe_parse(struct arena *arena, struct str text);
