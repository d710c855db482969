/* SPDX-License-Identifier: Apache-2.0 */
/* Tallies as a table for people and as JSON for programs. */
#pragma once

#include "base/buf.h"
#include "gym/score/tally.h"

/* A line for each case, tab-separated: for `sort` and `join`. */
void outcomes_text(const struct outcome *outcomes, uint32_t count, struct buf *out);

void tallies_text(const struct tallies *tallies, const struct outcome *outcomes, uint32_t count,
                  struct buf *out);
void tallies_json(const struct tallies *tallies, const struct outcome *outcomes, uint32_t count,
                  struct buf *out);
