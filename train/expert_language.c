/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train expert language`: the intent of an alert, from texts of alert_texts.c. */
#include "base/arena.h"
#include "eval/verb.h"
#include "expert/language/intent.h"
#include "train/keep.h"
#include "train/lesson.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

extern const struct verb train_expert_language;

#define BUCKETS 4096
#define COPIES 4

static const char help[] =
    "Learns to tell what an alert complains about, from texts that are made of templates.\n"
    "\n"
    "usage: warroom train expert language [options]\n"
    "\n"
    "Each system of alerting is left out once; the table says what the rest is worth on it.\n"
    "\n"
    "      --out FILE    write the numbers there\n"
    "      --answers FILE  write what was said of each text by what was learned without its\n"
    "                      group (eval/answers.h), for `warroom train router`\n"
    "      --seed N      of the texts and of the order they are learned in; 1\n"
    "      --help        this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt\n";

/* A name, and what follows it in a notification. */
static struct str join(struct arena *arena, struct str name, struct str sentence, uint64_t *seed)
{
    static const char *const between[] = {": ", " - ", "\n", " "};
    return str_printf(arena, "%.*s%s%.*s", STR_ARG(name), between[seed_next(seed) % 4],
                      STR_ARG(sentence));
}

static uint32_t by_words(void *state, struct str text)
{
    (void)state;
    return symptom_of_alert(&(struct alert){.name = text});
}

static struct str file_text(struct arena *arena, const struct lesson *lesson,
                            const struct learned *learned)
{
    struct buf out = buf_new(arena);
    buf_printf(&out,
               "{\n  \"card\": {\n    \"name\": \"language\", \"version\": 1, \"seed\": %llu,\n"
               "    \"data\": \"alert texts made of templates in the manner of ten systems\",\n"
               "    \"size\": \"%u classes, %u buckets of subwords\",\n    \"scores\": {",
               (unsigned long long)lesson->seed, lesson->classes, lesson->buckets);
    lesson_put_scores(&out, lesson, learned);
    buf_printf(&out, "},\n    \"limits\": \"English; a text that speaks of two things gets one "
                     "intent\"\n  },\n  \"intent\": {\n");
    softmax_put(&out, &learned->head);
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

static int learn(const char *path, const char *answers_path, uint64_t seed)
{
    struct arena *arena = arena_new("lesson");
    struct err err = {0};
    struct buf answers = buf_new(arena);
    const struct lesson lesson = {.name = "intent",
                                  .rows = alert_rows,
                                  .groups = alert_systems,
                                  .group_word = "system of alerting",
                                  .join = join,
                                  .hash = intent_hash,
                                  .classes = INTENTS_COUNT,
                                  .buckets = BUCKETS,
                                  .copies = COPIES,
                                  .seed = seed,
                                  .baseline = by_words,
                                  .expert = "language",
                                  .task = "name_intent",
                                  .answers = answers_path ? &answers : NULL};
    const struct learned learned = lesson_learn(arena, &lesson);
    lesson_print(&lesson, &learned);
    const bool ok = (!path || keep_file(path, file_text(arena, &lesson, &learned), &err)) &&
                    (!answers_path || keep_file(answers_path, buf_str(&answers), &err));
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("train expert language", &err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'},
                                          {"answers", required_argument, NULL, 'a'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    const char *out = NULL, *answers = NULL;
    int64_t seed = 1;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 'a')
            answers = optarg;
        else if (option == 's' && str_to_int(str_of(optarg), &seed))
            continue;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("train expert language", &err);
        }
    }
    return learn(out, answers, (uint64_t)seed);
}

const struct verb train_expert_language = {
    .name = "language",
    .summary = "what an alert complains about",
    .run = run,
};
