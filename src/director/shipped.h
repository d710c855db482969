/* SPDX-License-Identifier: Apache-2.0 */
/* The runbooks that are a part of the program: those of the folder runbooks/ when it was built. */
#pragma once

#include "runbook/load.h"

/*
 * The shipped runbooks, with those of `folder` (NULL: none) in their place or after them; all are
 * checked. False: `err` says what could not be read, `problems` (not NULL) what is wrong in them.
 */
MUST_CHECK bool shipped_library(struct arena *arena, const char *folder, struct library *out,
                                struct buf *problems, struct err *err);
