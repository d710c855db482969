/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom train expert metric`: the network that names the shape of a change, from series that are
 * made (eval/made.h). Each family of noise is left out once, to see what it is worth on noise that
 * it does not know. Series that people have named are never learned from; they are asked about.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "eval/shapes.h"
#include "eval/verb.h"
#include "train/foresee.h"
#include "train/keep.h"
#include "train/net.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

extern const struct verb train_expert_metric;

#define SEED 8
#define SERIES 60000
#define ROUNDS 30
#define SERIES_WITHOUT 30000 /* for each family that is left out */
#define ROUNDS_WITHOUT 15
#define ASKED 1500 /* of a family that was left out */
#define CALIBRATING 8000
#define ALL_NOISES ((1u << MADE_NOISES_COUNT) - 1)

static const char help[] =
    "Learns to name the shape of a series, from series that are made, and to go on with it.\n"
    "\n"
    "usage: warroom train expert metric --series DIR --out FILE [DIR... --labels FILE] [options]\n"
    "\n"
    "How much each forecaster counts is learned from the series of --series, laid out as for\n"
    "`warroom eval series`. The other folders and the labels are as for `warroom eval expert "
    "metric`;\n"
    "nothing is learned from them, their scores go into the card.\n"
    "\n"
    "      --series DIR    learn to go on with a series from these\n"
    "      --out FILE      write the numbers and the card there\n"
    "      --labels FILE   the shapes of real series, by people\n"
    "      --seed N        of the series and of what is drawn while learning (default: 8)\n"
    "      --help          this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt: wrong usage, a file that cannot be read\n";

static struct net_examples make_examples(struct arena *arena, uint64_t seed, uint32_t count,
                                         unsigned noises)
{
    struct net_examples out = {.tokens = arena_push_many(arena, struct metric_tokens, count),
                               .curves = arena_push_many(arena, uint8_t, count)};
    for (uint32_t i = 0; i < count; i++) {
        struct arena *own = arena_new("series");
        const struct made made = made_series(own, seed, i, noises);
        out.curves[out.count] = (uint8_t)made.curve;
        out.count +=
            metric_tokens_of(own, made.times_ns, made.values, made.count, &out.tokens[out.count]);
        arena_free(own);
    }
    return out;
}

static void learn(uint64_t seed, uint32_t series, uint32_t rounds, unsigned noises,
                  struct curve_net *out)
{
    struct arena *arena = arena_new("examples");
    const struct net_examples examples = make_examples(arena, seed, series, noises);
    net_learn(arena, &examples, seed, rounds, out);
    const struct net_examples others = make_examples(arena, ~seed, CALIBRATING, noises);
    net_calibrate(&others, out);
    arena_free(arena);
}

/* ---- the card ---- */

static void put_score(struct buf *out, const char *name, const struct shape_score *score)
{
    double low, high;
    shapes_interval(score->right, score->cases, &low, &high);
    json_put_comma(out);
    buf_printf(out,
               "\n      {\"series\": \"%s\", \"count\": %u, \"right\": %.3f, \"interval\": [%.3f, "
               "%.3f], \"rules\": %.3f, \"calibration_error\": %.3f}",
               name, score->cases, (double)score->right / score->cases, low, high,
               (double)score->right_by_rules / score->cases, score->calibration);
    fprintf(stderr, "%-24s %5u  %.3f  rules %.3f\n", name, score->cases,
            (double)score->right / score->cases, (double)score->right_by_rules / score->cases);
}

static void put_families(struct buf *out, uint64_t seed)
{
    struct curve_net net;
    for (int noise = 0; noise < MADE_NOISES_COUNT; noise++) {
        struct arena *arena = arena_new("asked");
        struct shape_cases cases = {.arena = arena};
        learn(seed, SERIES_WITHOUT, ROUNDS_WITHOUT, ALL_NOISES & ~(1u << noise), &net);
        shapes_add_made(&cases, seed + 1, ASKED, 1u << noise);
        const struct shape_score score = shapes_score(&cases, &net, STR(""));
        const struct str name = str_printf(arena, "made, learned without %s noise",
                                           made_noise_name((enum made_noise)noise));
        put_score(out, name.ptr, &score);
        arena_free(arena);
    }
}

static bool put_real(struct buf *out, const struct curve_net *net, const char *labels,
                     char **folders, struct err *err)
{
    if (!*folders)
        return true;
    struct arena *arena = arena_new("real");
    struct shape_cases cases = {.arena = arena};
    const bool ok = shapes_add_real(&cases, labels, folders, err);
    if (ok) {
        const struct shape_score score = shapes_score(&cases, net, STR(""));
        put_score(out, "real, named by people", &score);
    }
    arena_free(arena);
    return ok;
}

static void put_forecast_score(struct buf *out, const struct foresee_score *score)
{
    json_put_comma(out);
    buf_printf(out,
               "\n      {\"series\": \"forecasts, each group without itself\", \"count\": %u, "
               "\"mape\": %.1f, \"mase\": %.3f, \"mixture_mape\": %.1f, \"mixture_mase\": %.3f, "
               "\"gain\": [%.3f, %.3f], \"coverage\": %.3f}",
               score->series, score->mape, score->mase, score->mape_before, score->mase_before,
               score->gain - 1.96 * score->gain_error, score->gain + 1.96 * score->gain_error,
               score->coverage);
    fprintf(stderr,
            "forecasts of %u series: MAPE %.1f (%.1f), MASE %.3f (%.3f, gain %.3f +- %.3f), "
            "better %u worse %u, inside %.3f\n",
            score->series, score->mape, score->mape_before, score->mase, score->mase_before,
            score->gain, 1.96 * score->gain_error, score->better, score->worse, score->coverage);
}

static bool put_card(struct buf *out, uint64_t seed, const struct curve_net *net,
                     const struct foresee_score *forecast, const char *labels, char **folders,
                     struct err *err)
{
    buf_printf(
        out,
        "  \"card\": {\n    \"name\": \"metric\",\n    \"version\": 1,\n    \"data\": \"%u "
        "series that are made: %d kinds of noise, %d shapes; forecasts: series of --series\",\n"
        "    \"seed\": %llu,\n    \"size\": %d,\n    \"scores\": [",
        SERIES, MADE_NOISES_COUNT, CURVES_COUNT, (unsigned long long)seed,
        CURVE_HIDDEN * (TOKENS_COUNT + 1) + CURVES_COUNT * (CURVE_HIDDEN + 1));
    put_families(out, seed);
    if (!put_real(out, net, labels, folders, err))
        return false;
    put_forecast_score(out, forecast);
    buf_printf(out,
               "],\n    \"limits\": \"fewer than %d samples have no shape; two things that "
               "happen in one series have one name\"\n  },\n",
               TOKENS_SAMPLES_MIN);
    return true;
}

/* ---- the numbers ---- */

static void put_rows(struct buf *out, const char *name, const double *numbers, size_t rows,
                     size_t columns)
{
    buf_printf(out, ",\n    \"%s\": [", name);
    for (size_t row = 0; row < rows; row++) {
        buf_printf(out, "%s\n      [", row > 0 ? "," : "");
        for (size_t i = 0; i < columns; i++)
            buf_printf(out, "%s%.4g", i > 0 ? "," : "", numbers[row * columns + i]);
        buf_printf(out, "]");
    }
    buf_printf(out, "]");
}

static void put_net(struct buf *out, const struct curve_net *net)
{
    buf_printf(out, "  \"shape\": {\n    \"sharpness\": %.4g", net->sharpness);
    put_rows(out, "inside", &net->inside[0][0], CURVE_HIDDEN, TOKENS_COUNT + 1);
    put_rows(out, "outside", &net->outside[0][0], CURVES_COUNT, CURVE_HIDDEN + 1);
    buf_printf(out, "\n  },\n");
}

static void put_forecast(struct buf *out, const struct foresight_weights *weights)
{
    buf_printf(out, "  \"forecast\": {\n    \"loss\": %.4f", weights->loss);
    for (int m = 0; m < FORESIGHT_METHODS_COUNT; m++) {
        buf_printf(out, ",\n    \"%s\": [", foresight_method_name((enum foresight_method)m));
        for (int fact = 0; fact < FORESIGHT_FACTS; fact++)
            buf_printf(out, "%s%.4f", fact > 0 ? ", " : "", weights->of[m][fact]);
        buf_printf(out, "]");
    }
    buf_printf(out, "\n  }\n");
}

static bool write_all(const char *path, const char *series, uint64_t seed, const char *labels,
                      char **folders, struct err *err)
{
    struct arena *arena = arena_new("training");
    struct buf out = buf_new(arena);
    struct curve_net net;
    struct foresight_weights forecast;
    struct foresee_score score;
    if (!foresee_learn(arena, series, &forecast, &score, err)) {
        arena_free(arena);
        return false;
    }
    learn(seed, SERIES, ROUNDS, ALL_NOISES, &net);
    buf_printf(&out, "{\n");
    bool ok = put_card(&out, seed, &net, &score, labels, folders, err);
    put_net(&out, &net);
    put_forecast(&out, &forecast);
    buf_printf(&out, "}\n");
    ok = ok && keep_file(path, buf_str(&out), err);
    arena_free(arena);
    return ok;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'},    {"labels", required_argument, NULL, 'l'},
        {"series", required_argument, NULL, 'f'}, {"seed", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},         {0}};
    const char *out = NULL, *labels = NULL, *series = NULL;
    int64_t seed = SEED;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 'l')
            labels = optarg;
        else if (option == 'f')
            series = optarg;
        else if (option == 's' && str_to_int(str_of(optarg), &seed))
            continue;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("train expert metric", &err);
        }
    }
    if (!out || !series || (optind < argc && !labels))
        err_set(&err, ERR_USAGE,
                "--series DIR and --out FILE are wanted, and --labels FILE with folders");
    if (err.kind != ERR_NONE ||
        !write_all(out, series, (uint64_t)seed, labels, argv + optind, &err))
        return verb_complain("train expert metric", &err);
    return EXIT_MEASURED;
}

const struct verb train_expert_metric = {
    .name = "metric",
    .summary = "shapes of series, and how they go on",
    .run = run,
};
