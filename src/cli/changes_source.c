/* SPDX-License-Identifier: Apache-2.0 */
/* Where changes come from: a feed, or a repository by way of its index. */
#include "cli/changes.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "git/codeowners.h"
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
    struct ledger *ledger;
    if (!ledger_open(arena, options->ledger, &ledger, err))
        return false;
    const bool ok = git_index_update(arena, ledger, options->repo, options->revision, index, err);
    tell_notes(arena, index);
    return ok;
}

static void complain_of(struct arena *arena, const char *path, const struct feed_fault *faults,
                        uint32_t count, uint32_t told_max)
{
    for (uint32_t i = 0; i < count && i < told_max; i++) {
        struct buf text = buf_new(arena);
        escape_plain(&text, faults[i].why);
        fprintf(stderr, "warroom: %s:%u: left out: %s\n", path, faults[i].line, buf_str(&text).ptr);
    }
    if (count > told_max)
        fprintf(stderr, "warroom: %s: %u more lines are left out\n", path, count - told_max);
}

static bool read_owners(struct arena *arena, const struct changes_options *options,
                        const struct git_index *index, const struct owners **out, struct err *err)
{
    struct str text, where = str_of(options->owners);
    *out = NULL;
    if (options->owners) {
        if (!file_read(arena, options->owners, OWNERS_BYTES_MAX, &text, err))
            return false;
    } else if (!index) {
        return true;
    } else if (!git_codeowners(arena, options->repo, index->revision, &where, &text, err)) {
        fprintf(stderr, "warroom: the owners are not known: %s\n", err->text);
        return true;
    }
    if (where.len == 0)
        return true;
    struct owners *owners = owners_read(arena, text);
    complain_of(arena, where.ptr, owners->faults, owners->faults_count, OWNERS_FAULTS_MAX);
    *out = owners;
    return true;
}

bool changes_read(struct arena *arena, const struct changes_options *options, int64_t until_ns,
                  struct history *history, struct feed *feed, const struct owners **owners,
                  struct err *err)
{
    struct git_index index;
    const bool ok = options->feed ? feed_read_file(arena, options->feed, history, feed, err)
                                  : changes_update(arena, options, &index, err) &&
                                        git_index_read(arena, &index, until_ns, history, feed, err);
    if (!ok)
        return false;
    complain_of(arena, options->feed ? options->feed : options->repo, feed->faults,
                feed->faults_count, FEED_FAULTS_MAX);
    return read_owners(arena, options, options->feed ? NULL : &index, owners, err);
}
