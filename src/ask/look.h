/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tools of the agents, asked about the bundle of a case for one answer. Their arguments are checked
 * against their signatures, a question is not asked twice, and TOOLS_MAX is all there are.
 */
#pragma once

#include "ask/answering.h"

/*
 * Asks; `input` is JSON, `alert` and `onset` are the case's own unless given. The place of the tool
 * in the answer, from 1; 0: it could not be asked, and err says why.
 */
uint32_t look(struct answering *answering, struct str tool, struct str input, struct err *err);

/* Says it where the rows of that tool bear it out; it is given the citation [T1]. */
bool say_of_rows(struct answering *answering, uint32_t tool, struct str text);

/* What tools tell of a service; nothing where there is no bundle. */
void look_at_requests(struct answering *answering, struct str service);
void look_at_errors(struct answering *answering, struct str service);
