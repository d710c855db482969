/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/changes/touched.h"

struct str touched_service(const struct called *called, struct str service, struct str paths)
{
    uint32_t services[CALLED_MAX];
    if (service.len > 0)
        return service;
    return called_in_list(called, paths, services) == 1 ? called->services->keys[services[0]]
                                                        : STR("");
}
