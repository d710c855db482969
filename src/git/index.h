/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes of a repository, kept in the ledger, so that only what has landed since is read from
 * git.
 *
 * What counts is landing: the commits along the first parents of a revision, each with what it
 * brought against the one before; and when that was: the committer's time, which is not believed
 * where it lies before that of the commit below or after that of the revision.
 */
#pragma once

#include "culprit/feed.h"
#include "store/ledger.h"

#define INDEX_NOTES_MAX 8
/* A thousand are candidates; the others say whose files are whose, and which words are rare. */
#define INDEX_CHANGES_READ_MAX 20000

struct git_index {
    struct ledger *ledger;
    int64_t number;      /* in the ledger */
    struct str revision; /* the commit that was asked about */
    int64_t revision_ns; /* when it was committed */
    int64_t position;    /* of that commit, among the changes */
    int64_t changes;     /* that are kept; some may be newer than the revision */
    int64_t added;       /* by this call */
    struct str
        notes[INDEX_NOTES_MAX]; /* what a person should know: it began anew, why; what is missing */
    uint32_t notes_count;
};

/*
 * Brings the index of `revision` (NULL: HEAD) up to date. Errors are those of git/child.h and of
 * store/ledger.h, and ERR_IO where another process is indexing the same. What was read before an
 * error is kept.
 */
MUST_CHECK bool git_index_update(struct arena *arena, struct ledger *ledger, const char *folder,
                                 const char *revision, struct git_index *out, struct err *err);

/* The newest INDEX_CHANGES_READ_MAX changes up to the revision and that time, as a feed. */
MUST_CHECK bool git_index_lines(struct arena *arena, const struct git_index *index,
                                int64_t until_ns, struct str *out, struct err *err);

/*
 * Adds these to an empty history, as feed_read(). Line numbers of its faults count from the first
 * that was read.
 */
MUST_CHECK bool git_index_read(struct arena *arena, const struct git_index *index, int64_t until_ns,
                               struct history *history, struct feed *out, struct err *err);
