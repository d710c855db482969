/* SPDX-License-Identifier: Apache-2.0 */
/* What PromQL and LogQL have in common: matchers of labels, and stretches of time. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

#define LABELS_RANGE_NS (300 * NS_PER_S) /* where none is said: what most rules and boards have */

/* "90s", "5m", "2h": in the largest unit that it is a whole number of; part of a second is one. */
void labels_put_duration(struct buf *out, int64_t ns);

/* `label="a"`, or `label=~"a|b"` (`is_not`: `!=`, `!~`) that matches each text as it stands; no
 * text, nothing. `out` ends in { or in another matcher. */
void labels_put_matcher(struct buf *out, const char *label, const struct str *texts, uint32_t count,
                        bool is_not);
