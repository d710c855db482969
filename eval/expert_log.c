/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert log`: what the log expert is worth on systems that it has not seen. */
#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "eval/log_entities.h"
#include "eval/log_gravity.h"
#include "eval/log_rows.h"
#include "eval/log_sequence.h"
#include "eval/verb.h"
#include "train/keep.h"
#include "train/log_learn.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define SEED 1

extern const struct verb eval_expert_log;

static const char help[] =
    "Measures the log expert beside the simplest rules.\n"
    "\n"
    "usage: warroom eval expert log DIR... [options]\n"
    "\n"
    "A DIR is a folder of loghub, or a set of recorded cases. Gravity and anomaly: each system is\n"
    "judged by numbers that were learned from all the others. Entities: on lines that people have\n"
    "marked, each system by numbers that were learned from a grammar and the lines of the others.\n"
    "\n"
    "      --entities FILE   the marks (eval/entities.tsv); needs their folders as DIRs\n"
    "      --numbers FILE    entities and sequences by these numbers, not the shipped ones\n"
    "      --seed N          of what is learned on the way (default: 1)\n"
    "      --json            print the figures as JSON, for the card\n"
    "      --per-item        with --json: each template and each line as well\n"
    "      --answers FILE    write what was said of each template of a left-out system\n"
    "                        (eval/answers.h), for `warroom train router`\n"
    "      --per-line        print each entity that is wrong or missed in systems whose\n"
    "                        mistakes may be looked at\n"
    "      --fail-under NAME=SHARE   exit with 1 if `entities` (micro F1 of the kept half) or "
    "`gravity` (macro F1)\n"
    "                        is below, 0 to 1\n"
    "      --help            this text\n"
    "\n"
    "exit status: 0 measured; 1 below --fail-under; 2 not measured\n";

struct options {
    const char *entities, *numbers, *answers;
    int64_t seed;
    double floor_entities, floor_gravity;
    bool json, per_line, per_item, help;
};

static bool take_floor(struct options *out, struct str text, struct err *err)
{
    const size_t mark = str_find(text, STR("="));
    const struct str name = str_slice(text, 0, mark);
    double share;
    double *floor = str_eq(name, STR("entities"))  ? &out->floor_entities
                    : str_eq(name, STR("gravity")) ? &out->floor_gravity
                                                   : NULL;
    if (!floor || mark == STR_NPOS || !str_to_real(str_slice(text, mark + 1, text.len), &share) ||
        share < 0 || share > 1)
        return err_set(err, ERR_USAGE,
                       "--fail-under wants `entities` or `gravity`, `=` and a share, not `%.*s`",
                       STR_ARG(text));
    *floor = share;
    return true;
}

static bool parse_options(int argc, char **argv, struct options *out, struct err *err)
{
    static const struct option known[] = {{"entities", required_argument, NULL, 'e'},
                                          {"numbers", required_argument, NULL, 'n'},
                                          {"answers", required_argument, NULL, 'a'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"fail-under", required_argument, NULL, 'f'},
                                          {"json", no_argument, NULL, 'J'},
                                          {"per-line", no_argument, NULL, 'p'},
                                          {"per-item", no_argument, NULL, 'i'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    *out = (struct options){.seed = SEED};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        switch (option) {
        case 'e':
            out->entities = optarg;
            break;
        case 'n':
            out->numbers = optarg;
            break;
        case 'a':
            out->answers = optarg;
            break;
        case 'J':
            out->json = true;
            break;
        case 'p':
            out->per_line = true;
            break;
        case 'i':
            out->per_item = true;
            break;
        case 'h':
            out->help = true;
            return true;
        case 'f':
            if (!take_floor(out, str_of(optarg), err))
                return false;
            break;
        case 's':
            if (!str_to_int(str_of(optarg), &out->seed) || out->seed < 1)
                return err_set(err, ERR_USAGE, "--seed wants a number from 1, not `%s`", optarg);
            break;
        default:
            return verb_wrong_option(option, argv, err);
        }
    }
    return optind < argc || err_set(err, ERR_USAGE, "name at least one folder");
}

static bool numbers_for(struct arena *arena, const char *path, const struct log_numbers **out,
                        struct err *err)
{
    *out = log_numbers_shipped();
    if (!path)
        return true;
    struct str text;
    struct log_numbers *numbers = arena_push(arena, struct log_numbers);
    *out = numbers;
    return file_read(arena, path, LOG_FILE_BYTES_MAX, &text, err) &&
           (log_numbers_parse(text, numbers, err) || err_context(err, "%s", path));
}

static bool measure(struct arena *arena, const struct options *options, char **folders, bool *under,
                    struct err *err)
{
    struct lessons lessons = lessons_new(arena);
    struct buf text = buf_new(arena), json = buf_new(arena), answers = buf_new(arena);
    const struct log_numbers *numbers = NULL;
    double gravity = 1, entities = 1;
    for (char **folder = folders; *folder; folder++)
        if (!lessons_read(&lessons, *folder, err))
            return false;
    buf_add_char(&json, '{');
    gravity = gravity_measure(&lessons, (uint64_t)options->seed, options->per_item, &text, &json,
                              options->answers ? &answers : NULL);
    if (options->answers && !keep_file(options->answers, buf_str(&answers), err))
        return false;
    if (!numbers_for(arena, options->numbers, &numbers, err) ||
        !sequence_measure(arena, folders, numbers, &text, &json, err))
        return false;
    if (options->entities &&
        !entities_measure(arena, options->entities, folders, options->numbers ? numbers : NULL,
                          (uint64_t)options->seed, options->per_line, options->per_item, &text,
                          &json, &entities, err))
        return false;
    buf_printf(&json, "}\n");
    *under = gravity < options->floor_gravity || entities < options->floor_entities;
    return verb_print(buf_str(options->json ? &json : &text), err);
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    struct arena *arena = arena_new("eval");
    bool under = false;
    bool ok = parse_options(argc, argv, &options, &err);
    if (ok && options.help)
        fputs(help, stdout);
    else if (ok)
        ok = measure(arena, &options, argv + optind, &under, &err);
    const int code =
        ok ? (under ? EXIT_UNDER : EXIT_MEASURED) : verb_complain("eval expert log", &err);
    arena_free(arena);
    return code;
}

const struct verb eval_expert_log = {
    .name = "log",
    .summary = "gravity of templates, entities of lines",
    .run = run,
};
