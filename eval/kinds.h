/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind of fault that a set's name for it stands for, in the words of the report (`kind` of a
 * hypothesis). A name may stand for more than one: the set does not say which it was.
 */
#pragma once

#include "base/str.h"

struct fault_kind {
    const char *fault; /* `fault` in the truth */
    const char *kind;
};

extern const struct fault_kind fault_kinds[]; /* ends with a NULL fault */

/* Whether the set's name is known here; what is not cannot be judged. */
bool kind_is_known(struct str fault);

/* Whether a fault of that name is of this kind. */
bool kind_fits(struct str fault, struct str kind);
