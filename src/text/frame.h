/* SPDX-License-Identifier: Apache-2.0 */
/* A frame of a stack trace: whose code it is in, and where. */
#pragma once

#include "base/str.h"

/* Whether it is of the language or of a library, by its package or its path: what is left is the
 * program's own. */
bool frame_is_foreign(struct str frame);

/*
 * "name.ext:12", "name.ext:line 12", "name.ext(12)" or "name.ext on line 12", the first in `text`:
 * "name.ext", the last part of its path, and "12", which point into it.
 */
bool frame_place(struct str text, struct str *file, struct str *line);
