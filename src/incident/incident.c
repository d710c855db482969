/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/incident.h"

static const char *const names[] = {
    [INCIDENT_QUEUED] = "queued",
    [INCIDENT_COLLECTING] = "collecting",
    [INCIDENT_INVESTIGATING] = "investigating",
    [INCIDENT_DONE] = "done",
    [INCIDENT_FAILED] = "failed",
    [INCIDENT_CANCELLED] = "cancelled",
};

const char *incident_state_name(enum incident_state state)
{
    return names[state];
}

bool incident_state_parse(struct str name, enum incident_state *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(name, str_of(names[i]))) {
            *out = (enum incident_state)i;
            return true;
        }
    return false;
}
