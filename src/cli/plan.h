/* SPDX-License-Identifier: Apache-2.0 */
/* What commands need that have to do with runbooks: the library, a person's own plan, a trace. */
#pragma once

#include "director/director.h"

#include <stdio.h>

/*
 * The shipped runbooks, and those of `folder` (NULL: none). What is wrong is printed to standard
 * error; false: it cannot be used.
 */
MUST_CHECK bool plan_load_library(struct arena *arena, const char *folder, struct library *out);

/*
 * A planner that follows the runbook `name`: one of the library, or a file. It is parsed and
 * checked now, and its problems are printed to standard error.
 */
MUST_CHECK bool plan_of_person(struct arena *arena, const char *name, const struct library *library,
                               struct planner *out);

/* A listener that prints each step and each lead as it goes. `out` must outlive it. */
struct run_listener plan_trace(FILE *out);
