/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a question in plain words becomes PromQL that gives what a person's gives, on a
 * Prometheus that holds the metrics of the incident (eval/suite/prometheus.h), at the time of its
 * alert.
 */
#include "eval/suite/phrases.h"
#include "eval/suite/prometheus.h"

static bool is_right(const struct prometheus *engine, struct arena *arena, struct str ours,
                     struct str theirs)
{
    struct str rows;
    struct err err = {0};
    return ours.len > 0 && prometheus_ask(engine, arena, ours, &rows, &err) && str_eq(rows, theirs);
}

static bool run_all(struct task_run *run, const struct prometheus *engine,
                    const struct phrases *phrases, struct err *err)
{
    for (uint32_t i = 0; i < phrases->count; i++) {
        const struct phrase *phrase = &phrases->items[i];
        struct str ours, theirs;
        if (!phrase_ask(run, "promql", phrase, &ours, err) ||
            !prometheus_ask(engine, run->arena, str_of(phrase->query), &theirs, err))
            return err_context(err, "%s", phrase->id.ptr);
        if (theirs.len == 0)
            return err_set(err, ERR_CORRUPT, "%s: its own query gives nothing", phrase->id.ptr);
        phrase_add(run, TASK_US, phrase, is_right(engine, run->arena, ours, theirs));
        phrase_add(run, "up", phrase, is_right(engine, run->arena, STR("up"), theirs));
    }
    return true;
}

static bool run(struct task_run *run, struct err *err)
{
    struct phrases phrases;
    struct prometheus engine;
    if (!phrases_read(run, "promql", &phrases, err) ||
        !prometheus_start(run, phrases.items[0].incident, &engine, err))
        return false;
    const bool ok = run_all(run, &engine, &phrases, err);
    prometheus_stop(&engine);
    return ok;
}

const struct task task_query_promql = {
    .name = "query_promql",
    .category = CATEGORY_QUERIES,
    .summary = "which PromQL answers a question in plain words?",
    .measure = "it runs, and gives the same series",
    .source = "108 questions over a shipped incident, run by Prometheus",
    .minds = MIND(NONE),
    .run = run,
};
