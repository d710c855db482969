/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report, and the forms it can be rendered in. Writing chooses and checks what is said;
 * rendering is pure and cannot fail.
 *
 * Every sentence cites evidence as [E7] and has passed guard/claim.h; a sentence that has not is in
 * `removed`, with the reason, and nowhere else. "We do not know" is a valid report.
 */
#pragma once

#include "base/buf.h"
#include "case/casefile.h"

struct sentence {
    struct str text;
    struct sentence *next;
};

/* A change that may have done it. */
struct blamed {
    struct str why;                      /* the claim about it, which cites itself */
    double probability;                  /* that it did it, given that a change did */
    const struct exhibit_change *change; /* NULL: nothing more is known of it */
    struct str revert;                   /* the command to propose; may be empty */
    const struct evidence *evidence;
    struct blamed *next;
};

struct report {
    const struct casefile *casefile;
    bool known;                    /* is the confidence enough to name a cause? */
    const struct hypothesis *best; /* NULL: there is no hypothesis at all */
    struct sentence *summary;      /* what was found, or why it is not known */
    struct sentence *impact;       /* who is affected, as evidence shows */
    struct sentence *history;      /* of the alert, as evidence shows */
    struct sentence *seen;         /* incidents like this one, where a ledger was named */
    struct sentence *next_steps;   /* what a person should do or look at now; not claims */
    struct sentence *removed;      /* what failed the check, with the reason in brackets */

    struct str blame;      /* which change did it, or why none is named; empty: there is none */
    bool blames;           /* it names one */
    struct blamed *blamed; /* the likeliest first; five at the most */

    /* As in the case, but for the words: only those that passed the check (report/retell.h). */
    struct triage triage;
    struct proposal *mitigations;
    struct proposal *corrections;
    struct plan_entry *plans;
    struct lead *leads;
    struct str stopped_because;
    struct draft *drafts;

    struct telling *tellings; /* what models wrote of it, part by part (report/told.h) */

    int64_t took_ns;
    bool colour; /* set by a caller that writes to a terminal; only `text` looks at it */
};

/* Lives in the case's arena. */
struct report report_write(struct casefile *casefile);

/* How long the work took is the one thing in a report that is not the same every time. */
void report_forget_timings(struct report *report);

struct renderer {
    const char *name;       /* warroom investigate --format=NAME */
    const char *media_type; /* HTTP Accept */
    const char *summary;    /* one line, no full stop */
    void (*render)(const struct report *report, struct buf *out);
};

extern const struct renderer *const renderers[]; /* ends with NULL */

/* NULL: there is none of that name. */
const struct renderer *renderer_find(struct str name);
