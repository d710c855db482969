/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/trace/blame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THOUSANDTHS 1000.0

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "expert/trace/shipped_expert_trace.inc"
};

static bool read_weight(const char *name, const json_t *weight, struct trace_weights *out,
                        struct err *err)
{
    for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++)
        if (strcmp(name, class_fact_name((enum class_fact)fact)) == 0) {
            out->of[fact] = json_number_value(weight);
            return json_is_number(weight) || err_set(err, ERR_CORRUPT, "`%s` is no number", name);
        }
    return err_set(err, ERR_CORRUPT, "there is no fact `%s`; train the model again", name);
}

bool trace_weights_read(const json_t *json, struct trace_weights *out, struct err *err)
{
    const json_t *weight;
    const char *name;
    json_t *weights = json_object_get(json, "weights");
    *out = (struct trace_weights){0};
    if (!json_is_object(weights))
        return err_set(err, ERR_CORRUPT, "`weights` is wanted");
    void *at = json_object_iter(weights);
    for (; at; at = json_object_iter_next(weights, at)) {
        name = json_object_iter_key(at);
        weight = json_object_iter_value(at);
        if (!read_weight(name, weight, out, err))
            return false;
    }
    return true;
}

struct model {
    struct trace_weights weights;
    char *card;
};

static bool parse(const char *text, struct model *out, struct err *err)
{
    json_error_t problem;
    json_t *json = json_loads(text, 0, &problem);
    if (!json)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok = trace_weights_read(json, &out->weights, err);
    out->card = json_dumps(json_object_get(json, "card"), JSON_INDENT(2));
    json_decref(json);
    return ok && (out->card || err_set(err, ERR_CORRUPT, "`card` is wanted"));
}

static const struct model *model_shipped(void)
{
    static struct model model;
    static bool read;
    struct err err;
    if (!read && !parse(shipped[0].text, &model, &err)) {
        fprintf(stderr, "warroom: bug: the shipped model %s is wrong: %s\n", shipped[0].file,
                err.text);
        abort();
    }
    read = true;
    return &model;
}

const struct trace_weights *trace_weights_shipped(void)
{
    return &model_shipped()->weights;
}

struct str trace_weights_card(void)
{
    return str_of(model_shipped()->card);
}

void trace_blame(const struct trace_weights *weights, const struct span_classes *classes,
                 double *probabilities)
{
    double most = -INFINITY, all = 0;
    for (uint32_t i = 0; i < classes->count; i++) {
        double sum = 0;
        for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++)
            sum += weights->of[fact] * classes->items[i].of[fact];
        probabilities[i] = sum;
        most = fmax(most, sum);
    }
    for (uint32_t i = 0; i < classes->count; i++)
        all += probabilities[i] = exp(probabilities[i] - most);
    for (uint32_t i = 0; i < classes->count; i++)
        probabilities[i] = round(probabilities[i] / all * THOUSANDTHS) / THOUSANDTHS;
}
