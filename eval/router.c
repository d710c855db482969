/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval router`: is the router as good as the best single choice, and cheaper?
 *
 * Each set is routed by numbers that were learned from the others. Beside it stand the choices by
 * themselves; differences are paired, with the interval of a bootstrap over the answers.
 */
#include "base/arena.h"
#include "eval/paired.h"
#include "eval/verb.h"
#include "expert/choose.h"
#include "train/route.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Measures whether the router is as good as the best single choice, and cheaper.\n"
    "\n"
    "usage: warroom eval router ANSWERS...\n"
    "\n"
    "ANSWERS are as for `warroom train router`. Each set is routed by what the others teach.\n"
    "right: the share of each choice and of the router; its difference to the better single "
    "choice\n"
    "of the set, and the 95 % interval of that; `within`: it is at most .01 below; cost: the time "
    "of\n"
    "answers as a share of that of asking the small expert always (rules cost nothing: who asks "
    "has\n"
    "them); asked: the share of answers that it was asked; off: how much too likely the router "
    "finds\n"
    "its choice right\n"
    "\n"
    "      --help      this text\n"
    "\n"
    "exit status: 0 measured; 2 not measured\n";

/* The answers of one set, or of all: what each would have had right, and what that costs. */
struct score {
    double *right[ANSWER_CHOICES + 1]; /* the router is the last */
    double expert_us, router_us;
    uint32_t count, asked;
    double off; /* sum over answers of probability less right */
};

#define ROUTER ANSWER_CHOICES

static struct score score_new(struct arena *arena, uint32_t room)
{
    struct score score = {0};
    for (int i = 0; i <= ROUTER; i++)
        score.right[i] = arena_push_many(arena, double, room + 1);
    return score;
}

static void add(struct score *score, const struct held_answer *answer, const struct routed *routed)
{
    for (int i = 0; i < ANSWER_CHOICES; i++)
        score->right[i][score->count] = answer->right[i];
    score->expert_us += answer->cost_us[1];
    score->right[ROUTER][score->count] = answer->right[routed->choice];
    score->router_us += routed->cost_us;
    score->off += routed->odds - answer->right[routed->choice];
    score->asked += routed->cost_us > 0.0;
    score->count++;
}

static void tell(const char *task, struct str set, const struct score *score)
{
    struct paired by[ANSWER_CHOICES];
    for (int i = 0; i < ANSWER_CHOICES; i++)
        by[i] = paired_of(score->right[ROUTER], score->right[i], score->count);
    const int best = by[1].difference < by[0].difference ? 1 : 0; /* the router is further below */
    printf(
        "%-16s %-22.*s %6u  %.3f  %.3f  %.3f  %+.3f (%+.3f to %+.3f)  %-6s  %4.2f   %.2f  %+.3f\n",
        task, STR_ARG(set), score->count, by[0].mean - by[0].difference,
        by[1].mean - by[1].difference, by[0].mean, by[best].difference, by[best].low, by[best].high,
        by[best].difference >= -ODDS_APART - 1e-9 ? "yes" : "NO",
        score->router_us / score->expert_us, (double)score->asked / score->count,
        score->off / score->count);
}

static void measure_set(struct arena *arena, const struct held_answers *answers, const char *task,
                        struct str set, struct score *all)
{
    const struct router_task numbers = route_learn(answers, task, &set);
    struct score score = score_new(arena, answers->count);
    for (uint32_t i = 0; i < answers->count && numbers.count == ANSWER_CHOICES; i++) {
        const struct held_answer *it = &answers->items[i];
        if (strcmp(it->task, task) != 0 || !str_eq(it->set, set))
            continue;
        const struct routed routed = route(&numbers, it);
        add(&score, it, &routed);
        add(all, it, &routed);
    }
    if (score.count > 0)
        tell(task, set, &score);
}

static bool is_first(const struct held_answers *answers, uint32_t at, bool of_set)
{
    const struct held_answer *item = &answers->items[at];
    for (uint32_t i = 0; i < at; i++)
        if (strcmp(answers->items[i].task, item->task) == 0 &&
            (!of_set || str_eq(answers->items[i].set, item->set)))
            return false;
    return true;
}

static void measure_task(const struct held_answers *answers, const char *task)
{
    struct arena *arena = arena_new("task");
    struct score all = score_new(arena, answers->count);
    for (uint32_t i = 0; i < answers->count; i++)
        if (strcmp(answers->items[i].task, task) == 0 && is_first(answers, i, true)) {
            struct arena *scratch = arena_new("set");
            measure_set(scratch, answers, task, answers->items[i].set, &all);
            arena_free(scratch);
        }
    if (all.count > 0)
        tell(task, STR("all sets"), &all);
    arena_free(arena);
}

static bool measure(struct arena *arena, char **paths, struct err *err)
{
    struct held_answers answers = {0};
    for (; *paths; paths++)
        if (!answers_read(arena, *paths, &answers, err))
            return false;
    printf(
        "task             set                     count  rules  expert router  to the better one "
        "        within  cost  asked  off\n");
    for (uint32_t i = 0; i < answers.count; i++)
        if (is_first(&answers, i, false))
            measure_task(&answers, answers.items[i].task);
    return verb_printed(err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {0}};
    struct err err = {0};
    const int option = getopt_long(argc, argv, ":h", known, NULL);
    if (option == 'h') {
        fputs(help, stdout);
        return EXIT_MEASURED;
    }
    struct arena *arena = arena_new("eval");
    bool ok = option == -1 || verb_wrong_option(option, argv, &err);
    ok = ok && (optind < argc || err_set(&err, ERR_USAGE, "name files of held-back answers"));
    ok = ok && measure(arena, argv + optind, &err);
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("eval router", &err);
}

const struct verb verb_router = {
    .name = "router",
    .summary = "is the router as good as the best single choice, and cheaper",
    .run = run,
};
