/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process that reads a GGUF file writes, in any pieces: the first byte says where it is
 * cut, and whether odds were asked for.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "expert/gguf_answer.h"

#include <math.h>

static const char *const labels[] = {"A", "B", "C"};

/* The lines of `text` that `at` has not had; how many they are, and how much of it they take. */
static size_t take_lines(struct gguf_lines *at, struct str text, size_t *bytes)
{
    size_t count = 0;
    for (struct str line; gguf_line_next(at, text, &line); count++) {
        fuzz_expect(fuzz_is_inside(text, line), "a line is of the text");
        fuzz_expect(!line.len || !memchr(line.ptr, '\n', line.len), "and one line");
        *bytes += line.len + 1;
    }
    return count;
}

static void check_lines(struct str text, size_t cut)
{
    struct gguf_lines whole = {0}, pieces = {0};
    size_t whole_bytes = 0, pieces_bytes = 0;
    size_t count = take_lines(&pieces, str_slice(text, 0, cut), &pieces_bytes);
    count += take_lines(&pieces, text, &pieces_bytes);
    fuzz_expect(take_lines(&whole, text, &whole_bytes) == count && whole_bytes == pieces_bytes,
                "a line is one wherever the text was cut");
}

static void check_answer(struct arena *arena, bool wants_odds, struct str line)
{
    const struct brief brief = {
        .task = "fuzz", .labels = wants_odds ? labels : NULL, .labels_count = wants_odds ? 3 : 0};
    struct opinion opinion;
    struct buf piece = buf_new(arena);
    struct err err = {0};
    const bool ok = gguf_answer_read(&brief, line, arena, &opinion, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!ok || utf8_is_valid(opinion.text), "an answer is UTF-8");
    for (uint32_t i = 0; ok && i < brief.labels_count; i++)
        fuzz_expect(opinion.odds[i] <= 0.0, "nothing is more than certain");
    gguf_piece_put(&piece, line);
    fuzz_expect(utf8_is_valid(buf_str(&piece)), "a piece is UTF-8");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct str text = fuzz_text(data + 1, size - 1);
    struct gguf_lines at = {0};
    struct str line;
    check_lines(text, (size_t)data[0] * text.len / UINT8_MAX);
    while (gguf_line_next(&at, text, &line))
        check_answer(arena, data[0] & 1, line);
    arena_free(arena);
    return 0;
}
