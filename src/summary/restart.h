/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a service was started again right before it showed a fault: then it began there. */
#pragma once

#include "summary/saying.h"

struct restart {
    int64_t since_ns;
    struct str words; /* "when `web-2` alone restarted with version `17ba5e97`" */
    struct str query; /* whose rows bear that out */
};

/* The first start of it in the minute before; false: there was none. */
bool restart_find(const struct saying *saying, struct str service, int64_t until_ns,
                  struct restart *out);
