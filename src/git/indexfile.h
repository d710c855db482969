/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that an index is kept in: a first line that says what it is, and then a feed
 * (culprit/feed.h), one change a line in landing order. Nothing else is remembered: where to go on
 * follows from the last line.
 *
 * A first index is written beside and renamed, so that a file is never half of one. What is new is
 * appended; a line without its end is torn, and is cut when the file is opened next.
 */
#pragma once

#include "base/buf.h"
#include "culprit/feed.h"
#include "git/log.h"

/* Counts what changes the lines: another number, and the file is written anew. */
#define INDEX_FIRST_LINE "{\"warroom_index\":1}\n"

struct index_end {
    struct str id; /* of the last change; empty: there is none */
    int64_t position;
    int64_t time_ns;
};

struct index_file {
    const char *path;
    int fd;
    bool is_beside; /* it is renamed when it is done */
    struct str path_beside;
    struct arena *arena; /* of the lines that are not written yet */
    struct buf lines;
};

/*
 * Opens it to append, and finds its end. False with ERR_NOT_FOUND: there is none; with ERR_CORRUPT:
 * what is there is no index of this version; with ERR_IO: it cannot be read, or somebody else is
 * writing to it.
 */
MUST_CHECK bool index_file_open(struct arena *arena, const char *path, struct index_file *file,
                                struct index_end *end, struct err *err);

/* A new one, beside what may be there. */
MUST_CHECK bool index_file_new(struct arena *arena, const char *path, struct index_file *file,
                               struct err *err);

MUST_CHECK bool index_file_add(struct index_file *file, const struct git_commit *commit,
                               struct err *err);

/* Writes what is left, and puts a new one in its place. `keep` is false: a new one is forgotten. */
MUST_CHECK bool index_file_close(struct index_file *file, bool keep, struct err *err);

/* One change as a line of a feed. */
void index_put_change(struct buf *out, const struct change *change);
