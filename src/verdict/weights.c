/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/weights.h"

#include "base/arena.h"
#include "data/json.h"
#include "text/nearest.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_READ 1
#define BYTES_MAX ((size_t)1 << 20)
#define CONFIDENCE_LIMIT 20.0 /* of log-odds: beyond it nothing changes any more */

const struct weights_setting weights_settings[] = {
    {"graph", "explained", "the share of a symptom that a callee with the same one explains",
     offsetof(struct weights, explained), 0, 1},
    {"graph", "elsewhere", "taken where the symptoms of others do not lead to the suspect",
     offsetof(struct weights, elsewhere), 0, 1},
    {"graph", "out_of_reach", "left where no calls of the alert's service lead to the suspect",
     offsetof(struct weights, out_of_reach), 0, 1},
    {"changes", "unchanged", "left of who was not changed, where others were",
     offsetof(struct weights, unchanged), 0, 1},
    {"changes", "handed_down", "of what a caller suffers, to callees that were changed",
     offsetof(struct weights, handed_down), 0, 1},
    {"changes", "changed", "the weight of a change right at the onset, by itself",
     offsetof(struct weights, changed), 0, WEIGHT_FINDING_MAX},
    {"signals", "beside_traces", "of metrics, where requests themselves were followed",
     offsetof(struct weights, beside_traces), 0, 1},
    {"leads", "refuted", "of a rival that a runbook refuted", offsetof(struct weights, refuted), 0,
     1},
    {"confidence", "bias", "the log-odds where no feature says anything",
     offsetof(struct weights, bias), -CONFIDENCE_LIMIT, CONFIDENCE_LIMIT},
#define X(id, name, text)                                                                          \
    {"confidence",                                                                                 \
     name,                                                                                         \
     text,                                                                                         \
     offsetof(struct weights, confidence) + CONFIDENCE_##id * sizeof(double),                      \
     0,                                                                                            \
     CONFIDENCE_LIMIT},
    CONFIDENCE_FEATURES(X)
#undef X
        {0},
};

double *weights_at(struct weights *weights, const struct weights_setting *setting)
{
    return (double *)(void *)((char *)weights + setting->offset);
}

/* ---- reading ---- */

static bool read_number(const json_t *json, double min, double max, double *out, struct err *err)
{
    const double number = json_number_value(json);
    if (!json_is_number(json) || !(number >= min && number <= max))
        return err_set(err, ERR_USAGE, "a number from %g to %g is wanted", min, max);
    *out = number;
    return true;
}

static bool refuse_name(struct nearest *nearest, const char *what, struct err *err)
{
    const struct str name = nearest->wanted, best = nearest->best;
    return best.len > 0 ? err_set(err, ERR_USAGE, "`%.60s` is no %s; did you mean `%.*s`?",
                                  name.ptr, what, STR_ARG(best))
                        : err_set(err, ERR_USAGE, "`%.60s` is no %s", name.ptr, what);
}

static bool read_finding(const char *name, const json_t *json, struct weights *out, struct err *err)
{
    struct nearest nearest = nearest_to(str_of(name));
    for (int finding = FINDING_NONE + 1; finding < FINDINGS_COUNT; finding++) {
        const char *known = finding_name((enum finding)finding);
        if (strcmp(known, name) == 0)
            return read_number(json, 0, WEIGHT_FINDING_MAX, &out->findings[finding], err) ||
                   err_context(err, "findings: %s", name);
        nearest_try(&nearest, str_of(known));
    }
    return refuse_name(&nearest, "finding", err);
}

static bool read_findings(const json_t *root, struct weights *out, struct err *err)
{
    json_t *object = json_object_get(root, "findings"), *value;
    const char *name;
    if (!json_is_object(object))
        return err_set(err, ERR_USAGE, "findings: an object of numbers is wanted");
    for (int finding = FINDING_NONE + 1; finding < FINDINGS_COUNT; finding++)
        out->findings[finding] = WEIGHT_UNNAMED;
    json_object_foreach(object, name, value) if (!read_finding(name, value, out, err)) return false;
    return true;
}

static bool read_settings(const json_t *root, struct weights *out, struct err *err)
{
    for (const struct weights_setting *it = weights_settings; it->name; it++) {
        const json_t *group = json_object_get(root, it->group);
        if (!read_number(json_object_get(group, it->name), it->min, it->max, weights_at(out, it),
                         err))
            return err_context(err, "%s: %s", it->group, it->name);
    }
    return true;
}

/* What nobody would read is a slip of the pen, or meant for another program. */
static bool refuse_unknown(const json_t *root, struct err *err)
{
    static const char *const others[] = {"version", "findings", "provenance"};
    json_t *group, *value;
    const char *group_name, *name;
    json_object_foreach((json_t *)(uintptr_t)root, group_name, group)
    {
        struct nearest nearest = nearest_to(str_of(group_name));
        bool known = false, is_group = false;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            known |= strcmp(others[i], group_name) == 0;
            nearest_try(&nearest, str_of(others[i]));
        }
        for (const struct weights_setting *it = weights_settings; it->name; it++) {
            is_group |= strcmp(it->group, group_name) == 0;
            nearest_try(&nearest, str_of(it->group));
        }
        if (!known && !is_group)
            return refuse_name(&nearest, "part of the weights", err);
        if (!is_group)
            continue;
        json_object_foreach(group, name, value)
        {
            struct nearest setting = nearest_to(str_of(name));
            bool found = false;
            for (const struct weights_setting *it = weights_settings; it->name; it++)
                if (strcmp(it->group, group_name) == 0) {
                    found |= strcmp(it->name, name) == 0;
                    nearest_try(&setting, str_of(it->name));
                }
            if (!found)
                return refuse_name(&setting, "setting", err) || err_context(err, "%s", group_name);
        }
    }
    return true;
}

static bool read_root(const json_t *root, struct weights *out, struct err *err)
{
    if (!json_is_object(root))
        return err_set(err, ERR_USAGE, "an object is wanted");
    const json_t *version = json_object_get(root, "version");
    if (!json_is_integer(version) || json_integer_value(version) != VERSION_READ)
        return err_set(err, ERR_USAGE, "version: %d is wanted", VERSION_READ);
    if (!json_is_object(json_object_get(root, "provenance")))
        return err_set(err, ERR_USAGE,
                       "provenance: an object is wanted that says where the numbers come from");
    return refuse_unknown(root, err) && read_findings(root, out, err) &&
           read_settings(root, out, err);
}

bool weights_parse(struct arena *arena, struct str text, struct weights *out, struct err *err)
{
    *out = (struct weights){.text = str_copy(arena, text)};
    if (text.len > BYTES_MAX)
        return err_set(err, ERR_USAGE, "weights: the file is larger than %zu kB", BYTES_MAX >> 10);
    json_error_t where;
    json_t *root = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &where);
    if (!root)
        return err_set(err, ERR_USAGE, "weights: line %d, column %d: %s", where.line, where.column,
                       where.text);
    const bool ok = read_root(root, out, err);
    json_decref(root);
    return ok || err_context(err, "weights");
}

/* ---- writing ---- */

static void put_number(struct buf *out, const char *name, double number, bool first)
{
    buf_printf(out, "%s\n    \"%s\": ", first ? "" : ",", name);
    json_put_real(out, number);
}

void weights_write(const struct weights *weights, struct str provenance, struct buf *out)
{
    buf_printf(out, "{\n  \"version\": %d,\n  \"findings\": {", VERSION_READ);
    for (int finding = FINDING_NONE + 1; finding < FINDINGS_COUNT; finding++)
        put_number(out, finding_name((enum finding)finding), weights->findings[finding],
                   finding == FINDING_NONE + 1);
    struct weights copy = *weights;
    const char *group = NULL;
    for (const struct weights_setting *it = weights_settings; it->name; it++) {
        const bool first = !group || strcmp(group, it->group) != 0;
        if (first)
            buf_printf(out, "\n  },\n  \"%s\": {", it->group);
        put_number(out, it->name, *weights_at(&copy, it), first);
        group = it->group;
    }
    buf_printf(out, "\n  },\n  \"provenance\": %.*s\n}\n", STR_ARG(provenance));
}

struct str weights_digest(struct arena *arena, const struct weights *weights)
{
    return str_printf(arena, "%016llx", (unsigned long long)str_hash(weights->text));
}

/* ---- shipped ---- */

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "verdict/shipped_weights.inc"
};

enum { SHIPPED_VERDICT, SHIPPED_PRIOR, SHIPPED_COUNT }; /* as models/meson.build lists them */

static struct weights shipped_weights[SHIPPED_COUNT];

static void read_shipped(void)
{
    static struct arena *arena; /* lives as long as the program; static: no leak is seen in that */
    arena = arena_new("shipped weights");
    for (int i = 0; i < SHIPPED_COUNT; i++) {
        struct err err = {0};
        if (weights_parse(arena, str_of(shipped[i].text), &shipped_weights[i], &err))
            continue;
        fprintf(stderr, "warroom: bug: %s: %s\n", shipped[i].file, err.text);
        abort();
    }
}

static const struct weights *shipped_number(int number)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_shipped);
    return &shipped_weights[number];
}

const struct weights *weights_shipped(void)
{
    return shipped_number(SHIPPED_VERDICT);
}

const struct weights *weights_prior(void)
{
    return shipped_number(SHIPPED_PRIOR);
}

const struct weights *weights_of(const struct casefile *casefile)
{
    return casefile->weights ? casefile->weights : weights_shipped();
}
