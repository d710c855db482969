/* SPDX-License-Identifier: Apache-2.0 */
/* What the verdict names, the evidence that names it, and the change that is to go back. */
#pragma once

#include "actor/remedy.h"

struct culprit {
    const struct hypothesis *best;
    const struct evidence *because; /* the strongest of its finding; NULL: none is cited */
    const struct evidence *changed; /* NULL: no change is named, nor was any made just before */
    struct str service;             /* that was changed; empty: not known */
    struct told_change change;
    bool is_last; /* nothing came to that service after it */
};

/* False in *known: the verdict names nobody, or nobody with enough confidence to act on. */
MUST_CHECK bool culprit_load(struct call *call, struct culprit *out, bool *known, struct err *err);

/* What takes the change back, on what runs the service that was changed. */
struct remedy culprit_remedy(struct arena *arena, const struct culprit *culprit,
                             const struct platform *platform);
