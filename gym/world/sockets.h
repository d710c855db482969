/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel knows of the connections of each instance, as `ss -ti` shows it: a bad link is
 * seen here first. Of connections that are open now, to the instance's own port, both ends
 * together: `unit_tcp_connections`, `unit_tcp_rtt_seconds` (mean),
 * `unit_tcp_retransmitted_segments`.
 */
#pragma once

#include "base/buf.h"

void sockets_print(struct buf *out);
