/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths are compared from their ends: an alert, a stack trace or a log names a file from wherever
 * it was built or runs, so the last parts are the same and the first are not.
 */
#include "culprit/measure.h"

#include <math.h>

#define NAME_ALONE 0.5 /* what the name of a file counts without its folders */

/* How many of the last parts are the same, and how many parts the shorter path has. */
static uint32_t common_ending(struct str a, struct str b, uint32_t *shorter)
{
    uint32_t same = 0;
    bool equal = true;
    for (*shorter = 0; a.len > 0 && b.len > 0; (*shorter)++) {
        equal = equal && str_eq(path_name(a), path_name(b));
        same += equal;
        a = path_folder(a);
        b = path_folder(b);
    }
    return same;
}

static double same_file(struct str named, struct str path)
{
    uint32_t shorter;
    const uint32_t same = common_ending(named, path, &shorter);
    return same > 0 ? NAME_ALONE + (1.0 - NAME_ALONE) * same / shorter : 0.0;
}

/* Share of the named folders that the path lies in, in their order. */
static double same_folder(struct str named, struct str path)
{
    uint32_t parts = 0, same = 0;
    struct str rest = path_folder(named), folder = path_folder(path), part;
    while (str_split(&rest, '/', &part)) {
        struct str inner = folder, each;
        parts += part.len > 0;
        while (part.len > 0 && str_split(&inner, '/', &each))
            if (str_eq(each, part)) {
                same++;
                folder = inner;
                break;
            }
    }
    return parts > 0 ? (double)same / parts : 0.0;
}

void places_measure(struct measure *measure)
{
    const struct question *question = measure->question;
    const struct clues *clues = question->clues;
    for (uint32_t i = 0; clues->paths_count > 0 && i < measure->count; i++) {
        const struct landed *landed = measure_candidate(measure, i);
        double *of = measure->signs[i].of;
        for (uint32_t j = 0; j < landed->paths_count; j++) {
            const struct str path = question->history->paths.keys[landed->paths[j]];
            for (uint32_t k = 0; k < clues->paths_count; k++) {
                of[SIGN_NAMED_FILE] = fmax(of[SIGN_NAMED_FILE], same_file(clues->paths[k], path));
                of[SIGN_NAMED_FOLDER] =
                    fmax(of[SIGN_NAMED_FOLDER], same_folder(clues->paths[k], path));
            }
        }
    }
}
