/* SPDX-License-Identifier: Apache-2.0 */
/* Which piece of evidence put how much into a score. */
#pragma once

#include "verdict/weigh.h"

/* Largest first, into the hypothesis; together they are the score of the suspect. */
void contribution_list(const struct weighing *weighing, const struct suspect *suspect,
                       struct hypothesis *hypothesis);
