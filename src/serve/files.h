/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of ours; data/file.h reads and writes what is in them. */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

/* One that may be there already; only its owner may look into it. */
MUST_CHECK bool files_make_folder(const char *path, struct err *err);

/* A file, a link, or a folder with all that is in it; links are not followed. None there is fine.
 */
MUST_CHECK bool files_remove_tree(const char *path, struct err *err);

/*
 * `with` in place of what is at `path`, if anything is. Who has that open reads on; who looks
 * between two names finds none.
 */
MUST_CHECK bool files_replace_tree(struct arena *arena, const char *path, const char *with,
                                   struct err *err);
