/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims are re-read, not reviewed.
 *
 * A claim is a sentence with a fixed grammar for what can be checked: names stand in `backquotes`,
 * times are HH:MM:SS or "YYYY-MM-DD HH:MM:SS" in UTC, everything else that has a digit outside of a
 * word is a number. Each of them must be found in the rows that the evidence's query gives when it
 * is run again: a name as a part of a text, a time as a point in time to the second, a number to
 * the precision in which it is printed.
 */
#pragma once

#include "data/batch.h"

struct evidence;

/* True: all of it is borne out by `rows`. False: err says which name, time or number is not. */
MUST_CHECK bool claim_check(struct str claim, const struct batch *rows, struct err *err);

/*
 * The same for a sentence of the report that cites evidence as [E7]: what it says must stand in the
 * claims of the evidence it cites, and it must cite some. `evidence` is a list.
 */
MUST_CHECK bool sentence_check(struct str sentence, const struct evidence *evidence,
                               struct err *err);

/*
 * The same for a sentence that also speaks of what the reader sees beside it: the subject of a
 * lead, a command, a count. What stands in `beside` (lines of text) needs no citation, and a
 * sentence that says nothing else need not cite. So without a citation and with nothing beside it,
 * only words without a name, time or number pass.
 */
MUST_CHECK bool sentence_check_beside(struct str sentence, struct str beside,
                                      const struct evidence *evidence, struct err *err);

/* A number as claims print it: three significant digits, no exponent between 0.001 and 10^15. */
struct str claim_number(struct arena *arena, double number);

/*
 * What of a text from outside can stand as a name in a claim: up to `bytes_max` bytes of its first
 * line, in whole characters, and nothing behind what would end the quotation.
 */
struct str claim_quote(struct arena *arena, struct str text, size_t bytes_max);
