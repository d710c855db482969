/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval risk`: whether the changes that are called risky are those that came back.
 *
 * Each change is judged as `warroom changes risk` would have judged it when it landed. Beside the
 * model stand three that need none: the size of a change, how often its files are changed, and the
 * share that came back here so far, which is the same for all.
 */
#include "culprit/risk.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "eval/chances.h"
#include "eval/returns.h"
#include "eval/verb.h"

#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MODEL_BYTES_MAX ((size_t)1 << 20)
#define STOP_AT 90.0 /* the score that the manual proposes for --fail-over */

static const char help[] =
    "Measures whether the changes that are called risky are those that came back.\n"
    "\n"
    "usage: warroom eval risk DIR... [options]\n"
    "\n"
    "Every DIR holds changes.jsonl and queries.jsonl; eval/README.md has their form.\n"
    "\n"
    "      --json            print the scores as JSON\n"
    "      --model FILE      instead of the shipped model\n"
    "      --held-out DIR    the models there, REPOSITORY.json, each learnt without that\n"
    "                        repository, as `warroom train risk --held-out DIR` writes them\n"
    "      --help            this text\n"
    "\n"
    "AUC: chance that a change that came back has a higher risk than one that did not. AP: "
    "average\n"
    "precision. first 10 %: share that came back of the riskiest tenth. over 90: of the changes\n"
    "with a score over 90. ECE: how far the stated probability is from how often they came back.\n"
    "mean: of the repositories.\n"
    "\n"
    "exit status: 0 measured; 2 not measured\n";

enum way {
    WAY_MODEL,
    WAY_LINES,
    WAY_HOTNESS,
    WAYS_COUNT,
};

static const char *const way_names[] = {"model", "lines", "hotness"};

struct scores {
    struct str name;
    uint32_t changes, came_back;
    struct order_scores ways[WAYS_COUNT];
    uint32_t over, over_came_back; /* STOP_AT */
    double off;
};

struct risk_options {
    bool json;
    const char *model, *held_out;
};

struct risk_eval {
    struct arena *arena;
    const struct risk_options *options;
    struct scores repositories[REPOSITORIES_MAX];
    uint32_t count;
};

/* ---- measuring ---- */

static bool model_for(const struct risk_eval *eval, struct str repository, struct risk_model *out,
                      struct err *err)
{
    const char *path = eval->options->model;
    struct str text;
    if (eval->options->held_out)
        path = str_printf(eval->arena, "%s/%.*s.json", eval->options->held_out, STR_ARG(repository))
                   .ptr;
    if (path)
        return file_read(eval->arena, path, MODEL_BYTES_MAX, &text, err) &&
               (risk_model_parse(text, out, err) || err_context(err, "%s", path));
    *out = *risk_model_shipped();
    return true;
}

static double value_of(const struct risk *risk, enum way way)
{
    return way == WAY_LINES     ? risk->hazards->of[HAZARD_LINES]
           : way == WAY_HOTNESS ? risk->hazards->of[HAZARD_HOTNESS]
                                : risk->probability;
}

static struct scores score(struct arena *arena, const struct repository *repository,
                           const struct risk_model *model)
{
    const uint32_t all = repository->history->count;
    const struct returns returns = returns_read(arena, repository);
    const struct risk *risks = risk_assess(arena, repository->history, all, model);
    struct foretold *items = arena_push_many(arena, struct foretold, all);
    struct scores scores = {0};
    for (int way = 0; way < WAYS_COUNT; way++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < all; i++)
            if (returns.counts[i])
                items[count++] =
                    (struct foretold){value_of(&risks[i], (enum way)way), returns.came_back[i]};
        scores.ways[way] = order_score(items, count);
        if (way == WAY_MODEL)
            scores.off = chances_off(items, count);
        scores.changes = count;
    }
    for (uint32_t i = 0; i < all; i++) {
        if (!returns.counts[i])
            continue;
        scores.came_back += returns.came_back[i];
        scores.over += risks[i].score > STOP_AT;
        scores.over_came_back += risks[i].score > STOP_AT && returns.came_back[i];
    }
    return scores;
}

static bool measure(struct risk_eval *eval, const char *folder, struct err *err)
{
    struct arena *arena = arena_new("repository");
    struct repository repository;
    struct risk_model model;
    const bool ok = repository_read(arena, folder, &repository, err) &&
                    model_for(eval, repository.name, &model, err);
    if (ok) {
        struct scores *scores = &eval->repositories[eval->count++];
        *scores = score(arena, &repository, &model);
        scores->name = str_copy(eval->arena, repository.name);
    }
    arena_free(arena);
    return ok;
}

/* Counts are added; what is a share is the mean of those repositories that have it. */
static struct scores mean_of(const struct risk_eval *eval)
{
    struct scores mean = {.name = STR("mean")};
    double counted = 0.0;
    for (uint32_t i = 0; i < eval->count; i++) {
        const struct scores *one = &eval->repositories[i];
        mean.changes += one->changes;
        mean.came_back += one->came_back;
        mean.over += one->over;
        mean.over_came_back += one->over_came_back;
        if (isnan(one->ways[WAY_MODEL].auc))
            continue;
        counted += 1.0;
        mean.off += one->off;
        for (int way = 0; way < WAYS_COUNT; way++) {
            mean.ways[way].auc += one->ways[way].auc;
            mean.ways[way].precision += one->ways[way].precision;
            mean.ways[way].decile += one->ways[way].decile;
        }
    }
    mean.off /= counted;
    for (int way = 0; way < WAYS_COUNT; way++) {
        mean.ways[way].auc /= counted;
        mean.ways[way].precision /= counted;
        mean.ways[way].decile /= counted;
    }
    return mean;
}

/* ---- telling ---- */

static double percent(double part, double all)
{
    return all > 0.0 ? 100.0 * part / all : 0.0;
}

static void print_line(const struct scores *scores)
{
    printf("%-32.*s %7u %5.1f", STR_ARG(scores->name), scores->changes,
           percent(scores->came_back, scores->changes));
    for (int way = 0; way < WAYS_COUNT; way++)
        printf("  %.3f %4.1f %4.1f", scores->ways[way].auc, 100.0 * scores->ways[way].precision,
               100.0 * scores->ways[way].decile);
    printf("  %4.1f %4.1f %4.1f  %.3f\n", percent(scores->over, scores->changes),
           percent(scores->over_came_back, scores->over),
           percent(scores->over_came_back, scores->came_back), scores->off);
}

static void print_table(const struct risk_eval *eval, const struct scores *mean)
{
    printf("%-32s %7s %5s", "", "changes", "back%");
    for (int way = 0; way < WAYS_COUNT; way++)
        printf("  %-7s%4s%4s ", way_names[way], "AP", "10%");
    printf("  over90 back of all  ECE\n");
    for (uint32_t i = 0; i < eval->count; i++)
        print_line(&eval->repositories[i]);
    print_line(mean);
}

static json_t *rounded(double number, double digits)
{
    return isnan(number) ? json_null() : json_real(round(number * digits) / digits);
}

static json_t *json_of(const struct scores *scores)
{
    json_t *json = json_object();
    json_object_set_new(json, "n", json_integer(scores->changes));
    json_object_set_new(json, "came_back",
                        rounded(percent(scores->came_back, scores->changes), 10));
    for (int way = 0; way < WAYS_COUNT; way++)
        json_object_set_new(
            json, way_names[way],
            json_pack("{s:o, s:o, s:o}", "auc", rounded(scores->ways[way].auc, 1000), "ap",
                      rounded(100.0 * scores->ways[way].precision, 10), "first_tenth",
                      rounded(100.0 * scores->ways[way].decile, 10)));
    json_object_set_new(
        json, "over_90",
        json_pack("{s:o, s:o, s:o}", "share", rounded(percent(scores->over, scores->changes), 10),
                  "came_back", rounded(percent(scores->over_came_back, scores->over), 10), "of_all",
                  rounded(percent(scores->over_came_back, scores->came_back), 10)));
    json_object_set_new(json, "ece", rounded(scores->off, 1000));
    return json;
}

static void print_json(const struct risk_eval *eval, const struct scores *mean)
{
    json_t *repos = json_object();
    for (uint32_t i = 0; i < eval->count; i++)
        json_object_set_new(repos, eval->repositories[i].name.ptr, json_of(&eval->repositories[i]));
    json_t *json = json_pack("{s:o, s:o}", "all", json_of(mean), "repos", repos);
    json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(json);
}

/* ---- the verb ---- */

static int measure_all(struct risk_eval *eval, char **folders)
{
    struct err err = {0};
    bool ok = true;
    for (; ok && *folders; folders++)
        ok = repository_fits(eval->count, &err) && measure(eval, *folders, &err);
    if (!ok)
        return verb_complain("eval risk", &err);
    const struct scores mean = mean_of(eval);
    (eval->options->json ? print_json : print_table)(eval, &mean);
    return verb_printed(&err) ? EXIT_MEASURED : verb_complain("eval risk", &err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"json", no_argument, NULL, 'J'},
                                          {"model", required_argument, NULL, 'm'},
                                          {"held-out", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct risk_options options = {0};
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        options.json |= option == 'J';
        if (option == 'm')
            options.model = optarg;
        else if (option == 'o')
            options.held_out = optarg;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else if (option == '?' || option == ':') {
            verb_wrong_option(option, argv, &err);
            return verb_complain("eval risk", &err);
        }
    }
    if (optind == argc) {
        err_set(&err, ERR_USAGE, "name at least one folder with changes.jsonl and queries.jsonl");
        return verb_complain("eval risk", &err);
    }
    struct arena *arena = arena_new("eval");
    struct risk_eval eval = {.arena = arena, .options = &options};
    const int status = measure_all(&eval, argv + optind);
    arena_free(arena);
    return status;
}

const struct verb verb_risk = {
    .name = "risk",
    .summary = "whether changes that are called risky come back",
    .run = run,
};
