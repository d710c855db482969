/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train expert log`: the numbers of the log expert. */
#include "base/arena.h"
#include "data/json.h"
#include "eval/verb.h"
#include "train/keep.h"
#include "train/log_learn.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define NOVELTY 1.0 /* of one line: few templates are new */
#define BACKOFF 1.0 /* the same, of a shorter context */

extern const struct verb train_expert_log;

static const char help[] =
    "Learns the numbers of the log expert, from logs whose lines say how bad they are.\n"
    "\n"
    "usage: warroom train expert log DIR... --out FILE [options]\n"
    "\n"
    "A DIR is a folder of loghub, or a set of recorded cases. What stands where in a line is "
    "learned\n"
    "from lines of a grammar, and from marked ones.\n"
    "\n"
    "      --out FILE     write them there (models/expert-log.json)\n"
    "      --entities FILE  lines that people have marked (eval/entities.tsv)\n"
    "      --seed N       of the grammar and the order of lessons (default: 1)\n"
    "      --scores FILE  what `warroom eval expert log --json` has said of numbers learned in "
    "the\n"
    "                     same way: goes into the card\n"
    "      --help         this text\n"
    "\n"
    "exit status: 0 learned; 2 not learned\n";

struct options {
    const char *out, *scores, *entities;
    int64_t seed;
    bool help;
};

static bool parse_options(int argc, char **argv, struct options *out, struct err *err)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'},    {"seed", required_argument, NULL, 's'},
        {"scores", required_argument, NULL, 'c'}, {"entities", required_argument, NULL, 'e'},
        {"help", no_argument, NULL, 'h'},         {0}};
    *out = (struct options){.seed = 1};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out->out = optarg;
        else if (option == 'c')
            out->scores = optarg;
        else if (option == 'e')
            out->entities = optarg;
        else if (option == 'h')
            out->help = true;
        else if (option != 's')
            return verb_wrong_option(option, argv, err);
        else if (!str_to_int(str_of(optarg), &out->seed) || out->seed < 1)
            return err_set(err, ERR_USAGE, "--seed wants a number from 1, not `%s`", optarg);
    }
    return out->help || (optind < argc && out->out) ||
           err_set(err, ERR_USAGE, "folders and --out are wanted");
}

static bool put_scores(struct buf *card, const char *path, struct err *err)
{
    json_error_t problem;
    json_t *json = json_load_file(path, 0, &problem);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(4)) : NULL;
    if (text)
        buf_printf(card, ",\"scores\":%s", text);
    else
        err_set(err, ERR_USAGE, "%s: %s", path, problem.text);
    free(text);
    json_decref(json);
    return text != NULL;
}

static bool write_card(struct buf *card, const struct lessons *lessons, uint32_t marks,
                       const struct options *options, struct err *err)
{
    buf_printf(card, "{\"name\":\"log\",\"version\":1,\"seed\":%lld,\"data\":{\"templates\":{",
               (long long)options->seed);
    for (uint32_t system = 0; system < lessons->systems.count; system++) {
        uint32_t count = 0;
        enum gravity gravity;
        for (uint32_t i = 0; i < lessons->count; i++)
            count += lessons->items[i].system == system &&
                     (lesson_gravity(&lessons->items[i], &gravity) ||
                      lesson_alarm(&lessons->items[i]) != ALARM_UNKNOWN);
        json_put_key(card, str_copy(card->arena, lessons->systems.keys[system]).ptr);
        buf_printf(card, "%u", count);
    }
    buf_printf(card,
               "},\"grammar\":\"train/log_words.h\",\"marked_lines\":%u},\"size\":{\"weights\":%d},"
               "\"limits\":\"English; gravity on systems that it does not know is a hint, and "
               "no level\"",
               marks, JUDGE_BUCKETS * JUDGE_COLUMNS + TAG_BUCKETS * TAGS);
    if (options->scores && !put_scores(card, options->scores, err))
        return false;
    buf_add_char(card, '}');
    return true;
}

static bool learn(struct arena *arena, const struct options *options, char **folders,
                  struct err *err)
{
    struct lessons lessons = lessons_new(arena);
    struct marked_lines marks = {0};
    struct log_numbers *numbers = arena_push(arena, struct log_numbers);
    struct buf card = buf_new(arena), file = buf_new(arena);
    if (options->entities && !marks_read(arena, options->entities, folders, &marks, err))
        return false;
    for (; *folders; folders++)
        if (!lessons_read(&lessons, *folders, err))
            return false;
    const uint64_t seed = (uint64_t)options->seed;
    learn_judge(&lessons, LEARN_FROM_ALL, seed, numbers);
    learn_scale(&lessons, seed, numbers);
    learn_tagger(tagger_lessons_new(arena, seed, &marks), STR(""), numbers);
    numbers->novelty = NOVELTY;
    numbers->backoff = BACKOFF;
    if (!write_card(&card, &lessons, marks.count, options, err))
        return false;
    log_numbers_write(numbers, buf_str(&card), &file);
    struct log_numbers *again = arena_push(arena, struct log_numbers);
    /* what we cannot read ourselves is not handed out */
    return log_numbers_parse(buf_str(&file), again, err) &&
           keep_file(options->out, buf_str(&file), err);
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
        ok = learn(arena, &options, argv + optind, &err);
    const int code = ok ? EXIT_MEASURED : verb_complain("train expert log", &err);
    arena_free(arena);
    return code;
}

const struct verb train_expert_log = {
    .name = "log",
    .summary = "gravity of templates, entities of lines",
    .run = run,
};
