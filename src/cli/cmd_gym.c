/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

static int run(int argc, char **argv)
{
    return command_exec("gym", argc, argv);
}

const struct command command_gym = {
    .name = "gym",
    .usage = "up | status | down | faults | run SCENARIO --out BUNDLE | record --all --out DIR | "
             "score DIR | recut DIR --out DIR",
    .summary = "Run a small real shop, break it on purpose, and record what happens",
    .help = "",
    .run = run,
};
