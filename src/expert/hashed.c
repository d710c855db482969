/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/hashed.h"

#include "base/arena.h"
#include "text/terms.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define GRAM_MIN 3
#define GRAM_MAX 5
#define ODDS_STEP 1e4 /* odds are rounded, for exp() differs in its last bits between machines */

void hashed_begin(struct hashed *hashed, uint32_t buckets)
{
    assert(buckets <= HASHED_BUCKETS_MAX && buckets >= 64 && (buckets & (buckets - 1)) == 0);
    hashed->buckets = buckets;
    hashed->count = 0;
    memset(hashed->seen, 0, buckets / 8);
}

void hashed_add(struct hashed *hashed, char kind, struct str text)
{
    const uint64_t hash = (str_hash(text) ^ (unsigned char)kind) * 0x9e3779b97f4a7c15u;
    const uint32_t bucket = (uint32_t)(hash >> 40) & (hashed->buckets - 1);
    uint64_t *word = &hashed->seen[bucket / 64];
    if (*word >> bucket % 64 & 1 || hashed->count == HASHED_ITEMS_MAX)
        return;
    *word |= (uint64_t)1 << bucket % 64;
    hashed->items[hashed->count++] = (uint16_t)bucket;
}

/* Of "<word>", so that a beginning and an end are told from a middle. */
static void add_subwords(struct hashed *hashed, struct str word)
{
    char text[TERM_BYTES_MAX + 2];
    const size_t len = word.len + 2;
    text[0] = '<';
    memcpy(text + 1, word.ptr, word.len);
    text[len - 1] = '>';
    for (size_t gram = GRAM_MIN; gram <= GRAM_MAX; gram++)
        for (size_t at = 0; at + gram <= len; at++)
            hashed_add(hashed, 's', (struct str){text + at, gram});
}

void hashed_add_words(struct hashed *hashed, struct str text)
{
    char pair[2 * TERM_BYTES_MAX + 1];
    size_t last = 0;
    struct terms terms = {.rest = str_slice(text, 0, HASHED_TEXT_BYTES_MAX)};
    struct term term;
    while (terms_next(&terms, &term)) {
        if (term.kind == TERM_NAME || term.text.len > TERM_BYTES_MAX)
            continue; /* its parts follow */
        hashed_add(hashed, 'w', term.text);
        if (term.kind != TERM_NUMBER)
            add_subwords(hashed, term.text);
        if (last > 0) {
            pair[last] = ' ';
            memcpy(pair + last + 1, term.text.ptr, term.text.len);
            hashed_add(hashed, 'p', (struct str){pair, last + 1 + term.text.len});
        }
        memcpy(pair, term.text.ptr, term.text.len);
        last = term.text.len;
    }
}

/* ---- the head ---- */

static bool read_row(const json_t *row, uint32_t class, const struct hashed_head *head,
                     signed char *weights, struct err *err)
{
    const char *text = json_string_value(row);
    if (!text || json_string_length(row) != head->buckets)
        return err_set(err, ERR_CORRUPT, "class %u has no text of %u weights", class,
                       head->buckets);
    for (uint32_t bucket = 0; bucket < head->buckets; bucket++) {
        const int weight = text[bucket] - '?';
        if (weight < -HASHED_WEIGHT_MAX || weight > HASHED_WEIGHT_MAX)
            return err_set(err, ERR_CORRUPT, "class %u, bucket %u: no weight", class, bucket);
        weights[(size_t)bucket * head->classes + class] = (signed char)weight;
    }
    return true;
}

bool hashed_head_read(struct arena *arena, const json_t *json, uint32_t classes,
                      struct hashed_head *out, struct err *err)
{
    const json_t *bias = json_object_get(json, "bias"), *rows = json_object_get(json, "weights");
    const json_int_t buckets = json_integer_value(json_object_get(json, "buckets"));
    const double scale = json_number_value(json_object_get(json, "scale"));
    if (buckets < 64 || buckets > HASHED_BUCKETS_MAX || (buckets & (buckets - 1)) != 0)
        return err_set(err, ERR_CORRUPT, "`buckets` is no power of two from 64 to %d",
                       HASHED_BUCKETS_MAX);
    if (!(scale > 0.0 && scale < 100.0))
        return err_set(err, ERR_CORRUPT, "`scale` is no number from 0 to 100");
    assert(classes <= HASHED_CLASSES_MAX);
    if (json_array_size(bias) != classes || json_array_size(rows) != classes)
        return err_set(err, ERR_CORRUPT, "`bias` and `weights` of %u classes are wanted", classes);
    *out = (struct hashed_head){.classes = classes, .buckets = (uint32_t)buckets, .scale = scale};
    signed char *weights = arena_push_many(arena, signed char, classes *(size_t)buckets);
    out->weights = weights;
    for (uint32_t i = 0; i < classes; i++) {
        const json_int_t value = json_integer_value(json_array_get(bias, i));
        if (value < -1000000 || value > 1000000)
            return err_set(err, ERR_CORRUPT, "the bias of class %u is out of bounds", i);
        out->bias[i] = (int32_t)value;
        if (!read_row(json_array_get(rows, i), i, out, weights, err))
            return false;
    }
    return true;
}

struct str hashed_card(struct arena *arena, const json_t *json)
{
    const json_t *card = json_object_get(json, "card");
    char *text = card ? json_dumps(card, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    const struct str copy = str_copy(arena, text ? str_of(text) : STR("{}"));
    free(text);
    return copy;
}

uint32_t hashed_judge(const struct hashed_head *head, const struct hashed *hashed,
                      double odds[HASHED_CLASSES_MAX])
{
    int32_t sums[HASHED_CLASSES_MAX] = {0};
    double scores[HASHED_CLASSES_MAX], all = 0.0;
    uint32_t best = 0;
    assert(head->buckets == hashed->buckets);
    for (uint32_t i = 0; i < hashed->count; i++) {
        const signed char *row = head->weights + (size_t)hashed->items[i] * head->classes;
        for (uint32_t j = 0; j < head->classes; j++)
            sums[j] += row[j];
    }
    /* A long text is no surer than a short one for being long. */
    const double step = hashed->count > 0 ? 1.0 / sqrt((double)hashed->count) : 0.0;
    for (uint32_t j = 0; j < head->classes; j++) {
        scores[j] = head->bias[j] + sums[j] * step;
        best = scores[j] > scores[best] ? j : best;
    }
    for (uint32_t j = 0; j < head->classes; j++)
        all += odds[j] = exp((scores[j] - scores[best]) * head->scale);
    for (uint32_t j = 0; j < head->classes; j++)
        odds[j] = round(odds[j] / all * ODDS_STEP) / ODDS_STEP;
    return best;
}
