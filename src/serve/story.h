/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An investigation as it happens: from lines of its journal to what is told to who watches. Pure;
 * a journal gives the same events each time it is read, so a number says where a watcher was.
 */
#pragma once

#include "base/str.h"

struct arena;

#define STORY_EVENTS_MAX 256 /* of one line; a step adds a handful of evidence */

struct story_event {
    const char *name; /* sources, plan, step, evidence, withdrawn, lead, verdict, close */
    struct str data;  /* one JSON object on one line */
};

struct story {
    struct story_event items[STORY_EVENTS_MAX];
    uint32_t count;
};

/* What a line tells; nothing where it is no line of a journal. All of it lives in `arena`. */
void story_of_line(struct arena *arena, struct str line, struct story *out);

/* Lines as they come in pieces; one that is longer than STORY_LINE_BYTES_MAX tells nothing. */
#define STORY_LINE_BYTES_MAX ((size_t)4 << 20)

/* All series, templates, traces and changes of a journal, and who calls whom: for charts. */
struct str story_exhibits(struct arena *arena, struct str journal);
