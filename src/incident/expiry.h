/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has been kept long enough goes: incidents of which nothing was heard for that long, with
 * their alerts, investigations and news; what the audit says of times before that; silences that
 * have ended before that. What people said of reports stays: it is what is learnt from.
 *
 * Files of an incident go after its rows. That they are still to go stands in the same transaction,
 * so a crash leaves none behind. Times are since 1970.
 */
#pragma once

#include "store/ledger.h"

#define EXPIRY_INCIDENTS_MAX 200 /* a transaction, for others wait until it ends */

/* All that is older than `before_ns` and is not waiting or running; *count may be more next time.
 */
MUST_CHECK bool expiry_drop(struct ledger *ledger, int64_t before_ns, uint32_t *count,
                            struct err *err);

/* The next id behind `after` whose files are to go; empty: there is none. */
MUST_CHECK bool expiry_next(struct ledger *ledger, struct arena *arena, struct str after,
                            struct str *id, struct err *err);

/* They are gone. */
MUST_CHECK bool expiry_done(struct ledger *ledger, struct str id, struct err *err);
