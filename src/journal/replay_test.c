/* SPDX-License-Identifier: Apache-2.0 */
/* A journal that is written, read and replayed; and one that somebody had their hands in. */
#include "journal/case_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* What came of a replay. */
struct outcome {
    struct str text;   /* the error; or the first divergence; or "" */
    struct str second; /* the second journal */
};

static bool keep_and_compare(void *state, struct str line)
{
    struct {
        struct buf out;
        struct journal_sink sink;
    } *both = state;
    buf_add(&both->out, line);
    return both->sink.write(both->sink.state, line);
}

static struct outcome replayed(struct arena *arena, struct reader *reader)
{
    struct {
        struct buf out;
        struct journal_sink sink;
    } both = {.out = buf_new(arena)};
    struct replay *replay;
    struct err err = {0};
    if (!replay_new(arena, reader, &replay, &err))
        return (struct outcome){.text = str_copy(arena, str_of(err.text))};
    struct case_walk walk = {.arena = arena, .replay = replay};
    both.sink = replay_sink(replay);
    case_walk(&walk, (struct journal_sink){.state = &both, .write = keep_and_compare});
    casefile_close(walk.casefile);
    const struct divergence *first = replay_divergences(replay);
    if (!replay_is_sound(replay, &err))
        return (struct outcome){.text = str_copy(arena, str_of(err.text))};
    return (struct outcome){.text = first ? first->text : STR(""), .second = buf_str(&both.out)};
}

static struct outcome outcome_of(struct arena *arena, struct str journal)
{
    FILE *file = fmemopen((void *)(uintptr_t)journal.ptr, journal.len, "r");
    struct reader *reader;
    struct err err = {0};
    assert_non_null(file);
    const struct outcome outcome =
        reader_open(arena, file, STR("j"), &reader, &err)
            ? replayed(arena, reader)
            : (struct outcome){str_copy(arena, str_of(err.text)), STR("")};
    fclose(file);
    return outcome;
}

static void a_second_run_writes_the_same_journal(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str journal = case_journal(arena);
    const struct outcome outcome = outcome_of(arena, journal);
    assert_string_equal(outcome.text.ptr, "");
    assert_string_equal(outcome.second.ptr, journal.ptr);
    for (int type = 0; type < LINES_COUNT; type++)
        if (!str_contains(journal,
                          str_printf(arena, "{\"type\":\"%s\"", line_name((enum line_type)type))))
            fail_msg("no line of type %s", line_name((enum line_type)type));
    arena_free(arena);
}

static const struct {
    const char *why;
    const char *what, *instead; /* in the journal */
    const char *want;           /* in the error, or the first divergence */
} edits[] = {
    {"another version", "\"version\":1", "\"version\":2", "it is a journal of version 2"},
    {"no version", "\"version\":1", "\"vision\":1", "this is no journal"},
    {"another type", "{\"type\":\"loaded\"", "{\"type\":\"unloaded\"", "no type that is known"},
    {"opened late", "{\"type\":\"open\"", "{\"type\":\"walk\"", "begins with its opening"},
    {"a broken line", "\"rows\":3945", "\"rows\":", "j: line 2, column"},
    {"rows that are none", "\"rows\":3945", "\"rows\":\"many\"",
     "line 2: sources: number 1: rows: a whole number"},
    {"a name that is none", "\"finding\":\"latency\"", "\"finding\":\"lateness\"",
     "evidence: number 1: finding: one of its names is wanted"},
    {"a strength that is none", "\"strength\":0.3333333333333333", "\"strength\":7",
     "strength: a number from 0 to 1 is wanted"},
    {"another strength", "\"strength\":0.3333333333333333", "\"strength\":0.25",
     "verdict: hypotheses[0].score: 0.3333 in the journal, and 0.25 now"},
    {"another number of a piece", "\"id\":2,\"step\":1", "\"id\":4,\"step\":1",
     "E4 of the journal would be E2 now"},
    {"another input", "\"input\":{\"service\":\"cart\"", "\"input\":{\"service\":\"dart\"",
     "`logs.shifts` is asked with another input.service: \"cart\", where the journal has \"dart\""},
    {"another step", "\"name\":\"logs.shifts\"", "\"name\":\"logs.gifts\"",
     "`logs.shifts` is asked: the journal has the step `logs.gifts` here"},
    {"another output", "\"services\":2,", "\"services\":3,",
     "outcome: \"2 services\" in the journal, and \"3 services\" now"},
    {"no output", "\"output\":{\"services\":2,", "\"putout\":{\"services\":2,",
     "output: an object is wanted"},
    {"another reason for failing", "\"text\":\"ask: no answer in 5 s\"",
     "\"text\":\"ask: no answer in 9 s\"", "in the journal, and"},
    {"a withdrawal of nothing", "\"withdrawn\":[{\"id\":3", "\"withdrawn\":[{\"id\":7",
     "E7 is not there to be withdrawn"},
    {"an exhibit of nothing", "\"exhibits\":[{\"evidence\":2", "\"exhibits\":[{\"evidence\":99",
     "evidence: the number of a piece that is there is wanted"},
    {"no exhibit", "\"series\":{", "\"cereals\":{", "a series, a template, a trace or a change"},
    {"another consultation", "\"refused\":2", "\"refused\":\"two\"",
     "consultations: number 1: refused: "},
    {"no consulting", "\"type\":\"consulted\"", "\"type\":\"walk\"", "models were to be asked"},
    {"a clock that goes back", "\"clock_ns\":[0,", "\"clock_ns\":[9000000000000,",
     "clock_ns: times that only go forward"},
    {"another plan", "find()", "lose()", "plan: text: "},
    {"another command", "kubectl rollout undo", "kubectl delete node", "its sum is that of other"},
    {"another duration", "\"took_ns\":8000000", "\"took_ns\":9000000",
     "took_ns: 9000000 in the journal, and 8000000 now"},
    {"more behind the end", "\"type\":\"verdict\"", "\"type\":\"close\",\"known\":true,\"x\":\"\"",
     "there is more behind the end"},
};

static struct str edited(struct arena *arena, struct str text, struct str what, struct str instead)
{
    struct buf out = buf_new(arena);
    const size_t at = str_find(text, what);
    if (at == STR_NPOS)
        fail_msg("there is no %s in %s", what.ptr, text.ptr);
    buf_add(&out, str_slice(text, 0, at));
    buf_add(&out, instead);
    buf_add(&out, str_slice(text, at + what.len, text.len));
    return buf_str(&out);
}

static void whatever_is_changed_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str journal = case_journal(arena);
    int failed = 0;
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        const struct str other =
            edited(arena, journal, str_of(edits[i].what), str_of(edits[i].instead));
        const struct outcome outcome = outcome_of(arena, other);
        if (!str_contains(outcome.text, str_of(edits[i].want))) {
            print_error("%s: %.*s\n", edits[i].why, STR_ARG(outcome.text));
            failed++;
        }
    }
    arena_free(arena);
    assert_int_equal(failed, 0);
}

/* With the sum and the second journal, no digit is too small to be missed. */
static void no_byte_is_changed_unseen(void **state)
{
    (void)state;
    struct arena *kept = arena_new("kept");
    const struct str journal = case_journal(kept);
    char *bytes = arena_alloc(kept, journal.len + 1);
    memcpy(bytes, journal.ptr, journal.len);
    for (size_t i = 0; i < journal.len; i++) {
        struct arena *arena = arena_new("test");
        bytes[i] = journal.ptr[i] == '7' ? '3' : '7';
        const struct outcome outcome =
            outcome_of(arena, (struct str){.ptr = bytes, .len = journal.len});
        if (outcome.text.len == 0)
            fail_msg("byte %zu: ...%.*s", i, 40, bytes + (i > 20 ? i - 20 : 0));
        bytes[i] = journal.ptr[i];
        arena_free(arena);
    }
    arena_free(kept);
}

static void what_is_cut_says_so(void **state)
{
    (void)state;
    struct arena *kept = arena_new("kept");
    const struct str journal = case_journal(kept);
    for (size_t len = 1; len + 1 < journal.len; len++) {
        struct arena *arena = arena_new("test");
        const struct outcome outcome = outcome_of(arena, str_slice(journal, 0, len));
        if (!str_contains(outcome.text, STR("did not come to its end")) &&
            !str_contains(outcome.text, STR("j: line 1, column")))
            fail_msg("%zu bytes: %.*s", len, STR_ARG(outcome.text));
        arena_free(arena);
    }
    arena_free(kept);
}

static void a_line_that_is_missing_or_twice_is_named(void **state)
{
    (void)state;
    struct arena *kept = arena_new("kept");
    const struct str journal = case_journal(kept);
    struct str rest = journal, line;
    while (str_split(&rest, '\n', &line)) {
        struct arena *arena = arena_new("test");
        const struct str whole = (struct str){line.ptr, line.len + 1};
        const struct str twice = str_printf(arena, "%.*s%.*s", STR_ARG(whole), STR_ARG(whole));
        const struct outcome without = outcome_of(arena, edited(arena, journal, whole, STR("")));
        const struct outcome doubled = outcome_of(arena, edited(arena, journal, whole, twice));
        if (without.text.len == 0 || doubled.text.len == 0)
            fail_msg("%.*s", STR_ARG(line));
        arena_free(arena);
    }
    arena_free(kept);
}

/* The block marked `jsonl` in the document is a whole journal. */
static void the_document_shows_a_journal(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    FILE *file = fopen("docs/journal.md", "r");
    assert_non_null(file);
    char *text = arena_alloc(arena, 1 << 20);
    const size_t len = fread(text, 1, 1 << 20, file);
    fclose(file);
    const struct str document = {.ptr = text, .len = len};
    const struct str mark = STR("```jsonl\n");
    const size_t from = str_find(document, mark);
    assert_true(from != STR_NPOS);
    const struct str rest = str_slice(document, from + mark.len, len);
    const struct str journal = str_slice(rest, 0, str_find(rest, STR("```")));

    FILE *shown = fmemopen((void *)(uintptr_t)journal.ptr, journal.len, "r");
    struct reader *reader;
    struct err err = {0};
    if (!reader_open(arena, shown, STR("docs/journal.md"), &reader, &err))
        fail_msg("%s", err.text);
    assert_true(reader->closed);
    assert_false(reader->is_changed);
    for (int type = 0; type < LINES_COUNT; type++) {
        bool found = false;
        for (uint32_t i = 0; i < reader->lines_count; i++)
            found |= reader->lines[i].type == (enum line_type)type;
        if (!found ||
            !str_contains(document, str_printf(arena, "| `%s` |", line_name((enum line_type)type))))
            fail_msg("docs/journal.md tells nothing of the line type %s",
                     line_name((enum line_type)type));
    }
    fclose(shown);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_run_writes_the_same_journal),
        cmocka_unit_test(whatever_is_changed_is_named),
        cmocka_unit_test(no_byte_is_changed_unseen),
        cmocka_unit_test(what_is_cut_says_so),
        cmocka_unit_test(a_line_that_is_missing_or_twice_is_named),
        cmocka_unit_test(the_document_shows_a_journal),
    };
    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
