/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a bundle's events, as it is written when it happens. */
#pragma once

#include <stdarg.h>

/* One write() a line, to a file opened for appending: threads do not mix theirs. */
void event_write(int fd, const char *type, const char *reason, const char *object,
                 const char *format, va_list arguments) __attribute__((format(printf, 5, 0)));
