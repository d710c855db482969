/* SPDX-License-Identifier: Apache-2.0 */
/* The code expert as whoever asks by name sees it: JSON in, JSON out. */
#include "expert/small.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "expert/code/cause.h"
#include "expert/code/numbers.h"

#include <math.h>

#define CHANGES_MAX 2000
#define PATHS_MAX 256
#define DIGITS 1e4

extern const struct small_expert small_code;

static bool name_exception(const json_t *material, struct buf *out, struct err *err)
{
    static const char *const ends[] = {"own", "callee", "either"};
    const json_t *text = json_object_get(material, "text");
    if (!json_is_string(text))
        return err_set(err, ERR_USAGE, "the material is {\"text\": \"an exception\"}");
    const struct cause_guess guess =
        cause_of((struct str){json_string_value(text), json_string_length(text)});
    buf_printf(out, "{\"cause\": \"%s\", \"odds\": ", cause_name(guess.cause));
    json_put_real(out, guess.odds);
    buf_printf(out, ", \"kind\": \"%s\", \"end\": \"%s\"}", kind_name(cause_kind(guess.cause)),
               ends[cause_end(guess.cause)]);
    return true;
}

/* ---- changes ---- */

static bool read_change(struct arena *arena, const json_t *json, size_t number,
                        struct match_change *out, struct err *err)
{
    const json_t *message = json_object_get(json, "message"), *path;
    const json_t *paths = json_object_get(json, "paths"), *lines = json_object_get(json, "lines");
    size_t i;
    if (!json_is_string(message))
        return err_set(err, ERR_USAGE, "change %zu has no text `message`", number + 1);
    struct str *texts = arena_push_many(arena, struct str, json_array_size(paths) + 1);
    *out =
        (struct match_change){.message = {json_string_value(message), json_string_length(message)},
                              .paths = texts,
                              .lines = {json_string_value(lines), json_string_length(lines)}};
    json_array_foreach(paths, i, path)
    {
        if (json_is_string(path) && out->paths_count < PATHS_MAX)
            texts[out->paths_count++] =
                (struct str){json_string_value(path), json_string_length(path)};
    }
    return true;
}

/* Shares of 1, as if one of them was behind it. */
static void put_relevance(struct buf *out, const double *scores, uint32_t count)
{
    double most = -INFINITY, all = 0.0;
    for (uint32_t i = 0; i < count; i++)
        most = fmax(most, scores[i]);
    for (uint32_t i = 0; i < count; i++)
        all += exp(scores[i] - most);
    buf_printf(out, "{\"relevance\": [");
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(out);
        json_put_real(out, round(exp(scores[i] - most) / all * DIGITS) / DIGITS);
    }
    buf_printf(out, "]}");
}

static bool match_change(const json_t *material, struct buf *out, struct err *err)
{
    struct arena *arena = out->arena;
    const json_t *symptom = json_object_get(material, "symptom");
    const json_t *list = json_object_get(material, "changes"), *json;
    const size_t count = json_array_size(list);
    size_t i;
    if (!json_is_string(symptom) || !json_is_array(list) || count > CHANGES_MAX)
        return err_set(err, ERR_USAGE,
                       "the material is {\"symptom\": \"a text\", \"changes\": [...]}, at most %d",
                       CHANGES_MAX);
    struct match_bag *bags = arena_push_many(arena, struct match_bag, count + 1);
    double *scores = arena_push_many(arena, double, count + 1);
    json_array_foreach(list, i, json)
    {
        struct match_change change;
        if (!read_change(arena, json, i, &change, err))
            return false;
        bags[i] = match_bag_of_change(arena, &change);
    }
    const struct match_bag asked = match_bag_of_symptom(
        arena, (struct str){json_string_value(symptom), json_string_length(symptom)});
    match_score(&code_numbers()->match, &asked, bags, (uint32_t)count, scores);
    put_relevance(out, scores, (uint32_t)count);
    return true;
}

static const struct small_task tasks[] = {
    {"name_exception", ABILITY_LABEL, "tell what an exception or an error message is caused by",
     "{\"text\": \"java.net.ConnectException: Connection refused\"}",
     "{\"cause\": \"refused\", \"odds\": 0.98, \"kind\": \"dependency\", \"end\": \"callee\"}",
     name_exception},
    {"match_change", ABILITY_RANK, "tell how much each change is about a symptom",
     "{\"symptom\": \"requests hang\", \"changes\": [{\"message\": \"Hold the lock while "
     "sending\", \"paths\": [\"net/send.c\"], \"lines\": \"pthread_mutex_lock(&lock)\"}]}",
     "{\"relevance\": [1]}", match_change},
    {0},
};

static struct str card(void)
{
    return code_numbers()->card;
}

const struct small_expert small_code = {
    .name = "code",
    .summary = "what an exception is caused by, and which change a symptom speaks of",
    .tasks = tasks,
    .card = card,
};
