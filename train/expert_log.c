/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train expert log` */
#include "eval/verb.h"

extern const struct verb train_expert_log;

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return verb_complain("train expert log", &(struct err){.text = "there are no numbers yet"});
}

const struct verb train_expert_log = {
    .name = "log",
    .summary = "severity of templates, entities of lines, what comes next",
    .run = run,
};
