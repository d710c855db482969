/* SPDX-License-Identifier: Apache-2.0 */
/* What is older than serve.retention goes: rows of the ledger, then files (incident/expiry.h). */
#pragma once

#include "base/clock.h"
#include "store/ledger.h"

struct site;

#define SWEEP_EVERY_NS (60 * NS_PER_S) /* of the wall, by which things grow old */

/* A part of what there is to do; the rest is done the next time. What fails is logged. */
void sweep(const struct site *site, struct ledger *ledger, int64_t now_ns);
