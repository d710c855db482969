/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth of a case, as eval/ reads and judges it. It stands behind this door because eval/ and
 * the engine both know a `struct suspect`, and neither should know the other's.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;
struct truth;

/* Of the case in that folder. */
MUST_CHECK bool truth_read(struct arena *arena, struct str folder, const struct truth **out,
                           struct err *err);

/* Of the text of such a file. */
MUST_CHECK bool truth_of_text(struct arena *arena, struct str text, const struct truth **out,
                              struct err *err);

/* Whether nothing was broken. */
bool truth_is_nobody(const struct truth *truth);

/* What was broken, as its set calls it, and where; either may be empty. */
struct str truth_fault(const struct truth *truth);
struct str truth_place(const struct truth *truth);

/*
 * The id of the change that did it; empty: none did. False: it does not tell of changes at all.
 */
bool truth_tells_change(const struct truth *truth, struct str *change);

/* Whether who names this subject, or this instance of it, is right. Either may be empty. */
bool truth_names(const struct truth *truth, struct str subject, struct str instance);
