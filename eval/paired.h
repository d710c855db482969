/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same items measured in two ways, and by how much the first is better: with the 95 % interval
 * of a bootstrap over the items (B. Efron, "Bootstrap Methods", 1979). Pure, and the same each
 * time.
 */
#pragma once

#include <stdint.h>

struct paired {
    double mean;       /* of the first */
    double difference; /* the first less the second */
    double low, high;  /* of the difference */
};

/* All zero where there is no item. */
struct paired paired_of(const double *first, const double *second, uint32_t count);
