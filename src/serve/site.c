/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/site.h"

#include <string.h>

struct str site_path(const struct site *site, struct arena *arena, struct str id, const char *name)
{
    return str_printf(arena, "%s/incidents/%.*s%s%s", site->data, STR_ARG(id), *name ? "/" : "",
                      name);
}

struct webhook_keys site_webhook_keys(const struct site *site, const char *kind)
{
    const struct config *config = site->config;
    const struct {
        const char *kind;
        const struct config_secrets *secrets;
    } kinds[] = {{"pagerduty", &config->webhooks.pagerduty},
                 {"sentry", &config->webhooks.sentry},
                 {"grafana", &config->webhooks.grafana}};
    struct webhook_keys keys = {.token = config->webhooks.token};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            for (uint32_t j = 0; j < kinds[i].secrets->count && j < WEBHOOK_SECRETS_MAX; j++)
                keys.secrets[keys.secrets_count++] = kinds[i].secrets->items[j];
    return keys;
}
