/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs programs as children, several at once, each bounded in time and in what it may say.
 *
 * Programs are started with their arguments, never through a shell, read nothing, and end with us.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#define CHILD_COMPLAINT_BYTES_MAX ((size_t)4 << 10)

enum child_end {
    CHILD_EXITED,
    CHILD_KILLED,    /* by a signal that was not ours */
    CHILD_TIMED_OUT, /* killed by us */
    CHILD_TOO_LOUD,  /* killed by us: more output than it may write */
    CHILD_NOT_STARTED,
};

struct child_result {
    enum child_end end;
    int code; /* the exit status, the number of the signal, or errno */
    struct str output;
    struct str complaint; /* the start of what it wrote to stderr */
    int64_t wall_ns;      /* from before fork() to the end, so the program's own start is in it */
    int64_t rss_bytes;    /* at its peak */
};

struct children {
    uint32_t count;
    uint32_t at_once;
    int64_t timeout_ns;
    size_t output_bytes_max;

    /* The arguments of the index-th program, ending with NULL; argv[0] is its path. They are copied
     * by fork(), so the next call may reuse the array. */
    const char *const *(*argv)(void *state, uint32_t index);
    /* Called once for each, in the order of ending. The result's texts are gone after the call. */
    void (*done)(void *state, uint32_t index, const struct child_result *result);
    void *state;
};

/* False: children cannot be run at all. One that fails is told to done(). */
MUST_CHECK bool children_run(const struct children *children, struct err *err);

/* One program, waited for. The result's texts live in `arena`. */
MUST_CHECK bool child_run(struct arena *arena, const char *const *argv, int64_t timeout_ns,
                          size_t output_bytes_max, struct child_result *out, struct err *err);

/* How a child ended, for a person: "exit status 1: no such file". Empty: it ended well. */
struct str child_fault(struct arena *arena, const struct child_result *result);
