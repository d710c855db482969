/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several flame graphs in three sentences: who is hurt and how, where it arises, on which way it
 * reaches the caller.
 *
 * traces.flame finds the frames: where failures begin (a frame that failed though nothing below it
 * did) and whose own time grew the most. The numbers are those of SQL that counts again, so that
 * each can be shown. A kind of request that hardly changed is not told: the mean of a few requests
 * wavers.
 */
#include "summary/summary.h"

#include "base/arena.h"
#include "summary/origins.h"
#include "summary/saying.h"

#include <math.h>

#define RATE_FACTOR 1.5   /* so many more requests are worth a word, or so many fewer */
#define RATE_CALLS_MIN 20 /* of fewer no rate is told */
#define HURT_WORDS_MAX 36 /* the rest is for where it arises */

struct telling {
    struct call *call;
    struct arena *arena;
    struct requests requests;
    struct hurt hurts[HURTS_MAX];
    uint32_t hurts_count;
    struct origins origins;
    struct saying saying;
};

/* ---- who is hurt, and where it arises ---- */

static void say_hurt(struct telling *telling)
{
    const struct hurt *last = NULL;
    telling->saying.words_max = HURT_WORDS_MAX;
    for (uint32_t i = 0; i < telling->hurts_count; i++) {
        struct hurt *hurt = &telling->hurts[i];
        const struct str claim =
            last ? hurt_claim_next(telling->arena, hurt, last) : hurt_claim(telling->arena, hurt);
        hurt->is_told = saying_claim(&telling->saying, " and ", claim, telling->requests.query);
        if (hurt->is_told)
            last = hurt;
    }
    saying_end_sentence(&telling->saying);
    telling->saying.words_max = SUMMARY_TRACES_WORDS_MAX;
}

/* Those that fail and take time together, then those that do one of it. */
static void say_origins(struct telling *telling)
{
    static const struct {
        bool fails, takes_time;
        const char *first;
    } groups[] = {{true, true, "the time and the failures arise in "},
                  {true, false, "the failures arise in "},
                  {false, true, "the time is spent in "}};
    for (size_t group = 0; group < sizeof groups / sizeof *groups; group++) {
        bool is_first = true;
        for (uint32_t i = 0; i < telling->origins.count; i++) {
            const struct origin *origin = &telling->origins.items[i];
            if (origin->fails != groups[group].fails ||
                origin->takes_time != groups[group].takes_time)
                continue;
            const struct str claim = origin_claim(telling->arena, origin, is_first);
            const struct str whole =
                is_first ? str_printf(telling->arena, "%s%s", groups[group].first, claim.ptr)
                         : claim;
            if (saying_claim(&telling->saying, is_first ? ", " : " and ", whole,
                             origin->frame.query))
                is_first = false;
        }
    }
    saying_end_sentence(&telling->saying);
}

/* ---- how many came ---- */

static double calls_of(const struct requests *requests, struct str service, enum period period)
{
    int64_t calls = 0;
    for (uint32_t i = 0; i < requests->count; i++)
        if (str_eq(requests->items[i].service, service))
            calls += requests->items[i].calls[period];
    return (double)calls;
}

/* Of the service that most requests come to, where much more or much fewer come a second. */
static bool say_rate(struct telling *telling)
{
    const struct requests *requests = &telling->requests;
    const struct str service = requests->items[0].service;
    const double before = calls_of(requests, service, PERIOD_BEFORE);
    const double since = calls_of(requests, service, PERIOD_SINCE);
    const double rate_before = before / requests->span_s[PERIOD_BEFORE];
    const double rate_since = since / requests->span_s[PERIOD_SINCE];
    return fmin(before, since) > 0 && fmax(before, since) >= RATE_CALLS_MIN &&
           (rate_since >= RATE_FACTOR * rate_before || rate_before >= RATE_FACTOR * rate_since) &&
           saying_claim(&telling->saying, "; ",
                        str_printf(telling->arena, "requests to `%s` %s from %.0f to %.0f",
                                   service.ptr, rate_since > rate_before ? "rose" : "fell", before,
                                   since),
                        requests->query);
}

/* ---- on which way ---- */

static bool is_told(const struct telling *telling, const struct request_kind *kind)
{
    for (uint32_t i = 0; i < telling->hurts_count; i++)
        if (telling->hurts[i].kind == kind && telling->hurts[i].is_told)
            return true;
    return false;
}

static bool others_are_unchanged(const struct telling *telling)
{
    for (uint32_t i = 0; i < telling->requests.count; i++) {
        const struct request_kind *kind = &telling->requests.items[i];
        if (!is_told(telling, kind) && request_is_changed(&telling->requests, kind))
            return false;
    }
    return true;
}

static void say_ways(struct telling *telling)
{
    bool any = false;
    for (uint32_t i = 0; i < telling->origins.count && !any; i++) {
        const struct origin *origin = &telling->origins.items[i];
        const struct str ways = origin_ways(telling->arena, origin);
        if (ways.len > 0)
            any = saying_claim(
                &telling->saying, "",
                str_printf(telling->arena, "they reach `%s` through %s",
                           origin->hurt->kind->service.ptr, ways.ptr),
                requests_ways_query(telling->arena, &telling->requests, origin->hurt->kind));
    }
    struct request_frame lost;
    const struct hurt *first = &telling->hurts[0];
    if (!any && first->fails && origins_lost(&telling->origins, first, &lost))
        saying_claim(&telling->saying, "",
                     str_printf(telling->arena, "the failed requests no longer reach `%s` `%s`",
                                lost.service.ptr, lost.operation.ptr),
                     lost.query);
    if (!say_rate(telling) && others_are_unchanged(telling))
        saying_claim(&telling->saying, "; ", STR("other requests are unchanged"),
                     telling->requests.query);
    saying_end_sentence(&telling->saying);
}

/* ---- where requests are gone, or nothing is to be seen ---- */

/* The service that has lost the most requests, where no kind of it came since. */
static const struct request_kind *most_gone(const struct requests *requests)
{
    for (uint32_t i = 0; i < requests->count; i++) {
        const struct request_kind *kind = &requests->items[i];
        bool any_left = !request_is_gone(requests, kind);
        for (uint32_t k = 0; k < requests->count && !any_left; k++)
            any_left = str_eq(requests->items[k].service, kind->service) &&
                       requests->items[k].calls[PERIOD_SINCE] > 0;
        if (!any_left)
            return kind;
    }
    return NULL;
}

static void say_gone(struct telling *telling, const struct request_kind *gone)
{
    const struct requests *requests = &telling->requests;
    int64_t before = 0;
    for (uint32_t i = 0; i < requests->count; i++)
        if (str_eq(requests->items[i].service, gone->service))
            before += requests->items[i].calls[PERIOD_BEFORE];
    saying_claim(&telling->saying, "",
                 str_printf(telling->arena, "all requests to `%s` are gone: %lld before, 0 since",
                            gone->service.ptr, (long long)before),
                 requests->query);
    uint32_t told = 0;
    for (uint32_t i = 0; i < requests->count && told < 2; i++) {
        const struct request_kind *kind = &requests->items[i];
        if (!str_eq(kind->service, gone->service))
            continue;
        told += saying_claim(&telling->saying, told == 0 ? ", among them " : " and ",
                             str_printf(telling->arena, "%lld `%s`",
                                        (long long)kind->calls[PERIOD_BEFORE], kind->operation.ptr),
                             requests->query);
    }
    saying_end_sentence(&telling->saying);

    told = 0;
    for (uint32_t i = 0; i < requests->count && told < HURTS_MAX; i++) {
        const struct request_kind *kind = &requests->items[i];
        if (kind->calls[PERIOD_SINCE] > 0 && kind->calls[PERIOD_BEFORE] > 0)
            told += saying_claim(&telling->saying, " and ",
                                 str_printf(telling->arena, "%s`%s` `%s` (%s)",
                                            told == 0 ? "only " : "", kind->service.ptr,
                                            kind->operation.ptr,
                                            hurt_from_to(telling->arena, kind->ms).ptr),
                                 requests->query);
    }
    if (told > 0)
        saying_claim(&telling->saying, " ",
                     told == 1 ? STR("still runs, and does not fail")
                               : STR("still run, and none fails"),
                     requests->query);
    saying_end_sentence(&telling->saying);
    saying_claim(&telling->saying, "",
                 STR("the flame graphs show no slow or failing frame, so no more can be told"),
                 requests->query);
    saying_end_sentence(&telling->saying);
}

static void say_nothing(struct telling *telling)
{
    const struct requests *requests = &telling->requests;
    const struct str fine = STR("no request fails more than before or became much slower");
    if (!say_rate(telling))
        saying_claim(
            &telling->saying, "",
            str_printf(telling->arena, "the flame graphs do not show the fault: %s", fine.ptr),
            requests->query);
    else
        saying_claim(&telling->saying, ", but ", fine, requests->query);
    saying_end_sentence(&telling->saying);
    uint32_t told = 0;
    for (uint32_t i = 0; i < requests->count && told < HURTS_MAX; i++) {
        const struct request_kind *kind = &requests->items[i];
        if (kind->calls[PERIOD_SINCE] == 0 || kind->calls[PERIOD_BEFORE] == 0)
            continue;
        told += saying_claim(&telling->saying, " and ",
                             str_printf(telling->arena, "`%s` `%s` %s%s%s", kind->service.ptr,
                                        kind->operation.ptr, told == 0 ? "went from " : "from ",
                                        hurt_from_to(telling->arena, kind->ms).ptr,
                                        told == 0 ? " per request" : ""),
                             requests->query);
    }
    saying_end_sentence(&telling->saying);
    saying_claim(&telling->saying, "", STR("no more can be told from them"), requests->query);
    saying_end_sentence(&telling->saying);
}

bool summary_of_traces(struct call *call, int64_t onset_ns, struct summary *out, struct err *err)
{
    struct telling *telling = arena_push(call->scratch, struct telling);
    *telling = (struct telling){.call = call, .arena = call->scratch};
    saying_open(&telling->saying, call, out, SUMMARY_TRACES_SENTENCES_MAX,
                SUMMARY_TRACES_WORDS_MAX);
    if (!requests_read(call, onset_ns, &telling->requests, err))
        return false;
    if (telling->requests.count == 0)
        return err_set(err, ERR_NOT_FOUND, "there are no traces to tell of");
    telling->hurts_count = hurts_find(&telling->requests, telling->hurts);
    const struct request_kind *gone = most_gone(&telling->requests);
    out->known = telling->hurts_count > 0 || gone;
    if (telling->hurts_count > 0) {
        say_hurt(telling);
        if (!origins_find(call, &telling->requests, telling->hurts, telling->hurts_count,
                          &telling->origins, err))
            return false;
        say_origins(telling);
        say_ways(telling);
    } else if (gone)
        say_gone(telling, gone);
    else
        say_nothing(telling);
    return true;
}
