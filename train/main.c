/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train VERB ...` */
#include "eval/verb.h"

#include <stddef.h>

extern const struct verb verb_verdict, verb_changes, verb_risk, verb_curve, verb_order,
    verb_filters, verb_corpus, verb_sft, verb_expert, verb_router;

static const struct verb *const verbs[] = {&verb_verdict, &verb_changes, &verb_risk,   &verb_curve,
                                           &verb_order,   &verb_filters, &verb_corpus, &verb_sft,
                                           &verb_expert,  &verb_router,  NULL};

int main(int argc, char **argv)
{
    return verb_main(&(struct verb_program){.name = "train",
                                            .purpose = "Learns the numbers that warroom goes by "
                                                       "from incidents and changes whose cause is "
                                                       "known.",
                                            .verbs = verbs},
                     argc, argv);
}
