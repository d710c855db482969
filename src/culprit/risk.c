/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A score compares with changes as they were judged when they landed, and not as one would judge
 * them today: those have come back or have not, and that is in their files' records by now.
 */
#include "culprit/risk.h"

#include "base/arena.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "culprit/shipped_risk.inc"
};

/* ---- the model ---- */

static bool read_number(const json_t *json, const char *name, double *out, struct err *err)
{
    *out = json_number_value(json);
    return json_is_number(json) || err_set(err, ERR_CORRUPT, "`%s` is no number", name);
}

static bool read_weight(struct risk_model *model, const char *name, const json_t *weight,
                        struct err *err)
{
    for (int hazard = 0; hazard < HAZARDS_COUNT; hazard++)
        if (strcmp(name, hazard_name((enum hazard)hazard)) == 0)
            return read_number(weight, name, &model->weights[hazard], err);
    return err_set(err, ERR_CORRUPT, "there is no hazard `%s`; train the model again", name);
}

static bool read_model(const json_t *json, struct risk_model *out, struct err *err)
{
    json_t *weights = json_object_get(json, "weights"), *weight;
    const char *name;
    *out = (struct risk_model){0};
    if (!json_is_object(weights))
        return err_set(err, ERR_CORRUPT, "`weights` is wanted");
    if (!read_number(json_object_get(json, "bias"), "bias", &out->bias, err) ||
        !read_number(json_object_get(json, "usual"), "usual", &out->usual, err))
        return false;
    json_object_foreach(weights, name,
                        weight) if (!read_weight(out, name, weight, err)) return false;
    return true;
}

bool risk_model_parse(struct str text, struct risk_model *out, struct err *err)
{
    json_error_t problem;
    json_t *json = json_loadb(text.ptr, text.len, 0, &problem);
    if (!json)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok = read_model(json, out, err);
    json_decref(json);
    return ok;
}

const struct risk_model *risk_model_shipped(void)
{
    static struct risk_model model;
    static bool read;
    struct err err;
    if (!read && !risk_model_parse(str_of(shipped[0].text), &model, &err)) {
        fprintf(stderr, "warroom: bug: the shipped model %s is wrong: %s\n", shipped[0].file,
                err.text);
        abort();
    }
    read = true;
    return &model;
}

/* ---- how risky ---- */

double risk_probability(const struct risk_model *model, const struct hazards *hazards)
{
    double log_odds = model->bias + model->usual * log(hazards->usual / (1.0 - hazards->usual));
    for (int hazard = 0; hazard < HAZARDS_COUNT; hazard++)
        log_odds += model->weights[hazard] * hazards->beside[hazard];
    return 1.0 / (1.0 + exp(-log_odds));
}

/* The share of the changes before it that are less probable to come back; as probable: half. */
static void compare(struct risk *all, uint32_t number)
{
    struct risk *risk = &all[number];
    const uint32_t from = number > RISK_SCORE_CHANGES ? number - RISK_SCORE_CHANGES : 0;
    double less = 0.5; /* itself */
    for (uint32_t i = from; i < number; i++)
        less += all[i].probability < risk->probability   ? 1.0
                : all[i].probability > risk->probability ? 0.0
                                                         : 0.5;
    risk->compared = number - from;
    risk->score = 100.0 * less / (risk->compared + 1.0);
}

struct risk *risk_assess(struct arena *arena, const struct history *history, uint32_t to,
                         const struct risk_model *model)
{
    const struct hazards *hazards = hazards_measure(arena, history, to);
    struct risk *all = arena_push_many(arena, struct risk, to);
    for (uint32_t i = 0; i < to; i++)
        all[i] = (struct risk){.number = i,
                               .probability = risk_probability(model, &hazards[i]),
                               .hazards = &hazards[i]};
    for (uint32_t i = 0; i < to; i++)
        compare(all, i);
    return all;
}
