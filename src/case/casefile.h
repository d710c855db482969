/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The case file: everything known about one alert, from opening to report.
 *
 * One thread owns a case file from open to close, so nothing in it is locked. All of it lives in
 * casefile->arena and goes when the case is closed. (`case` itself is a keyword in C.)
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"
#include "case/alert.h"
#include "case/consultation.h"
#include "case/evidence.h"
#include "case/exhibit.h"
#include "case/lead.h"
#include "case/proposal.h"
#include "case/topology.h"
#include "case/triage.h"

struct budget {
    struct deadline deadline;
    uint32_t steps_max;
};

/* What became of one place where evidence may lie. */
enum source_state { SOURCE_READ, SOURCE_EMPTY, SOURCE_MISSING, SOURCE_BROKEN };

const char *source_state_name(enum source_state state);

/* What people said of earlier incidents, where a ledger was named; else there is no such entry. */
#define SOURCE_REMEMBERED "incidents of the ledger"

struct source_entry {
    struct str name; /* "metrics.csv" */
    enum source_state state;
    int64_t rows;    /* that could be read */
    struct str note; /* what was off, where, and what was made of it; may be empty */
    struct source_entry *next;
};

/* A plan as it was followed: text in the runbook language. The first, then each revision. */
struct plan_entry {
    struct str why; /* one sentence: why this plan, or why another one now */
    struct str text;
    uint32_t first_step_id; /* of the steps that were made since */
    struct plan_entry *next;
};

enum step_state {
    STEP_DONE,
    STEP_SKIPPED, /* nothing to read, or an input that is not known */
    STEP_FAILED,
};

const char *step_state_name(enum step_state state); /* "done", "skipped", "failed" */

/* One step of a plan: a call of an actor or a tool. */
struct step_entry {
    uint32_t id;
    struct str name;    /* "find_new_errors", "metrics.shifts" */
    struct str runbook; /* which one asked for it */
    uint32_t lead_id;   /* which lead it verified; 0: none */
    enum step_state state;
    struct str input;   /* as JSON */
    struct str output;  /* as JSON; rows as their number */
    struct str outcome; /* "3 findings", or why there is none */
    int64_t started_ns; /* since the case was opened */
    int64_t took_ns;
    struct step_entry *next;
};

/* Evidence whose claim its own query did not bear out. It is told, but counts for nothing. */
struct withdrawal {
    const struct evidence *evidence;
    struct str why;
    struct withdrawal *next;
};

/* A change that may have done it, ranked by the verdict. */
struct culprit_change {
    const struct evidence *evidence; /* a culprit finding: which change, why, to whom it came */
    double probability;              /* that it did it, given that one of them did */
    struct culprit_change *next;
};

struct weights; /* verdict/weights.h */

struct casefile {
    struct arena *arena;
    struct clock clock;
    int64_t opened_ns;
    const struct alert *alert;
    struct budget budget;

    struct triage triage;
    struct str subject;       /* the service that the alert is about; empty: not known */
    struct topology topology; /* as declared, and as seen in traces */
    struct window data;       /* from the first row to the last */
    struct window incident;   /* from the onset to the end of the data */
    bool onset_known;
    int64_t onset_error_ns;       /* how far off the onset may well be */
    bool beyond_reach;            /* suspects need not be reached by calls from the subject */
    struct source_entry *sources; /* in the order of reading */
    struct plan_entry *plans;     /* oldest first */
    struct step_entry *steps;     /* oldest first */
    struct lead *leads;           /* oldest first */
    struct evidence *evidence;    /* oldest first */
    struct withdrawal *withdrawn;
    struct exhibit *exhibits;
    uint32_t steps_count;
    uint32_t evidence_count;            /* ids given so far */
    const struct weights *weights;      /* by which it is judged; NULL: those that are shipped */
    struct hypothesis *hypotheses;      /* best first */
    struct culprit_change *culprits;    /* best first; empty: no change fits, or there are none */
    struct str stopped_because;         /* why no further question was asked; a sentence */
    struct proposal *proposals;         /* mitigations, then corrections; each the best first */
    struct draft *drafts;               /* of a post-mortem */
    struct consultation *consultations; /* oldest first; empty: no model was asked */
    struct prose *prose;                /* what models wrote of it, in their order */
};

/* The alert must outlive the case. */
struct casefile *casefile_open(const struct alert *alert, struct clock clock, int64_t budget_ns);
void casefile_close(struct casefile *casefile);

/*
 * Copies the evidence into the case and gives it its id. What says the same of the same subject as
 * a piece that is there already adds nothing: that piece is returned.
 */
const struct evidence *casefile_add(struct casefile *casefile, const struct evidence *found);

/* Writes down that something could not be found out, and why. */
void casefile_add_gap(struct casefile *casefile, enum signal signal, struct str subject,
                      struct str claim);

/* Takes evidence out of the case because it could not be shown again. */
void casefile_withdraw(struct casefile *casefile, const struct evidence *evidence, struct str why);

/* An empty exhibit for the caller to fill, with memory of the case's arena. */
struct exhibit *casefile_add_exhibit(struct casefile *casefile, uint32_t evidence_id);

void casefile_add_source(struct casefile *casefile, struct str name, enum source_state state,
                         int64_t rows, struct str note);

/* These copy what they are given, and put it last. */
struct plan_entry *casefile_add_plan(struct casefile *casefile, struct str why, struct str text);
struct step_entry *casefile_add_step(struct casefile *casefile, const struct step_entry *step);
struct lead *casefile_add_lead(struct casefile *casefile, struct str subject, struct str because);
struct proposal *casefile_add_proposal(struct casefile *casefile, const struct proposal *proposal);
struct consultation *casefile_add_consultation(struct casefile *casefile,
                                               const struct consultation *consultation);
struct prose *casefile_add_prose(struct casefile *casefile, const struct prose *prose);
struct draft *casefile_add_draft(struct casefile *casefile, struct str section, struct str text);

/* Who suffers: replaces what was known of it. */
void casefile_set_affected(struct casefile *casefile, const struct str *services, uint32_t count);

/*
 * The change that did it, where both the place of the fault and the change of it are sure enough
 * together; NULL: none is.
 */
const struct culprit_change *casefile_named_change(const struct casefile *casefile);

const struct evidence *casefile_find(const struct casefile *casefile, uint32_t evidence_id);
