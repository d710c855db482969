/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML as a flat list of paths: who reads it asks for a path, not for a tree.
 *
 * "spec.ports[0].targetPort" is the first port's; what stands there is text, whatever it looks
 * like. Aliases are not followed: they are how YAML makes much of little.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

struct yaml_entry {
    struct str path;
    struct str value;
    uint32_t line; /* of the value, from 1 */
    uint32_t column;
};

struct yaml_entries {
    struct yaml_entry *items; /* in the order of the text */
    uint32_t count;
    uint32_t room;
    /* What has no entry though its key is there: `a: []`, `b: {}`, `c: *alias`. */
    struct yaml_entry *blanks;
    uint32_t blanks_count;
    uint32_t blanks_room;
};

/* One document. False: not YAML, more than one document, or too much; err has line and column. */
MUST_CHECK bool yaml_read(struct arena *arena, struct str text, struct yaml_entries *out,
                          struct err *err);
