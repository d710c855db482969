/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Which change did it": fills `blame`, `blames` and `blamed` of the report.
 *
 * One is named where the place is known, and where it is rather this change than all others
 * together, both at once: a name at night is followed. Else it is said why none is, and the list
 * is for programs only.
 */
#pragma once

#include "report/writing.h"

void blame_write(struct writing *writing);
