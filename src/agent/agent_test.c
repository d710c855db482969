/* SPDX-License-Identifier: Apache-2.0 */
/* What every tool promises, so that a new one is checked before its author has written a test. */
#include "agent/agent.h"

#include "agent/fixture_for_tests.h"
#include "base/map.h"
#include "base/memo.h"
#include "data/contract_for_tests.h"

#define TOOLS_MIN 10

static void agents_and_tools_describe_themselves(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct map names = map_new(arena);
    uint32_t tools = 0;
    for (const struct agent *const *agent = agents; *agent; agent++) {
        contract_check_name((*agent)->name);
        contract_check_summary((*agent)->name, (*agent)->summary);
        assert_non_null((*agent)->tools[0]);
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++, tools++) {
            const struct str name = str_printf(arena, "%s.%s", (*agent)->name, (*tool)->sig.name);
            contract_check_signature(&(*tool)->sig);
            assert_non_null((*tool)->run);
            if (map_add(&names, name) != tools)
                fail_msg("two tools are called %s", name.ptr);
            assert_ptr_equal(agent_tool(name), *tool);
        }
    }
    assert_true(tools >= TOOLS_MIN);
    arena_free(arena);
}

static void only_whole_names_are_found(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        ".",
                                        "metrics",
                                        "metrics.",
                                        ".shifts",
                                        "metrics.shift",
                                        "metrics.shifts.x",
                                        "Metrics.shifts",
                                        "metric.shifts"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (agent_tool(str_of(names[i])))
            fail_msg("`%s` is a tool", names[i]);
}

static void a_missing_input_is_named(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    const struct record in = fixture_input(fix, "metrics.shifts");
    struct record out;
    struct err err = {0};
    assert_false(agent_use(&fix->call, "metrics.shifts", &in, &out, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_true(str_contains(str_of(err.text), STR("metrics.shifts: ")));
    assert_true(str_contains(str_of(err.text), STR("`onset`")));
    fixture_close(fix);
}

/* An input for every field: the moment of the alert, one, or a text that nothing has. */
static struct record some_input(struct fixture *fix, const struct tool *tool)
{
    struct record in = record_new(fix->arena, tool->sig.input);
    for (const struct field *field = tool->sig.input; field->name; field++)
        switch (field->type) {
        case TYPE_TEXT:
            *record_at(&in, field->name) = value_text(STR("nobody"));
            break;
        case TYPE_TIME:
            *record_at(&in, field->name) = value_time(FIXTURE_T0);
            break;
        case TYPE_SPAN:
            *record_at(&in, field->name) = value_span(NS_PER_S);
            break;
        case TYPE_REAL:
            *record_at(&in, field->name) = value_real(1);
            break;
        case TYPE_INT:
            *record_at(&in, field->name) = value_int(1);
            break;
        default:
            fail_msg("%s: what may `%s` be?", tool->sig.name, field->name);
        }
    return in;
}

/* An empty case is answered with nothing, or an error in words; never with evidence. */
static void an_empty_store_does_no_harm(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++) {
            const struct str name =
                str_printf(fix->arena, "%s.%s", (*agent)->name, (*tool)->sig.name);
            const struct record in = some_input(fix, *tool);
            struct record out;
            struct err err = {0};
            if (!agent_use(&fix->call, name.ptr, &in, &out, &err)) {
                if (err.text[0] == '\0' || err.kind == ERR_NONE || err.kind == ERR_PROTOCOL)
                    fail_msg("%s: %s", name.ptr, err.text);
                continue;
            }
            for (const struct field *field = (*tool)->sig.output; field->name; field++) {
                const struct value *value = record_at(&out, field->name);
                if (value->known && value->type != field->type)
                    fail_msg("%s: `%s` is of another type", name.ptr, field->name);
                if (value->known && value->type == TYPE_ROWS)
                    contract_check_rows(name.ptr, value->rows, field->columns);
            }
        }
    assert_int_equal(fix->casefile->evidence_count, 0);
    fixture_close(fix);
}

static struct record ask_once(struct fixture *fix, const char *tool, int64_t onset_ns)
{
    struct call call = fix->call;
    struct record out;
    struct err err = {0};
    call.scratch = arena_new("step");
    const struct record in = record_new(call.scratch, agent_tool(str_of(tool))->sig.input);
    for (const struct field *field = in.fields; field->name; field++)
        *record_at(&in, field->name) =
            field->type == TYPE_SPAN ? value_span(NS_PER_S) : value_time(onset_ns);
    if (!agent_use_once(&call, tool, &in, &out, &err))
        fail_msg("%s", err.text);
    const struct record kept = out;
    if (fix->services.memo)
        assert_true(agent_use_once(&call, tool, &in, &out, &err));
    assert_ptr_equal(kept.fields, out.fields);
    arena_free(call.scratch);
    return out;
}

static void the_same_question_is_asked_once(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_series(fix, &(struct fixture_series){.service = "web",
                                                     .metric = "latency",
                                                     .to_s = 60,
                                                     .step_s = 1,
                                                     .before = 1,
                                                     .after = 9,
                                                     .change_s = 30});
    fixture_seal(fix);
    fix->services.memo = memo_new(fix->arena);
    const struct record first = ask_once(fix, "metrics.shifts", fixture_time(30));
    const struct record again = ask_once(fix, "metrics.shifts", fixture_time(30));
    const struct record other = ask_once(fix, "metrics.shifts", fixture_time(20));
    assert_ptr_equal(record_at(&first, "series")->rows, record_at(&again, "series")->rows);
    assert_ptr_not_equal(record_at(&first, "series")->rows, record_at(&other, "series")->rows);
    assert_int_equal(record_at(&first, "series")->rows->rows, 1);
    assert_string_equal(fixture_text(record_at(&first, "series")->rows, 0, "service").ptr, "web");

    /* what reads the graph is asked again once that has grown */
    const struct record before = ask_once(fix, "changes.recent", fixture_time(30));
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    const struct record after = ask_once(fix, "changes.recent", fixture_time(30));
    assert_ptr_not_equal(record_at(&before, "changes")->rows, record_at(&after, "changes")->rows);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agents_and_tools_describe_themselves),
        cmocka_unit_test(only_whole_names_are_found),
        cmocka_unit_test(a_missing_input_is_named),
        cmocka_unit_test(an_empty_store_does_no_harm),
        cmocka_unit_test(the_same_question_is_asked_once),
    };
    return cmocka_run_group_tests_name("agent", tests, NULL, NULL);
}
