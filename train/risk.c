/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom train risk`: what the hazards of a change weigh, from changes that came back and those
 * that did not. Each repository is left out once, to see what the weights are worth on one that
 * they do not know.
 */
#include "culprit/risk.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "eval/chances.h"
#include "eval/returns.h"
#include "eval/verb.h"
#include "train/folders.h"
#include "train/keep.h"
#include "train/logistic.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS_MAX 400000
#define COLUMNS (HAZARDS_COUNT + 2)
#define REPOSITORY_RETURNS 300.0 /* one with more counts as one with so many */
#define PENALTY 20.0             /* on the weight of a standard deviation */

static const char help[] =
    "Learns what makes a change risky, from changes that were taken back or repaired.\n"
    "\n"
    "usage: warroom train risk DIR... [options]\n"
    "\n"
    "Every DIR holds changes.jsonl and queries.jsonl, as for `warroom eval changes`.\n"
    "\n"
    "      --out FILE       write the weights there\n"
    "      --held-out DIR   write the weights learnt without each repository there, as\n"
    "                       REPOSITORY.json, for `warroom eval risk DIR... --held-out DIR`\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt: wrong usage, a file that cannot be read\n";

struct training {
    struct arena *arena;
    struct logistic_rows rows;
    uint32_t returned;
    struct str names[REPOSITORIES_MAX];
    uint32_t repositories;
};

static void add_row(struct training *training, const struct hazards *hazards, bool came_back,
                    double weight)
{
    struct logistic_rows *rows = &training->rows;
    if (rows->count == ROWS_MAX)
        return;
    double *values = &rows->values[(size_t)rows->count * COLUMNS];
    memcpy(values, hazards->beside, sizeof hazards->beside);
    values[HAZARDS_COUNT] = log(hazards->usual / (1.0 - hazards->usual));
    values[HAZARDS_COUNT + 1] = 1.0;
    rows->came[rows->count] = came_back;
    rows->weights[rows->count] = weight;
    rows->groups[rows->count++] = training->repositories;
    training->returned += came_back;
}

static bool read_repository(struct training *training, const char *folder, struct err *err)
{
    struct arena *arena = arena_new("repository");
    struct repository repository;
    if (!repository_read(arena, folder, &repository, err)) {
        arena_free(arena);
        return false;
    }
    const struct returns returns = returns_read(arena, &repository);
    uint32_t counted = 0, came_back = 0;
    for (uint32_t i = 0; i < repository.history->count; i++) {
        counted += returns.counts[i];
        came_back += returns.counts[i] && returns.came_back[i];
    }
    const double weight = fmin(1.0, REPOSITORY_RETURNS / fmax(came_back, 1.0));
    for (uint32_t i = 0; i < repository.history->count; i++)
        if (returns.counts[i])
            add_row(training, &returns.hazards[i], returns.came_back[i], weight);
    fprintf(stderr, "%.*s: %u changes, %u came back\n", STR_ARG(repository.name), counted,
            came_back);
    training->names[training->repositories++] = str_copy(training->arena, repository.name);
    arena_free(arena);
    return true;
}

static void fit(const struct training *training, uint32_t left_out, double *weights)
{
    double penalties[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        penalties[i] = i < HAZARDS_COUNT ? PENALTY : 0.0;
    logistic_fit(training->arena, &training->rows, left_out, penalties, weights);
}

/* ---- what is written ---- */

/* `scores`: what the weights learnt without each repository are worth on it; empty: not measured */
static struct str model_text(struct arena *arena, const double *weights, struct str about,
                             struct str scores)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\n  \"about\": ");
    json_put_text(&out, about);
    buf_add(&out, scores);
    buf_printf(&out, ",\n  \"bias\": %.4f,\n  \"usual\": %.4f,\n  \"weights\": {\n",
               weights[HAZARDS_COUNT + 1], weights[HAZARDS_COUNT]);
    for (int hazard = 0; hazard < HAZARDS_COUNT; hazard++)
        buf_printf(&out, "    \"%s\": %.4f%s\n", hazard_name((enum hazard)hazard), weights[hazard],
                   hazard + 1 < HAZARDS_COUNT ? "," : "");
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

static struct order_scores score(const struct training *training, uint32_t repository,
                                 const double *weights)
{
    const struct logistic_rows *rows = &training->rows;
    struct foretold *items = arena_push_many(training->arena, struct foretold, rows->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        if (rows->groups[i] != repository)
            continue;
        items[count].came = rows->came[i];
        for (int j = 0; j < COLUMNS; j++)
            items[count].value += weights[j] * rows->values[(size_t)i * COLUMNS + (size_t)j];
        count++;
    }
    return order_score(items, count);
}

/* Learns without each repository; gives the score on it, and writes the weights where wanted. */
static bool leave_out(struct training *training, const char *folder, struct str *scores,
                      struct err *err)
{
    struct buf out = buf_new(training->arena);
    if (!keep_folder(folder, err))
        return false;
    for (uint32_t i = 0; i < training->repositories; i++) {
        double weights[COLUMNS];
        fit(training, i, weights);
        const double auc = score(training, i, weights).auc;
        buf_printf(&out, "%s", i == 0 ? ",\n  \"auc_held_out\": {" : ", ");
        json_put_text(&out, training->names[i]);
        if (isnan(auc))
            buf_printf(&out, ": null");
        else
            buf_printf(&out, ": %.3f", auc);
        if (!folder)
            continue;
        const struct str path =
            str_printf(training->arena, "%s/%.*s.json", folder, STR_ARG(training->names[i]));
        const struct str about =
            str_printf(training->arena, "learnt without %.*s", STR_ARG(training->names[i]));
        if (!keep_file(path.ptr, model_text(training->arena, weights, about, (struct str){0}), err))
            return false;
    }
    buf_add_char(&out, '}');
    *scores = buf_str(&out);
    return true;
}

static bool write_model(struct training *training, const char *path, struct str scores,
                        struct err *err)
{
    double weights[COLUMNS];
    fit(training, LOGISTIC_NO_GROUP, weights);
    const struct str about = str_printf(
        training->arena, "warroom train risk: %u changes of %u repositories, of which %u came back",
        training->rows.count, training->repositories, training->returned);
    return keep_file(path, model_text(training->arena, weights, about, scores), err);
}

static int learn(char **folders, const char *out, const char *held_out)
{
    struct err err = {0};
    struct arena *arena = arena_new("training");
    struct training training = {
        .arena = arena,
        .rows = {.values = arena_push_many(arena, double, (size_t)ROWS_MAX *COLUMNS),
                 .came = arena_push_many(arena, bool, ROWS_MAX),
                 .weights = arena_push_many(arena, double, ROWS_MAX),
                 .groups = arena_push_many(arena, uint32_t, ROWS_MAX),
                 .columns = COLUMNS}};
    bool ok = true;
    for (; ok && *folders; folders++)
        ok = repository_fits(training.repositories, &err) &&
             read_repository(&training, *folders, &err);
    struct str scores;
    ok = ok && leave_out(&training, held_out, &scores, &err) &&
         (!out || write_model(&training, out, scores, &err));
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("train risk", &err);
}

static int run(int argc, char **argv)
{
    return folders_learn(argc, argv, "train risk", help, learn);
}

const struct verb verb_risk = {
    .name = "risk",
    .summary = "what makes a change risky",
    .run = run,
};
