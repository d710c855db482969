/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that somebody sent: bounded in what it takes once parsed, and repaired where it is no UTF-8.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <jansson.h>

struct arena;

/* An object; it goes with the arena, and so do its texts. */
MUST_CHECK bool parse_json(struct arena *arena, struct str body, const json_t **out,
                           struct err *err);
