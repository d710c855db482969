/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/policy.h"

const char *material_name(unsigned material)
{
    if (material <= SIGNAL_TOPOLOGY)
        return signal_name((enum signal)material);
    return material == SIGNAL_TOPOLOGY + 1 ? "alert" : "documents";
}

unsigned policy_forbids(const struct policy *policy, unsigned signals, uint32_t model)
{
    const uint32_t bit = UINT32_C(1) << model;
    unsigned material = 0;
    for (; material < MATERIALS_COUNT; material++) {
        const bool is_in_it = signals == 0 || (signals & (1u << material)) != 0;
        if (is_in_it && (policy->may[material] & bit) == 0)
            break;
    }
    return material;
}
