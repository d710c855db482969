/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for incident/ until it is there: incidents in memory. */
#include "incident/incident.h"

#include "base/arena.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct incident all[1000];
static uint32_t all_count;
static bool wanted[1000];
static const char *const names[] = {"queued", "collecting", "investigating",
                                    "done",   "failed",     "cancelled"};
const struct incident_limits incident_limits_standard = {64, 10, 30 * NS_PER_S};

const char *incident_state_name(enum incident_state state)
{
    return names[state];
}
const char *notice_status_name(enum notice_status status)
{
    return status == NOTICE_FIRING ? "firing" : "resolved";
}
bool incident_state_parse(struct str name, enum incident_state *out)
{
    for (uint32_t i = 0; i < 6; i++)
        if (str_eq(str_of(names[i]), name)) {
            *out = (enum incident_state)i;
            return true;
        }
    return false;
}
static struct str kept(struct str s)
{
    static struct arena *arena;
    if (!arena)
        arena = arena_new("interim");
    return str_copy(arena, s);
}
bool incident_next(struct ledger *ledger, struct arena *arena, int64_t now_ns, struct claimed *out,
                   struct err *err)
{
    (void)ledger, (void)arena, (void)err;
    *out = (struct claimed){0};
    pthread_mutex_lock(&lock);
    for (uint32_t i = 0; i < all_count && out->investigation == 0; i++)
        if (all[i].state == INCIDENT_QUEUED) {
            all[i].state = INCIDENT_COLLECTING;
            all[i].updated_ns = now_ns;
            *out = (struct claimed){i + 1, all[i].id, STR(""), 1};
        }
    pthread_mutex_unlock(&lock);
    return true;
}
bool incident_step(struct ledger *ledger, int64_t investigation, int64_t now_ns, struct err *err)
{
    (void)ledger, (void)err;
    all[investigation - 1].state = INCIDENT_INVESTIGATING;
    all[investigation - 1].updated_ns = now_ns;
    return true;
}
static struct verdict_brief keep(const struct verdict_brief *verdict)
{
    struct verdict_brief out = *verdict;
    out.service = kept(out.service);
    out.kind = kept(out.kind);
    out.headline = kept(out.headline);
    out.change = kept(out.change);
    return out;
}
bool incident_finish(struct ledger *ledger, int64_t investigation, const struct outcome *outcome,
                     int64_t now_ns, struct err *err)
{
    (void)ledger, (void)err;
    pthread_mutex_lock(&lock);
    struct incident *it = &all[investigation - 1];
    it->state = outcome->state;
    it->why = kept(outcome->why);
    it->took_ns = now_ns - it->updated_ns;
    it->updated_ns = now_ns;
    if (outcome->state == INCIDENT_DONE)
        it->verdict = keep(&outcome->verdict);
    pthread_mutex_unlock(&lock);
    return true;
}
bool incident_recover(struct ledger *ledger, int64_t now_ns, uint32_t *requeued, uint32_t *failed,
                      struct err *err)
{
    (void)ledger, (void)now_ns, (void)err;
    *requeued = *failed = 0;
    return true;
}
bool incident_cancel(struct ledger *ledger, struct str id, int64_t now_ns, struct err *err)
{
    (void)ledger, (void)now_ns;
    (void)id;
    return err_set(err, ERR_USAGE, "it neither runs nor waits");
}
bool incident_again(struct ledger *ledger, struct str id, const struct incident_limits *limits,
                    int64_t now_ns, struct err *err)
{
    (void)ledger, (void)limits, (void)now_ns;
    for (uint32_t i = 0; i < all_count; i++)
        if (str_eq(all[i].id, id) && all[i].state >= INCIDENT_DONE) {
            all[i].state = INCIDENT_QUEUED;
            return true;
        }
    return err_set(err, ERR_NOT_FOUND, "no such incident");
}
bool incident_put_done(struct ledger *ledger, struct arena *arena, const struct notice *notice,
                       const struct verdict_brief *verdict, int64_t took_ns, int64_t now_ns,
                       struct str *id, struct err *err)
{
    (void)ledger, (void)err;
    pthread_mutex_lock(&lock);
    struct incident *it = &all[all_count++];
    *id = kept(str_printf(arena, "20261122-%04u-%04x", all_count, all_count * 7919));
    wanted[0] = false;
    *it = (struct incident){
        .id = *id,
        .title = kept(str_printf(arena, "%.*s: %.*s", STR_ARG(notice->alert.name),
                                 STR_ARG(notice->alert.service))),
        .alert_name = kept(notice->alert.name),
        .service = kept(notice->alert.service),
        .severity = kept(notice->alert.severity),
        .state = INCIDENT_DONE,
        .alerts = 1,
        .started_ns = notice->alert.starts_ns,
        .opened_ns = now_ns,
        .updated_ns = now_ns,
        .took_ns = took_ns,
        .has_verdict = true,
        .verdict = keep(verdict),
    };
    pthread_mutex_unlock(&lock);
    return true;
}
bool incident_list(struct ledger *ledger, struct arena *arena, const struct incident_filter *filter,
                   struct incident **out, uint32_t *count, struct err *err)
{
    (void)ledger, (void)err;
    *out = arena_push_many(arena, struct incident, filter->limit);
    *count = 0;
    pthread_mutex_lock(&lock);
    bool on = filter->before.len == 0;
    for (uint32_t i = all_count; i-- > 0 && *count < filter->limit;) {
        if (on && (!filter->has_state || all[i].state == filter->state) &&
            (filter->service.len == 0 || str_eq(filter->service, all[i].service)))
            (*out)[(*count)++] = all[i];
        if (str_eq(all[i].id, filter->before))
            on = true;
    }
    pthread_mutex_unlock(&lock);
    return true;
}
bool incident_read(struct ledger *ledger, struct arena *arena, struct str id, struct incident *out,
                   struct err *err)
{
    (void)ledger, (void)arena;
    for (uint32_t i = 0; i < all_count; i++)
        if (str_eq(all[i].id, id)) {
            *out = all[i];
            return true;
        }
    return err_set(err, ERR_NOT_FOUND, "no such incident");
}
bool incident_members(struct ledger *ledger, struct arena *arena, struct str id,
                      struct incident_member **out, uint32_t *count, struct err *err)
{
    struct incident it;
    if (!incident_read(ledger, arena, id, &it, err))
        return false;
    *out = arena_push(arena, struct incident_member);
    **out = (struct incident_member){.fingerprint = it.id,
                                     .name = it.alert_name,
                                     .service = it.service,
                                     .severity = it.severity,
                                     .status = NOTICE_FIRING,
                                     .count = 1,
                                     .first_ns = it.started_ns,
                                     .last_ns = it.started_ns,
                                     .labels = STR("{\"alertname\":\"x\"}"),
                                     .why = STR("it opened the incident")};
    *count = 1;
    return true;
}
bool incident_related(struct ledger *ledger, struct arena *arena, struct str id, uint32_t limit,
                      struct incident **out, uint32_t *count, struct err *err)
{
    (void)ledger, (void)arena, (void)id, (void)limit, (void)err;
    *out = NULL;
    *count = 0;
    return true;
}
bool incident_count(struct ledger *ledger, struct incident_counts *out, struct err *err)
{
    (void)ledger, (void)err;
    *out = (struct incident_counts){0};
    return true;
}
