/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the world's processes, as Prometheus wants them. */
#pragma once

#include "base/buf.h"
#include "gym/world/world.h"

/* From /proc, cgroups and the supervisor. */
void monitor_processes(struct world *world, struct buf *out);

/*
 * What customers get, counted from the lines that nginx has logged since it was asked last:
 * `nginx_http_requests_total{code}`, and a histogram of their time.
 */
void monitor_nginx(struct world *world, struct buf *out);
