/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question about an incident, and the answer: sentences, each with what bears it out. [E7] is
 * evidence of the report, [T1] a tool that was asked for this answer, [kb:17] a passage that people
 * wrote. A sentence that is not borne out by what it cites is left out and counted.
 *
 * No model is needed. Where one is configured it may ask the same tools and word the answer, under
 * the same check.
 */
#pragma once

#include "ask/aim.h"
#include "data/record.h"
#include "expert/panel.h"
#include "knowledge/knowledge.h"
#include "report/report.h"

#define SAID_MAX 24 /* sentences of an answer: a screen */
#define TOOLS_MAX 4 /* that one answer may ask */

struct ask_matter {
    const struct report *report;
    struct str bundle;     /* for tools; empty: only the report is there */
    struct ledger *ledger; /* for what people wrote; NULL: none */
    const struct sentence_encoder *encoder;
    struct clock clock;
    struct panel *panel; /* NULL: no model */
};

struct said {
    struct str text; /* names in `backquotes` */
    bool is_command; /* to be read, approved and pasted; to the letter */
    struct said *next;
};

struct tool_use {
    struct str name;  /* "traces.requests"; cited as [T1] by its place */
    struct str input; /* JSON */
    const struct record *output;
    struct str failure; /* why there is none; empty: there is */
};

struct ask_answer {
    struct asked_for asked;
    bool is_understood; /* false: what is said tells what can be asked */
    struct said *said;
    uint32_t said_count;
    struct tool_use tools[TOOLS_MAX];
    uint32_t tools_count;
    struct kb_hit *passages; /* that are cited */
    uint32_t passages_count;
    uint32_t refused;   /* sentences that nothing bore out */
    struct str model;   /* who worded it; empty: the templates did */
    struct str failure; /* why the model did not, where one was asked; empty: it did, or none was */
};

/* Lives in `arena`. ERR_USAGE: there is no question, or too much of one. */
MUST_CHECK bool ask(struct arena *arena, const struct ask_matter *matter, struct str question,
                    struct ask_answer *out, struct err *err);

/* {"question", "understood", "aim", "said": [{"text", "command"}], "tools", "passages", ...} */
void ask_put_json(struct buf *out, struct str question, const struct ask_answer *answer);
