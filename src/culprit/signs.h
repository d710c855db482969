/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What speaks for one change and against another, as numbers: the features of the ranker.
 *
 * A sign compares a change with what the alert says, with the other candidates, or with what was
 * known when the alert fired. Nothing that landed at or after `to` is looked at.
 */
#pragma once

#include "culprit/clues.h"
#include "culprit/history.h"

/* The names stand in the model's file: to change one is to train again. */
#define SIGNS(X)                                                                                   \
    /* words of the alert; each 0 to 1, the best candidate has 1 */                                \
    X(SUBJECT, subject)                                                                            \
    X(MESSAGE, message)                                                                            \
    X(PATHS, paths)                                                                                \
    X(LINES, lines)                                                                                \
    X(SCOPES, scopes)                                                                              \
    X(TEXT, text)                                                                                  \
    X(NAMES, names)                                                                                \
    X(RAW_MESSAGE, raw_message)                                                                    \
    X(RAW_SUBJECT, raw_subject)                                                                    \
    X(RAW_PATHS, raw_paths)                                                                        \
    X(RAW_LINES, raw_lines)                                                                        \
    X(RAW_SCOPES, raw_scopes)                                                                      \
    X(RAW_NAMES, raw_names)                                                                        \
    X(PAIRS, pairs)                                                                                \
    /* share of the alert's words, weighed by how rare they are, 0 to 1 */                         \
    X(COVERED, covered)                                                                            \
    X(COVERED_SUBJECT, covered_subject)                                                            \
    X(COVERED_MESSAGE, covered_message)                                                            \
    X(RAREST, rarest)                                                                              \
    X(RARE_WORDS, rare_words)                                                                      \
    X(TEXT_PLACE, text_place)                                                                      \
    X(LEAD, lead)                                                                                  \
    /* places that the alert names, 0 to 1 */                                                      \
    X(NAMED_FILE, named_file)                                                                      \
    X(NAMED_FOLDER, named_folder)                                                                  \
    /* how well the text of other changes fits: of the same author, topic, files */                \
    X(AUTHOR_KIN, author_kin)                                                                      \
    X(TOPIC_KIN, topic_kin)                                                                        \
    X(FILE_KIN, file_kin)                                                                          \
    X(FILE_PAST, file_past)                                                                        \
    X(AUTHOR_PAST, author_past)                                                                    \
    X(TOPIC_PAST, topic_past)                                                                      \
    X(ECHO, echo)                                                                                  \
    X(CALM, calm)                                                                                  \
    X(RAW_CALM, raw_calm)                                                                          \
    X(RAW_PAIRS, raw_pairs)                                                                        \
    X(RAW_ECHO, raw_echo)                                                                          \
    X(HABIT_REVERT, habit_revert)                                                                  \
    X(HABIT_REPAIR, habit_repair)                                                                  \
    X(AUTHOR_BLAMED, author_blamed)                                                                \
    X(TOPIC_BLAMED, topic_blamed)                                                                  \
    X(FILE_BLAMED, file_blamed)                                                                    \
    /* time */                                                                                     \
    X(PLACE, place)                                                                                \
    X(AGE, age)                                                                                    \
    /* the change itself */                                                                        \
    X(SIZE, size)                                                                                  \
    X(FILES, files)                                                                                \
    X(FOLDERS, folders)                                                                            \
    X(TALK, talk)                                                                                  \
    X(HOTNESS, hotness)                                                                            \
    X(FAMILIARITY, familiarity)                                                                    \
    X(AUTHOR, author)                                                                              \
    X(REVERTED, reverted)                                                                          \
    X(FOLLOWED, followed)                                                                          \
    X(IS_REVERT, revert)                                                                           \
    X(IS_RELAND, reland)                                                                           \
    X(IS_REPAIR, repair)                                                                           \
    X(IS_CLEANUP, cleanup)                                                                         \
    X(IS_MERGE, merge)                                                                             \
    X(IS_VERSION, version)                                                                         \
    X(IS_RENAME, rename)                                                                           \
    X(IS_TESTS, tests)                                                                             \
    X(IS_DOCS, docs)                                                                               \
    X(IS_GENERATED, generated)                                                                     \
    X(IS_CONFIG, config)                                                                           \
    X(IS_BUILD, build)                                                                             \
    X(IS_UNSEEN, unseen)                                                                           \
    /* the alert, the same for all candidates */                                                   \
    X(SAYS, says)                                                                                  \
    X(SAYS_NAMES, says_names)                                                                      \
    X(BLAMES_CHANGE, blames_change)                                                                \
    X(BLAMES_BUILD, blames_build)                                                                  \
    X(BEST_COVERED, best_covered)

enum sign {
#define X(id, name) SIGN_##id,
    SIGNS(X)
#undef X
        SIGNS_COUNT
};

struct signs {
    double of[SIGNS_COUNT];
};

struct question {
    const struct history *history;
    uint32_t from; /* candidates: from <= change < to */
    uint32_t to;
    int64_t at_ns; /* when the alert fired */
    const struct clues *clues;
};

const char *sign_name(enum sign sign);

/* One for each candidate, in landing order. */
struct signs *signs_measure(struct arena *arena, const struct question *question);
