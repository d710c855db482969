/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train order`: whether another order of questions would come to the point sooner. */
#include "base/arena.h"
#include "base/buf.h"
#include "eval/verb.h"
#include "train/policy.h"
#include "train/recording.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>

#define SHOWN_MAX 5

extern const struct verb verb_order;

static const char help[] =
    "Learns which questions say most by second, by what the alert complains about, and works out\n"
    "how much sooner an investigation would come to its conclusion if it asked in that order.\n"
    "\n"
    "usage: warroom train order DIR... --journals DIR\n"
    "\n"
    "Cases are found and investigated as by `warroom train verdict`. The order is learned without\n"
    "the system of the case, and again without its fault. Nothing is written.\n"
    "\n"
    "      --journals DIR   where the investigations are kept\n"
    "      --warroom PATH   the program that investigates (default: $WARROOM, or else `warroom`\n"
    "                       beside this program)\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 worked out; 2 not\n";

static void add_trial(void *state, const struct eval_case *item, const struct casefile *casefile,
                      const struct truth *truth)
{
    struct trials *trials = state;
    const struct str fault = truth_fault(truth);
    trials_add(trials, item->set,
               fault.len > 0
                   ? fault
                   : str_printf(trials->arena, "%.*s/%.*s", STR_ARG(item->set), STR_ARG(item->id)),
               casefile);
}

/* ---- what it comes to ---- */

struct gain {
    double seconds, squares, steps;
    uint32_t count;
};

static void add_gain(struct gain *gain, struct reached before, struct reached after)
{
    const double sooner = before.seconds - after.seconds;
    gain->seconds += sooner;
    gain->squares += sooner * sooner;
    gain->steps += (double)before.steps - after.steps;
    gain->count++;
}

static void tell_gain(struct buf *out, const char *without, const struct gain *gain)
{
    const double mean = gain->seconds / gain->count;
    const double spread = gain->squares / gain->count - mean * mean;
    buf_printf(
        out, "learned without %-6s  %+8.1f ms sooner, give or take %.1f; %+.2f steps sooner\n",
        without, mean * 1e3, sqrt(fmax(spread, 0) / gain->count) * 1e3, gain->steps / gain->count);
}

static void measure(const struct trials *trials, struct buf *out)
{
    struct gain by_set = {0}, by_fault = {0};
    struct reached sum = {0};
    double all_s = 0;
    uint32_t at_once = 0, arms = 0;
    for (uint32_t i = 0; i < trials->count; i++) {
        const struct trial *it = &trials->items[i];
        const struct policy without_set =
            policy_learn(trials, (struct policy_held_out){.set = it->set, .fault = MAP_NONE});
        const struct policy without_fault =
            policy_learn(trials, (struct policy_held_out){.set = MAP_NONE, .fault = it->fault});
        const struct reached before = policy_reach(trials, it, NULL);
        add_gain(&by_set, before, policy_reach(trials, it, &without_set));
        add_gain(&by_fault, before, policy_reach(trials, it, &without_fault));
        sum.seconds += before.seconds;
        sum.steps += before.steps;
        at_once += before.steps == 0;
        arms += it->arms_count;
        for (uint32_t j = 0; j < it->arms_count; j++)
            all_s += it->took_s[j];
    }
    const double count = trials->count;
    buf_printf(out,
               "%u cases, %.1f steps a case, which take %.1f ms; what is concluded in the end\n"
               "stands after %.1f ms and %.2f steps, and in %u cases after triage alone\n\n",
               trials->count, arms / count, all_s / count * 1e3, sum.seconds / count * 1e3,
               sum.steps / count, at_once);
    tell_gain(out, "system", &by_set);
    tell_gain(out, "fault", &by_fault);
}

static void tell_policy(const struct trials *trials, struct buf *out)
{
    const struct policy policy =
        policy_learn(trials, (struct policy_held_out){.set = MAP_NONE, .fault = MAP_NONE});
    buf_add(out, STR("\nsymptom     tells most often by second\n"));
    for (int symptom = 0; symptom < SYMPTOMS_COUNT; symptom++) {
        bool told[POLICY_ARMS_MAX] = {false};
        buf_printf(out, "%-10s", symptom_name((enum symptom)symptom));
        for (uint32_t shown = 0; shown < SHOWN_MAX && shown < trials->arms.count; shown++) {
            uint32_t best = MAP_NONE;
            for (uint32_t arm = 0; arm < trials->arms.count; arm++)
                if (!told[arm] &&
                    (best == MAP_NONE || policy.gain[symptom][arm] > policy.gain[symptom][best]))
                    best = arm;
            told[best] = true;
            buf_printf(out, "  %.*s %.1f", STR_ARG(trials->arms.keys[best]),
                       policy.gain[symptom][best]);
        }
        buf_add_char(out, '\n');
    }
}

static bool work_out(struct arena *arena, const struct recording *how, char **folders,
                     struct err *err)
{
    struct eval_cases cases = cases_new(arena);
    struct trials trials = trials_new(arena);
    struct buf out = buf_new(arena);
    uint32_t left_out;
    for (; *folders; folders++)
        if (!cases_find(&cases, *folders, err))
            return false;
    cases_sort(&cases);
    if (!recording_each(arena, how, &cases, add_trial, &trials, &left_out, err))
        return false;
    if (trials.count == 0)
        return err_set(err, ERR_NOT_FOUND, "in no case was anything concluded");
    measure(&trials, &out);
    tell_policy(&trials, &out);
    return verb_print(buf_str(&out), err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"journals", required_argument, NULL, 'J'},
                                          {"warroom", required_argument, NULL, 'w'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct recording how = {.jobs = 1};
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        if (option == '?')
            return EXIT_NOT_MEASURED;
        *(option == 'J' ? &how.journals : &how.program) = optarg;
    }
    struct arena *arena = arena_new("order");
    const bool ok = optind == argc ? err_set(&err, ERR_USAGE, "name at least one folder with cases")
                    : !how.journals ? err_set(&err, ERR_USAGE, "--journals DIR is wanted")
                                    : work_out(arena, &how, argv + optind, &err);
    const int code = ok ? EXIT_MEASURED : verb_complain("train order", &err);
    arena_free(arena);
    return code;
}

const struct verb verb_order = {
    .name = "order",
    .summary = "whether another order of questions would come to the point sooner",
    .run = run,
};
