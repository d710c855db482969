/* SPDX-License-Identifier: Apache-2.0 */
/* What else fires, from whoever knows of alerts as label sets: Prometheus and Alertmanager. */
#pragma once

#include "connect/answer.h"
#include "connect/connector.h"

#define FIRINGS_MAX 1000 /* of one answer: a storm of more says no more */

struct firing {
    int64_t starts_ns, ends_ns; /* ends_ns 0: it fires */
    const json_t *labels;
    const json_t *annotations; /* NULL: not told */
};

/*
 * Adds a row, unless it is the alert itself that is being investigated: of its name, firing, and
 * without a label that is another one there.
 */
void firing_add(struct arena *scratch, const struct source *source, const struct alert *alert,
                const struct firing *firing, struct gathered *out);
