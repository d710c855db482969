/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded bundle told as another one: files are streamed row by row, and its truth moves along.
 *
 * What a bundle has beside its files (docs/bundle.md) is left behind, and Parquet is not read.
 */
#pragma once

#include "gym/recut/plan.h"
#include "gym/recut/rows.h"

/* What is in the folder of a bundle, with its truth. `id` is told as its name. */
MUST_CHECK bool recut_survey(struct arena *arena, struct str id, const char *folder,
                             struct survey *out, struct err *err);

/* Writes the bundle in `folder` by the plan into `out`, which must not be there yet. */
MUST_CHECK bool recut_write(struct arena *arena, const struct survey *survey,
                            const struct plan *plan, const char *folder, const char *out,
                            struct rows_count *count, struct err *err);
