/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server says of itself: a line each on standard error, as logfmt.
 *
 *     time=2026-11-22T02:03:04.567Z level=warning about=incident text="..."
 *
 * The text may hold what came from outside: it is quoted, and a line stays one line.
 */
#pragma once

#include <stdbool.h>

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Any thread. `about` is a word of ours. */
void log_line(enum log_level level, const char *about, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
