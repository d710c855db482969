/* SPDX-License-Identifier: Apache-2.0 */
/* What all forms of the report say in the same way: pieces of a claim, shares, order of moments. */
#pragma once

#include "report/report.h"

/* A claim in pieces: plain text, a name in `backquotes`, or a citation such as [E7]. */
struct piece {
    enum { PIECE_TEXT, PIECE_NAME, PIECE_CITATION } kind;
    struct str text; /* without the backquotes or brackets */
    uint32_t id;     /* of the evidence that is cited */
};

/* False at the end. A backquote that is never closed is plain text. */
bool prose_next(struct str *rest, struct piece *out);

#define PROSE_NAME_CHARS_MAX 120 /* of a name in a list; the JSON has all of it */

/* For where nothing can be set off: names as they are, and no citations. */
struct str prose_without_marks(struct arena *arena, struct str claim);

/* Clamped to 0..1; what is no number is 0. */
double prose_share(double share);
int prose_percent(double share);

/* How long something took; empty where that is forgotten (report_forget_timings()). */
struct str prose_took(struct arena *arena, int64_t took_ns);

/* "high", "moderate" or "low". */
const char *prose_confidence(double confidence);

/*
 * The cause in the hypothesis' own words, if the evidence it cites bears them out; else in those of
 * its finding, which hold nothing that could be wrong.
 */
struct str prose_cause(const struct report *report, const struct hypothesis *hypothesis);

/* Since when, if the evidence it cites bears that out; else 0. */
int64_t prose_since(const struct report *report, const struct hypothesis *hypothesis);

/* Evidence that has been withdrawn since is no longer cited. */
bool prose_stands(const struct report *report, const struct evidence *evidence);

/* Whether the hypothesis cites it, for or against. */
bool prose_cites(const struct hypothesis *hypothesis, const struct evidence *evidence);

/* What tells of the alert or of those who suffer speaks for no cause. */
bool prose_is_for_a_cause(const struct evidence *evidence);

/* What was so before, be it days or months: no part of what happened now. */
bool prose_is_history(const struct evidence *evidence);

/* Something that happened at a known time. */
struct moment {
    int64_t time_ns;
    enum { MOMENT_ONSET, MOMENT_ALERT, MOMENT_EVIDENCE } kind;
    const struct evidence *evidence; /* of MOMENT_EVIDENCE */
};

struct moments {
    struct moment *items; /* by time */
    uint32_t count;
};

/* Onset, alert, and all evidence that tells when it began. */
struct moments prose_moments(const struct report *report, struct arena *arena);

/* How long after the onset the alert fired; 0: not known. */
int64_t prose_onset_to_alert_ns(const struct casefile *casefile);

/* Whether anybody has judged how bad it is, for whom, or whether it is noise. */
bool prose_is_triaged(const struct report *report);

/* Whether the steps were those of runbooks; without, there is no more to say than their names. */
bool prose_has_runbooks(const struct casefile *casefile);

/* The lead that the evidence was found for; 0: none. */
uint32_t prose_lead_of(const struct casefile *casefile, const struct evidence *evidence);

/* "S7-S9", "S7", or empty where nobody has verified it. */
struct str prose_steps_of(struct arena *arena, const struct lead *lead);

/* "Held", "Given up", "Not verified" */
const char *prose_lead_state(enum lead_state state);

uint32_t prose_count(const struct casefile *casefile, enum bearing bearing);
