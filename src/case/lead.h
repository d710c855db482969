/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lead: a hypothesis as it was followed. It is supposed for a reason, verified step by step, and
 * then either stands or is abandoned, with the reason why. Abandoned leads are kept: a reader wants
 * to know what it was not.
 */
#pragma once

#include "case/evidence.h"

enum lead_state {
    LEAD_SUPPOSED,  /* nobody has verified it (yet) */
    LEAD_HELD,      /* verified, and not refuted */
    LEAD_ABANDONED, /* refuted, or nothing speaks for it */
};

const char *lead_state_name(enum lead_state state); /* "supposed", "held", "abandoned" */

struct lead {
    uint32_t id; /* from 1, in the order of supposing */
    struct str subject;
    struct str because; /* why it was supposed: words, with names in backquotes */
    enum lead_state state;
    bool refuted;      /* a runbook said so; an abandoned one that was not had too little for it */
    struct str reason; /* why it was abandoned: words like those of a claim */
    uint32_t first_step_id; /* of the steps that verified it; 0: none */
    uint32_t last_step_id;
    const struct evidence
        *against; /* what bears the reason out; NULL: the reason is all there is */
    struct lead *next;
};
