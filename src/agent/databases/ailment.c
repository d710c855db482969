/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/ailment.h"

#include <math.h>

const char *ailment_name(enum ailment_cause cause)
{
    static const char *const names[] = {
#define X(id, name, words) name,
        AILMENTS(X)
#undef X
    };
    return names[cause];
}

const char *ailment_words(enum ailment_cause cause)
{
    static const char *const words[] = {
#define X(id, name, words) words,
        AILMENTS(X)
#undef X
    };
    return words[cause];
}

struct ailment *ailments_add(struct ailments *ailments, enum ailment_cause cause, double strength)
{
    if (ailments->count == AILMENTS_MAX)
        return NULL;
    struct ailment *ailment = &ailments->items[ailments->count++];
    /* numbers come from outside */
    *ailment = (struct ailment){.cause = cause, .strength = fmin(1, fmax(0, strength))};
    return ailment;
}

bool ailments_have(const struct ailments *ailments, enum ailment_cause cause, struct str object)
{
    for (uint32_t i = 0; i < ailments->count; i++)
        if (ailments->items[i].cause == cause && str_eq(ailments->items[i].object, object))
            return true;
    return false;
}
