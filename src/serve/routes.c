/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/api.h"
#include "serve/router.h"

#define JSON "application/json"
#define API "/api/v1"

const struct route routes[] = {
    {"GET", "/", SCOPE_NONE, 0, NULL, true, page_index},
    {"GET", "/assets/{}", SCOPE_NONE, 0, NULL, true, page_asset},
    {"GET", "/healthz", SCOPE_NONE, 0, NULL, true, api_healthz},
    {"GET", "/readyz", SCOPE_NONE, 0, NULL, false, api_readyz},

    {"GET", API "/version", SCOPE_READ, 0, NULL, true, api_version},
    {"GET", API "/incidents", SCOPE_READ, 0, NULL, false, api_list_incidents},
    {"GET", API "/incidents/{}", SCOPE_READ, 0, NULL, false, api_read_incident},
    {"GET", API "/incidents/{}/report", SCOPE_READ, 0, NULL, false, api_read_report},
    {"GET", API "/incidents/{}/journal", SCOPE_READ, 0, NULL, false, api_read_journal},
    {"GET", API "/incidents/{}/bundle", SCOPE_READ, 0, NULL, false, api_read_bundle},
    {"GET", API "/incidents/{}/exhibits", SCOPE_READ, 0, NULL, false, api_read_exhibits},
    {"GET", API "/incidents/{}/events", SCOPE_READ, 0, NULL, false, api_watch_incident},
    {"GET", API "/events", SCOPE_READ, 0, NULL, false, api_watch_all},
    {"POST", API "/incidents/{}/cancel", SCOPE_INVESTIGATE, ROUTE_BODY_MAX, NULL, false,
     api_cancel_incident},
    {"POST", API "/incidents/{}/again", SCOPE_INVESTIGATE, ROUTE_BODY_MAX, NULL, false,
     api_repeat_incident},
    {0},
};
