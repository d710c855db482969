/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/intake.h"
#include "serve/api.h"
#include "serve/router.h"

#define API "/api/v1"
#define JSON "application/json"
#define SMALL ROUTE_BODY_MAX
#define PUSH INTAKE_BODY_BYTES_MAX

const struct route routes[] = {
    {"GET", "/", SCOPE_NONE, .is_quick = true, .handle = page_index},
    {"GET", "/assets/{}", SCOPE_NONE, .is_quick = true, .handle = page_asset},
    {"GET", "/healthz", SCOPE_NONE, .is_quick = true, .handle = api_healthz},
    {"GET", "/readyz", SCOPE_NONE, .handle = api_readyz},
    {"GET", "/metrics", SCOPE_READ, .handle = api_metrics},
    {"POST", "/webhook/{}", SCOPE_NONE, .body_max = SMALL, .body = JSON, .wants_body = true,
     .handle = api_take_webhook},
    {"POST", "/v1/logs", SCOPE_INVESTIGATE, .body_max = PUSH, .handle = api_receive},
    {"POST", "/v1/metrics", SCOPE_INVESTIGATE, .body_max = PUSH, .handle = api_receive},
    {"POST", "/v1/traces", SCOPE_INVESTIGATE, .body_max = PUSH, .handle = api_receive},
    {"POST", "/loki/api/v1/push", SCOPE_INVESTIGATE, .body_max = PUSH, .handle = api_receive},
    {"GET", API "/telemetry", SCOPE_READ, .handle = api_export_telemetry},
    {"POST", "/mcp", SCOPE_READ, .body_max = SMALL, .body = JSON, .wants_body = true,
     .handle = api_mcp},
    {"GET", API "/version", SCOPE_READ, .is_quick = true, .handle = api_version},
    {"GET", API "/session", SCOPE_READ, .is_quick = true, .handle = api_read_session},
    {"POST", API "/session", SCOPE_NONE, .body_max = SMALL, .body = JSON, .wants_body = true,
     .is_quick = true, .handle = api_begin_session},
    {"DELETE", API "/session", SCOPE_NONE, .is_quick = true, .handle = api_end_session},
    {"GET", API "/incidents", SCOPE_READ, .handle = api_list_incidents},
    {"GET", API "/incidents/{}", SCOPE_READ, .handle = api_read_incident},
    {"GET", API "/incidents/{}/report", SCOPE_READ, .handle = api_read_report},
    {"GET", API "/incidents/{}/journal", SCOPE_READ, .handle = api_read_journal},
    {"GET", API "/incidents/{}/bundle", SCOPE_READ, .handle = api_read_bundle},
    {"GET", API "/incidents/{}/exhibits", SCOPE_READ, .handle = api_read_exhibits},
    {"GET", API "/incidents/{}/events", SCOPE_READ, .handle = api_watch_incident},
    {"GET", API "/events", SCOPE_READ, .handle = api_watch_all},
    {"POST", API "/incidents/{}/feedback", SCOPE_FEEDBACK, .body_max = SMALL, .body = JSON,
     .wants_body = true, .is_audited = true, .handle = api_take_feedback},
    {"POST", API "/incidents/{}/ask", SCOPE_READ, .body_max = SMALL, .body = JSON,
     .wants_body = true, .handle = api_ask},
    {"POST", API "/incidents/{}/cancel", SCOPE_INVESTIGATE, .body_max = SMALL, .body = JSON,
     .is_audited = true, .handle = api_cancel_incident},
    {"POST", API "/incidents/{}/again", SCOPE_INVESTIGATE, .body_max = SMALL, .body = JSON,
     .is_audited = true, .handle = api_repeat_incident},
    {"POST", API "/investigations", SCOPE_INVESTIGATE, .body_max = SMALL, .body = JSON,
     .wants_body = true, .is_audited = true, .handle = api_investigate},
    {"GET", API "/silences", SCOPE_READ, .handle = api_list_silences},
    {"POST", API "/silences", SCOPE_ADMIN, .body_max = SMALL, .body = JSON, .wants_body = true,
     .is_audited = true, .handle = api_add_silence},
    {"DELETE", API "/silences/{}", SCOPE_ADMIN, .is_audited = true, .handle = api_end_silence},
    {"GET", API "/sources", SCOPE_READ, .is_quick = true, .handle = api_list_sources},
    {"POST", API "/sources/{}/test", SCOPE_INVESTIGATE, .body_max = SMALL, .body = JSON,
     .handle = api_test_source},
    {"GET", API "/runbooks", SCOPE_READ, .handle = api_list_runbooks},
    {"GET", API "/runbooks/{}", SCOPE_READ, .handle = api_read_runbook},
    {"POST", API "/runbooks/check", SCOPE_READ, .body_max = SMALL, .body = JSON, .wants_body = true,
     .handle = api_check_runbook},
    {0},
};
