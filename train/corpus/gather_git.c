/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a history says: the messages of what landed, with the paths they touched. The files of the
 * checkout are the walk's. A repository that git does not read is a folder, and it is said.
 */
#include "train/corpus/gather_parts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "git/child.h"
#include "git/log.h"

#define COMMITS "20000" /* the newest; as many as an index reads */
#define FILES_TOLD 12
#define MESSAGE_MIN 60 /* bytes: "fix", "bump to 1.2.3" teach nothing */

struct history_reading {
    struct gather *gather;
    struct arena *arena;
    struct git_log *log;
    struct pane *pane;
    bool is_ours; /* the failure is of whoever takes the documents */
};

static bool landed(void *state, const struct git_commit *commit, struct err *err)
{
    struct history_reading *reading = state;
    const struct change *change = &commit->change;
    if (str_trim(change->message).len < MESSAGE_MIN)
        return true;
    struct str rest = change->message, line;
    bool ok = true;
    while (ok && str_split(&rest, '\n', &line))
        ok = pane_add(reading->pane, line, err);
    for (uint32_t i = 0; ok && i < change->files_count && i < FILES_TOLD; i++) {
        struct buf path = buf_new(reading->arena);
        buf_printf(&path, "    %.*s", STR_ARG(change->files[i].path));
        ok = pane_add(reading->pane, buf_str(&path), err);
    }
    arena_reset(reading->arena);
    ok = ok && pane_end(reading->pane, err);
    reading->is_ours = !ok;
    return ok;
}

static bool on_bytes(void *state, struct str bytes, struct err *err)
{
    return git_log_push(((struct history_reading *)state)->log, bytes, err);
}

bool gather_commits(struct gather *gather, const char *folder, struct err *err)
{
    static const char *const words[] = {GIT_LOG_FORM, "--max-count=" COMMITS, "HEAD", NULL};
    struct arena *arena = arena_new("git"), *scratch = arena_new("commit");
    struct err why = {0};
    struct history_reading reading = {.gather = gather, .arena = scratch};
    reading.pane = arena_push(arena, struct pane);
    *reading.pane = (struct pane){
        .gather = gather, .kind = DOCUMENT_PROSE, .source = str_printf(arena, "%s/.git", folder)};
    reading.log = git_log_new(arena, false, landed, &reading);
    const bool ok =
        git_run(folder, words, on_bytes, &reading, &why) && git_log_end(reading.log, &why);
    git_log_free(reading.log);
    if (!ok && reading.is_ours)
        *err = why;
    else if (!ok)
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(folder), why.text);
    arena_free(scratch);
    arena_free(arena);
    return ok || !reading.is_ours;
}
