/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentry (docs.sentry.io, "Webhooks"): the service hook of a project, {id, project, event}; and
 * what an integration sends for alert rules, {action, data} with an event or a metric alert in it.
 * The first two tell that something was thrown, and never that it is over.
 */
#include "webhook/reading.h"

#include "base/arena.h"

#include <stdio.h>

/* A tag is ["name", "value"], {"key", "value"} or "name:value". */
static void read_tags(struct reading *reading, struct notice *notice, const json_t *tags)
{
    for (size_t i = 0; i < json_array_size(tags) && i < TAGS_MAX; i++) {
        const json_t *tag = json_array_get(tags, i);
        const char *name = json_string_value(json_is_array(tag) ? json_array_get(tag, 0)
                                                                : json_object_get(tag, "key"));
        const json_t *value =
            json_is_array(tag) ? json_array_get(tag, 1) : json_object_get(tag, "value");
        if (name && json_is_string(value))
            reading_label(reading, notice, name,
                          str_copy(reading->arena, (struct str){json_string_value(value),
                                                                json_string_length(value)}));
    }
}

static struct str first_text(struct reading *reading, const json_t *a, const json_t *b,
                             const char *name)
{
    const struct str text = reading_text(reading, a, name);
    return text.len > 0 ? text : reading_text(reading, b, name);
}

/* Of what was thrown: an issue is one alert, whatever the event. */
static void read_event(struct reading *reading, const json_t *hook, const json_t *event,
                       struct str rule)
{
    struct notice *notice = reading_notice(reading, TAGS_MAX + 4);
    if (!notice)
        return;
    const struct str title = reading_text(reading, event, "title");
    const struct str project = first_text(reading, hook, event, "project");
    notice->alert.name = title.len > 0 ? title : first_text(reading, hook, event, "message");
    notice->alert.severity = first_text(reading, hook, event, "level");
    notice->alert.summary = first_text(reading, hook, event, "message");
    notice->alert.starts_ns = reading_time(reading, event, "datetime");
    if (notice->alert.starts_ns == 0)
        notice->alert.starts_ns = reading_time(reading, event, "timestamp");
    reading->out->sent_ns = notice->alert.starts_ns;
    notice->url = first_text(reading, event, hook, "web_url");
    if (notice->url.len == 0)
        notice->url = first_text(reading, hook, event, "url");
    notice->fingerprint = reading_text(reading, event, "issue_id");
    if (notice->fingerprint.len == 0)
        notice->fingerprint = reading_text(reading, hook, "id");
    read_tags(reading, notice, reading_array(reading, event, "tags"));
    reading_label(reading, notice, "culprit", first_text(reading, hook, event, "culprit"));
    reading_label(reading, notice, "project", project);
    reading_label(reading, notice, "environment", reading_text(reading, event, "environment"));
    reading_label(reading, notice, "rule", rule);
    reading_settle(reading, notice);
    if (!reading->failed && notice->alert.service.len == 0)
        notice->alert.service = project;
    reading_set_key(reading, "sentry", reading_text(reading, event, "event_id"));
}

/* action: critical, warning or resolved. */
static void read_metric_alert(struct reading *reading, const json_t *data, struct str action)
{
    const json_t *alert = reading_object(reading, data, "metric_alert");
    const json_t *rule = reading_object(reading, alert, "alert_rule");
    struct notice *notice = reading_notice(reading, 2);
    if (!notice)
        return;
    const bool is_over = str_eq(action, STR("resolved"));
    notice->status = is_over ? NOTICE_RESOLVED : NOTICE_FIRING;
    notice->alert.name = first_text(reading, rule, alert, "name");
    if (notice->alert.name.len == 0)
        notice->alert.name = first_text(reading, alert, data, "title");
    notice->alert.severity = is_over ? STR("") : action;
    notice->alert.summary = reading_text(reading, data, "description_text");
    notice->alert.starts_ns = reading_time(reading, alert, "date_started");
    notice->fingerprint = reading_text(reading, alert, "id");
    notice->url = reading_text(reading, data, "web_url");
    reading_label(reading, notice, "aggregate", reading_text(reading, rule, "aggregate"));
    reading_label(reading, notice, "query", reading_text(reading, rule, "query"));
    if (notice->fingerprint.len == 0)
        reading_fail(reading, "id", "it is missing: which alert?");
    reading_settle(reading, notice);
}

void decode_sentry(struct reading *reading, const json_t *root)
{
    const json_t *data = reading_object(reading, root, "data");
    if (!data) {
        const json_t *event = reading_object(reading, root, "event");
        if (!event)
            reading_fail(reading, "event", "an object is wanted, as in Sentry's service hook");
        read_event(reading, root, event, STR(""));
        return;
    }
    const struct str action = reading_text(reading, root, "action");
    const json_t *event = reading_object(reading, data, "event");
    snprintf(reading->where, sizeof reading->where, "data.");
    if (json_object_get(data, "metric_alert"))
        read_metric_alert(reading, data, action);
    else if (event)
        read_event(reading, NULL, event, reading_text(reading, data, "triggered_rule"));
    /* An issue that was assigned, a comment, an installation: nothing that fires. */
}
