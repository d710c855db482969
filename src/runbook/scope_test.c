/* SPDX-License-Identifier: Apache-2.0 */
/* What docs/runbook.md says can be read is what can be read. */
#include "runbook/scope.h"

#include "base/arena.h"
#include "data/contract_for_tests.h"
#include "runbook/load.h"

static const struct {
    const char *name;
    const struct field *fields;
} roots[] = {
    {"alert", alert_fields}, {"case", case_fields}, {"sources", sources_fields},
    {"shows", shows_fields}, {"NAME", lead_fields},
};

static uint32_t count_lines(struct str text, struct str beginning)
{
    uint32_t count = 0;
    struct str line;
    while (str_split(&text, '\n', &line))
        count += str_starts(line, beginning);
    return count;
}

static void the_manual_has_each_field_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct str manual;
    struct err err = {0};
    assert_true(load_file(arena, "docs/runbook.md", &manual, &err));
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        uint32_t fields = 0;
        for (const struct field *field = roots[i].fields; field->name; field++, fields++) {
            const struct str line = str_printf(arena, "| `%s.%s` | %s | %s |", roots[i].name,
                                               field->name, type_name(field->type), field->summary);
            if (count_lines(manual, line) != 1)
                fail_msg("docs/runbook.md needs this line: %s", line.ptr);
        }
        const uint32_t told = count_lines(manual, str_printf(arena, "| `%s.", roots[i].name));
        if (told != fields)
            fail_msg("docs/runbook.md tells of %u fields of `%s`, and there are %u", told,
                     roots[i].name, fields);
    }
    arena_free(arena);
}

static void each_field_is_well_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        for (const struct field *field = roots[i].fields; field->name; field++) {
            contract_check_name(field->name);
            assert_non_null(field->summary);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_has_each_field_once),
        cmocka_unit_test(each_field_is_well_described),
    };
    return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
