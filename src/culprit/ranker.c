/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/ranker.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "culprit/shipped_signs.inc"
};

static bool read_weight(struct ranker *ranker, const char *name, const json_t *weight,
                        struct err *err)
{
    for (int sign = 0; sign < SIGNS_COUNT; sign++)
        if (strcmp(name, sign_name((enum sign)sign)) == 0) {
            ranker->weights[sign] = json_number_value(weight);
            return json_is_number(weight)
                       ? true
                       : err_set(err, ERR_CORRUPT, "the weight of `%s` is no number", name);
        }
    return err_set(err, ERR_CORRUPT, "there is no sign `%s`; train the model again", name);
}

static bool read_ranker(const json_t *json, struct ranker *out, struct err *err)
{
    json_t *weights = json_object_get(json, "weights"), *weight;
    const json_t *least = json_object_get(json, "name_at_least");
    const char *name;
    if (!json_is_object(weights) || !json_is_number(least))
        return err_set(err, ERR_CORRUPT, "`weights` and `name_at_least` are wanted");
    *out = (struct ranker){.name_at_least = json_number_value(least)};
    json_object_foreach(weights, name,
                        weight) if (!read_weight(out, name, weight, err)) return false;
    return true;
}

bool ranker_parse(struct str text, struct ranker *out, struct err *err)
{
    json_error_t problem;
    json_t *json = json_loadb(text.ptr, text.len, 0, &problem);
    if (!json)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok = read_ranker(json, out, err);
    json_decref(json);
    return ok;
}

const struct ranker *ranker_shipped(void)
{
    static struct ranker ranker;
    static bool read;
    struct err err;
    if (!read && !ranker_parse(str_of(shipped[0].text), &ranker, &err)) {
        fprintf(stderr, "warroom: bug: the shipped model %s is wrong: %s\n", shipped[0].file,
                err.text);
        abort();
    }
    read = true;
    return &ranker;
}

double ranker_score(const struct ranker *ranker, const struct signs *signs)
{
    double score = 0.0;
    for (int sign = 0; sign < SIGNS_COUNT; sign++)
        score += ranker->weights[sign] * signs->of[sign];
    return score;
}
