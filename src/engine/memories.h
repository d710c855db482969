/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Earlier incidents that people have spoken of, from a ledger beside the bundle: they become rows of
 * `incidents`, as if the bundle had told of them. They are hearsay, and weigh as hearsay.
 */
#pragma once

#include "case/call.h"
#include "feedback/memory.h"

struct memories {
    const struct memory *items; /* the newest first */
    uint32_t count;
};

/* The store must not be sealed yet. Those that are not older than the alert are left out. */
MUST_CHECK bool memories_load(const struct memories *memories, struct telemetry *telemetry,
                              struct casefile *casefile, struct err *err);
