/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of `warroom gym`, one file each. */
#pragma once

#include "eval/verb.h"

extern const struct verb verb_up, verb_status, verb_down, verb_faults, verb_run, verb_record,
    verb_score, verb_recut;

/* `--name value` or `--name=value` at `*at`, which is moved on; NULL: this is another option. */
const char *verb_option(const char *name, int argc, char **argv, int *at);
