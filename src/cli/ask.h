/* SPDX-License-Identifier: Apache-2.0 */
/* `tool run` and `actor run`: the same words, and answers that look the same. */
#pragma once

#include "case/casefile.h"
#include "cli/command.h"
#include "data/field.h"

#define ASK_HELP                                                                                   \
    "\nInputs are FIELD=VALUE words behind the bundle, or --input with a JSON object;\n"           \
    "`alert` and `onset` are the case's own unless given. Times are RFC 3339 or unix seconds,\n"   \
    "spans 5m, 90s or seconds. --json prints what came out as JSON.\n"

/* NAME BUNDLE [FIELD=VALUE ...] [--input JSON] [--json]; the name is that of an actor or tool. */
int ask_run(const struct command *command, int argc, char **argv);

void ask_print_schema(const char *name, const struct signature *sig);

/* All that a case holds: evidence, proposals, drafts. */
void ask_print_found(const struct casefile *casefile);
