/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The score is put to that of the ranker with one weight, which is learned from the other
 * repositories: from what models say of them that have never seen them. Differences are told with
 * intervals over queries that are drawn again.
 */
#include "eval/match_changes.h"

#include "base/arena.h"
#include "culprit/ranking.h"
#include "data/file.h"
#include "eval/bags.h"
#include "eval/queries.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_BYTES_MAX ((size_t)4 << 20)
#define QUERIES_MAX 10000
#define DRAWS 2000
#define WEIGHT_STEP 0.05
#define WEIGHT_MAX 1.5

/* The candidates of one query, as far as the ranker kept them. */
struct asked {
    uint32_t repository, count;
    double *ranker, *match;
    bool *right;
    uint32_t text_rank, match_rank, ranker_rank, both_rank; /* of the first right one; 0: none */
};

struct board {
    struct arena *arena;
    struct asked *items;
    uint32_t count;
    struct str names[REPOSITORIES_MAX];
    double weights[REPOSITORIES_MAX]; /* of the match, learned from the others */
    uint32_t repositories;
};

static bool is_truth(const struct culprit_query *query, uint32_t number)
{
    for (uint32_t i = 0; i < query->truths_count; i++)
        if (query->truths[i] == number)
            return true;
    return false;
}

/* Among equals the newer comes first, as in culprit/. */
static uint32_t rank_by(const double *scores, const bool *right, uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t before = 1;
        if (!right[i])
            continue;
        for (uint32_t j = 0; j < count; j++)
            before += scores[j] > scores[i] || (scores[j] >= scores[i] && j > i);
        best = best == 0 || before < best ? before : best;
    }
    return best;
}

static void rank_all(struct asked *asked, const struct culprit_query *query,
                     const struct ranking *ranking, const double *match)
{
    struct arena *scratch = arena_new("rank");
    bool *right = arena_push_many(scratch, bool, ranking->candidates + 1);
    double *text = arena_push_many(scratch, double, ranking->candidates + 1);
    for (uint32_t i = 0; i < ranking->candidates; i++) {
        right[i] = is_truth(query, query->from + i);
        text[i] = ranking->all[i].of[SIGN_TEXT];
    }
    asked->text_rank = rank_by(text, right, ranking->candidates);
    asked->match_rank = rank_by(match, right, ranking->candidates);
    arena_free(scratch);
}

static void ask(struct board *board, const struct repository *repository,
                const struct match_bag *bags, const struct ranker *ranker,
                const struct match_numbers *numbers, const struct culprit_query *query)
{
    struct arena *arena = arena_new("query");
    const struct clues clues = clues_read(arena, query->symptom);
    const struct question question = {.history = repository->history,
                                      .from = query->from,
                                      .to = query->to,
                                      .at_ns = query->time_ns,
                                      .clues = &clues};
    const struct ranking ranking = ranking_make(arena, &question, ranker);
    const struct match_bag symptom = match_bag_of_symptom(arena, query->symptom);
    double *match = arena_push_many(arena, double, ranking.candidates + 1);
    match_score(numbers, &symptom, bags + query->from, ranking.candidates, match);
    struct asked *asked = &board->items[board->count++];
    *asked = (struct asked){
        .repository = board->repositories,
        .count = ranking.count,
        .ranker = arena_push_many(board->arena, double, ranking.count + 1),
        .match = arena_push_many(board->arena, double, ranking.count + 1),
        .right = arena_push_many(board->arena, bool, ranking.count + 1),
    };
    rank_all(asked, query, &ranking, match);
    for (uint32_t i = 0; i < ranking.count; i++) {
        const uint32_t at = ranking.count - 1 - i; /* so that what was first wins among equals */
        asked->ranker[at] = log(fmax(ranking.items[i].probability, 1e-12));
        asked->match[at] = match[ranking.items[i].number - query->from];
        asked->right[at] = is_truth(query, ranking.items[i].number);
        if (asked->right[at] && asked->ranker_rank == 0)
            asked->ranker_rank = i + 1;
    }
    arena_free(arena);
}

static bool load_models(struct board *board, const struct match_options *options, struct str name,
                        struct ranker *ranker, struct match_numbers *numbers, struct err *err)
{
    struct str text;
    json_error_t problem;
    const char *path =
        str_printf(board->arena, "%s/%.*s.json", options->rankers, STR_ARG(name)).ptr;
    if (!file_read(board->arena, path, FILE_BYTES_MAX, &text, err) ||
        !ranker_parse(text, ranker, err))
        return err_context(err, "%s", path);
    path = str_printf(board->arena, "%s/%.*s.json", options->held_out, STR_ARG(name)).ptr;
    if (!file_read(board->arena, path, FILE_BYTES_MAX, &text, err))
        return false;
    json_t *json = json_loadb(text.ptr, text.len, 0, &problem);
    const bool ok = match_numbers_read(json, numbers, err) || err_context(err, "%s", path);
    json_decref(json);
    return ok;
}

static bool measure(struct board *board, const struct match_options *options, const char *folder,
                    struct err *err)
{
    struct arena *arena = arena_new("repository");
    struct repository repository;
    struct ranker ranker;
    struct match_numbers numbers;
    const bool ok = repository_read(arena, folder, &repository, err) &&
                    load_models(board, options, repository.name, &ranker, &numbers, err);
    const struct match_bag *bags = ok ? bags_of(arena, repository.history) : NULL;
    for (uint32_t i = 0; ok && i < repository.queries_count && board->count < QUERIES_MAX; i++)
        ask(board, &repository, bags, &ranker, &numbers, &repository.queries[i]);
    if (ok)
        board->names[board->repositories++] = str_copy(board->arena, repository.name);
    arena_free(arena);
    return ok;
}

/* ---- together ---- */

static double likelihood(const struct asked *asked, double weight)
{
    double most = -INFINITY, all = 0.0, right = 0.0;
    for (uint32_t i = 0; i < asked->count; i++)
        most = fmax(most, asked->ranker[i] + weight * asked->match[i]);
    for (uint32_t i = 0; i < asked->count; i++) {
        const double part = exp(asked->ranker[i] + weight * asked->match[i] - most);
        all += part;
        right += asked->right[i] ? part : 0.0;
    }
    return right > 0.0 ? log(right / all) : 0.0;
}

static double best_weight(const struct board *board, uint32_t left_out)
{
    double best = 0.0, most = -INFINITY;
    for (double weight = 0.0; weight <= WEIGHT_MAX; weight += WEIGHT_STEP) {
        double sum = 0.0;
        for (uint32_t i = 0; i < board->count; i++)
            if (board->items[i].repository != left_out)
                sum += likelihood(&board->items[i], weight);
        if (sum > most) {
            most = sum;
            best = weight;
        }
    }
    return best;
}

static void put_together(struct board *board)
{
    for (uint32_t i = 0; i < board->repositories; i++)
        board->weights[i] = best_weight(board, i);
    for (uint32_t i = 0; i < board->count; i++) {
        struct asked *asked = &board->items[i];
        double *both = arena_push_many(board->arena, double, asked->count + 1);
        for (uint32_t j = 0; j < asked->count; j++)
            both[j] = asked->ranker[j] + board->weights[asked->repository] * asked->match[j];
        asked->both_rank = rank_by(both, asked->right, asked->count);
    }
}

/* ---- telling ---- */

typedef uint32_t rank_fn(const struct asked *asked);

static uint32_t text_rank(const struct asked *asked)
{
    return asked->text_rank;
}

static uint32_t match_rank(const struct asked *asked)
{
    return asked->match_rank;
}

static uint32_t ranker_rank(const struct asked *asked)
{
    return asked->ranker_rank;
}

static uint32_t both_rank(const struct asked *asked)
{
    return asked->both_rank;
}

enum figure { TOP1, TOP5, RECIPROCAL, FIGURES };

static double figure_of(uint32_t rank, enum figure figure)
{
    if (rank == 0)
        return 0.0;
    return figure == TOP1 ? rank == 1 : figure == TOP5 ? rank <= 5 : 1.0 / rank;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The mean of a figure, or of its difference between two, with its interval. */
static void print_figure(const struct board *board, rank_fn *rank, rank_fn *less,
                         enum figure figure, double unit)
{
    static double draws[DRAWS];
    double *each = arena_push_many(board->arena, double, board->count + 1), mean = 0.0;
    uint64_t state = 1;
    for (uint32_t i = 0; i < board->count; i++) {
        each[i] = figure_of(rank(&board->items[i]), figure) -
                  (less ? figure_of(less(&board->items[i]), figure) : 0.0);
        mean += each[i] / board->count;
    }
    for (int i = 0; i < DRAWS; i++) {
        draws[i] = 0.0;
        for (uint32_t j = 0; j < board->count; j++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            draws[i] += each[(state >> 33) % board->count] / board->count;
        }
    }
    qsort(draws, DRAWS, sizeof *draws, compare);
    const char *form = less ? "  %+7.3f [%+.3f, %+.3f]" : "  %7.3f [%.3f, %.3f]";
    printf(form, unit * mean, unit * draws[DRAWS / 40], unit * draws[DRAWS - 1 - DRAWS / 40]);
}

static void print_line(const struct board *board, const char *name, rank_fn *rank, rank_fn *less)
{
    printf("%-26s", name);
    print_figure(board, rank, less, TOP1, 100.0);
    print_figure(board, rank, less, TOP5, 100.0);
    print_figure(board, rank, less, RECIPROCAL, 1.0);
    putchar('\n');
}

bool match_changes(const struct match_options *options, struct err *err)
{
    struct board board = {.arena = arena_new("board")};
    board.items = arena_push_many(board.arena, struct asked, QUERIES_MAX);
    bool ok = true;
    for (char **folder = options->folders; ok && *folder; folder++)
        ok = repository_fits(board.repositories, err) && measure(&board, options, *folder, err);
    if (ok && board.count > 0) {
        put_together(&board);
        printf("%u queries; top-1, top-5, MRR\n", board.count);
        print_line(&board, "formula", text_rank, NULL);
        print_line(&board, "expert", match_rank, NULL);
        print_line(&board, "ranker", ranker_rank, NULL);
        print_line(&board, "ranker and expert", both_rank, NULL);
        print_line(&board, "expert, less formula", match_rank, text_rank);
        print_line(&board, "both, less ranker", both_rank, ranker_rank);
        for (uint32_t i = 0; i < board.repositories; i++)
            printf("without %.*s the match weighs %.2f\n", STR_ARG(board.names[i]),
                   board.weights[i]);
    }
    arena_free(board.arena);
    return ok;
}
