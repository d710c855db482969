/* SPDX-License-Identifier: Apache-2.0 */
/* Ports for servers of our own, on the loopback. */
#pragma once

#include <stdbool.h>

/* One that is free now; whoever takes it before us makes the start fail. */
bool loopback_free_port(int *out);
