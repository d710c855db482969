/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_gravity.h"

#include "agent/logs/complaint.h"
#include "base/arena.h"
#include "data/json.h"
#include "eval/answers.h"
#include "expert/log/judge.h"
#include "text/level.h"
#include "text/template.h"
#include "train/log_learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DRAWS 1000

enum judge { JUDGE_EXPERT, JUDGE_LEXICON, JUDGE_ROUTINE, JUDGES };

static const char *const judge_names[JUDGES] = {"expert", "lexicon", "always routine"};

struct told {
    uint32_t system;
    enum gravity truth;
    enum gravity said[JUDGES];
};

struct alarm {
    uint32_t system;
    int truth;
    double said[2]; /* the expert; the lexicon */
};

struct board {
    struct told *verdicts;
    struct alarm *alarms;
    uint32_t count, alarms_count;
    struct buf *answers; /* NULL: they are not wanted */
};

static enum gravity lexicon(const struct complaint_ear *ear, struct str line)
{
    if (template_is_failing(line, STR("")) || complaint_in(ear, line).complaint)
        return GRAVITY_ERROR;
    for (size_t at = 0; at < line.len;) {
        size_t to = at;
        while (to < line.len && !strchr(" :,.;()[]", line.ptr[to]))
            to++;
        const enum level level = level_of_word(str_slice(line, at, to));
        if (level >= LEVEL_WARN)
            return level == LEVEL_WARN ? GRAVITY_WARNING : GRAVITY_ERROR;
        at = to + 1;
    }
    return GRAVITY_ROUTINE;
}

/* ---- F1 ---- */

static double f1(const struct told *verdicts, const uint32_t *drawn, uint32_t count,
                 enum judge judge, bool (*is)(enum gravity gravity, int of), int of)
{
    double hits = 0, said = 0, truth = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct told *it = &verdicts[drawn[i]];
        const bool a = is(it->said[judge], of), b = is(it->truth, of);
        hits += a && b;
        said += a;
        truth += b;
    }
    return said + truth > 0 ? 2 * hits / (said + truth) : NAN;
}

static bool is_gravity(enum gravity gravity, int of)
{
    return gravity == (enum gravity)of;
}

static bool is_trouble(enum gravity gravity, int of)
{
    return (gravity > GRAVITY_ROUTINE) == (of > 0);
}

/* Of the classes that are there, or said to be. */
static double macro(const struct told *verdicts, const uint32_t *drawn, uint32_t count,
                    enum judge judge, bool two)
{
    double sum = 0;
    int classes = 0;
    for (int of = 0; of < (two ? 2 : GRAVITIES); of++) {
        const double value = f1(verdicts, drawn, count, judge, two ? is_trouble : is_gravity, of);
        if (isnan(value))
            continue;
        sum += value;
        classes++;
    }
    return classes ? sum / classes : NAN;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

struct interval {
    double value, low, high;
};

static struct interval macro_drawn(struct arena *arena, const struct board *board, enum judge judge,
                                   bool two)
{
    uint32_t *drawn = arena_push_many(arena, uint32_t, board->count + 1);
    double values[DRAWS];
    uint64_t state = 88172645463325252u;
    for (uint32_t i = 0; i < board->count; i++)
        drawn[i] = i;
    struct interval out = {.value = macro(board->verdicts, drawn, board->count, judge, two)};
    for (int draw = 0; draw < DRAWS; draw++) {
        for (uint32_t i = 0; i < board->count; i++)
            drawn[i] = (uint32_t)(next(&state) % board->count);
        values[draw] = macro(board->verdicts, drawn, board->count, judge, two);
    }
    qsort(values, DRAWS, sizeof *values, by_value);
    out.low = values[DRAWS / 40];
    out.high = values[DRAWS - 1 - DRAWS / 40];
    return out;
}

/* ---- ROC ---- */

static double area(const struct board *board, uint32_t system, int judge, uint32_t *with,
                   uint32_t *without)
{
    double wins = 0;
    *with = *without = 0;
    for (uint32_t i = 0; i < board->alarms_count; i++) {
        const struct alarm *a = &board->alarms[i];
        if (a->system != system)
            continue;
        *with += a->truth == 1;
        *without += a->truth == 0;
        for (uint32_t j = 0; a->truth == 1 && j < board->alarms_count; j++) {
            const struct alarm *b = &board->alarms[j];
            if (b->system == system && b->truth == 0)
                wins += a->said[judge] > b->said[judge]    ? 1
                        : a->said[judge] == b->said[judge] ? 0.5
                                                           : 0;
        }
    }
    return *with && *without ? wins / *with / *without : NAN;
}

/* ---- the table ---- */

static void put_answer(const struct lessons *lessons, uint32_t number, enum gravity truth,
                       enum gravity by_rules, const struct judgement *judgement,
                       const double costs_us[2], struct buf *out)
{
    const struct lesson *lesson = &lessons->items[number];
    answers_put(out,
                &(struct held_answer){.task = "judge_template",
                                      .set = lessons->systems.keys[lesson->system],
                                      .id = number,
                                      .question = {.bytes = lesson->line.len,
                                                   .rules_speak = by_rules != GRAVITY_ROUTINE,
                                                   .candidates = GRAVITIES,
                                                   .sure = judgement->odds[judgement->gravity]},
                                      .expert = "log",
                                      .right = {by_rules == truth, judgement->gravity == truth},
                                      .cost_us = {costs_us[0], costs_us[1]}});
}

static void judge_left_out(const struct lessons *lessons, uint32_t left_out, uint64_t seed,
                           const struct complaint_ear *ear, struct log_numbers *numbers,
                           struct board *board)
{
    learn_judge(lessons, left_out, seed, numbers);
    for (uint32_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->items[i];
        enum gravity truth;
        if (!is_left_out(lessons, i, left_out))
            continue;
        const double from_us = answers_clock_us();
        const struct judgement judgement = judge_line(numbers, lesson->line);
        const double between_us = answers_clock_us();
        const enum gravity known = lexicon(ear, lesson->line);
        const double costs_us[2] = {answers_clock_us() - between_us, between_us - from_us};
        const bool has_truth = lesson_gravity(lesson, &truth);
        if (has_truth && board->answers)
            put_answer(lessons, i, truth, known, &judgement, costs_us, board->answers);
        if (has_truth)
            board->verdicts[board->count++] =
                (struct told){lesson->system, truth, {judgement.gravity, known, GRAVITY_ROUTINE}};
        if (lesson_alarm(lesson) != ALARM_UNKNOWN)
            board->alarms[board->alarms_count++] = (struct alarm){
                lesson->system, lesson_alarm(lesson), {judgement.anomaly, (double)known}};
    }
}

static void put_system(const struct lessons *lessons, const struct board *board, uint32_t system,
                       struct buf *text)
{
    struct arena *scratch = arena_new("system");
    uint32_t *own = arena_push_many(scratch, uint32_t, board->count + 1);
    uint32_t count = 0, of[GRAVITIES] = {0};
    for (uint32_t i = 0; i < board->count; i++)
        if (board->verdicts[i].system == system) {
            own[count++] = i;
            of[board->verdicts[i].truth]++;
        }
    if (count > 0) {
        buf_printf(text, "%-14.*s %5u %5u %5u ", STR_ARG(lessons->systems.keys[system]), of[0],
                   of[1], of[2]);
        for (int judge = 0; judge < JUDGES; judge++)
            buf_printf(text, "  %.3f %.3f ",
                       macro(board->verdicts, own, count, (enum judge)judge, false),
                       macro(board->verdicts, own, count, (enum judge)judge, true));
        buf_add_char(text, '\n');
    }
    arena_free(scratch);
}

static double put_all(struct arena *arena, const struct board *board, const char *name,
                      struct buf *text, struct buf *json)
{
    double primary = 0;
    json_put_key(json, name);
    buf_add_char(json, '{');
    for (int judge = 0; judge < JUDGES; judge++) {
        const struct interval three = macro_drawn(arena, board, (enum judge)judge, false);
        const struct interval two = macro_drawn(arena, board, (enum judge)judge, true);
        primary = judge == JUDGE_EXPERT ? three.value : primary;
        buf_printf(text, "  %-15s macro F1 %.3f [%.3f, %.3f]   trouble or not %.3f [%.3f, %.3f]\n",
                   judge_names[judge], three.value, three.low, three.high, two.value, two.low,
                   two.high);
        json_put_key(json, judge_names[judge]);
        buf_printf(json, "{\"three\":[%.3f,%.3f,%.3f],\"two\":[%.3f,%.3f,%.3f]}", three.value,
                   three.low, three.high, two.value, two.low, two.high);
    }
    buf_add_char(json, '}');
    return primary;
}

static void put_alarms(const struct lessons *lessons, const struct board *board, struct buf *text,
                       struct buf *json)
{
    buf_printf(text, "\nanomaly                with without  AUC: expert lexicon\n");
    json_put_key(json, "anomaly_auc");
    buf_add_char(json, '{');
    for (uint32_t system = 0; system < lessons->systems.count; system++) {
        uint32_t with, without;
        const double expert = area(board, system, 0, &with, &without);
        const double words = area(board, system, 1, &with, &without);
        if (isnan(expert))
            continue;
        buf_printf(text, "%-22.*s %4u %7u         %.3f   %.3f\n",
                   STR_ARG(lessons->systems.keys[system]), with, without, expert, words);
        json_put_comma(json);
        json_put_text(json, lessons->systems.keys[system]);
        buf_printf(json, ":{\"expert\":%.3f,\"lexicon\":%.3f}", expert, words);
    }
    buf_add_char(json, '}');
}

static void put_item(struct buf *json, const struct lessons *lessons, uint32_t system, int truth,
                     double expert, double words)
{
    json_put_comma(json);
    buf_add_char(json, '[');
    json_put_text(json, lessons->systems.keys[system]);
    buf_printf(json, ",%d,%.6g,%.6g]", truth, expert, words);
}

static void put_items(const struct lessons *lessons, const struct board *board, struct buf *json)
{
    json_put_key(json, "gravity_items");
    buf_add_char(json, '[');
    for (uint32_t i = 0; i < board->count; i++) {
        const struct told *it = &board->verdicts[i];
        put_item(json, lessons, it->system, (int)it->truth, (double)it->said[JUDGE_EXPERT],
                 (double)it->said[JUDGE_LEXICON]);
    }
    buf_add_char(json, ']');
    json_put_key(json, "anomaly_items");
    buf_add_char(json, '[');
    for (uint32_t i = 0; i < board->alarms_count; i++) {
        const struct alarm *it = &board->alarms[i];
        put_item(json, lessons, it->system, it->truth, it->said[0], it->said[1]);
    }
    buf_add_char(json, ']');
}

double gravity_measure(const struct lessons *lessons, uint64_t seed, bool per_item,
                       struct buf *text, struct buf *json, struct buf *answers)
{
    struct arena *arena = arena_new("gravity");
    struct board board = {.verdicts = arena_push_many(arena, struct told, lessons->count + 1),
                          .alarms = arena_push_many(arena, struct alarm, lessons->count + 1),
                          .answers = answers};
    struct log_numbers *numbers = arena_push(arena, struct log_numbers);
    const struct complaint_ear ear = complaint_ear_new(arena);
    for (uint32_t system = 0; system < lessons->systems.count; system++)
        judge_left_out(lessons, system, seed, &ear, numbers, &board);
    buf_printf(text, "gravity: macro F1 of three classes and of two, on systems left out\n"
                     "                  of templates       expert         lexicon        routine\n"
                     "              routi  warn error\n");
    for (uint32_t system = 0; system < lessons->systems.count; system++)
        put_system(lessons, &board, system, text);
    const double primary =
        board.count > 0 ? put_all(arena, &board, "gravity_macro_f1", text, json) : 0;
    put_alarms(lessons, &board, text, json);
    if (per_item)
        put_items(lessons, &board, json);
    board.count = board.alarms_count = 0;
    board.answers = NULL; /* of these the system is known */
    for (uint32_t fold = 0; fold < FOLDS; fold++)
        judge_left_out(lessons, FOLD_FIRST + fold, seed, &ear, numbers, &board);
    buf_printf(text, "\ngravity of templates left out, of systems that it knows\n");
    if (board.count > 0)
        put_all(arena, &board, "gravity_macro_f1_known_systems", text, json);
    arena_free(arena);
    return primary;
}
