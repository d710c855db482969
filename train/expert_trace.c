/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom train expert trace`: which span class is at fault, from cases whose place is known. Each
 * set is left out once, and each fault, to see what the weights are worth on systems and on faults
 * that they do not know.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "eval/shapes.h"
#include "eval/span_cases.h"
#include "eval/verb.h"
#include "train/keep.h"
#include "train/logit.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>

extern const struct verb train_expert_trace;

#define PENALTY 30.0   /* on the weight of a standard deviation */
#define SET_CASES 20.0 /* a larger set counts as so many */

_Static_assert((int)CLASS_FACTS_COUNT <= (int)SIGNS_COUNT,
               "train/logit.h learns as many as there are signs");

static const char help[] =
    "Learns which span class is at fault, from cases whose place is known.\n"
    "\n"
    "usage: warroom train expert trace DIR... [--out FILE]\n"
    "\n"
    "The folders are as for `warroom eval rca`; cases without traces are left out.\n"
    "\n"
    "      --out FILE   write the weights and the card there\n"
    "      --help       this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt: wrong usage, a file that cannot be read\n";

struct learning {
    struct arena *arena;
    struct span_cases cases;
    struct choice *choices;
    double *scores; /* room for the largest case */
};

/*
 * The facts of a class in the place of the signs of a change: the learner looks at no name. What a
 * class is worth before anything is learned multiplies its odds.
 */
static struct choice choice_of(struct arena *arena, const struct span_case *item, double weight)
{
    struct choice choice = {.candidates = arena_push_many(arena, struct signs, item->classes.count),
                            .right = item->right,
                            .stands_for = arena_push_many(arena, double, item->classes.count),
                            .count = item->classes.count,
                            .weight = weight};
    for (uint32_t i = 0; i < item->classes.count; i++) {
        choice.stands_for[i] = exp(TRACE_PRIOR * item->classes.items[i].of[CLASS_STRONGEST]);
        for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++)
            choice.candidates[i].of[fact] = item->classes.items[i].of[fact];
    }
    return choice;
}

static void make_choices(struct learning *learning)
{
    const struct span_cases *cases = &learning->cases;
    uint32_t largest = 0;
    learning->choices = arena_push_many(learning->arena, struct choice, cases->count);
    for (uint32_t i = 0; i < cases->count; i++) {
        uint32_t alike = 0;
        for (uint32_t k = 0; k < cases->count; k++)
            alike += str_eq(cases->items[k].set, cases->items[i].set);
        learning->choices[i] =
            choice_of(learning->arena, &cases->items[i], fmin(1, SET_CASES / alike));
        const uint32_t count = cases->items[i].classes.count;
        largest = count > largest ? count : largest;
    }
    learning->scores = arena_push_many(learning->arena, double, largest);
}

static struct trace_weights fit(struct learning *learning, uint32_t left_out)
{
    double weights[SIGNS_COUNT];
    struct trace_weights out;
    logit_fit(learning->arena, learning->choices, learning->cases.count, left_out, PENALTY,
              weights);
    for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++)
        out.of[fact] = weights[fact] + (fact == CLASS_STRONGEST ? TRACE_PRIOR : 0);
    return out;
}

static struct str group_of(const struct span_case *item, bool by_fault)
{
    return by_fault ? item->fault : item->set;
}

/* Gives each case the number of its group; how many groups there are. */
static uint32_t group(struct learning *learning, bool by_fault)
{
    const struct span_cases *cases = &learning->cases;
    uint32_t count = 0;
    for (uint32_t i = 0; i < cases->count; i++) {
        uint32_t k = 0;
        while (k < i &&
               !str_eq(group_of(&cases->items[k], by_fault), group_of(&cases->items[i], by_fault)))
            k++;
        learning->choices[i].group = k < i ? learning->choices[k].group : count++;
    }
    return count;
}

struct sums {
    double expert, self, gap, rules;
    uint32_t cases, won, lost; /* against the rules */
};

static void score(struct learning *learning, uint32_t i, const struct trace_weights *weights,
                  struct sums *sums)
{
    const struct span_case *item = &learning->cases.items[i];
    double *scores = learning->scores;
    trace_blame(weights, &item->classes, scores);
    const double expert = span_case_first(item, scores);
    span_score_rules(NULL, item, scores);
    const double rules = span_case_first(item, scores);
    span_score_self(NULL, item, scores);
    sums->self += span_case_first(item, scores);
    span_score_gap(NULL, item, scores);
    sums->gap += span_case_first(item, scores);
    sums->expert += expert;
    sums->rules += rules;
    sums->won += expert > rules;
    sums->lost += expert < rules;
    sums->cases++;
}

static void tell(struct buf *out, const char *name, const struct sums *sums)
{
    const double n = sums->cases;
    double low, high;
    shapes_interval((uint32_t)lround(sums->expert), sums->cases, &low, &high);
    printf("%-28s %4u  %.3f (%.3f to %.3f)  rules %.3f  self time %.3f  gap %.3f  %u : %u\n", name,
           sums->cases, sums->expert / n, low, high, sums->rules / n, sums->self / n, sums->gap / n,
           sums->won, sums->lost);
    json_put_comma(out);
    buf_printf(out, "\n      {\"cases\": ");
    json_put_text(out, str_of(name));
    buf_printf(out,
               ", \"count\": %u, \"first\": %.3f, \"interval\": [%.3f, %.3f], \"rules\": %.3f, "
               "\"self_time\": %.3f, \"gap\": %.3f}",
               sums->cases, sums->expert / n, low, high, sums->rules / n, sums->self / n,
               sums->gap / n);
}

static void leave_out(struct learning *learning, bool by_fault, struct buf *out)
{
    const uint32_t groups = group(learning, by_fault);
    struct sums all = {0};
    for (uint32_t g = 0; g < groups; g++) {
        const struct trace_weights weights = fit(learning, g);
        struct sums own = {0};
        const char *name = "";
        for (uint32_t i = 0; i < learning->cases.count; i++) {
            if (learning->choices[i].group != g)
                continue;
            score(learning, i, &weights, &own);
            score(learning, i, &weights, &all);
            name =
                str_printf(learning->arena, "without %.*s", STR_ARG(learning->cases.items[i].set))
                    .ptr;
        }
        if (!by_fault)
            tell(out, name, &own);
    }
    tell(out, by_fault ? "all, each without its fault" : "all, each without its set", &all);
}

static struct str model_of(struct learning *learning)
{
    struct buf out = buf_new(learning->arena);
    buf_printf(&out,
               "{\n  \"card\": {\n    \"name\": \"trace\",\n    \"version\": 1,\n    \"data\": "
               "\"%u cases with traces, of which the place is known and shows\",\n    \"seed\": "
               "null,\n    \"size\": %d,\n    \"scores\": [",
               learning->cases.count, CLASS_FACTS_COUNT);
    leave_out(learning, false, &out);
    leave_out(learning, true, &out);
    const struct trace_weights weights = fit(learning, GROUP_NONE);
    buf_printf(&out,
               "],\n    \"limits\": \"it names a place of which spans tell, or calls to it; a "
               "probability is one beside the other classes of the case\"\n  },\n  "
               "\"weights\": {\n");
    for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++)
        buf_printf(&out, "    \"%s\": %.4f%s\n", class_fact_name((enum class_fact)fact),
                   weights.of[fact], fact + 1 < CLASS_FACTS_COUNT ? "," : "");
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

static bool learn(char **folders, const char *out, struct err *err)
{
    struct arena *arena = arena_new("training");
    struct learning learning = {.arena = arena, .cases = {.arena = arena}};
    bool ok = span_cases_read(&learning.cases, folders, err);
    if (ok) {
        fprintf(stderr, "%u cases, %u without a right class\n", learning.cases.count,
                learning.cases.without);
        make_choices(&learning);
        const struct str model = model_of(&learning);
        ok = !out || keep_file(out, model, err);
    }
    arena_free(arena);
    return ok;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *out = NULL;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("train expert trace", &err);
        }
    }
    if (optind == argc)
        err_set(&err, ERR_USAGE, "folders are wanted");
    if (err.kind != ERR_NONE || !learn(argv + optind, out, &err))
        return verb_complain("train expert trace", &err);
    return EXIT_MEASURED;
}

const struct verb train_expert_trace = {
    .name = "trace",
    .summary = "which span class is at fault",
    .run = run,
};
