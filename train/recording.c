/* SPDX-License-Identifier: Apache-2.0 */
#include "train/recording.h"

#include "base/arena.h"
#include "engine/investigate.h"
#include "eval/child.h"
#include "eval/program.h"
#include "train/keep.h"

#include <stdio.h>
#include <unistd.h>

#define OUTPUT_BYTES_MAX ((size_t)64 << 20)
#define TIMEOUT_S 600
#define TOLD_MAX 5 /* what is wrong with one journal is mostly wrong with all */

struct work {
    struct arena *arena;
    const struct recording *how;
    const struct eval_cases *cases;
    struct str program;
    bool progress;     /* on standard error, where a person looks at it */
    uint32_t *missing; /* the cases that have no journal yet */
    uint32_t missing_count;
    uint32_t done_count;
    const char *argv[8];
};

static struct str journal_path(struct arena *arena, const struct recording *how,
                               const struct eval_case *item)
{
    return str_printf(arena, "%s/%.*s.%.*s.journal", how->journals, STR_ARG(item->set),
                      STR_ARG(item->id));
}

/* Of one that is being investigated: what has the name is whole, and is not made again. */
static const char *part_path(const struct work *work, const struct eval_case *item)
{
    return str_printf(work->arena, "%s.part", journal_path(work->arena, work->how, item).ptr).ptr;
}

static const char *const *case_argv(void *state, uint32_t index)
{
    struct work *work = state;
    const struct eval_case *item = &work->cases->items[work->missing[index]];
    uint32_t count = 0;
    work->argv[count++] = work->program.ptr;
    work->argv[count++] = "investigate";
    work->argv[count++] = "--no-progress";
    work->argv[count++] = "--json";
    work->argv[count++] = "--journal";
    work->argv[count++] = part_path(work, item);
    work->argv[count++] = item->path.ptr;
    work->argv[count] = NULL;
    return work->argv;
}

static void case_done(void *state, uint32_t index, const struct child_result *result)
{
    struct work *work = state;
    const struct eval_case *item = &work->cases->items[work->missing[index]];
    const struct str fault = child_fault(work->arena, result);
    const char *part = part_path(work, item);
    work->done_count++;
    if (work->progress)
        fprintf(stderr, "\r\033[K%u of %u: %.*s/%.*s", work->done_count, work->missing_count,
                STR_ARG(item->set), STR_ARG(item->id));
    /* the exit status 1 is a verdict that is withheld, and an investigation like any other */
    if ((fault.len > 0 && !(result->end == CHILD_EXITED && result->code == 1)) ||
        rename(part, journal_path(work->arena, work->how, item).ptr) != 0)
        unlink(part);
}

static bool investigate_missing(struct work *work, struct err *err)
{
    work->missing = arena_push_many(work->arena, uint32_t, work->cases->count);
    for (uint32_t i = 0; i < work->cases->count; i++)
        if (access(journal_path(work->arena, work->how, &work->cases->items[i]).ptr, R_OK) != 0)
            work->missing[work->missing_count++] = i;
    const struct children children = {.count = work->missing_count,
                                      .at_once = work->how->jobs,
                                      .timeout_ns = TIMEOUT_S * NS_PER_S,
                                      .output_bytes_max = OUTPUT_BYTES_MAX,
                                      .argv = case_argv,
                                      .done = case_done,
                                      .state = work};
    const bool ok = children_run(&children, err);
    if (work->progress)
        fputs("\r\033[K", stderr);
    return ok;
}

/*
 * What was answered must be what is asked now. What was concluded need not: the verdict may well
 * come out otherwise, it is what is being learned.
 */
static bool is_about_the_verdict(const struct reader *reader, const struct divergence *it)
{
    return it->line > 0 && it->line <= reader->lines_count &&
           (reader->lines[it->line - 1].type == LINE_VERDICT ||
            reader->lines[it->line - 1].type == LINE_CLOSE);
}

/* The case as it was at its end; it lives as long as the arena. */
static bool replay_case(struct arena *arena, struct str path, const struct casefile **out,
                        struct err *err)
{
    FILE *file = fopen(path.ptr, "re");
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "it was not investigated to its end");
    struct reader *reader;
    struct replay *replay;
    struct report report;
    const bool ok = reader_open(arena, file, path, &reader, err) &&
                    replay_new(arena, reader, &replay, err) &&
                    investigate_again(arena, replay, &report, err);
    fclose(file);
    if (!ok)
        return false;
    *out = report.casefile;
    const struct divergence *divergence = replay_divergences(replay);
    return !divergence || is_about_the_verdict(reader, divergence) ||
           err_set(err, ERR_CORRUPT, "its journal was written by another program; remove it: %.*s",
                   STR_ARG(divergence->text));
}

/* What could not be read or asked when it was investigated; empty: there is nothing. */
static struct str what_it_lacks(const struct casefile *casefile)
{
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        if (it->state == SOURCE_BROKEN)
            return it->name;
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        if (it->state == STEP_FAILED)
            return it->name;
    return STR("");
}

/* A file may be broken for good, or could not be read that one time: a person knows which. */
static void tell_what_it_lacks(const struct eval_case *item, struct str lacks, uint32_t *told)
{
    if (lacks.len > 0 && ++*told <= TOLD_MAX)
        fprintf(stderr,
                "warroom train: %.*s/%.*s is learned from without %.*s; if that is whole now, "
                "remove its journal\n",
                STR_ARG(item->set), STR_ARG(item->id), STR_ARG(lacks));
}

bool recording_each(struct arena *arena, const struct recording *how,
                    const struct eval_cases *cases, recording_heard heard, void *state,
                    uint32_t *left_out, struct err *err)
{
    struct work work = {
        .arena = arena, .how = how, .cases = cases, .progress = isatty(STDERR_FILENO) == 1};
    uint32_t in_part = 0;
    *left_out = 0;
    if (!keep_folder(how->journals, err) ||
        !program_find(arena, how->program, &work.program, err) || !investigate_missing(&work, err))
        return false;
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct eval_case *item = &cases->items[i];
        const struct casefile *casefile = NULL;
        const struct truth *truth;
        struct err why = {0};
        if (!truth_read(arena, item->path, &truth, err))
            return false;
        if (replay_case(arena, journal_path(arena, how, item), &casefile, &why)) {
            tell_what_it_lacks(item, what_it_lacks(casefile), &in_part);
            heard(state, item, casefile, truth);
            continue;
        }
        if (++*left_out > TOLD_MAX)
            continue;
        fprintf(stderr, "warroom train: %.*s/%.*s is left out: %s\n", STR_ARG(item->set),
                STR_ARG(item->id), why.text);
    }
    return *left_out < cases->count ||
           err_set(
               err, ERR_NOT_FOUND,
               "no case to learn from: a case is a folder that holds alert.json and truth.json");
}

static void add_example(void *state, const struct eval_case *item, const struct casefile *casefile,
                        const struct truth *truth)
{
    examples_add(state, item->set, item->id, casefile, truth);
}

bool recording_read(const struct recording *how, const struct eval_cases *cases,
                    struct examples *out, uint32_t *left_out, struct err *err)
{
    return recording_each(out->arena, how, cases, add_example, out, left_out, err);
}
