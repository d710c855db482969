/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scenario: what is broken, where, when, under which load, and what else happens. One file,
 * `key value` lines; `#` begins a comment. A value of `a | b | c` is swept: the scenario then has a
 * cell for each combination.
 *
 *     fault packet_loss            must be there
 *     place catalog-1 | cart-1     the fault's own where it is missing
 *     option percent 20 | 40       as the fault's list of options says
 *     load 6                       requests a second at noon
 *     warm 60                      seconds before anything happens
 *     innocent 3                   commits while it warms up, spread over it
 *     red_herring deploy           beside the fault: deploy, restart, noise, none; several lines
 *     alert FrontDoorSlow          opens the case; where it is missing, any critical one
 *     wait 90                      seconds within which it must fire
 *     after 20                     seconds until somebody looks
 */
#pragma once

#include "base/err.h"
#include "gym/faults/fault.h"

struct arena;

#define RED_HERRINGS_MAX 4

struct scenario {
    const char *name; /* of its file */
    const struct fault *fault;
    const char *place; /* "": the fault's own */
    const char *option_keys[FAULT_OPTIONS_MAX];
    const char *option_values[FAULT_OPTIONS_MAX];
    size_t options_count;
    double load_per_s;
    unsigned warm_s, wait_s, after_s;
    unsigned innocent;
    const char *red_herrings[RED_HERRINGS_MAX];
    size_t red_herrings_count;
    const char *alert; /* NULL: any critical one */
    unsigned cell, cells;
};

/* `cell` counts from 0; the last key that is swept turns fastest. */
MUST_CHECK bool scenario_read(struct arena *arena, const char *path, unsigned cell,
                              struct scenario *out, struct err *err);
