/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused, what is read back, and whether every finding has been thought of. */
#include "verdict/weights.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct str edited(struct arena *arena, struct str text, const char *what,
                         const char *instead)
{
    const size_t at = str_find(text, str_of(what));
    if (at == STR_NPOS)
        fail_msg("there is no %s in the shipped weights", what);
    const struct str rest = str_slice(text, at + strlen(what), text.len);
    return str_printf(arena, "%.*s%s%.*s", (int)at, text.ptr, instead, STR_ARG(rest));
}

static const struct {
    const char *why;
    const char *what, *instead;
    const char *want; /* in the error; empty: it is read */
} edits[] = {
    {"as it is", "\"version\"", "\"version\"", ""},
    {"no JSON", "{", "", "weights: line 2, column"},
    {"another version", "\"version\": 1", "\"version\": 2", "weights: version: 1 is wanted"},
    {"no version", "\"version\": 1,", "", "weights: version: 1 is wanted"},
    {"a finding with a slip", "\"memory\"", "\"memroy\"",
     "weights: `memroy` is no finding; did you mean `memory`?"},
    {"a finding from elsewhere", "\"memory\"", "\"astrology\"",
     "weights: `astrology` is no finding"},
    {"a setting with a slip", "\"unchanged\"", "\"unchagned\"",
     "weights: changes: `unchagned` is no setting; did you mean `unchanged`?"},
    {"a part with a slip", "\"graph\"", "\"grahp\"",
     "weights: `grahp` is no part of the weights; did you mean `graph`?"},
    {"less than nothing", "\"out_of_reach\": ", "\"out_of_reach\": -",
     "weights: graph: out_of_reach: a number from 0 to 1 is wanted"},
    {"no number", "\"out_of_reach\": ", "\"out_of_reach\": \"x\", \"far\": ",
     "weights: graph: `far` is no setting"},
    {"a text for a number", "\"findings\": {", "\"findings\": {\"cpu_\": 1, ",
     "weights: `cpu_` is no finding; did you mean `cpu`?"},
    {"a number that is none", "\"version\": 1", "\"version\": NaN", "weights: line 2, column"},
    {"said twice", "\"version\": 1", "\"version\": 1, \"version\": 1", "duplicate object key"},
    {"no findings", "\"findings\": {", "\"findings\": 7, \"provenance\": {",
     "duplicate object key"},
    {"nobody knows where from", "\"provenance\": {", "\"provenance\": 7, \"leads_\": {",
     "weights: provenance: an object is wanted"},
};

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        struct err err = {0};
        struct weights weights;
        const struct str text =
            edited(arena, weights_shipped()->text, edits[i].what, edits[i].instead);
        const bool ok = weights_parse(arena, text, &weights, &err);
        if (ok != (*edits[i].want == '\0') || !strstr(err.text, edits[i].want))
            fail_msg("%s: %s", edits[i].why, err.text);
    }
    arena_free(arena);
}

static void bytes_of_any_kind_are_no_weights(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    static const struct str texts[] = {STR(""),         STR("\0\0\0"), STR("[]"),
                                       STR("{}"),       STR("7"),      STR("{\"version\":1e999}"),
                                       STR("\xff\xfe{")};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct err err = {0};
        struct weights weights;
        assert_false(weights_parse(arena, texts[i], &weights, &err));
        assert_true(err.text[0] != '\0');
    }
    arena_free(arena);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct weights weights = *weights_shipped(), again;
    weights.findings[FINDING_CPU] = 1.0 / 3;
    weights.unchanged = 0.1234567890123456;
    struct buf first = buf_new(arena), second = buf_new(arena);
    struct err err = {0};
    weights_write(&weights, STR("{\"by\": \"a test\"}"), &first);
    if (!weights_parse(arena, buf_str(&first), &again, &err))
        fail_msg("%s", err.text);
    assert_true(again.findings[FINDING_CPU] == 1.0 / 3);
    assert_true(again.unchanged == weights.unchanged);
    weights_write(&again, STR("{\"by\": \"a test\"}"), &second);
    assert_true(str_eq(buf_str(&first), buf_str(&second)));
    assert_false(str_eq(weights_digest(arena, &again), weights_digest(arena, weights_shipped())));
    arena_free(arena);
}

/* Whoever adds a finding says what it weighs, in the prior and in what is shipped. */
static void every_finding_has_a_weight(void **state)
{
    (void)state;
    const struct weights *const files[] = {weights_shipped(), weights_prior()};
    struct arena *arena = arena_new("test");
    struct buf missing = buf_new(arena);
    for (size_t file = 0; file < COUNT_OF(files); file++)
        for (int finding = FINDING_NONE + 1; finding < FINDINGS_COUNT; finding++) {
            const char *name = finding_name((enum finding)finding);
            if (!str_contains(files[file]->text, str_printf(arena, "\"%s\":", name)))
                buf_printf(&missing, " %s (models/%s.json)", name, file == 0 ? "verdict" : "prior");
        }
    if (missing.len > 0)
        fail_msg("findings that lack a weight:%s", buf_str(&missing).ptr);
    arena_free(arena);
}

static void what_a_file_does_not_name_weighs_something(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct err err = {0};
    struct weights weights;
    const struct str text = edited(arena, weights_prior()->text, "\"memory\": 1,", "");
    assert_true(weights_parse(arena, text, &weights, &err));
    assert_true(weights.findings[FINDING_MEMORY] == WEIGHT_UNNAMED);
    assert_true(weights.findings[FINDING_NONE] == 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(bytes_of_any_kind_are_no_weights),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(every_finding_has_a_weight),
        cmocka_unit_test(what_a_file_does_not_name_weighs_something),
    };
    return cmocka_run_group_tests_name("weights", tests, NULL, NULL);
}
