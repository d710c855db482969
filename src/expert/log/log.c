/* SPDX-License-Identifier: Apache-2.0 */
/* The log expert as whoever asks by name sees it: JSON in, JSON out. */
#include "expert/small.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "expert/log/judge.h"
#include "expert/log/sequence.h"
#include "expert/log/tagger.h"

#include <math.h>

#define DIGITS 4                  /* behind the point: below it, machines may differ */
#define SEQUENCE_ITEMS_MAX 100000 /* of a reference, and of what is judged */

extern const struct small_expert small_log;

static double rounded(double value)
{
    const double unit = pow(10, DIGITS);
    return round(value * unit) / unit;
}

static void put_real(struct buf *out, const char *name, double value)
{
    json_put_key(out, name);
    json_put_real(out, rounded(value));
}

static bool text_of(const json_t *json, const char *name, struct str *out, struct err *err)
{
    const json_t *text = json_object_get(json, name);
    *out = (struct str){json_string_value(text), json_string_length(text)};
    return json_is_string(text) ||
           err_set(err, ERR_USAGE, "the material is {\"%s\": \"a text\"}", name);
}

static bool judge(const json_t *material, struct buf *out, struct err *err)
{
    struct str line;
    if (!text_of(material, "template", &line, err))
        return false;
    const struct judgement judgement = judge_line(log_numbers_shipped(), line);
    buf_printf(out, "{\"severity\":\"%s\",\"odds\":{", gravity_name(judgement.gravity));
    for (int i = 0; i < GRAVITIES; i++)
        put_real(out, gravity_name((enum gravity)i), judgement.odds[i]);
    buf_printf(out, "}");
    put_real(out, "anomaly", judgement.anomaly);
    buf_printf(out, "}");
    return true;
}

static bool find(const json_t *material, struct buf *out, struct err *err)
{
    struct str line;
    struct found found[TOKENS_MAX];
    if (!text_of(material, "line", &line, err))
        return false;
    const uint32_t count = tagger_find(log_numbers_shipped(), line, found);
    buf_printf(out, "{\"entities\":[");
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(out, "%s{\"text\":", i ? "," : "");
        json_put_text(out, str_slice(line, found[i].start, found[i].end));
        buf_printf(out, ",\"type\":\"%s\",\"start\":%u,\"end\":%u}", tag_name(found[i].tag),
                   found[i].start, found[i].end);
    }
    buf_printf(out, "]}");
    return true;
}

/* Templates of an array, as numbers. */
static bool numbers_of(struct map *known, const json_t *json, const char *name, uint32_t **out,
                       size_t *count, struct err *err)
{
    const json_t *list = json_object_get(json, name);
    *count = json_array_size(list);
    if (!json_is_array(list) || *count > SEQUENCE_ITEMS_MAX)
        return err_set(err, ERR_USAGE,
                       "the material is {\"reference\": [templates], \"recent\": [templates]}, at "
                       "most %d of each",
                       SEQUENCE_ITEMS_MAX);
    *out = arena_push_many(known->arena, uint32_t, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const json_t *text = json_array_get(list, i);
        if (!json_is_string(text))
            return err_set(err, ERR_USAGE, "`%s`: number %zu is no text", name, i + 1);
        (*out)[i] = map_add(known, (struct str){json_string_value(text), json_string_length(text)});
    }
    return true;
}

static bool judge_sequence(const json_t *material, struct buf *out, struct err *err)
{
    struct map known = map_new(out->arena);
    uint32_t *reference, *recent;
    size_t reference_count, recent_count;
    if (!numbers_of(&known, material, "reference", &reference, &reference_count, err) ||
        !numbers_of(&known, material, "recent", &recent, &recent_count, err))
        return false;
    struct sequence *sequence = sequence_new(out->arena, log_numbers_shipped());
    for (size_t i = 0; i < reference_count; i++)
        sequence_learn(sequence, reference[i]);
    sequence_break(sequence);
    buf_printf(out, "{\"surprises\":[");
    for (size_t i = 0; i < recent_count; i++) {
        const struct surprise surprise = sequence_judge(sequence, recent[i]);
        buf_printf(out, "%s{", i ? "," : "");
        put_real(out, "bits", surprise.bits);
        put_real(out, "unusual", surprise.unusual);
        buf_printf(out, "}");
    }
    buf_printf(out, "]}");
    return true;
}

static const struct small_task tasks[] = {
    {"judge_template", ABILITY_LABEL, "tell how bad a line or template is whose level nobody gives",
     "{\"template\": \"could not connect to <host>: connection refused\"}",
     "{\"severity\": \"error\", \"odds\": {\"routine\": 0.02, \"warning\": 0.11, \"error\": 0.87}, "
     "\"anomaly\": 0.92}",
     judge},
    {"find_entities", ABILITY_LABEL, "tell what kind of thing stands where in a line",
     "{\"line\": \"refused by 10.0.0.1:5432\"}",
     "{\"entities\": [{\"text\": \"10.0.0.1\", \"type\": \"ip\", \"start\": 11, \"end\": 19}, "
     "{\"text\": \"5432\", \"type\": \"port\", \"start\": 20, \"end\": 24}]}",
     find},
    {"next_template", ABILITY_LABEL,
     "tell how surprising each template is, behind the ones before it, by an earlier part of the "
     "log",
     "{\"reference\": [\"open\", \"close\", \"open\", \"close\"], \"recent\": [\"open\", "
     "\"open\"]}",
     "{\"surprises\": [{\"bits\": 0.8, \"unusual\": 0.2}, {\"bits\": 4.1, \"unusual\": 0.8}]}",
     judge_sequence},
    {0},
};

const struct small_expert small_log = {
    .name = "log",
    .summary = "how bad a template is, what stands in a line, what comes next",
    .tasks = tasks,
    .card = log_numbers_card,
};
