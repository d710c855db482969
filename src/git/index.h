/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes of a repository, kept, so that only what has landed since is read from git.
 *
 * What counts is landing: the commits along the first parents of a revision, each with what it
 * brought against the one before; and when that was: the committer's time, which is not believed
 * where it lies before that of the commit below or after that of the revision.
 */
#pragma once

#include "culprit/feed.h"

#define INDEX_NOTES_MAX 4
/* A thousand are candidates; the others say whose files are whose, and which words are rare. */
#define INDEX_CHANGES_READ_MAX 20000

struct git_index {
    struct str path;     /* of its file */
    struct str revision; /* the commit that was asked about */
    int64_t changes;     /* in the file */
    int64_t added;       /* by this call */
    struct str
        notes[INDEX_NOTES_MAX]; /* what a person should know: it began anew, why; what is missing */
    uint32_t notes_count;
};

/*
 * Brings the index of `revision` (NULL: HEAD) up to date. `path` is where it is kept; NULL: in
 * $XDG_CACHE_HOME/warroom, by the repository and the revision. Errors are those of git/child.h, and
 * ERR_IO where the file cannot be written.
 */
MUST_CHECK bool git_index_update(struct arena *arena, const char *folder, const char *revision,
                                 const char *path, struct git_index *out, struct err *err);

/* Whether the revision is among the changes in the file. */
bool git_index_has(const struct git_index *index);

/*
 * Adds the newest changes up to the revision and that time to an empty history, as feed_read().
 * Line numbers of its faults count from the first that was read.
 */
MUST_CHECK bool git_index_read(struct arena *arena, const struct git_index *index, int64_t until_ns,
                               struct history *history, struct feed *out, struct err *err);
