/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a library together: what is shipped, and a folder of the team's own on top of it. */
#pragma once

#include "base/err.h"
#include "runbook/runbook.h"

#define LIBRARY_BOOKS_MAX 200

/*
 * Parses `text` and adds it last, or in place of the book of that name. Problems are added to
 * `problems` as text, with `file` before them; false: there were some, and nothing was added.
 */
MUST_CHECK bool library_add(struct library *library, struct arena *arena, struct str file,
                            struct str text, struct buf *problems);

/*
 * Adds each FOLDER/x.runbook in the order of their names. False: a file could not be read (`err`
 * tells), or had problems (`problems` tells).
 */
MUST_CHECK bool library_add_folder(struct library *library, struct arena *arena, const char *folder,
                                   struct buf *problems, struct err *err);

/* The text of a runbook from a file, or from standard input where `path` is "-". */
MUST_CHECK bool library_read_file(struct arena *arena, const char *path, struct str *out,
                                  struct err *err);
