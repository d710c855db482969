/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opsgenie's webhook (support.atlassian.com, "Opsgenie actions and webhook payloads"): one action
 * on one alert. The alias is what Opsgenie itself tells alerts apart by. Posts have no id; an alert
 * is not updated twice in the same nanosecond.
 */
#include "webhook/reading.h"

#include "base/arena.h"

#include <stdio.h>

static const struct {
    const char *action;
    enum notice_status status;
} actions[] = {
    {"Create", NOTICE_FIRING},
    {"Acknowledge", NOTICE_ACKNOWLEDGED},
    {"Close", NOTICE_RESOLVED},
    {"Delete", NOTICE_RESOLVED},
};

static void read_alert(struct reading *reading, const json_t *alert, enum notice_status status)
{
    const json_t *details = reading_object(reading, alert, "details");
    struct notice *notice = reading_notice(reading, reading_labels_count(details) + TAGS_MAX + 2);
    if (!notice)
        return;
    notice->status = status;
    notice->alert.name = reading_text(reading, alert, "message");
    notice->alert.summary = reading_text(reading, alert, "description");
    notice->alert.severity = reading_severity(reading, reading_text(reading, alert, "priority"));
    notice->alert.starts_ns = reading_time(reading, alert, "createdAt");
    notice->alert.id = reading_text(reading, alert, "alertId");
    notice->episode = notice->alert.id;
    notice->fingerprint = reading_text(reading, alert, "alias");
    if (notice->fingerprint.len == 0)
        notice->fingerprint = notice->alert.id;
    reading_labels(reading, notice, details);
    reading_tags(reading, notice, alert, "tags");
    reading_label(reading, notice, "entity", reading_text(reading, alert, "entity"));
    reading_label(reading, notice, "source", reading_text(reading, alert, "source"));
    if (notice->fingerprint.len == 0)
        reading_fail(reading, "alertId", "it is missing: which alert?");
    reading_settle(reading, notice);
}

static void set_key(struct reading *reading, const json_t *alert, struct str action)
{
    const struct str id = reading_text(reading, alert, "alertId");
    const struct str updated = reading_text(reading, alert, "updatedAt");
    if (id.len > 0 && updated.len > 0)
        reading_set_key(reading, "opsgenie",
                        str_printf(reading->arena, "%.*s/%.*s/%.*s", STR_ARG(id), STR_ARG(action),
                                   STR_ARG(updated)));
}

void decode_opsgenie(struct reading *reading, const json_t *root)
{
    const struct str action = reading_text(reading, root, "action");
    const json_t *alert = reading_object(reading, root, "alert");
    if (action.len == 0)
        reading_fail(reading, "action", "it is missing: Create, Acknowledge, Close, ...");
    if (!alert)
        reading_fail(reading, "alert", "an object is wanted, as in Opsgenie's webhook");
    snprintf(reading->where, sizeof reading->where, "alert.");
    reading->out->sent_ns = reading_time(reading, alert, "updatedAt");
    set_key(reading, alert, action);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (str_eq(action, str_of(actions[i].action)))
            read_alert(reading, alert, actions[i].status);
}
