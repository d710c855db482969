/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person may do about it. Nothing here is ever carried out by the program: a command is for
 * reading, approving and pasting.
 */
#pragma once

#include "base/str.h"

enum proposal_kind {
    PROPOSAL_MITIGATION, /* ends the pain now */
    PROPOSAL_CORRECTION, /* keeps it from coming back */
};

const char *proposal_kind_name(enum proposal_kind kind); /* "mitigation", "correction" */

struct proposal {
    enum proposal_kind kind;
    struct str subject;
    struct str text;    /* one sentence: what to do, and what for; cites evidence as [E7] */
    struct str command; /* exact; empty: there is none that is sure to fit */
    struct str undo;    /* the command that takes it back; may be empty */
    struct str risk;    /* what it may break; may be empty */
    struct proposal *next;
};

/*
 * A sentence that a model wrote, as it came. It is told only where guard/said.h finds it borne out
 * by what it cites, beside the sentences that the program wrote, never instead of the facts.
 */
struct prose {
    struct str part; /* "summary", "postmortem", "mitigation" */
    struct str text;
    struct str cites;  /* "E4 E9" */
    struct str expert; /* who wrote it, as the configuration calls it */
    struct prose *next;
};

/* One sentence of the draft of a post-mortem; sections stand in the order of first sight. */
struct draft {
    struct str section; /* "Impact" */
    struct str text;    /* cites evidence as [E7] where it claims something */
    struct draft *next;
};
