/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval series`: how good the detector and the forecasts of stats/ are on labelled series.
 *
 * They are called, not run: no command of the program shows a bare series to its user, and a
 * function of numbers has no start, exit status or text to measure.
 */
#include "base/arena.h"
#include "eval/series_board.h"
#include "eval/verb.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>

static const char help[] =
    "Measures how well anomalies are found, and values forecast, in series with labels.\n"
    "\n"
    "usage: warroom eval series DIR [options]\n"
    "\n"
    "DIR is laid out as the Numenta Anomaly Benchmark is: data/GROUP/NAME.csv with the columns\n"
    "timestamp and value, and combined_windows.json with the labelled windows of each series.\n"
    "\n"
    "      --json               print the scores as JSON\n"
    "      --per-series         print a line for each series too: tab-separated, or `series` in "
    "JSON\n"
    "      --fail-under SCORE   exit with 1 if our standard score is below\n"
    "      --help               this text\n"
    "\n"
    "standard, few false alarms, few misses: the benchmark's score in its three profiles, each at\n"
    "the one threshold for all series that makes it highest. 0: as good as silence; 100: each "
    "window\n"
    "at its first row. held out: the standard score where each group is judged at the threshold "
    "of\n"
    "the other groups. gauss and chance are there for comparison: on the whole benchmark, which "
    "has\n"
    "58 series, they score about 40 and 11.\n"
    "MAPE: mean of |error / value|, without values below a tenth of the series' mean size. "
    "MASE:\n"
    "error over that of repeating the last period (or value) within the known part.\n"
    "\n"
    "exit status: 0 measured; 1 measured, but below --fail-under; 2 not measured: wrong usage, a\n"
    "folder or file that cannot be read\n";

struct series_options {
    bool json;
    bool per_series;
    double score_min;
};

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_options(int argc, char **argv, struct series_options *options,
                                 struct err *err)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'J'},
        {"per-series", no_argument, NULL, 'p'},
        {"fail-under", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        switch (option) {
        case 'h':
            return PARSED_HELP;
        case 'J':
            options->json = true;
            break;
        case 'p':
            options->per_series = true;
            break;
        case 'f':
            if (!str_to_real(str_of(optarg), &options->score_min)) {
                err_set(err, ERR_USAGE, "--fail-under wants a number, not `%s`", optarg);
                return PARSED_WRONG;
            }
            break;
        default:
            verb_wrong_option(option, argv, err);
            return PARSED_WRONG;
        }
    }
    if (optind + 1 != argc) {
        err_set(err, ERR_USAGE, "name one folder with series");
        return PARSED_WRONG;
    }
    return PARSED_RUN;
}

static bool same_group(const struct nab_files *files, size_t a, size_t b)
{
    return str_eq(files->items[a].group, files->items[b].group);
}

/* The files are in the order of their names, so a group is one stretch. */
static double held_out_score(struct arena *arena, const struct nab_files *files,
                             const struct nab_series *series)
{
    struct nab_tally total = {0};
    struct nab_series *others = arena_push_many(arena, struct nab_series, files->count);
    for (size_t from = 0, to; from < files->count; from = to) {
        size_t others_count = 0;
        for (to = from; to < files->count && same_group(files, from, to); to++)
            ;
        for (size_t i = 0; i < files->count; i++)
            if (i < from || i >= to)
                others[others_count++] = series[i];
        if (others_count == 0)
            return NAN;
        const struct nab_profile *profile = profiles[PROFILE_STANDARD];
        const double threshold = nab_score(arena, others, others_count, profile).threshold;
        for (size_t i = from; i < to; i++) {
            const struct nab_tally tally = nab_tally_of(&series[i], profile, threshold);
            total.raw += tally.raw;
            total.windows += tally.windows;
        }
    }
    return nab_normalise(&total, profiles[PROFILE_STANDARD]);
}

static struct watched watch(struct arena *arena, const struct nab_files *files,
                            const struct watcher *watcher)
{
    struct watched watched = {.watcher = watcher};
    watched.series = arena_push_many(arena, struct nab_series, files->count);
    for (size_t i = 0; i < files->count; i++) {
        const struct nab_file *file = &files->items[i];
        double *scores = arena_push_many(arena, double, file->count);
        watcher->watch(arena, file, scores);
        watched.series[i] =
            (struct nab_series){scores, file->count, file->windows, file->windows_count};
    }
    for (int profile = 0; profile < PROFILES; profile++)
        watched.results[profile] =
            nab_score(arena, watched.series, files->count, profiles[profile]);
    watched.held_out = held_out_score(arena, files, watched.series);
    return watched;
}

static bool print_board(struct arena *arena, const struct series_board *board, bool json,
                        struct err *err)
{
    struct buf out = buf_new(arena);
    if (json)
        series_board_json(board, &out);
    else
        series_board_text(board, &out);
    return verb_print(buf_str(&out), err);
}

static int complain(const struct err *err)
{
    return verb_complain("eval series", err);
}

static int measure(struct arena *arena, const struct series_options *options, const char *folder)
{
    struct err err = {0};
    struct nab_files files;
    if (!nab_files_read(arena, str_of(folder), &files, &err))
        return complain(&err);
    struct watched *watched = arena_push_many(arena, struct watched, watchers_count);
    for (size_t i = 0; i < watchers_count; i++)
        watched[i] = watch(arena, &files, &watchers[i]);
    struct rolling *rolling = arena_push_many(arena, struct rolling, files.count);
    for (size_t i = 0; i < files.count; i++)
        rolling[i] = rolling_of(arena, &files.items[i]);

    const struct series_board board = {&files, watched, rolling, options->per_series};
    if (!print_board(arena, &board, options->json, &err))
        return complain(&err);
    const double score = watched[0].results[PROFILE_STANDARD].score;
    if (score >= options->score_min)
        return EXIT_MEASURED;
    fprintf(stderr, "warroom eval: the standard score is %.2f, below %.2f\n", score,
            options->score_min);
    return EXIT_UNDER;
}

static int run(int argc, char **argv)
{
    struct series_options options = {.score_min = -INFINITY};
    struct err err = {0};
    switch (parse_options(argc, argv, &options, &err)) {
    case PARSED_HELP:
        fputs(help, stdout);
        return EXIT_MEASURED;
    case PARSED_WRONG:
        return complain(&err);
    case PARSED_RUN:
        break;
    }
    struct arena *arena = arena_new("eval");
    const int status = measure(arena, &options, argv[optind]);
    arena_free(arena);
    return status;
}

const struct verb verb_series = {
    .name = "series",
    .summary = "how well it finds anomalies in series, and forecasts them",
    .run = run,
};
