/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: who suffers, and how much: requests that fail, that take longer, that do not come any
 * more, since the onset against before. Where users come in counts: at the services that requests
 * from outside reach, and at the one that the alert is about.
 *
 * None of this says where the fault is, so it has no weight in the verdict. The strength is the
 * share of those who use the service that suffer, as far as it can be told; what does not suffer is
 * told as well, for an alert without suffering may be noise.
 *
 * A share of failures rose if it is a hundredth higher, three standard errors of the difference,
 * and more than a failure or two. Slower is twice as long, and over a millisecond; who uses it does
 * not suffer from what still comes at once. A metric is off
 * at three spreads of its baseline (agent/metrics/shifts.c).
 */
#include "actor/actor.h"

#include "actor/series.h"
#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"

#include <math.h>
#include <stdlib.h>

#define RISE_MIN 0.01 /* of a share of failures */
#define FAILED_MIN 3
#define Z_MIN 3.0
#define SLOWER 2.0
#define SLOWER_MS_MIN 1.0
#define INSTANT_MS                                                                                 \
    100.0 /* what a person takes for at once (J. Nielsen, Usability Engineering, 1993) */
#define MUCH_SLOWER 5.0  /* of a metric, whose spread among requests is not known */
#define LOST_MIN 0.3     /* of the traffic */
#define CALLS_MIN 10     /* for a latency */
#define CALLS_SURE 20    /* so many requests without a failure are worth telling */
#define SHIFT_MIN 3.0    /* of a metric, in spreads of its baseline */
#define SHARE_HALF 0.5   /* the median is longer than nearly all were before */
#define SHARE_SOME 0.1   /* only the slow ones are slower */
#define SHARE_UNSURE 0.1 /* a metric is off, and does not say for how many */
#define EDGES_MAX 2      /* services where users come in */
#define PIECES_MAX 4     /* of metrics: a report is read by a person */
#define AFFECTED_MAX 100

static const struct field input[] = {{0}};

static const struct field edge_columns[] = {
    {"service", TYPE_TEXT, 0, "where users come in", NULL},
    {"calls_since", TYPE_INT, 0, "requests since the onset", NULL},
    {"failing_since", TYPE_REAL, 0, "share of them that failed, since", NULL},
    {"failing_before", TYPE_REAL, 0, "share of them that failed, before", NULL},
    {"half_ms_since", TYPE_REAL, 0, "median time, since", NULL},
    {"half_ms_before", TYPE_REAL, 0, "median time, before", NULL},
    {"slow_ms_since", TYPE_REAL, 0, "95th percentile of the time, since", NULL},
    {"slow_ms_before", TYPE_REAL, 0, "95th percentile of the time, before", NULL},
    {"traffic_lost", TYPE_REAL, 0, "share of the requests a minute that come no more", NULL},
    {0},
};

static const struct field output[] = {
    {"affected", TYPE_INT, 0, "how many services show symptoms", NULL},
    {"services", TYPE_INT, 0, "of how many that are known", NULL},
    {"failing_share", TYPE_REAL, FIELD_OPTIONAL, "of the requests of users, since the onset", NULL},
    {"edges", TYPE_ROWS, 0, "what requests show where users come in", edge_columns},
    {0},
};

struct impact {
    struct call *call;
    struct map suffering; /* services that show symptoms */
    double *shares;       /* how many of those who use them suffer, by number */
    struct map measured;  /* services at the edge that requests have told about */
    double failing_share; /* the largest of the edge; negative: not known */
    struct batch *edges;
    uint32_t pieces;
};

static void suffers(struct impact *impact, struct str service, double share)
{
    if (service.len == 0 || share <= 0 ||
        (impact->suffering.count >= AFFECTED_MAX &&
         map_find(&impact->suffering, service) == MAP_NONE))
        return;
    const uint32_t number = map_add(&impact->suffering, service);
    impact->shares[number] = fmax(impact->shares[number], share);
}

static void add_evidence(struct impact *impact, struct evidence evidence)
{
    struct casefile *casefile = impact->call->casefile;
    evidence.step_id = impact->call->step_id;
    evidence.finding = FINDING_IMPACT;
    evidence.window = casefile->incident;
    evidence.bearing = evidence.strength > 0 ? BEARING_SUPPORTS : BEARING_REFUTES;
    casefile_add(casefile, &evidence);
}

/* ---- requests ---- */

struct requests {
    const struct batch *rows;
    size_t row;
};

static double count_of(const struct requests *it, const char *column)
{
    return (double)batch_column(it->rows, column)->integers[it->row];
}

/* Negative: not known. */
static double real_of(const struct requests *it, const char *column)
{
    const struct column *found = batch_column(it->rows, column);
    return found->known[it->row] ? found->reals[it->row] : -1;
}

static struct str text_of(const struct requests *it, const char *column)
{
    return batch_column(it->rows, column)->texts[it->row];
}

static bool by_reference(const struct requests *it)
{
    return batch_column(it->rows, "by_reference")->integers[it->row] != 0;
}

/* By how much the share of failures rose; 0: not, or it may be chance. */
static double failing_more(const struct requests *it)
{
    const double calls = count_of(it, "calls_since"), base = count_of(it, "calls_before");
    const double failed = count_of(it, "failed_since");
    if (failed < FAILED_MIN || base < 1)
        return 0;
    const double rise = failed / calls - count_of(it, "failed_before") / base;
    const double all = (failed + count_of(it, "failed_before")) / (calls + base);
    const double error = sqrt(all * (1 - all) * (1 / calls + 1 / base));
    return rise >= RISE_MIN && rise >= Z_MIN * error ? rise : 0;
}

static bool is_slower(double since_ms, double before_ms)
{
    return since_ms > SLOWER * before_ms && since_ms > before_ms + SLOWER_MS_MIN;
}

/* Which share of the requests is slower than such requests were. */
static double slower_share(const struct requests *it)
{
    if (count_of(it, "calls_since") < CALLS_MIN || count_of(it, "calls_before") < CALLS_MIN)
        return 0;
    const double half = real_of(it, "half_ms_since"), slow = real_of(it, "slow_ms_since");
    if (half > real_of(it, "slow_ms_before") && is_slower(half, real_of(it, "half_ms_before")))
        return SHARE_HALF;
    return is_slower(half, real_of(it, "half_ms_before")) ||
                   is_slower(slow, real_of(it, "slow_ms_before"))
               ? SHARE_SOME
               : 0;
}

/* Which share of the traffic is missing; 0: none, or it may be chance. */
static double traffic_lost(const struct requests *it)
{
    const double before = real_of(it, "rate_before"), since = real_of(it, "rate_since");
    if (by_reference(it) || before <= 0 || since < 0 || count_of(it, "calls_before") < CALLS_SURE)
        return 0;
    const double minutes = since > 0 ? count_of(it, "calls_since") / since : 0;
    const double expected = before * minutes;
    const double lost = 1 - since / before;
    return lost >= LOST_MIN && expected - count_of(it, "calls_since") >= Z_MIN * sqrt(expected)
               ? lost
               : 0;
}

static const char *before_of(const struct requests *it)
{
    return by_reference(it) ? "of the fault-free reference" : "before";
}

static struct str number_of(struct arena *arena, const struct requests *it, const char *column)
{
    return claim_number(arena, real_of(it, column));
}

static struct str failing_claim(struct arena *arena, const struct requests *it, int64_t onset_ns)
{
    return str_printf(arena,
                      "Of the %.0f requests to `%s` since %s %.0f failed, and of the %.0f %s %.0f.",
                      count_of(it, "calls_since"), text_of(it, "service").ptr,
                      time_format_short(arena, onset_ns).ptr, count_of(it, "failed_since"),
                      count_of(it, "calls_before"), before_of(it), count_of(it, "failed_before"));
}

static struct str latency_claim(struct arena *arena, const struct requests *it, int64_t onset_ns)
{
    return str_printf(
        arena,
        "Half of the requests to `%s` took up to %s ms and all but a twentieth up to "
        "%s ms since %s, after %s and %s ms %s.",
        text_of(it, "service").ptr, number_of(arena, it, "half_ms_since").ptr,
        number_of(arena, it, "slow_ms_since").ptr, time_format_short(arena, onset_ns).ptr,
        number_of(arena, it, "half_ms_before").ptr, number_of(arena, it, "slow_ms_before").ptr,
        by_reference(it) ? "in the fault-free reference" : "before");
}

static struct str traffic_claim(struct arena *arena, const struct requests *it, int64_t onset_ns)
{
    return str_printf(arena, "`%s` got %s requests a minute since %s, after %s before.",
                      text_of(it, "service").ptr, number_of(arena, it, "rate_since").ptr,
                      time_format_short(arena, onset_ns).ptr,
                      number_of(arena, it, "rate_before").ptr);
}

static void tell_requests(struct impact *impact, const struct requests *it, struct str claim,
                          double strength)
{
    add_evidence(impact, (struct evidence){.signal = SIGNAL_TRACES,
                                           .subject = text_of(it, "service"),
                                           .claim = claim,
                                           .query = text_of(it, "query"),
                                           .strength = strength});
}

static void add_edge_row(struct impact *impact, const struct requests *it)
{
    static const char *const times[] = {"half_ms_since", "half_ms_before", "slow_ms_since",
                                        "slow_ms_before"};
    struct batch *edges = impact->edges;
    const double calls = count_of(it, "calls_since"), base = count_of(it, "calls_before");
    const size_t row = batch_add_row(edges);
    batch_set(edges, row, "service", value_text(text_of(it, "service")));
    batch_set(edges, row, "calls_since", value_int((int64_t)calls));
    if (calls > 0)
        batch_set(edges, row, "failing_since", value_real(count_of(it, "failed_since") / calls));
    if (base > 0)
        batch_set(edges, row, "failing_before", value_real(count_of(it, "failed_before") / base));
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (real_of(it, times[i]) >= 0)
            batch_set(edges, row, times[i], value_real(real_of(it, times[i])));
    batch_set(edges, row, "traffic_lost", value_real(traffic_lost(it)));
}

static void tell_edge(struct impact *impact, const struct requests *it)
{
    struct arena *arena = impact->call->scratch;
    const int64_t onset_ns = impact->call->casefile->incident.start_ns;
    const double calls = count_of(it, "calls_since"), base = count_of(it, "calls_before");
    add_edge_row(impact, it);
    if (calls > 0)
        impact->failing_share = fmax(impact->failing_share, count_of(it, "failed_since") / calls);
    if (base > 0 && (failing_more(it) > 0 || calls >= CALLS_SURE))
        tell_requests(impact, it, failing_claim(arena, it, onset_ns), failing_more(it));
    if (calls >= CALLS_MIN && base >= CALLS_MIN)
        tell_requests(impact, it, latency_claim(arena, it, onset_ns),
                      real_of(it, "slow_ms_since") > INSTANT_MS ? slower_share(it) : 0);
    if (traffic_lost(it) > 0)
        tell_requests(impact, it, traffic_claim(arena, it, onset_ns), traffic_lost(it));
}

static bool ask_requests(struct impact *impact, struct err *err)
{
    struct call *call = impact->call;
    struct record asked = record_new(call->scratch, agent_tool(STR("traces.requests"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use(call, "traces.requests", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "services")->rows;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct requests it = {rows, row};
        const struct str service = text_of(&it, "service");
        suffers(impact, service, fmax(failing_more(&it), slower_share(&it)));
        const bool edge = batch_column(rows, "edge")->integers[row] != 0 ||
                          str_eq(service, call->casefile->subject);
        if (!edge || impact->measured.count == EDGES_MAX)
            continue;
        map_add(&impact->measured, service);
        tell_edge(impact, &it);
    }
    return true;
}

/* ---- metrics ---- */

struct shifted {
    const struct batch *rows;
    size_t row;
    enum metric_kind kind;
    double share; /* of those who use the service that suffer; 0: the metric is not off */
};

static struct str shifted_text(const struct shifted *it, const char *column)
{
    return batch_column(it->rows, column)->texts[it->row];
}

static double shifted_real(const struct shifted *it, const char *column)
{
    return batch_column(it->rows, column)->reals[it->row];
}

static bool shifted_truth(const struct shifted *it, const char *column)
{
    return batch_column(it->rows, column)->integers[it->row] != 0;
}

/* A share of failures, 0 to 1, where the metric's name says that it is one; else negative. */
static double failing_ratio(const struct shifted *it, double value)
{
    static const char *const shares[] = {"ratio", "share", "fraction"};
    static const char *const hundredths[] = {"percent", "percentage", "pct"};
    const struct str metric = shifted_text(it, "metric");
    const double top = fmax(shifted_real(it, "before"), shifted_real(it, "after"));
    if (metric_meaning_of(metric).kind == METRIC_SUCCESS)
        return top <= 1.0001 ? 1 - fmin(value, 1) : 1 - fmin(value, 100) / 100;
    for (size_t i = 0; i < sizeof hundredths / sizeof *hundredths; i++)
        if (metric_has_piece(metric, str_of(hundredths[i])) && top <= 100)
            return value / 100;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        if (metric_has_piece(metric, str_of(shares[i])) && top <= 1)
            return value;
    return -1;
}

static double share_of(const struct shifted *it)
{
    const double before = shifted_real(it, "before"), level = shifted_real(it, "level");
    const double shift = shifted_truth(it, "is_flat") ? 0 : shifted_real(it, "shift");
    if (shift < SHIFT_MIN || !shifted_truth(it, "worse"))
        return 0;
    double share;
    switch (it->kind) {
    case METRIC_ERRORS:
        share = failing_ratio(it, shifted_real(it, "after"));
        return share < 0 ? SHARE_UNSURE : share;
    case METRIC_LATENCY:
        return level > MUCH_SLOWER * before ? SHARE_HALF : SHARE_SOME;
    default: /* traffic, which suffers only where it goes away */
        share = before > 0 ? 1 - level / before : 0;
        return shifted_truth(it, "falls") && share >= LOST_MIN ? share : 0;
    }
}

static struct str series_claim(struct arena *arena, const struct shifted *it,
                               const struct series_shift *shift)
{
    const struct str where = series_quoted(arena, &shift->name);
    const struct str since = time_format_short(arena, shift->onset_ns);
    const struct str before = claim_number(arena, shift->before);
    const struct str after = claim_number(arena, shift->after);
    if (it->share <= 0)
        return str_printf(arena,
                          "%s stayed in its usual range: %s (%s quartile since %s), after %s "
                          "before (median).",
                          where.ptr, after.ptr, shift->falls ? "lower" : "upper", since.ptr,
                          before.ptr);
    return str_printf(
        arena, "%s was at %s and %s for a quarter of the time since %s, after %s before (median).",
        where.ptr, after.ptr, shift->falls ? "less" : "more", since.ptr, before.ptr);
}

static void tell_series(struct impact *impact, const struct shifted *it)
{
    struct arena *arena = impact->call->scratch;
    const struct series_shift shift =
        series_shift_of(it->rows, it->row, impact->call->casefile->incident.start_ns);
    add_evidence(impact, (struct evidence){
                             .signal = SIGNAL_METRICS,
                             .subject = shift.name.service,
                             .instance = shift.name.instance,
                             .claim = series_claim(arena, it, &shift),
                             .query = series_shift_query(arena, &shift),
                             .strength = fmin(it->share, 1),
                             .series = shift.name,
                         });
    impact->pieces++;
    const double failing =
        it->kind == METRIC_ERRORS ? failing_ratio(it, shifted_real(it, "level")) : -1;
    impact->failing_share = fmax(impact->failing_share, failing);
}

/* Whom a series speaks of; nobody where it is the machine's. */
static struct str sufferer_of(const struct shifted *it)
{
    if (shifted_truth(it, "of_host"))
        return STR("");
    if (shifted_text(it, "caller").len == 0)
        return shifted_text(it, "service");
    return shifted_text(it, shifted_truth(it, "server_side") ? "callee" : "caller");
}

/* The worst series of that kind of the service itself; of those that are fine, the first. */
static bool worst_series(const struct shifted *items, size_t count, struct str service,
                         enum metric_kind kind, struct shifted *out)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const struct shifted *it = &items[i];
        if (it->kind != kind || shifted_text(it, "caller").len > 0 || shifted_truth(it, "is_new") ||
            !str_eq(sufferer_of(it), service))
            continue;
        if (!found || it->share > out->share)
            *out = *it;
        found = true;
    }
    return found;
}

/* All that suffers; where nothing does, one series that shows it. */
static void tell_service(struct impact *impact, const struct shifted *items, size_t count,
                         struct str service)
{
    static const enum metric_kind kinds[] = {METRIC_ERRORS, METRIC_LATENCY, METRIC_TRAFFIC};
    struct shifted calm = {0};
    uint32_t told = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && impact->pieces < PIECES_MAX; i++) {
        struct shifted worst = {0};
        if (!worst_series(items, count, service, kinds[i], &worst))
            continue;
        if (worst.share > 0) {
            tell_series(impact, &worst);
            told++;
        } else if (!calm.rows && kinds[i] != METRIC_TRAFFIC) {
            calm = worst;
        }
    }
    if (told == 0 && calm.rows && impact->pieces < PIECES_MAX)
        tell_series(impact, &calm);
}

/* Where users come in: the service of the alert, then those that call and are called by nobody. */
static uint32_t find_edges(const struct casefile *casefile, struct str edges[EDGES_MAX])
{
    const struct topology *topology = &casefile->topology;
    uint32_t count = 0;
    if (casefile->subject.len > 0)
        edges[count++] = casefile->subject;
    for (uint32_t node = 0; node < topology->nodes.count && count < EDGES_MAX; node++) {
        bool calls = false, is_called = false;
        for (uint32_t i = 0; i < topology->edges_count; i++) {
            calls |= topology->edges[i].caller == node;
            is_called |= topology->edges[i].callee == node;
        }
        if (calls && !is_called && !str_eq(topology->nodes.keys[node], casefile->subject))
            edges[count++] = topology->nodes.keys[node];
    }
    return count;
}

static bool ask_metrics(struct impact *impact, struct err *err)
{
    struct call *call = impact->call;
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.shifts"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use(call, "metrics.shifts", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "series")->rows;
    const struct column *kinds = batch_column(rows, "kind");
    struct shifted *items = arena_push_many(call->scratch, struct shifted, rows->rows);
    size_t count = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        struct shifted it = {rows, row, metric_kind_of(kinds->texts[row]), 0};
        if (it.kind != METRIC_ERRORS && it.kind != METRIC_LATENCY && it.kind != METRIC_TRAFFIC)
            continue;
        it.share = share_of(&it);
        if (it.kind != METRIC_TRAFFIC)
            suffers(impact, sufferer_of(&it), it.share);
        items[count++] = it;
    }
    struct str edges[EDGES_MAX];
    const uint32_t edges_count = find_edges(call->casefile, edges);
    for (uint32_t i = 0; i < edges_count; i++)
        if (map_find(&impact->measured, edges[i]) == MAP_NONE)
            tell_service(impact, items, count, edges[i]);
    return true;
}

/* ---- who suffers ---- */

/* Worst first; of those that are as bad, by name. */
static void tell_affected(const struct impact *impact)
{
    const struct map *suffering = &impact->suffering;
    struct str *services = arena_push_many(impact->call->scratch, struct str, suffering->count);
    for (uint32_t i = 0; i < suffering->count; i++) {
        const struct str service = suffering->keys[i];
        uint32_t at = i;
        for (; at > 0; at--) {
            const double above = impact->shares[map_find(suffering, services[at - 1])];
            if (above > impact->shares[i] ||
                (above == impact->shares[i] && str_compare(services[at - 1], service) < 0))
                break;
            services[at] = services[at - 1];
        }
        services[at] = service;
    }
    casefile_set_affected(impact->call->casefile, services, suffering->count);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct impact impact = {
        .call = call,
        .suffering = map_new(call->scratch),
        .shares = arena_push_many(call->scratch, double, AFFECTED_MAX),
        .measured = map_new(call->scratch),
        .failing_share = -1,
        .edges = batch_new(call->scratch, edge_columns),
    };
    if (!ask_requests(&impact, err) || !ask_metrics(&impact, err))
        return false;
    tell_affected(&impact);

    struct triage *triage = &call->casefile->triage;
    if (triage->services_count < triage->affected_count)
        triage->services_count = triage->affected_count;
    *record_at(out, "affected") = value_int(triage->affected_count);
    *record_at(out, "services") = value_int(triage->services_count);
    *record_at(out, "edges") = value_rows(impact.edges);
    if (impact.failing_share >= 0)
        *record_at(out, "failing_share") = value_real(impact.failing_share);
    return true;
}

const struct actor actor_measure_impact = {
    .sig = {.name = "measure_impact",
            .summary = "Measure who suffers, and how much",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .run = run,
};
