/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts into the ledger. A post is kept as a whole or refused as a whole; what is decided of it is
 * decided inside the transaction that keeps it, so two servers on one ledger do not open the same
 * incident twice.
 *
 * A post that was there before is known by its key. A sender's own id is remembered for a day, and
 * what says of itself that it is older than a day is refused on that ground: so no post with an id
 * and a time starts anything twice. Bytes alone are remembered for minutes, for Alertmanager tells
 * of what still fires in the same bytes, hours later; there the alert's own start tells the rest.
 */
#include "incident/incident.h"

#include "base/arena.h"
#include "base/clock.h"
#include "incident/snapshot.h"

#define ID_KEPT_NS (24 * 3600 * NS_PER_S)
#define BYTES_KEPT_NS (5 * 60 * NS_PER_S)

const struct incident_limits incident_limits_standard = {
    .queue_max = 64, .opened_max = 10, .retry_after_ns = 30 * NS_PER_S};

struct taking {
    struct ledger *ledger;
    struct arena *scratch; /* of this transaction */
    const struct incident_limits *limits;
    const struct topology *topology;
    unsigned char **nearness; /* by node, made when it is first asked for */
    int64_t now_ns;
    struct snapshot snapshot;
    struct delivery *delivery; /* the one that is being taken */
    uint32_t delivery_number;  /* from 1 */
};

/* ---- what was there before ---- */

static bool is_replay(struct taking *taking, const struct notices *notices, bool *out,
                      struct err *err)
{
    static const struct field columns[] = {{"at_ns", TYPE_INT, 0, "", NULL}, {0}};
    const int64_t since_ns = taking->now_ns - (notices->has_id ? ID_KEPT_NS : BYTES_KEPT_NS);
    const struct value values[] = {value_text(notices->key), value_int(since_ns)};
    struct batch *rows;
    *out = notices->sent_ns != 0 && notices->sent_ns < taking->now_ns - ID_KEPT_NS;
    if (*out)
        return true;
    if (!ledger_rows(taking->ledger, taking->scratch,
                     "SELECT at_ns FROM incident_posts WHERE key = ?1 AND at_ns >= ?2", values, 2,
                     columns, &rows, err))
        return false;
    *out = rows->rows > 0;
    return true;
}

static bool remember(struct taking *taking, const struct notices *notices, struct err *err)
{
    const struct value values[] = {value_text(notices->key), value_int(taking->now_ns)};
    return ledger_run(taking->ledger,
                      "INSERT OR REPLACE INTO incident_posts (key, at_ns) VALUES (?1, ?2)", values,
                      2, err);
}

static bool forget_old(struct taking *taking, struct err *err)
{
    const struct value values[] = {value_int(taking->now_ns - ID_KEPT_NS)};
    return ledger_run(taking->ledger, "DELETE FROM incident_posts WHERE at_ns < ?1", values, 1,
                      err);
}

/* ---- deciding ---- */

static bool read_last_told(struct taking *taking, const struct notice *notice,
                           struct last_told *out, struct err *err)
{
    static const struct field columns[] = {{"incident", TYPE_INT, 0, "", NULL},
                                           {"is_over", TYPE_INT, 0, "", NULL},
                                           {"episode", TYPE_TEXT, 0, "", NULL},
                                           {"last_ns", TYPE_INT, 0, "", NULL},
                                           {0}};
    const struct value values[] = {value_text(notice->fingerprint)};
    struct batch *rows;
    *out = (struct last_told){0};
    if (!ledger_rows(taking->ledger, taking->scratch,
                     "SELECT incident, status = 'resolved' AS is_over, episode, last_ns"
                     " FROM incident_alerts WHERE fingerprint = ?1"
                     " ORDER BY incident DESC LIMIT 1",
                     values, 1, columns, &rows, err))
        return false;
    if (rows->rows > 0)
        *out = (struct last_told){
            .incident = batch_column(rows, "incident")->integers[0],
            .status = batch_column(rows, "is_over")->integers[0] ? NOTICE_RESOLVED : NOTICE_FIRING,
            .episode = batch_column(rows, "episode")->texts[0],
            .at_ns = batch_column(rows, "last_ns")->integers[0]};
    return true;
}

static const unsigned char *nearness_of(struct taking *taking, struct str service)
{
    const uint32_t node =
        taking->topology && service.len > 0 ? topology_find(taking->topology, service) : MAP_NONE;
    if (node == MAP_NONE)
        return NULL;
    if (!taking->nearness)
        taking->nearness =
            arena_push_many(taking->scratch, unsigned char *, taking->topology->nodes.count);
    if (!taking->nearness[node])
        taking->nearness[node] = grouping_nearness(taking->topology, taking->scratch, node);
    return taking->nearness[node];
}

static bool decide(struct taking *taking, const struct notice *notice, struct grouping *out,
                   struct err *err)
{
    const struct snapshot *snapshot = &taking->snapshot;
    struct grouping_question question = {.notice = notice,
                                         .now_ns = taking->now_ns,
                                         .groups = snapshot->young,
                                         .groups_count = snapshot->young_count,
                                         .topology = taking->topology,
                                         .nearness = nearness_of(taking, notice->alert.service),
                                         .is_storm = snapshot->opened_in_minute >=
                                                     taking->limits->opened_max};
    if (!read_last_told(taking, notice, &question.last, err))
        return false;
    *out = grouping_decide(&question);
    return true;
}

/* Only what would be new is silenced: an incident that is there is told to its end. */
static bool is_silenced(struct taking *taking, const struct notice *notice)
{
    const struct snapshot *snapshot = &taking->snapshot;
    for (uint32_t i = 0; i < snapshot->silences_count; i++)
        if (silence_matches(&snapshot->silences[i], &notice->alert, taking->now_ns)) {
            snapshot->hits[i]++;
            return true;
        }
    return false;
}

/* ---- keeping ---- */

static bool insert_incident(struct taking *taking, const struct open_incident *incident,
                            const struct notice *notice, struct err *err)
{
    const struct alert *alert = &notice->alert;
    struct buf json = buf_new(taking->scratch);
    alert_put_json(&json, alert);
    const struct value values[] = {value_int(incident->group.number),
                                   value_text(incident->id),
                                   value_text(alert->name),
                                   value_text(alert->service),
                                   value_text(alert->severity),
                                   value_text(notice->url),
                                   value_text(alert_key(taking->scratch, alert)),
                                   value_text(buf_str(&json)),
                                   value_int(alert->starts_ns),
                                   value_int(taking->now_ns)};
    return ledger_run(taking->ledger,
                      "INSERT INTO incidents (number, id, alert_name, service, severity, url,"
                      " case_key, alert, alerts, firing, started_ns, opened_ns, group_ns,"
                      " updated_ns)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?10, ?10, ?10)",
                      values, 10, err);
}

static struct str labels_as_json(struct arena *arena, const struct alert *alert)
{
    struct buf out = buf_new(arena);
    alert_put_labels_json(&out, alert);
    return buf_str(&out);
}

struct told {
    bool is_there;
    bool is_over;
};

static bool read_told(struct taking *taking, int64_t incident, struct str fingerprint,
                      struct told *out, struct err *err)
{
    static const struct field columns[] = {{"is_over", TYPE_INT, 0, "", NULL}, {0}};
    const struct value values[] = {value_text(fingerprint), value_int(incident)};
    struct batch *rows;
    if (!ledger_rows(taking->ledger, taking->scratch,
                     "SELECT status = 'resolved' AS is_over FROM incident_alerts"
                     " WHERE fingerprint = ?1 AND incident = ?2",
                     values, 2, columns, &rows, err))
        return false;
    *out = (struct told){.is_there = rows->rows > 0,
                         .is_over = rows->rows > 0 && rows->columns[0].integers[0]};
    return true;
}

static bool update_member(struct taking *taking, int64_t incident, const struct notice *notice,
                          struct err *err)
{
    const struct value values[] = {
        value_text(notice->fingerprint), value_int(incident),
        value_text(str_of(notice_status_name(notice->status))),
        value_text(notice->status == NOTICE_FIRING ? notice->episode : STR("")),
        value_int(taking->now_ns)};
    return ledger_run(taking->ledger,
                      "UPDATE incident_alerts SET status = ?3, told = told + 1, last_ns = ?5,"
                      " episode = CASE WHEN ?4 = '' THEN episode ELSE ?4 END"
                      " WHERE fingerprint = ?1 AND incident = ?2",
                      values, 5, err);
}

static bool insert_member(struct taking *taking, int64_t incident, const struct notice *notice,
                          const char *why, struct err *err)
{
    const struct alert *alert = &notice->alert;
    const struct value values[] = {value_int(incident),
                                   value_text(notice->fingerprint),
                                   value_text(alert->name),
                                   value_text(alert->service),
                                   value_text(alert->severity),
                                   value_text(notice->url),
                                   value_text(str_of(notice_status_name(notice->status))),
                                   value_text(notice->episode),
                                   value_int(taking->now_ns),
                                   value_text(labels_as_json(taking->scratch, alert)),
                                   value_text(str_of(why))};
    return ledger_run(taking->ledger,
                      "INSERT INTO incident_alerts (incident, fingerprint, name, service, severity,"
                      " url, status, episode, told, first_ns, last_ns, labels, why)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?9, ?10, ?11)",
                      values, 11, err);
}

static void answer_with(struct taking *taking, struct open_incident *incident)
{
    struct delivery *delivery = taking->delivery;
    if (incident->delivery == taking->delivery_number)
        return;
    incident->delivery = taking->delivery_number;
    delivery->incidents = arena_grow(delivery->arena, delivery->incidents,
                                     delivery->incidents_count * sizeof *delivery->incidents,
                                     (delivery->incidents_count + 1) * sizeof *delivery->incidents);
    delivery->incidents[delivery->incidents_count++] = str_copy(delivery->arena, incident->id);
}

static bool keep(struct taking *taking, struct open_incident *incident, const struct notice *notice,
                 const char *why, struct err *err)
{
    const bool is_over = notice->status == NOTICE_RESOLVED;
    const int64_t number = incident->group.number;
    struct told told;
    if (!read_told(taking, number, notice->fingerprint, &told, err))
        return false;
    incident->is_changed = true;
    incident->alerts += !told.is_there;
    incident->firing += (int64_t)!is_over - (int64_t)(told.is_there && !told.is_over);
    if (notice->status == NOTICE_FIRING) {
        incident->group.fired_ns = taking->now_ns;
        snapshot_add_signs(&taking->snapshot, incident, notice);
    }
    answer_with(taking, incident);
    return told.is_there ? update_member(taking, number, notice, err)
                         : insert_member(taking, number, notice, why, err);
}

/* ---- a notice, a post, many posts ---- */

static bool take_notice(struct taking *taking, const struct notice *notice, struct err *err)
{
    struct grouping grouping;
    struct open_incident *incident;
    if (!decide(taking, notice, &grouping, err))
        return false;
    switch (grouping.verdict) {
    case GROUPING_PASSES:
        taking->delivery->passed++;
        return true;
    case GROUPING_JOINS:
        return snapshot_find(&taking->snapshot, grouping.incident, &incident, err) &&
               keep(taking, incident, notice, grouping.why, err);
    case GROUPING_OPENS:
        if (is_silenced(taking, notice)) {
            taking->delivery->silenced++;
            return true;
        }
        incident = snapshot_open(&taking->snapshot);
        taking->delivery->opened++;
        return insert_incident(taking, incident, notice, err) &&
               keep(taking, incident, notice, grouping.why, err);
    }
    return false;
}

/* Looked at before anything of the post is kept: it is kept as a whole, or not at all. */
static bool would_open(struct taking *taking, const struct notices *notices, bool *out,
                       struct err *err)
{
    *out = false;
    for (uint32_t i = 0; i < notices->count && !*out; i++) {
        struct grouping grouping;
        if (!decide(taking, &notices->items[i], &grouping, err))
            return false;
        *out = grouping.verdict == GROUPING_OPENS;
    }
    return true;
}

static bool take_delivery(struct taking *taking, struct err *err)
{
    struct delivery *delivery = taking->delivery;
    const struct notices *notices = delivery->notices;
    *delivery = (struct delivery){.notices = notices, .arena = delivery->arena};
    if (!is_replay(taking, notices, &delivery->is_replay, err))
        return false;
    if (delivery->is_replay)
        return true;
    if (taking->snapshot.waiting >= taking->limits->queue_max &&
        !would_open(taking, notices, &delivery->is_refused, err))
        return false;
    if (delivery->is_refused)
        return true;
    for (uint32_t i = 0; i < notices->count; i++)
        if (!take_notice(taking, &notices->items[i], err))
            return false;
    return remember(taking, notices, err);
}

static bool take_all(struct taking *taking, struct delivery *deliveries, uint32_t count,
                     struct err *err)
{
    if (!forget_old(taking, err))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        taking->delivery = &deliveries[i];
        taking->delivery_number = i + 1;
        if (!take_delivery(taking, err))
            return false;
    }
    return true;
}

static bool open_one(struct taking *taking, struct delivery *delivery, bool takes_more,
                     struct err *err)
{
    const struct notice *notice = delivery->notices->items;
    taking->delivery = delivery;
    taking->delivery_number = 1;
    if (taking->snapshot.waiting >= taking->limits->queue_max)
        return err_set(err, ERR_OVER_BUDGET, "%u investigations wait already; try again later",
                       taking->limits->queue_max);
    struct open_incident *incident = snapshot_open(&taking->snapshot);
    if (!insert_incident(taking, incident, notice, err) ||
        !keep(taking, incident, notice, "a person asked", err))
        return false;
    if (!takes_more)
        incident->group.fired_ns = 0;
    return true;
}

static bool begin(struct taking *taking, struct err *err)
{
    if (!ledger_begin(taking->ledger, err))
        return false;
    taking->scratch = arena_new("incidents that come in");
    return true;
}

/* What was decided is written, or nothing of it. */
static bool end(struct taking *taking, bool ok, struct err *err)
{
    ok = ok && snapshot_write(&taking->snapshot, err);
    if (ok)
        ok = ledger_commit(taking->ledger, err);
    else
        ledger_rollback(taking->ledger);
    arena_free(taking->scratch);
    return ok;
}

bool incident_take(struct ledger *ledger, const struct incident_limits *limits,
                   const struct topology *topology, int64_t now_ns, struct delivery *deliveries,
                   uint32_t count, struct err *err)
{
    struct taking taking = {
        .ledger = ledger, .limits = limits, .topology = topology, .now_ns = now_ns};
    return begin(&taking, err) &&
           end(&taking,
               snapshot_read(&taking.snapshot, ledger, taking.scratch, now_ns, err) &&
                   take_all(&taking, deliveries, count, err),
               err);
}

bool incident_open(struct ledger *ledger, struct arena *arena, const struct incident_limits *limits,
                   const struct notice *notice, bool takes_more, int64_t now_ns, struct str *id,
                   struct err *err)
{
    struct taking taking = {.ledger = ledger, .limits = limits, .now_ns = now_ns};
    const struct notices notices = {.items = (struct notice *)(uintptr_t)notice, .count = 1};
    struct delivery delivery = {.notices = &notices, .arena = arena};
    if (!begin(&taking, err) ||
        !end(&taking,
             snapshot_read(&taking.snapshot, ledger, taking.scratch, now_ns, err) &&
                 open_one(&taking, &delivery, takes_more, err),
             err))
        return false;
    *id = delivery.incidents[0];
    return true;
}
