/* SPDX-License-Identifier: Apache-2.0 */
/* The program in one function. */
#pragma once

#include "director/director.h"
#include "engine/memories.h"
#include "engine/repository.h"
#include "expert/panel.h"
#include "journal/replay.h"
#include "report/report.h"
#include "source/bundle.h"

struct investigation {
    struct clock clock;
    int64_t budget_ns;  /* 0: a minute */
    uint32_t steps_max; /* 0: what a case has by itself */
    struct direction direction;
    const struct repository *repository; /* whose changes are read too; NULL: none */
    const struct memories *memories;     /* of earlier incidents; NULL: none */
    const struct weights *weights;       /* by which is judged; NULL: those that are shipped */
    const char *const *experts_out; /* small experts to leave out; ends with NULL; NULL: none */

    const char *const *tables_out; /* of the bundle, to be left empty; ends with NULL; NULL: none */

    /* Asked once the verdict stands, while the store can still be asked; NULL: nobody is. */
    void (*further)(void *state, struct casefile *casefile, const struct services *services);
    void *further_state;

    struct panel *panel; /* models that may be asked; NULL: none */
    /* What they are asked once the verdict stands; NULL: nothing. */
    void (*consult)(void *state, struct panel *panel, struct casefile *casefile);
    void *consult_state;

    /* Told what goes on, for a person who waits; NULL: nobody does. */
    void (*progress)(void *state, const char *what);
    void *progress_state;

    struct journal_sink journal; /* where its journal goes; no `write`: nowhere */
};

/*
 * Investigates the incident in the bundle. The case is in `out->casefile`, and is closed by the
 * caller with casefile_close(); it needs `arena`, which holds bundle, alert and store.
 * False: there was no alert to start from.
 */
MUST_CHECK bool investigate(struct arena *arena, struct str bundle_path,
                            const struct investigation *how, struct report *out, struct err *err);

/*
 * The same once more, with a journal in the place of the bundle. What of it came out otherwise than
 * then is in replay_divergences(). False: the journal cannot be what it says it is.
 */
MUST_CHECK bool investigate_again(struct arena *arena, struct replay *replay, struct report *out,
                                  struct err *err);
