/* SPDX-License-Identifier: Apache-2.0 */
/* A verb of `warroom eval`: one measurement, one file. */
#pragma once

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

extern const struct verb verb_rca, verb_changes, verb_logs, verb_series;
