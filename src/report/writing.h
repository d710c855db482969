/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a sentence gets into a report. One that claims something is put together from names, times
 * and claims of evidence, or is said by a step of the case; either is held against the evidence
 * like the sentence of a stranger. What does not pass is told as removed, with the reason.
 */
#pragma once

#include "report/report.h"

struct writing {
    struct casefile *casefile;
    struct arena *arena;
    struct report *report;
};

/* For what needs no check: words of ours, advice. */
void writing_add(struct writing *writing, struct sentence **list, struct str text);

/* Keeps a sentence that cites evidence which bears it out; false: it is removed. */
bool writing_say(struct writing *writing, struct sentence **list, struct str text);

/* The claim itself, with its citation. */
bool writing_say_claim(struct writing *writing, struct sentence **list, const char *before,
                       const struct evidence *evidence);

void writing_remove(struct writing *writing, struct str text, const char *why);

struct str writing_without_stop(struct str text);
