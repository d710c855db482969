/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Native logs as rows of a bundle's logs.jsonl. The message is the line as it was written; time and
 * level are read out of it, and a line that states no level gets none.
 */
#pragma once

#include "gym/world/world.h"

/* Of all processes of the world, from `from_ns` on. */
MUST_CHECK bool logs_export(struct world *world, const char *path, int64_t from_ns,
                            struct err *err);

/* One line: its time in seconds since 1970, 0 where it has none, and its level or NULL. `format` is
 * "stamped", "nginx", "postgres" or "redis". */
double log_line_read(const char *format, const char *line, const char **level);
