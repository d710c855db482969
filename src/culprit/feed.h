/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes as JSON lines, one object a change: what a deploy pipeline can write without knowing us.
 *
 *   {"id": "4be1", "time": 1764032400, "author": "kim", "message": "Shorter timeouts",
 *    "files": [["conf/upstream.conf", 2, 2]], "words": {"proxy_read_timeout": 2}, "scopes": {}}
 *
 * `id` and `time` are wanted, all else may be missing. `change_id` and `timestamp` are read as
 * well, as are `service`, `kind` and `detail`, so the changes.jsonl of a bundle is a feed. A file
 * may be [path, lines added, lines removed], {"path", "added", "removed"} or a path alone.
 * `position` is the landing order; where any change lacks it, they are ordered by time.
 */
#pragma once

#include "base/buf.h"
#include "culprit/history.h"

#define FEED_LINE_BYTES_MAX ((size_t)8 << 20)
#define FEED_BYTES_MAX ((size_t)1 << 30)
#define FEED_FAULTS_MAX 16 /* more of them are counted, but not told */

struct feed_fault {
    uint32_t line; /* from 1 */
    struct str why;
};

struct feed {
    uint32_t lines; /* that are not blank */
    uint32_t changes;
    uint32_t faults_count; /* lines that were left out */
    struct feed_fault faults[FEED_FAULTS_MAX];
};

/*
 * Adds the changes of a feed to an empty history. A line that cannot be read costs that line and is
 * told in `out`, whose texts live in `arena`.
 */
void feed_read(struct arena *arena, struct str text, struct history *history, struct feed *out);

/* feed_read() of a file; false where it cannot be read. */
MUST_CHECK bool feed_read_file(struct arena *arena, const char *path, struct history *history,
                               struct feed *out, struct err *err);

/*
 * Of a change the words and scopes, from an object that has them as members, as a line of a feed
 * does. Anything else has none.
 */
void feed_tell_words(struct arena *arena, struct str json, struct change *change);

/*
 * The members `files`, `words` and `scopes` of such a line, without words that `keeps` refuses;
 * NULL: all are told.
 */
void feed_put_seen(struct buf *out, const struct change *change,
                   bool (*keeps)(void *state, struct str word), void *state);
