/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/code/match.h"

#include "base/arena.h"
#include "text/terms.h"

#include <math.h>
#include <stdlib.h>

#define K1 1.2 /* how soon a repeated word stops counting; the usual value of BM25 */
#define B 0.75 /* how much long texts are held against themselves; likewise */
#define TINY 1e-9
#define SCORE_STEP                                                                                 \
    1e6 /* scores are rounded, for log() differs in its last bits between machines                 \
         */

/* ---- bags ---- */

struct match_bag match_bag_new(struct arena *arena)
{
    return (struct match_bag){.terms = arena_push_many(arena, struct match_term, MATCH_TERMS_MAX)};
}

void match_bag_add(struct match_bag *bag, struct str word, enum match_part part, uint32_t often)
{
    bag->lengths[part] += (float)often;
    if (bag->count < MATCH_TERMS_MAX)
        bag->terms[bag->count++] =
            (struct match_term){.word = (uint32_t)(str_hash(word) >> 16),
                                .part = (uint8_t)part,
                                .often = (uint8_t)(often < 255 ? often : 255)};
}

static int compare_terms(const void *left, const void *right)
{
    const struct match_term *a = left, *b = right;
    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    return (a->part > b->part) - (a->part < b->part);
}

void match_bag_end(struct match_bag *bag)
{
    uint32_t kept = 0;
    qsort(bag->terms, bag->count, sizeof *bag->terms, compare_terms);
    for (uint32_t i = 0; i < bag->count; i++) {
        struct match_term *last = kept > 0 ? &bag->terms[kept - 1] : NULL;
        if (last && compare_terms(last, &bag->terms[i]) == 0) {
            const uint32_t often = (uint32_t)last->often + bag->terms[i].often;
            last->often = (uint8_t)(often < 255 ? often : 255);
        } else {
            bag->terms[kept++] = bag->terms[i];
        }
    }
    bag->count = kept;
}

static void add_text(struct match_bag *bag, struct str text, enum match_part part)
{
    struct terms terms = {.rest = text};
    struct term term;
    while (bag->count < MATCH_TERMS_MAX && terms_next(&terms, &term))
        if (!term_is_common(term.text))
            match_bag_add(bag, term.text, part, 1);
}

struct match_bag match_bag_of_change(struct arena *arena, const struct match_change *change)
{
    struct match_bag bag = match_bag_new(arena);
    const size_t end = str_find(change->message, STR("\n"));
    const size_t subject = end == STR_NPOS ? change->message.len : end;
    add_text(&bag, str_slice(change->message, 0, subject), MATCH_SUBJECT);
    add_text(&bag, str_slice(change->message, subject, change->message.len), MATCH_BODY);
    for (uint32_t i = 0; i < change->paths_count; i++)
        add_text(&bag, change->paths[i], MATCH_PATH);
    add_text(&bag, change->lines, MATCH_LINE);
    match_bag_end(&bag);
    return bag;
}

struct match_bag match_bag_of_symptom(struct arena *arena, struct str text)
{
    struct match_bag bag = match_bag_new(arena);
    add_text(&bag, text, MATCH_SUBJECT);
    match_bag_end(&bag);
    return bag;
}

/* ---- signs ---- */

/* The first term of that word, or the end. */
static uint32_t find_word(const struct match_bag *bag, uint32_t word)
{
    uint32_t low = 0, high = bag->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (bag->terms[middle].word < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low < bag->count && bag->terms[low].word == word ? low : bag->count;
}

static void tell_rarities(const struct match_bag *symptom, const struct match_bag *changes,
                          uint32_t count, double *out)
{
    for (uint32_t i = 0; i < symptom->count; i++) {
        uint32_t holders = 0;
        for (uint32_t j = 0; j < count; j++)
            holders += find_word(&changes[j], symptom->terms[i].word) < changes[j].count;
        out[i] = log(1.0 + ((double)count - holders + 0.5) / (holders + 0.5));
    }
}

static void tell_averages(const struct match_bag *changes, uint32_t count, double *out)
{
    for (int part = 0; part < MATCH_PARTS; part++) {
        double sum = 0.0, holders = 0.0;
        for (uint32_t i = 0; i < count; i++) {
            sum += (double)changes[i].lengths[part];
            holders += changes[i].lengths[part] > 0.0f;
        }
        out[part] = sum / fmax(holders, 1.0);
    }
}

static void measure_change(const struct match_bag *symptom, const double *rarities,
                           const double *averages, const struct match_bag *change,
                           double out[MATCH_SIGNS])
{
    double all = 0.0, most = 0.0;
    for (uint32_t i = 0; i < symptom->count; i++) {
        const uint32_t word = symptom->terms[i].word;
        all += rarities[i];
        most = fmax(most, rarities[i]);
        uint32_t at = find_word(change, word);
        if (at == change->count)
            continue;
        out[MATCH_COVERED] += rarities[i];
        out[MATCH_RAREST] = fmax(out[MATCH_RAREST], rarities[i]);
        for (; at < change->count && change->terms[at].word == word; at++) {
            const uint8_t part = change->terms[at].part;
            const double often = change->terms[at].often;
            const double length = (double)change->lengths[part] / fmax(averages[part], 1.0);
            out[part] += rarities[i] * often / (often + K1 * (1.0 - B + B * length));
        }
    }
    out[MATCH_COVERED] /= fmax(all, TINY);
    out[MATCH_RAREST] /= fmax(most, TINY);
    out[MATCH_LINES] = log1p((double)change->lengths[MATCH_LINE]);
    out[MATCH_TALK] = log1p((double)(change->lengths[MATCH_SUBJECT] + change->lengths[MATCH_BODY]));
    out[MATCH_PATHS] = log1p((double)change->lengths[MATCH_PATH]);
}

void match_signs(const struct match_bag *symptom, const struct match_bag *changes, uint32_t count,
                 double (*out)[MATCH_SIGNS])
{
    double rarities[MATCH_TERMS_MAX], averages[MATCH_PARTS];
    tell_rarities(symptom, changes, count, rarities);
    tell_averages(changes, count, averages);
    memset(out, 0, count * sizeof *out);
    for (uint32_t i = 0; i < count; i++)
        measure_change(symptom, rarities, averages, &changes[i], out[i]);
    /* Parts differ so much in length and wording that only the best of each makes them alike. */
    for (int part = 0; part < MATCH_PARTS; part++) {
        double best = TINY;
        for (uint32_t i = 0; i < count; i++)
            best = fmax(best, out[i][part]);
        for (uint32_t i = 0; i < count; i++)
            out[i][part] /= best;
    }
    for (uint32_t i = 0; i < count; i++)
        for (int part = 0; part < MATCH_PARTS; part++)
            out[i][MATCH_ALL] += out[i][part] / MATCH_PARTS;
}

/* ---- scores ---- */

bool match_numbers_read(const json_t *json, struct match_numbers *out, struct err *err)
{
    if (json_array_size(json) != MATCH_SIGNS)
        return err_set(err, ERR_CORRUPT, "%d weights are wanted", MATCH_SIGNS);
    for (size_t i = 0; i < MATCH_SIGNS; i++)
        out->weights[i] = json_number_value(json_array_get(json, i));
    return true;
}

void match_score(const struct match_numbers *numbers, const struct match_bag *symptom,
                 const struct match_bag *changes, uint32_t count, double *out)
{
    struct arena *scratch = arena_new("match");
    double(*signs)[MATCH_SIGNS] = arena_alloc(scratch, (count + 1) * sizeof *signs);
    match_signs(symptom, changes, count, signs);
    for (uint32_t i = 0; i < count; i++) {
        double score = 0.0;
        for (int sign = 0; sign < MATCH_SIGNS; sign++)
            score += numbers->weights[sign] * signs[i][sign];
        out[i] = round(score * SCORE_STEP) / SCORE_STEP;
    }
    arena_free(scratch);
}
