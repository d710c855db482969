/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a file is: whom a CODEOWNERS file names, and where it names nobody, who has changed the
 * files of that folder most.
 *
 * Both dialects are read. GitHub's (docs.github.com, "About code owners"): the last line that fits
 * a path decides, and a line without owners takes them away. GitLab's (docs.gitlab.com, "Code
 * Owners syntax"): the same within each [Section], whose owners add up; `[Section] @default` gives
 * owners to lines without any, and `!path` leaves that path out of the section for good. They
 * differ in a pattern like `src/db`: of a file with sections it fits in any folder, of others only
 * at the top.
 *
 * Names are what stands there, "@org/team" or "kim@example.org", and not checked: they come from
 * outside; escape them where they are shown.
 */
#pragma once

#include "culprit/feed.h"

#define OWNERS_BYTES_MAX ((size_t)1 << 20) /* what is longer is not read to its end */
#define OWNERS_RULES_MAX 20000
#define OWNERS_SECTIONS_MAX 200
#define OWNERS_NAMES_MAX 50 /* of one line */
#define OWNERS_FAULTS_MAX 8 /* more of them are counted, but not told */
#define OWNERS_TOLD_MAX 8   /* of a change */

struct owners_rule;
struct owners_section;

struct owners {
    struct owners_rule *rules; /* in the order of the file */
    uint32_t rules_count;
    struct owners_section *sections; /* the first is what stands before any */
    uint32_t sections_count;
    struct feed_fault faults[OWNERS_FAULTS_MAX]; /* lines that were left out */
    uint32_t faults_count;
};

struct owner {
    struct str name;
    uint32_t count; /* files of theirs; by habit: changes */
};

struct owner_list {
    struct owner *items; /* those with most first */
    uint32_t count;
    uint32_t unowned; /* files that nobody is named for */
    uint32_t changes; /* by habit: of all authors together; 0: CODEOWNERS says it */
};

/* Everything lives in `arena`. Any text gives owners: of what cannot be read it has faults. */
struct owners *owners_read(struct arena *arena, struct str text);

/* Of one file, in the order that they are named. */
struct owner_list owners_of(struct arena *arena, const struct owners *owners, struct str path);

/*
 * Whom to ask about a change: the owners of its files; where they have none, or `owners` is NULL,
 * the authors with most changes to the same folders, of the newest HISTORY before number `to`.
 */
struct owner_list owners_of_change(struct arena *arena, const struct owners *owners,
                                   const struct history *history, uint32_t to,
                                   const struct change *change);
