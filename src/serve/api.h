/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of router.c, by the file that has them. docs/api.md shows what each answers. */
#pragma once

#include "data/json.h"
#include "serve/clerk.h"

#define HANDLER(name) void name(struct clerk *clerk, struct http_exchange *exchange)

/* api_alerts.c */
HANDLER(api_take_webhook);
HANDLER(api_investigate);

/* api_feedback.c, api_silences.c, api_runbooks.c, api_session.c, api_mcp.c, metrics.c */
HANDLER(api_take_feedback);
HANDLER(api_list_silences);
HANDLER(api_add_silence);
HANDLER(api_end_silence);
HANDLER(api_list_runbooks);
HANDLER(api_read_runbook);
HANDLER(api_check_runbook);
HANDLER(api_read_session);
HANDLER(api_begin_session);
HANDLER(api_end_session);
HANDLER(api_mcp);
HANDLER(api_ask);
HANDLER(api_metrics);

/* api_sources.c */
HANDLER(api_list_sources);
HANDLER(api_test_source);

/* api_receive.c */
HANDLER(api_receive);
HANDLER(api_export_telemetry);

/* api_incidents.c */
HANDLER(api_list_incidents);
HANDLER(api_read_incident);
HANDLER(api_cancel_incident);
HANDLER(api_repeat_incident);

/* api_reports.c */
HANDLER(api_read_report);
HANDLER(api_read_journal);
HANDLER(api_read_bundle);
HANDLER(api_read_exhibits);

/* api_health.c */
HANDLER(api_version);
HANDLER(api_healthz);
HANDLER(api_readyz);

/* api_events.c */
HANDLER(api_watch_incident);
HANDLER(api_watch_all);

/* page.c */
HANDLER(page_index);
HANDLER(page_asset);

/* One incident as an object: also what the streams of events send. */
void api_put_incident(struct buf *out, const struct incident *incident);

/* Says to all who watch how that incident stands now. */
void api_tell_state(const struct site *site, struct ledger *ledger, struct str id);
