/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/metric/model.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "expert/metric/shipped_expert_metric.inc"
};

static bool parse(const char *text, struct metric_model *out, struct err *err)
{
    json_error_t problem;
    json_t *json = json_loads(text, 0, &problem);
    if (!json)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok =
        curve_net_read(json, &out->shape, err) && foresight_weights_read(json, &out->forecast, err);
    out->card = str_of(json_dumps(json_object_get(json, "card"), JSON_INDENT(2)));
    json_decref(json);
    return ok && (out->card.len > 0 || err_set(err, ERR_CORRUPT, "`card` is wanted"));
}

const struct metric_model *metric_model_shipped(void)
{
    static struct metric_model model;
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
