/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the HTML form share. */
#pragma once

#include "report/report.h"

struct html {
    const struct report *report;
    const struct casefile *casefile;
    const struct hypothesis *best; /* NULL: none */
    struct arena *arena;
    struct buf *out;
};

void html_raw(const struct html *html, const char *markup); /* ours, never of others */
void html_text(const struct html *html, struct str text);   /* of others */
void html_code(const struct html *html, struct str name);
void html_claim(const struct html *html, struct str claim); /* names, and links to evidence */
void html_cite(const struct html *html, uint32_t evidence_id);
void html_citations(const struct html *html, const struct evidence *const *list, uint32_t count);
void html_meter(const struct html *html, const char *class, double share);

/* `count` in small print beside the heading; 0: none. */
void html_section(const struct html *html, const char *heading, uint32_t count);
void html_section_end(const struct html *html);

/* html_figures.c: what is looked at */
void html_timeline(const struct html *html);
void html_topology(const struct html *html);
void html_charts(const struct html *html);
void html_logs(const struct html *html);
void html_traces(const struct html *html);

/* html_blame.c */
void html_blame(const struct html *html);

/* html_ledger.c: what is looked up */
void html_hypotheses(const struct html *html);
void html_evidence(const struct html *html);
void html_sources(const struct html *html);
void html_gaps(const struct html *html);
void html_withdrawn(const struct html *html);
void html_consulted(const struct html *html);

/* html_course.c: what the case says of itself */
void html_mitigations(const struct html *html);
void html_impact(const struct html *html);
void html_course(const struct html *html);
void html_corrections(const struct html *html);
void html_steps(const struct html *html);
