/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of the program: one file each, `cmd_NAME.c`.
 *
 * Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 done with a negative
 * answer, 2 it could not be done.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#define EXIT_DONE 0
#define EXIT_NEGATIVE 1
#define EXIT_FAILED 2

struct command {
    const char *name;
    const char *usage;   /* what follows the name */
    const char *summary; /* one line, no full stop */
    const char *help;    /* the options, a line each; may be empty */
    int (*run)(int argc, char **argv);
};

extern const struct command *const commands[]; /* ends with NULL */

/* "warroom: text", and how to use the command; gives EXIT_FAILED. */
int command_usage_error(const struct command *command, const char *text);

/* "warroom: text" on stderr; gives EXIT_FAILED. */
int command_failed(const struct err *err);

/* `--name value` or `--name=value` at `*at`, which is moved on; NULL: this is another option. */
const char *command_option(const char *name, int argc, char **argv, int *at);

/* A command that is a program of its own, `warroom-NAME`, found beside this one. */
int command_exec(const char *name, int argc, char **argv);
