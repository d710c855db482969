/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a model wrote of the case, beside what the program says. Each sentence is held once more
 * against what it cites (guard/said.h): a journal may have come from anywhere, and there is no
 * other way into the report. What does not pass is told as removed.
 */
#pragma once

#include "report/writing.h"

struct telling {
    struct str part; /* "summary", "postmortem", "mitigation" */
    struct str by;   /* who wrote it */
    struct sentence *sentences;
    struct telling *next;
};

void told_write(struct writing *writing);

/* NULL: no model wrote that part. */
const struct telling *told_find(const struct report *report, const char *part);

/* "Written by local. Each sentence was held against the evidence that it cites ..." */
struct str told_note(struct arena *arena, const struct telling *telling);
