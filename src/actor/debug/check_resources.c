/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: did one service run short of something: processor, memory, disk, connections (and
 * threads), file descriptors?
 *
 * What is full and was not before speaks for it, in the words of check_saturation: it counts once.
 * A use that rose and is still far from its limit speaks against it, as high as it may have risen.
 * That is said only where the limit is that of what rose the most among all of its kind: a
 * processor that is half idle but throttled more than ever is no proof of plenty.
 *
 * Where no limit is known nothing is told, not even that there is room.
 */
#include "actor/actor.h"

#include "actor/fullness.h"
#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "data/batch.h"

#include <math.h>

#define SHIFT_MIN 3.0  /* in spreads: remarkable (agent/metrics/shifts.c) */
#define EVIDENCE_MAX 4 /* full ones: the fifth replica says what the first has said */
#define LIMIT_MAX 4e18 /* what stands for no limit at all is 2^63, less some pages */
#define SHARE_MAX 2.0  /* above, the two have not the same unit */
#define NO_ROW SIZE_MAX

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose resources", NULL},
    {0},
};

static const struct field output[] = {
    {"short", TYPE_BOOL, FIELD_OPTIONAL, "it ran short of one; unknown: none has a known limit",
     NULL},
    {"resource", TYPE_TEXT, FIELD_OPTIONAL,
     "the one it is the shortest of: cpu, memory, disk, connections, descriptors", NULL},
    {"roomy", TYPE_BOOL, FIELD_OPTIONAL, "all that have a known limit are far from it", NULL},
    {0},
};

/* All series of one kind of one service. */
struct resource {
    double fullest;     /* share of the limit since it began; 0: none has one */
    size_t fullest_row; /* of metrics.saturation; NO_ROW: none has a limit */
    double shift;       /* of what rose the most */
    size_t shift_row;   /* of metrics.shifts; NO_ROW: none rose remarkably */
};

struct work {
    struct call *call;
    struct str service;
    const struct batch *limited; /* metrics.saturation */
    const struct batch *shifts;  /* metrics.shifts */
    struct resource resources[METRIC_KINDS_COUNT];
};

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static bool is_descriptors(struct str metric)
{
    return metric_has_piece(metric, STR("fds")) || metric_has_piece(metric, STR("fd")) ||
           metric_has_piece(metric, STR("descriptors"));
}

/* NULL: it is not something to run short of. */
static const char *resource_name(enum metric_kind kind, struct str metric)
{
    switch (kind) {
    case METRIC_CPU:
    case METRIC_MEMORY:
    case METRIC_DISK:
        return metric_kind_name(kind);
    case METRIC_CONNECTIONS:
        return is_descriptors(metric) ? "descriptors" : metric_kind_name(kind);
    default:
        return NULL;
    }
}

static enum metric_kind kind_at(const struct batch *rows, size_t row)
{
    return metric_kind_of(text_of(rows, row, "kind"));
}

static bool is_plausible(const struct batch *rows, size_t row, const char *column, double max)
{
    const struct column *numbers = batch_column(rows, column);
    return numbers->known[row] && numbers->reals[row] >= 0 && numbers->reals[row] <= max;
}

/* Whether the row is about a resource of the service, and its share of the limit can be meant. */
static bool is_told(const struct work *work, size_t row)
{
    const struct batch *rows = work->limited;
    return str_eq(text_of(rows, row, "service"), work->service) &&
           resource_name(kind_at(rows, row), text_of(rows, row, "metric")) &&
           (fullness_tells_room(rows, row) || fullness_is_news(rows, row)) &&
           is_plausible(rows, row, "limit", LIMIT_MAX) &&
           is_plausible(rows, row, "share_before", SHARE_MAX) &&
           is_plausible(rows, row, "share_after", SHARE_MAX);
}

static bool ask(struct work *work, const char *tool, const char *field, const struct batch **out,
                struct err *err)
{
    struct call *call = work->call;
    const struct record asked = record_new(call->scratch, agent_tool(str_of(tool))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, tool, &asked, &answer, err))
        return false;
    *out = record_at(&answer, field)->rows;
    return true;
}

/* ---- what ran short ---- */

static void find_fullest(struct work *work)
{
    for (size_t row = 0; row < work->limited->rows; row++) {
        if (!is_told(work, row))
            continue;
        struct resource *resource = &work->resources[kind_at(work->limited, row)];
        const double share = fullness_of(work->limited, row);
        if (resource->fullest_row != NO_ROW && share <= resource->fullest)
            continue;
        resource->fullest = share;
        resource->fullest_row = row;
    }
}

/* The fullest of those that ran short; NO_ROW: none did. */
static size_t tell_shortages(const struct work *work)
{
    size_t worst = NO_ROW, told = 0;
    for (size_t row = 0; row < work->limited->rows; row++) {
        if (!is_told(work, row) || !fullness_is_news(work->limited, row))
            continue;
        if (told++ < EVIDENCE_MAX)
            fullness_add_evidence(work->call, work->limited, row, true);
        if (worst == NO_ROW || fullness_of(work->limited, row) > fullness_of(work->limited, worst))
            worst = row;
    }
    return worst;
}

/* ---- what rose, and is far from its limit ---- */

static bool rose(const struct batch *rows, size_t row)
{
    return batch_column(rows, "falls")->integers[row] == 0 &&
           batch_column(rows, "is_flat")->integers[row] == 0 &&
           batch_column(rows, "is_new")->integers[row] == 0 &&
           batch_column(rows, "shift")->known[row] &&
           batch_column(rows, "shift")->reals[row] >= SHIFT_MIN;
}

static void find_what_rose(struct work *work)
{
    const struct batch *rows = work->shifts;
    for (size_t row = 0; row < rows->rows; row++) {
        if (!str_eq(text_of(rows, row, "service"), work->service) || !rose(rows, row))
            continue;
        struct resource *resource = &work->resources[kind_at(rows, row)];
        const double shift = batch_column(rows, "shift")->reals[row];
        if (resource->shift_row != NO_ROW && shift <= resource->shift)
            continue;
        resource->shift = shift;
        resource->shift_row = row;
    }
}

/* NO_ROW: that series has no limit. */
static size_t limited_row_of(const struct work *work, size_t shift_row)
{
    for (size_t row = 0; row < work->limited->rows; row++)
        if (is_told(work, row) &&
            str_eq(text_of(work->limited, row, "metric"),
                   text_of(work->shifts, shift_row, "metric")) &&
            str_eq(text_of(work->limited, row, "instance"),
                   text_of(work->shifts, shift_row, "instance")))
            return row;
    return NO_ROW;
}

static void tell_room(const struct work *work)
{
    for (size_t kind = 0; kind < METRIC_KINDS_COUNT; kind++) {
        const struct resource *resource = &work->resources[kind];
        if (resource->fullest_row == NO_ROW || resource->fullest > FULLNESS_ROOMY ||
            resource->shift_row == NO_ROW)
            continue;
        const size_t row = limited_row_of(work, resource->shift_row);
        if (row != NO_ROW)
            fullness_add_evidence(work->call, work->limited, row, false);
    }
}

/* ---- the story ---- */

static void answer(const struct work *work, size_t worst, struct record *out)
{
    bool any = false, roomy = true;
    for (size_t kind = 0; kind < METRIC_KINDS_COUNT; kind++) {
        any |= work->resources[kind].fullest_row != NO_ROW;
        roomy &= work->resources[kind].fullest <= FULLNESS_ROOMY;
    }
    if (!any)
        return;
    *record_at(out, "short") = value_bool(worst != NO_ROW);
    *record_at(out, "roomy") = value_bool(roomy);
    if (worst != NO_ROW)
        *record_at(out, "resource") = value_text(str_of(
            resource_name(kind_at(work->limited, worst), text_of(work->limited, worst, "metric"))));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.call = call, .service = record_at(in, "service")->text};
    for (size_t kind = 0; kind < METRIC_KINDS_COUNT; kind++)
        work.resources[kind] = (struct resource){.fullest_row = NO_ROW, .shift_row = NO_ROW};
    if (!ask(&work, "metrics.saturation", "resources", &work.limited, err) ||
        !ask(&work, "metrics.shifts", "series", &work.shifts, err))
        return false;
    find_fullest(&work);
    const size_t worst = tell_shortages(&work);
    find_what_rose(&work);
    tell_room(&work);
    answer(&work, worst, out);
    return true;
}

const struct actor actor_check_resources = {
    .sig = {.name = "check_resources",
            .summary = "Ask whether one service ran short of a resource",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
