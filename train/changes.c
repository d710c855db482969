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
#include "train/keep.h"
#include "train/logit.h"
#include "train/mine.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPOSITORIES_MAX 64
#define CHOICES_MAX 100000
#define MINED_MAX 600    /* of one repository: beyond that they repeat each other */
#define MINED_WEIGHT 1.0 /* of a mined query beside a judged one */
#define REPOSITORY_QUERIES 30.0
#define NEGATIVES 120    /* the first by the formula: those that are hard to tell apart */
#define NEWEST 20        /* and the newest, whatever they say */
#define SAMPLED_EVERY 12 /* and some of the others */
#define PENALTY 10.0
#define NAME_AT_LEAST 0.35 /* below that, five names are wrong two times in three */

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
    uint32_t count;
    struct str names[REPOSITORIES_MAX];
    uint32_t repositories;
};

static bool is_truth(const struct culprit_query *query, uint32_t number)
{
    for (uint32_t i = 0; i < query->truths_count; i++)
        if (query->truths[i] == number)
            return true;
    return false;
}

/* The right ones, and those of the others that are hard to tell from them. */
static void add_choice(struct training *training, const struct repository *repository,
                       const struct culprit_query *query, double weight)
{
    static const struct ranker none;
    if (query->truths_count == 0)
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
    choice.candidates = arena_push_many(training->arena, struct signs, NEGATIVES + 200);
    choice.right = arena_push_many(training->arena, uint8_t, NEGATIVES + 200);
    for (uint32_t i = 0; i < ranking.candidates && choice.count < NEGATIVES + 200; i++) {
        const bool right = is_truth(query, query->from + i);
        const bool newest = ranking.candidates - i <= NEWEST;
        if (!right && !newest && ranking.places[i] >= NEGATIVES && i % SAMPLED_EVERY != 0)
            continue;
        choice.right[choice.count] = right;
        choice.candidates[choice.count++] = ranking.all[i];
    }
    if (training->count < CHOICES_MAX)
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
        add_choice(training, &repository, &repository.queries[i], judged_weight);
    for (uint32_t i = 0; i < mined_count; i++)
        add_choice(training, &repository, &mined[i], mined_weight);
    fprintf(stderr, "%.*s: %u judged, %u mined\n", STR_ARG(repository.name),
            repository.queries_count, mined_count);
    training->names[training->repositories++] = str_copy(training->arena, repository.name);
    arena_free(arena);
    return true;
}

static struct str model_text(struct arena *arena, const double *weights, struct str about)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\n  \"about\": ");
    json_put_text(&out, about);
    buf_printf(&out, ",\n  \"name_at_least\": %.2f,\n  \"weights\": {\n", NAME_AT_LEAST);
    for (int sign = 0; sign < SIGNS_COUNT; sign++)
        buf_printf(&out, "    \"%s\": %.4f%s\n", sign_name((enum sign)sign), weights[sign],
                   sign + 1 < SIGNS_COUNT ? "," : "");
    buf_printf(&out, "  },\n  \"context\": {\n");
    for (int sign = 0; sign < CONTEXT_SIGNS_COUNT; sign++) /* no history here has services */
        buf_printf(&out, "    \"%s\": %g%s\n", context_sign_name((enum context_sign)sign),
                   ranker_shipped()->context[sign], sign + 1 < CONTEXT_SIGNS_COUNT ? "," : "");
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

static bool write_held_out(struct training *training, const char *folder, struct err *err)
{
    if (!keep_folder(folder, err))
        return false;
    for (uint32_t i = 0; i < training->repositories; i++) {
        double weights[SIGNS_COUNT];
        logit_fit(training->arena, training->choices, training->count, i, PENALTY, weights);
        const struct str path =
            str_printf(training->arena, "%s/%.*s.json", folder, STR_ARG(training->names[i]));
        const struct str about =
            str_printf(training->arena, "learnt without %.*s", STR_ARG(training->names[i]));
        if (!keep_file(path.ptr, model_text(training->arena, weights, about), err))
            return false;
    }
    return true;
}

static bool write_model(struct training *training, const char *path, struct err *err)
{
    double weights[SIGNS_COUNT];
    logit_fit(training->arena, training->choices, training->count, GROUP_NONE, PENALTY, weights);
    const struct str about =
        str_printf(training->arena, "warroom train changes: %u choices of %u repositories",
                   training->count, training->repositories);
    return keep_file(path, model_text(training->arena, weights, about), err);
}

static int complain(const struct err *err)
{
    fprintf(stderr, "warroom train changes: %s\n", err->text);
    return EXIT_NOT_MEASURED;
}

static int learn(char **folders, const char *out, const char *held_out)
{
    struct err err = {0};
    struct arena *arena = arena_new("training");
    struct training training = {.arena = arena,
                                .choices = arena_push_many(arena, struct choice, CHOICES_MAX)};
    bool ok = true;
    for (; ok && *folders && training.repositories < REPOSITORIES_MAX; folders++)
        ok = read_repository(&training, *folders, &err);
    ok = ok && (!held_out || write_held_out(&training, held_out, &err)) &&
         (!out || write_model(&training, out, &err));
    arena_free(arena);
    return ok ? EXIT_MEASURED : complain(&err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'},
                                          {"held-out", required_argument, NULL, 'H'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    const char *out = NULL, *held_out = NULL;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 'H')
            held_out = optarg;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            err_set(&err, ERR_USAGE, "`%s` %s; see --help", argv[optind - 1],
                    option == ':' ? "wants a value" : "is no option");
            return complain(&err);
        }
    }
    if (optind == argc || (!out && !held_out)) {
        err_set(&err, ERR_USAGE, "folders and --out or --held-out are wanted; see --help");
        return complain(&err);
    }
    return learn(argv + optind, out, held_out);
}

const struct verb verb_changes = {
    .name = "changes",
    .summary = "what the signs of a culprit change are worth",
    .run = run,
};
