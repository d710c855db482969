/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report shows beside a piece of evidence: a series, the lines of a log template, a trace.
 * Exhibits are for people to look at; no judgement is made from them.
 */
#pragma once

#include "case/evidence.h"

struct exhibit_point {
    int64_t time_ns;
    double value;
};

struct exhibit_series {
    struct series_name name;
    struct exhibit_point *points; /* by time; thinned to what a chart can show */
    size_t points_count;
    int64_t onset_ns; /* 0: not known */
};

struct exhibit_template {
    struct str service;
    struct str text; /* with <number>, <ip> and their like where it varies */
    struct str exemplar;
    int64_t before;
    int64_t after;
};

struct exhibit_span {
    struct str service;
    struct str operation;
    struct str status;
    int64_t start_us; /* since the start of the trace */
    int64_t duration_us;
    uint32_t depth;
};

struct exhibit_trace {
    struct str trace_id;
    struct exhibit_span *spans; /* parents before children */
    size_t spans_count;
    int64_t duration_us;
};

/* What a change did, and how it is taken back. */
struct exhibit_change {
    struct str service; /* empty: it is about no service alone */
    struct str id;
    struct str author;
    struct str message;
    struct str diff;   /* the lines to look at: "+...", "-...", " a/path"; may be empty */
    struct str owners; /* whom to ask, in words; may be empty */
    struct str revert; /* a command to propose; empty: there is none that is sure to fit */
    int64_t landed_ns;
    int64_t brought_ns; /* into service, the last time; 0: not known */
};

struct exhibit {
    uint32_t evidence_id;
    enum { EXHIBIT_SERIES, EXHIBIT_TEMPLATE, EXHIBIT_TRACE, EXHIBIT_CHANGE } kind;
    union {
        struct exhibit_series series;
        struct exhibit_template template;
        struct exhibit_trace trace;
        struct exhibit_change change;
    };
    struct exhibit *next;
};
