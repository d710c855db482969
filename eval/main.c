/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval VERB ...` */
#include "eval/verb.h"

#include <stddef.h>

static const struct verb *const verbs[] = {
    &verb_all,    &verb_task, &verb_rca,     &verb_changes, &verb_risk,  &verb_logs, &verb_series,
    &verb_expert, &verb_kb,   &verb_experts, &verb_router,  &verb_apart, NULL};

int main(int argc, char **argv)
{
    return verb_main(&(struct verb_program){.name = "eval",
                                            .purpose = "Measures warroom against what is known to "
                                                       "be true.",
                                            .verbs = verbs},
                     argc, argv);
}
