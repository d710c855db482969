/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two known values compare as a runbook says; the check has seen that their types fit. */
#pragma once

#include "runbook/runbook.h"

bool compare_values(const struct value *left, enum comparator comparator,
                    const struct value *right);
