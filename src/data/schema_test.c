/* SPDX-License-Identifier: Apache-2.0 */
#include "data/schema.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

static const struct field columns[] = {
    {"name", TYPE_TEXT, 0, "whose \"name\"", NULL},
    {"took", TYPE_SPAN, 0, "how long", NULL},
    {0},
};

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose", NULL},
    {"onset", TYPE_TIME, FIELD_OPTIONAL, "since when", NULL},
    {"within", TYPE_SPAN, 0, "how long", NULL},
    {"window", TYPE_WINDOW, FIELD_OPTIONAL, "from when to when", NULL},
    {0},
};

static const struct field output[] = {
    {"shifts", TYPE_ROWS, 0, "the largest first", columns},
    {"count", TYPE_INT, FIELD_OPTIONAL, "how many", NULL},
    {0},
};

static const struct field none[] = {{0}};

static json_t *load(struct str text)
{
    json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

/* What stands at a path of names, as JSON. */
static void expect(const json_t *json, const char *path, const char *want)
{
    struct arena *arena = arena_new("test");
    struct str rest = str_of(path), name;
    while (str_split(&rest, '/', &name))
        json = json_object_getn(json, name.ptr, name.len);
    char *got = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!got || !str_eq(str_of(got), str_of(want)))
        fail_msg("%s: %s", path, got ? got : "(nothing)");
    free(got);
    arena_free(arena);
}

static void a_signature_says_what_fits(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct signature sig = {
        .name = "shifts", .summary = "Find \"it\"", .input = input, .output = output};
    json_t *json = load(schema_of_signature(arena, STR("metrics.shifts"), &sig));
    expect(json, "name", "\"metrics.shifts\"");
    expect(json, "description", "\"Find \\\"it\\\"\"");
    expect(json, "input/$schema", "\"https://json-schema.org/draft/2020-12/schema\"");
    expect(json, "input/type", "\"object\"");
    expect(json, "input/additionalProperties", "false");
    expect(json, "input/required", "[\"service\",\"within\"]");
    expect(json, "input/properties/service", "{\"description\":\"whose\",\"type\":\"string\"}");
    expect(json, "input/properties/onset/format", "\"date-time\"");
    expect(json, "input/properties/window/required", "[\"start\",\"end\"]");
    expect(json, "output/required", "[\"shifts\",\"count\"]");
    expect(json, "output/properties/count/type", "[\"integer\",\"null\"]");
    expect(json, "output/properties/shifts/items/required", "[\"name\",\"took\"]");
    expect(json, "output/properties/shifts/items/properties/name/description",
           "\"whose \\\"name\\\"\"");
    expect(json, "output/properties/left_out/properties", "{\"shifts\":{\"type\":\"integer\"}}");
    json_decref(json);
    arena_free(arena);
}

static void nothing_has_a_schema_too(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf out = buf_new(arena);
    schema_put_input(&out, none);
    json_t *json = load(buf_str(&out));
    expect(json, "properties", "{}");
    expect(json, "required", "[]");
    json_decref(json);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_says_what_fits),
        cmocka_unit_test(nothing_has_a_schema_too),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
