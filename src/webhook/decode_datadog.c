/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datadog's webhook, whose payload the user writes: that of docs/webhooks.md. All values are texts
 * in which a variable that is not known stays as it was written, "$ALERT_QUERY".
 */
#include "webhook/reading.h"

#include "base/arena.h"

#include <string.h>

static struct str variable(struct reading *reading, const json_t *root, const char *name)
{
    const struct str text = str_trim(reading_text(reading, root, name));
    return str_starts(text, STR("$")) ? STR("") : text;
}

static int64_t time_variable(struct reading *reading, const json_t *root, const char *name)
{
    return variable(reading, root, name).len > 0 ? reading_time(reading, root, name) : 0;
}

/* "Triggered", "Re-Triggered", "No Data", "Warn", "Renotify": anything but these two fires. */
static enum notice_status read_status(struct reading *reading, const json_t *root)
{
    const struct str transition = variable(reading, root, "alert_transition");
    if (str_contains(transition, STR("Recovered")))
        return NOTICE_RESOLVED;
    return str_contains(transition, STR("Muted")) ? NOTICE_ACKNOWLEDGED : NOTICE_FIRING;
}

/* "[Triggered on {host:a}] High load" -> "High load": the same alert has the same name. */
static struct str without_state(struct str title)
{
    const char *end = str_starts(title, STR("[")) ? memchr(title.ptr, ']', title.len) : NULL;
    const struct str rest =
        end ? str_trim(str_slice(title, (size_t)(end - title.ptr) + 1, title.len)) : title;
    return rest.len > 0 ? rest : title;
}

/* One monitor fires once for each scope. */
static struct str read_fingerprint(struct reading *reading, const json_t *root)
{
    const struct str key = variable(reading, root, "aggreg_key");
    const struct str monitor = variable(reading, root, "alert_id");
    if (key.len > 0 || monitor.len == 0)
        return key;
    const struct str scopes = variable(reading, root, "scopes");
    return scopes.len == 0 ? monitor
                           : str_printf(reading->arena, "%.*s-%016llx", STR_ARG(monitor),
                                        (unsigned long long)str_hash(scopes));
}

static struct str read_severity(struct reading *reading, const json_t *root)
{
    const struct str priority = variable(reading, root, "alert_priority");
    const struct str type = variable(reading, root, "alert_type");
    if (priority.len > 0)
        return reading_severity(reading, priority);
    return str_eq(type, STR("error")) ? STR("high") : reading_severity(reading, type);
}

void decode_datadog(struct reading *reading, const json_t *root)
{
    if (!json_object_get(root, "alert_transition"))
        reading_fail(reading, "alert_transition",
                     "it is missing; paste the payload of docs/webhooks.md into the webhook");
    struct notice *notice = reading_notice(reading, 2 * TAGS_MAX);
    if (!notice)
        return;
    reading->out->sent_ns = time_variable(reading, root, "last_updated");
    reading_set_key(reading, "datadog", variable(reading, root, "id"));
    notice->status = read_status(reading, root);
    notice->alert.name = without_state(variable(reading, root, "title"));
    notice->alert.severity = read_severity(reading, root);
    notice->alert.summary = variable(reading, root, "body");
    notice->alert.starts_ns = time_variable(reading, root, "date");
    notice->fingerprint = read_fingerprint(reading, root);
    notice->episode = variable(reading, root, "cycle_key");
    notice->url = variable(reading, root, "url");
    reading_label(reading, notice, "alert_query", variable(reading, root, "alert_query"));
    reading_label(reading, notice, "alert_metric", variable(reading, root, "alert_metric"));
    reading_tags(reading, notice, root, "scopes");
    reading_tags(reading, notice, root, "tags");
    reading_settle(reading, notice);
}
