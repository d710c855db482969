/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a change can be felt by what runs: one that touches only comments, white space, documents
 * or tests cannot. It is said only of what was seen in full and is of a language whose comments are
 * known; of all else nothing is claimed.
 */
#pragma once

#include "culprit/change.h"

/* `detail` is a diff, or any text. Without a diff the files decide; without either it may be felt.
 */
bool inert_change(const struct change *change, struct str detail);
