/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert code`: causes of exceptions that people have labelled. */
#include "base/arena.h"
#include "eval/cause_words.h"
#include "eval/labelled.h"
#include "eval/match_changes.h"
#include "eval/verb.h"
#include "expert/code/cause.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

extern const struct verb eval_expert_code;

static const char help[] =
    "Measures how often the cause of an exception is told right, and which change a symptom is\n"
    "about.\n"
    "\n"
    "usage: warroom eval expert code FILE... [--misses]\n"
    "       warroom eval expert code --held-out DIR --rankers DIR FOLDER...\n"
    "\n"
    "A FILE has a line for each exception: CAUSE, a tab, the line that names it. Beside it stand\n"
    "the words of complaints and of names that the house knew before, these with the expert where\n"
    "they say nothing, and the commonest cause.\n"
    "\n"
    "A FOLDER holds changes.jsonl and queries.jsonl. Each is asked of what was learned without "
    "it:\n"
    "\n"
    "      --held-out DIR   by `warroom train expert code --held-out DIR`\n"
    "      --rankers DIR    by `warroom train changes --held-out DIR`\n"
    "      --misses         print the exceptions that were told wrong\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 measured; 2 not measured\n";

static const char *name_of(uint32_t label)
{
    return label < CAUSES_COUNT ? cause_name((enum cause)label) : NULL;
}

static uint32_t commonest(const struct labelled_set *set)
{
    uint32_t counts[CAUSES_COUNT] = {0}, best = 0;
    for (uint32_t i = 0; i < set->count; i++)
        counts[set->items[i].label]++;
    for (uint32_t i = 0; i < CAUSES_COUNT; i++)
        best = counts[i] > counts[best] ? i : best;
    return best;
}

static bool measure(const char *path, bool tells_misses, struct err *err)
{
    static const char *const guessers[] = {"expert", "words", "words, then expert", "commonest"};
    struct arena *arena = arena_new("eval");
    const struct complaint_ear ear = complaint_ear_new(arena);
    struct labelled_set set;
    const bool ok = labelled_read(arena, path, name_of, &set, err);
    const uint32_t most = ok ? commonest(&set) : 0;
    for (uint32_t i = 0; ok && i < set.count; i++) {
        struct labelled_line *line = &set.items[i];
        line->guesses[0] = cause_of(line->name).cause;
        line->guesses[1] = cause_by_words(&ear, line->name);
        line->guesses[2] =
            line->guesses[1] != CAUSE_IS_UNKNOWN ? line->guesses[1] : line->guesses[0];
        line->guesses[3] = most;
    }
    if (ok) {
        printf("%s: ", path);
        labelled_print(&set, guessers, 4, CAUSES_COUNT);
    }
    if (ok && tells_misses)
        labelled_print_misses(&set, name_of);
    arena_free(arena);
    return ok;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"held-out", required_argument, NULL, 'o'},
                                          {"rankers", required_argument, NULL, 'r'},
                                          {"misses", no_argument, NULL, 'm'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct match_options options = {0};
    struct err err = {0};
    bool tells_misses = false, ok = true;
    int option;
    while (ok && (option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        tells_misses |= option == 'm';
        if (option == 'o')
            options.held_out = optarg;
        else if (option == 'r')
            options.rankers = optarg;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else if (option == '?' || option == ':') {
            ok = verb_wrong_option(option, argv, &err);
        }
    }
    options.folders = argv + optind;
    if (ok && (optind == argc || !options.held_out != !options.rankers))
        ok = err_set(&err, ERR_USAGE,
                     "labelled exceptions, or folders with --held-out and "
                     "--rankers, are wanted");
    if (ok && options.held_out)
        ok = match_changes(&options, &err);
    for (char **file = options.folders; ok && !options.held_out && *file; file++)
        ok = measure(*file, tells_misses, &err);
    return ok ? EXIT_MEASURED : verb_complain("eval expert code", &err);
}

const struct verb eval_expert_code = {
    .name = "code",
    .summary = "what an exception is caused by, and which change a symptom is about",
    .run = run,
};
