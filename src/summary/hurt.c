/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/hurt.h"

#include "base/arena.h"
#include "base/buf.h"
#include "summary/amounts.h"

#include <math.h>

#define FAILED_SHARE_MIN 0.02 /* more of a kind than before: one in fifty */
#define FEW_FAIL 0.1          /* below that, slowness is told before failures */
#define GONE_CALLS_MIN 3.0    /* so many were to be expected, and none came */

static double share_of(const struct request_kind *kind, enum period period)
{
    return kind->calls[period] > 0 ? (double)kind->failed[period] / (double)kind->calls[period] : 0;
}

struct hurt hurt_of(const struct request_kind *kind)
{
    struct hurt hurt = {.kind = kind};
    if (kind->calls[PERIOD_SINCE] == 0)
        return hurt;
    hurt.failed_share = share_of(kind, PERIOD_SINCE) - share_of(kind, PERIOD_BEFORE);
    hurt.fails = hurt.failed_share >= FAILED_SHARE_MIN;
    hurt.extra_ms = kind->ms[PERIOD_SINCE] - kind->ms[PERIOD_BEFORE];
    hurt.is_slower = (hurt.fails ? kind->calls[PERIOD_BEFORE] > 0
                                 : kind->calls[PERIOD_BEFORE] >= CALLS_MIN &&
                                       kind->calls[PERIOD_SINCE] >= CALLS_MIN) &&
                     hurt.extra_ms >= SLOWER_MS_MIN &&
                     kind->ms[PERIOD_SINCE] >= SLOWER_FACTOR * kind->ms[PERIOD_BEFORE];
    return hurt;
}

/* Failed requests first, then lost time; kinds come in a fixed order. */
static bool is_worse(const struct hurt *a, const struct hurt *b)
{
    const double a_failed = a->fails ? (double)a->kind->failed[PERIOD_SINCE] : 0;
    const double b_failed = b->fails ? (double)b->kind->failed[PERIOD_SINCE] : 0;
    if (a_failed != b_failed)
        return a_failed > b_failed;
    return a->extra_ms * (double)a->kind->calls[PERIOD_SINCE] >
           b->extra_ms * (double)b->kind->calls[PERIOD_SINCE];
}

uint32_t hurts_find(const struct requests *requests, struct hurt hurts[HURTS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < requests->count; i++) {
        const struct hurt hurt = hurt_of(&requests->items[i]);
        if (!hurt.fails && !hurt.is_slower)
            continue;
        uint32_t at = count;
        while (at > 0 && is_worse(&hurt, &hurts[at - 1]))
            at--;
        count += count < HURTS_MAX;
        for (uint32_t k = count - 1; k > at; k--)
            hurts[k] = hurts[k - 1];
        if (at < count)
            hurts[at] = hurt;
    }
    return count;
}

static struct amount ms_of(struct arena *arena, double ms)
{
    return amount_of(arena, AMOUNT_SECONDS, ms / 1e3);
}

/* "39 ms to 271 ms": rows have both, in ms and in s. */
struct str hurt_from_to(struct arena *arena, const double ms[PERIODS_COUNT])
{
    return str_printf(arena, "%s to %s", ms_of(arena, ms[PERIOD_BEFORE]).text.ptr,
                      ms_of(arena, ms[PERIOD_SINCE]).text.ptr);
}

/* "(0 of 30 before)"; nothing where none came before. */
static struct str before_of(struct arena *arena, const struct request_kind *kind, const char *word)
{
    return kind->calls[PERIOD_BEFORE] == 0
               ? STR("")
               : str_printf(arena, " (%lld of %lld%s)", (long long)kind->failed[PERIOD_BEFORE],
                            (long long)kind->calls[PERIOD_BEFORE], word);
}

static struct str failing_of(struct arena *arena, const struct hurt *hurt)
{
    const struct request_kind *kind = hurt->kind;
    return str_printf(arena, "fails in %lld of %lld requests%s",
                      (long long)kind->failed[PERIOD_SINCE], (long long)kind->calls[PERIOD_SINCE],
                      before_of(arena, kind, " before").ptr);
}

struct str hurt_claim(struct arena *arena, const struct hurt *hurt)
{
    const struct request_kind *kind = hurt->kind;
    const struct str slowed =
        str_printf(arena, "slowed from %s per request", hurt_from_to(arena, kind->ms).ptr);
    const struct str what =
        !hurt->fails       ? slowed
        : !hurt->is_slower ? failing_of(arena, hurt)
        : hurt->failed_share < FEW_FAIL
            ? str_printf(arena, "%s and %s", slowed.ptr, failing_of(arena, hurt).ptr)
            : str_printf(arena, "%s and %s", failing_of(arena, hurt).ptr, slowed.ptr);
    return str_printf(arena, "`%s` `%s` %s", kind->service.ptr, kind->operation.ptr, what.ptr);
}

/* Of those that follow the first, what differs: "`GET /search` in 6 of 9 (0 of 14)". */
struct str hurt_claim_next(struct arena *arena, const struct hurt *hurt, const struct hurt *before)
{
    const struct request_kind *kind = hurt->kind;
    const struct str service = str_eq(before->kind->service, kind->service)
                                   ? STR("")
                                   : str_printf(arena, "`%s` ", kind->service.ptr);
    if (!hurt->fails)
        return str_printf(arena, "%.*s`%s` %sfrom %s", STR_ARG(service), kind->operation.ptr,
                          before->is_slower ? "" : "slowed ", hurt_from_to(arena, kind->ms).ptr);
    return str_printf(arena, "%.*s`%s` in %lld of %lld%s", STR_ARG(service), kind->operation.ptr,
                      (long long)kind->failed[PERIOD_SINCE], (long long)kind->calls[PERIOD_SINCE],
                      before_of(arena, kind, "").ptr);
}

static double expected(const struct requests *requests, const struct request_kind *kind)
{
    return (double)kind->calls[PERIOD_BEFORE] * requests->span_s[PERIOD_SINCE] /
           requests->span_s[PERIOD_BEFORE];
}

bool request_is_gone(const struct requests *requests, const struct request_kind *kind)
{
    return kind->calls[PERIOD_SINCE] == 0 && expected(requests, kind) >= GONE_CALLS_MIN;
}

bool request_is_changed(const struct requests *requests, const struct request_kind *kind)
{
    const double before = kind->ms[PERIOD_BEFORE], since = kind->ms[PERIOD_SINCE];
    const bool has_both = kind->calls[PERIOD_BEFORE] > 0 && kind->calls[PERIOD_SINCE] > 0;
    return request_is_gone(requests, kind) || hurt_of(kind).fails ||
           (has_both && fabs(since - before) >= SLOWER_MS_MIN &&
            fmax(since, before) >= SLOWER_FACTOR * fmin(since, before));
}
