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

#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "summary/amounts.h"
#include "summary/requests.h"
#include "summary/saying.h"

#include <math.h>

#define FAILED_SHARE_MIN 0.02 /* more of a kind than before: one in fifty */
#define SLOWER_FACTOR 2.0     /* below that, the mean of a few requests wavers */
#define FEW_FAIL 0.1          /* below that, slowness is told before failures */
#define SLOWER_MS_MIN 3.0     /* nobody waits for less */
#define CALLS_MIN 3           /* of fewer no mean is told */
#define GONE_CALLS_MIN 3.0    /* so many were to be expected, and none came */
#define LOST_SHARE 0.5        /* half of what was called before is called no more */
#define REPEATS_FACTOR 2.0    /* twice the calls a request are another way of working */
#define RATE_FACTOR 1.5       /* so many more requests are worth a word, or so many fewer */
#define RATE_CALLS_MIN 20     /* of fewer no rate is told */
#define HURT_MAX 3            /* kinds that are told */
#define ORIGINS_MAX 3
#define WAYS_MAX 3        /* services on the way to the caller */
#define HURT_WORDS_MAX 36 /* the rest is for where it arises */

/* A kind of request that is worse off than before. */
struct hurt {
    const struct request_kind *kind;
    bool fails, is_slower, is_told;
    double failed_share, extra_ms; /* a request */
    const struct batch *frames;    /* of traces.flame */
};

/* A frame that it comes from. */
struct origin {
    const struct hurt *hurt;
    struct request_frame frame;
    bool fails, takes_time;
    struct str path; /* from the root, as traces.flame has it */
};

struct telling {
    struct call *call;
    struct arena *arena;
    struct requests requests;
    struct hurt hurts[HURT_MAX];
    uint32_t hurts_count;
    struct origin origins[ORIGINS_MAX];
    uint32_t origins_count;
    struct saying saying;
};

/* ---- who is hurt ---- */

static double share_of(const struct request_kind *kind, enum period period)
{
    return kind->calls[period] > 0 ? (double)kind->failed[period] / (double)kind->calls[period] : 0;
}

static struct hurt hurt_of(const struct request_kind *kind)
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

static void find_hurt(struct telling *telling)
{
    for (uint32_t i = 0; i < telling->requests.count; i++) {
        const struct hurt hurt = hurt_of(&telling->requests.items[i]);
        if (!hurt.fails && !hurt.is_slower)
            continue;
        uint32_t at = telling->hurts_count;
        while (at > 0 && is_worse(&hurt, &telling->hurts[at - 1]))
            at--;
        telling->hurts_count += telling->hurts_count < HURT_MAX;
        for (uint32_t k = telling->hurts_count - 1; k > at; k--)
            telling->hurts[k] = telling->hurts[k - 1];
        if (at < telling->hurts_count)
            telling->hurts[at] = hurt;
    }
}

static struct amount ms_of(const struct telling *telling, double ms)
{
    return amount_of(telling->arena, AMOUNT_SECONDS, ms / 1e3);
}

/* "39 ms to 271 ms": rows have both, in ms and in s. */
static struct str from_to(const struct telling *telling, const double ms[PERIODS_COUNT])
{
    return str_printf(telling->arena, "%s to %s", ms_of(telling, ms[PERIOD_BEFORE]).text.ptr,
                      ms_of(telling, ms[PERIOD_SINCE]).text.ptr);
}

/* "(0 of 30 before)"; nothing where none came before. */
static struct str before_of(const struct telling *telling, const struct request_kind *kind,
                            const char *word)
{
    return kind->calls[PERIOD_BEFORE] == 0
               ? STR("")
               : str_printf(telling->arena, " (%lld of %lld%s)",
                            (long long)kind->failed[PERIOD_BEFORE],
                            (long long)kind->calls[PERIOD_BEFORE], word);
}

static struct str failing_of(const struct telling *telling, const struct hurt *hurt)
{
    const struct request_kind *kind = hurt->kind;
    return str_printf(telling->arena, "fails in %lld of %lld requests%s",
                      (long long)kind->failed[PERIOD_SINCE], (long long)kind->calls[PERIOD_SINCE],
                      before_of(telling, kind, " before").ptr);
}

static struct str claim_of_hurt(const struct telling *telling, const struct hurt *hurt)
{
    const struct request_kind *kind = hurt->kind;
    const struct str slowed =
        str_printf(telling->arena, "slowed from %s per request", from_to(telling, kind->ms).ptr);
    const struct str what =
        !hurt->fails       ? slowed
        : !hurt->is_slower ? failing_of(telling, hurt)
        : hurt->failed_share < FEW_FAIL
            ? str_printf(telling->arena, "%s and %s", slowed.ptr, failing_of(telling, hurt).ptr)
            : str_printf(telling->arena, "%s and %s", failing_of(telling, hurt).ptr, slowed.ptr);
    return str_printf(telling->arena, "`%s` `%s` %s", kind->service.ptr, kind->operation.ptr,
                      what.ptr);
}

/* Of those that follow the first, what differs: "`GET /search` in 6 of 9 (0 of 14)". */
static struct str claim_of_next(const struct telling *telling, const struct hurt *hurt,
                                const struct hurt *before)
{
    const struct request_kind *kind = hurt->kind;
    const struct str service = str_eq(before->kind->service, kind->service)
                                   ? STR("")
                                   : str_printf(telling->arena, "`%s` ", kind->service.ptr);
    if (!hurt->fails)
        return str_printf(telling->arena, "%.*s`%s` %sfrom %s", STR_ARG(service),
                          kind->operation.ptr, before->is_slower ? "" : "slowed ",
                          from_to(telling, kind->ms).ptr);
    return str_printf(telling->arena, "%.*s`%s` in %lld of %lld%s", STR_ARG(service),
                      kind->operation.ptr, (long long)kind->failed[PERIOD_SINCE],
                      (long long)kind->calls[PERIOD_SINCE], before_of(telling, kind, "").ptr);
}

static void say_hurt(struct telling *telling)
{
    uint32_t told = 0;
    telling->saying.words_max = HURT_WORDS_MAX;
    for (uint32_t i = 0; i < telling->hurts_count; i++) {
        struct hurt *hurt = &telling->hurts[i];
        const struct str claim = told == 0 ? claim_of_hurt(telling, hurt)
                                           : claim_of_next(telling, hurt, &telling->hurts[i - 1]);
        hurt->is_told = saying_claim(&telling->saying, " and ", claim, telling->requests.query);
        told += hurt->is_told;
    }
    saying_end_sentence(&telling->saying);
    telling->saying.words_max = SUMMARY_TRACES_WORDS_MAX;
}

/* ---- where it arises ---- */

static bool read_frames(struct telling *telling, struct hurt *hurt, struct err *err)
{
    struct record in = record_new(telling->arena, agent_tool(STR("traces.flame"))->sig.input), out;
    *record_at(&in, "onset") = value_time(telling->requests.onset_ns);
    *record_at(&in, "request") = value_text(hurt->kind->operation);
    if (!agent_use(telling->call, "traces.flame", &in, &out, err))
        return false;
    hurt->frames = record_at(&out, "frames")->rows;
    return true;
}

static int64_t integer_of(const struct batch *rows, const char *column, size_t row)
{
    return batch_column(rows, column)->integers[row];
}

/* The frame at which most failures began that did not before; rows: none. */
static size_t failing_frame(const struct batch *rows)
{
    size_t best = rows->rows;
    int64_t most = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        const int64_t failed =
            integer_of(rows, "failed_since", row) - integer_of(rows, "failed_before", row);
        if (failed > most) {
            most = failed;
            best = row;
        }
    }
    return best;
}

/* The frame whose own time grew the most; rows: none. */
static size_t growing_frame(const struct batch *rows)
{
    for (size_t row = 0; row < rows->rows; row++)
        if (batch_column(rows, "growth_ms")->reals[row] > 0)
            return row;
    return rows->rows;
}

/* A caller may bear with the failure of what it waits for. */
static bool fails_anew(const struct batch *rows, size_t row)
{
    return row < rows->rows &&
           integer_of(rows, "failed_since", row) > integer_of(rows, "failed_before", row);
}

static bool add_origin(struct telling *telling, const struct hurt *hurt, size_t row, bool fails,
                       bool takes_time, struct err *err)
{
    const struct batch *rows = hurt->frames;
    if (row == rows->rows)
        return true;
    const struct str service = batch_column(rows, "service")->texts[row];
    const struct str operation = batch_column(rows, "operation")->texts[row];
    for (uint32_t i = 0; i < telling->origins_count; i++) {
        struct origin *known = &telling->origins[i];
        if (str_eq(known->frame.service, service) && str_eq(known->frame.operation, operation)) {
            known->fails |= fails;
            known->takes_time |= takes_time && known->hurt == hurt;
            return true;
        }
    }
    if (telling->origins_count == ORIGINS_MAX)
        return true;
    struct origin *origin = &telling->origins[telling->origins_count++];
    *origin = (struct origin){.hurt = hurt,
                              .fails = fails,
                              .takes_time = takes_time,
                              .path = batch_column(rows, "path")->texts[row]};
    return requests_frame(telling->call, &telling->requests, hurt->kind, service, operation,
                          &origin->frame, err);
}

static bool find_origins(struct telling *telling, struct err *err)
{
    for (uint32_t i = 0; i < telling->hurts_count; i++) {
        struct hurt *hurt = &telling->hurts[i];
        if (!hurt->is_told)
            continue;
        if (!read_frames(telling, hurt, err))
            return false;
        const size_t failing = hurt->fails ? failing_frame(hurt->frames) : hurt->frames->rows;
        const size_t growing = hurt->is_slower ? growing_frame(hurt->frames) : hurt->frames->rows;
        if (!add_origin(telling, hurt, failing, true, failing == growing, err) ||
            !add_origin(telling, hurt, growing, fails_anew(hurt->frames, growing), true, err))
            return false;
    }
    return true;
}

/* Calls a request, as whole as they are. */
static struct str each_of(const struct telling *telling, double calls)
{
    return str_printf(telling->arena, "%.*f", calls >= 10 || calls == round(calls) ? 0 : 1, calls);
}

/* ", 30 calls instead of 1": where that is what takes the time. */
static struct str repeats_of(const struct telling *telling, const struct origin *origin)
{
    const struct request_kind *kind = origin->hurt->kind;
    const double before =
        (double)origin->frame.calls[PERIOD_BEFORE] / fmax(1, (double)kind->calls[PERIOD_BEFORE]);
    const double since =
        (double)origin->frame.calls[PERIOD_SINCE] / fmax(1, (double)kind->calls[PERIOD_SINCE]);
    return before > 0 && since >= REPEATS_FACTOR * before && since >= before + 1
               ? str_printf(telling->arena, ", %s calls instead of %s", each_of(telling, since).ptr,
                            each_of(telling, before).ptr)
               : STR("");
}

static struct str claim_of_origin(const struct telling *telling, const struct origin *origin,
                                  bool is_first)
{
    const struct request_frame *frame = &origin->frame;
    const struct str name =
        str_printf(telling->arena, "`%s` `%s`%s", frame->service.ptr, frame->operation.ptr,
                   str_find(origin->path, STR(" > ")) == STR_NPOS ? " itself" : "");
    if (!origin->takes_time)
        return name;
    return str_printf(telling->arena, "%s (%s%s%s)", name.ptr, from_to(telling, frame->ms).ptr,
                      is_first ? " per request" : "", repeats_of(telling, origin).ptr);
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
        for (uint32_t i = 0; i < telling->origins_count; i++) {
            const struct origin *origin = &telling->origins[i];
            if (origin->fails != groups[group].fails ||
                origin->takes_time != groups[group].takes_time)
                continue;
            const struct str claim = claim_of_origin(telling, origin, is_first);
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

/* "gateway:POST /checkout" of a path; its part behind the first ": " is cut off. */
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
static struct str ways_of(const struct telling *telling, const struct origin *origin)
{
    struct buf out = buf_new(telling->arena);
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
static bool lost_frame(const struct telling *telling, const struct hurt *hurt,
                       struct request_frame *out)
{
    const struct batch *rows = hurt->frames;
    const double n_before = (double)hurt->kind->calls[PERIOD_BEFORE];
    const double n_since = (double)hurt->kind->calls[PERIOD_SINCE];
    size_t best = rows->rows;
    for (size_t row = 0; row < rows->rows; row++) {
        const double before = (double)integer_of(rows, "calls_before", row) / n_before;
        const double since = (double)integer_of(rows, "calls_since", row) / n_since;
        if (n_before < CALLS_MIN || before < LOST_SHARE || since > LOST_SHARE * before ||
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
           requests_frame(telling->call, &telling->requests, hurt->kind,
                          batch_column(rows, "service")->texts[best],
                          batch_column(rows, "operation")->texts[best], out, &ignored);
}

static double expected(const struct requests *requests, const struct request_kind *kind)
{
    return (double)kind->calls[PERIOD_BEFORE] * requests->span_s[PERIOD_SINCE] /
           requests->span_s[PERIOD_BEFORE];
}

static bool is_gone(const struct requests *requests, const struct request_kind *kind)
{
    return kind->calls[PERIOD_SINCE] == 0 && expected(requests, kind) >= GONE_CALLS_MIN;
}

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
        const double before = kind->ms[PERIOD_BEFORE], since = kind->ms[PERIOD_SINCE];
        const bool has_both = kind->calls[PERIOD_BEFORE] > 0 && kind->calls[PERIOD_SINCE] > 0;
        if (!is_told(telling, kind) &&
            (is_gone(&telling->requests, kind) || hurt_of(kind).fails ||
             (has_both && fabs(since - before) >= SLOWER_MS_MIN &&
              fmax(since, before) >= SLOWER_FACTOR * fmin(since, before))))
            return false;
    }
    return true;
}

static void say_ways(struct telling *telling)
{
    bool any = false;
    for (uint32_t i = 0; i < telling->origins_count && !any; i++) {
        const struct origin *origin = &telling->origins[i];
        const struct str ways = ways_of(telling, origin);
        if (ways.len > 0)
            any = saying_claim(
                &telling->saying, "",
                str_printf(telling->arena, "they reach `%s` through %s",
                           origin->hurt->kind->service.ptr, ways.ptr),
                requests_ways_query(telling->arena, &telling->requests, origin->hurt->kind));
    }
    struct request_frame lost;
    const struct hurt *first = &telling->hurts[0];
    if (!any && first->fails && lost_frame(telling, first, &lost))
        any =
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
        bool any_left = !is_gone(requests, kind);
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
    for (uint32_t i = 0; i < requests->count && told < HURT_MAX; i++) {
        const struct request_kind *kind = &requests->items[i];
        if (kind->calls[PERIOD_SINCE] > 0 && kind->calls[PERIOD_BEFORE] > 0)
            told += saying_claim(&telling->saying, " and ",
                                 str_printf(telling->arena, "%s`%s` `%s` (%s)",
                                            told == 0 ? "only " : "", kind->service.ptr,
                                            kind->operation.ptr, from_to(telling, kind->ms).ptr),
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
    for (uint32_t i = 0; i < requests->count && told < HURT_MAX; i++) {
        const struct request_kind *kind = &requests->items[i];
        if (kind->calls[PERIOD_SINCE] == 0 || kind->calls[PERIOD_BEFORE] == 0)
            continue;
        told += saying_claim(&telling->saying, " and ",
                             str_printf(telling->arena, "`%s` `%s` %s%s%s", kind->service.ptr,
                                        kind->operation.ptr, told == 0 ? "went from " : "from ",
                                        from_to(telling, kind->ms).ptr,
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
    find_hurt(telling);
    const struct request_kind *gone = most_gone(&telling->requests);
    out->known = telling->hurts_count > 0 || gone;
    if (telling->hurts_count > 0) {
        say_hurt(telling);
        if (!find_origins(telling, err))
            return false;
        say_origins(telling);
        say_ways(telling);
    } else if (gone)
        say_gone(telling, gone);
    else
        say_nothing(telling);
    return true;
}
