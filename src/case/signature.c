/* SPDX-License-Identifier: Apache-2.0 */
#include "case/signature.h"

#include "base/arena.h"
#include "base/map.h"

#define STRENGTH_MIN 0.1 /* what is weaker is found in most cases */

static bool is_found(const struct evidence *it)
{
    switch (it->finding) {
    case FINDING_NONE:
    case FINDING_NEIGHBOUR:
    case FINDING_PAST:
    case FINDING_DEPENDENCY:
    case FINDING_IMPACT:
    case FINDING_HISTORY:
    case FINDING_CULPRIT:
        return false;
    default:
        return it->bearing == BEARING_SUPPORTS && it->subject.len > 0 &&
               it->strength >= STRENGTH_MIN;
    }
}

struct str signature_of(struct arena *arena, const struct casefile *casefile)
{
    struct map lines = map_new(arena);
    struct buf out = buf_new(arena);
    for (const struct evidence *it = casefile->evidence; it && lines.count < SIGNATURE_LINES_MAX;
         it = it->next)
        if (is_found(it))
            map_add(&lines,
                    str_printf(arena, "%.*s %s", STR_ARG(it->subject), finding_name(it->finding)));
    for (uint32_t i = 0; i < lines.count; i++)
        buf_printf(&out, "%s%.*s", i > 0 ? "\n" : "", STR_ARG(lines.keys[i]));
    return buf_str(&out);
}
