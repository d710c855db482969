/* SPDX-License-Identifier: Apache-2.0 */
#include "train/lesson.h"

#include "base/arena.h"
#include "eval/answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAWS 1000
#define LABELS_MAX 64

static struct softmax_rows rows_of(struct arena *arena, const struct lesson *lesson,
                                   struct labelled_texts texts)
{
    struct softmax_rows rows = {.rows = texts.items,
                                .features = arena_push_many(arena, struct hashed, texts.count + 1),
                                .count = texts.count,
                                .classes = lesson->classes,
                                .buckets = lesson->buckets};
    for (uint32_t i = 0; i < texts.count; i++)
        lesson->hash(texts.items[i].text, &rows.features[i], lesson->buckets);
    return rows;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Of the rows of templates as many are drawn as there are, again and again. */
static struct share share_of(const bool *right, const struct labelled_texts *texts, uint64_t seed)
{
    struct arena *scratch = arena_new("share");
    double *hits = arena_push_many(scratch, double, texts->rows + 1);
    double *all = arena_push_many(scratch, double, texts->rows + 1);
    double *draws = arena_push_many(scratch, double, DRAWS);
    double sum = 0.0;
    for (uint32_t i = 0; i < texts->count; i++) {
        hits[texts->items[i].row] += right[i];
        all[texts->items[i].row] += 1.0;
        sum += right[i];
    }
    for (int draw = 0; draw < DRAWS; draw++) {
        double part = 0.0, whole = 0.0;
        for (uint32_t i = 0; i < texts->rows; i++) {
            const uint32_t row = (uint32_t)(seed_next(&seed) % texts->rows);
            part += hits[row];
            whole += all[row];
        }
        draws[draw] = part / fmax(whole, 1.0);
    }
    qsort(draws, DRAWS, sizeof *draws, compare);
    const struct share share = {sum / fmax(texts->count, 1.0), draws[DRAWS / 40],
                                draws[DRAWS - 1 - DRAWS / 40]};
    arena_free(scratch);
    return share;
}

static void tell_groups(const struct labelled_texts *texts, const bool *right, double *out)
{
    uint32_t counts[TEXT_GROUPS_MAX] = {0};
    for (uint32_t i = 0; i < texts->count; i++) {
        out[texts->items[i].group] += right[i];
        counts[texts->items[i].group]++;
    }
    for (int i = 0; i < TEXT_GROUPS_MAX; i++)
        out[i] /= fmax(counts[i], 1.0);
}

static double majority_of(const struct labelled_texts *texts)
{
    uint32_t counts[LABELS_MAX] = {0}, most = 0;
    for (uint32_t i = 0; i < texts->count; i++) {
        const uint32_t count = ++counts[texts->items[i].label];
        most = count > most ? count : most;
    }
    return most / fmax(texts->count, 1.0);
}

static void put_answer(const struct lesson *lesson, const struct labelled *text, uint32_t number,
                       const uint32_t said[ANSWER_CHOICES], const double costs_us[ANSWER_CHOICES],
                       double sure)
{
    answers_put(lesson->answers,
                &(struct held_answer){.task = lesson->task,
                                      .set = str_of(lesson->groups[text->group]),
                                      .id = number,
                                      .question = {.bytes = text->text.len,
                                                   .rules_speak = said[0] != TEXT_PLAIN,
                                                   .candidates = lesson->classes,
                                                   .sure = sure},
                                      .expert = lesson->expert,
                                      .right = {said[0] == text->label, said[1] == text->label},
                                      .cost_us = {costs_us[0], costs_us[1]}});
}

/* By what was learned without its group; with the time that it took, features and all. */
static void answer(const struct lesson *lesson, const struct hashed_head *head,
                   const struct labelled *text, uint32_t number, bool right[ANSWER_CHOICES])
{
    static struct hashed hashed; /* large */
    double odds[HASHED_CLASSES_MAX];
    const double from_us = answers_clock_us();
    lesson->hash(text->text, &hashed, lesson->buckets);
    const uint32_t learned = hashed_judge(head, &hashed, odds);
    const double between_us = answers_clock_us();
    const uint32_t by_words = lesson->baseline(lesson->state, text->text);
    const double end_us = answers_clock_us();
    right[0] = by_words == text->label;
    right[1] = learned == text->label;
    if (lesson->answers)
        put_answer(lesson, text, number, (uint32_t[]){by_words, learned},
                   (double[]){end_us - between_us, between_us - from_us}, odds[learned]);
}

struct learned lesson_learn(struct arena *arena, const struct lesson *lesson)
{
    const struct labelled_texts texts =
        texts_make(arena, lesson->rows, lesson->copies, lesson->join, lesson->seed);
    const struct softmax_rows rows = rows_of(arena, lesson, texts);
    struct hashed_head heads[TEXT_GROUPS_MAX];
    struct learned learned = {
        .texts = texts.count, .templates = texts.templates, .majority = majority_of(&texts)};
    bool *right = arena_push_many(arena, bool, texts.count + 1);
    bool *words_right = arena_push_many(arena, bool, texts.count + 1);
    for (uint32_t i = 0; lesson->groups[i]; i++)
        heads[i] = softmax_fit(arena, &rows, i, lesson->seed);
    for (uint32_t i = 0; i < texts.count; i++) {
        const struct labelled *it = &texts.items[i];
        bool both[ANSWER_CHOICES];
        answer(lesson, &heads[it->group], it, i, both);
        words_right[i] = both[0];
        right[i] = both[1];
    }
    learned.held_out = share_of(right, &texts, lesson->seed);
    learned.by_words = share_of(words_right, &texts, lesson->seed);
    tell_groups(&texts, right, learned.by_group);
    tell_groups(&texts, words_right, learned.words_by_group);
    learned.head = softmax_fit(arena, &rows, SOFTMAX_NO_GROUP, lesson->seed);
    learned.head.scale *= softmax_temper(heads, &rows);
    return learned;
}

void lesson_print(const struct lesson *lesson, const struct learned *learned)
{
    printf("%s: %u texts of %u templates\n%-24s %8s %8s\n", lesson->name, learned->texts,
           learned->templates, lesson->group_word, "learned", "words");
    for (uint32_t i = 0; lesson->groups[i]; i++)
        printf("%-24s %8.1f %8.1f\n", lesson->groups[i], 100.0 * learned->by_group[i],
               100.0 * learned->words_by_group[i]);
    printf("%-24s %8.1f %8.1f   [%.1f, %.1f] [%.1f, %.1f], the commonest %.1f\n", "left out each",
           100.0 * learned->held_out.value, 100.0 * learned->by_words.value,
           100.0 * learned->held_out.low, 100.0 * learned->held_out.high,
           100.0 * learned->by_words.low, 100.0 * learned->by_words.high,
           100.0 * learned->majority);
}

static void put_share(struct buf *out, const char *name, struct share share)
{
    buf_printf(out, "\"%s\": {\"right\": %.3f, \"interval\": [%.3f, %.3f]}", name, share.value,
               share.low, share.high);
}

void lesson_put_scores(struct buf *out, const struct lesson *lesson, const struct learned *learned)
{
    buf_printf(out, "\"%s\": {\"texts\": %u, \"templates\": %u, \"left_out\": \"%s\", ",
               lesson->name, learned->texts, learned->templates, lesson->group_word);
    put_share(out, "held_out", learned->held_out);
    buf_printf(out, ", ");
    put_share(out, "words", learned->by_words);
    buf_printf(out, ", \"commonest\": %.3f}", learned->majority);
}
