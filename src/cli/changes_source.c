/* SPDX-License-Identifier: Apache-2.0 */
/* Where changes come from: a feed, or a repository by way of its index. */
#include "cli/changes.h"

#include "base/arena.h"
#include "base/buf.h"
#include "report/escape.h"

#include <stdio.h>

static void tell_notes(struct arena *arena, const struct git_index *index)
{
    for (uint32_t i = 0; i < index->notes_count; i++) {
        struct buf text = buf_new(arena);
        escape_plain(&text, index->notes[i]);
        fprintf(stderr, "warroom: %s\n", buf_str(&text).ptr);
    }
}

bool changes_update(struct arena *arena, const struct changes_options *options,
                    struct git_index *index, struct err *err)
{
    const bool ok =
        git_index_update(arena, options->repo, options->revision, options->index, index, err);
    tell_notes(arena, index);
    return ok;
}

static void complain_of(struct arena *arena, const char *path, const struct feed *feed)
{
    for (uint32_t i = 0; i < feed->faults_count && i < FEED_FAULTS_MAX; i++) {
        struct buf text = buf_new(arena);
        escape_plain(&text, feed->faults[i].why);
        fprintf(stderr, "warroom: %s:%u: left out: %s\n", path, feed->faults[i].line,
                buf_str(&text).ptr);
    }
    if (feed->faults_count > FEED_FAULTS_MAX)
        fprintf(stderr, "warroom: %s: %u more lines are left out\n", path,
                feed->faults_count - FEED_FAULTS_MAX);
}

bool changes_read(struct arena *arena, const struct changes_options *options, int64_t until_ns,
                  struct history *history, struct feed *feed, struct err *err)
{
    struct git_index index;
    const bool ok = options->feed ? feed_read_file(arena, options->feed, history, feed, err)
                                  : changes_update(arena, options, &index, err) &&
                                        git_index_read(arena, &index, until_ns, history, feed, err);
    if (ok)
        complain_of(arena, options->feed ? options->feed : options->repo, feed);
    return ok;
}
