/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a change was ranked where it is, in words: what its signs added to its score, gathered by
 * theme, beside the average candidate. A ranking is a sum, so the reasons are the ranking, not a
 * story about it.
 *
 * The texts quote words, paths and people from outside; escape them where they are shown.
 */
#pragma once

#include "culprit/ranking.h"

#define THEMES(X)                                                                                  \
    X(WORDS, words, "what the alert says and the change says too")                                 \
    X(PLACES, places, "files that the alert names")                                                \
    X(CONTEXT, context, "which service it was brought to, and when")                               \
    X(KIN, kin, "what the author, the topic and the files were about")                             \
    X(TIME, time, "when it landed")                                                                \
    X(HISTORY, history, "what became of earlier changes like it")                                  \
    X(KIND, kind, "what kind of change it is, and how large")

enum theme {
#define X(id, name, text) THEME_##id,
    THEMES(X)
#undef X
        THEMES_COUNT
};

struct reason {
    enum theme theme;
    double weight; /* of the score; below 0: it speaks against the change */
    struct str text;
};

struct reasons {
    struct reason items[THEMES_COUNT]; /* what speaks for it, strongest first, then against */
    uint32_t count;
};

const char *theme_name(enum theme theme);

struct reasons explain(struct arena *arena, const struct question *question,
                       const struct ranking *ranking, const struct ranker *ranker,
                       const struct ranked_change *change);
