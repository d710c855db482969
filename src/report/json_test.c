/* SPDX-License-Identifier: Apache-2.0 */
#include "report/investigated_for_tests.h"

#include <jansson.h>

static const struct {
    const char *path; /* `/` into an object, `0` the first of an array */
    const char *keys;
} documented[] = {
    {"", "schema_version alert verdict summary mitigations changes triage impact hypotheses "
         "evidence gaps "
         "sources withdrawn removed next_steps corrections plans leads stopped_because steps "
         "postmortem timings"}, /* and `models`, where any was asked */
    {"alert", "id name status severity service starts_at summary labels"},
    {"verdict", "known subject instance cause finding kind confidence since"},
    {"mitigations/0", "subject text command undo risk"},
    {"changes", "named text candidates"},
    {"triage", "symptom severity severity_reason noise noise_reason history affected services "
               "changes"},
    {"hypotheses/0", "subject instance cause finding kind confidence since for against "
                     "would_settle place age contributions"},
    {"evidence/0",
     "id signal bearing finding subject instance window onset onset_error_s claim query strength"},
    {"evidence/0/window", "start end"},
    {"gaps/0", "signal subject text"},
    {"sources/0", "name state rows note"},
    {"withdrawn/0", "id claim why"},
    {"corrections/0", "subject text command undo risk"},
    {"plans/0", "why text first_step"},
    {"leads/0", "id subject because state reason against first_step last_step found"},
    {"steps/0", "id name runbook lead state input output outcome started_ms took_ms"},
    {"postmortem/0", "section text"},
    {"timings", "total_ms"},
};

static json_t *json_at(json_t *root, const char *path)
{
    struct str rest = str_of(path), part;
    while (str_split(&rest, '/', &part))
        root = str_eq(part, STR("0")) ? json_array_get(root, 0)
                                      : json_object_getn(root, part.ptr, part.len);
    return root;
}

static json_t *parsed(const struct report *report)
{
    const struct str text = fixture_rendered(report, "json");
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

static struct str keys_of(struct arena *arena, json_t *object)
{
    struct buf keys = buf_new(arena);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) buf_printf(&keys, "%s%s", keys.len > 0 ? " " : "", key);
    return buf_str(&keys);
}

static void json_has_exactly_the_documented_keys(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    json_t *root = parsed(&report);
    for (size_t i = 0; i < sizeof documented / sizeof *documented; i++)
        assert_string_equal(keys_of(casefile->arena, json_at(root, documented[i].path)).ptr,
                            documented[i].keys);
    json_decref(root);

    /* the same members where nothing is known */
    casefile_close(casefile);
    casefile = fixture_open_case();
    const struct report empty = report_write(casefile);
    root = parsed(&empty);
    assert_string_equal(keys_of(casefile->arena, root).ptr, documented[0].keys);
    json_decref(root);
    casefile_close(casefile);
}

static void what_is_known_is_there_and_the_rest_is_null(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    const struct report report = report_write(casefile);
    json_t *root = parsed(&report);
    assert_string_equal(json_string_value(json_at(root, "verdict/since")), "2026-11-22T02:10:02Z");
    assert_string_equal(json_string_value(json_at(root, "hypotheses/0/for/0")), "E2");
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(root, "evidence"), 4), "onset")));
    assert_int_equal(json_array_size(json_at(root, "evidence")), 10);
    assert_int_equal(json_array_size(json_at(root, "gaps")), 2);
    assert_has(fixture_rendered(&report, "json"), "\"confidence\": 0.8237,");
    assert_true(json_is_null(json_at(root, "stopped_because")));
    assert_true(json_is_null(json_at(root, "steps/0/lead")));
    assert_true(json_is_null(json_at(root, "steps/0/input")));
    json_decref(root);
    casefile_close(casefile);
}

static void json_retells_the_case(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    json_t *root = parsed(&report);
    assert_string_equal(json_string_value(json_at(root, "triage/severity")), "high");
    assert_string_equal(json_string_value(json_at(root, "triage/noise")), "no");
    assert_int_equal(json_array_size(json_at(root, "triage/affected")), 4);
    assert_int_equal(json_array_size(json_at(root, "leads")), 4);
    assert_string_equal(json_string_value(json_at(root, "leads/0/state")), "abandoned");
    assert_string_equal(json_string_value(json_at(root, "leads/0/against")), "E8");
    assert_string_equal(json_string_value(json_at(root, "leads/0/found/0")), "E6");
    assert_int_equal(json_integer_value(json_at(root, "leads/0/last_step")), 6);
    assert_int_equal(json_array_size(json_at(root, "plans")), 2);
    assert_has(str_of(json_string_value(json_at(root, "mitigations/0/command"))), "=41\nkubectl");
    const json_t *step = json_array_get(json_at(root, "steps"), 3);
    assert_int_equal(json_integer_value(json_object_get(step, "lead")), 1);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(step, "input"), "service")), "checkout");
    json_decref(root);
    casefile_close(casefile);
}

/* ---- against the schema ---- */

static void assert_lists(json_t *schema, const char *path, uint32_t index, const char *name,
                         uint32_t count)
{
    json_t *names = json_at(schema, path);
    assert_int_equal(json_array_size(names), count);
    assert_string_equal(json_string_value(json_array_get(names, index)), name);
}

/* What the schema says of a value, with references followed. */
static json_t *resolved(json_t *schema, json_t *at)
{
    const char *reference = json_string_value(json_object_get(at, "$ref"));
    return reference ? json_at(schema, reference + strlen("#/")) : at;
}

/* Those that must be there or are, in the order of the schema. */
static struct str keys_wanted(struct arena *arena, json_t *at, json_t *value)
{
    struct buf keys = buf_new(arena);
    const char *key;
    json_t *member;
    json_object_foreach(json_object_get(at, "properties"), key, member)
    {
        bool is_required = json_object_get(value, key) != NULL;
        size_t index;
        json_t *name;
        json_array_foreach(json_object_get(at, "required"), index, name) is_required =
            is_required || !strcmp(json_string_value(name), key);
        if (is_required)
            buf_printf(&keys, "%s%s", keys.len > 0 ? " " : "", key);
    }
    return buf_str(&keys);
}

/* Each object has the members that the schema lists, in that order; not types, nor patterns. */
static void assert_described(struct arena *arena, json_t *schema, json_t *at, json_t *value)
{
    at = resolved(schema, at);
    json_t *properties = json_object_get(at, "properties");
    if (json_is_object(value) && properties) {
        assert_string_equal(keys_of(arena, value).ptr, keys_wanted(arena, at, value).ptr);
        const char *key;
        json_t *member;
        json_object_foreach(value, key, member)
            assert_described(arena, schema, json_object_get(properties, key), member);
    }
    size_t index;
    json_t *item;
    json_array_foreach(value, index, item)
        assert_described(arena, schema, json_object_get(at, "items"), item);
}

static void the_schema_describes(void (*more)(struct casefile *casefile))
{
    json_t *schema = json_load_file("src/report/report.schema.json", JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(schema);
    for (uint32_t i = 0; i < FINDINGS_COUNT; i++)
        assert_lists(schema, "$defs/finding/enum", i, finding_name(i), FINDINGS_COUNT);
    for (uint32_t i = 0; i < SYMPTOMS_COUNT; i++)
        assert_lists(schema, "$defs/symptom/enum", i, symptom_name(i), SYMPTOMS_COUNT);

    struct casefile *casefile = fixture_investigated_case();
    more(casefile);
    const struct report report = report_write(casefile);
    json_t *root = parsed(&report);
    assert_described(casefile->arena, schema, schema, root);
    assert_int_equal(json_integer_value(json_at(root, "schema_version")),
                     json_integer_value(json_at(schema, "properties/schema_version/const")));
    json_decref(root);
    json_decref(schema);
    casefile_close(casefile);
}

static void ask_nobody(struct casefile *casefile)
{
    (void)casefile;
}

static void the_schema_describes_the_report(void **state)
{
    (void)state;
    the_schema_describes(ask_nobody);
    the_schema_describes(fixture_add_consultations);
}

static void models_are_told_where_any_was_asked(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    struct report report = report_write(casefile);
    json_t *root = parsed(&report);
    assert_null(json_at(root, "models"));
    json_decref(root);
    fixture_add_consultations(casefile);
    report = report_write(casefile);
    root = parsed(&report);
    assert_int_equal(json_array_size(json_at(root, "models")), 3);
    assert_string_equal(json_string_value(json_at(root, "models/0/expert")), "cloud");
    assert_int_equal(json_integer_value(json_at(root, "models/0/refused")), 2);
    assert_true(json_is_null(json_at(root, "models/0/failure")));
    assert_true(json_real_value(json_at(root, "models/0/took_ms")) == 789.0);
    report_forget_timings(&report);
    json_decref(root);
    root = parsed(&report);
    assert_true(json_real_value(json_at(root, "models/0/took_ms")) == 0.0);
    assert_true(json_real_value(json_at(root, "models/0/first_ms")) == 0.0);
    json_decref(root);
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_exactly_the_documented_keys),
        cmocka_unit_test(what_is_known_is_there_and_the_rest_is_null),
        cmocka_unit_test(json_retells_the_case),
        cmocka_unit_test(the_schema_describes_the_report),
        cmocka_unit_test(models_are_told_where_any_was_asked),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
