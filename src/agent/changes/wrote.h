/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who wrote a line, by the diffs of changes alone, as `git blame` tells it from a repository: from
 * the newest back, each diff either added the line, or says which line it was before.
 */
#pragma once

#include "base/str.h"

enum wrote {
    WROTE_NOT,    /* it stood there before, as line *line */
    WROTE_IT,     /* this diff added it */
    WROTE_UNKNOWN /* the diff does not say which lines of that file it changes */
};

/*
 * A unified diff of one file or several; `file` is the last part of a path, and `*line` its line
 * after the change, from 1. Of WROTE_NOT it becomes the line before it; a diff of other files leaves
 * it. A text that names no file is WROTE_UNKNOWN. At most DIFF_BYTES_MAX are read
 * (agent/changes/diff.h).
 */
enum wrote wrote_line(struct str diff, struct str file, int64_t *line);
