/* SPDX-License-Identifier: Apache-2.0 */
/* What is swept (works.c), how one run goes (run.c), and what must hold of it (judge.c). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define ARGUMENTS_MAX 24

/*
 * A command that is run again and again. In its arguments and shell lines, $WARROOM is the program,
 * $KEPT the folder of what `prepare` made and $RUN that of this run, which is empty but for tmp/.
 */
struct work {
    const char *name;
    const char *prepare; /* a shell line, once */
    const char *before;  /* before each run */
    const char *command;
    const char *finish; /* a shell line, when all is done */
    const char *after;  /* after each run, when nothing fails any more: it must succeed */
    const char *html;   /* a file of $RUN that is whole or not there; NULL: none */
    bool tells_report;  /* standard output is a report as JSON */
    bool tells_itself;  /* what it prints is another each time, or says what failed */
    bool is_script;     /* it loads fail.c into the program by itself, out of $FAIL_LOAD */
};

extern const struct work works[];

struct places {
    const char *warroom, *load, *stand_in; /* programs, and the library of fail.c */
    char kept[512], run[512];
};

struct fault {
    const char *class, *how; /* NULL: nothing is counted, nothing fails */
    uint64_t nth;            /* 0: count */
    bool later;              /* and all after it */
};

struct outcome {
    int code;   /* -1: ended by a signal */
    int signal; /* 0: none */
    bool late;  /* it was ended, for it did not end */
    bool left;  /* processes of it were left */
    uint64_t calls;
    uint32_t failed;
    char what[240];
};

/* Where this is false, the sweep itself is broken, and has said why. */
bool run_shell(const struct places *places, const char *line);
bool run_once(const struct places *places, const struct work *work, const struct fault *fault,
              struct outcome *out);
/* The numbers of calls to try, of the `calls` of a run that counted: ascending, at most `room`. */
uint32_t run_points(const struct places *places, uint64_t calls, uint64_t *points, uint32_t room);

/* What a run that nothing disturbed has told. */
struct reference {
    char *out;
    int code;
};

bool judge_reference(const struct places *places, const struct outcome *outcome,
                     struct reference *out);
/* It was ended by a signal, or had to be, where a library had no memory. */
bool judge_is_of_library(const struct outcome *outcome);
/* NULL: all holds; else what does not. */
const char *judge(const struct places *places, const struct work *work,
                  const struct reference *reference, const struct outcome *outcome);
