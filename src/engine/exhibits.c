/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/exhibits.h"

#include "actor/landed.h"
#include "actor/symptoms.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "culprit/owners.h"
#include "culprit/patch.h"
#include "culprit/ranking.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define CHARTS_MAX 12
#define TRACES_MAX 2
#define DIFF_LINES_MAX 12 /* as many as stand beside four other changes on a screen */
#define DETAIL_BYTES_MAX 200
#define OWNERS_SHOWN 3
#define POINTS_MAX 400 /* more than a chart has pixels to show */
#define SPANS_MAX 60
#define DURATION_NS_MAX (365 * NS_PER_DAY) /* what took longer is a broken clock */

struct gathering {
    struct casefile *casefile;
    const struct services *services;
    const struct repository *repository;
    struct arena *scratch;
    struct map shown; /* series and traces that are there already */
    uint32_t charts;
    uint32_t traces;
    struct history *history;
};

static bool is_shown(struct gathering *gather, struct str key)
{
    const uint32_t before = gather->shown.count;
    return map_add(&gather->shown, key) < before;
}

/* One point a pixel at the most, each the mean of its slot: peaks of one sample stay visible. */
static struct str series_sql(const struct gathering *gather, const struct series_name *name)
{
    struct arena *arena = gather->scratch;
    const struct window data = gather->casefile->data;
    const int64_t slot_ns = (data.end_ns - data.start_ns) / POINTS_MAX + 1;
    return str_printf(
        arena,
        "SELECT min(time) AS time, avg(value) AS value FROM metrics WHERE service = %s AND "
        "instance = %s AND metric = %s AND isfinite(value) "
        "GROUP BY epoch_ns(time) // %lld ORDER BY 1",
        sql_quote(arena, name->service).ptr, sql_quote(arena, name->instance).ptr,
        sql_quote(arena, name->metric).ptr, (long long)slot_ns);
}

static void add_series(struct gathering *gather, const struct evidence *evidence)
{
    const struct series_name *name = &evidence->series;
    const struct str key = str_printf(gather->scratch, "%s|%s|%s", name->service.ptr,
                                      name->instance.ptr, name->metric.ptr);
    struct batch *rows;
    struct err ignored = {0};
    if (gather->charts == CHARTS_MAX || is_shown(gather, key) ||
        !telemetry_rows(gather->services->telemetry, gather->scratch, series_sql(gather, name),
                        &rows, &ignored) ||
        rows->rows == 0)
        return;

    gather->charts++;
    struct exhibit *exhibit = casefile_add_exhibit(gather->casefile, evidence->id);
    exhibit->kind = EXHIBIT_SERIES;
    exhibit->series = (struct exhibit_series){
        .name = *name,
        .points = arena_push_many(gather->casefile->arena, struct exhibit_point, rows->rows),
        .points_count = rows->rows,
        .onset_ns = evidence->onset_ns,
    };
    for (size_t row = 0; row < rows->rows; row++)
        exhibit->series.points[row] =
            (struct exhibit_point){.time_ns = batch_column(rows, "time")->integers[row],
                                   .value = batch_column(rows, "value")->reals[row]};
}

/* ---- traces ---- */

struct tree {
    const struct batch *rows;
    uint32_t *parents; /* row of the parent, MAP_NONE: a root */
    struct exhibit_trace *out;
    int64_t start_ns;
    struct arena *arena;
};

static void add_spans_below(struct tree *tree, uint32_t parent, uint32_t depth)
{
    for (uint32_t row = 0; row < tree->rows->rows && tree->out->spans_count < SPANS_MAX; row++) {
        if (tree->parents[row] != parent || depth > SPANS_MAX)
            continue;
        struct exhibit_span *span = &tree->out->spans[tree->out->spans_count++];
        *span = (struct exhibit_span){
            .service = str_copy(tree->arena, batch_column(tree->rows, "service")->texts[row]),
            .operation = str_copy(tree->arena, batch_column(tree->rows, "operation")->texts[row]),
            .status = str_copy(tree->arena, batch_column(tree->rows, "status")->texts[row]),
            .start_us =
                (batch_column(tree->rows, "time")->integers[row] - tree->start_ns) / NS_PER_US,
            .duration_us = batch_column(tree->rows, "duration_us")->integers[row],
            .depth = depth,
        };
        const int64_t end_us = span->start_us + span->duration_us;
        if (end_us > tree->out->duration_us)
            tree->out->duration_us = end_us;
        add_spans_below(tree, row, depth + 1);
    }
}

static void add_trace(struct gathering *gather, const struct evidence *evidence)
{
    struct arena *arena = gather->scratch;
    struct batch *rows;
    struct err ignored = {0};
    const struct str sql = str_printf(
        arena,
        "SELECT span_id, coalesce(parent_id, '') AS parent_id, service, operation, "
        "coalesce(status, '') AS status, time, duration_us FROM traces WHERE trace_id = %s AND "
        "time IS NOT NULL AND duration_us BETWEEN 0 AND %lld ORDER BY time, span_id LIMIT 500",
        sql_quote(arena, evidence->trace_id).ptr, (long long)(DURATION_NS_MAX / NS_PER_US));
    if (gather->traces == TRACES_MAX || is_shown(gather, evidence->trace_id) ||
        !telemetry_rows(gather->services->telemetry, arena, sql, &rows, &ignored) ||
        rows->rows == 0)
        return;

    gather->traces++;
    struct map spans = map_new(arena);
    uint32_t *row_of = arena_push_many(arena, uint32_t, rows->rows);
    for (uint32_t row = 0; row < rows->rows; row++)
        row_of[map_add(&spans, batch_column(rows, "span_id")->texts[row])] = row;

    struct exhibit *exhibit = casefile_add_exhibit(gather->casefile, evidence->id);
    exhibit->kind = EXHIBIT_TRACE;
    exhibit->trace = (struct exhibit_trace){
        .trace_id = evidence->trace_id,
        .spans = arena_push_many(gather->casefile->arena, struct exhibit_span, SPANS_MAX),
    };
    struct tree tree = {.rows = rows,
                        .parents = arena_push_many(arena, uint32_t, rows->rows),
                        .out = &exhibit->trace,
                        .start_ns = batch_column(rows, "time")->integers[0],
                        .arena = gather->casefile->arena};
    for (uint32_t row = 0; row < rows->rows; row++) {
        const struct str parent = batch_column(rows, "parent_id")->texts[row];
        const uint32_t found = parent.len > 0 ? map_find(&spans, parent) : MAP_NONE;
        tree.parents[row] = found != MAP_NONE && row_of[found] != row ? row_of[found] : MAP_NONE;
    }
    add_spans_below(&tree, MAP_NONE, 0);
}

/* ---- changes ---- */

static struct str text_of(struct gathering *gather, const struct batch *rows, const char *column)
{
    const struct column *from = batch_find(rows, column);
    return from && from->type == TYPE_TEXT && from->known[0]
               ? str_copy(gather->casefile->arena, from->texts[0])
               : STR("");
}

static int64_t time_of(const struct batch *rows, const char *column)
{
    const struct column *from = batch_find(rows, column);
    return from && from->type == TYPE_TIME && from->known[0] ? from->integers[0] : 0;
}

/* Of a diff what the case names; of other details, such as those of a flag, the first line. */
static struct str lines_to_see(struct gathering *gather, struct str detail)
{
    struct arena *arena = gather->casefile->arena;
    const struct clues clues = symptoms_clues(gather->scratch, gather->casefile);
    if (patch_is_one(detail))
        return patch_excerpt(arena, detail, &clues, DIFF_LINES_MAX);
    struct str first = STR("");
    str_split(&detail, '\n', &first);
    return first.len > 0
               ? str_printf(arena, " %.*s", STR_ARG(str_slice(first, 0, DETAIL_BYTES_MAX)))
               : STR("");
}

/* "`@shop/web`", or by habit "`Kim` (7 of 9 changes to these files)". */
static struct str owners_in_words(struct gathering *gather, const struct change *change)
{
    const struct owner_list list = owners_of_change(
        gather->scratch, gather->services->owners, gather->history, gather->history->count, change);
    struct buf out = buf_new(gather->casefile->arena);
    for (uint32_t i = 0; i < list.count && i < OWNERS_SHOWN; i++) {
        buf_add(&out, i > 0 ? STR(", ") : STR(""));
        buf_add(&out, list.items[i].name);
        if (list.changes > 0)
            buf_printf(&out, " (%u of %u)", list.items[i].count, list.changes);
    }
    return buf_str(&out);
}

static const struct change *change_of(const struct gathering *gather, struct str id)
{
    const uint32_t number = map_find(&gather->history->ids, id);
    return number != MAP_NONE ? &gather->history->items[number].change : NULL;
}

/* The repository is asked where the source of the change has not told it. */
static struct str detail_of(struct gathering *gather, const struct batch *rows, struct str id)
{
    const struct str told = text_of(gather, rows, "detail");
    return told.len > 0 || !gather->repository
               ? told
               : repository_patch(gather->scratch, gather->repository, id);
}

static void add_change(struct gathering *gather, const struct evidence *evidence)
{
    struct arena *arena = gather->casefile->arena;
    struct batch *rows;
    struct err ignored = {0};
    const struct change *change = change_of(gather, evidence->change);
    if (!change ||
        !telemetry_rows(gather->services->telemetry, gather->scratch, evidence->query, &rows,
                        &ignored) ||
        rows->rows == 0)
        return;
    struct exhibit *exhibit = casefile_add_exhibit(gather->casefile, evidence->id);
    exhibit->kind = EXHIBIT_CHANGE;
    exhibit->change = (struct exhibit_change){
        .service = evidence->subject,
        .id = evidence->change,
        .author = text_of(gather, rows, "author"),
        .message = text_of(gather, rows, "message"),
        .diff = lines_to_see(gather, detail_of(gather, rows, change->id)),
        .owners = owners_in_words(gather, change),
        .revert = change_revert_command(arena, change->id, change->parents),
        .landed_ns = time_of(rows, "landed"),
        .brought_ns = time_of(rows, "deployed"),
    };
}

static void add_changes(struct gathering *gather)
{
    struct err ignored = {0};
    uint32_t count = 0;
    if (!gather->casefile->culprits ||
        !landed_read(gather->services, gather->scratch, gather->casefile->alert->starts_ns,
                     &gather->history, &ignored))
        return;
    for (const struct culprit_change *it = gather->casefile->culprits; it && count < RANKING_FIVE;
         it = it->next, count++)
        add_change(gather, it->evidence);
}

static void add_for(struct gathering *gather, const struct evidence *const *cited, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cited[i]->series.metric.len > 0)
            add_series(gather, cited[i]);
        if (cited[i]->trace_id.len > 0)
            add_trace(gather, cited[i]);
    }
}

void exhibits_gather(struct casefile *casefile, const struct services *services,
                     const struct repository *repository)
{
    struct arena *scratch = arena_new("exhibits");
    struct gathering gather = {.casefile = casefile,
                               .services = services,
                               .repository = repository,
                               .scratch = scratch,
                               .shown = map_new(scratch)};
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next) {
        add_for(&gather, it->cited_for, it->cited_for_count);
        add_for(&gather, it->cited_against, it->cited_against_count);
    }
    add_changes(&gather);
    arena_free(scratch);
}
