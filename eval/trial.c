/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/trial.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/child.h"
#include "eval/program.h"

#include <stdio.h>
#include <unistd.h>

#define OUTPUT_BYTES_MAX ((size_t)16 << 20)
#define JOBS_MAX 1024

static bool parse_number(const char *option, struct str text, int64_t max, int64_t *out,
                         struct err *err)
{
    if (!str_to_int(text, out) || *out < 1 || *out > max)
        return err_set(err, ERR_USAGE, "%s wants a number from 1 to %lld, not `%.*s`", option,
                       (long long)max, STR_ARG(text));
    return true;
}

bool trial_parse_jobs(struct trial *trial, struct str text, struct err *err)
{
    const int64_t cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t number;
    if (!parse_number("-j", text, JOBS_MAX, &number, err))
        return false;
    trial->jobs = (uint32_t)(number < cores ? number : cores);
    return true;
}

bool trial_parse_timeout(struct trial *trial, struct str text, struct err *err)
{
    int64_t number;
    if (!parse_number("--timeout", text, TRIAL_TIMEOUT_S_MAX, &number, err))
        return false;
    trial->timeout_ns = number * NS_PER_S;
    return true;
}

bool trial_leave_out(struct trial *trial, const char *expert, struct err *err)
{
    uint32_t count = 0;
    while (trial->experts_out[count])
        count++;
    if (count == TRIAL_EXPERTS_MAX)
        return err_set(err, ERR_USAGE, "--without-expert may be given %d times", TRIAL_EXPERTS_MAX);
    trial->experts_out[count] = expert;
    return true;
}

static const char find_help[] =
    "no case found: a case is a folder that holds alert.json and truth.json, or such a folder as "
    ".tar.zst; name it, or a folder that has some in it";

bool trial_find(struct trial *trial, char **folders, struct err *err)
{
    trial->cases = cases_new(trial->arena);
    for (; *folders; folders++)
        if (!cases_find(&trial->cases, *folders, err))
            return false;
    cases_sort(&trial->cases);
    return trial->cases.count > 0 || err_set(err, ERR_NOT_FOUND, "%s", find_help);
}

bool trial_read_truths(struct trial *trial, struct err *err)
{
    trial->outcomes = arena_push_many(trial->arena, struct outcome, trial->cases.count);
    for (uint32_t i = 0; i < trial->cases.count; i++) {
        const struct eval_case *item = &trial->cases.items[i];
        struct outcome *outcome = &trial->outcomes[i];
        outcome->set = item->set;
        outcome->id = item->id;
        struct str text;
        if (!cases_read_file(trial->arena, item->path, "truth.json", &text, err) ||
            !truth_parse(trial->arena, text, &outcome->truth, err))
            return err_context(err, "%.*s", STR_ARG(item->path));
    }
    return true;
}

/* NULL: those that the program was shipped with. */
static const char *weights_for(struct trial *trial, const struct eval_case *item)
{
    if (!trial->held_out)
        return trial->weights;
    return str_printf(trial->arena, "%s/%.*s.json", trial->held_out, STR_ARG(item->set)).ptr;
}

static const char *const *case_argv(void *state, uint32_t index)
{
    struct trial *trial = state;
    uint32_t count = 0;
    trial->argv[count++] = trial->program.ptr;
    trial->argv[count++] = "investigate";
    trial->argv[count++] = "--format";
    trial->argv[count++] = "json";
    trial->argv[count++] = "--no-progress";
    const char *weights = weights_for(trial, &trial->cases.items[index]);
    if (weights) {
        trial->argv[count++] = "--weights";
        trial->argv[count++] = weights;
    }
    if (trial->expert) {
        trial->argv[count++] = "--expert";
        trial->argv[count++] = trial->expert;
    }
    if (trial->plan_by_expert)
        trial->argv[count++] = "--plan-by-expert";
    for (const char *const *name = trial->experts_out; *name; name++) {
        trial->argv[count++] = "--without-expert";
        trial->argv[count++] = *name;
    }
    trial->argv[count++] = trial->cases.items[index].path.ptr;
    trial->argv[count] = NULL;
    return trial->argv;
}

/*
 * A report that withholds its verdict comes with the exit status 1, as an answer that is "no" does
 * everywhere in the program. So 1 is a failure only if the report does not say the same.
 */
static struct str fault_of(struct trial *trial, const struct child_result *result,
                           struct answer *answer)
{
    const struct str fault = child_fault(trial->arena, result);
    const bool negative = result->end == CHILD_EXITED && result->code == 1;
    if (fault.len > 0 && !negative)
        return fault;
    struct err err = {0};
    const bool told = answer_parse(trial->arena, result->output, answer, &err);
    if (negative)
        return told && !answer->known ? (struct str){0} : fault;
    return told ? (struct str){0} : str_copy(trial->arena, str_of(err.text));
}

static void judge(struct trial *trial, struct outcome *outcome, const struct child_result *result)
{
    struct answer answer;
    outcome->wall_ms = (double)result->wall_ns / (double)NS_PER_MS;
    outcome->rss_mb = (double)result->rss_bytes / (1 << 20);
    outcome->reason = fault_of(trial, result, &answer);
    outcome->failed = outcome->reason.len > 0;
    outcome->has_kind = truth_tells_kind(&outcome->truth);
    if (!outcome->failed)
        outcome_judge(outcome, &outcome->truth, &answer);
}

static void case_done(void *state, uint32_t index, const struct child_result *result)
{
    struct trial *trial = state;
    struct outcome *outcome = &trial->outcomes[index];
    judge(trial, outcome, result);
    trial->done_count++;
    if (trial->progress)
        fprintf(stderr, "\r\033[K%u of %u: %.*s/%.*s", trial->done_count, trial->cases.count,
                STR_ARG(outcome->set), STR_ARG(outcome->id));
}

bool trial_run(struct trial *trial, const char *program, struct err *err)
{
    if (!program_find(trial->arena, program, &trial->program, err))
        return false;
    const struct children children = {
        .count = trial->cases.count,
        .at_once = trial->jobs,
        .timeout_ns = trial->timeout_ns,
        .output_bytes_max = OUTPUT_BYTES_MAX,
        .argv = case_argv,
        .done = case_done,
        .state = trial,
    };
    trial->progress = isatty(STDERR_FILENO) == 1;
    const bool ok = children_run(&children, err);
    if (trial->progress)
        fputs("\r\033[K", stderr);
    return ok;
}
