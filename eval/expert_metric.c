/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert metric`: are shapes named as people name them? */
#include "base/arena.h"
#include "eval/answers.h"
#include "eval/shapes.h"
#include "eval/verb.h"
#include "expert/metric/model.h"
#include "train/keep.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>

extern const struct verb eval_expert_metric;

#define MADE_COUNT 4000
#define NUMBER_BYTES 8     /* about as many as one takes in JSON */
#define MADE_SEED 20261123 /* none of training */

static const char help[] =
    "Measures how often the metric expert names the shape of a series right.\n"
    "\n"
    "usage: warroom eval expert metric [DIR... --labels FILE] [options]\n"
    "\n"
    "Series are made, and real ones are taken from the folders: recordings, or series laid out as\n"
    "for `warroom eval series`. FILE is eval/shapes.tsv, or one like it.\n"
    "\n"
    "      --labels FILE   the shapes of real series, by people\n"
    "      --fail-under S  exit with 1 if the expert names less of the made ones, or of the real "
    "ones,\n"
    "                      right: 0 to 1\n"
    "      --answers FILE  write what was said of each real one (eval/answers.h), for\n"
    "                      `warroom train router`\n"
    "      --confusion     print what was said of each shape, too\n"
    "      --help          this text\n"
    "\n"
    "rules: a change of level found by ranks, and the model that fits best around it. paired: how\n"
    "many only the expert has right, and only the rules.\n";

/* The share that the expert names right; 1 where there is none. */
static double tell(const struct shape_cases *cases, const char *set)
{
    const struct shape_score score =
        shapes_score(cases, &metric_model_shipped()->shape, str_of(set));
    if (score.cases == 0)
        return 1;
    double low, high, rules_low, rules_high;
    shapes_interval(score.right, score.cases, &low, &high);
    shapes_interval(score.right_by_rules, score.cases, &rules_low, &rules_high);
    printf("%-12s %6u  %.3f (%.3f to %.3f)  %.3f (%.3f to %.3f)  %4u : %-4u  %.3f\n",
           set[0] ? set : "all real", score.cases, (double)score.right / score.cases, low, high,
           (double)score.right_by_rules / score.cases, rules_low, rules_high, score.only_expert,
           score.only_rules, score.calibration);
    return (double)score.right / score.cases;
}

static void tell_confusion(const struct shape_cases *cases)
{
    uint32_t counts[CURVES_COUNT][CURVES_COUNT] = {0};
    for (uint32_t i = 0; i < cases->count; i++) {
        struct arena *arena = arena_new("shape");
        const struct shape_case *item = &cases->items[i];
        struct metric_tokens tokens;
        if (metric_tokens_of(arena, item->times_ns, item->values, item->count, &tokens)) {
            const enum curve said = curve_judge(&metric_model_shipped()->shape, &tokens).curve;
            const bool right = (item->right >> said) & 1;
            counts[right ? (int)said : __builtin_ctz(item->right)][said]++;
        }
        arena_free(arena);
    }
    for (int c = 0; c < CURVES_COUNT; c++) {
        printf("%-12s", curve_name((enum curve)c));
        for (int said = 0; said < CURVES_COUNT; said++)
            if (counts[c][said] > 0)
                printf(" %s %u", curve_name((enum curve)said), counts[c][said]);
        printf("\n");
    }
}

/* The shapes were learned from made series alone, so all real ones are held back. */
static void put_answer(const struct shape_case *item, uint32_t number, struct buf *out)
{
    struct arena *arena = arena_new("shape");
    struct metric_tokens tokens;
    double from_us = answers_clock_us();
    if (metric_tokens_of(arena, item->times_ns, item->values, item->count, &tokens)) {
        const struct curve_verdict verdict = curve_judge(&metric_model_shipped()->shape, &tokens);
        const double expert_us = answers_clock_us() - from_us;
        from_us = answers_clock_us();
        const enum curve by_rules = shape_by_rules(arena, item);
        const double rules_us = answers_clock_us() - from_us;
        answers_put(out, &(struct held_answer){.task = "name_shape",
                                               .set = item->set,
                                               .id = number,
                                               .question = {.bytes = item->count * NUMBER_BYTES,
                                                            .rules_speak = by_rules != CURVE_NONE,
                                                            .candidates = CURVES_COUNT,
                                                            .sure = verdict.odds[verdict.curve]},
                                               .expert = "metric",
                                               .right = {(item->right >> by_rules) & 1,
                                                         (item->right >> verdict.curve) & 1},
                                               .cost_us = {rules_us, expert_us}});
    }
    arena_free(arena);
}

static bool write_answers(const struct shape_cases *cases, const char *path, struct err *err)
{
    struct buf out = buf_new(cases->arena);
    for (uint32_t i = 0; i < cases->count; i++)
        put_answer(&cases->items[i], i, &out);
    return keep_file(path, buf_str(&out), err);
}

static bool measure(const char *labels, char **folders, const char *answers, bool confusion,
                    double *least, struct err *err)
{
    struct arena *arena = arena_new("shapes");
    struct shape_cases made = {.arena = arena}, real = {.arena = arena};
    const bool ok = (!*folders || shapes_add_real(&real, labels, folders, err)) &&
                    (!answers || write_answers(&real, answers, err));
    shapes_add_made(&made, MADE_SEED, MADE_COUNT, (1u << MADE_NOISES_COUNT) - 1);
    if (ok) {
        printf("series        count  expert                  rules                   paired     "
               "ECE\n");
        *least = tell(&made, "made");
        for (uint32_t i = 0; i < real.count; i++) {
            bool told = false;
            for (uint32_t k = 0; k < i; k++)
                told |= str_eq(real.items[k].set, real.items[i].set);
            if (!told)
                tell(&real, str_copy(arena, real.items[i].set).ptr);
        }
        *least = fmin(*least, tell(&real, ""));
    }
    if (ok && confusion) {
        tell_confusion(&made);
        printf("\n");
        tell_confusion(&real);
    }
    arena_free(arena);
    return ok;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"labels", required_argument, NULL, 'l'},  {"fail-under", required_argument, NULL, 'f'},
        {"answers", required_argument, NULL, 'a'}, {"confusion", no_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},          {0}};
    const char *labels = NULL, *answers = NULL;
    bool confusion = false;
    double floor = 0, least = 1;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'l')
            labels = optarg;
        else if (option == 'f' && str_to_real(str_of(optarg), &floor))
            continue;
        else if (option == 'a')
            answers = optarg;
        else if (option == 'c')
            confusion = true;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("eval expert metric", &err);
        }
    }
    if (optind < argc && !labels)
        err_set(&err, ERR_USAGE, "--labels FILE is wanted for real series");
    if (err.kind != ERR_NONE || !measure(labels, argv + optind, answers, confusion, &least, &err) ||
        !verb_printed(&err))
        return verb_complain("eval expert metric", &err);
    return least < floor ? EXIT_UNDER : EXIT_MEASURED;
}

const struct verb eval_expert_metric = {
    .name = "metric",
    .summary = "shapes of series, made and real",
    .run = run,
};
