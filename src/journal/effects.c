/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/effects.h"

#include "base/arena.h"

/* ---- moments ---- */

struct moment moment_of(const struct casefile *casefile)
{
    struct moment moment = {.then = *casefile};
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        moment.sources_count++;
    for (const struct exhibit *it = casefile->exhibits; it; it = it->next)
        moment.exhibits_count++;
    for (const struct proposal *it = casefile->proposals; it; it = it->next)
        moment.proposals_counts[it->kind]++;
    for (const struct draft *it = casefile->drafts; it; it = it->next)
        moment.drafts_count++;
    for (const struct consultation *it = casefile->consultations; it; it = it->next)
        moment.consultations_count++;
    for (const struct prose *it = casefile->prose; it; it = it->next)
        moment.prose_count++;
    return moment;
}

static bool is_same_list(const struct triage *a, const struct triage *b)
{
    if (a->affected_count != b->affected_count)
        return false;
    for (uint32_t i = 0; i < a->affected_count; i++)
        if (!str_eq(a->affected[i], b->affected[i]))
            return false;
    return true;
}

bool moment_is_now(const struct moment *moment, const struct casefile *casefile)
{
    struct arena *arena = arena_new("effects");
    struct buf out = buf_new(arena);
    effects_put(&out, moment, casefile);
    const bool is_now = out.len == sizeof "{}" - 1;
    arena_free(arena);
    return is_now;
}

/* ---- taking down ---- */

/* An array that is opened with its first item, and is not there without one. */
struct array {
    struct buf *out;
    const char *name;
    bool opened;
};

static void put_next(struct array *array)
{
    if (!array->opened) {
        json_put_key(array->out, array->name);
        buf_add_char(array->out, '[');
    }
    array->opened = true;
    json_put_comma(array->out);
}

static void put_end(const struct array *array)
{
    if (array->opened)
        buf_add_char(array->out, ']');
}

static void put_thing(struct array *array, const struct shape *shapes, const void *thing)
{
    put_next(array);
    buf_add_char(array->out, '{');
    shape_put(array->out, shapes, thing);
    buf_add_char(array->out, '}');
}

static void put_case(struct buf *out, const struct casefile *before,
                     const struct casefile *casefile)
{
    if (shape_is_same(case_shapes, before, casefile))
        return;
    json_put_key(out, "case");
    buf_add_char(out, '{');
    shape_put_changed(out, case_shapes, before, casefile);
    buf_add_char(out, '}');
}

static void put_affected(struct buf *out, const struct triage *before, const struct triage *triage)
{
    if (is_same_list(before, triage))
        return;
    json_put_key(out, "affected");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < triage->affected_count; i++) {
        json_put_comma(out);
        json_put_text_exact(out, triage->affected[i]);
    }
    buf_add_char(out, ']');
}

static void put_sources(struct buf *out, uint32_t skipped, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "sources"};
    uint32_t number = 0;
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        if (number++ >= skipped)
            put_thing(&array, source_shapes, it);
    put_end(&array);
}

static void put_topology(struct buf *out, const struct topology *before,
                         const struct topology *topology)
{
    struct array nodes = {.out = out, .name = "nodes"}, edges = {.out = out, .name = "edges"};
    for (uint32_t i = before->nodes.count; i < topology->nodes.count; i++) {
        put_next(&nodes);
        json_put_text_exact(out, topology->nodes.keys[i]);
    }
    put_end(&nodes);
    for (uint32_t i = before->edges_count; i < topology->edges_count; i++) {
        put_next(&edges);
        buf_add_char(out, '[');
        json_put_text_exact(out, topology->nodes.keys[topology->edges[i].caller]);
        buf_add_char(out, ',');
        json_put_text_exact(out, topology->nodes.keys[topology->edges[i].callee]);
        buf_add_char(out, ']');
    }
    put_end(&edges);
}

/* What was found and withdrawn since stands in both lists. */
static void put_evidence(struct buf *out, uint32_t count_before, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "evidence"};
    for (uint32_t id = count_before + 1; id <= casefile->evidence_count; id++) {
        const struct evidence *evidence = casefile_find(casefile, id);
        for (const struct withdrawal *it = casefile->withdrawn; it && !evidence; it = it->next)
            if (it->evidence->id == id)
                evidence = it->evidence;
        if (evidence)
            put_thing(&array, evidence_shapes, evidence);
    }
    put_end(&array);
}

/* The list has the newest first. */
static void put_withdrawn_until(struct array *array, const struct withdrawal *it,
                                const struct withdrawal *before)
{
    uint32_t count = 0;
    for (const struct withdrawal *at = it; at != before; at = at->next)
        count++;
    for (; count > 0; count--) {
        const struct withdrawal *at = it;
        for (uint32_t i = 1; i < count; i++)
            at = at->next;
        put_next(array);
        buf_printf(array->out, "{\"id\":%u", at->evidence->id);
        json_put_key(array->out, "why");
        json_put_text_exact(array->out, at->why);
        buf_add_char(array->out, '}');
    }
}

static void put_withdrawn(struct buf *out, const struct withdrawal *before,
                          const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "withdrawn"};
    put_withdrawn_until(&array, casefile->withdrawn, before);
    put_end(&array);
}

static void put_series(struct buf *out, const struct exhibit_series *series)
{
    json_put_key(out, "series");
    buf_add_char(out, '{');
    shape_put(out, series_shapes, series);
    json_put_key(out, "points");
    buf_add_char(out, '[');
    for (size_t i = 0; i < series->points_count; i++) {
        json_put_comma(out);
        buf_printf(out, "[%lld,", (long long)series->points[i].time_ns);
        json_put_real_exact(out, series->points[i].value);
        buf_add_char(out, ']');
    }
    buf_add(out, STR("]}"));
}

static void put_trace(struct buf *out, const struct exhibit_trace *trace)
{
    json_put_key(out, "trace");
    buf_add_char(out, '{');
    shape_put(out, trace_shapes, trace);
    struct array spans = {.out = out, .name = "spans"};
    for (size_t i = 0; i < trace->spans_count; i++)
        put_thing(&spans, span_shapes, &trace->spans[i]);
    put_end(&spans);
    buf_add_char(out, '}');
}

static void put_flat(struct buf *out, const char *name, const struct shape *shapes,
                     const void *thing)
{
    json_put_key(out, name);
    buf_add_char(out, '{');
    shape_put(out, shapes, thing);
    buf_add_char(out, '}');
}

static void put_exhibit(struct buf *out, const struct exhibit *exhibit)
{
    buf_printf(out, "{\"evidence\":%u", exhibit->evidence_id);
    switch (exhibit->kind) {
    case EXHIBIT_SERIES:
        put_series(out, &exhibit->series);
        break;
    case EXHIBIT_TEMPLATE:
        put_flat(out, "template", template_shapes, &exhibit->template);
        break;
    case EXHIBIT_TRACE:
        put_trace(out, &exhibit->trace);
        break;
    case EXHIBIT_CHANGE:
        put_flat(out, "change", change_shapes, &exhibit->change);
        break;
    }
    buf_add_char(out, '}');
}

static void put_exhibits(struct buf *out, uint32_t skipped, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "exhibits"};
    uint32_t number = 0;
    for (const struct exhibit *it = casefile->exhibits; it; it = it->next)
        if (number++ >= skipped) {
            put_next(&array);
            put_exhibit(out, it);
        }
    put_end(&array);
}

/* Each kind has its own end of the list. */
static void put_proposals(struct buf *out, const uint32_t *counts, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "proposals"};
    uint32_t numbers[PROPOSAL_CORRECTION + 1] = {0};
    for (const struct proposal *it = casefile->proposals; it; it = it->next)
        if (numbers[it->kind]++ >= counts[it->kind])
            put_thing(&array, proposal_shapes, it);
    put_end(&array);
}

static void put_drafts(struct buf *out, uint32_t skipped, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "drafts"};
    uint32_t number = 0;
    for (const struct draft *it = casefile->drafts; it; it = it->next)
        if (number++ >= skipped)
            put_thing(&array, draft_shapes, it);
    put_end(&array);
}

static void put_consultations(struct buf *out, uint32_t skipped, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "consultations"};
    uint32_t number = 0;
    for (const struct consultation *it = casefile->consultations; it; it = it->next)
        if (number++ >= skipped)
            put_thing(&array, consultation_shapes, it);
    put_end(&array);
}

static void put_prose(struct buf *out, uint32_t skipped, const struct casefile *casefile)
{
    struct array array = {.out = out, .name = "prose"};
    uint32_t number = 0;
    for (const struct prose *it = casefile->prose; it; it = it->next)
        if (number++ >= skipped)
            put_thing(&array, prose_shapes, it);
    put_end(&array);
}

void effects_put(struct buf *out, const struct moment *since, const struct casefile *casefile)
{
    buf_add_char(out, '{');
    put_case(out, &since->then, casefile);
    put_affected(out, &since->then.triage, &casefile->triage);
    put_sources(out, since->sources_count, casefile);
    put_topology(out, &since->then.topology, &casefile->topology);
    put_evidence(out, since->then.evidence_count, casefile);
    put_withdrawn(out, since->then.withdrawn, casefile);
    put_exhibits(out, since->exhibits_count, casefile);
    put_proposals(out, since->proposals_counts, casefile);
    put_drafts(out, since->drafts_count, casefile);
    put_consultations(out, since->consultations_count, casefile);
    put_prose(out, since->prose_count, casefile);
    buf_add_char(out, '}');
}
