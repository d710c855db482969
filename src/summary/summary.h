/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A summary: a few sentences for a colleague who has just been woken.
 *
 * Each sentence is put together from claims, and each claim has passed guard/claim.h against the
 * rows of its query, or against the words of the alert where it tells of that. A claim that has not
 * passed is left out, and stands in `withheld`. There is no model, and the same case gives the same
 * words.
 */
#pragma once

#include "case/call.h"
#include "report/report.h"

struct summary_claim {
    struct str text;  /* in the grammar of claims, without a full stop */
    struct str query; /* SQL; empty: it tells of the alert */
    struct summary_claim *next;
};

struct summary_sentence {
    struct str text; /* names in `backquotes` */
    struct summary_claim *claims;
    struct summary_sentence *next;
};

struct summary {
    bool known; /* it says where the fault is; of traces: that requests are hurt */
    struct summary_sentence *sentences;
    uint32_t sentences_count, words_count;
    struct str withheld; /* a line for each claim that its rows do not bear out, with the reason */
};

#define SUMMARY_TRACES_SENTENCES_MAX 3
#define SUMMARY_TRACES_WORDS_MAX 60
#define SUMMARY_SIGNALS_SENTENCES_MAX 4
#define SUMMARY_SIGNALS_WORDS_MAX 80

/* What a summary of signals must not have read: all tables but metrics, logs, alerts and the map of
 * who calls whom. For bundle->tables_out. */
extern const char *const summary_signals_tables_out[];

/*
 * Of several flame graphs, one a kind of request, before the onset and since: which requests are
 * hurt and how, where the time or the failures arise, and on which way they reach the caller.
 * The result lives in the case's arena. False: the traces cannot be read.
 */
MUST_CHECK bool summary_of_traces(struct call *call, int64_t onset_ns, struct summary *out,
                                  struct err *err);

/*
 * Of a case that was investigated by metrics, logs and the alert alone: who is at fault with what
 * and since when, which metrics show it, what the logs say, and who else suffers.
 */
MUST_CHECK bool summary_of_signals(struct call *call, const struct report *report,
                                   struct summary *out, struct err *err);

/* As plain text, one line. */
struct str summary_text(struct arena *arena, const struct summary *summary);

/* An object: "known", "text", "sentences" with their "claims", "withheld". */
void summary_put_json(struct buf *out, const struct summary *summary);
