/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A visit is a trace's passage through a service, told apart by the operation that it entered by.
 * For a service whose lines carry no trace, a visit is a slot of ten seconds, in which it may well
 * have written nothing.
 *
 * A visit of the baseline in which something failed is no measure of how things go when they go
 * well, so it is left out, but for lines that tell of failure themselves.
 */
#include "agent/logs/line_trials.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "text/level.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOTS_SPAN_NS (2 * 3600 * NS_PER_S)

/*
 * Which traces passed which services, entering by which operation. Of a trace that logged nothing
 * the lines were not kept, as it seems, and it counts only for services that log nothing but what
 * fails: those are silent as long as all goes well, and their errors are held against that.
 */
static const char passages_sql[] =
    "SELECT %s AS of_reference, trace_id, service, trace_id IN (SELECT trace_id FROM %s) AS "
    "logged, arg_min(coalesce(operation, ''), (time, operation)) AS operation, min(time) AS time "
    "FROM %s WHERE trace_id <> '' AND service <> '' AND time IS NOT NULL GROUP BY trace_id, "
    "service ORDER BY trace_id, service";

struct visit {
    uint32_t group; /* service and operation */
    int place;
    bool failed;
};

/* That a visit wrote a line of a template. */
struct hit {
    uint32_t visit;
    uint32_t template;
};

struct making {
    struct call *call;
    const struct lines *lines;
    int64_t alert_ns;
    struct arena *arena;
    struct map visit_keys;
    struct visit *visits;
    struct map group_keys;
    bool *linked;      /* by service: its lines carry traces */
    bool *fails_aloud; /* and tell of nothing but failures */
    struct hit *hits;
    size_t hits_count;
};

static void find_linked(struct making *make)
{
    const struct lines *lines = make->lines;
    uint32_t *with = arena_push_many(make->arena, uint32_t, lines->services.count);
    uint32_t *failing = arena_push_many(make->arena, uint32_t, lines->services.count);
    uint32_t *all = arena_push_many(make->arena, uint32_t, lines->services.count);
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        const bool traced = line->trace_id.len > 0;
        with[line->service] += traced;
        failing[line->service] += traced && (lines->of[line->template].failing ||
                                             level_of_word(line->level) >= LEVEL_ERROR);
        all[line->service]++;
    }
    make->linked = arena_push_many(make->arena, bool, lines->services.count);
    make->fails_aloud = arena_push_many(make->arena, bool, lines->services.count);
    for (uint32_t i = 0; i < lines->services.count; i++) {
        make->linked[i] = 2 * with[i] > all[i];
        make->fails_aloud[i] = failing[i] == with[i];
    }
}

static uint32_t visit_of(struct making *make, struct str key, uint32_t service,
                         struct str operation, int place)
{
    const uint32_t before = make->visit_keys.count;
    const uint32_t number = map_add(&make->visit_keys, key);
    if (number == before) {
        const struct str group = str_printf(make->arena, "%u %.*s", service, STR_ARG(operation));
        make->visits[number] =
            (struct visit){.group = map_add(&make->group_keys, group), .place = place};
    }
    return number;
}

static struct str trace_key(struct making *make, bool of_reference, uint32_t service,
                            struct str trace_id)
{
    return str_printf(make->arena, "%d %u %.*s", of_reference, service, STR_ARG(trace_id));
}

static int place_of(const struct making *make, bool of_reference, int64_t time_ns)
{
    return of_reference ? TRIAL_REFERENCE : trial_place(time_ns, make->alert_ns);
}

static void add_passages(struct making *make, const struct batch *rows)
{
    for (size_t row = 0; row < rows->rows; row++) {
        const uint32_t service =
            map_find(&make->lines->services, batch_column(rows, "service")->texts[row]);
        if (service == MAP_NONE || !make->linked[service] ||
            (!batch_column(rows, "logged")->integers[row] && !make->fails_aloud[service]))
            continue;
        const bool of_reference = batch_column(rows, "of_reference")->integers[row] != 0;
        visit_of(make,
                 trace_key(make, of_reference, service, batch_column(rows, "trace_id")->texts[row]),
                 service, batch_column(rows, "operation")->texts[row],
                 place_of(make, of_reference, batch_column(rows, "time")->integers[row]));
    }
}

/*
 * From the first line to the last of a file. What lies hours apart from the rest does not belong to
 * it: one line with a wild time must make neither a million slots nor a baseline of empty ones.
 */
static struct window stretch_of(const struct making *make, bool of_reference)
{
    const struct line *items = make->lines->items;
    const int64_t window_end_ns = make->alert_ns + TRIAL_AFTER_BINS * TRIAL_BIN_NS;
    uint32_t from = 0, to; /* the lines of that file: they stand together, by time */
    while (from < make->lines->count && items[from].of_reference != of_reference)
        from++;
    for (to = from; to < make->lines->count && items[to].of_reference == of_reference;)
        to++;
    if (from == to)
        return (struct window){0};

    uint32_t first = from + (to - from) / 2;
    if (!of_reference)
        for (first = to - 1; first > from && items[first].time_ns >= window_end_ns;)
            first--;
    uint32_t last = first;
    while (first > from && items[first].time_ns - items[first - 1].time_ns <= SLOTS_SPAN_NS)
        first--;
    while (last + 1 < to && items[last + 1].time_ns - items[last].time_ns <= SLOTS_SPAN_NS)
        last++;
    int64_t end_ns = items[last].time_ns + 1;
    if (!of_reference && end_ns > window_end_ns)
        end_ns = window_end_ns;
    const int64_t start_ns = items[first].time_ns;
    return (struct window){start_ns < end_ns - SLOTS_SPAN_NS ? end_ns - SLOTS_SPAN_NS : start_ns,
                           end_ns};
}

/* Slots are counted from the alert, as the bins of trials are: so a slot lies in one bin whole. */
static int64_t slot_of(const struct making *make, int64_t time_ns)
{
    return line_slot(time_ns, make->alert_ns);
}

/* Every slot of that stretch, whether anything was written in it or not. */
static void add_slots(struct making *make, bool of_reference)
{
    const struct lines *lines = make->lines;
    const struct window stretch = stretch_of(make, of_reference);
    const int64_t first = slot_of(make, stretch.start_ns);
    const int64_t end =
        stretch.start_ns < stretch.end_ns ? slot_of(make, stretch.end_ns - 1) + 1 : first;
    for (uint32_t service = 0; service < lines->services.count; service++) {
        if (make->linked[service])
            continue;
        for (int64_t slot = first; slot < end; slot++)
            visit_of(
                make,
                str_printf(make->arena, "%d %u slot %lld", of_reference, service, (long long)slot),
                service, STR(""),
                place_of(make, of_reference, make->alert_ns + slot * LINE_SLOT_NS));
    }
}

static void add_hits(struct making *make)
{
    const struct lines *lines = make->lines;
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        struct str key;
        if (!make->linked[line->service])
            key = str_printf(make->arena, "%d %u slot %lld", line->of_reference, line->service,
                             (long long)slot_of(make, line->time_ns));
        else if (line->trace_id.len > 0)
            key = trace_key(make, line->of_reference, line->service, line->trace_id);
        else
            continue;
        const uint32_t visit = make->linked[line->service]
                                   ? visit_of(make, key, line->service, STR(""),
                                              place_of(make, line->of_reference, line->time_ns))
                                   : map_find(&make->visit_keys, key);
        if (visit == MAP_NONE)
            continue;
        make->visits[visit].failed |= lines->of[line->template].failing;
        make->hits[make->hits_count++] = (struct hit){visit, line->template};
    }
}

static bool counts_as_baseline(const struct visit *visit)
{
    return visit->place >= 0 || !visit->failed;
}

/* By group, then template, then visit: the hits of one trial stand together. */
static int compare_hits(const void *a, const void *b, void *state)
{
    const struct hit *x = a, *y = b;
    const struct visit *visits = state;
    const uint32_t group_x = visits[x->visit].group;
    const uint32_t group_y = visits[y->visit].group;
    if (group_x != group_y)
        return group_x < group_y ? -1 : 1;
    if (x->template != y->template)
        return x->template <y->template ? -1 : 1;
    return (x->visit > y->visit) - (x->visit < y->visit);
}

static void count(struct making *make, struct line_trials *out)
{
    struct arena *arena = make->arena;
    const uint32_t groups = make->group_keys.count;
    struct trial_counts *all = arena_push_many(arena, struct trial_counts, groups);
    struct trial_counts *well = arena_push_many(arena, struct trial_counts, groups);
    for (uint32_t i = 0; i < make->visit_keys.count; i++) {
        trial_add(&all[make->visits[i].group], make->visits[i].place);
        if (counts_as_baseline(&make->visits[i]))
            trial_add(&well[make->visits[i].group], make->visits[i].place);
    }
    qsort_r(make->hits, make->hits_count, sizeof *make->hits, compare_hits, make->visits);

    out->items = arena_push_many(arena, struct line_trial, make->hits_count);
    out->trials = arena_push_many(arena, struct trial, make->hits_count);
    out->count = 0;
    for (size_t i = 0; i < make->hits_count; i++) {
        const struct hit *hit = &make->hits[i];
        const struct visit *visit = &make->visits[hit->visit];
        const bool failing = make->lines->of[hit->template].failing;
        const bool same_trial = i > 0 && hit->template == make->hits[i - 1].template &&
                                visit->group == make->visits[make->hits[i - 1].visit].group;
        if (!same_trial) {
            out->items[out->count] = (struct line_trial){.template = hit->template};
            out->trials[out->count++] =
                (struct trial){.service = make->lines->service_of[hit->template],
                               .only_more = failing,
                               .tries = failing ? all[visit->group] : well[visit->group]};
        }
        if (same_trial && make->hits[i - 1].visit == hit->visit)
            continue;
        if (failing || counts_as_baseline(visit))
            trial_add(&out->trials[out->count - 1].hits, visit->place);
    }
}

static bool load_passages(struct making *make, const char *of_reference, const char *traces,
                          const char *logs, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(make->call->services->telemetry, make->arena,
                        str_printf(make->arena, passages_sql, of_reference, logs, traces), &rows,
                        err))
        return false;
    add_passages(make, rows);
    return true;
}

bool line_trials_make(struct call *call, const struct lines *lines, int64_t alert_ns,
                      struct line_trials *out, struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *count_rows;
    if (!telemetry_rows(call->services->telemetry, arena,
                        STR("SELECT (SELECT count(*) FROM traces) + (SELECT count(*) FROM "
                            "reference_traces) AS n"),
                        &count_rows, err))
        return false;
    const size_t slots_max =
        2 * (size_t)lines->services.count * (size_t)(SLOTS_SPAN_NS / LINE_SLOT_NS + 2);
    const size_t visits_max =
        (size_t)batch_column(count_rows, "n")->integers[0] + lines->count + slots_max;
    struct making make = {
        .call = call,
        .lines = lines,
        .alert_ns = alert_ns,
        .arena = arena,
        .visit_keys = map_new(arena),
        .visits = arena_push_many(arena, struct visit, visits_max),
        .group_keys = map_new(arena),
        .hits = arena_push_many(arena, struct hit, lines->count),
    };
    find_linked(&make);
    if (!load_passages(&make, "false", "traces", "logs", err) ||
        !load_passages(&make, "true", "reference_traces", "reference_logs", err))
        return false;
    add_slots(&make, false);
    add_slots(&make, true);
    add_hits(&make);
    count(&make, out);
    return true;
}
