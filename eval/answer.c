/* SPDX-License-Identifier: Apache-2.0 */
/* A truth that cannot be read is our mistake, an answer that cannot be read is the program's. */
#include "eval/answer.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <jansson.h>
#include <math.h>

#define RECUT_MAX 16

static json_t *parse_object(struct str text, struct err *err)
{
    json_error_t why;
    json_t *root = json_loadb(text.ptr, text.len, 0, &why);
    if (!root) {
        err_set(err, ERR_PROTOCOL, "no JSON: line %d, column %d: %s", why.line, why.column,
                why.text);
        return NULL;
    }
    if (!json_is_object(root)) {
        json_decref(root);
        err_set(err, ERR_PROTOCOL, "JSON, but no object");
        return NULL;
    }
    return root;
}

/* Empty where there is no such text: in a truth, `null` says that it is not known. */
static struct str text_at(struct arena *arena, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return (struct str){0};
    return str_copy(arena, (struct str){json_string_value(value), json_string_length(value)});
}

/* The transformations of a recut bundle (gym/recut), in their order. */
static struct str recut_of(struct arena *arena, const json_t *root)
{
    const json_t *list = json_object_get(root, "recut");
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < json_array_size(list) && i < RECUT_MAX; i++) {
        if (i > 0)
            buf_add_char(&out, '+');
        buf_add(&out, text_at(arena, json_array_get(list, i), "transformation"));
    }
    return buf_str(&out);
}

bool truth_parse(struct arena *arena, struct str text, struct truth *out, struct err *err)
{
    json_t *root = parse_object(text, err);
    if (!root)
        return err_context(err, "truth.json");
    *out = (struct truth){
        .service = text_at(arena, root, "service"),
        .instance = text_at(arena, root, "instance"),
        .object = text_at(arena, root, "object"),
        .fault = text_at(arena, root, "fault"),
        .taxonomy = text_at(arena, root, "taxonomy"),
        .kind = text_at(arena, root, "kind"),
        .recut = recut_of(arena, root),
        .change = text_at(arena, root, "change"),
        .tells_change = json_is_string(json_object_get(root, "change")),
    };
    const json_t *onset = json_object_get(root, "t_inject");
    out->tells_onset =
        json_is_number(onset) && time_from_real(json_number_value(onset), &out->onset_ns);
    const char *service = json_string_value(json_object_get(root, "service"));
    const bool names_none = out->service.len == 0 && out->instance.len == 0 && out->object.len == 0;
    out->nobody = names_none && service && *service == '\0'; /* said, and not only left out */
    json_decref(root);
    if (names_none && !out->nobody)
        return err_set(err, ERR_CORRUPT,
                       "truth.json: none of `service`, `instance` and `object` is given");
    return true;
}

static bool read_verdict(const json_t *root, struct answer *out, struct err *err)
{
    const json_t *verdict = json_object_get(root, "verdict");
    const json_t *known = json_object_get(verdict, "known");
    if (!json_is_boolean(known))
        return err_set(err, ERR_PROTOCOL, "the report has no `verdict.known`");
    out->known = json_is_true(known);
    const json_t *confidence = json_object_get(verdict, "confidence");
    if (json_is_number(confidence))
        out->confidence = fmin(fmax(json_number_value(confidence), 0.0), 1.0);
    return true;
}

static bool read_hypotheses(struct arena *arena, const json_t *root, struct answer *out,
                            struct err *err)
{
    const json_t *hypotheses = json_object_get(root, "hypotheses");
    if (!json_is_array(hypotheses))
        return err_set(err, ERR_PROTOCOL, "the report has no `hypotheses`");
    size_t count = json_array_size(hypotheses);
    if (count > SUSPECTS_MAX)
        count = SUSPECTS_MAX;
    out->suspects = arena_push_many(arena, struct suspect, count);
    out->suspects_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *hypothesis = json_array_get(hypotheses, i);
        out->suspects[i] = (struct suspect){
            .subject = text_at(arena, hypothesis, "subject"),
            .instance = text_at(arena, hypothesis, "instance"),
            .cause = text_at(arena, hypothesis, "cause"),
            .kind = text_at(arena, hypothesis, "kind"),
        };
        out->suspects[i].has_since =
            time_parse_rfc3339(text_at(arena, hypothesis, "since"), &out->suspects[i].since_ns);
    }
    return true;
}

/* A report of a program that does not rank changes names none: that is no error. */
static void read_changes(struct arena *arena, const json_t *root, struct answer *out)
{
    const json_t *changes = json_object_get(root, "changes");
    const json_t *candidates = json_object_get(changes, "candidates");
    out->names_change = json_is_true(json_object_get(changes, "named"));
    out->changes = arena_push_many(arena, struct str, CHANGES_MAX);
    for (size_t i = 0; i < json_array_size(candidates) && i < CHANGES_MAX; i++)
        out->changes[out->changes_count++] = text_at(arena, json_array_get(candidates, i), "id");
}

bool answer_parse(struct arena *arena, struct str text, struct answer *out, struct err *err)
{
    json_t *root = parse_object(text, err);
    if (!root)
        return false;
    *out = (struct answer){0};
    const bool ok = read_verdict(root, out, err) && read_hypotheses(arena, root, out, err);
    read_changes(arena, root, out);
    json_decref(root);
    return ok;
}
