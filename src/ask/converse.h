/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With a model: it sees the question, the evidence and the answer of the templates, may ask a few
 * tools, and then words an answer. Each of its sentences cites what bears it out and is checked as
 * anybody's; where none is left, the templates' answer stands.
 */
#pragma once

#include "ask/answering.h"

/* Takes the place of what the templates said, or leaves it and says why in `failure`. */
void converse(struct answering *answering, struct str question);
