/* SPDX-License-Identifier: Apache-2.0 */
/* git_log_push(): what git prints, in one piece and in small ones; and what is told, as a feed. */
#include "fuzz.h"

#include "base/arena.h"
#include "culprit/feed.h"
#include "git/indexrows.h"

#define SMALL_PIECE_BYTES 7

static bool on_landed(void *state, const struct git_commit *commit, struct err *err)
{
    (void)err;
    fuzz_expect(commit->change.files_count <= GIT_FILES_MAX, "files are bounded");
    fuzz_expect(commit->change.words_count <= GIT_WORDS_KEPT_MAX, "words are bounded");
    fuzz_expect(commit->change.id.len <= GIT_ID_BYTES_MAX, "an id is bounded");
    index_put_head(state, commit->change.id, 0, commit->change.time_ns);
    index_put_body(state, &commit->change);
    return true;
}

static bool read(struct arena *arena, struct str text, size_t piece, bool has_patch,
                 struct buf *lines)
{
    struct err err = {0};
    struct git_log *log = git_log_new(arena, has_patch, on_landed, lines);
    bool ok = true;
    while (ok && text.len > 0) {
        ok = git_log_push(log, str_slice(text, 0, piece), &err);
        text = str_slice(text, piece, text.len);
    }
    ok = ok && git_log_end(log, &err);
    fuzz_expect_reason(ok, &err);
    git_log_free(log);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    struct buf whole = buf_new(arena), pieces = buf_new(arena);
    const bool has_patch = data[0] % 2 == 0; /* the first byte is ours */
    const struct str text = fuzz_text(data + 1, size - 1);
    const bool ok = read(arena, text, SIZE_MAX, has_patch, &whole);
    fuzz_expect(read(arena, text, SMALL_PIECE_BYTES, has_patch, &pieces) == ok &&
                    str_eq(buf_str(&whole), buf_str(&pieces)),
                "it does not matter in which pieces it comes");

    struct feed feed;
    struct history *history = history_new(arena);
    feed_read(arena, buf_str(&whole), history, &feed);
    for (uint32_t i = 0; i < feed.faults_count && i < FEED_FAULTS_MAX; i++)
        fuzz_expect(str_contains(feed.faults[i].why, STR("is there twice")),
                    "what is written can be read, unless git names a commit twice");
    arena_free(arena);
    return 0;
}
