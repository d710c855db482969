/* SPDX-License-Identifier: Apache-2.0 */
/* Small questions to texts that kubectl, kubelet and the controllers wrote. Nothing is copied. */
#pragma once

#include "base/str.h"

/* Whether the parts of the pattern, divided by '*', stand in the text in that order, in any case.
 */
bool words_match(struct str text, const char *pattern);

/* The same for one of many patterns; the list ends with NULL. */
bool words_match_any(struct str text, const char *const *patterns);

/* What stands between the first `before` and the next `after`; empty where there is no such place.
 */
struct str words_between(struct str text, const char *before, const char *after);

/* Takes the next word off `rest`; words are divided by blanks. */
bool words_next(struct str *rest, struct str *word);

/* Takes the next field off `rest`; fields are divided by two blanks or more. */
bool words_next_field(struct str *rest, struct str *field);

/* The number that the text starts with, below 10^15. */
bool words_number(struct str text, int64_t *out);

/* The number right after `before`: "delay=" in "delay=5s" gives 5. */
bool words_number_after(struct str text, const char *before, int64_t *out);

bool words_is_number(struct str text); /* digits and nothing else */

/* "1/2" at the start of the text. */
bool words_ratio(struct str text, int64_t *part, int64_t *whole);

/* "250m", "1Gi", "2": a quantity of Kubernetes, in its base unit. */
bool words_quantity(struct str text, double *out);

/* Whether `a` looks like a slip of the pen, or a decorated form, of the other name `b`. */
bool words_alike(struct str a, struct str b);
