/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why an operation failed.
 *
 * A function that can fail returns bool and takes a `struct err *` as its last argument.
 * err_set() always returns false, so a failure is one line: return err_set(err, ERR_IO, ...).
 * The text has a fixed size: reporting a failure must not be able to fail.
 */
#pragma once

#include <stdbool.h>

#define ERR_KINDS(X)                                                                               \
    X(NONE, "no error")                                                                            \
    X(USAGE, "the caller asked for something that makes no sense")                                 \
    X(NOT_FOUND, "the thing asked for does not exist")                                             \
    X(DENIED, "a guardrail said no")                                                               \
    X(TIMEOUT, "no answer before the deadline")                                                    \
    X(OVER_BUDGET, "the case has spent what it was given")                                         \
    X(UNREACHABLE, "the other side could not be reached")                                          \
    X(PROTOCOL, "the other side sent something we cannot read")                                    \
    X(CORRUPT, "our own file is damaged")                                                          \
    X(IO, "the operating system refused")                                                          \
    X(CANCELLED, "the case was closed while the work was going on")

enum err_kind {
#define X(name, text) ERR_##name,
    ERR_KINDS(X)
#undef X
};

struct err {
    enum err_kind kind;
    char text[480];
};

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text that is there. Returns false, like err_set(). */
bool err_context(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define MUST_CHECK __attribute__((warn_unused_result))
