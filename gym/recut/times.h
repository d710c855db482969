/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times inside of texts, moved by whole seconds.
 *
 * Known are numbers since 1970 in s, ms, us or ns, with or without a fraction, within two days of
 * `around_ns`; and dates with a time of day within the same, as `2026-11-22T04:57:45`,
 * `2026/11/22 04:57:45`, `22/Nov/2026:04:57:45` and `22 Nov 2026 04:57:45`, taken as UTC. What
 * stands behind the seconds stays. All else stays, too.
 */
#pragma once

#include "base/buf.h"

#include <stdint.h>

void times_move(struct str text, int64_t seconds, int64_t around_ns, struct buf *out);
