/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that a person wrote: a runbook that is followed after triage, and nothing after it. */
#pragma once

#include "director/director.h"

/*
 * False: the text is no sound runbook, and `problems` says why, with `file` before each line. The
 * text must outlive the planner.
 */
MUST_CHECK bool planner_of_person(struct arena *arena, const char *file, struct str text,
                                  const struct library *library, struct planner *out,
                                  struct buf *problems);
