/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/brief.h"

#include "base/arena.h"

#include <jansson.h>

static struct str text_of(struct arena *arena, const json_t *object, const char *name)
{
    const json_t *json = json_object_get(object, name);
    return json_is_string(json)
               ? str_copy(arena, (struct str){json_string_value(json), json_string_length(json)})
               : STR("");
}

static void read_change(struct arena *arena, const json_t *changes, struct verdict_brief *out)
{
    const json_t *first = json_array_get(json_object_get(changes, "candidates"), 0);
    if (json_is_true(json_object_get(changes, "named")))
        out->change = text_of(arena, first, "id");
}

/* Where nothing is known, whom it would name is the best guess; the report says so. */
static void read_place(struct arena *arena, const json_t *report, struct verdict_brief *out)
{
    const json_t *verdict = json_object_get(report, "verdict");
    const json_t *guess = json_array_get(json_object_get(report, "hypotheses"), 0);
    const json_t *place = out->is_known ? verdict : guess;
    out->service = text_of(arena, place, "subject");
    out->kind = text_of(arena, place, "kind");
}

bool brief_read(struct arena *arena, struct str report, struct verdict_brief *out, struct err *err)
{
    json_error_t error;
    json_t *json = json_loadb(report.ptr, report.len, JSON_REJECT_DUPLICATES, &error);
    const json_t *verdict = json_object_get(json, "verdict");
    const json_t *headline = json_array_get(json_object_get(json, "summary"), 0);
    const bool ok = json_is_object(verdict);
    if (ok) {
        *out = (struct verdict_brief){
            .is_known = json_is_true(json_object_get(verdict, "known")),
            .confidence = json_number_value(json_object_get(verdict, "confidence"))};
        read_place(arena, json, out);
        read_change(arena, json_object_get(json, "changes"), out);
        if (json_is_string(headline))
            out->headline = str_copy(
                arena, (struct str){json_string_value(headline), json_string_length(headline)});
    }
    json_decref(json);
    return ok || err_set(err, ERR_PROTOCOL, "the investigation has left no report in JSON");
}
