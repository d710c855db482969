/* SPDX-License-Identifier: Apache-2.0 */
/* The change that a piece of evidence is about, out of the rows of its own query. */
#pragma once

#include "case/call.h"
#include "culprit/change.h"

/* What a line of a diff set, by the words in its name. */
enum option_class {
    OPTION_OTHER,
    OPTION_TIMEOUT,  /* how long is waited */
    OPTION_CAPACITY, /* how many, or how much */
    OPTION_SWITCH,   /* whether at all */
};

struct told_change {
    struct str kind;   /* "deploy", "flag"; may be empty */
    struct str commit; /* that it brought, or is; empty: none is known */
    uint32_t parents;  /* of the commit; 0: not known */
    enum option_class option;
};

/* The texts live in `arena`. */
MUST_CHECK bool change_read(struct call *call, struct arena *arena, const struct evidence *evidence,
                            struct told_change *out, struct err *err);

/* Of the first line of a diff that sets something to another value. */
enum option_class option_class_of(struct str diff);
