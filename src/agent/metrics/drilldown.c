/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the change of a sum comes from: the smallest set of label values that explains it.
 *
 * For each label, values are taken by surprise (the Jensen-Shannon divergence between their share
 * before and since), those that explain a tenth of the change, until two thirds are explained. The
 * label whose values surprise the most wins. A value that had nine tenths of all before and has
 * nine tenths of the rise explains nothing: what is told must have a fifth more of the change than
 * it had of the whole. Within one value the other labels are asked again, once. Source: R. Bhagwan
 * et al., Adtributor: Revenue Debugging in Advertising Systems, NSDI 2014.
 */
#include "tool/tool.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <math.h>
#include <stdlib.h>

#define PARTS_MAX 5000 /* those that changed the most; the rest cannot be the cause */
#define LABELS_MAX 17  /* of a part, the instance among them */
#define VALUES_MAX 3   /* more than three values are no explanation */
#define DEPTH_MAX 2
#define EXPLAINED_MIN 0.67 /* the paper's T_EP */
#define EACH_MIN 0.10      /* and T_EEP */
#define NEWS_MIN 0.2
#define CHANGE_MIN 0.05 /* of the level: less is noise */

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose metric", NULL},
    {"metric", TYPE_TEXT, 0, "a rate or sum with labels, such as rate(http_requests_total)", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"label", TYPE_TEXT, 0, "which label", NULL},
    {"value", TYPE_TEXT, 0, "its value; several of one label: any of them", NULL},
    {0},
};

static const struct field output[] = {
    {"before", TYPE_REAL, FIELD_OPTIONAL, "the whole before, mean; unknown: it has no parts", NULL},
    {"after", TYPE_REAL, FIELD_OPTIONAL, "the whole since, mean", NULL},
    {"share", TYPE_REAL, FIELD_OPTIONAL,
     "of the change, comes from the parts that are told; unknown: from no part in particular",
     NULL},
    {"share_before", TYPE_REAL, FIELD_OPTIONAL, "of the whole, they had before", NULL},
    {"labels", TYPE_ROWS, 0, "what the parts have in common; the widest first", columns},
    {"query", TYPE_TEXT, FIELD_OPTIONAL, "SQL that gives these numbers again", NULL},
    {0},
};

struct pair {
    struct str label, value;
};

struct part {
    struct pair pairs[LABELS_MAX];
    uint32_t pairs_count;
    double before, after;
    bool in; /* of the values that have been chosen so far */
};

/* One value of a label, over all parts. */
struct element {
    struct pair pair;
    double before, after;
    double surprise;
};

struct choice {
    struct str label;
    const struct element *elements[VALUES_MAX];
    uint32_t count;
    double surprise, explained, share_before;
};

struct work {
    struct arena *arena;
    struct part *parts;
    size_t parts_count;
    double before, after; /* of the whole */
    struct choice chosen[DEPTH_MAX];
    uint32_t depth;
};

/* ---- reading ---- */

/* k="v",k="v" as source/labels.h writes it: no quote is within a value. */
static void read_pairs(struct part *part, struct str text)
{
    while (text.len > 0 && part->pairs_count + 1 < LABELS_MAX) {
        const size_t equals = str_find(text, STR("=\""));
        if (equals == STR_NPOS)
            return;
        const struct str rest = str_slice(text, equals + 2, text.len);
        const size_t end = str_find(rest, STR("\""));
        if (end == STR_NPOS)
            return;
        part->pairs[part->pairs_count++] =
            (struct pair){str_slice(text, 0, equals), str_slice(rest, 0, end)};
        text = str_slice(rest, end + 2 <= rest.len ? end + 2 : rest.len, rest.len);
    }
}

static struct str parts_sql(struct arena *arena, const struct record *in)
{
    const struct str onset = sql_time(arena, record_at(in, "onset")->integer);
    return str_printf(
        arena,
        "SELECT *, sum(before) OVER () AS all_before, sum(after) OVER () AS all_after FROM (SELECT "
        "labels, instance, coalesce(sum(value) FILTER (WHERE time < %s), 0) / any_value(n_before) "
        "AS before, coalesce(sum(value) FILTER (WHERE time >= %s), 0) / any_value(n_after) AS "
        "after FROM metric_parts JOIN (SELECT instance, count(DISTINCT time) FILTER (WHERE time < "
        "%s) AS n_before, count(DISTINCT time) FILTER (WHERE time >= %s) AS n_after FROM "
        "metric_parts WHERE service = %s AND metric = %s GROUP BY ALL) USING (instance) WHERE "
        "service = %s AND metric = %s AND n_before > 0 AND n_after > 0 GROUP BY ALL) ORDER BY "
        "abs(after - before) DESC, labels, instance LIMIT %d",
        onset.ptr, onset.ptr, onset.ptr, onset.ptr,
        sql_quote(arena, record_at(in, "service")->text).ptr,
        sql_quote(arena, record_at(in, "metric")->text).ptr,
        sql_quote(arena, record_at(in, "service")->text).ptr,
        sql_quote(arena, record_at(in, "metric")->text).ptr, PARTS_MAX);
}

static bool read_parts(struct call *call, const struct record *in, struct work *work,
                       struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, call->scratch, parts_sql(call->scratch, in),
                        &rows, err))
        return false;
    work->parts = arena_push_many(call->scratch, struct part, rows->rows);
    work->parts_count = rows->rows;
    for (size_t row = 0; row < rows->rows; row++) {
        struct part *part = &work->parts[row];
        part->before = batch_column(rows, "before")->reals[row];
        part->after = batch_column(rows, "after")->reals[row];
        part->in = true;
        read_pairs(part, batch_column(rows, "labels")->texts[row]);
        const struct str instance = batch_column(rows, "instance")->texts[row];
        if (instance.len > 0)
            part->pairs[part->pairs_count++] = (struct pair){STR("instance"), instance};
        work->before = batch_column(rows, "all_before")->reals[row];
        work->after = batch_column(rows, "all_after")->reals[row];
    }
    return true;
}

/* ---- choosing ---- */

static const struct str *value_of(const struct part *part, struct str label)
{
    for (uint32_t i = 0; i < part->pairs_count; i++)
        if (str_eq(part->pairs[i].label, label))
            return &part->pairs[i].value;
    return NULL;
}

static double divergence(double p, double q)
{
    const double middle = (p + q) / 2;
    return ((p > 0 ? p * log(p / middle) : 0) + (q > 0 ? q * log(q / middle) : 0)) / 2;
}

static int more_surprising(const void *a, const void *b)
{
    const struct element *x = a, *y = b;
    if (x->surprise != y->surprise)
        return x->surprise < y->surprise ? 1 : -1;
    return str_compare(x->pair.value, y->pair.value);
}

static struct element *elements_of(const struct work *work, struct str label, uint32_t *count)
{
    struct map values = map_new(work->arena);
    struct element *elements = arena_push_many(work->arena, struct element, work->parts_count);
    for (size_t i = 0; i < work->parts_count; i++) {
        const struct part *part = &work->parts[i];
        const struct str *value = value_of(part, label);
        if (!value || !part->in)
            continue;
        struct element *element = &elements[map_add(&values, *value)];
        element->pair = (struct pair){label, *value};
        element->before += part->before;
        element->after += part->after;
    }
    *count = values.count;
    for (uint32_t i = 0; i < values.count; i++)
        elements[i].surprise =
            divergence(work->before > 0 ? fmax(0, elements[i].before) / work->before : 0,
                       work->after > 0 ? fmax(0, elements[i].after) / work->after : 0);
    qsort(elements, values.count, sizeof *elements, more_surprising);
    return elements;
}

/* False: no few values of this label explain the change. */
static bool choose_of_label(const struct work *work, struct str label, struct choice *out)
{
    uint32_t count;
    const struct element *elements = elements_of(work, label, &count);
    const double change = work->after - work->before;
    *out = (struct choice){.label = label};
    for (uint32_t i = 0; i < count && out->explained < EXPLAINED_MIN; i++) {
        const double share = (elements[i].after - elements[i].before) / change;
        if (share < EACH_MIN)
            continue;
        if (out->count == VALUES_MAX)
            return false;
        out->elements[out->count++] = &elements[i];
        out->explained += share;
        out->surprise += elements[i].surprise;
        out->share_before += work->before > 0 ? elements[i].before / work->before : 0;
    }
    const double had = work->depth > 0 ? work->chosen[work->depth - 1].share_before : 1;
    const bool narrows = out->share_before < had - NEWS_MIN / 2 || work->depth == 0;
    return out->explained >= EXPLAINED_MIN && count > 1 && narrows &&
           out->explained - out->share_before >= NEWS_MIN;
}

static bool is_better(const struct choice *a, const struct choice *b)
{
    if (a->surprise != b->surprise)
        return a->surprise > b->surprise;
    if (a->count != b->count)
        return a->count < b->count;
    return str_compare(a->label, b->label) < 0;
}

static bool is_chosen(const struct work *work, struct str label)
{
    for (uint32_t i = 0; i < work->depth; i++)
        if (str_eq(work->chosen[i].label, label))
            return true;
    return false;
}

static bool choose(struct work *work)
{
    struct map labels = map_new(work->arena);
    for (size_t i = 0; i < work->parts_count; i++)
        for (uint32_t j = 0; work->parts[i].in && j < work->parts[i].pairs_count; j++)
            map_add(&labels, work->parts[i].pairs[j].label);
    struct choice best = {0}, choice;
    for (uint32_t i = 0; i < labels.count; i++)
        if (!is_chosen(work, labels.keys[i]) && choose_of_label(work, labels.keys[i], &choice) &&
            (best.count == 0 || is_better(&choice, &best)))
            best = choice;
    if (best.count == 0)
        return false;
    for (size_t i = 0; i < work->parts_count; i++) {
        const struct str *value = value_of(&work->parts[i], best.label);
        bool in = false;
        for (uint32_t j = 0; value && j < best.count; j++)
            in |= str_eq(*value, best.elements[j]->pair.value);
        work->parts[i].in &= in;
    }
    work->chosen[work->depth++] = best;
    return true;
}

/* ---- telling ---- */

static struct str pair_condition(struct arena *arena, const struct pair *pair)
{
    if (str_eq(pair->label, STR("instance")))
        return str_printf(arena, "instance = %s", sql_quote(arena, pair->value).ptr);
    const struct str text =
        str_printf(arena, ",%.*s=\"%.*s\",", STR_ARG(pair->label), STR_ARG(pair->value));
    return str_printf(arena, "contains(',' || labels || ',', %s)", sql_quote(arena, text).ptr);
}

static struct str query_of(const struct work *work, const struct record *in)
{
    struct arena *arena = work->arena;
    const struct str onset = sql_time(arena, record_at(in, "onset")->integer);
    struct buf told = buf_new(arena), names = buf_new(arena);
    for (uint32_t i = 0; i < work->depth; i++) {
        buf_printf(&told, "%s(", i > 0 ? " AND " : "");
        for (uint32_t j = 0; j < work->chosen[i].count; j++) {
            const struct str condition = pair_condition(arena, &work->chosen[i].elements[j]->pair);
            buf_printf(&told, "%s%s", j > 0 ? " OR " : "", condition.ptr);
            buf_printf(&names,
                       ", min(labels || ',instance=\"' || instance || '\"') FILTER (WHERE %s) AS "
                       "part_%u_%u",
                       condition.ptr, i + 1, j + 1);
        }
        buf_printf(&told, ")");
    }
    return str_printf(
        arena,
        "SELECT *, 100 * (told_after - told_before) / (all_after - all_before) AS percent FROM "
        "(SELECT service, metric, %s AS onset, sum(value / n) FILTER (WHERE NOT since) AS "
        "all_before, sum(value / n) FILTER (WHERE since) AS all_after, coalesce(sum(value / n) "
        "FILTER (WHERE NOT since AND %s), 0) AS told_before, coalesce(sum(value / n) FILTER (WHERE "
        "since AND %s), 0) AS told_after%s FROM (SELECT *, time >= %s AS since FROM metric_parts "
        "WHERE service = %s AND metric = %s) JOIN (SELECT instance, time >= %s AS since, "
        "count(DISTINCT time) AS n FROM metric_parts WHERE service = %s AND metric = %s GROUP BY "
        "ALL) USING (instance, since) WHERE instance IN (SELECT instance FROM metric_parts WHERE "
        "service = %s AND metric = %s GROUP BY 1 HAVING min(time) < %s AND max(time) >= %s) GROUP "
        "BY ALL)",
        onset.ptr, buf_str(&told).ptr, buf_str(&told).ptr, buf_str(&names).ptr, onset.ptr,
        sql_quote(arena, record_at(in, "service")->text).ptr,
        sql_quote(arena, record_at(in, "metric")->text).ptr, onset.ptr,
        sql_quote(arena, record_at(in, "service")->text).ptr,
        sql_quote(arena, record_at(in, "metric")->text).ptr,
        sql_quote(arena, record_at(in, "service")->text).ptr,
        sql_quote(arena, record_at(in, "metric")->text).ptr, onset.ptr, onset.ptr);
}

static void tell(const struct work *work, const struct record *in, struct record *out,
                 struct batch *rows)
{
    for (uint32_t i = 0; i < work->depth; i++)
        for (uint32_t j = 0; j < work->chosen[i].count; j++) {
            const struct pair *pair = &work->chosen[i].elements[j]->pair;
            const size_t row = batch_add_row(rows);
            batch_set(rows, row, "label", value_text(pair->label));
            batch_set(rows, row, "value", value_text(pair->value));
        }
    const struct choice *last = &work->chosen[work->depth - 1];
    *record_at(out, "share") = value_real(last->explained);
    *record_at(out, "share_before") = value_real(last->share_before);
    *record_at(out, "query") = value_text(query_of(work, in));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.arena = call->scratch};
    struct batch *rows = batch_new(call->scratch, columns);
    *record_at(out, "labels") = value_rows(rows);
    if (!read_parts(call, in, &work, err))
        return false;
    if (work.parts_count == 0)
        return true;
    *record_at(out, "before") = value_real(work.before);
    *record_at(out, "after") = value_real(work.after);
    const double change = fabs(work.after - work.before);
    if (!isfinite(change) || !(change > CHANGE_MIN * fmax(work.before, work.after)))
        return true;
    while (work.depth < DEPTH_MAX && choose(&work))
        ;
    if (work.depth > 0)
        tell(&work, in, out, rows);
    return true;
}

const struct tool tool_metrics_drilldown = {
    .sig = {.name = "drilldown",
            .summary = "Tell which label values the change of a rate or sum comes from",
            .input = input,
            .output = output},
    .run = run,
};
