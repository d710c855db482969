/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a journal: one JSON object each, whose first member is its type. docs/journal.md
 * shows one of each.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#define JOURNAL_VERSION 1

/* Bounds for a journal that comes from elsewhere; one of ours keeps to them. */
#define JOURNAL_LINE_BYTES_MAX ((size_t)64 << 20)
#define JOURNAL_BYTES_MAX ((size_t)1 << 30)
#define JOURNAL_LINES_MAX 100000
#define JOURNAL_TICKS_MAX 1000000

#define LINES(X)                                                                                   \
    X(OPEN, open, "what was investigated, by whom, within which limits")                           \
    X(LOADED, loaded, "what the case held when its sources were read")                             \
    X(STEP, step, "a step, with what came of it")                                                  \
    X(WALK, walk, "what was written into the case between two steps")                              \
    X(LEAD, lead, "a hypothesis that is followed, as it stands now")                               \
    X(PLAN, plan, "a plan as it was followed from here on")                                        \
    X(PLANNED, planned, "what was answered to who asked for a plan")                               \
    X(REREAD, reread, "which claims their own queries did not bear out")                           \
    X(EXHIBITS, exhibits, "what is shown beside the evidence")                                     \
    X(CONSULTED, consulted, "which models were asked once the verdict stood")                      \
    X(VERDICT, verdict, "the hypotheses, best first")                                              \
    X(CLOSE, close, "how it ended")

enum line_type {
#define X(id, name, text) LINE_##id,
    LINES(X)
#undef X
        LINES_COUNT
};

const char *line_name(enum line_type type); /* "step" */
const char *line_text(enum line_type type); /* "a step, with what came of it" */

/* "TIMEOUT"; and back, ERR_NONE: there is none of that name. */
const char *line_err_name(enum err_kind kind);
enum err_kind line_err_kind(const char *name);

/* A sum over all bytes before the last line: damage is seen, forgery is not. */
#define LINE_SUM_START UINT64_C(14695981039346656037)
uint64_t line_sum(uint64_t sum, struct str bytes);
