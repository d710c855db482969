/* SPDX-License-Identifier: Apache-2.0 */
/* Files that stand under their name whole, or not at all. */
#pragma once

#include "base/err.h"
#include "base/str.h"

/*
 * In place of the file that was there, whose mode it keeps; that one stays where this fails. A link
 * is followed; a pipe or a terminal gets the bytes as they come. The text of the error begins with
 * the path. Needs room for both, and a folder that can be written to.
 */
MUST_CHECK bool whole_write(const char *path, struct str bytes, struct err *err);
