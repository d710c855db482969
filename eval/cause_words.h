/* SPDX-License-Identifier: Apache-2.0 */
/* The cause of an exception by words alone: what the house had before the code expert. */
#pragma once

#include "agent/logs/complaint.h"
#include "expert/code/cause.h"

/*
 * The complaint in the text, else a name that src/actor/debug/find_exception_cause.c knows, said as
 * a cause.
 */
enum cause cause_by_words(const struct complaint_ear *ear, struct str text);
