/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/origins.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"

#include <math.h>

#define LOST_SHARE 0.5     /* half of what was called before is called no more */
#define REPEATS_FACTOR 2.0 /* twice the calls a request are another way of working */
#define WAYS_MAX 3         /* services on the way to the caller */

static bool read_frames(const struct origins *origins, struct hurt *hurt, struct err *err)
{
    struct record in = record_new(origins->call->scratch,
                                  agent_tool(STR("traces.flame"))->sig.input),
                  out;
    *record_at(&in, "onset") = value_time(origins->requests->onset_ns);
    *record_at(&in, "request") = value_text(hurt->kind->operation);
    if (!agent_use(origins->call, "traces.flame", &in, &out, err))
        return false;
    hurt->frames = record_at(&out, "frames")->rows;
    return true;
}

static int64_t integer_of(const struct batch *rows, const char *column, size_t row)
{
    return batch_column(rows, column)->integers[row];
}

/* The tool knows the root by its operation alone; of a path that was cut, it cannot be told. */
static bool is_below(const struct hurt *hurt, size_t row)
{
    const struct str path = batch_column(hurt->frames, "path")->texts[row];
    const struct str service = hurt->kind->service;
    return str_starts(path, STR("(")) ||
           (str_starts(path, service) && path.len > service.len && path.ptr[service.len] == ':');
}

/* The frame at which most failures began that did not before; rows: none. */
static size_t failing_frame(const struct hurt *hurt)
{
    const struct batch *rows = hurt->frames;
    size_t best = rows->rows;
    int64_t most = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        const int64_t failed =
            integer_of(rows, "failed_since", row) - integer_of(rows, "failed_before", row);
        if (failed > most && is_below(hurt, row)) {
            most = failed;
            best = row;
        }
    }
    return best;
}

/* The frame whose own time grew the most; rows: none. */
static size_t growing_frame(const struct hurt *hurt)
{
    const struct batch *rows = hurt->frames;
    for (size_t row = 0; row < rows->rows; row++)
        if (batch_column(rows, "growth_ms")->reals[row] > 0 && is_below(hurt, row))
            return row;
    return rows->rows;
}

/* A caller may bear with the failure of what it waits for. */
static bool fails_anew(const struct batch *rows, size_t row)
{
    return row < rows->rows &&
           integer_of(rows, "failed_since", row) > integer_of(rows, "failed_before", row);
}

static bool add_origin(struct origins *origins, const struct hurt *hurt, size_t row, bool fails,
                       bool takes_time, struct err *err)
{
    const struct batch *rows = hurt->frames;
    if (row == rows->rows)
        return true;
    const struct str service = batch_column(rows, "service")->texts[row];
    const struct str operation = batch_column(rows, "operation")->texts[row];
    for (uint32_t i = 0; i < origins->count; i++) {
        struct origin *known = &origins->items[i];
        if (str_eq(known->frame.service, service) && str_eq(known->frame.operation, operation)) {
            known->fails |= fails;
            known->takes_time |= takes_time && known->hurt == hurt;
            return true;
        }
    }
    if (origins->count == ORIGINS_MAX)
        return true;
    struct origin *origin = &origins->items[origins->count++];
    *origin = (struct origin){.hurt = hurt,
                              .fails = fails,
                              .takes_time = takes_time,
                              .path = batch_column(rows, "path")->texts[row]};
    return requests_frame(origins->call, origins->requests, hurt->kind, service, operation,
                          &origin->frame, err);
}

bool origins_find(struct call *call, const struct requests *requests, struct hurt *hurts,
                  uint32_t hurts_count, struct origins *out, struct err *err)
{
    *out = (struct origins){.call = call, .requests = requests};
    for (uint32_t i = 0; i < hurts_count; i++) {
        struct hurt *hurt = &hurts[i];
        if (!hurt->is_told)
            continue;
        if (!read_frames(out, hurt, err))
            return false;
        const size_t failing = hurt->fails ? failing_frame(hurt) : hurt->frames->rows;
        const size_t growing = hurt->is_slower ? growing_frame(hurt) : hurt->frames->rows;
        if (!add_origin(out, hurt, failing, true, failing == growing, err) ||
            !add_origin(out, hurt, growing, fails_anew(hurt->frames, growing), true, err))
            return false;
    }
    return true;
}

/* Calls a request, as whole as they are. */
static struct str each_of(struct arena *arena, double calls)
{
    return str_printf(arena, "%.*f", calls >= 10 || calls == round(calls) ? 0 : 1, calls);
}

/* ", 30 calls instead of 1": where that is what takes the time. */
static struct str repeats_of(struct arena *arena, const struct origin *origin)
{
    const struct request_kind *kind = origin->hurt->kind;
    const double before =
        (double)origin->frame.calls[PERIOD_BEFORE] / fmax(1, (double)kind->calls[PERIOD_BEFORE]);
    const double since =
        (double)origin->frame.calls[PERIOD_SINCE] / fmax(1, (double)kind->calls[PERIOD_SINCE]);
    return before > 0 && since >= REPEATS_FACTOR * before && since >= before + 1
               ? str_printf(arena, ", %s calls instead of %s", each_of(arena, since).ptr,
                            each_of(arena, before).ptr)
               : STR("");
}

struct str origin_claim(struct arena *arena, const struct origin *origin, bool is_first)
{
    const struct request_frame *frame = &origin->frame;
    const struct str name =
        str_printf(arena, "`%s` `%s`%s", frame->service.ptr, frame->operation.ptr,
                   str_find(origin->path, STR(" > ")) == STR_NPOS ? " itself" : "");
    if (!origin->takes_time)
        return name;
    return str_printf(arena, "%s (%s%s%s)", name.ptr, hurt_from_to(arena, frame->ms).ptr,
                      is_first ? " per request" : "", repeats_of(arena, origin).ptr);
}

/* "web:POST /order" of a path; its part behind the first ": " is cut off. */
struct step {
    struct str service, operation;
};

static bool next_step(struct str *rest, struct step *out)
{
    if (rest->len == 0)
        return false;
    const size_t end = str_find(*rest, STR(" > "));
    const struct str step = str_slice(*rest, 0, end);
    const size_t colon = str_find(step, STR(":"));
    *out = (struct step){str_slice(step, 0, colon),
                         str_slice(step, colon == STR_NPOS ? step.len : colon + 1, step.len)};
    *rest = end == STR_NPOS ? STR("") : str_slice(*rest, end + 3, rest->len);
    return true;
}

/* The services between the root and the frame, each where the request enters it. */
struct str origin_ways(struct arena *arena, const struct origin *origin)
{
    struct buf out = buf_new(arena);
    struct str rest = origin->path, service = origin->hurt->kind->service;
    struct step step;
    uint32_t count = 0;
    while (count < WAYS_MAX && next_step(&rest, &step)) {
        if (rest.len == 0 || str_eq(step.service, service) || step.operation.len == 0)
            continue;
        service = step.service;
        buf_printf(&out, "%s`%.*s` `%.*s`", count++ > 0 ? " and " : "", STR_ARG(step.service),
                   STR_ARG(step.operation));
    }
    return buf_str(&out);
}

/* The uppermost frame of another service that most of the requests do not come to any more. */
bool origins_lost(const struct origins *origins, const struct hurt *hurt, struct request_frame *out)
{
    const struct batch *rows = hurt->frames;
    const double n_before = (double)hurt->kind->calls[PERIOD_BEFORE];
    const double n_since = (double)hurt->kind->calls[PERIOD_SINCE];
    size_t best = rows->rows;
    for (size_t row = 0; row < rows->rows; row++) {
        const double before = (double)integer_of(rows, "calls_before", row) / n_before;
        const double since = (double)integer_of(rows, "calls_since", row) / n_since;
        if (!is_below(hurt, row) || n_before < CALLS_MIN || before < LOST_SHARE ||
            since > LOST_SHARE * before ||
            str_eq(batch_column(rows, "service")->texts[row], hurt->kind->service))
            continue;
        if (best == rows->rows ||
            integer_of(rows, "depth", row) < integer_of(rows, "depth", best) ||
            (integer_of(rows, "depth", row) == integer_of(rows, "depth", best) &&
             integer_of(rows, "calls_before", row) > integer_of(rows, "calls_before", best)))
            best = row;
    }
    struct err ignored = {0};
    return best < rows->rows &&
           requests_frame(origins->call, origins->requests, hurt->kind,
                          batch_column(rows, "service")->texts[best],
                          batch_column(rows, "operation")->texts[best], out, &ignored);
}
