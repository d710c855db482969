/* SPDX-License-Identifier: Apache-2.0 */
/* What effects_put() has taken down, put into another case. */
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
