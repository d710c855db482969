/* SPDX-License-Identifier: Apache-2.0 */
#include "webhook/webhook.h"

#include "base/arena.h"
#include "data/digest.h"
#include "webhook/reading.h"
#include "webhook/signature.h"

/* ---- kinds ---- */

struct kind {
    struct webhook webhook;
    void (*decode)(struct reading *reading, const json_t *root);
};

static const struct kind alertmanager = {
    {"alertmanager", "Alertmanager's webhook, version 4", NULL, ""}, decode_alertmanager};
static const struct kind grafana = {
    {"grafana", "Grafana's webhook contact point", "X-Grafana-Alerting-Signature", ""},
    decode_grafana};
static const struct kind pagerduty = {
    {"pagerduty", "PagerDuty's webhook, version 3", "X-PagerDuty-Signature", "v1="},
    decode_pagerduty};
static const struct kind datadog = {
    {"datadog", "Datadog's webhook, with the payload of docs/webhooks.md", NULL, ""},
    decode_datadog};
static const struct kind opsgenie = {{"opsgenie", "Opsgenie's webhook", NULL, ""}, decode_opsgenie};
static const struct kind sentry = {
    {"sentry", "Sentry's service hooks and alerts", "Sentry-Hook-Signature", ""}, decode_sentry};
static const struct kind generic = {
    {"generic", "An alert in our own format, or an array of them", NULL, ""}, decode_generic};

const struct webhook *const webhooks[] = {
    &alertmanager.webhook, &grafana.webhook, &pagerduty.webhook, &datadog.webhook,
    &opsgenie.webhook,     &sentry.webhook,  &generic.webhook,   NULL};

const struct webhook *webhook_find(struct str name)
{
    for (const struct webhook *const *it = webhooks; *it; it++)
        if (str_eq(str_of((*it)->name), name))
            return *it;
    return NULL;
}

const char *notice_status_name(enum notice_status status)
{
    static const char *const names[] = {[NOTICE_FIRING] = "firing",
                                        [NOTICE_RESOLVED] = "resolved",
                                        [NOTICE_ACKNOWLEDGED] = "acknowledged"};
    return names[status];
}

int webhook_status(enum err_kind kind)
{
    switch (kind) {
    case ERR_PROTOCOL:
        return 400;
    case ERR_USAGE:
        return 401;
    case ERR_DENIED:
        return 403;
    case ERR_OVER_BUDGET:
        return 413;
    default:
        return 500;
    }
}

/* ---- reading ---- */

/* Who gives no id is known by the bytes. */
static bool settle_key(const struct webhook *webhook, const struct webhook_post *post,
                       struct arena *arena, struct notices *out, struct err *err)
{
    struct digest digest;
    if (out->has_id)
        return true;
    if (!digest_sha256(post->body, &digest, err))
        return false;
    out->key = str_printf(arena, "%s:%s", webhook->name, digest_hex(arena, &digest).ptr);
    return true;
}

static bool decode(const struct webhook *webhook, const struct webhook_post *post,
                   const json_t *root, struct arena *arena, struct notices *out, struct err *err)
{
    const struct kind *kind = (const struct kind *)(const void *)webhook;
    struct reading reading = {.arena = arena, .post = post, .out = out, .err = err};
    kind->decode(&reading, root);
    return !reading.failed && settle_key(webhook, post, arena, out, err);
}

bool webhook_read(const struct webhook *webhook, const struct webhook_post *post,
                  const struct webhook_keys *keys, struct arena *arena, struct notices *out,
                  struct err *err)
{
    *out = (struct notices){0};
    if (post->body.len > WEBHOOK_BYTES_MAX)
        return err_set(err, ERR_OVER_BUDGET, "it is larger than %zu bytes", WEBHOOK_BYTES_MAX);
    if (!signature_check(webhook, post, keys, err))
        return false;
    json_error_t where;
    json_t *root = json_loadb(post->body.ptr, post->body.len, JSON_REJECT_DUPLICATES, &where);
    if (!root)
        return err_set(err, ERR_PROTOCOL, "line %d, column %d: %s", where.line, where.column,
                       where.text);
    const bool ok = decode(webhook, post, root, arena, out, err);
    json_decref(root);
    return ok;
}
