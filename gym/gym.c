/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym VERB ...` */
#include "gym/verbs.h"

#include <stddef.h>

static const struct verb *const verbs[] = {&verb_up,     &verb_status, &verb_down,
                                           &verb_faults, &verb_run,    &verb_record,
                                           &verb_score,  &verb_recut,  NULL};

int main(int argc, char **argv)
{
    return verb_main(&(struct verb_program){.name = "gym",
                                            .purpose = "Runs a small real shop and breaks it on "
                                                       "purpose.",
                                            .verbs = verbs},
                     argc, argv);
}
