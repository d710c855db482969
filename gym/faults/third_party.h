/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bank is another company's: what it does differently from now on is in no repository of ours,
 * and none of our people has done it. We see it by its answers only.
 */
#pragma once

#include "gym/faults/fault.h"

/* From now on it runs with this value of its key, without a gap. */
MUST_CHECK bool third_party_becomes(struct world *world, const char *key, const char *value,
                                    struct err *err);

/* As it was. */
MUST_CHECK bool third_party_restore(struct world *world, const char *key, struct err *err);
