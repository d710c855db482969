/* SPDX-License-Identifier: Apache-2.0 */
/* Files of ours that are written as a whole: there is the old one or the new one, never a half. */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

/*
 * In place of what was there, which keeps its mode; a new one has `mode`, less the umask. It is
 * written beside it, as "PATH.part", and takes its place when it is on the disk: what a killed
 * process leaves is overwritten by the next. What is no plain file (a device, a pipe, a link) is
 * written to as it is.
 */
MUST_CHECK bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *err);
