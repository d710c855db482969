/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert code`: causes of exceptions that people have labelled. */
#include "base/arena.h"
#include "eval/cause_words.h"
#include "eval/labelled.h"
#include "eval/verb.h"
#include "expert/code/cause.h"

#include <stdio.h>
#include <string.h>

extern const struct verb eval_expert_code;

static const char help[] =
    "Measures how often the cause of an exception is told right.\n"
    "\n"
    "usage: warroom eval expert code FILE... [--misses]\n"
    "\n"
    "A FILE has a line for each exception: CAUSE, a tab, the line that names it. Beside it stand\n"
    "the words of complaints and of names that the house knew before, these with the expert where\n"
    "they say nothing, and the commonest cause.\n"
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
    struct err err = {0};
    bool tells_misses = false, ok = true;
    int files = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        tells_misses |= strcmp(argv[i], "--misses") == 0;
    }
    for (int i = 1; ok && i < argc; i++)
        if (argv[i][0] != '-') {
            ok = measure(argv[i], tells_misses, &err);
            files++;
        } else if (strcmp(argv[i], "--misses") != 0) {
            ok = err_set(&err, ERR_USAGE, "`%s` is no option", argv[i]);
        }
    if (ok && files == 0)
        ok = err_set(&err, ERR_USAGE, "a file of labelled exceptions is wanted");
    return ok ? EXIT_MEASURED : verb_complain("eval expert code", &err);
}

const struct verb eval_expert_code = {
    .name = "code",
    .summary = "what an exception is caused by",
    .run = run,
};
