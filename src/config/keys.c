/* SPDX-License-Identifier: Apache-2.0 */
#include "config/keys.h"

#include "base/clock.h"

#include <stddef.h>

#define AT(member) offsetof(struct config, member)
#define DAY NS_PER_DAY
#define MIB (INT64_C(1) << 20)
#define NEAR 3 /* slips of the finger between a key and the one that was meant */

const struct config_key config_keys[] = {
    {"serve.listen", CONFIG_ADDRESS, AT(serve.host), "127.0.0.1:8080", NULL, 0, 0, NULL,
     "where it listens; what others can reach wants TLS and a token"},
    {"serve.data", CONFIG_TEXT, AT(serve.data), NULL, "/var/lib/warroom", 0, 0, NULL,
     "its folder; where there is none, that of the ledger: ~/.local/share/warroom"},
    {"serve.workers", CONFIG_COUNT, AT(serve.workers), "2", NULL, 1, 64, NULL,
     "how many investigations run at a time"},
    {"serve.queue", CONFIG_COUNT, AT(serve.queue), "64", NULL, 1, 10000, NULL,
     "how many may wait; a sender is told to come again after that"},
    {"serve.incidents_per_minute", CONFIG_COUNT, AT(serve.opened_per_minute), "10", NULL, 1, 10000,
     NULL, "more new ones than that are a storm, and become one incident"},
    {"serve.posts_per_second", CONFIG_COUNT, AT(serve.posts_per_second), "500", NULL, 1, 100000,
     NULL, "who posts faster than that for ten seconds is told to wait; not behind a proxy"},
    {"serve.connections_per_address", CONFIG_COUNT, AT(serve.connections_max), "200", NULL, 1, 1200,
     NULL, "further ones are closed; not of this machine, nor behind a proxy"},
    {"serve.deadline", CONFIG_SPAN, AT(serve.deadline_ns), "60s", NULL, 5 * NS_PER_S,
     3600 * NS_PER_S, NULL, "how long one investigation may take, with asking the sources"},
    {"serve.retention", CONFIG_SPAN, AT(serve.retention_ns), "365d", NULL, 3600 * NS_PER_S,
     3650 * DAY, NULL, "incidents of which nothing was heard for so long go, with their files"},
    {"serve.tls.certificate", CONFIG_FILE, AT(serve.certificate), NULL,
     "/etc/warroom/certificate.pem", 0, 0, NULL, "a PEM file: the certificate and its chain"},
    {"serve.tls.key", CONFIG_FILE, AT(serve.key), NULL, "/etc/warroom/key.pem", 0, 0, NULL,
     "a PEM file: the key of the certificate"},
    {"serve.behind_proxy", CONFIG_BOOL, AT(serve.is_behind_proxy), "false", NULL, 0, 0, NULL,
     "a proxy in front speaks TLS, and nobody gets past it"},
    {"receive.enabled", CONFIG_BOOL, AT(receive.is_on), "true", NULL, 0, 0, NULL,
     "OTLP and Loki's push are taken in, and kept as a source"},
    {"receive.store", CONFIG_CHOICE, AT(receive.store), "embedded", NULL, 0, 0,
     "embedded clickhouse", "where it is kept: embedded, or clickhouse"},
    {"receive.retention", CONFIG_SPAN, AT(receive.retention_ns), "7d", NULL, 3600 * NS_PER_S,
     3650 * DAY, NULL, "what is older is dropped"},
    {"receive.size", CONFIG_BYTES, AT(receive.bytes_max), "20GiB", NULL, 64 * MIB, INT64_C(1) << 50,
     NULL, "of what takes more room the oldest is dropped"},
    {"receive.clickhouse.url", CONFIG_URL, AT(receive.url), NULL, "http://127.0.0.1:8123", 0, 0,
     NULL, "its HTTP interface"},
    {"receive.clickhouse.user", CONFIG_TEXT, AT(receive.user), NULL, "warroom", 0, 0, NULL,
     "who writes and reads there"},
    {"receive.clickhouse.password", CONFIG_SECRET, AT(receive.password), NULL,
     "env:CLICKHOUSE_PASSWORD", 0, 0, NULL, "of that user"},
    {"webhooks.token", CONFIG_SECRET, AT(webhooks.token), NULL, "env:WARROOM_TOKEN", 0, 0, NULL,
     "what senders of alerts must show that sign nothing"},
    {"webhooks.pagerduty.secret", CONFIG_SECRETS, AT(webhooks.pagerduty), NULL,
     "env:PAGERDUTY_SECRET", 0, 0, NULL, "of the webhook's signature; a list while it is changed"},
    {"webhooks.sentry.secret", CONFIG_SECRETS, AT(webhooks.sentry), NULL, "env:SENTRY_SECRET", 0, 0,
     NULL, "the same: Sentry's client secret"},
    {"webhooks.grafana.secret", CONFIG_SECRETS, AT(webhooks.grafana), NULL, "env:GRAFANA_SECRET", 0,
     0, NULL, "the same: HMAC of the contact point, without a timestamp header"},
    {"page_url", CONFIG_URL, AT(page_url), NULL, "https://warroom.example.com", 0, 0, NULL,
     "how people reach the page, for the links in what is told"},
    {0},
};

/* "x.secret[2]" -> "x.secret" */
static struct str without_index(struct str path)
{
    const size_t open = str_find(path, STR("["));
    return open != STR_NPOS && str_ends(path, STR("]")) ? str_slice(path, 0, open) : path;
}

const struct config_key *config_key_find(struct str path)
{
    for (const struct config_key *key = config_keys; key->path; key++)
        if (str_eq(path, str_of(key->path)) ||
            (key->type == CONFIG_SECRETS && str_eq(without_index(path), str_of(key->path))))
            return key;
    return NULL;
}

const char *config_key_nearest(struct str path)
{
    const char *nearest = NULL;
    uint32_t least = NEAR + 1;
    for (const struct config_key *key = config_keys; key->path; key++) {
        const uint32_t distance = str_distance(str_of(key->path), path);
        if (distance < least) {
            least = distance;
            nearest = key->path;
        }
    }
    return nearest;
}
