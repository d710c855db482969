/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that somebody sent: bounded in what it takes once parsed, and repaired where it is no UTF-8.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <jansson.h>

struct arena;

struct parse_place {
    int line, column; /* from 1 */
};

/*
 * An object; it goes with the arena, and so do its texts. What is wrong is told without its place,
 * which is set where there is one.
 */
MUST_CHECK bool parse_json(struct arena *arena, struct str body, const json_t **out,
                           struct parse_place *place, struct err *err);
