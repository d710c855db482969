/* SPDX-License-Identifier: Apache-2.0 */
#include "train/softmax.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDS 12
#define RATE 0.3
#define PENALTY 2e-4 /* of a row; what makes unseen groups come out best is flat around it */
#define TINY 1e-8
#define FACTOR_MIN 0.3 /* of temperatures that are tried */
#define FACTOR_STEP 1.1
#define FACTORS 30

struct fit {
    const struct softmax_rows *rows;
    double *weights, *squares; /* of a bucket, a number a class; the last row is the bias */
    uint32_t *order;
};

static void shuffle(uint32_t *order, uint32_t count, uint64_t *seed)
{
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = (uint32_t)(seed_next(seed) % i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

/* The probability of each class, as the weights are now. */
static void foretell(const struct fit *fit, const struct hashed *features, double *chances)
{
    const uint32_t classes = fit->rows->classes;
    const double *bias = fit->weights + (size_t)fit->rows->buckets * classes;
    double most = -INFINITY, all = 0.0;
    for (uint32_t j = 0; j < classes; j++)
        chances[j] = 0.0;
    for (uint32_t i = 0; i < features->count; i++)
        for (uint32_t j = 0; j < classes; j++)
            chances[j] += fit->weights[(size_t)features->items[i] * classes + j];
    const double step = features->count > 0 ? 1.0 / sqrt((double)features->count) : 0.0;
    for (uint32_t j = 0; j < classes; j++) {
        chances[j] = bias[j] + chances[j] * step;
        most = fmax(most, chances[j]);
    }
    for (uint32_t j = 0; j < classes; j++)
        all += chances[j] = exp(chances[j] - most);
    for (uint32_t j = 0; j < classes; j++)
        chances[j] /= all;
}

static void move(struct fit *fit, size_t at, double gradient)
{
    gradient += PENALTY * fit->weights[at];
    fit->squares[at] += gradient * gradient;
    fit->weights[at] -= RATE * gradient / sqrt(fit->squares[at] + TINY);
}

static void learn_row(struct fit *fit, uint32_t row)
{
    const struct hashed *features = &fit->rows->features[row];
    const struct labelled *labelled = &fit->rows->rows[row];
    const uint32_t classes = fit->rows->classes;
    const double step = features->count > 0 ? 1.0 / sqrt((double)features->count) : 0.0;
    double errors[HASHED_CLASSES_MAX];
    foretell(fit, features, errors);
    errors[labelled->label] -= 1.0;
    for (uint32_t j = 0; j < classes; j++) {
        errors[j] *= labelled->weight;
        move(fit, (size_t)fit->rows->buckets * classes + j, errors[j]);
    }
    for (uint32_t i = 0; i < features->count; i++)
        for (uint32_t j = 0; j < classes; j++)
            move(fit, (size_t)features->items[i] * classes + j, errors[j] * step);
}

/* To whole numbers of a scale that the largest weights just fit; few are larger. */
static struct hashed_head rounded(struct arena *arena, const struct fit *fit)
{
    const uint32_t classes = fit->rows->classes, buckets = fit->rows->buckets;
    const size_t count = (size_t)buckets * classes;
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += fit->weights[i] * fit->weights[i];
    struct hashed_head head = {.classes = classes, .buckets = buckets};
    head.scale = fmax(5.0 * sqrt(squares / (double)count) / HASHED_WEIGHT_MAX, 1e-3);
    signed char *weights = arena_push_many(arena, signed char, count);
    for (size_t i = 0; i < count; i++)
        weights[i] = (signed char)fmin(
            fmax(round(fit->weights[i] / head.scale), -HASHED_WEIGHT_MAX), HASHED_WEIGHT_MAX);
    for (uint32_t j = 0; j < classes; j++)
        head.bias[j] = (int32_t)round(fit->weights[count + j] / head.scale);
    head.weights = weights;
    return head;
}

struct hashed_head softmax_fit(struct arena *arena, const struct softmax_rows *rows,
                               uint32_t left_out, uint64_t seed)
{
    struct arena *scratch = arena_new("softmax");
    const size_t numbers = ((size_t)rows->buckets + 1) * rows->classes;
    struct fit fit = {.rows = rows,
                      .weights = arena_push_many(scratch, double, numbers),
                      .squares = arena_push_many(scratch, double, numbers),
                      .order = arena_push_many(scratch, uint32_t, rows->count + 1)};
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows->count; i++)
        if (rows->rows[i].group != left_out)
            fit.order[count++] = i;
    for (int round = 0; round < ROUNDS; round++) {
        shuffle(fit.order, count, &seed);
        for (uint32_t i = 0; i < count; i++)
            learn_row(&fit, fit.order[i]);
    }
    const struct hashed_head head = rounded(arena, &fit);
    arena_free(scratch);
    return head;
}

static double loss(const struct hashed_head *heads, const struct softmax_rows *rows, double factor)
{
    double sum = 0.0, odds[HASHED_CLASSES_MAX];
    for (uint32_t i = 0; i < rows->count; i++) {
        struct hashed_head head = heads[rows->rows[i].group];
        head.scale *= factor;
        hashed_judge(&head, &rows->features[i], odds);
        sum -= rows->rows[i].weight * log(fmax(odds[rows->rows[i].label], 1e-4));
    }
    return sum;
}

double softmax_temper(const struct hashed_head *heads, const struct softmax_rows *rows)
{
    double best = 1.0, least = INFINITY, factor = FACTOR_MIN;
    for (int i = 0; i < FACTORS; i++, factor *= FACTOR_STEP) {
        const double got = loss(heads, rows, factor);
        if (got < least) {
            least = got;
            best = factor;
        }
    }
    return best;
}

void softmax_put(struct buf *out, const struct hashed_head *head)
{
    buf_printf(out, "    \"buckets\": %u,\n    \"scale\": %.6f,\n    \"bias\": [", head->buckets,
               head->scale);
    for (uint32_t j = 0; j < head->classes; j++)
        buf_printf(out, "%s%d", j > 0 ? ", " : "", head->bias[j]);
    buf_printf(out, "],\n    \"weights\": [\n");
    for (uint32_t j = 0; j < head->classes; j++) {
        buf_printf(out, "      \"");
        for (uint32_t i = 0; i < head->buckets; i++)
            buf_add_char(out, (char)('?' + head->weights[(size_t)i * head->classes + j]));
        buf_printf(out, "\"%s\n", j + 1 < head->classes ? "," : "");
    }
    buf_printf(out, "    ]\n");
}
