/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own format, for whoever has none of the others: an alert, or an array of alerts.
 *
 *   {"name": "HighErrorRate", "service": "checkout", "status": "firing", "severity": "critical",
 *    "startedAt": "2026-11-22T02:03:04Z", "labels": {"region": "eu"}, "url": "https://..."}
 *
 * Only `name` must be there. `startsAt` is the same as `startedAt`, as in alert.json.
 */
#include "webhook/reading.h"

#include <stdio.h>

static const struct {
    const char *name;
    enum notice_status status;
} statuses[] = {
    {"", NOTICE_FIRING},
    {"firing", NOTICE_FIRING},
    {"resolved", NOTICE_RESOLVED},
    {"acknowledged", NOTICE_ACKNOWLEDGED},
    {"suppressed", NOTICE_ACKNOWLEDGED},
    {"maintenance", NOTICE_ACKNOWLEDGED},
    {"pending", NOTICE_ACKNOWLEDGED}, /* not yet: nothing is started */
};

static enum notice_status read_status(struct reading *reading, const json_t *alert)
{
    const struct str status = reading_text(reading, alert, "status");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (str_eq(status, str_of(statuses[i].name)))
            return statuses[i].status;
    reading_fail(reading, "status",
                 "firing, resolved, acknowledged, suppressed, maintenance or pending is wanted");
    return NOTICE_FIRING;
}

static int64_t read_start(struct reading *reading, const json_t *alert)
{
    const int64_t started_ns = reading_time(reading, alert, "startedAt");
    return started_ns ? started_ns : reading_time(reading, alert, "startsAt");
}

static void read_alert(struct reading *reading, const json_t *alert)
{
    if (!json_is_object(alert)) {
        reading_fail(reading, "", "an object is wanted, with a `name` in it");
        return;
    }
    const json_t *labels = reading_object(reading, alert, "labels");
    const json_t *annotations = reading_object(reading, alert, "annotations");
    struct notice *notice = reading_notice(reading, reading_labels_count(labels) +
                                                        reading_labels_count(annotations) + 2);
    if (!notice)
        return;
    notice->status = read_status(reading, alert);
    notice->alert.id = reading_text(reading, alert, "id");
    notice->alert.name = reading_text(reading, alert, "name");
    notice->alert.service = reading_text(reading, alert, "service");
    notice->alert.severity = reading_text(reading, alert, "severity");
    notice->alert.summary = reading_text(reading, alert, "description");
    notice->alert.starts_ns = read_start(reading, alert);
    notice->url = reading_text(reading, alert, "url");
    notice->group_key = reading_text(reading, alert, "groupKey");
    reading_labels(reading, notice, labels);
    reading_label(reading, notice, "environment", reading_text(reading, alert, "environment"));
    notice->fingerprint = reading_text(reading, alert, "fingerprint");
    if (notice->fingerprint.len == 0)
        notice->fingerprint = reading_fingerprint(reading, notice);
    reading_labels(reading, notice, annotations);
    reading_settle(reading, notice);
}

void decode_generic(struct reading *reading, const json_t *root)
{
    if (!json_is_array(root)) {
        read_alert(reading, root);
        return;
    }
    for (size_t i = 0; i < json_array_size(root) && !reading->failed; i++) {
        snprintf(reading->where, sizeof reading->where, "[%zu].", i);
        read_alert(reading, json_array_get(root, i));
    }
}
