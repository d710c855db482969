/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train curve`: the learning curve on faults and services that are held out. */
#include "base/arena.h"
#include "eval/verb.h"
#include "train/growth_page.h"
#include "train/keep.h"
#include "train/recording.h"

#include <getopt.h>
#include <stdio.h>

#define JOBS_MAX 64
#define SHUFFLES 12
#define SPREAD 0.3 /* in log-odds: what systems that were left out have chosen for the verdict */

extern const struct verb verb_curve;

static const char help[] =
    "Draws the learning curve: what the weights are worth on faults that they were not learned\n"
    "from, as the number of those that they were learned from grows.\n"
    "\n"
    "usage: warroom train curve DIR... --journals DIR [options]\n"
    "\n"
    "Cases are found and investigated as by `warroom train verdict`. A quarter of them is held "
    "out,\n"
    "by fault, by service, or by both, so that nothing is asked that was learned from.\n"
    "\n"
    "      --journals DIR   where the investigations are kept\n"
    "      --base DIR       cases that are always learned from and never asked; more than once\n"
    "      --out FILE       write the page there; without it only the lines are printed\n"
    "      --seed N         of the draws (default: 1); the same seed gives the same bytes\n"
    "      --shuffles N     how often to draw (default: 12)\n"
    "  -j, --jobs N         investigate N cases at once (default: 1)\n"
    "      --warroom PATH   the program that investigates (default: $WARROOM, or else `warroom`\n"
    "                       beside this program)\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 drawn; 2 not drawn\n";

struct options {
    struct recording how;
    struct eval_cases base;
    const char *out;
    uint32_t seed, shuffles;
    bool help;
};

static bool read_number(const char *name, const char *text, int64_t max, uint32_t *out,
                        struct err *err)
{
    int64_t number;
    if (!str_to_int(str_of(text), &number) || number < 1 || number > max)
        return err_set(err, ERR_USAGE, "%s wants a number from 1 to %lld, not `%s`", name,
                       (long long)max, text);
    *out = (uint32_t)number;
    return true;
}

static bool take_option(int option, struct options *out, struct err *err)
{
    switch (option) {
    case 'J':
        out->how.journals = optarg;
        return true;
    case 'b':
        return cases_find(&out->base, optarg, err);
    case 'o':
        out->out = optarg;
        return true;
    case 'w':
        out->how.program = optarg;
        return true;
    case 'h':
        out->help = true;
        return true;
    case 's':
        return read_number("--seed", optarg, UINT32_MAX, &out->seed, err);
    case 'n':
        return read_number("--shuffles", optarg, GROWTH_SHUFFLES_MAX, &out->shuffles, err);
    case 'j':
        return read_number("-j", optarg, JOBS_MAX, &out->how.jobs, err);
    default:
        return false;
    }
}

static bool parse_options(struct arena *arena, int argc, char **argv, struct options *out,
                          struct err *err)
{
    static const struct option known[] = {
        {"journals", required_argument, NULL, 'J'},
        {"base", required_argument, NULL, 'b'},
        {"out", required_argument, NULL, 'o'},
        {"seed", required_argument, NULL, 's'},
        {"shuffles", required_argument, NULL, 'n'},
        {"jobs", required_argument, NULL, 'j'},
        {"warroom", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    *out = (struct options){
        .how = {.jobs = 1}, .base = cases_new(arena), .seed = 1, .shuffles = SHUFFLES};
    int option;
    while ((option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        if (option == ':' || option == '?')
            return verb_wrong_option(option, argv, err);
        if (!take_option(option, out, err))
            return false;
    }
    if (out->help)
        return true;
    if (optind == argc)
        return err_set(err, ERR_USAGE, "name at least one folder with cases");
    return out->how.journals || err_set(err, ERR_USAGE, "--journals DIR is wanted");
}

static bool draw(struct arena *arena, const struct options *options, char **folders,
                 struct err *err)
{
    struct eval_cases cases = options->base;
    struct examples examples = examples_new(arena);
    struct growth growths[GROWTH_SPLITS_COUNT];
    uint32_t left_out;
    struct map base_sets = map_new(arena);
    for (uint32_t i = 0; i < cases.count; i++) /* before they are sorted among the others */
        map_add(&base_sets, cases.items[i].set);
    for (; *folders; folders++)
        if (!cases_find(&cases, *folders, err))
            return false;
    cases_sort(&cases);
    if (!recording_read(&options->how, &cases, &examples, &left_out, err))
        return false;
    bool *base = arena_push_many(arena, bool, examples.sets.count);
    for (uint32_t set = 0; set < examples.sets.count; set++)
        base[set] = map_find(&base_sets, examples.sets.keys[set]) != MAP_NONE;
    const struct growth_how how = {.seed = options->seed,
                                   .shuffles = options->shuffles,
                                   .spread = SPREAD,
                                   .base = base,
                                   .start = weights_prior()};
    for (int split = 0; split < GROWTH_SPLITS_COUNT; split++)
        growths[split] = grow(&examples, (enum growth_split)split, &how);
    const struct growth_page page = {.examples = &examples, .how = &how, .growths = growths};
    struct buf text = buf_new(arena), html = buf_new(arena);
    growth_write_text(&page, &text);
    growth_write_page(&page, &html);
    return (!options->out || keep_file(options->out, buf_str(&html), err)) &&
           verb_print(buf_str(&text), err);
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    struct arena *arena = arena_new("curve");
    bool ok = parse_options(arena, argc, argv, &options, &err);
    if (ok && options.help)
        fputs(help, stdout);
    else if (ok)
        ok = draw(arena, &options, argv + optind, &err);
    const int code = ok ? EXIT_MEASURED : verb_complain("train curve", &err);
    arena_free(arena);
    return code;
}

const struct verb verb_curve = {
    .name = "curve",
    .summary = "how much better it becomes on faults that it has not seen, fault by fault",
    .run = run,
};
