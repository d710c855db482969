/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/small.h"

#define X(name) extern const struct small_expert small_##name;
#include "expert/small_list.inc"
#undef X

const struct small_expert *const small_experts[] = {
#define X(name) &small_##name,
#include "expert/small_list.inc"
#undef X
    NULL,
};

const struct small_expert *small_expert_find(struct str name)
{
    for (const struct small_expert *const *at = small_experts; *at; at++)
        if (str_eq(name, str_of((*at)->name)))
            return *at;
    return NULL;
}

const struct small_expert *small_expert_for(struct str task)
{
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *it = (*at)->tasks; it->name; it++)
            if (str_eq(task, str_of(it->name)))
                return *at;
    return NULL;
}
