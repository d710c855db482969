/* SPDX-License-Identifier: Apache-2.0 */
/* What the verdict names, the evidence that names it, and what was changed there just before. */
#pragma once

#include "actor/change.h"

struct culprit {
    const struct hypothesis *best;
    const struct evidence *because; /* the strongest of its finding; NULL: none is cited */
    const struct evidence *changed; /* NULL: nothing was changed in the last minutes before */
    struct change change;
};

/* False in *known: the verdict names nobody, or nobody with enough confidence to act on. */
MUST_CHECK bool culprit_load(struct call *call, struct culprit *out, bool *known, struct err *err);
