/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a card was measured with, as one digest: both programs, the model, the names of the data,
 * and the bytes of all that tasks read in the repository. A card with another stamp says nothing
 * of what is there now. What lies in the data is told by its name alone: it does not change.
 */
#pragma once

#include "base/err.h"
#include "eval/suite/task.h"

#define STAMP_FILES_MAX 20000 /* and everything below hidden names is passed over */

/* Hexadecimal. What is not there counts as that. */
MUST_CHECK bool stamp_make(struct arena *arena, const struct task_place *place, struct str *out,
                           struct err *err);
