/* SPDX-License-Identifier: Apache-2.0 */
/* From a fork of ours to another program. */
#pragma once

#include "gym/world/process.h"

/*
 * In the child: a session of its own, its limits, its user, its descriptors (`said` for what it
 * says), then the program. It waits for a byte from `go` first, until it is written down that it
 * is.
 */
void spawn_become(const struct process_spec *spec, int said, int go) __attribute__((noreturn));
