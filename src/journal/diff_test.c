/* SPDX-License-Identifier: Apache-2.0 */
/* One change in a journal, and the first difference that is told. */
#include "journal/diff.h"

#include "journal/align.h"
#include "journal/case_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    const char *what, *instead; /* in the journal of B */
    const char *want;           /* "part | subject | path | a | b | lines"; "": they are the same */
} changes[] = {
    {"nothing", "\"type\"", "\"type\"", ""},
    {"another duration", "\"took_ns\":8000000", "\"took_ns\":9000000", ""},
    {"another clock", "\"clock_ns\":[1002000000", "\"clock_ns\":[1003000000", ""},
    {"another program", "\"program\":\"", "\"program\":\"9", "program |  |  | \"0"},
    {"another alert", "\"severity\":\"page\"", "\"severity\":\"info\"",
     "alert |  | severity | \"page\" | \"info\" | "},
    {"less time", "\"time_ns\":60000000000", "\"time_ns\":30000000000",
     "budget |  | time_ns | 60000000000 | 30000000000 | "},
    {"another runbook", "\\\"x\\\" {\\n}\\n\"", "\\\"y\\\" {\\n}\\n\"",
     "runbooks | plan | text | a text | another | -1: runbook plan \"x\" {\n+1: runbook plan \"y\" "
     "{\n"},
    {"more rows", "\"rows\":3945", "\"rows\":3946",
     "sources | metrics.csv | rows | 3945 | 3946 | "},
    {"another source", "\"name\":\"logs.jsonl\"", "\"name\":\"logs.csv\"",
     "sources | logs.jsonl |  | there |  | "},
    {"another plan",
     "\"why\":\"It was asked for.\",\"text\":\"runbook plan \\\"x\\\" {\\n    find()",
     "\"why\":\"It was asked for.\",\"text\":\"runbook plan \\\"x\\\" {\\n    look()",
     "plan | plan 1 | text | a text | another | -2:     find()\n+2:     look()\n"},
    {"another input", "\"input\":{\"service\":\"cart\"", "\"input\":{\"service\":\"dart\"",
     "steps | step 2, `logs.shifts` | input.service | \"cart\" | \"dart\" | "},
    {"another output", "\"output\":{\"services\":2", "\"output\":{\"services\":4",
     "steps | step 2, `logs.shifts` | output.services | 2 | 4 | "},
    {"another row", "\"weight\":0.1", "\"weight\":0.10001",
     "steps | step 1, `find` | output.shifts[1].weight | 0.1 | 0.10001 | "},
    {"a row more", "\"shifts\":[", "\"shifts\":[{},",
     "steps | step 1, `find` | output.shifts[0].name | "},
    {"another step", "\"name\":\"logs.shifts\"", "\"name\":\"logs.gifts\"",
     "steps | step 2, `logs.shifts` |  | there |  | "},
    {"another failure", "\"text\":\"ask: no answer in 5 s\"", "\"text\":\"ask: no answer in 9 s\"",
     "steps | step 3, `ask` | error.text | "},
    {"another claim", "`cart` took 4.87 s.", "`cart` took 4.88 s.",
     "evidence | `cart` took 4.87 s. |  | there |  | "},
    {"another strength", "\"strength\":0.5", "\"strength\":0.6",
     "evidence | `db` failed in 0 of 51 calls. | strength | 0.5 | 0.6 | "},
    {"a lead that held", "\"state\":\"abandoned\"", "\"state\":\"held\"",
     "leads | cart | state | \"abandoned\" | \"held\" | "},
    {"another withdrawal", "\"why\":\"the number 51\"", "\"why\":\"the number 0\"",
     "withdrawn | `db` failed in 0 of 51 calls. | why | \"the number 51\" | \"the number 0\" | "},
    {"another cause", "\"hypotheses\":[{\"subject\":\"cart\"",
     "\"hypotheses\":[{\"subject\":\"db\"", "hypotheses | 1. |  | \"cart\" | \"db\" | "},
    {"less sure", "\"confidence\":0.75", "\"confidence\":0.5",
     "hypotheses | 1. `cart` | confidence | 0.75 | 0.5 | "},
    {"another end", "\"known\":true", "\"known\":false", "end |  | known | true | false | "},
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

static struct reader *opened(struct arena *arena, struct str journal, FILE **file)
{
    struct reader *reader;
    struct err err = {0};
    *file = fmemopen((void *)(uintptr_t)journal.ptr, journal.len, "r");
    if (!reader_open(arena, *file, STR("j"), &reader, &err))
        fail_msg("%s", err.text);
    return reader;
}

static struct comparison compared(struct arena *arena, struct str a, struct str b)
{
    struct comparison comparison;
    struct err err = {0};
    FILE *file_a, *file_b;
    const struct reader *of_a = opened(arena, a, &file_a), *of_b = opened(arena, b, &file_b);
    if (!diff_journals(arena, of_a, of_b, &comparison, &err))
        fail_msg("%s", err.text);
    fclose(file_a);
    fclose(file_b);
    return comparison;
}

static struct str told(struct arena *arena, const struct difference *it)
{
    if (!it)
        return STR("");
    return str_printf(arena, "%s | %.*s | %.*s | %.*s | %.*s | %.*s", part_name(it->part),
                      STR_ARG(it->subject), STR_ARG(it->path), STR_ARG(it->a), STR_ARG(it->b),
                      STR_ARG(it->lines));
}

static void the_first_difference_is_the_cause(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str journal = case_journal(arena);
    int failed = 0;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const struct str other =
            edited(arena, journal, str_of(changes[i].what), str_of(changes[i].instead));
        const struct comparison comparison = compared(arena, journal, other);
        const struct str got = told(arena, comparison.differences);
        if (!str_starts(got, str_of(changes[i].want)) ||
            (changes[i].want[0] == '\0') != (comparison.count == 0)) {
            print_error("%s: %.*s\n", changes[i].why, STR_ARG(got));
            failed++;
        }
    }
    arena_free(arena);
    assert_int_equal(failed, 0);
}

static void conclusions_are_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str journal = case_journal(arena);
    const struct str cut = str_slice(journal, 0, str_find(journal, STR("{\"type\":\"reread\"")));
    const struct comparison it = compared(arena, journal, cut);
    assert_true(it.a.whole && it.a.known);
    assert_true(str_eq(it.a.subject, STR("cart")) && str_eq(it.a.cause, STR("it waits")));
    assert_true(it.a.confidence > 0.74 && it.a.confidence < 0.76);
    assert_false(it.b.whole || it.b.known);
    assert_int_equal(it.b.subject.len, 0);
    assert_true(str_starts(told(arena, it.differences), STR("withdrawn")));
    arena_free(arena);
}

static void reports_can_be_compared_too(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct comparison comparison;
    struct err err = {0};
    const char *shape = "{\"verdict\":{\"known\":true},\"hypotheses\":[{\"subject\":\"cart\","
                        "\"cause\":\"c\",\"confidence\":%s}],\"gaps\":[{\"text\":\"%s\"}]}";
    json_t *a = json_loads(str_printf(arena, shape, "0.9", "no logs").ptr, 0, NULL);
    json_t *b = json_loads(str_printf(arena, shape, "0.8", "no spans").ptr, 0, NULL);
    json_t *none = json_object();
    assert_true(diff_reports(arena, a, a, &comparison, &err));
    assert_null(comparison.differences);
    assert_true(diff_reports(arena, a, b, &comparison, &err));
    assert_int_equal(comparison.count, 3);
    assert_string_equal(told(arena, comparison.differences).ptr,
                        "evidence | no logs |  | there |  | ");
    assert_false(diff_reports(arena, a, none, &comparison, &err));
    assert_non_null(strstr(err.text, "neither a journal nor a report"));
    arena_free(arena); /* before the JSON that it borrows from */
    json_decref(a);
    json_decref(b);
    json_decref(none);
}

static const struct {
    const char *a, *b, *want; /* a letter a thing */
} alignments[] = {
    {"", "", ""},
    {"a", "", "-a"},
    {"", "a", "+a"},
    {"abc", "abc", "abc"},
    {"abc", "axc", "a-b+xc"},
    {"abc", "bc", "-abc"},
    {"bc", "abc", "+abc"},
    {"abcd", "cdab", "-a-bcd+a+b"},
    {"aab", "ab", "a-ab"},
};

static void what_is_common_stands_beside_each_other(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(alignments); i++) {
        struct str a[8], b[8];
        const uint32_t a_count = (uint32_t)strlen(alignments[i].a);
        const uint32_t b_count = (uint32_t)strlen(alignments[i].b);
        for (uint32_t k = 0; k < a_count; k++)
            a[k] = (struct str){&alignments[i].a[k], 1};
        for (uint32_t k = 0; k < b_count; k++)
            b[k] = (struct str){&alignments[i].b[k], 1};
        uint32_t count;
        const struct align_pair *pairs = align(arena, a, a_count, b, b_count, &count);
        struct buf got = buf_new(arena);
        for (uint32_t k = 0; k < count; k++)
            buf_printf(&got, "%s%c",
                       pairs[k].b == ALIGN_NONE   ? "-"
                       : pairs[k].a == ALIGN_NONE ? "+"
                                                  : "",
                       pairs[k].a == ALIGN_NONE ? b[pairs[k].b].ptr[0] : a[pairs[k].a].ptr[0]);
        assert_string_equal(buf_str(&got).ptr, alignments[i].want);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_difference_is_the_cause),
        cmocka_unit_test(conclusions_are_told),
        cmocka_unit_test(reports_can_be_compared_too),
        cmocka_unit_test(what_is_common_stands_beside_each_other),
    };
    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
