/* SPDX-License-Identifier: Apache-2.0 */
/*
 * News of incidents for those whom the configuration names (notify/), from a thread of its own:
 * what is due stands in the ledger (incident/due.h), and is told in that order. Who cannot be
 * reached is tried again for a while; each failure is logged, and none fails anything: the page has
 * it all the same.
 */
#pragma once

#include "base/err.h"

struct arena;
struct site;
struct teller;

MUST_CHECK bool teller_start(struct arena *arena, const struct site *site, struct teller **out,
                             struct err *err);

/* Ends what is being told; the rest is due at the next start. */
void teller_stop(struct teller *teller);
