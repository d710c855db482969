/* SPDX-License-Identifier: Apache-2.0 */
/* The answers, one for each aim, out of what the report has. */
#pragma once

#include "ask/answering.h"

/* Nothing is said where the report has nothing: the caller says so then. */
void reply(struct answering *answering);

/* What stands where an aim has found nothing: "Nothing speaks against it." */
struct str reply_of_nothing(struct arena *arena, const struct asked_for *asked);
