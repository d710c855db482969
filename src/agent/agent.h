/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Agents: one toolkit for each kind of signal, and one for what databases write into theirs. An
 * agent is nothing but its tools and their name.
 */
#pragma once

#include "tool/tool.h"

struct agent {
    const char *name; /* "metrics": its tools are spelled metrics.shifts and so on */
    const char *summary;
    enum signal signal;              /* that its tools read first */
    const struct tool *const *tools; /* ends with NULL; made from the folder's meson.build */
};

extern const struct agent *const agents[]; /* ends with NULL */

/* "metrics.shifts" -> the tool, or NULL. */
const struct tool *agent_tool(struct str name);

/*
 * The front door: checks `in`, calls, puts the tool's name before an error, and sees to it that a
 * tool adds no evidence. The record of outputs is made in the call's scratch.
 */
MUST_CHECK bool agent_use(struct call *call, const char *name, const struct record *in,
                          struct record *out, struct err *err);

/*
 * The same, but asked once a case: a later step that asks it again gets the first answer, which
 * nobody changes.
 */
MUST_CHECK bool agent_use_once(struct call *call, const char *name, const struct record *in,
                               struct record *out, struct err *err);
