/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

static int run(int argc, char **argv)
{
    return command_exec("eval", argc, argv);
}

const struct command command_eval = {
    .name = "eval",
    .usage = "rca DIR... [-j N] [--json] [--fail-under AC1] | changes DIR... [--json]",
    .summary = "Score investigations and rankings of changes against the truth",
    .help = "",
    .run = run,
};
