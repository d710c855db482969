/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train expert code`: the cause of an exception, from texts of thrown_texts.c. */
#include "agent/logs/complaint.h"
#include "base/arena.h"
#include "eval/cause_words.h"
#include "eval/verb.h"
#include "expert/code/cause.h"
#include "train/keep.h"
#include "train/lesson.h"
#include "train/match_lesson.h"

#include <getopt.h>
#include <stdio.h>

extern const struct verb train_expert_code;

#define BUCKETS 4096
#define COPIES 4

static const char help[] =
    "Learns to tell what an exception is caused by, from texts that are made of templates, and "
    "which\n"
    "change a symptom is about, from changes whose culprit is known.\n"
    "\n"
    "usage: warroom train expert code [DIR...] [options]\n"
    "\n"
    "Every DIR holds changes.jsonl and queries.jsonl, as for `warroom eval changes`. Each runtime "
    "is\n"
    "left out once; the table says what the rest is worth on it.\n"
    "\n"
    "      --out FILE       write the numbers there; it wants DIRs\n"
    "      --held-out DIR   write what is learned without each repository there, as\n"
    "                       REPOSITORY.json, for `warroom eval expert code --held-out DIR`\n"
    "      --answers FILE  write what was said of each text by what was learned without its\n"
    "                      group (eval/answers.h), for `warroom train router`\n"
    "      --seed N         of the texts and of the order they are learned in; 1\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt\n";

struct options {
    const char *out, *held_out, *answers;
    char **folders;
    uint64_t seed;
};

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

static void put_match(struct buf *out, const struct match_numbers *match)
{
    for (int i = 0; i < MATCH_SIGNS; i++)
        buf_printf(out, "%s%.4f", i > 0 ? ", " : "[", match->weights[i]);
    buf_printf(out, "]");
}

static struct str file_text(struct arena *arena, const struct lesson *lesson,
                            const struct learned *learned, const struct match_lesson *changes,
                            const struct match_numbers *match)
{
    struct buf out = buf_new(arena);
    buf_printf(&out,
               "{\n  \"card\": {\n    \"name\": \"code\", \"version\": 1, \"seed\": %llu,\n"
               "    \"data\": \"exceptions made of templates in the manner of nine runtimes; %u "
               "symptoms of %u repositories whose culprits are known\",\n"
               "    \"size\": \"%u causes, %u buckets of subwords; %d signs of a change\",\n    "
               "\"scores\": {",
               (unsigned long long)lesson->seed, changes->count, changes->repositories,
               lesson->classes, lesson->buckets, MATCH_SIGNS);
    lesson_put_scores(&out, lesson, learned);
    buf_printf(&out,
               "},\n    \"limits\": \"English; names of classes that say nothing leave it to the "
               "message; a change is judged by its words and paths, not by what it does\"\n  },\n"
               "  \"cause\": {\n");
    softmax_put(&out, &learned->head);
    buf_printf(&out, "  },\n  \"match\": ");
    put_match(&out, match);
    buf_printf(&out, "\n}\n");
    return buf_str(&out);
}

static struct learned learn_causes(struct arena *arena, struct lesson *lesson)
{
    const struct learned learned = lesson_learn(arena, lesson);
    lesson_print(lesson, &learned);
    return learned;
}

static bool write_held_out(struct match_lesson *changes, const struct options *options,
                           struct err *err)
{
    if (!keep_folder(options->held_out, err))
        return false;
    for (uint32_t i = 0; i < changes->repositories; i++) {
        struct arena *arena = changes->arena;
        struct buf out = buf_new(arena);
        const struct match_numbers match = match_lesson_learn(changes, i);
        const struct str path =
            str_printf(arena, "%s/%.*s.json", options->held_out, STR_ARG(changes->names[i]));
        put_match(&out, &match);
        if (!keep_file(path.ptr, buf_str(&out), err))
            return false;
    }
    return true;
}

static bool learn_all(struct arena *arena, const struct options *options, struct err *err)
{
    struct complaint_ear ear = complaint_ear_new(arena);
    struct buf answers = buf_new(arena);
    struct lesson lesson = {.name = "cause",
                            .rows = thrown_rows,
                            .groups = thrown_runtimes,
                            .group_word = "runtime",
                            .join = join,
                            .hash = cause_hash,
                            .classes = CAUSES_COUNT,
                            .buckets = BUCKETS,
                            .copies = COPIES,
                            .seed = options->seed,
                            .baseline = by_words,
                            .state = &ear,
                            .expert = "code",
                            .task = "name_exception",
                            .answers = options->answers ? &answers : NULL};
    const struct learned learned = learn_causes(arena, &lesson);
    if (options->answers && !keep_file(options->answers, buf_str(&answers), err))
        return false;
    struct match_lesson changes = match_lesson_new(arena);
    for (char **folder = options->folders; *folder; folder++)
        if (!repository_fits(changes.repositories, err) ||
            !match_lesson_read(&changes, *folder, err))
            return false;
    if (options->held_out && !write_held_out(&changes, options, err))
        return false;
    if (!options->out)
        return true;
    const struct match_numbers match = match_lesson_learn(&changes, GROUP_NONE);
    return keep_file(options->out, file_text(arena, &lesson, &learned, &changes, &match), err);
}

static int learn(const struct options *options)
{
    struct arena *arena = arena_new("lesson");
    struct err err = {0};
    const bool ok = learn_all(arena, options, &err);
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("train expert code", &err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'},     {"held-out", required_argument, NULL, 'H'},
        {"answers", required_argument, NULL, 'a'}, {"seed", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},          {0}};
    struct options options = {.seed = 1};
    struct err err = {0};
    int64_t seed;
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            options.out = optarg;
        else if (option == 'a')
            options.answers = optarg;
        else if (option == 'H')
            options.held_out = optarg;
        else if (option == 's' && str_to_int(str_of(optarg), &seed))
            options.seed = (uint64_t)seed;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("train expert code", &err);
        }
    }
    options.folders = argv + optind;
    if (optind == argc && (options.out || options.held_out)) {
        err_set(&err, ERR_USAGE, "folders with changes.jsonl and queries.jsonl are wanted");
        return verb_complain("train expert code", &err);
    }
    return learn(&options);
}

const struct verb train_expert_code = {
    .name = "code",
    .summary = "what an exception is caused by, and which change a symptom is about",
    .run = run,
};
