/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym score`: recorded incidents put to the program, and how good it was at each fault. */
#include "gym/verbs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/trial.h"
#include "gym/score/table.h"

#include <stdio.h>

static const char help[] =
    "usage: warroom gym score BUNDLE|DIR... [options]\n"
    "\n"
    "Runs `warroom investigate` on each recording (a folder with alert.json and truth.json, or "
    "one\n"
    "as .tar.zst), and says for each fault and for all how good it was: place (AC@1, AC@3), place\n"
    "and kind of fault (cause), culprit change where a change did it, controls on which no cause\n"
    "was named (quiet), error of the onset where the place is right, time, calibration.\n"
    "A case whose program fails, answers no JSON or takes too long is wrong, and named.\n"
    "\n"
    "  -j, --jobs N             run N cases at once; at most one a core (default: 1, for fair "
    "times)\n"
    "      --by fault|recut     a row for each fault (default), or for what `gym recut` has done\n"
    "      --per-case           a line for each case first, tab-separated\n"
    "      --json               as JSON, with each case\n"
    "      --fail-under X       exit with 1 if place (AC@1) of all is below X, 0 to 1\n"
    "      --fail-under WHAT=X  the same of place, place3, cause, change or controls; may be "
    "given\n"
    "                           for each\n"
    "      --weights FILE       let the program weigh by that file, not as it was shipped\n"
    "      --timeout SECONDS    for one case (default: 120)\n"
    "      --warroom PATH       the program to measure (default: $WARROOM, or else `warroom`\n"
    "                           beside this program)\n"
    "      --help               this text\n"
    "\n"
    "exit status: 0 measured; 1 measured, but below --fail-under; 2 not measured\n";

struct score_options {
    struct trial trial;
    const char *program;
    enum tally_by by;
    bool json;
    bool per_case;
    bool gated[MEASURES_COUNT];
    double floors[MEASURES_COUNT];
};

static bool parse_floor(struct score_options *options, struct str text, struct err *err)
{
    struct str share = text, name = STR("place");
    const size_t equals = str_find(text, STR("="));
    if (equals != STR_NPOS) {
        name = str_slice(text, 0, equals);
        share = str_slice(text, equals + 1, text.len);
    }
    for (int i = 0; i < MEASURES_COUNT; i++) {
        if (!str_eq(name, str_of(measures[i].name)))
            continue;
        options->gated[i] = true;
        if (str_to_real(share, &options->floors[i]) && options->floors[i] >= 0.0 &&
            options->floors[i] <= 1.0)
            return true;
    }
    return err_set(err, ERR_USAGE,
                   "--fail-under wants X or place=X, place3=X, cause=X, change=X or controls=X "
                   "with X from 0 to 1, not `%.*s`",
                   STR_ARG(text));
}

static bool parse_by(struct score_options *options, const char *value, struct err *err)
{
    options->by = strcmp(value, "recut") == 0 ? TALLY_BY_RECUT : TALLY_BY_FAULT;
    return options->by == TALLY_BY_RECUT || strcmp(value, "fault") == 0 ||
           err_set(err, ERR_USAGE, "--by wants `fault` or `recut`, not `%s`", value);
}

/* The option at `*at`, which is moved to its last word. */
static bool parse_option(struct score_options *options, int argc, char **argv, int *at,
                         struct err *err)
{
    const char *value;
    if ((value = verb_option("-j", argc, argv, at)) ||
        (value = verb_option("--jobs", argc, argv, at)))
        return trial_parse_jobs(&options->trial, str_of(value), err);
    if ((value = verb_option("--timeout", argc, argv, at)))
        return trial_parse_timeout(&options->trial, str_of(value), err);
    if ((value = verb_option("--fail-under", argc, argv, at)))
        return parse_floor(options, str_of(value), err);
    if ((value = verb_option("--by", argc, argv, at)))
        return parse_by(options, value, err);
    if ((value = verb_option("--weights", argc, argv, at)))
        options->trial.weights = value;
    else if ((value = verb_option("--warroom", argc, argv, at)))
        options->program = value;
    else if (strcmp(argv[*at], "--json") == 0)
        options->json = true;
    else if (strcmp(argv[*at], "--per-case") == 0)
        options->per_case = true;
    else
        return err_set(err, ERR_USAGE, "`%s` is no option, or wants a value", argv[*at]);
    return true;
}

/* What is no option is moved to the front of argv, which ends with NULL then. */
static bool parse_arguments(struct score_options *options, int argc, char **argv, struct err *err)
{
    int paths = 0;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-')
            argv[paths++] = argv[i];
        else if (!parse_option(options, argc, argv, &i, err))
            return false;
    }
    argv[paths] = NULL;
    return paths > 0 || err_set(err, ERR_USAGE, "name at least one bundle, or a folder with some");
}

/* A floor for what is never measured would hold for ever, and nobody would notice. */
static bool check_floors(const struct score_options *options, const struct tally *all,
                         struct err *err)
{
    for (int i = 0; i < MEASURES_COUNT; i++)
        if (options->gated[i] && all->shares[i].of == 0)
            return err_set(err, ERR_USAGE, "--fail-under names `%s`, for which there is no case",
                           measures[i].name);
    return true;
}

static bool holds_floors(const struct score_options *options, const struct tally *all)
{
    bool holds = true;
    for (int i = 0; i < MEASURES_COUNT; i++) {
        if (!options->gated[i] || share_value(all->shares[i]) >= options->floors[i])
            continue;
        fprintf(stderr, "warroom gym score: %s is %.3f, below %.3f\n", measures[i].name,
                share_value(all->shares[i]), options->floors[i]);
        holds = false;
    }
    return holds;
}

static int complain(const struct err *err)
{
    return verb_complain("gym score", err);
}

static int measure(struct score_options *options, char **paths)
{
    struct trial *trial = &options->trial;
    struct err err = {0};
    if (!trial_find(trial, paths, &err) || !trial_read_truths(trial, &err) ||
        !trial_run(trial, options->program, &err))
        return complain(&err);
    const struct tallies tallies =
        tallies_of(trial->arena, trial->outcomes, trial->cases.count, options->by);
    struct buf out = buf_new(trial->arena);
    if (options->per_case && !options->json)
        outcomes_text(trial->outcomes, trial->cases.count, &out);
    if (options->json)
        tallies_json(&tallies, trial->outcomes, trial->cases.count, &out);
    else
        tallies_text(&tallies, trial->outcomes, trial->cases.count, &out);
    if (!verb_print(buf_str(&out), &err) || !check_floors(options, &tallies.all, &err))
        return complain(&err);
    return holds_floors(options, &tallies.all) ? EXIT_MEASURED : EXIT_UNDER;
}

static int run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_MEASURED;
    }
    struct score_options options = {
        .trial = {.jobs = 1, .timeout_ns = TRIAL_TIMEOUT_S_DEFAULT * NS_PER_S}};
    struct err err = {0};
    if (!parse_arguments(&options, argc, argv, &err))
        return complain(&err);
    options.trial.arena = arena_new("gym score");
    const int status = measure(&options, argv);
    arena_free(options.trial.arena);
    return status;
}

const struct verb verb_score = {
    .name = "score",
    .summary = "How well recorded incidents are explained, by fault",
    .run = run,
};
