/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval changes`: how often the culprit is among the first that are named.
 *
 * A question is asked as the engine asks it, with the candidates that the set gives. The shipped
 * model has learnt from repositories; a score over those flatters it. --held-out takes the models
 * that train/ makes beside it, each of which has never seen the repository that it is asked about.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "culprit/ranking.h"
#include "data/file.h"
#include "eval/opinion.h"
#include "eval/queries.h"
#include "eval/verb.h"

#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BINS 5

static const char help[] =
    "Measures how often the change that did it is among the first that are named.\n"
    "\n"
    "usage: warroom eval changes DIR... [options]\n"
    "\n"
    "Every DIR holds changes.jsonl and queries.jsonl; eval/README.md has their form.\n"
    "\n"
    "      --json            print the scores as JSON\n"
    "      --model FILE      instead of the shipped model\n"
    "      --held-out DIR    the models there, REPOSITORY.json, each learnt without that\n"
    "                        repository, as `warroom train changes --held-out DIR` writes them\n"
    "      --expert FILE     with a model's opinion; docs/experts.md has the file, whose limits\n"
    "                        are those of one query. It sends queries and changes to that model\n"
    "      --per-query       print a line for each query too\n"
    "      --help            this text\n"
    "\n"
    "top-k: share of queries whose culprit is among the first k. macro: mean over repositories.\n"
    "hard: the culprit is not among the newest 20. recall: what the first step keeps.\n"
    "ECE: how far the stated probability of the five is from how often they hold it.\n"
    "\n"
    "exit status: 0 measured; 2 not measured\n";

struct outcome {
    uint32_t rank;    /* of the first right one; 0: it was not kept */
    uint32_t kept_at; /* in the order of the first step */
    bool hard;
    bool named;
    double sure_first, sure_five;
    double ms;
};

struct tally {
    uint32_t n, top1, top5, named, named_top5;
    double reciprocal;
};

struct changes_options {
    bool json, per_query;
    const char *model, *held_out, *expert;
};

struct changes_eval {
    struct arena *arena;
    const struct changes_options *options;
    struct ranker ranker;
    struct eval_opinion opinion; /* where options->expert names one */
    struct str names[REPOSITORIES_MAX];
    struct tally repositories[REPOSITORIES_MAX];
    uint32_t repositories_count;
    struct outcome *outcomes;
    uint32_t outcomes_count, outcomes_room;
};

static void count(struct tally *tally, const struct outcome *outcome)
{
    tally->n++;
    tally->top1 += outcome->rank == 1;
    tally->top5 += outcome->rank >= 1 && outcome->rank <= 5;
    tally->reciprocal += outcome->rank > 0 ? 1.0 / outcome->rank : 0.0;
    tally->named += outcome->named;
    tally->named_top5 += outcome->named && outcome->rank >= 1 && outcome->rank <= 5;
}

static double share(double part, uint32_t all)
{
    return all > 0 ? 100.0 * part / all : 0.0;
}

/* ---- asking ---- */

static bool is_truth(const struct culprit_query *query, uint32_t number)
{
    for (uint32_t i = 0; i < query->truths_count; i++)
        if (query->truths[i] == number)
            return true;
    return false;
}

static struct outcome ask(struct changes_eval *eval, const struct repository *repository,
                          const struct culprit_query *query)
{
    struct arena *arena = arena_new("query");
    const int64_t started_ns = clock_now_ns(clock_system());
    const struct clues clues = clues_read(arena, query->symptom);
    const struct question question = {.history = repository->history,
                                      .from = query->from,
                                      .to = query->to,
                                      .at_ns = query->time_ns,
                                      .clues = &clues};
    struct ranking ranking = ranking_make(arena, &question, &eval->ranker);
    struct outcome outcome = {.hard = query->hard,
                              .named = ranking.named,
                              .sure_first = ranking.sure_first,
                              .sure_five = ranking.sure_five};
    outcome.ms = (double)(clock_now_ns(clock_system()) - started_ns) / (double)NS_PER_MS;
    if (eval->options->expert)
        eval_opinion_join(&eval->opinion, arena, &question, query->symptom, &ranking);
    for (uint32_t i = ranking.count; i-- > 0;)
        if (is_truth(query, ranking.items[i].number))
            outcome.rank = i + 1;
    outcome.kept_at = UINT32_MAX;
    for (uint32_t i = 0; i < query->truths_count; i++) {
        const uint32_t place = ranking.places[query->truths[i] - query->from];
        outcome.kept_at = place < outcome.kept_at ? place : outcome.kept_at;
    }
    arena_free(arena);
    return outcome;
}

#define MODEL_BYTES_MAX ((size_t)1 << 20)

static bool read_ranker(struct arena *arena, const char *path, struct ranker *out, struct err *err)
{
    struct str text;
    return file_read(arena, path, MODEL_BYTES_MAX, &text, err) &&
           (ranker_parse(text, out, err) || err_context(err, "%s", path));
}

static bool ranker_for(struct changes_eval *eval, struct str repository, struct err *err)
{
    const char *folder = eval->options->held_out, *model = eval->options->model;
    if (folder)
        model = str_printf(eval->arena, "%s/%.*s.json", folder, STR_ARG(repository)).ptr;
    if (model)
        return read_ranker(eval->arena, model, &eval->ranker, err);
    eval->ranker = *ranker_shipped();
    return true;
}

static void keep(struct changes_eval *eval, const struct outcome *outcome)
{
    if (eval->outcomes_count == eval->outcomes_room) {
        const uint32_t room = eval->outcomes_room > 0 ? eval->outcomes_room * 2 : 256;
        eval->outcomes =
            arena_grow(eval->arena, eval->outcomes, eval->outcomes_count * sizeof *eval->outcomes,
                       room * sizeof *eval->outcomes);
        eval->outcomes_room = room;
    }
    eval->outcomes[eval->outcomes_count++] = *outcome;
}

static bool measure(struct changes_eval *eval, const char *folder, struct err *err)
{
    struct arena *arena = arena_new("repository");
    struct repository repository;
    const bool ok =
        repository_read(arena, folder, &repository, err) && ranker_for(eval, repository.name, err);
    struct tally *tally = &eval->repositories[eval->repositories_count];
    for (uint32_t i = 0; ok && i < repository.queries_count; i++) {
        const struct outcome outcome = ask(eval, &repository, &repository.queries[i]);
        count(tally, &outcome);
        keep(eval, &outcome);
        if (eval->options->per_query)
            printf("%.*s\t%.*s\t%u\t%s\t%.3f\n", STR_ARG(repository.name),
                   STR_ARG(repository.queries[i].id), outcome.rank, outcome.hard ? "hard" : "easy",
                   outcome.sure_five);
    }
    if (ok)
        eval->names[eval->repositories_count++] = str_copy(eval->arena, repository.name);
    arena_free(arena);
    return ok;
}

/* ---- telling ---- */

static int compare_reals(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double median_ms(const struct changes_eval *eval)
{
    double *all = arena_push_many(eval->arena, double, eval->outcomes_count + 1);
    for (uint32_t i = 0; i < eval->outcomes_count; i++)
        all[i] = eval->outcomes[i].ms;
    qsort(all, eval->outcomes_count, sizeof *all, compare_reals);
    return all[eval->outcomes_count / 2];
}

static double recall_at(const struct changes_eval *eval, uint32_t cut)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < eval->outcomes_count; i++)
        kept += eval->outcomes[i].kept_at < cut;
    return share(kept, eval->outcomes_count);
}

/* Mean distance of what is stated and what holds, over bins of stated probability. */
static double calibration_error(const struct changes_eval *eval, uint32_t first)
{
    double stated[BINS] = {0}, held[BINS] = {0}, error = 0.0;
    for (uint32_t i = 0; i < eval->outcomes_count; i++) {
        const struct outcome *outcome = &eval->outcomes[i];
        const double sure = first == 1 ? outcome->sure_first : outcome->sure_five;
        const int bin = sure >= 1.0 ? BINS - 1 : (int)(sure * BINS);
        stated[bin] += sure;
        held[bin] += outcome->rank >= 1 && outcome->rank <= first;
    }
    for (int bin = 0; bin < BINS; bin++)
        error += fabs(stated[bin] - held[bin]);
    return eval->outcomes_count > 0 ? error / eval->outcomes_count : 0.0;
}

/* If only those were named that are at least so sure: how many, and how often rightly. */
static void print_threshold(const struct changes_eval *eval, double least)
{
    uint32_t named = 0, right = 0;
    for (uint32_t i = 0; i < eval->outcomes_count; i++) {
        const struct outcome *outcome = &eval->outcomes[i];
        named += outcome->sure_five >= least;
        right += outcome->sure_five >= least && outcome->rank >= 1 && outcome->rank <= 5;
    }
    printf("%36.1f %5u %6.1f %6.1f\n", least, named, share(named, eval->outcomes_count),
           share(right, named));
}

struct sums {
    struct tally all, hard;
    double macro_top5;
};

static struct sums sum_up(const struct changes_eval *eval)
{
    struct sums sums = {0};
    for (uint32_t i = 0; i < eval->outcomes_count; i++) {
        count(&sums.all, &eval->outcomes[i]);
        if (eval->outcomes[i].hard)
            count(&sums.hard, &eval->outcomes[i]);
    }
    for (uint32_t i = 0; i < eval->repositories_count; i++)
        sums.macro_top5 +=
            share(eval->repositories[i].top5, eval->repositories[i].n) / eval->repositories_count;
    return sums;
}

static void print_line(const char *name, const struct tally *tally)
{
    printf("%-36s %5u %6.1f %6.1f %6.3f\n", name, tally->n, share(tally->top1, tally->n),
           share(tally->top5, tally->n), tally->n > 0 ? tally->reciprocal / tally->n : 0.0);
}

static void print_table(const struct changes_eval *eval, const struct sums *sums)
{
    printf("%-36s %5s %6s %6s %6s\n", "repository", "n", "top-1", "top-5", "MRR");
    for (uint32_t i = 0; i < eval->repositories_count; i++)
        print_line(eval->names[i].ptr, &eval->repositories[i]);
    print_line("all", &sums->all);
    print_line("hard", &sums->hard);
    printf("macro top-5 %.1f; recall at 100 %.1f, 200 %.1f, 300 %.1f; p50 %.2f ms a query\n",
           sums->macro_top5, recall_at(eval, 100), recall_at(eval, 200), recall_at(eval, 300),
           median_ms(eval));
    printf("named %.1f, of these top-5 %.1f; ECE of the first %.3f, of the five %.3f\n",
           share(sums->all.named, sums->all.n), share(sums->all.named_top5, sums->all.named),
           calibration_error(eval, 1), calibration_error(eval, 5));
    printf("\n%36s %5s %6s %6s\n", "named where the five are at least", "n", "named", "top-5");
    for (int tenth = 2; tenth < 10; tenth++)
        print_threshold(eval, tenth / 10.0);
}

/* To standard error: scores have one form, with a model or without. */
static void print_bill(const struct eval_opinion *opinion)
{
    fprintf(stderr,
            "the model had %u of %u queries, in %u questions (%u repairs) of %llu tokens and %llu "
            "of answers, cost %.4f\n",
            opinion->queries - opinion->failed, opinion->queries, opinion->bill.questions,
            opinion->bill.repairs, (unsigned long long)opinion->bill.tokens_in,
            (unsigned long long)opinion->bill.tokens_out, opinion->bill.money);
    if (opinion->failed > 0)
        fprintf(stderr, "of the others, the last: %s\n", opinion->failure.text);
}

/* Rounded to what a set of some hundred queries can tell. */
static json_t *rounded(double number, double digits)
{
    return json_real(round(number * digits) / digits);
}

static json_t *json_of(const struct tally *tally)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "n", (json_int_t)tally->n, "top1",
                     rounded(share(tally->top1, tally->n), 10), "top5",
                     rounded(share(tally->top5, tally->n), 10), "mrr",
                     rounded(tally->n > 0 ? tally->reciprocal / tally->n : 0.0, 1000));
}

static void print_scores(const struct changes_eval *eval, const struct sums *sums)
{
    json_t *all = json_of(&sums->all), *repos = json_object(), *recall = json_object();
    json_object_set_new(all, "macro_top5", rounded(sums->macro_top5, 10));
    for (uint32_t i = 0; i < eval->repositories_count; i++)
        json_object_set_new(repos, eval->names[i].ptr, json_of(&eval->repositories[i]));
    static const struct {
        const char *name;
        uint32_t cut;
    } cuts[] = {{"100", 100}, {"200", 200}, {"300", 300}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        json_object_set_new(recall, cuts[i].name, rounded(recall_at(eval, cuts[i].cut), 10));
    json_t *json = json_pack("{s:o, s:{s:I, s:o}, s:o, s:o, s:{s:o, s:o, s:o}, s:o}", "all", all,
                             "hard", "n", (json_int_t)sums->hard.n, "top5",
                             rounded(share(sums->hard.top5, sums->hard.n), 10), "recall", recall,
                             "p50_ms", rounded(median_ms(eval), 100), "named", "share",
                             rounded(share(sums->all.named, sums->all.n), 10), "top5",
                             rounded(share(sums->all.named_top5, sums->all.named), 10), "ece",
                             rounded(calibration_error(eval, 5), 1000), "repos", repos);
    json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(json);
}

/* ---- the verb ---- */

static int measure_all(struct changes_eval *eval, char **folders)
{
    struct err err = {0};
    bool ok = !eval->options->expert ||
              eval_opinion_open(eval->arena, eval->options->expert, &eval->opinion, &err);
    for (; ok && *folders; folders++)
        ok = repository_fits(eval->repositories_count, &err) && measure(eval, *folders, &err);
    if (!ok)
        return verb_complain("eval changes", &err);
    const struct sums sums = sum_up(eval);
    (eval->options->json ? print_scores : print_table)(eval, &sums);
    if (eval->options->expert)
        print_bill(&eval->opinion);
    return verb_printed(&err) ? EXIT_MEASURED : verb_complain("eval changes", &err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'J'},
        {"model", required_argument, NULL, 'm'},
        {"held-out", required_argument, NULL, 'o'},
        {"per-query", no_argument, NULL, 'p'},
        {"expert", required_argument, NULL, 'e'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct changes_options options = {0};
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        options.json |= option == 'J';
        options.per_query |= option == 'p';
        if (option == 'm')
            options.model = optarg;
        else if (option == 'o')
            options.held_out = optarg;
        else if (option == 'e')
            options.expert = optarg;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else if (option == '?' || option == ':') {
            verb_wrong_option(option, argv, &err);
            return verb_complain("eval changes", &err);
        }
    }
    if (optind == argc) {
        err_set(&err, ERR_USAGE, "name at least one folder with changes.jsonl and queries.jsonl");
        return verb_complain("eval changes", &err);
    }
    struct arena *arena = arena_new("eval");
    struct changes_eval eval = {.arena = arena, .options = &options};
    const int status = measure_all(&eval, argv + optind);
    arena_free(arena);
    return status;
}

const struct verb verb_changes = {
    .name = "changes",
    .summary = "how often it finds the change that did it",
    .run = run,
};
