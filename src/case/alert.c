/* SPDX-License-Identifier: Apache-2.0 */
#include "case/alert.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"

#include <jansson.h>
#include <string.h>

#define LABELS_MAX 256

static struct str text_at(struct arena *arena, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value))
        return str_copy(
            arena, (struct str){.ptr = json_string_value(value), .len = json_string_length(value)});
    if (json_is_integer(value))
        return str_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return str_printf(arena, "%.9f", json_real_value(value));
    return STR("");
}

static void add_labels(struct arena *arena, const json_t *from, struct alert *alert)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)from, name, value)
    {
        if (alert->labels_count == LABELS_MAX)
            return;
        alert->labels[alert->labels_count++] = (struct label){.name = str_copy(arena, str_of(name)),
                                                              .value = text_at(arena, from, name)};
    }
}

struct str alert_label(const struct alert *alert, const char *name)
{
    for (uint32_t i = 0; i < alert->labels_count; i++)
        if (str_eq(alert->labels[i].name, str_of(name)))
            return alert->labels[i].value;
    return STR("");
}

/* Where a field is missing, a label of that name is as good. */
static struct str first_of(struct str a, struct str b)
{
    return a.len > 0 ? a : b;
}

static bool fill(struct arena *arena, const json_t *from, struct alert *alert, struct err *err)
{
    *alert = (struct alert){.labels = arena_push_many(arena, struct label, LABELS_MAX)};
    add_labels(arena, json_object_get(from, "labels"), alert);
    add_labels(arena, json_object_get(from, "annotations"), alert);

    alert->id = first_of(text_at(arena, from, "id"), text_at(arena, from, "fingerprint"));
    alert->name = first_of(text_at(arena, from, "name"), alert_label(alert, "alertname"));
    alert->status = first_of(text_at(arena, from, "status"), STR("firing"));
    alert->severity = first_of(text_at(arena, from, "severity"), alert_label(alert, "severity"));
    alert->service = first_of(text_at(arena, from, "service"), alert_label(alert, "service"));
    alert->summary = first_of(alert_label(alert, "summary"), alert_label(alert, "description"));

    const struct str starts = text_at(arena, from, "startsAt");
    if (starts.len == 0)
        return err_set(err, ERR_USAGE,
                       "there is no `startsAt`; write when the alert fired, in unix seconds or "
                       "RFC 3339: \"startsAt\": \"2026-11-22T02:03:04Z\"");
    if (!time_parse(starts, &alert->starts_ns))
        return err_set(err, ERR_USAGE,
                       "`startsAt` is \"%.40s\"; write unix seconds or RFC 3339: "
                       "\"startsAt\": \"2026-11-22T02:03:04Z\"",
                       starts.ptr);
    return true;
}

static void put_member(struct buf *out, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    json_put_key(out, name);
    json_put_text(out, text);
}

void alert_put_labels_json(struct buf *out, const struct alert *alert)
{
    buf_add_char(out, '{');
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        json_put_comma(out);
        json_put_text(out, alert->labels[i].name);
        buf_add_char(out, ':');
        json_put_text(out, alert->labels[i].value);
    }
    if (alert_label(alert, "summary").len == 0)
        put_member(out, "summary", alert->summary);
    buf_add_char(out, '}');
}

void alert_put_json(struct buf *out, const struct alert *alert)
{
    buf_add_char(out, '{');
    put_member(out, "id", alert->id);
    put_member(out, "name", alert->name);
    put_member(out, "status", alert->status);
    put_member(out, "severity", alert->severity);
    put_member(out, "service", alert->service);
    put_member(out, "startsAt", time_format_exact(out->arena, alert->starts_ns));
    json_put_key(out, "labels");
    alert_put_labels_json(out, alert);
    buf_add_char(out, '}');
}

struct str alert_key(struct arena *arena, const struct alert *alert)
{
    const struct str all =
        str_printf(arena, "%.*s\n%.*s\n%.*s\n%lld", STR_ARG(alert->id), STR_ARG(alert->name),
                   STR_ARG(alert->service), (long long)alert->starts_ns);
    return str_printf(arena, "%016llx", (unsigned long long)str_hash(all));
}

/* Alertmanager sends an object whose `alerts` is an array; the first that fires is ours. */
static const json_t *chosen_alert(const json_t *root)
{
    const json_t *alerts = json_object_get(root, "alerts");
    if (!json_is_array(alerts))
        return root;
    size_t i;
    const json_t *alert;
    json_array_foreach(alerts, i, alert)
    {
        const char *status = json_string_value(json_object_get(alert, "status"));
        if (!status || strcmp(status, "firing") == 0)
            return alert;
    }
    return json_array_get(alerts, 0);
}

bool alert_parse(struct arena *arena, struct str text, struct alert *out, struct err *err)
{
    if (text.len > ALERT_BYTES_MAX)
        return err_set(err, ERR_USAGE, "it is larger than %zu bytes", ALERT_BYTES_MAX);
    json_error_t where;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    if (!root)
        return err_set(err, ERR_USAGE, "line %d, column %d: %s", where.line, where.column,
                       where.text);
    const json_t *alert = chosen_alert(root);
    const bool ok =
        json_is_object(alert)
            ? fill(arena, alert, out, err)
            : err_set(err, ERR_USAGE,
                      "it holds no alert; write an object: {\"name\": \"HighErrorRate\", "
                      "\"service\": \"checkout\", \"startsAt\": "
                      "\"2026-11-22T02:03:04Z\"}");
    json_decref(root);
    return ok;
}
