/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a service is to be run: `unit.conf` in its folder of the configuration, as a unit of systemd
 * or a manifest of a cluster would say it. It is deployed like everything else, so a commit can be
 * wrong about it.
 */
#pragma once

#include "base/err.h"

#include <stdint.h>

struct unit {
    uint32_t replicas;        /* how many of the service's instances run */
    uint32_t memory_max_mb;   /* 0: no limit; the kernel kills what reaches it */
    uint32_t cpu_max_percent; /* of one processor; 0: no limit; above it is throttled */
    uint32_t files_max;       /* descriptors; 0: no limit of ours */
    char program[64];         /* a file in the folder of programs; "shop" */
    char health_path[64];     /* asked every 5 s; "" for never */
    uint32_t health_failures; /* after so many in a row it is started again */
};

/* Of a `unit.conf`; one that is not there is all defaults. A key that is not known is an error. */
MUST_CHECK bool unit_read(const char *path, struct unit *out, struct err *err);
