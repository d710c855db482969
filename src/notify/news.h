/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to tell about an incident: taken out of the report once, so that each way of
 * telling it only has to find room for it.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define NEWS_LINES_MAX 8 /* of each list: a message is read on a phone */

enum news_phase {
    NEWS_OPENED,   /* an investigation has begun */
    NEWS_VERDICT,  /* it is done: a cause is named, or it is not known */
    NEWS_FAILED,   /* it could not be done */
    NEWS_RESOLVED, /* the alerts are over */
};

const char *news_phase_name(enum news_phase phase); /* "verdict" */

struct news_lines {
    struct str items[NEWS_LINES_MAX];
    uint32_t count;
    uint32_t left; /* how many more there were */
};

struct news {
    enum news_phase phase;
    struct str id;         /* of the incident */
    struct str title;      /* "HighErrorRate: checkout" */
    struct str url;        /* of the page; empty: none */
    struct str alert_name; /* as it came */
    struct str alert_id;   /* of the product that sent it */
    struct str service, severity;
    int64_t started_ns;
    struct str why; /* of what failed */

    /* of a verdict; all texts are the report's, in UTF-8 and checked */
    bool known;
    double confidence;
    struct str subject, cause, kind;
    struct news_lines summary; /* sentences that cite evidence as [E7] */
    struct news_lines impact;
    struct news_lines ruled_out;  /* "`catalog`: why" */
    struct news_lines gaps;       /* what could not be found out */
    struct news_lines next_steps; /* for a person; commands in `backquotes` */
    struct str change, change_why, revert;
    struct str markdown; /* the whole report; may be empty */
};

/* What the report says, from its JSON (report/report.schema.json). The rest of `out` is kept. */
MUST_CHECK bool news_read_report(struct arena *arena, struct str json, struct news *out,
                                 struct err *err);

/* "`storefront`: it was changed just before" or "The cause is not known"; of any phase. */
struct str news_headline(struct arena *arena, const struct news *news);
