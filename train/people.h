/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people said of reports, as examples: of `right` and `partly` the place that was named is the
 * truth, of `wrong` the place that they name, or that nothing was broken; and where they name none,
 * all that is known is who was not it.
 */
#pragma once

#include "train/example.h"

#define PEOPLE_MIN 20         /* cases without any other data: what a set counts as at most */
#define PEOPLE_SPREAD_MAX 0.3 /* of the penalty then, in log-odds: one system moves little */

struct people {
    uint32_t given, corrected;
    uint32_t taken; /* as examples */
    uint32_t mute;  /* neither place, nor who was wrong; or the case was not kept */
};

/*
 * Of the ledger at `path`, the last word on each case. `by_service`: each service a set, so that
 * what is held out is a service nothing was learned of; else they are one set, `feedback`.
 */
MUST_CHECK bool people_read(struct arena *arena, const char *path, bool by_service,
                            struct examples *out, struct people *people, struct err *err);
