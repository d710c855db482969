/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom train changes`: learns what each sign is worth, from changes whose culprit is known.
 *
 * There are few judged queries, so what the histories themselves tell is learnt from as well
 * (train/mine.h). Each repository is left out once, with its queries and its history, to see what
 * the weights are worth on one that they do not know.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "culprit/ranking.h"
#include "data/json.h"
#include "eval/queries.h"
#include "eval/verb.h"
#include "train/folders.h"
#include "train/keep.h"
#include "train/logit.h"
#include "train/mine.h"
#include "train/sure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHOICES_MAX 100000
#define MINED_MAX 600    /* of one repository: beyond that they repeat each other */
#define MINED_WEIGHT 1.0 /* of a mined query beside a judged one */
#define REPOSITORY_QUERIES 30.0
#define NEGATIVES 80      /* the first by their text: those that are hard to tell apart */
#define NEWEST 80         /* and the newest, whatever they say */
#define SAMPLED_EVERY 12  /* and some of the others */
#define PENALTY 15.0      /* the strongest that held out is as likely as any: one standard error */
#define NAME_AT_LEAST 0.5 /* more often right than wrong */

static const char help[] =
    "Learns what the signs of a culprit are worth, from changes whose culprit is known.\n"
    "\n"
    "usage: warroom train changes DIR... [options]\n"
    "\n"
    "Every DIR holds changes.jsonl and queries.jsonl, as for `warroom eval changes`. What the\n"
    "messages of a history say about earlier changes of it is learnt from as well.\n"
    "\n"
    "      --out FILE       write the weights there\n"
    "      --held-out DIR   write the weights learnt without each repository there, as\n"
    "                       REPOSITORY.json, for `warroom eval changes --held-out DIR`\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt: wrong usage, a file that cannot be read\n";

struct training {
    struct arena *arena;
    struct choice *choices;
    bool *judged; /* beside each: a reader has judged it */
    uint32_t count;
    struct str names[REPOSITORIES_MAX];
    uint32_t repositories;
    struct signs *held_out;     /* weights learnt without each */
    struct guess *first, *five; /* what these say of the judged ones */
    uint32_t guesses;
};

static bool is_truth(const struct culprit_query *query, uint32_t number)
{
    for (uint32_t i = 0; i < query->truths_count; i++)
        if (query->truths[i] == number)
            return true;
    return false;
}

/*
 * Of practice a part will do: those that are hard to tell from the right ones, and some others,
 * each of which stands for all that were passed over with it (D. McFadden, "Modelling the Choice of
 * Residential Location", 1978: without that, the rest would look as rare as the sample is). 0: this
 * one is passed over.
 */
static double stands_for(const struct ranking *ranking, uint32_t i)
{
    if (ranking->candidates - i <= NEWEST || ranking->all[i].of[SIGN_TEXT_PLACE] < log1p(NEGATIVES))
        return 1.0;
    return i % SAMPLED_EVERY == 0 ? SAMPLED_EVERY : 0.0;
}

static void add_choice(struct training *training, const struct repository *repository,
                       const struct culprit_query *query, bool judged, double weight)
{
    static const struct ranker none;
    if (query->truths_count == 0 || training->count == CHOICES_MAX)
        return;
    struct arena *scratch = arena_new("choice");
    const struct clues clues = clues_read(scratch, query->symptom);
    const struct question question = {.history = repository->history,
                                      .from = query->from,
                                      .to = query->to,
                                      .at_ns = query->time_ns,
                                      .clues = &clues};
    const struct ranking ranking = ranking_make(scratch, &question, &none);
    struct choice choice = {.group = training->repositories, .weight = weight};
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < ranking.candidates; i++)
        wanted += judged || is_truth(query, query->from + i) || stands_for(&ranking, i) > 0.0;
    choice.candidates = arena_push_many(training->arena, struct signs, wanted);
    choice.right = arena_push_many(training->arena, uint8_t, wanted);
    choice.stands_for = arena_push_many(training->arena, double, wanted);
    for (uint32_t i = 0; i < ranking.candidates; i++) {
        const bool right = is_truth(query, query->from + i);
        const double of = judged || right ? 1.0 : stands_for(&ranking, i);
        if (of <= 0.0)
            continue;
        choice.right[choice.count] = right;
        choice.stands_for[choice.count] = of;
        choice.candidates[choice.count++] = ranking.all[i];
    }
    training->judged[training->count] = judged;
    training->choices[training->count++] = choice;
    arena_free(scratch);
}

static bool read_repository(struct training *training, const char *folder, struct err *err)
{
    struct arena *arena = arena_new("repository");
    struct repository repository;
    if (!repository_read(arena, folder, &repository, err)) {
        arena_free(arena);
        return false;
    }
    uint32_t mined_count;
    const struct culprit_query *mined =
        mine_queries(arena, repository.history, MINED_MAX, &mined_count);
    const double judged_weight = sqrt(REPOSITORY_QUERIES / fmax(repository.queries_count, 1.0));
    const double mined_weight = MINED_WEIGHT * sqrt(REPOSITORY_QUERIES / fmax(mined_count, 1.0));
    for (uint32_t i = 0; i < repository.queries_count; i++)
        add_choice(training, &repository, &repository.queries[i], true, judged_weight);
    for (uint32_t i = 0; i < mined_count; i++)
        add_choice(training, &repository, &mined[i], false, mined_weight);
    fprintf(stderr, "%.*s: %u judged, %u mined\n", STR_ARG(repository.name),
            repository.queries_count, mined_count);
    training->names[training->repositories++] = str_copy(training->arena, repository.name);
    arena_free(arena);
    return true;
}

static void add_sureness(struct buf *out, const char *name, const struct sureness *sureness)
{
    buf_printf(out, "  \"%s\": {\"offset\": %.4f, \"slope\": %.4f},\n", name, sureness->offset,
               sureness->slope);
}

static struct str model_text(struct arena *arena, const struct ranker *model, struct str about)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\n  \"about\": ");
    json_put_text(&out, about);
    buf_printf(&out, ",\n  \"name_at_least\": %.2f,\n", model->name_at_least);
    add_sureness(&out, "first", &model->first);
    add_sureness(&out, "five", &model->five);
    buf_printf(&out, "  \"weights\": {\n");
    for (int sign = 0; sign < SIGNS_COUNT; sign++)
        buf_printf(&out, "    \"%s\": %.4f%s\n", sign_name((enum sign)sign), model->weights[sign],
                   sign + 1 < SIGNS_COUNT ? "," : "");
    buf_printf(&out, "  },\n  \"context\": {\n");
    for (int sign = 0; sign < CONTEXT_SIGNS_COUNT; sign++) /* no history here has services */
        buf_printf(&out, "    \"%s\": %g%s\n", context_sign_name((enum context_sign)sign),
                   model->context[sign], sign + 1 < CONTEXT_SIGNS_COUNT ? "," : "");
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

/* ---- learning ---- */

/* What the weights say of one choice, about its first and its first five. */
static void guess(struct training *training, const struct choice *choice, const double *weights)
{
    struct guess *first = &training->first[training->guesses];
    struct guess *five = &training->five[training->guesses++];
    double *scores = arena_push_many(training->arena, double, choice->count);
    double most = -INFINITY, all = 0.0;
    for (uint32_t i = 0; i < choice->count; i++) {
        for (int sign = 0; sign < SIGNS_COUNT; sign++)
            scores[i] += weights[sign] * choice->candidates[i].of[sign];
        most = fmax(most, scores[i]);
    }
    for (uint32_t i = 0; i < choice->count; i++)
        all += exp(scores[i] - most);
    *first = *five = (struct guess){.group = choice->group};
    for (uint32_t place = 0; place < RANKING_FIVE && place < choice->count; place++) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < choice->count; i++)
            best = scores[i] >= scores[best] ? i : best; /* the newer of two equals */
        five->said += exp(scores[best] - most) / all;
        five->right |= choice->right[best];
        if (place == 0)
            *first = *five;
        scores[best] = -INFINITY;
    }
}

/* Weights without each repository, and what they say of the one that they do not know. */
static void leave_out(struct training *training)
{
    for (uint32_t i = 0; i < training->repositories; i++) {
        double *weights = training->held_out[i].of;
        logit_fit(training->arena, training->choices, training->count, i, PENALTY, weights);
        for (uint32_t j = 0; j < training->count; j++)
            if (training->choices[j].group == i && training->judged[j])
                guess(training, &training->choices[j], weights);
    }
}

/* The model learnt from all but one repository, or from all (GROUP_NONE). */
static struct ranker model_of(struct training *training, uint32_t left_out)
{
    struct ranker model = {
        .first = sure_fit(training->first, training->guesses, left_out),
        .five = sure_fit(training->five, training->guesses, left_out),
        .name_at_least = NAME_AT_LEAST,
    };
    memcpy(model.context, ranker_shipped()->context, sizeof model.context);
    if (left_out == GROUP_NONE)
        logit_fit(training->arena, training->choices, training->count, GROUP_NONE, PENALTY,
                  model.weights);
    else
        memcpy(model.weights, training->held_out[left_out].of, sizeof model.weights);
    return model;
}

/* ---- writing ---- */

static bool write_held_out(struct training *training, const char *folder, struct err *err)
{
    if (!keep_folder(folder, err))
        return false;
    for (uint32_t i = 0; i < training->repositories; i++) {
        const struct ranker model = model_of(training, i);
        const struct str path =
            str_printf(training->arena, "%s/%.*s.json", folder, STR_ARG(training->names[i]));
        const struct str about =
            str_printf(training->arena, "learnt without %.*s", STR_ARG(training->names[i]));
        if (!keep_file(path.ptr, model_text(training->arena, &model, about), err))
            return false;
    }
    return true;
}

static bool write_model(struct training *training, const char *path, struct err *err)
{
    const struct ranker model = model_of(training, GROUP_NONE);
    const struct str about =
        str_printf(training->arena, "warroom train changes: %u choices of %u repositories",
                   training->count, training->repositories);
    return keep_file(path, model_text(training->arena, &model, about), err);
}

static int learn(char **folders, const char *out, const char *held_out)
{
    struct err err = {0};
    struct arena *arena = arena_new("training");
    struct training training = {.arena = arena,
                                .choices = arena_push_many(arena, struct choice, CHOICES_MAX)};
    training.judged = arena_push_many(arena, bool, CHOICES_MAX);
    training.held_out = arena_push_many(arena, struct signs, REPOSITORIES_MAX);
    bool ok = true;
    for (; ok && *folders; folders++)
        ok = repository_fits(training.repositories, &err) &&
             read_repository(&training, *folders, &err);
    if (ok) {
        training.first = arena_push_many(arena, struct guess, training.count);
        training.five = arena_push_many(arena, struct guess, training.count);
        leave_out(&training);
    }
    ok = ok && (!held_out || write_held_out(&training, held_out, &err)) &&
         (!out || write_model(&training, out, &err));
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("train changes", &err);
}

static int run(int argc, char **argv)
{
    return folders_learn(argc, argv, "train changes", help, learn);
}

const struct verb verb_changes = {
    .name = "changes",
    .summary = "what the signs of a culprit change are worth",
    .run = run,
};
