/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes a change risky, as numbers: the features of models/risk.json.
 *
 * All of it was known when the change landed: it is measured against the changes before it, and of
 * what became of those only what had happened by then. A change has *come back* where a later one
 * takes it back, or repairs something and names it, within HAZARDS_DAYS of its landing.
 *
 * Size, spread, hotness, people and experience are those of Y. Kamei et al., "A Large-Scale
 * Empirical Study of Just-in-Time Quality Assurance" (2013), and A. Mockus, D. Weiss, "Predicting
 * Risk of Software Changes" (2000).
 */
#pragma once

#include "culprit/history.h"

#define HAZARDS_DAYS 90

/* What hazards are told together, in words. */
#define HAZARD_THEMES(X)                                                                           \
    X(LIKENESS, likeness, "how much it is like changes that came back")                            \
    X(RECORD, record, "how often changes with its words, files, topic, author came back")          \
    X(SPREAD, spread, "how large it is, and how far it spreads")                                   \
    X(FILES, files, "how often and by how many its files are changed")                             \
    X(AUTHOR, author, "how well its author knows them")                                            \
    X(TESTS, tests, "whether tests come with it")                                                  \
    X(KIND, kind, "what kind of change it is")

enum hazard_theme {
#define X(id, name, text) HAZARD_##id##_THEME,
    HAZARD_THEMES(X)
#undef X
        HAZARD_THEMES_COUNT
};

/* Counts and spans are logarithms, what has no unit is 0 to 1. */
#define HAZARDS(X)                                                                                 \
    X(LIKE, like, LIKENESS)             /* to the most similar that came back */                   \
    X(FILE_RECORD, file_record, RECORD) /* log of a ratio to the usual, as the next two */         \
    X(TOPIC_RECORD, topic_record, RECORD)                                                          \
    X(WORD_RECORD, word_record, RECORD)                                                            \
    X(AUTHOR_RECORD, author_record, RECORD)                                                        \
    X(LINES, lines, SPREAD)                                                                        \
    X(ADDED, added, SPREAD) /* share of its lines */                                               \
    X(COUNT, files, SPREAD)                                                                        \
    X(FOLDERS, folders, SPREAD)                                                                    \
    X(ENTROPY, entropy, SPREAD) /* of its lines over its files, bits */                            \
    X(SCOPES, scopes, SPREAD)   /* functions and sections, words of them */                        \
    X(HOTNESS, hotness, FILES)  /* earlier changes to its files, mean */                           \
    X(RECENT, recent, FILES)    /* of these in the last 30 days, most */                           \
    X(PEOPLE, people, FILES)    /* who changed them lately */                                      \
    X(NEW, new, FILES)          /* share of its files that were never touched before */            \
    X(FAMILIARITY, familiarity, AUTHOR)                                                            \
    X(EXPERIENCE, experience, AUTHOR) /* earlier changes of the author */                          \
    X(UNTESTED, untested, TESTS)      /* how usual tests are where it brings none */               \
    X(TALK, talk, KIND)               /* words of its message */                                   \
    X(IS_REVERT, revert, KIND)                                                                     \
    X(IS_RELAND, reland, KIND)                                                                     \
    X(IS_REPAIR, repair, KIND)                                                                     \
    X(IS_CLEANUP, cleanup, KIND)                                                                   \
    X(IS_MERGE, merge, KIND)                                                                       \
    X(IS_VERSION, version, KIND)                                                                   \
    X(IS_RENAME, rename, KIND)                                                                     \
    X(IS_TESTS, tests_only, KIND)                                                                  \
    X(IS_DOCS, docs_only, KIND)                                                                    \
    X(IS_GENERATED, generated_only, KIND)                                                          \
    X(IS_CONFIG, config, KIND)                                                                     \
    X(IS_BUILD, build, KIND)                                                                       \
    X(IS_UNSEEN, unseen, KIND)

enum hazard {
#define X(id, name, theme) HAZARD_##id,
    HAZARDS(X)
#undef X
        HAZARDS_COUNT
};

struct hazards {
    double of[HAZARDS_COUNT];     /* as they are */
    double beside[HAZARDS_COUNT]; /* beside the changes before it, in standard deviations */
    double usual;                 /* share of the changes here that came back */
    uint32_t settled;             /* changes that this is known of; 0: one of twenty is assumed */
    uint32_t precedent;           /* the most similar that came back; HISTORY_NONE: none is */
    uint32_t precedent_fate;      /* the change that took it back or repaired it */
};

const char *hazard_name(enum hazard hazard);
enum hazard_theme hazard_theme(enum hazard hazard);
const char *hazard_theme_name(enum hazard_theme theme);

/* One for each change of the history before `to`. */
struct hazards *hazards_measure(struct arena *arena, const struct history *history, uint32_t to);

/* The change that takes that one back, or repairs it, within HAZARDS_DAYS, if it landed before
 * `to`; HISTORY_NONE: none did. */
uint32_t hazards_fate(const struct history *history, uint32_t number, uint32_t to);

/* Whether HAZARDS_DAYS have passed when the last change before `to` landed: what did not come back
 * by then did not. */
bool hazards_is_settled(const struct history *history, uint32_t number, uint32_t to);
