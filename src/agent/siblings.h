/* SPDX-License-Identifier: Apache-2.0 */
/* Which services have several instances; only those can be compared with each other. */
#pragma once

#include "case/call.h"

/*
 * Of a table with columns service and instance ("logs", "traces"): at most 200 of them, quoted and
 * parted by commas as SQL has lists; empty where there are none. To ask is cheap, and in most cases
 * all there is to ask.
 */
MUST_CHECK bool siblings_services(struct call *call, const char *table, struct str *out,
                                  struct err *err);
