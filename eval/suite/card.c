/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/card.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "data/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEED UINT64_C(1)
#define MIDDLE 0.95
#define WHO_MAX 16
#define NOTES_MAX 2000 /* what comes after them is left out */

struct task_items {
    struct arena *arena;
    struct map whos;
    struct answers {
        double (*parts)[TASK_PARTS_MAX];
        uint32_t count, room;
    } of[WHO_MAX];
    struct card_note *notes; /* NULL: there is none */
    uint32_t notes_count;
};

void task_add(struct task_run *run, const char *who, struct str item, const double *parts,
              uint32_t parts_count)
{
    (void)item; /* told for whoever reads along in a debugger or a log */
    struct task_items *items = run->items;
    const uint32_t number = map_add(&items->whos, str_of(who));
    if (number >= WHO_MAX)
        return;
    struct answers *answers = &items->of[number];
    if (answers->count == answers->room) {
        const uint32_t room = answers->room > 0 ? answers->room * 2 : 64;
        answers->parts =
            arena_grow(items->arena, answers->parts, answers->room * sizeof *answers->parts,
                       room * sizeof *answers->parts);
        answers->room = room;
    }
    double *at = answers->parts[answers->count++];
    for (uint32_t i = 0; i < TASK_PARTS_MAX; i++)
        at[i] = i < parts_count ? parts[i] : 0.0;
}

void task_note(struct task_run *run, struct str item, struct str text)
{
    struct task_items *items = run->items;
    if (!items->notes)
        items->notes = arena_push_many(items->arena, struct card_note, NOTES_MAX);
    if (items->notes_count < NOTES_MAX)
        items->notes[items->notes_count++] = (struct card_note){
            .item = str_copy(items->arena, item), .text = str_copy(items->arena, text)};
}

/* ---- scores ---- */

static double score_of(const struct task *task, const double *sums, uint32_t items)
{
    return task->score ? task->score(sums, items) : sums[0] / items;
}

/* splitmix64 (Steele and others 2014): small, and the same everywhere. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void card_interval(const double *samples, double *low, double *high)
{
    static double ordered[CARD_SAMPLES];
    const int beyond = (int)(CARD_SAMPLES * (1.0 - MIDDLE) / 2.0);
    memcpy(ordered, samples, sizeof ordered);
    qsort(ordered, CARD_SAMPLES, sizeof *ordered, compare);
    *low = ordered[beyond];
    *high = ordered[CARD_SAMPLES - 1 - beyond];
}

static struct card_entry score_answers(struct arena *arena, const struct task *task, struct str who,
                                       const struct answers *answers)
{
    double *samples = arena_push_many(arena, double, CARD_SAMPLES);
    double sums[TASK_PARTS_MAX] = {0};
    uint64_t state = SEED;
    for (uint32_t i = 0; i < answers->count; i++)
        for (int p = 0; p < TASK_PARTS_MAX; p++)
            sums[p] += answers->parts[i][p];
    struct card_entry entry = {
        .who = who, .items = answers->count, .score = score_of(task, sums, answers->count)};
    for (int sample = 0; sample < CARD_SAMPLES; sample++) {
        memset(sums, 0, sizeof sums);
        for (uint32_t i = 0; i < answers->count; i++) {
            const double *drawn = answers->parts[draw(&state) % answers->count];
            for (int p = 0; p < TASK_PARTS_MAX; p++)
                sums[p] += drawn[p];
        }
        samples[sample] = score_of(task, sums, answers->count);
    }
    card_interval(samples, &entry.low, &entry.high);
    entry.samples = str_eq(who, STR(TASK_US)) ? samples : NULL;
    return entry;
}

const struct card_entry *card_ours(const struct card *card)
{
    for (uint32_t i = 0; i < card->entries_count; i++)
        if (str_eq(card->entries[i].who, STR(TASK_US)))
            return &card->entries[i];
    return NULL;
}

struct card card_measure(struct arena *arena, const struct task *task,
                         const struct task_place *place, enum mind mind)
{
    struct task_items items = {.arena = arena, .whos = map_new(arena)};
    struct task_run run = {.arena = arena, .place = place, .mind = mind, .items = &items};
    struct card card = {.task = task, .mind = mind};
    struct err err = {0};
    map_add(&items.whos, STR(TASK_US)); /* ours first */
    const int64_t from_ns = clock_now_ns(clock_system());
    const bool ok = task->run(&run, &err);
    card.took_s = (double)(clock_now_ns(clock_system()) - from_ns) / (double)NS_PER_S;
    if (ok && items.of[0].count == 0)
        err_set(&err, ERR_NOT_FOUND, "it has no items");
    if (!ok || items.of[0].count == 0) {
        card.failure = str_copy(arena, str_of(err.text));
        return card;
    }
    card.notes = items.notes;
    card.notes_count = items.notes_count;
    card.entries = arena_push_many(arena, struct card_entry, items.whos.count);
    for (uint32_t i = 0; i < items.whos.count && i < WHO_MAX; i++)
        if (items.of[i].count > 0)
            card.entries[card.entries_count++] =
                score_answers(arena, task, items.whos.keys[i], &items.of[i]);
    return card;
}

/* ---- JSON ---- */

static void put_number(struct buf *out, const char *name, double number)
{
    json_put_key(out, name);
    json_put_real(out, round(number * 1e4) / 1e4);
}

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

static void put_notes(struct buf *out, const struct card *card)
{
    if (card->notes_count == 0)
        return;
    json_put_key(out, "notes");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < card->notes_count; i++) {
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(out, "item", card->notes[i].item);
        put_text(out, "text", card->notes[i].text);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void put_samples(struct buf *out, const struct card_entry *entry)
{
    json_put_key(out, "samples");
    buf_add_char(out, '[');
    for (int i = 0; i < CARD_SAMPLES; i++) {
        json_put_comma(out);
        json_put_real(out, round(entry->samples[i] * 1e6) / 1e6);
    }
    buf_add_char(out, ']');
}

static void put_card(struct buf *out, const struct card *card, bool is_whole)
{
    buf_add_char(out, '{');
    put_text(out, "task", str_of(card->task->name));
    put_text(out, "category", str_of(category_name(card->task->category)));
    put_text(out, "mind", str_of(mind_name(card->mind)));
    put_text(out, "measure", str_of(card->task->measure));
    put_text(out, "source", str_of(card->task->source));
    json_put_key(out, "failure");
    if (card->failure.len > 0)
        json_put_text(out, card->failure);
    else
        buf_add(out, STR("null"));
    put_number(out, "took_s", card->took_s);
    json_put_key(out, "scores");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < card->entries_count; i++) {
        const struct card_entry *entry = &card->entries[i];
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(out, "who", entry->who);
        json_put_key(out, "items");
        buf_printf(out, "%u", entry->items);
        put_number(out, "score", entry->score);
        put_number(out, "low", entry->low);
        put_number(out, "high", entry->high);
        if (is_whole && entry->samples)
            put_samples(out, entry);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    put_notes(out, card);
    buf_add_char(out, '}');
}

void card_put_json(struct buf *out, const struct card *card)
{
    put_card(out, card, false);
}

void card_put_whole(struct buf *out, const struct card *card)
{
    put_card(out, card, true);
}

static struct str text_of(struct arena *arena, const json_t *json, const char *name)
{
    const json_t *member = json_object_get(json, name);
    return json_is_string(member) ? str_copy(arena, str_of(json_string_value(member))) : STR("");
}

static double number_of(const json_t *json, const char *name)
{
    return json_number_value(json_object_get(json, name));
}

static double *samples_of(struct arena *arena, const json_t *json)
{
    const json_t *samples = json_object_get(json, "samples"), *item;
    size_t i;
    if (json_array_size(samples) != CARD_SAMPLES)
        return NULL;
    double *out = arena_push_many(arena, double, CARD_SAMPLES);
    json_array_foreach(samples, i, item) out[i] = json_number_value(item);
    return out;
}

static void read_notes(struct arena *arena, const json_t *notes, struct card *out)
{
    const json_t *item;
    size_t i;
    out->notes = arena_push_many(arena, struct card_note, json_array_size(notes) + 1);
    json_array_foreach(notes, i, item) out->notes[out->notes_count++] = (struct card_note){
        .item = text_of(arena, item, "item"), .text = text_of(arena, item, "text")};
}

bool card_from_json(struct arena *arena, struct str text, const struct task *task, enum mind mind,
                    struct card *out)
{
    json_t *root = json_loadb(text.ptr, text.len, 0, NULL);
    const json_t *scores = json_object_get(root, "scores"), *item;
    size_t i;
    const bool ok = str_eq(text_of(arena, root, "task"), str_of(task->name)) &&
                    str_eq(text_of(arena, root, "mind"), str_of(mind_name(mind))) &&
                    json_is_array(scores) && json_array_size(scores) <= WHO_MAX;
    if (ok) {
        *out = (struct card){
            .task = task,
            .mind = mind,
            .failure = text_of(arena, root, "failure"),
            .took_s = number_of(root, "took_s"),
            .entries = arena_push_many(arena, struct card_entry, json_array_size(scores) + 1)};
        json_array_foreach(scores, i, item)
        {
            out->entries[out->entries_count++] =
                (struct card_entry){.who = text_of(arena, item, "who"),
                                    .items = (uint32_t)number_of(item, "items"),
                                    .score = number_of(item, "score"),
                                    .low = number_of(item, "low"),
                                    .high = number_of(item, "high"),
                                    .samples = samples_of(arena, item)};
        }
        read_notes(arena, json_object_get(root, "notes"), out);
    }
    json_decref(root);
    return ok;
}
