/* SPDX-License-Identifier: Apache-2.0 */
/* record_from_json(): the inputs of a call, as somebody else wrote them. */
#include "fuzz.h"

#include "base/arena.h"
#include "data/json.h"

static const struct field fields[] = {
    {"text", TYPE_TEXT, 0, "a text", NULL},       {"int", TYPE_INT, 0, "an int", NULL},
    {"real", TYPE_REAL, 0, "a real", NULL},       {"bool", TYPE_BOOL, 0, "a bool", NULL},
    {"time", TYPE_TIME, 0, "a time", NULL},       {"span", TYPE_SPAN, 0, "a span", NULL},
    {"window", TYPE_WINDOW, 0, "a window", NULL}, {0},
};

/* What was read is written, and read again as the same, in both forms. */
static void expect_round_trip(struct arena *arena, const struct record *record)
{
    struct record again, exact;
    struct err err = {0};
    const struct str text = record_to_json(arena, record, 1);
    struct buf out = buf_new(arena);
    json_put_record_exact(&out, record);
    json_t *json = json_loadb(out.ptr, out.len, JSON_ALLOW_NUL, NULL);
    fuzz_expect(json != NULL, "the exact form is JSON");
    fuzz_expect(record_from_json_exact(arena, fields, json, &exact, &err),
                "what was written exactly can be read");
    json_decref(json);
    fuzz_expect(str_eq(record_to_json(arena, &exact, 1), text), "and is the same");
    if (record_from_json(arena, fields, text, &again, &err))
        fuzz_expect(str_eq(record_to_json(arena, &again, 1), text),
                    "what was written plainly is the same when it is read");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct record record;
    struct err err = {0};
    const bool ok = record_from_json(arena, fields, fuzz_text(data, size), &record, &err);
    fuzz_expect_reason(ok, &err);
    if (ok)
        expect_round_trip(arena, &record);
    arena_free(arena);
    return 0;
}
