/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert NAME ...`: a file expert_NAME.c with `eval_expert_NAME` each. */
#include "eval/verb.h"

#include <stddef.h>

#define X(name) extern const struct verb eval_expert_##name;
#include "eval/expert_list.inc"
#undef X

static const struct verb *const experts[] = {
#define X(name) &eval_expert_##name,
#include "eval/expert_list.inc"
#undef X
    NULL,
};

static int run(int argc, char **argv)
{
    return verb_main(
        &(struct verb_program){.name = "eval expert",
                               .purpose = "Measures a small expert on what it has not learned "
                                          "from, beside the simplest rules.",
                               .verbs = experts},
        argc, argv);
}

const struct verb verb_expert = {
    .name = "expert",
    .summary = "what a small expert is worth, beside the simplest rules",
    .run = run,
};
