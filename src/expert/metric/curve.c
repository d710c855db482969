/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/metric/curve.h"

#include <math.h>

#define THOUSANDTHS 1000.0

const char *curve_name(enum curve curve)
{
    static const char *const names[] = {
#define X(name, word, text) #word,
        CURVES(X)
#undef X
    };
    return names[curve];
}

const char *curve_text(enum curve curve)
{
    static const char *const texts[] = {
#define X(name, word, text) text,
        CURVES(X)
#undef X
    };
    return texts[curve];
}

/* ---- the numbers ---- */

static bool read_rows(const json_t *json, const char *name, size_t rows, size_t columns,
                      double *out, struct err *err)
{
    const json_t *list = json_object_get(json, name);
    if (json_array_size(list) != rows)
        return err_set(err, ERR_CORRUPT, "`%s` has not %zu rows; train the model again", name,
                       rows);
    for (size_t row = 0; row < rows; row++) {
        const json_t *numbers = json_array_get(list, row);
        if (json_array_size(numbers) != columns)
            return err_set(err, ERR_CORRUPT, "row %zu of `%s` has not %zu numbers", row, name,
                           columns);
        for (size_t i = 0; i < columns; i++)
            out[row * columns + i] = json_number_value(json_array_get(numbers, i));
    }
    return true;
}

bool curve_net_read(const json_t *json, struct curve_net *out, struct err *err)
{
    const json_t *net = json_object_get(json, "shape");
    out->sharpness = json_number_value(json_object_get(net, "sharpness"));
    if (!(out->sharpness > 0))
        return err_set(err, ERR_CORRUPT, "`shape.sharpness` is wanted, above 0");
    return read_rows(net, "inside", CURVE_HIDDEN, TOKENS_COUNT + 1, &out->inside[0][0], err) &&
           read_rows(net, "outside", CURVES_COUNT, CURVE_HIDDEN + 1, &out->outside[0][0], err);
}

/* ---- what they make of a series ---- */

void curve_inside(const struct curve_net *net, const double *tokens, double hidden[CURVE_HIDDEN])
{
    for (int h = 0; h < CURVE_HIDDEN; h++) {
        double sum = net->inside[h][TOKENS_COUNT];
        for (int i = 0; i < TOKENS_COUNT; i++)
            sum += net->inside[h][i] * tokens[i];
        hidden[h] = sum > 0 ? sum : 0;
    }
}

void curve_outside(const struct curve_net *net, const double *hidden, double out[CURVES_COUNT])
{
    for (int c = 0; c < CURVES_COUNT; c++) {
        double sum = net->outside[c][CURVE_HIDDEN];
        for (int h = 0; h < CURVE_HIDDEN; h++)
            sum += net->outside[c][h] * hidden[h];
        out[c] = net->sharpness * sum;
    }
}

struct curve_verdict curve_judge(const struct curve_net *net, const struct metric_tokens *tokens)
{
    struct curve_verdict verdict = {CURVE_NONE, {0}};
    double hidden[CURVE_HIDDEN], scores[CURVES_COUNT], all = 0, told = 0;
    curve_inside(net, tokens->of, hidden);
    curve_outside(net, hidden, scores);
    for (int c = 1; c < CURVES_COUNT; c++)
        if (scores[c] > scores[verdict.curve])
            verdict.curve = (enum curve)c;
    for (int c = 0; c < CURVES_COUNT; c++)
        all += verdict.odds[c] = exp(scores[c] - scores[verdict.curve]);
    for (int c = 0; c < CURVES_COUNT; c++) {
        verdict.odds[c] = round(verdict.odds[c] / all * THOUSANDTHS) / THOUSANDTHS;
        told += c == (int)verdict.curve ? 0 : verdict.odds[c];
    }
    verdict.odds[verdict.curve] = round((1 - told) * THOUSANDTHS) / THOUSANDTHS;
    return verdict;
}
