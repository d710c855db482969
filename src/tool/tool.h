/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tools observe.
 *
 * A tool reads rows and returns what it measured. It writes nothing to the case and asks no model,
 * so the same rows always give the same answer. Anyone may call one: an actor, the command line, a
 * runbook.
 */
#pragma once

#include "case/call.h"

struct tool {
    struct signature sig;
    bool reads_graph; /* of the case: its answer may change while the graph grows */
    call_fn *run;
};
