/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of real systems in which people have marked what stands where: what the finding of entities
 * is measured by, and, of other systems, learned from.
 *
 * A file of marks holds no line, only where it stands and which bytes are what:
 *   SYSTEM, LINE, marks: row LINE of SYSTEM_2k.log_structured.csv, its Content (loghub)
 *   SYSTEM, CASE/ROW+FROM, marks: row ROW of the logs of a recorded case, from byte FROM on
 *   kin, SYSTEM, SYSTEM: the same programs speak in both, so they are left out together
 *   look, SYSTEM: whoever works on the expert may look at the mistakes in its lines
 * with tabs between them, and FROM-TO:TYPE with blanks between them. The rules of marking stand in
 * eval/entities.tsv.
 */
#pragma once

#include "base/err.h"
#include "expert/log/tagger.h"

struct marked {
    struct str system, where;
    struct str kin; /* its system, or the one that it is left out with */
    bool may_look;
    struct str line;
    struct found marks[TOKENS_MAX];
    uint32_t count;
};

struct marked_lines {
    struct marked *items;
    uint32_t count;
};

/*
 * The lines are looked for below the folders, each one of loghub or a set of cases; those that lie
 * in none of them are left out, all of them missing is an error.
 */
MUST_CHECK bool marks_read(struct arena *arena, const char *path, char *const *folders,
                           struct marked_lines *out, struct err *err);
