/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A weight w is the character '#' + 45 + w, one further where that would be a backslash: so all
 * from
 * '#' to '~' but one, of which JSON needs to escape none.
 */
#include "expert/log/numbers.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define VERSION_READ 1
#define ESCAPED '\\'

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "expert/log/shipped_expert_log.inc"
};

static char char_of(int weight)
{
    const int c = '#' + NUMBERS_WEIGHT_MAX + weight;
    return (char)(c >= ESCAPED ? c + 1 : c);
}

static bool weight_of(char c, int8_t *out)
{
    const int weight = c - (c > ESCAPED) - '#' - NUMBERS_WEIGHT_MAX;
    *out = (int8_t)weight;
    return c != ESCAPED && weight >= -NUMBERS_WEIGHT_MAX && weight <= NUMBERS_WEIGHT_MAX;
}

/* ---- reading ---- */

/*
 * The two texts of weights are read where they lie: they hold nothing that JSON would have to
 * undo, and its reader takes a hundred steps a character.
 */
#define WEIGHTS STR("\"weights\": \"")
enum { WEIGHTS_JUDGE, WEIGHTS_TAGS, WEIGHTS_TEXTS };

static void take_weights(struct str text, struct str out[WEIGHTS_TEXTS], struct buf *rest)
{
    for (int i = 0; i < WEIGHTS_TEXTS; i++) {
        const size_t at = str_find(text, WEIGHTS);
        if (at == STR_NPOS)
            break;
        const struct str behind = str_slice(text, at + WEIGHTS.len, text.len);
        out[i] = str_slice(behind, 0, str_find(behind, STR("\"")));
        buf_add(rest, str_slice(text, 0, at + WEIGHTS.len));
        text = str_slice(behind, out[i].len, behind.len);
    }
    buf_add(rest, text);
}

static bool read_weights(struct str text, const char *name, int8_t *out, size_t count,
                         struct err *err)
{
    if (text.len != count)
        return err_set(err, ERR_CORRUPT, "`weights` of %s: %zu characters are wanted", name, count);
    for (size_t i = 0; i < count; i++)
        if (!weight_of(text.ptr[i], &out[i]))
            return err_set(err, ERR_CORRUPT, "`weights` of %s: character %zu is no weight", name,
                           i + 1);
    return true;
}

static bool read_real(const json_t *json, const char *name, double min, double max, double *out,
                      struct err *err)
{
    const json_t *number = json_object_get(json, name);
    *out = json_number_value(number);
    return (json_is_number(number) && *out >= min && *out <= max) ||
           err_set(err, ERR_CORRUPT, "`%s`: a number from %g to %g is wanted", name, min, max);
}

static bool read_clues(const json_t *json, struct log_numbers *out, struct err *err)
{
    const json_t *list = json_object_get(json, "clues");
    if (json_array_size(list) != (size_t)CLUES * JUDGE_COLUMNS)
        return err_set(err, ERR_CORRUPT, "`clues`: %d numbers are wanted", CLUES * JUDGE_COLUMNS);
    for (size_t i = 0; i < (size_t)CLUES * JUDGE_COLUMNS; i++) {
        const json_t *number = json_array_get(list, i);
        const double value = json_number_value(number);
        if (!json_is_number(number) || !(value >= -20 && value <= 20))
            return err_set(err, ERR_CORRUPT, "`clues`: number %zu is none", i + 1);
        (&out->clues[0][0])[i] = value;
    }
    return true;
}

static bool read_gravity(const json_t *json, struct log_numbers *out, struct err *err)
{
    static const char *const names[GRAVITIES] = {"bias_routine", "bias_warning", "bias_error"};
    for (int i = 0; i < GRAVITIES; i++)
        if (!read_real(json, names[i], -20, 20, &out->gravity_bias[i], err))
            return false;
    return read_real(json, "scale", 0, 10, &out->gravity_scale, err) &&
           read_real(json, "anomaly_bias", -20, 20, &out->anomaly_bias, err) &&
           read_real(json, "anomaly_scale", 0, 10, &out->anomaly_scale, err) &&
           read_clues(json, out, err);
}

static bool read_after(const json_t *json, struct log_numbers *out, struct err *err)
{
    const json_t *list = json_object_get(json, "after");
    if (json_array_size(list) != (size_t)TAGS * TAGS)
        return err_set(err, ERR_CORRUPT, "`after`: %d numbers are wanted", TAGS * TAGS);
    for (size_t i = 0; i < (size_t)TAGS * TAGS; i++) {
        const json_t *number = json_array_get(list, i);
        const json_int_t value = json_integer_value(number);
        if (!json_is_integer(number) || value < INT16_MIN / 2 || value > INT16_MAX / 2)
            return err_set(err, ERR_CORRUPT, "`after`: number %zu is none", i + 1);
        (&out->after[0][0])[i] = (int16_t)value;
    }
    return true;
}

static bool read_all(const json_t *json, const struct str weights[WEIGHTS_TEXTS],
                     struct log_numbers *out, struct err *err)
{
    const json_t *entities = json_object_get(json, "entities");
    const json_t *sequence = json_object_get(json, "sequence");
    double version;
    return read_real(json, "version", VERSION_READ, VERSION_READ, &version, err) &&
           read_gravity(json_object_get(json, "severity"), out, err) &&
           read_weights(weights[WEIGHTS_JUDGE], "severity", &out->judge[0][0], sizeof out->judge,
                        err) &&
           read_weights(weights[WEIGHTS_TAGS], "entities", &out->tags[0][0], sizeof out->tags,
                        err) &&
           read_after(entities, out, err) &&
           read_real(sequence, "novelty", 0, 1000, &out->novelty, err) &&
           read_real(sequence, "backoff", 0, 1000, &out->backoff, err);
}

static json_t *load(struct str text, struct err *err)
{
    json_error_t problem;
    json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    return json;
}

bool log_numbers_parse(struct str text, struct log_numbers *out, struct err *err)
{
    struct arena *arena = arena_new("log numbers");
    struct str weights[WEIGHTS_TEXTS] = {0};
    struct buf rest = buf_new(arena);
    take_weights(text, weights, &rest);
    json_t *json = load(buf_str(&rest), err);
    const bool ok = json && read_all(json, weights, out, err);
    json_decref(json);
    arena_free(arena);
    return ok;
}

/* ---- those of the program ---- */

static struct log_numbers shipped_numbers;
static pthread_once_t shipped_once = PTHREAD_ONCE_INIT;

static void read_shipped(void)
{
    struct err err;
    if (log_numbers_parse(str_of(shipped[0].text), &shipped_numbers, &err))
        return;
    fprintf(stderr, "warroom: %s: %s\n", shipped[0].file, err.text);
    abort(); /* the program was built with it */
}

const struct log_numbers *log_numbers_shipped(void)
{
    pthread_once(&shipped_once, read_shipped);
    return &shipped_numbers;
}

/* Ours, and first in the file: a line of its own. */
struct str log_numbers_card(void)
{
    const struct str text = str_of(shipped[0].text);
    const size_t from = str_find(text, STR("\"card\": ")) + strlen("\"card\": ");
    return str_slice(text, from, str_find(text, STR(",\n\"severity\"")));
}

/* ---- writing ---- */

static void put_weights(struct buf *out, const char *name, const int8_t *weights, size_t count)
{
    buf_printf(out, "\"%s\": \"", name);
    for (size_t i = 0; i < count; i++)
        buf_add_char(out, char_of(weights[i]));
    buf_add_char(out, '"');
}

static void put_real(struct buf *out, const char *name, double real)
{
    buf_printf(out, "\"%s\": ", name);
    json_put_real(out, real);
    buf_printf(out, ", ");
}

void log_numbers_write(const struct log_numbers *numbers, struct str card, struct buf *out)
{
    buf_printf(out, "{\"version\": %d,\n\"card\": %.*s,\n\"severity\": {", VERSION_READ,
               STR_ARG(card));
    put_real(out, "bias_routine", numbers->gravity_bias[GRAVITY_ROUTINE]);
    put_real(out, "bias_warning", numbers->gravity_bias[GRAVITY_WARNING]);
    put_real(out, "bias_error", numbers->gravity_bias[GRAVITY_ERROR]);
    put_real(out, "scale", numbers->gravity_scale);
    put_real(out, "anomaly_bias", numbers->anomaly_bias);
    put_real(out, "anomaly_scale", numbers->anomaly_scale);
    buf_printf(out, "\"clues\": [");
    for (int i = 0; i < CLUES * JUDGE_COLUMNS; i++) {
        buf_printf(out, "%s", i ? "," : "");
        json_put_real(out, (&numbers->clues[0][0])[i]);
    }
    buf_printf(out, "],\n");
    put_weights(out, "weights", &numbers->judge[0][0], sizeof numbers->judge);
    buf_printf(out, "},\n\"entities\": {\"after\": [");
    for (int i = 0; i < TAGS * TAGS; i++)
        buf_printf(out, "%s%d", i ? "," : "", (&numbers->after[0][0])[i]);
    buf_printf(out, "],\n");
    put_weights(out, "weights", &numbers->tags[0][0], sizeof numbers->tags);
    buf_printf(out, "},\n\"sequence\": {");
    put_real(out, "novelty", numbers->novelty);
    buf_printf(out, "\"backoff\": ");
    json_put_real(out, numbers->backoff);
    buf_printf(out, "}}\n");
}
