/* SPDX-License-Identifier: Apache-2.0 */
/* Where two JSON values differ first. */
#pragma once

#include "base/buf.h"

#include <jansson.h>

struct json_difference {
    struct str path; /* "effects.evidence[2].strength" */
    struct str a;    /* the values there, shortened to be read; empty: there is none */
    struct str b;
};

/*
 * In the order of the members of `a`. Members with one of the names in `ignored` do not count.
 * `path` is where the two stand, and begins what is told of the place.
 */
bool json_differ(struct arena *arena, struct str path, const json_t *a, const json_t *b,
                 const char *const *ignored, struct json_difference *out);

/* A value as one reads it in a sentence: compact, and cut where it is long. */
struct str json_shown(struct arena *arena, const json_t *json);
