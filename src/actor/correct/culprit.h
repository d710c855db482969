/* SPDX-License-Identifier: Apache-2.0 */
/* What the verdict names, the evidence that names it, and what was changed there just before. */
#pragma once

#include "case/call.h"

/* What a line of a diff set, by the words in its name. */
enum option_class {
    OPTION_OTHER,
    OPTION_TIMEOUT,  /* how long is waited */
    OPTION_CAPACITY, /* how many, or how much */
    OPTION_SWITCH,   /* whether at all */
};

struct change {
    struct str kind;   /* "deploy", "flag"; may be empty */
    struct str commit; /* that it brought, or is; empty: none is known */
    enum option_class option;
};

struct culprit {
    const struct hypothesis *best;
    const struct evidence *because; /* the strongest of its finding; NULL: none is cited */
    const struct evidence *changed; /* NULL: nothing was changed in the last minutes before */
    struct change change;
};

/* False in *known: the verdict names nobody, or nobody with enough confidence to act on. */
MUST_CHECK bool culprit_load(struct call *call, struct culprit *out, bool *known, struct err *err);

/* Of the first line of a diff that sets something to another value. */
enum option_class option_class_of(struct str diff);
