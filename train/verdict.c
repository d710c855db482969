/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom train verdict`: learns the weights of the verdict from incidents whose cause is known.
 *
 * The truths are read here, and here only: what is learned are the numbers of models/verdict.json.
 */
#include "base/arena.h"
#include "eval/verb.h"
#include "runbook/load.h"
#include "train/keep.h"
#include "train/people.h"
#include "train/recording.h"
#include "train/told.h"
#include "train/validate.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 64

extern const struct verb verb_verdict;

static const char help[] =
    "Learns the weights of the verdict from incidents whose cause is known.\n"
    "\n"
    "usage: warroom train verdict [DIR... --journals DIR] [--ledger FILE] [options]\n"
    "\n"
    "Every folder at or below DIR that holds alert.json and truth.json is a case, and the folder\n"
    "that it lies in is its set, as for `warroom eval rca`. Each case is investigated once. Each\n"
    "set is left out once, to see what the weights are worth on a system they do not know; what\n"
    "does not beat the weights one starts from there is not learned.\n"
    "\n"
    "      --journals DIR   where the investigations are kept; those that are there are not made\n"
    "                       again, so remove them when the program has changed\n"
    "      --ledger FILE    learn from what people said with `warroom feedback` too, as from one\n"
    "                       set; without a DIR from that alone: starting from the weights that\n"
    "                       are shipped, each service a set, from twenty cases on\n"
    "      --out FILE       write the weights there; without it only the table is printed\n"
    "      --held-out DIR   write the weights learned without each set there, as SET.json, for\n"
    "                       `warroom eval rca --held-out DIR`\n"
    "      --start FILE     start from these, not from models/prior.json (--ledger alone: the "
    "shipped\n"
    "                       ones)\n"
    "      --date DAY       the day that the weights are dated; there is no clock in them\n"
    "      --per-case       print a line for each case too, tab-separated\n"
    "  -j, --jobs N         investigate N cases at once (default: 1)\n"
    "      --warroom PATH   the program that investigates (default: $WARROOM, or else `warroom`\n"
    "                       beside this program)\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 learned; 2 not learned: wrong usage, no case found, a truth that cannot be\n"
    "read\n";

struct options {
    const char *program, *journals, *ledger, *out, *held_out, *start, *date;
    uint32_t jobs;
    bool per_case;
    bool help;
};

static bool parse_options(int argc, char **argv, struct options *out, struct err *err)
{
    static const struct option known[] = {
        {"journals", required_argument, NULL, 'J'},
        {"out", required_argument, NULL, 'o'},
        {"held-out", required_argument, NULL, 'H'},
        {"start", required_argument, NULL, 's'},
        {"date", required_argument, NULL, 'd'},
        {"jobs", required_argument, NULL, 'j'},
        {"warroom", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},
        {"per-case", no_argument, NULL, 'p'},
        {"ledger", required_argument, NULL, 'L'},
        {0},
    };
    *out = (struct options){.jobs = 1, .date = ""};
    int option;
    int64_t jobs;
    while ((option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        switch (option) {
        case 'J':
            out->journals = optarg;
            break;
        case 'L':
            out->ledger = optarg;
            break;
        case 'o':
            out->out = optarg;
            break;
        case 'H':
            out->held_out = optarg;
            break;
        case 's':
            out->start = optarg;
            break;
        case 'd':
            out->date = optarg;
            break;
        case 'w':
            out->program = optarg;
            break;
        case 'p':
            out->per_case = true;
            break;
        case 'h':
            out->help = true;
            return true;
        case 'j':
            if (!str_to_int(str_of(optarg), &jobs) || jobs < 1 || jobs > JOBS_MAX)
                return err_set(err, ERR_USAGE, "-j wants a number from 1 to %d, not `%s`", JOBS_MAX,
                               optarg);
            out->jobs = (uint32_t)jobs;
            break;
        default:
            return verb_wrong_option(option, argv, err);
        }
    }
    if (optind == argc && !out->ledger)
        return err_set(err, ERR_USAGE, "name at least one folder with cases, or --ledger");
    if (optind == argc && out->held_out)
        return err_set(err, ERR_USAGE, "--held-out goes with DIR: services are no names of files");
    return out->journals || optind == argc || err_set(err, ERR_USAGE, "--journals DIR is wanted");
}

static bool read_start(struct arena *arena, const char *path, const struct weights *usual,
                       struct weights *out, struct err *err)
{
    if (!path) {
        *out = *usual;
        return true;
    }
    struct str text;
    return load_file(arena, path, &text, err) &&
           (weights_parse(arena, text, out, err) || err_context(err, "%s", path));
}

static void tell_progress(const char *what)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s", what);
}

static bool write_weights(struct arena *arena, const struct weights *weights, struct str provenance,
                          const char *path, struct err *err)
{
    struct buf text = buf_new(arena);
    struct weights again;
    weights_write(weights, provenance, &text);
    /* what we cannot read ourselves is not handed out */
    return weights_parse(arena, buf_str(&text), &again, err) &&
           keep_file(path, buf_str(&text), err);
}

static bool write_all(struct arena *arena, const struct options *options, const struct told *told,
                      struct err *err)
{
    const struct validation *validation = told->validation;
    if (options->out && !write_weights(arena, &validation->trained,
                                       told_provenance(arena, told, SET_NONE), options->out, err))
        return false;
    for (uint32_t set = 0; options->held_out && set < told->examples->sets.count; set++) {
        const struct str path = str_printf(arena, "%s/%.*s.json", options->held_out,
                                           STR_ARG(told->examples->sets.keys[set]));
        if (!write_weights(arena, &validation->sets[set].held_out,
                           told_provenance(arena, told, set), path.ptr, err))
            return false;
    }
    return true;
}

static bool read_people(struct arena *arena, const struct options *options, bool alone,
                        struct examples *out, struct err *err)
{
    struct people people;
    if (!people_read(arena, options->ledger, alone, out, &people, err))
        return false;
    printf(
        "feedback: %u given, %u of them corrected later, %u learned from, %u that teach nothing\n",
        people.given, people.corrected, people.taken, people.mute);
    return !alone || people.taken >= PEOPLE_MIN ||
           err_set(err, ERR_NOT_FOUND, "%u cases are too few to move the weights by, %d are wanted",
                   people.taken, PEOPLE_MIN);
}

/* One system moves the weights only where that is worth more, held out, than chance may be. */
static struct validation validate_people(struct examples *examples, const struct weights *start)
{
    const struct validation learned = validate(examples, start, PEOPLE_SPREAD_MAX, tell_progress);
    if (learned.spread <= 0 || learned.gain > learned.gain_error)
        return learned;
    tell_progress("");
    printf("with spread %g, what was said is worth %+.3f nats a case, give or take %.3f, on "
           "services held out:\ntoo little to move the weights; only the confidence is learned\n",
           learned.spread, learned.gain, learned.gain_error);
    return validate(examples, start, 0, tell_progress);
}

static bool train(struct arena *arena, const struct options *options, char **folders,
                  struct err *err)
{
    struct eval_cases cases = cases_new(arena);
    struct examples examples = examples_new(arena);
    struct weights start;
    const bool alone = !*folders; /* the people, without any recorded incident */
    for (; *folders; folders++)
        if (!cases_find(&cases, *folders, err))
            return false;
    cases_sort(&cases);
    const struct recording how = {
        .program = options->program, .journals = options->journals, .jobs = options->jobs};
    uint32_t left_out = 0;
    if (!keep_folder(options->held_out, err) ||
        !read_start(arena, options->start, alone ? weights_shipped() : weights_prior(), &start,
                    err) ||
        (!alone && !recording_read(&how, &cases, &examples, &left_out, err)) ||
        (options->ledger && !read_people(arena, options, alone, &examples, err)))
        return false;
    const struct validation validation =
        alone ? validate_people(&examples, &start)
              : validate(&examples, &start, SPREAD_ANY, tell_progress);
    tell_progress("");
    const struct told told = {.examples = &examples,
                              .validation = &validation,
                              .start = &start,
                              .left_out = left_out,
                              .date = str_of(options->date)};
    struct buf table = buf_new(arena);
    if (options->per_case)
        told_cases(&told, &table);
    told_table(&told, &table);
    fputs(buf_str(&table).ptr, stdout);
    return write_all(arena, options, &told, err);
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    struct arena *arena = arena_new("train");
    bool ok = parse_options(argc, argv, &options, &err);
    if (ok && options.help)
        fputs(help, stdout);
    else if (ok)
        ok = train(arena, &options, argv + optind, &err);
    if (!ok)
        fprintf(stderr, "warroom train verdict: %s\n%s", err.text,
                err.kind == ERR_USAGE ? "see `warroom train verdict --help`\n" : "");
    arena_free(arena);
    return ok ? EXIT_MEASURED : EXIT_NOT_MEASURED;
}

const struct verb verb_verdict = {
    .name = "verdict",
    .summary = "the weights of the evidence, and how sure they make one",
    .run = run,
};
