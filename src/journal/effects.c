/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/effects.h"

#include "base/arena.h"

/* No case comes near; a journal from elsewhere that does would keep us busy for hours. */
#define SOURCES_MAX 1000
#define EVIDENCE_MAX 10000
#define EDGES_MAX 65536
#define EXHIBITS_MAX 1000
#define ITEMS_MAX 10000 /* of any other list */
#define POINTS_MAX 10000
#define SPANS_MAX 1000
#define DEPTH_MAX 1000

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

/* ---- putting in again ---- */

/* One list of the object, item by item. */
struct list {
    const char *name;
    size_t items_max;
    bool (*apply)(struct casefile *casefile, const json_t *item, struct err *err);
};

static bool apply_source(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct source_entry entry;
    if (!shape_get(casefile->arena, source_shapes, item, &entry, err))
        return false;
    casefile_add_source(casefile, entry.name, entry.state, entry.rows, entry.note);
    return true;
}

static bool apply_node(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct str name;
    if (!json_get_text_exact(casefile->arena, item, &name))
        return err_set(err, ERR_CORRUPT, "a name is wanted");
    map_add(&casefile->topology.nodes, name);
    return true;
}

static bool apply_edge(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct str caller, callee;
    if (json_array_size(item) != 2 ||
        !json_get_text_exact(casefile->arena, json_array_get(item, 0), &caller) ||
        !json_get_text_exact(casefile->arena, json_array_get(item, 1), &callee))
        return err_set(err, ERR_CORRUPT, "caller and callee are wanted");
    topology_add(&casefile->topology, caller, callee);
    return true;
}

static bool apply_evidence(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct evidence evidence = {0};
    if (!shape_get(casefile->arena, evidence_shapes, item, &evidence, err))
        return false;
    if (casefile->evidence_count >= EVIDENCE_MAX)
        return err_set(err, ERR_CORRUPT, "more than %d pieces are in one case", EVIDENCE_MAX);
    const struct evidence *added = casefile_add(casefile, &evidence);
    return added->id == evidence.id ||
           err_set(err, ERR_PROTOCOL, "E%u of the journal would be E%u now", evidence.id,
                   added->id);
}

static bool apply_withdrawal(struct casefile *casefile, const json_t *item, struct err *err)
{
    const json_t *id = json_object_get(item, "id");
    struct str why;
    if (!json_is_integer(id) ||
        !json_get_text_exact(casefile->arena, json_object_get(item, "why"), &why))
        return err_set(err, ERR_CORRUPT, "id and why are wanted");
    const json_int_t number = json_integer_value(id);
    const struct evidence *evidence =
        number > 0 && number <= UINT32_MAX ? casefile_find(casefile, (uint32_t)number) : NULL;
    if (!evidence)
        return err_set(err, ERR_PROTOCOL, "E%lld is not there to be withdrawn", (long long)number);
    casefile_withdraw(casefile, evidence, why);
    return true;
}

static bool get_point(const json_t *item, struct exhibit_point *out, struct err *err)
{
    const json_t *time = json_array_get(item, 0), *value = json_array_get(item, 1);
    *out = (struct exhibit_point){.time_ns = json_integer_value(time),
                                  .value = json_number_value(value)};
    return (json_is_integer(time) && shape_time_is_sane(out->time_ns) && json_is_number(value)) ||
           err_set(err, ERR_CORRUPT, "points: a time in nanoseconds and a number are wanted");
}

static bool get_series(struct arena *arena, const json_t *json, struct exhibit_series *out,
                       struct err *err)
{
    const json_t *points = json_object_get(json, "points");
    const size_t count = json_array_size(points);
    if (!shape_get(arena, series_shapes, json, out, err))
        return false;
    if (count == 0 || count > POINTS_MAX)
        return err_set(err, ERR_CORRUPT, "points: 1 to %d of them are wanted", POINTS_MAX);
    out->points = arena_push_many(arena, struct exhibit_point, count);
    out->points_count = count;
    for (size_t i = 0; i < count; i++)
        if (!get_point(json_array_get(points, i), &out->points[i], err))
            return false;
    return true;
}

static bool get_trace(struct arena *arena, const json_t *json, struct exhibit_trace *out,
                      struct err *err)
{
    const json_t *spans = json_object_get(json, "spans");
    const size_t count = json_array_size(spans);
    if (!shape_get(arena, trace_shapes, json, out, err))
        return false;
    if (count > SPANS_MAX)
        return err_set(err, ERR_CORRUPT, "spans: there are more than %d", SPANS_MAX);
    out->spans = arena_push_many(arena, struct exhibit_span, count);
    out->spans_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!shape_get(arena, span_shapes, json_array_get(spans, i), &out->spans[i], err))
            return err_context(err, "spans");
        if (out->spans[i].depth > DEPTH_MAX)
            return err_set(err, ERR_CORRUPT, "spans: depth: at most %d is wanted", DEPTH_MAX);
    }
    return true;
}

/* It is filled before it is added: an exhibit that is half there would be shown. */
static bool get_exhibit(struct arena *arena, const json_t *item, struct exhibit *out,
                        struct err *err)
{
    const json_t *json;
    if ((json = json_object_get(item, "series"))) {
        out->kind = EXHIBIT_SERIES;
        return get_series(arena, json, &out->series, err);
    }
    if ((json = json_object_get(item, "trace"))) {
        out->kind = EXHIBIT_TRACE;
        return get_trace(arena, json, &out->trace, err);
    }
    if ((json = json_object_get(item, "template"))) {
        out->kind = EXHIBIT_TEMPLATE;
        return shape_get(arena, template_shapes, json, &out->template, err);
    }
    out->kind = EXHIBIT_CHANGE;
    json = json_object_get(item, "change");
    return json ? shape_get(arena, change_shapes, json, &out->change, err)
                : err_set(err, ERR_CORRUPT, "a series, a template, a trace or a change is wanted");
}

static bool apply_exhibit(struct casefile *casefile, const json_t *item, struct err *err)
{
    const json_t *id = json_object_get(item, "evidence");
    const json_int_t number = json_integer_value(id);
    struct exhibit exhibit = {0};
    if (!json_is_integer(id) || number < 0 || number > casefile->evidence_count)
        return err_set(err, ERR_CORRUPT, "evidence: the number of a piece that is there is wanted");
    if (!get_exhibit(casefile->arena, item, &exhibit, err))
        return false;
    struct exhibit *added = casefile_add_exhibit(casefile, (uint32_t)number);
    exhibit.evidence_id = added->evidence_id;
    *added = exhibit;
    return true;
}

static bool apply_proposal(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct proposal proposal = {0};
    if (!shape_get(casefile->arena, proposal_shapes, item, &proposal, err))
        return false;
    casefile_add_proposal(casefile, &proposal);
    return true;
}

static bool apply_draft(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct draft draft = {0};
    if (!shape_get(casefile->arena, draft_shapes, item, &draft, err))
        return false;
    casefile_add_draft(casefile, draft.section, draft.text);
    return true;
}

static bool apply_consultation(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct consultation consultation = {0};
    if (!shape_get(casefile->arena, consultation_shapes, item, &consultation, err))
        return false;
    casefile_add_consultation(casefile, &consultation);
    return true;
}

static bool apply_prose(struct casefile *casefile, const json_t *item, struct err *err)
{
    struct prose prose = {0};
    if (!shape_get(casefile->arena, prose_shapes, item, &prose, err))
        return false;
    casefile_add_prose(casefile, &prose);
    return true;
}

static const struct list lists[] = {
    {"sources", SOURCES_MAX, apply_source},
    {"nodes", EDGES_MAX, apply_node},
    {"edges", EDGES_MAX, apply_edge},
    {"evidence", EVIDENCE_MAX, apply_evidence},
    {"withdrawn", EVIDENCE_MAX, apply_withdrawal},
    {"exhibits", EXHIBITS_MAX, apply_exhibit},
    {"proposals", ITEMS_MAX, apply_proposal},
    {"drafts", ITEMS_MAX, apply_draft},
    {"consultations", ITEMS_MAX, apply_consultation},
    {"prose", ITEMS_MAX, apply_prose},
};

static bool apply_list(const struct list *list, const json_t *effects, struct casefile *casefile,
                       struct err *err)
{
    const json_t *items = json_object_get(effects, list->name);
    if (items && !json_is_array(items))
        return err_set(err, ERR_CORRUPT, "%s: an array is wanted", list->name);
    if (json_array_size(items) > list->items_max)
        return err_set(err, ERR_CORRUPT, "%s: there are more than %zu", list->name,
                       list->items_max);
    for (size_t i = 0; i < json_array_size(items); i++)
        if (!list->apply(casefile, json_array_get(items, i), err))
            return err_context(err, "%s: number %zu", list->name, i + 1);
    return true;
}

static bool apply_affected(const json_t *effects, struct casefile *casefile, struct err *err)
{
    const json_t *names = json_object_get(effects, "affected");
    const size_t count = json_array_size(names);
    if (!names)
        return true;
    if (!json_is_array(names) || count > ITEMS_MAX)
        return err_set(err, ERR_CORRUPT, "affected: an array is wanted, of at most %d", ITEMS_MAX);
    struct str *services = arena_push_many(casefile->arena, struct str, count);
    for (size_t i = 0; i < count; i++)
        if (!json_get_text_exact(casefile->arena, json_array_get(names, i), &services[i]))
            return err_set(err, ERR_CORRUPT, "affected: names are wanted");
    casefile_set_affected(casefile, services, (uint32_t)count);
    return true;
}

bool effects_apply(const json_t *effects, struct casefile *casefile, struct err *err)
{
    const json_t *scalars = json_object_get(effects, "case");
    if (!json_is_object(effects))
        return err_set(err, ERR_CORRUPT, "effects: an object is wanted");
    if (scalars && !shape_get_changed(casefile->arena, case_shapes, scalars, casefile, err))
        return err_context(err, "case");
    if (!apply_affected(effects, casefile, err))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!apply_list(&lists[i], effects, casefile, err))
            return false;
    return true;
}
