/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym down`: ends all worlds of this user, and removes what dead ones have left. */
#include "gym/verbs.h"

#include "gym/world/journal.h"

#include <stdio.h>

#define PATIENCE_S 20 /* a shop that is asked to stop finishes what it is at */

static int run(int argc, char **argv)
{
    struct world_found worlds[WORLDS_MAX];
    struct err err = {0};
    unsigned count;
    if (argc > 1) {
        printf("usage: warroom gym down\n\nEnds the shops that are up, and removes what dead ones "
               "have left.\n");
        return strcmp(argv[1], "--help") == 0 ? EXIT_MEASURED : EXIT_NOT_MEASURED;
    }
    if (!journal_find(worlds, &count, &err))
        return verb_complain("gym down", &err);
    for (unsigned i = 0; i < count; i++)
        if (worlds[i].alive)
            journal_end_keeper(&worlds[i], PATIENCE_S);
    return journal_sweep(stdout, &err) ? EXIT_MEASURED : verb_complain("gym down", &err);
}

const struct verb verb_down = {
    .name = "down", .summary = "End the shop and remove all of it", .run = run};
