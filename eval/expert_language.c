/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert language`: intents of alerts that people have labelled. */
#include "base/arena.h"
#include "eval/labelled.h"
#include "eval/verb.h"
#include "expert/language/intent.h"

#include <stdio.h>
#include <string.h>

extern const struct verb eval_expert_language;

static const char help[] =
    "Measures how often the intent of an alert is told right.\n"
    "\n"
    "usage: warroom eval expert language FILE... [--misses]\n"
    "\n"
    "A FILE has a line for each alert: INTENT, a tab, its name, a tab, its summary. Beside it "
    "stand\n"
    "the words of case/symptom.h, these with the expert where they say nothing, and the commonest\n"
    "intent.\n"
    "\n"
    "exit status: 0 measured; 2 not measured\n";

static const char *name_of(uint32_t label)
{
    return label < INTENTS_COUNT ? intent_name((enum intent)label) : NULL;
}

static uint32_t commonest(const struct labelled_set *set)
{
    uint32_t counts[INTENTS_COUNT] = {0}, best = 0;
    for (uint32_t i = 0; i < set->count; i++)
        counts[set->items[i].label]++;
    for (uint32_t i = 0; i < INTENTS_COUNT; i++)
        best = counts[i] > counts[best] ? i : best;
    return best;
}

static bool measure(const char *path, bool tells_misses, struct err *err)
{
    static const char *const guessers[] = {"expert", "words", "words, then expert", "commonest"};
    struct arena *arena = arena_new("eval");
    struct labelled_set set;
    const bool ok = labelled_read(arena, path, name_of, &set, err);
    const uint32_t most = ok ? commonest(&set) : 0;
    for (uint32_t i = 0; ok && i < set.count; i++) {
        struct labelled_line *line = &set.items[i];
        const struct str text =
            str_printf(arena, "%.*s: %.*s", STR_ARG(line->name), STR_ARG(line->rest));
        const enum symptom words =
            symptom_of_alert(&(struct alert){.name = line->name, .summary = line->rest});
        line->guesses[0] = intent_of(text).intent;
        line->guesses[1] = words;
        line->guesses[2] = words != SYMPTOM_UNKNOWN ? words : line->guesses[0];
        line->guesses[3] = most;
    }
    if (ok) {
        printf("%s: ", path);
        labelled_print(&set, guessers, 4, INTENTS_COUNT);
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
        ok = err_set(&err, ERR_USAGE, "a file of labelled alerts is wanted");
    return ok ? EXIT_MEASURED : verb_complain("eval expert language", &err);
}

const struct verb eval_expert_language = {
    .name = "language",
    .summary = "what an alert complains about",
    .run = run,
};
