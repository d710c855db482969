/* SPDX-License-Identifier: Apache-2.0 */
#include "data/json.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct field columns[] = {
    {"name", TYPE_TEXT, 0, "a text", NULL},
    {"count", TYPE_INT, 0, "an int", NULL},
    {"share", TYPE_REAL, 0, "a real", NULL},
    {"since", TYPE_TIME, 0, "a time", NULL},
    {"took", TYPE_SPAN, 0, "a span", NULL},
    {"fine", TYPE_BOOL, 0, "a bool", NULL},
    {0},
};

static const struct field fields[] = {
    {"service", TYPE_TEXT, 0, "whose", NULL},
    {"limit", TYPE_INT, FIELD_OPTIONAL, "how many", NULL},
    {"share", TYPE_REAL, FIELD_OPTIONAL, "how much", NULL},
    {"deep", TYPE_BOOL, FIELD_OPTIONAL, "whether", NULL},
    {"onset", TYPE_TIME, FIELD_OPTIONAL, "since when", NULL},
    {"within", TYPE_SPAN, FIELD_OPTIONAL, "how long", NULL},
    {"window", TYPE_WINDOW, FIELD_OPTIONAL, "from when to when", NULL},
    {"shifts", TYPE_ROWS, FIELD_OPTIONAL, "what came out", columns},
    {0},
};

/* ---- what is given ---- */

static const struct {
    const char *why, *json;
    const char *want; /* what is written again; or the error, after "! " */
} given[] = {
    {"a text", "{\"service\":\"cart\"}", "\"service\":\"cart\""},
    {"what is null is not known", "{\"service\":null}", "\"service\":null"},
    {"what is not given is not known", "{}", "\"service\":null"},
    {"a number is no text", "{\"service\":3}", "! service: a text is wanted"},
    {"a text is no number", "{\"limit\":\"3\"}", "! limit: a whole number is wanted"},
    {"a fraction is no whole number", "{\"limit\":3.5}", "! limit: a whole number is wanted"},
    {"a whole number may have a point", "{\"limit\":3.0}", "\"limit\":3,"},
    {"an int is a real", "{\"share\":3}", "\"share\":3.0"},
    {"reals are not rounded", "{\"share\":0.1}", "\"share\":0.1,"},
    {"yes is no bool", "{\"deep\":\"yes\"}", "! deep: true or false is wanted"},
    {"a bool", "{\"deep\":true}", "\"deep\":true"},
    {"a time in RFC 3339", "{\"onset\":\"2026-11-22T02:03:04.5Z\"}",
     "\"2026-11-22T02:03:04.500Z\""},
    {"a time in seconds", "{\"onset\":1795314900}", "\"onset\":\"2026-11-22T02:35:00Z\""},
    {"a time in milliseconds", "{\"onset\":1795314900123}", "\"2026-11-22T02:35:00.123Z\""},
    {"soon is no time", "{\"onset\":\"soon\"}", "! onset: a time is wanted"},
    {"there is no time before time", "{\"onset\":-5}", "! onset: a time is wanted"},
    {"minutes", "{\"within\":\"5m\"}", "\"within\":\"5m\""},
    {"seconds", "{\"within\":\"90s\"}", "\"within\":\"90s\""},
    {"seconds that are minutes", "{\"within\":\"120s\"}", "\"within\":\"2m\""},
    {"seconds as a number", "{\"within\":1.5}", "\"within\":\"1500ms\""},
    {"hours", "{\"within\":\"1.5h\"}", "\"within\":\"90m\""},
    {"a fortnight is no unit", "{\"within\":\"1 fortnight\"}", "! within: a span is wanted"},
    {"a span that has no room", "{\"within\":\"99999999999d\"}", "! within: a span is wanted"},
    {"a window", "{\"window\":{\"start\":1795314900,\"end\":\"2026-11-22T03:00:00Z\"}}",
     "{\"start\":\"2026-11-22T02:35:00Z\",\"end\":\"2026-11-22T03:00:00Z\"}"},
    {"a window without an end", "{\"window\":{\"start\":1795314900}}", "! window: a window is"},
    {"a window that ends before it starts",
     "{\"window\":{\"start\":1795314900,\"end\":1795314800}}", "! window: a window is wanted"},
    {"rows come out only", "{\"shifts\":[]}", "! shifts: rows come out"},
    {"a field that was mistyped", "{\"servce\":\"cart\"}",
     "! there is no `servce`; did you mean `service`?"},
    {"a field that nobody knows", "{\"colour\":\"red\"}", "! there is no `colour` to give"},
    {"an array is no record", "[]", "! an object is wanted"},
    {"a field twice", "{\"limit\":1,\"limit\":2}", "! line 1, column 18: duplicate object key"},
    {"no JSON", "{\"limit\":1", "! line 1, column 10"},
    {"escapes of the exact form are for journals", "{\"service\":{\"hex\":\"ff\"}}",
     "! service: a text is wanted"},
};

static void what_is_given_is_read_or_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct record record;
        struct err err = {0};
        const bool ok = record_from_json(arena, fields, str_of(given[i].json), &record, &err);
        const struct str got =
            ok ? record_to_json(arena, &record, 10) : str_printf(arena, "! %s", err.text);
        if (!str_contains(got, str_of(given[i].want)))
            fail_msg("%s: %.*s", given[i].why, STR_ARG(got));
    }
    struct record record;
    struct err err = {0};
    char *large = arena_alloc(arena, RECORD_JSON_BYTES_MAX + 1);
    memset(large, ' ', RECORD_JSON_BYTES_MAX + 1);
    assert_false(record_from_json(arena, fields,
                                  (struct str){.ptr = large, .len = RECORD_JSON_BYTES_MAX + 1},
                                  &record, &err));
    assert_non_null(strstr(err.text, "larger than"));
    arena_free(arena);
}

/* ---- what comes out ---- */

static struct record odd_record(struct arena *arena)
{
    static const double reals[] = {0.1,      1.0 / 3, -0.0,     5,        1e300,
                                   4.9e-324, NAN,     INFINITY, -INFINITY};
    static const int64_t times[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1795314900123456789)};
    static const struct str texts[] = {{"", 0},         {"a\0b", 3},
                                       {"\xff\xfe", 2}, {"\"\\\n\t\x01", 5},
                                       {"\xc3\xa4", 2}, {"\xed\xa0\x80", 3}};
    const struct record record = record_new(arena, fields);
    struct batch *rows = batch_new(arena, columns);
    for (size_t i = 0; i < 60; i++) {
        const size_t row = batch_add_row(rows);
        if (i == 50)
            continue; /* all of it unknown */
        batch_set(rows, row, "name", value_text(texts[i % COUNT_OF(texts)]));
        batch_set(rows, row, "count", value_int(times[i % COUNT_OF(times)]));
        batch_set(
            rows, row, "share",
            (struct value){.type = TYPE_REAL, .known = true, .real = reals[i % COUNT_OF(reals)]});
        batch_set(rows, row, "since", value_time(times[i % COUNT_OF(times)]));
        batch_set(rows, row, "took", value_span(times[i % COUNT_OF(times)]));
        batch_set(rows, row, "fine", value_bool(i % 2));
    }
    *record_at(&record, "service") = value_text(texts[2]);
    *record_at(&record, "share") = value_real(0.30000000000000004);
    *record_at(&record, "window") = (struct value){
        .type = TYPE_WINDOW, .known = true, .window = {.start_ns = INT64_MIN, .end_ns = 7}};
    *record_at(&record, "shifts") = value_rows(rows);
    return record;
}

static void expect_same_cell(const struct value *a, const struct value *b)
{
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->known, b->known);
    if (!a->known)
        return;
    if (a->type == TYPE_TEXT)
        assert_true(str_eq(a->text, b->text));
    else if (a->type == TYPE_REAL && isnan(a->real))
        assert_true(isnan(b->real));
    else if (a->type == TYPE_BOOL)
        assert_int_equal(a->truth, b->truth);
    else
        assert_memory_equal(&a->integer, &b->integer, sizeof a->integer);
}

static void the_exact_form_loses_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct record record = odd_record(arena);
    struct buf out = buf_new(arena);
    json_put_record_exact(&out, &record);
    const struct str text = buf_str(&out);
    json_t *json = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, NULL);
    assert_non_null(json);

    struct record again;
    struct err err = {0};
    if (!record_from_json_exact(arena, fields, json, &again, &err))
        fail_msg("%s", err.text);
    json_decref(json);
    const struct batch *rows = record_at(&record, "shifts")->rows;
    const struct batch *rows_again = record_at(&again, "shifts")->rows;
    assert_int_equal(rows->rows, rows_again->rows);
    for (size_t row = 0; row < rows->rows; row++)
        for (uint32_t column = 0; column < rows->columns_count; column++) {
            const struct value a = batch_value(rows, row, column);
            const struct value b = batch_value(rows_again, row, column);
            expect_same_cell(&a, &b);
        }
    assert_int_equal(record_at(&again, "window")->window.start_ns, INT64_MIN);
    assert_int_equal(record_at(&again, "window")->window.end_ns, 7);

    struct buf out_again = buf_new(arena);
    json_put_record_exact(&out_again, &again);
    assert_string_equal(buf_str(&out_again).ptr, text.ptr);
    arena_free(arena);
}

static void the_plain_form_is_json_whatever_is_in_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct record record = odd_record(arena);
    const struct str text = record_to_json(arena, &record, 10);
    json_t *json = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, NULL);
    assert_non_null(json);
    assert_int_equal(json_array_size(json_object_get(json, "shifts")), 10);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(json, "left_out"), "shifts")), 50);
    assert_string_equal(json_string_value(json_object_get(json, "service")),
                        "\xef\xbf\xbd\xef\xbf\xbd");
    assert_true(
        json_is_null(json_object_get(json_array_get(json_object_get(json, "shifts"), 6), "share")));
    assert_string_equal(record_to_json(arena, &record, 10).ptr, text.ptr);
    assert_false(str_contains(record_to_json(arena, &record, 60), STR("left_out")));
    json_decref(json);
    arena_free(arena);
}

static const struct {
    const char *why, *json, *want;
} damaged[] = {
    {"rows that are none", "{\"shifts\":3}", "shifts: an array of rows is wanted"},
    {"a row without a column", "{\"shifts\":[{}]}", "shifts: row 1: name: a text is wanted"},
    {"half a byte", "{\"service\":{\"hex\":\"f\"}}", "service: a text is wanted"},
    {"no byte", "{\"service\":{\"hex\":\"xy\"}}", "service: a text is wanted"},
    {"another number that is none", "{\"share\":{\"real\":\"many\"}}", "share: a number is wanted"},
    {"a field more", "{\"colour\":1}", "there is no `colour` to give"},
};

static void damage_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        json_t *json = json_loads(damaged[i].json, 0, NULL);
        struct record record;
        struct err err = {0};
        assert_non_null(json);
        if (record_from_json_exact(arena, fields, json, &record, &err) ||
            strcmp(err.text, damaged[i].want) != 0)
            fail_msg("%s: %s", damaged[i].why, err.text);
        json_decref(json);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_is_read_or_refused),
        cmocka_unit_test(the_exact_form_loses_nothing),
        cmocka_unit_test(the_plain_form_is_json_whatever_is_in_it),
        cmocka_unit_test(damage_is_named),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
