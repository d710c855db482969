/* SPDX-License-Identifier: Apache-2.0 */
/* Objects as they are declared: YAML of one or many documents, or of one List. */
#pragma once

#include "agent/events/describe.h"

struct manifest {
    struct str kind; /* "Deployment" */
    struct str name;
    struct entries entries; /* at paths such as "spec.ports[0].targetPort" */
};

struct manifests {
    struct manifest *items;
    uint32_t count;
    uint32_t room;
};

/* Documents that cannot be read, or that name no kind and no name, are left out. */
struct manifests manifest_parse(struct arena *arena, struct str text);
