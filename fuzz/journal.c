/* SPDX-License-Identifier: Apache-2.0 */
/* reader_open(), a replay, and the report of what came of it: a journal from anywhere. */
#include "fuzz.h"

#include "journal/case_for_tests.h"
#include "journal/diff.h"
#include "report/report.h"

static void expect_lines(const struct reader *reader, size_t size)
{
    fuzz_expect(reader->lines_count > 0, "a journal has a line");
    fuzz_expect(reader->lines[0].type == LINE_OPEN, "the first of which opens it");
    for (uint32_t i = 0; i < reader->lines_count; i++)
        fuzz_expect(reader->lines[i].offset >= 0 &&
                        (size_t)reader->lines[i].offset + reader->lines[i].len <= size,
                    "a line is a part of the file");
    for (uint32_t i = 1; i < reader->ticks_count; i++)
        fuzz_expect(reader->ticks[i - 1] <= reader->ticks[i], "the clock goes forward");
    fuzz_expect(reader->closed == (reader->lines[reader->lines_count - 1].type == LINE_CLOSE),
                "a journal is whole if its last line closes it");
}

/* Whatever a sound replay has put into the case can be told. */
static void expect_report(struct casefile *casefile)
{
    struct report report = report_write(casefile);
    for (const struct renderer *const *it = renderers; *it; it++) {
        struct buf out = buf_new(casefile->arena);
        (*it)->render(&report, &out);
        fuzz_expect(fuzz_is_utf8(buf_str(&out)), "a report is UTF-8");
    }
}

static void expect_replay(struct arena *arena, const struct reader *reader)
{
    struct replay *replay;
    struct err err = {0};
    const bool ok = replay_new(arena, reader, &replay, &err);
    fuzz_expect_reason(ok, &err);
    if (!ok)
        return;
    struct case_walk walk = {.arena = arena, .replay = replay};
    case_walk(&walk, replay_sink(replay));
    const bool sound = replay_is_sound(replay, &err);
    fuzz_expect_reason(sound, &err);
    if (sound)
        expect_report(walk.casefile);
    casefile_close(walk.casefile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
    if (!file)
        return 0; /* some libraries open no empty memory */
    struct arena *arena = arena_new("fuzz");
    struct reader *reader;
    struct comparison comparison;
    struct err err = {0};
    const bool ok = reader_open(arena, file, STR("j"), &reader, &err);
    fuzz_expect_reason(ok, &err);
    if (ok) {
        expect_lines(reader, size);
        fuzz_expect(diff_journals(arena, reader, reader, &comparison, &err),
                    "what can be read can be compared");
        expect_replay(arena, reader);
    }
    arena_free(arena);
    fclose(file);
    return 0;
}
