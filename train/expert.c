/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train expert NAME ...`: a file expert_NAME.c with `train_expert_NAME` each. */
#include "eval/verb.h"

#include <stddef.h>

#define X(name) extern const struct verb train_expert_##name;
#include "train/expert_list.inc"
#undef X

static const struct verb *const experts[] = {
#define X(name) &train_expert_##name,
#include "train/expert_list.inc"
#undef X
    NULL,
};

static int run(int argc, char **argv)
{
    return verb_main(&(struct verb_program){.name = "train expert",
                                            .purpose = "Learns the numbers of a small expert.",
                                            .verbs = experts},
                     argc, argv);
}

const struct verb verb_expert = {
    .name = "expert",
    .summary = "the numbers of a small expert",
    .run = run,
};
