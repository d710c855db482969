/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/router.h"

#include "base/arena.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 1000.0
#define COST_MAX 1e12
#define DIGITS 1e3 /* below them, mathematical libraries may differ */

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "expert/shipped_router.inc"
};

/* ---- reading ---- */

static bool read_number(const json_t *object, const char *name, double most, double *out,
                        struct err *err)
{
    const json_t *json = json_object_get(object, name);
    *out = json_number_value(json);
    return (json_is_number(json) && *out >= 0.0 && *out <= most) ||
           err_set(err, ERR_CORRUPT, "`%s` is no number from 0 to %g", name, most);
}

static bool read_weights(const json_t *object, const char *name, size_t count, double *out,
                         struct err *err)
{
    const json_t *list = json_object_get(object, name);
    bool ok = json_array_size(list) == count;
    for (size_t i = 0; ok && i < count; i++) {
        const json_t *weight = json_array_get(list, i);
        out[i] = json_number_value(weight);
        ok = json_is_number(weight) && fabs(out[i]) <= WEIGHT_MAX;
    }
    return ok || err_set(err, ERR_CORRUPT, "`%s` is no list of %zu numbers from -%g to %g", name,
                         count, WEIGHT_MAX, WEIGHT_MAX);
}

static bool read_text(const char *text, char *out, size_t bytes_max, struct err *err)
{
    const size_t len = strlen(text);
    if (len == 0 || len > bytes_max)
        return err_set(err, ERR_CORRUPT, "a text of 1 to %zu bytes is wanted", bytes_max);
    memcpy(out, text, len + 1);
    return true;
}

static bool read_choice(const char *name, const json_t *json, struct router_choice *out,
                        struct err *err)
{
    double answers;
    if (!read_text(name, out->name, ROUTER_NAME_BYTES_MAX, err) ||
        !read_weights(json, "before", ROUTER_FACTS_BEFORE, out->before, err) ||
        !read_weights(json, "after", ROUTER_FACTS, out->after, err) ||
        !read_number(json, "right", 1.0, &out->right, err) ||
        !read_number(json, "answers", UINT32_MAX, &answers, err) ||
        !read_number(json, "cost_us", COST_MAX, &out->cost_us, err) ||
        !read_number(json, "money", COST_MAX, &out->money, err))
        return err_context(err, "%.47s", name);
    out->answers = (uint32_t)answers;
    return true;
}

static bool read_task(const char *name, json_t *json, struct router_task *out, struct err *err)
{
    json_t *choices = json_object_get(json, "choices"), *choice;
    const char *reason = json_string_value(json_object_get(json, "reason")), *key;
    memset(out, 0, sizeof *out);
    if (!read_text(name, out->name, ROUTER_NAME_BYTES_MAX, err))
        return false;
    if (reason)
        return read_text(reason, out->reason, ROUTER_REASON_BYTES_MAX, err) ||
               err_context(err, "%s.reason", out->name);
    if (json_object_size(choices) == 0 || json_object_size(choices) > ROUTER_CHOICES_MAX)
        return err_set(err, ERR_CORRUPT, "%s: `choices`, 1 to %d of them, or a `reason` is wanted",
                       out->name, ROUTER_CHOICES_MAX);
    json_object_foreach(choices, key,
                        choice) if (!read_choice(key, choice, &out->choices[out->count++],
                                                 err)) return err_context(err, "%s", out->name);
    return true;
}

bool router_parse(struct str text, struct router *out, struct err *err)
{
    json_error_t problem;
    const char *name;
    json_t *json = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &problem);
    json_t *tasks = json_object_get(json, "tasks"), *task;
    bool ok = json || err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    if (ok && (!json_is_object(tasks) || json_object_size(tasks) > ROUTER_TASKS_MAX))
        ok = err_set(err, ERR_CORRUPT,
                     "`tasks` is wanted, an object of at most %d; `warroom train router` writes it",
                     ROUTER_TASKS_MAX);
    out->count = 0;
    json_object_foreach(tasks, name, task) ok =
        ok && read_task(name, task, &out->tasks[out->count++], err);
    json_decref(json);
    return ok;
}

static struct router router;

static void read_shipped(void)
{
    struct err err = {0};
    if (router_parse(str_of(shipped[0].text), &router, &err))
        return;
    fprintf(stderr, "warroom: bug: %s: %s\n", shipped[0].file, err.text);
    abort();
}

const struct router *router_shipped(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_shipped);
    return &router;
}

/* ---- asking ---- */

const struct router_task *router_task_of(const struct router *from, struct str task)
{
    for (uint32_t i = 0; from && i < from->count; i++)
        if (str_eq(task, str_of(from->tasks[i].name)))
            return &from->tasks[i];
    return NULL;
}

const struct router_choice *router_choice_of(const struct router_task *task, struct str name)
{
    for (uint32_t i = 0; task && i < task->count; i++)
        if (str_eq(name, str_of(task->choices[i].name)))
            return &task->choices[i];
    return NULL;
}

void router_facts(const struct router_question *question, double out[ROUTER_FACTS])
{
    out[ROUTER_BIAS] = 1.0;
    out[ROUTER_LENGTH] = log2(1.0 + (double)question->bytes) / 10.0; /* a kilobyte is 1 */
    out[ROUTER_SPOKEN] = question->rules_speak;
    out[ROUTER_CANDIDATES] = log2(1.0 + question->candidates) / 5.0; /* some thirty are 1 */
    out[ROUTER_SURE] = isfinite(question->sure) ? fmin(fmax(question->sure, 0.0), 1.0) : 0.0;
}

double router_odds(const struct router_choice *choice, const struct router_question *question)
{
    double facts[ROUTER_FACTS], sum = 0.0;
    if (!choice)
        return NAN;
    const bool is_after = isfinite(question->sure);
    const double *weights = is_after ? choice->after : choice->before;
    router_facts(question, facts);
    for (int i = 0; i < (is_after ? ROUTER_FACTS : ROUTER_FACTS_BEFORE); i++)
        sum += weights[i] * facts[i];
    return round(DIGITS / (1.0 + exp(-sum))) / DIGITS;
}
