/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of a child process, from its start to its end: what it writes is heard, its time is
 * bounded, and it can be stopped from outside. Nothing of it is left when child_run() returns.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define CHILD_GRACE_NS (2 * INT64_C(1000000000)) /* from SIGTERM to SIGKILL */
#define CHILD_SAID_BYTES 480
#define CHILD_NOTES_FD 3 /* "/dev/fd/3", for who writes more than one thing */
#define CHILD_INPUT_BYTES_MAX ((size_t)2 << 20)

struct child_order {
    const char *const *argv;        /* the first is the path of the program; ends with NULL */
    const char *const *environment; /* ends with NULL */
    struct str input;               /* for its standard input, at most CHILD_INPUT_BYTES_MAX */
    const char *output;             /* a file for its standard output, made anew; NULL: none */
    int64_t deadline_ns;            /* of the monotonic clock */
    int stop_fd;                    /* readable: it is to stop; -1: nobody stops it */
    void (*heard)(void *state, struct str bytes); /* what it writes to heard_fd; NULL: nothing */
    int heard_fd; /* CHILD_NOTES_FD or STDOUT_FILENO, where there is no `output` */
    void *state;
};

enum child_end {
    CHILD_ENDED,   /* by itself, with `code` */
    CHILD_KILLED,  /* by a signal that is not ours: `code` is its number */
    CHILD_LATE,    /* its time was over */
    CHILD_STOPPED, /* from outside */
};

struct child_result {
    enum child_end end;
    int code;
    char said[CHILD_SAID_BYTES]; /* its last line on standard error, without "warroom: " */
};

/* For `heard`, with such a `state`: keeps what comes, but no piece that makes it too long. */
struct child_keeps {
    struct buf bytes;
    size_t bytes_max;
};

void child_keep(void *state, struct str bytes);

/*
 * In the child, before all else: it ends when the server ends, however that comes about, so that
 * none goes on writing what the next server has begun again. Does nothing in other processes.
 */
void child_end_with_parent(void);

/* False: it could not be started. */
MUST_CHECK bool child_run(const struct child_order *order, struct child_result *out,
                          struct err *err);
