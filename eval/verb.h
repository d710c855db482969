/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of verbs, `warroom eval` or `warroom train`: one measurement or one lesson a verb, one
 * file each; and what all of them do alike.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct verb {
    const char *name;
    const char *summary;               /* one line, no full stop */
    int (*run)(int argc, char **argv); /* argv[0] is the verb; the exit status comes back */
};

enum {
    EXIT_MEASURED = 0,
    EXIT_UNDER = 1, /* measured, but below what was asked for */
    EXIT_NOT_MEASURED = 2,
};

struct verb_program {
    const char *name;                /* "eval" */
    const char *purpose;             /* one sentence */
    const struct verb *const *verbs; /* ends with NULL */
};

/* Finds the verb and gets out of the way. */
int verb_main(const struct verb_program *program, int argc, char **argv);

/* Says what is wrong, of `command` such as "eval rca", on stderr; EXIT_NOT_MEASURED. */
int verb_complain(const char *command, const struct err *err);

/* Says what is wrong with the option that getopt_long() gave ':' or '?' for, which it returns as
 * `option`, with a ':' before its letters. Returns false. */
bool verb_wrong_option(int option, char **argv, struct err *err);

/* Whether all that was written to stdout has got there. */
MUST_CHECK bool verb_printed(struct err *err);

/* To stdout, all of it. */
MUST_CHECK bool verb_print(struct str scores, struct err *err);

extern const struct verb verb_all, verb_task, verb_rca, verb_changes, verb_risk, verb_logs,
    verb_series, verb_expert, verb_experts, verb_router, verb_kb, verb_apart;
