/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PagerDuty's webhook, version 3 (PagerDuty/developer-docs, "Webhooks Overview"): one event about
 * one incident. That somebody was paged, wrote a note or was handed it says nothing of the alert.
 */
#include "webhook/reading.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *type;
    enum notice_status status;
} types[] = {
    {"incident.triggered", NOTICE_FIRING},
    {"incident.reopened", NOTICE_FIRING},
    {"incident.resolved", NOTICE_RESOLVED},
    {"incident.acknowledged", NOTICE_ACKNOWLEDGED},
};

static struct str summary_of(struct reading *reading, const json_t *data, const char *name)
{
    return reading_text(reading, reading_object(reading, data, name), "summary");
}

static struct str first_team(struct reading *reading, const json_t *data)
{
    const json_t *teams = reading_array(reading, data, "teams");
    return reading_text(reading, json_array_get(teams, 0), "summary");
}

static void read_incident(struct reading *reading, const json_t *data, enum notice_status status,
                          int64_t starts_ns)
{
    struct notice *notice = reading_notice(reading, 6);
    if (!notice)
        return;
    const struct str priority = summary_of(reading, data, "priority");
    const struct str urgency = reading_text(reading, data, "urgency");
    notice->status = status;
    notice->fingerprint = reading_text(reading, data, "id");
    notice->url = reading_text(reading, data, "html_url");
    notice->alert.name = reading_text(reading, data, "title");
    notice->alert.service = summary_of(reading, data, "service");
    notice->alert.severity = reading_severity(reading, priority.len > 0 ? priority : urgency);
    notice->alert.starts_ns = starts_ns;
    notice->episode =
        str_printf(reading->arena, "%.*s/%lld", STR_ARG(notice->fingerprint), (long long)starts_ns);
    reading_label(reading, notice, "number", reading_text(reading, data, "number"));
    reading_label(reading, notice, "incident_key", reading_text(reading, data, "incident_key"));
    reading_label(reading, notice, "priority", priority);
    reading_label(reading, notice, "urgency", urgency);
    reading_label(reading, notice, "team", first_team(reading, data));
    reading_label(reading, notice, "escalation_policy",
                  summary_of(reading, data, "escalation_policy"));
    if (notice->fingerprint.len == 0)
        reading_fail(reading, "id", "it is missing: which incident?");
    reading_settle(reading, notice);
}

void decode_pagerduty(struct reading *reading, const json_t *root)
{
    const json_t *event = reading_object(reading, root, "event");
    if (!event)
        reading_fail(reading, "event", "an object is wanted, as in PagerDuty's webhook version 3");
    snprintf(reading->where, sizeof reading->where, "event.");
    const struct str type = reading_text(reading, event, "event_type");
    const json_t *data = reading_object(reading, event, "data");
    reading->out->sent_ns = reading_time(reading, event, "occurred_at");
    reading_set_key(reading, "pagerduty", reading_text(reading, event, "id"));
    if (type.len == 0)
        reading_fail(reading, "event_type", "it is missing");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!str_eq(type, str_of(types[i].type)))
            continue;
        snprintf(reading->where, sizeof reading->where, "event.data.");
        const int64_t created_ns = reading_time(reading, data, "created_at");
        const bool is_again = strcmp(types[i].type, "incident.reopened") == 0;
        read_incident(reading, data, types[i].status,
                      is_again || created_ns == 0 ? reading->out->sent_ns : created_ns);
    }
}
