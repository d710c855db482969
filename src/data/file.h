/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are read as a whole, and written as a whole: there is the old one or the new one,
 * never a half. */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

struct arena;

/*
 * The bytes of a plain file of at most `bytes_max`; the zero after them is not counted. What is no
 * plain file cannot keep us waiting. The reason names the path: ERR_NOT_FOUND: it is not there;
 * ERR_OVER_BUDGET: it is larger; ERR_IO: it is no plain file, or reading failed.
 */
MUST_CHECK bool file_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out,
                          struct err *err);

/* The same of one that is open at its beginning, and stays open. The reason names no path. */
MUST_CHECK bool file_read_open(struct arena *arena, int fd, size_t bytes_max, struct str *out,
                               struct err *err);

/*
 * In place of what was there, which keeps its mode; a new one has `mode`, less the umask. It is
 * written beside it, as "PATH.part", and takes its place when it is on the disk: what a killed
 * process leaves is overwritten by the next. What is no plain file (a device, a pipe, a link) is
 * written to as it is.
 */
MUST_CHECK bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *err);
