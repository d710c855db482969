/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: whose metrics left their usual range, of which kind, and how far.
 *
 * The weight of one shifted series is ln(1 + shift / 2): the second doubling of a shift says less
 * than the first. Evidence of one kind about one service is the mean over its metrics (many metrics
 * of one kind are one witness), each half its worst instance and half the mean of its instances.
 * The strength is 1 - exp(-weight), so that a noisy-or of strengths is a sum of weights.
 *
 * What came and went while the incident goes on, what drifted the same way long before, and what is
 * as far out at this time of each day or week weighs less.
 *
 * Whom a metric about an edge speaks of, shifted_edges.h says. Where the alert names its metric,
 * other kinds of symptom count less, as does what does not move with it or is too small to carry
 * it.
 */
#include "actor/actor.h"

#include "actor/hypothesise/shifted_edges.h"
#include "actor/room.h"
#include "actor/series.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STRENGTH_DOWN 0.9 /* one series, and it may be its exporter that is in trouble */
#define SHIFT_HALF 2.0    /* a shift of two spreads weighs ln 2 */
#define FALL_FACTOR 0.4   /* a resource that is used less is rather an effect */
#define HOST_FACTOR 0.2   /* the machine is shared with others */
#define CONTRA_FACTOR 0.2 /* another kind of symptom than the one that the alert is about */
#define CARRY_SHARE 0.8   /* the part that is lost where it cannot carry the alert's shift */
#define SYMPTOM_SHIFT 3.0
#define SPIKE_FACTOR 0.5 /* it came back although the incident goes on */
#define DRIFT_FACTOR 0.3 /* it went the same way long before */
#define USUAL_FACTOR 0.3 /* it does so at this time of the day, or of the week */
#define WEIGHT_MIN 0.1
#define EVIDENCE_MAX 32

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose shifted the most", NULL},
    {"finding", TYPE_TEXT, FIELD_OPTIONAL, "what that says: cpu, memory, latency, ...", NULL},
    {0},
};

/* All evidence of one kind about one service. */
struct group {
    struct str service;
    enum metric_kind kind;
    double weight;
    const struct shifted *loudest;
};

struct work {
    struct call *call;
    struct shifted *items;
    size_t items_count;
    enum metric_kind alert_kind; /* METRIC_OTHER: the alert names none */
    struct str statistic;
    const struct batch *course; /* NULL: not known */
    bool is_over;               /* symptoms are gone again */
};

static struct str text_of(const struct shifted *item, const char *column)
{
    return batch_column(item->rows, column)->texts[item->row];
}

static bool truth_of(const struct shifted *item, const char *column)
{
    return batch_column(item->rows, column)->integers[item->row] != 0;
}

static double real_of(const struct shifted *item, const char *column)
{
    return batch_column(item->rows, column)->reals[item->row];
}

static bool is_symptom(enum metric_kind kind)
{
    return kind == METRIC_LATENCY || kind == METRIC_ERRORS;
}

/* Whether most symptoms came and went: the incident was over when the data end. */
static bool is_over(const struct batch *rows)
{
    size_t over = 0, all = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        if (!is_symptom(metric_kind_of(batch_column(rows, "kind")->texts[row])) ||
            batch_column(rows, "worse")->integers[row] == 0 ||
            batch_column(rows, "shift")->reals[row] < SYMPTOM_SHIFT)
            continue;
        all++;
        over += str_eq(batch_column(rows, "shape")->texts[row], STR("spike"));
    }
    return 2 * over > all;
}

/* What is over while the incident goes on, or was there before it, is hardly its cause. */
static double shape_factor(const struct work *work, const struct shifted *item)
{
    const struct str shape = text_of(item, "shape");
    if (batch_column(item->rows, "usual")->known[item->row])
        return USUAL_FACTOR;
    return str_eq(shape, STR("spike"))   ? work->is_over ? 1 : SPIKE_FACTOR
           : str_eq(shape, STR("drift")) ? DRIFT_FACTOR
                                         : 1;
}

static double weight_of(const struct work *work, const struct shifted *item)
{
    double shift = real_of(item, "shift");
    if (!truth_of(item, "worse"))
        shift *= item->kind == METRIC_ERRORS ? 0 : FALL_FACTOR;
    if (truth_of(item, "of_host"))
        shift *= HOST_FACTOR;
    const double weight = log1p(shift / SHIFT_HALF) * shape_factor(work, item);
    const bool other_symptom = work->alert_kind != METRIC_OTHER && item->kind != work->alert_kind &&
                               (is_symptom(item->kind) || item->kind == METRIC_TRAFFIC);
    return weight * (other_symptom ? CONTRA_FACTOR : 1);
}

static void read_items(struct work *work, const struct batch *rows)
{
    work->items = arena_push_many(work->call->scratch, struct shifted, rows->rows);
    work->is_over = is_over(rows);
    for (size_t row = 0; row < rows->rows; row++) {
        if (batch_column(rows, "is_flat")->integers[row] != 0)
            continue;
        struct shifted *item = &work->items[work->items_count++];
        *item = (struct shifted){.rows = rows, .row = row};
        item->kind = metric_kind_of(text_of(item, "kind"));
        item->base = text_of(item, "base");
        item->service = text_of(item, "service");
        item->caller = text_of(item, "caller");
        item->callee = text_of(item, "callee");
        item->edge = item->caller.len > 0 && !truth_of(item, "server_side");
        if (item->callee.len > 0 && !item->edge)
            item->service = item->callee;
        item->weight = weight_of(work, item);
        item->rise = truth_of(item, "worse") ? real_of(item, "rise") : 0;
    }
}

/* ---- groups ---- */

static int compare_items(const void *a, const void *b)
{
    const struct shifted *x = a, *y = b;
    int order = str_compare(x->service, y->service);
    if (order == 0)
        order = (x->kind > y->kind) - (x->kind < y->kind);
    if (order == 0)
        order = x->edge - y->edge;
    if (order == 0)
        order = str_compare(x->base, y->base);
    if (order == 0)
        order = (x->row > y->row) - (x->row < y->row);
    return order;
}

static bool same_group(const struct shifted *a, const struct shifted *b)
{
    return a->kind == b->kind && str_eq(a->service, b->service);
}

/* With a statistic in the alert, only the metrics that have it count, if any has. */
static bool counts(const struct work *work, const struct shifted *item)
{
    return work->statistic.len == 0 || item->kind != work->alert_kind ||
           metric_has_piece(item->base, work->statistic);
}

/* Own series and edges are two witnesses; the stronger is heard. `from` to `to` are one group. */
static struct group make_group(const struct work *work, size_t from, size_t to)
{
    struct group group = {.service = work->items[from].service, .kind = work->items[from].kind};
    bool any_counts = false;
    for (size_t i = from; i < to; i++)
        any_counts |= counts(work, &work->items[i]);

    for (size_t i = from; i < to;) {
        const bool edge = work->items[i].edge;
        double sum = 0, loudest_weight = -1;
        size_t metrics = 0;
        const struct shifted *loudest = NULL;
        for (; i < to && work->items[i].edge == edge;) {
            const struct str base = work->items[i].base;
            const bool counted = !any_counts || counts(work, &work->items[i]);
            double worst = 0, total = 0;
            size_t instances = 0;
            for (; i < to && work->items[i].edge == edge && str_eq(work->items[i].base, base);
                 i++) {
                worst = fmax(worst, work->items[i].weight);
                total += work->items[i].weight;
                instances++;
                if (counted && work->items[i].weight > loudest_weight) {
                    loudest_weight = work->items[i].weight;
                    loudest = &work->items[i];
                }
            }
            if (counted) {
                sum += (worst + total / (double)instances) / 2;
                metrics++;
            }
        }
        if (metrics > 0 && sum / (double)metrics > group.weight) {
            group.weight = sum / (double)metrics;
            group.loudest = loudest;
        }
    }
    return group;
}

/* ---- what the alert's own metric says of a service ---- */

static double course_of(const struct work *work, struct str service)
{
    double together = 0;
    for (size_t row = 0; row < work->course->rows; row++)
        if (str_eq(batch_column(work->course, "service")->texts[row], service))
            together = fmax(together, batch_column(work->course, "together")->reals[row]);
    return together;
}

/* The traffic of a service after the onset, for its first traffic metric; 0: not known. */
static double traffic_of(const struct work *work, struct str service, struct str *metric)
{
    double sum = 0;
    *metric = STR("");
    for (size_t i = 0; i < work->items_count; i++) {
        const struct shifted *item = &work->items[i];
        if (item->kind != METRIC_TRAFFIC || item->caller.len > 0 || !str_eq(item->service, service))
            continue;
        if (metric->len == 0)
            *metric = item->base;
        if (str_eq(item->base, *metric))
            sum += real_of(item, "level");
    }
    return sum;
}

static double rise_of(const struct work *work, struct str service, enum metric_kind kind,
                      struct str base)
{
    double rise = 0;
    for (size_t i = 0; i < work->items_count; i++) {
        const struct shifted *item = &work->items[i];
        if (item->kind == kind && str_eq(item->service, service) && str_eq(item->base, base))
            rise = fmax(rise, item->rise);
    }
    return rise;
}

/* Which share of the alert's own shift that of this service can carry; 1 where it cannot be told.
 */
static double carries(const struct work *work, struct str service)
{
    const struct str subject = work->call->casefile->subject;
    struct str own_metric, metric;
    const double own_traffic = traffic_of(work, subject, &own_metric);
    const double traffic = traffic_of(work, service, &metric);
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < work->items_count; i++) {
        const struct shifted *item = &work->items[i];
        if (item->kind != work->alert_kind || !str_eq(item->service, subject) || item->rise <= 0 ||
            !counts(work, item))
            continue;
        double share = rise_of(work, service, item->kind, item->base) / item->rise;
        if (own_metric.len > 0 && own_traffic > 0 && str_eq(metric, own_metric))
            share *= traffic / own_traffic;
        sum += fmin(1, share);
        count++;
    }
    return count > 0 ? sum / (double)count : 1;
}

static void weigh_against_alert(const struct work *work, struct group *group)
{
    if (group->kind != work->alert_kind || work->alert_kind == METRIC_OTHER)
        return;
    if (work->course)
        group->weight *= course_of(work, group->service);
    if (!str_eq(group->service, work->call->casefile->subject))
        group->weight *= 1 - CARRY_SHARE * (1 - carries(work, group->service));
}

/* ---- evidence ---- */

/* How many requests are being served, by the name that most give it. */
static bool is_in_flight(const struct shifted *item)
{
    static const char *const words[] = {"active",  "inflight",   "flight",
                                        "pending", "concurrent", NULL};
    if (!metric_has_piece(item->base, STR("requests")))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (metric_has_piece(item->base, str_of(words[i])))
            return true;
    return false;
}

static bool computes_less(const struct work *work, struct str service)
{
    bool less = false;
    for (size_t i = 0; i < work->items_count; i++) {
        const struct shifted *item = &work->items[i];
        if (item->kind != METRIC_CPU || item->edge || !str_eq(item->service, service) ||
            real_of(item, "shift") < SYMPTOM_SHIFT)
            continue;
        if (!truth_of(item, "falls"))
            return false;
        less = true;
    }
    return less;
}

/*
 * What a metric names beyond its kind. Requests that pile up where less is computed wait for
 * something within. `up` is Prometheus' own: whether it could fetch the others.
 * Round trips are measured on packets that arrived, and repeats count those that did not.
 */
static enum kind kind_named(const struct work *work, const struct shifted *item)
{
    static const char *const lost[] = {"retransmits",    "retransmitted",
                                       "retransmission", "retransmissions",
                                       "retrans",        "dropped",
                                       "drops",          "lost",
                                       "loss",           NULL};
    if (str_eq(item->base, STR("up")) && truth_of(item, "falls"))
        return KIND_MISSING_DATA;
    if (is_in_flight(item) && !truth_of(item, "falls") && computes_less(work, item->service))
        return KIND_LOCKS;
    if (item->kind != METRIC_NETWORK)
        return KIND_UNKNOWN;
    for (size_t i = 0; lost[i]; i++)
        if (metric_has_piece(item->base, str_of(lost[i])))
            return KIND_NETWORK_LOSS;
    return metric_has_piece(item->base, STR("rtt")) ? KIND_NETWORK_DELAY : KIND_UNKNOWN;
}

static void add_evidence(struct work *work, const struct group *group)
{
    struct call *call = work->call;
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct shifted *item = group->loudest;
    const struct series_shift shift =
        series_shift_of(item->rows, item->row, casefile->incident.start_ns);
    const bool is_new = truth_of(item, "is_new");
    const bool own_onset = shift.changed_ns != 0;
    casefile_add(
        casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_METRICS,
            .bearing = BEARING_SUPPORTS,
            .finding = is_new ? FINDING_REPLICAS : metric_kind_finding(group->kind),
            .kind = kind_named(work, item),
            .eased = !is_new && !truth_of(item, "worse"),
            .subject = group->service,
            .instance = shift.name.instance,
            .window = casefile->incident,
            .onset_ns = own_onset ? shift.changed_ns : shift.onset_ns,
            .onset_error_ns = own_onset ? (shift.latest_ns - shift.earliest_ns) / 2 : 0,
            .claim = is_new ? series_young_claim(arena, &shift) : series_shift_claim(arena, &shift),
            .query = is_new ? series_young_query(arena, &shift) : series_shift_query(arena, &shift),
            .strength = 1 - exp(-group->weight),
            .series = shift.name,
        });
}

/*
 * A gauge that says whether something answers: Prometheus' own, those of its exporters
 * ("redis_up"), and what a prober says of a page.
 */
static bool says_it_is_down(const struct shifted *item, const struct series_shift *shift)
{
    const bool is_of_answers = str_eq(item->base, STR("up")) || str_ends(item->base, STR("_up")) ||
                               str_eq(item->base, STR("probe_success"));
    return is_of_answers && !item->edge && shift->falls && shift->after == 0;
}

/* It is told whatever else of its kind is louder: nothing else says so plainly that a thing is
 * gone. */
static int64_t add_down(struct work *work, const struct record *in)
{
    struct call *call = work->call;
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < work->items_count; i++) {
        const struct shifted *item = &work->items[i];
        const struct series_shift shift =
            series_shift_of(item->rows, item->row, call->casefile->incident.start_ns);
        if (!says_it_is_down(item, &shift) || !actor_is_asked_about(in, item->service) ||
            !room_is_left(&room, item->service))
            continue;
        room_take(&room, item->service);
        casefile_add(call->casefile,
                     &(struct evidence){.step_id = call->step_id,
                                        .signal = SIGNAL_METRICS,
                                        .bearing = BEARING_SUPPORTS,
                                        .finding = FINDING_MISSING,
                                        .subject = item->service,
                                        .instance = shift.name.instance,
                                        .window = call->casefile->incident,
                                        .onset_ns = shift.changed_ns != 0 ? shift.changed_ns
                                                                          : shift.onset_ns,
                                        .claim = series_shift_claim(call->scratch, &shift),
                                        .query = series_shift_query(call->scratch, &shift),
                                        .strength = STRENGTH_DOWN,
                                        .series = shift.name});
        told++;
    }
    return told;
}

static int heavier_first(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    const int order = str_compare(x->service, y->service);
    return order != 0 ? order : (x->kind > y->kind) - (x->kind < y->kind);
}

static void answer_loudest(const struct record *out, const struct group *group)
{
    *record_at(out, "service") = value_text(group->service);
    *record_at(out, "finding") = value_text(str_of(finding_name(metric_kind_finding(group->kind))));
}

/* ---- the story ---- */

static bool ask_shifts(struct work *work, struct err *err)
{
    struct call *call = work->call;
    struct record in = record_new(call->scratch, agent_tool(STR("metrics.shifts"))->sig.input), out;
    *record_at(&in, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use_once(call, "metrics.shifts", &in, &out, err))
        return false;
    read_items(work, record_at(&out, "series")->rows);
    return true;
}

/* The series that the alert is about, among those that were compared. */
static const struct shifted *alert_item(const struct work *work)
{
    const struct shifted *found = NULL;
    for (size_t i = 0; i < work->items_count; i++) {
        const struct shifted *item = &work->items[i];
        if (item->kind != work->alert_kind || item->caller.len > 0 ||
            !str_eq(item->service, work->call->casefile->subject))
            continue;
        if (!found || (!counts(work, found) && counts(work, item)))
            found = item;
    }
    return found;
}

static bool ask_course(struct work *work, struct err *err)
{
    const struct shifted *own = work->alert_kind != METRIC_OTHER ? alert_item(work) : NULL;
    if (!own || !truth_of(own, "worse"))
        return true;
    struct call *call = work->call;
    struct record in = record_new(call->scratch, agent_tool(STR("metrics.course"))->sig.input), out;
    *record_at(&in, "service") = value_text(own->service);
    *record_at(&in, "metric") = value_text(text_of(own, "metric"));
    *record_at(&in, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use_once(call, "metrics.course", &in, &out, err))
        return false;
    const struct value *services = record_at(&out, "services");
    work->course = services->known ? services->rows : NULL;
    return true;
}

static void read_alert(struct work *work)
{
    const struct alert *alert = work->call->casefile->alert;
    const struct str metric = alert_label(alert, "metric");
    enum metric_kind kind = metric.len > 0 ? metric_meaning_of(metric).kind : METRIC_OTHER;
    kind = kind == METRIC_SUCCESS ? METRIC_ERRORS : kind;
    work->alert_kind = is_symptom(kind) ? kind : METRIC_OTHER;
    work->statistic = alert_label(alert, "statistic");
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.call = call};
    read_alert(&work);
    if (!ask_shifts(&work, err) || !ask_course(&work, err))
        return false;
    shifted_edges_settle(&call->casefile->topology, work.items, work.items_count);
    qsort(work.items, work.items_count, sizeof *work.items, compare_items);

    struct group *groups = arena_push_many(call->scratch, struct group, work.items_count);
    size_t groups_count = 0;
    for (size_t from = 0, to; from < work.items_count; from = to) {
        for (to = from + 1;
             to < work.items_count && same_group(&work.items[from], &work.items[to]);)
            to++;
        struct group group = make_group(&work, from, to);
        weigh_against_alert(&work, &group);
        if (group.weight >= WEIGHT_MIN && group.loudest)
            groups[groups_count++] = group;
    }
    qsort(groups, groups_count, sizeof *groups, heavier_first);
    const int64_t down = add_down(&work, in);
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < groups_count; i++) {
        if (!actor_is_asked_about(in, groups[i].service) || !room_is_left(&room, groups[i].service))
            continue;
        room_take(&room, groups[i].service);
        add_evidence(&work, &groups[i]);
        if (told++ == 0)
            answer_loudest(out, &groups[i]);
    }
    *record_at(out, "found") = value_int(told + down);
    return true;
}

const struct actor actor_find_shifted_metrics = {
    .sig = {.name = "find_shifted_metrics",
            .summary = "Find whose metrics left their usual range",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
