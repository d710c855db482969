/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Incidents: alerts that came in, put together, and what became of their investigations. All of it
 * stands in the ledger, so that what was acknowledged is there after a crash: not lost, not twice.
 *
 *     queued -> collecting -> investigating -> done | failed | cancelled
 *
 * is the state of the last investigation of an incident. That its alerts are over is a mark beside
 * it. An incident is known by its id, "20261122-0203-7f3a"; the pages of a list go by it.
 *
 * A ledger belongs to one thread at a time: each thread opens its own. Times are since 1970.
 */
#pragma once

#include "case/topology.h"
#include "data/batch.h"
#include "store/ledger.h"
#include "webhook/webhook.h"

#define INCIDENT_ATTEMPTS_MAX 3 /* one, and two more after the process was killed */

enum incident_state {
    INCIDENT_QUEUED,
    INCIDENT_COLLECTING,
    INCIDENT_INVESTIGATING,
    INCIDENT_DONE,
    INCIDENT_FAILED,
    INCIDENT_CANCELLED,
};

const char *incident_state_name(enum incident_state state); /* "queued" */
bool incident_state_parse(struct str name, enum incident_state *out);

/* ---- alerts in ---- */

struct incident_limits {
    uint32_t queue_max;  /* investigations that wait; what would be one more is refused */
    uint32_t opened_max; /* new incidents a minute; more than that is a storm, and one incident */
    int64_t retry_after_ns; /* what a sender that was refused is told */
};

extern const struct incident_limits incident_limits_standard; /* 64, 10, 30 s */

/* One post, and what came of it. */
struct delivery {
    const struct notices *notices;
    struct arena *arena; /* where what is filled in lives */

    /* filled in by incident_take() */
    bool is_replay;  /* it was there before, or is older than a day: nothing was done */
    bool is_refused; /* the queue is full: nothing was kept; the sender must come again */
    struct str
        *incidents; /* the ids of those it belongs to, each once, in the order of the alerts */
    uint32_t incidents_count;
    uint32_t opened;   /* how many of these are new */
    uint32_t silenced; /* notices that a silence swallowed */
    uint32_t passed;   /* notices that say nothing new: the end of what never was, ... */
};

/*
 * Takes posts in, all of them in one transaction: when this returns true they are on the disk.
 * `topology` may be NULL: it is not known who calls whom.
 */
MUST_CHECK bool incident_take(struct ledger *ledger, const struct incident_limits *limits,
                              const struct topology *topology, int64_t now_ns,
                              struct delivery *deliveries, uint32_t count, struct err *err);

/*
 * Opens an incident for this alert alone, as a person asks for it: whatever else there is, and
 * whatever is silenced. `takes_more`: later alerts may join it. The id lives in `arena`.
 * ERR_OVER_BUDGET: the queue is full.
 */
MUST_CHECK bool incident_open(struct ledger *ledger, struct arena *arena,
                              const struct incident_limits *limits, const struct notice *notice,
                              bool takes_more, int64_t now_ns, struct str *id, struct err *err);

/* ---- investigations ---- */

struct verdict_brief {
    bool is_known;
    struct str service, kind; /* as kind_name() gives it */
    double confidence;
    struct str headline; /* one sentence */
    struct str change;   /* empty: none */
};

/* What a worker has to do. */
struct claimed {
    int64_t investigation; /* its number: for incident_step() and incident_finish() */
    struct str incident;   /* the id */
    struct str alert;      /* alert.json, in our own format */
    uint32_t attempt;      /* from 1 */
};

/*
 * The oldest that waits, now `collecting` and of who asked; out->investigation is 0 where none
 * waits. Several threads and processes may ask: none gets what another got.
 */
MUST_CHECK bool incident_next(struct ledger *ledger, struct arena *arena, int64_t now_ns,
                              struct claimed *out, struct err *err);

/* From collecting to investigating. False with ERR_CANCELLED: it was cancelled meanwhile. */
MUST_CHECK bool incident_step(struct ledger *ledger, int64_t investigation, int64_t now_ns,
                              struct err *err);

struct ending {
    enum incident_state state;    /* INCIDENT_DONE, _FAILED or _CANCELLED */
    struct str why;               /* of a failure: a sentence */
    struct verdict_brief verdict; /* of what is done */
};

/* The end of it. One that has ended already stays as it is, and that is no error. */
MUST_CHECK bool incident_finish(struct ledger *ledger, int64_t investigation,
                                const struct ending *ending, int64_t now_ns, struct err *err);

/*
 * At the start, before the first worker: what the last process left running waits again, or has
 * failed as "interrupted" after INCIDENT_ATTEMPTS_MAX tries.
 */
MUST_CHECK bool incident_recover(struct ledger *ledger, int64_t now_ns, uint32_t *requeued,
                                 uint32_t *failed, struct err *err);

/* ERR_NOT_FOUND: no such incident; ERR_USAGE: it does not run, and does not wait. */
MUST_CHECK bool incident_cancel(struct ledger *ledger, struct str id, int64_t now_ns,
                                struct err *err);

/* Once more. ERR_NOT_FOUND; ERR_USAGE: it waits or runs; ERR_OVER_BUDGET: the queue is full. */
MUST_CHECK bool incident_again(struct ledger *ledger, struct str id,
                               const struct incident_limits *limits, int64_t now_ns,
                               struct err *err);

/* ---- history ---- */

struct incident {
    struct str id;
    struct str title; /* "HighErrorRate: checkout" */
    struct str alert_name, service, severity, url;
    struct str case_key; /* as feedback knows the case */
    enum incident_state state;
    int64_t investigation; /* the number of the last one */
    bool is_resolved;
    uint32_t alerts; /* how many different ones */
    int64_t started_ns, opened_ns, updated_ns;
    int64_t took_ns;  /* -1: it has not ended */
    struct str why;   /* of a failure */
    bool has_verdict; /* of the last investigation that was done */
    struct verdict_brief verdict;
    bool is_confirmed;    /* a person has said what it was; the last word counts */
    struct str confirmed; /* the cause, in their words, or the place; may be empty */
};

struct incident_member {
    struct str fingerprint, name, service, severity, url;
    enum notice_status status;
    uint32_t count; /* how often it was told */
    int64_t first_ns, last_ns;
    struct str labels; /* a JSON object of texts */
    struct str why;    /* why it belongs here: "its group key is the same" */
};

struct incident_filter {
    bool has_state;
    enum incident_state state;
    struct str service; /* empty: any */
    struct str before;  /* an id: only what is older; empty: from the newest on */
    uint32_t limit;     /* 1 to INCIDENT_PAGE_MAX */
};

#define INCIDENT_PAGE_MAX 200

/* The newest first. An id in `before` that is not known is ERR_NOT_FOUND. */
MUST_CHECK bool incident_list(struct ledger *ledger, struct arena *arena,
                              const struct incident_filter *filter, struct incident **out,
                              uint32_t *count, struct err *err);

/* ERR_NOT_FOUND: there is none of that id. */
MUST_CHECK bool incident_read(struct ledger *ledger, struct arena *arena, struct str id,
                              struct incident *out, struct err *err);

/* The first told first; at most INCIDENT_PAGE_MAX. */
MUST_CHECK bool incident_members(struct ledger *ledger, struct arena *arena, struct str id,
                                 struct incident_member **out, uint32_t *count, struct err *err);

/*
 * Earlier ones that may be the same: of the same alert or service, before this. First those whose
 * cause a person has confirmed, then same alert and service, then either; the newest first.
 */
MUST_CHECK bool incident_related(struct ledger *ledger, struct arena *arena, struct str id,
                                 uint32_t limit, struct incident **out, uint32_t *count,
                                 struct err *err);

struct incident_counts {
    uint32_t by_state[INCIDENT_CANCELLED + 1];
    int64_t oldest_queued_ns; /* 0: none waits */
};

MUST_CHECK bool incident_count(struct ledger *ledger, struct incident_counts *out, struct err *err);
