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

typedef const char *name_fn(int number);

static const char *name_of_sign(int number)
{
    return sign_name((enum sign)number);
}

static const char *name_of_context(int number)
{
    return context_sign_name((enum context_sign)number);
}

static bool read_weight(const char *name, const json_t *weight, name_fn *name_of, int count,
                        double *out, struct err *err)
{
    for (int i = 0; i < count; i++)
        if (strcmp(name, name_of(i)) == 0) {
            out[i] = json_number_value(weight);
            return json_is_number(weight)
                       ? true
                       : err_set(err, ERR_CORRUPT, "the weight of `%s` is no number", name);
        }
    return err_set(err, ERR_CORRUPT, "there is no sign `%s`; train the model again", name);
}

static bool read_weights(json_t *object, name_fn *name_of, int count, double *out, struct err *err)
{
    json_t *weight;
    const char *name;
    json_object_foreach(object, name, weight) if (!read_weight(name, weight, name_of, count, out,
                                                               err)) return false;
    return true;
}

static bool read_ranker(const json_t *json, struct ranker *out, struct err *err)
{
    json_t *weights = json_object_get(json, "weights"), *context = json_object_get(json, "context");
    const json_t *least = json_object_get(json, "name_at_least");
    if (!json_is_object(weights) || !json_is_number(least))
        return err_set(err, ERR_CORRUPT, "`weights` and `name_at_least` are wanted");
    *out = (struct ranker){.name_at_least = json_number_value(least)};
    return read_weights(weights, name_of_sign, SIGNS_COUNT, out->weights, err) &&
           read_weights(context, name_of_context, CONTEXT_SIGNS_COUNT, out->context, err);
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

double ranker_context(const struct ranker *ranker, const struct context_signs *signs)
{
    double score = 0.0;
    for (int sign = 0; sign < CONTEXT_SIGNS_COUNT; sign++)
        score += ranker->context[sign] * signs->of[sign];
    return score;
}
