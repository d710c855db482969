/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

static int run(int argc, char **argv)
{
    return command_exec("train", argc, argv);
}

const struct command command_train = {
    .name = "train",
    .usage = "verdict DIR... --journals DIR [--out FILE]",
    .summary = "Learn the weights of the verdict from known incidents",
    .help = "",
    .run = run,
};
