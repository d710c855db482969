/* SPDX-License-Identifier: Apache-2.0 */
/* Dates that are written in several words: "Fri Jun 17 07:07:00 2005", "17 Jun 2005", "2005-06-17
 * 07:07". */
#pragma once

#include "text/mask.h"

bool date_is_month(struct str word); /* "Jun", "June": in English, with a capital */

/* Makes one slot of each date in the shape of `message`. */
void date_join(struct str message, struct shape *shape);
