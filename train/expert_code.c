/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train expert code`: the cause of an exception, from texts of thrown_texts.c. */
#include "agent/logs/complaint.h"
#include "base/arena.h"
#include "eval/cause_words.h"
#include "eval/verb.h"
#include "expert/code/cause.h"
#include "train/keep.h"
#include "train/lesson.h"

#include <getopt.h>
#include <stdio.h>

extern const struct verb train_expert_code;

#define BUCKETS 4096
#define COPIES 4

static const char help[] =
    "Learns to tell what an exception is caused by, from texts that are made of templates.\n"
    "\n"
    "usage: warroom train expert code [options]\n"
    "\n"
    "Each runtime is left out once; the table says what the rest is worth on it.\n"
    "\n"
    "      --out FILE    write the numbers there\n"
    "      --seed N      of the texts and of the order they are learned in; 1\n"
    "      --help        this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt\n";

/* As a log has it: a class and its message, alone, in a line, or at the end of a trace. */
static struct str join(struct arena *arena, struct str name, struct str sentence, uint64_t *seed)
{
    switch (seed_next(seed) % 6) {
    case 2:
        return str_printf(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(sentence));
    case 3:
        return str_printf(arena, "Caused by: %.*s: %.*s", STR_ARG(name), STR_ARG(sentence));
    case 4:
        return str_printf(arena, "ERROR request handler failed: %.*s: %.*s", STR_ARG(name),
                          STR_ARG(sentence));
    case 5:
        return str_printf(arena, "unhandled: %.*s: %.*s", STR_ARG(name), STR_ARG(sentence));
    default:
        return str_printf(arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(sentence));
    }
}

static uint32_t by_words(void *state, struct str text)
{
    return cause_by_words(state, text);
}

static struct str file_text(struct arena *arena, const struct lesson *lesson,
                            const struct learned *learned)
{
    struct buf out = buf_new(arena);
    buf_printf(&out,
               "{\n  \"card\": {\n    \"name\": \"code\", \"version\": 1, \"seed\": %llu,\n"
               "    \"data\": \"exceptions made of templates in the manner of nine runtimes\",\n"
               "    \"size\": \"%u classes, %u buckets of subwords\",\n    \"scores\": {",
               (unsigned long long)lesson->seed, lesson->classes, lesson->buckets);
    lesson_put_scores(&out, lesson, learned);
    buf_printf(&out, "},\n    \"limits\": \"English; names of classes that say nothing leave it to "
                     "the message\"\n  },\n  \"cause\": {\n");
    softmax_put(&out, &learned->head);
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

static int learn(const char *path, uint64_t seed)
{
    struct arena *arena = arena_new("lesson");
    struct complaint_ear ear = complaint_ear_new(arena);
    struct err err = {0};
    const struct lesson lesson = {.name = "cause",
                                  .rows = thrown_rows,
                                  .groups = thrown_runtimes,
                                  .group_word = "runtime",
                                  .join = join,
                                  .hash = cause_hash,
                                  .classes = CAUSES_COUNT,
                                  .buckets = BUCKETS,
                                  .copies = COPIES,
                                  .seed = seed,
                                  .baseline = by_words,
                                  .state = &ear};
    const struct learned learned = lesson_learn(arena, &lesson);
    lesson_print(&lesson, &learned);
    const bool ok = !path || keep_file(path, file_text(arena, &lesson, &learned), &err);
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("train expert code", &err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    const char *out = NULL;
    int64_t seed = 1;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 's' && str_to_int(str_of(optarg), &seed))
            continue;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("train expert code", &err);
        }
    }
    return learn(out, (uint64_t)seed);
}

const struct verb train_expert_code = {
    .name = "code",
    .summary = "what an exception is caused by",
    .run = run,
};
