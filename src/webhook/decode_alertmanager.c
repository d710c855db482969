/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alertmanager's webhook, version 4 (prometheus/alertmanager, template/template.go and
 * notify/webhook), and Grafana's, which is the same with more in it.
 *
 * The sender's fingerprint is a hash of the labels, and stays the same from firing to resolved and
 * to firing again. Its group key stands for one notification, so that what is put together there
 * is put together here.
 */
#include "webhook/reading.h"

#include <stdio.h>

#define OWN_LABELS 1 /* `values`, of Grafana */

static enum notice_status read_status(struct reading *reading, const json_t *alert,
                                      struct str of_group)
{
    struct str status = reading_text(reading, alert, "status");
    if (status.len == 0)
        status = of_group;
    if (str_eq(status, STR("resolved")))
        return NOTICE_RESOLVED;
    if (status.len > 0 && !str_eq(status, STR("firing")))
        reading_fail(reading, "status", "firing or resolved is wanted");
    return NOTICE_FIRING;
}

/* A picture of what fired says more than the expression that did. */
static struct str read_url(struct reading *reading, const json_t *alert)
{
    static const char *const names[] = {"panelURL", "dashboardURL", "generatorURL"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct str url = reading_text(reading, alert, names[i]);
        if (url.len > 0)
            return url;
    }
    return STR("");
}

static void read_alert(struct reading *reading, const json_t *alert, struct str group_status,
                       struct str group_key)
{
    if (!json_is_object(alert)) {
        reading_fail(reading, "", "an object is wanted");
        return;
    }
    const json_t *labels = reading_object(reading, alert, "labels");
    const json_t *annotations = reading_object(reading, alert, "annotations");
    struct notice *notice = reading_notice(
        reading, reading_labels_count(labels) + reading_labels_count(annotations) + OWN_LABELS);
    if (!notice)
        return;
    reading_labels(reading, notice, labels);
    notice->fingerprint = reading_text(reading, alert, "fingerprint");
    if (notice->fingerprint.len == 0) { /* annotations hold numbers that change */
        notice->alert.name = alert_label(&notice->alert, "alertname");
        notice->fingerprint = reading_fingerprint(reading, notice);
    }
    reading_labels(reading, notice, annotations);
    reading_label(reading, notice, "values", reading_text(reading, alert, "valueString"));
    notice->status = read_status(reading, alert, group_status);
    notice->alert.starts_ns = reading_time(reading, alert, "startsAt");
    notice->url = read_url(reading, alert);
    notice->group_key = group_key;
    reading_settle(reading, notice);
}

/* How many were cut off by the receiver's max_alerts. */
static uint32_t read_left_out(struct reading *reading, const json_t *root)
{
    int64_t number = 0;
    const struct str text = reading_text(reading, root, "truncatedAlerts");
    if (text.len > 0 && (!str_to_int(text, &number) || number < 0 || number > UINT32_MAX))
        reading_fail(reading, "truncatedAlerts", "a whole number is wanted");
    return (uint32_t)number;
}

void decode_alertmanager(struct reading *reading, const json_t *root)
{
    const json_t *alerts = reading_array(reading, root, "alerts");
    const struct str status = reading_text(reading, root, "status");
    const struct str group_key = reading_text(reading, root, "groupKey");
    reading->out->left_out = read_left_out(reading, root);
    if (!alerts)
        reading_fail(reading, "alerts",
                     "an array is wanted, as in Alertmanager's webhook of version 4");
    for (size_t i = 0; i < json_array_size(alerts) && !reading->failed; i++) {
        snprintf(reading->where, sizeof reading->where, "alerts[%zu].", i);
        read_alert(reading, json_array_get(alerts, i), status, group_key);
    }
}

void decode_grafana(struct reading *reading, const json_t *root)
{
    decode_alertmanager(reading, root);
}
