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
    X(CALM, calm) /* the message again, without words that only tell of trouble */                 \
    X(PATHS, paths)                                                                                \
    X(LINES, lines)                                                                                \
    X(SCOPES, scopes)                                                                              \
    X(NAMES, names) /* identifiers and numbers */                                                  \
    X(PAIRS, pairs) /* two words in a row */                                                       \
    X(TEXT, text)   /* all of it, by a formula that knows no training */                           \
    X(FIT, fit)     /* the same, each part counted by how well it fits beside the others' */       \
    /* share of the alert's words, weighed by how rare they are, 0 to 1 */                         \
    X(COVERED, covered)                                                                            \
    X(RAREST, rarest)         /* of its words, 0 to 1 */                                           \
    X(RARE_WORDS, rare_words) /* how many that hardly another candidate has, log */                \
    X(TEXT_PLACE, text_place) /* in the order by `fit`, log */                                     \
    X(LEAD, lead)             /* to the best other by `fit` */                                     \
    /* places that the alert names, 0 to 1 */                                                      \
    X(NAMED_FILE, named_file)                                                                      \
    X(NAMED_FOLDER, named_folder)                                                                  \
    /* how well other changes fit: of the same author, topic, files; among the candidates */       \
    X(AUTHOR_KIN, author_kin)                                                                      \
    X(TOPIC_KIN, topic_kin)                                                                        \
    X(FILE_KIN, file_kin)                                                                          \
    /* and before them; each 0 to 1, the best candidate has 1 */                                   \
    X(AUTHOR_PAST, author_past)                                                                    \
    X(TOPIC_PAST, topic_past)                                                                      \
    X(FILE_PAST, file_past)                                                                        \
    X(ECHO, echo) /* words of earlier changes that spoke of the same */                            \
    /* time */                                                                                     \
    X(PLACE, place)               /* from the newest, log */                                       \
    X(AGE, age)                   /* hours, log */                                                 \
    X(HABIT_REVERT, habit_revert) /* how often culprits lay that far back here, log */             \
    X(HABIT_REPAIR, habit_repair)                                                                  \
    /* what became of others like it, log of a ratio to the usual */                               \
    X(AUTHOR_BLAMED, author_blamed)                                                                \
    X(TOPIC_BLAMED, topic_blamed)                                                                  \
    X(FILE_BLAMED, file_blamed)                                                                    \
    X(REVERTED, reverted) /* 0 or 1 */                                                             \
    X(FOLLOWED, followed) /* 0 or 1 */                                                             \
    /* the change itself */                                                                        \
    X(SIZE, size)       /* lines, log */                                                           \
    X(FILES, files)     /* log */                                                                  \
    X(FOLDERS, folders) /* log */                                                                  \
    X(TALK, talk)       /* words of its message, log */                                            \
    X(HOTNESS, hotness) /* earlier changes to its files, log */                                    \
    X(FAMILIARITY, familiarity)                                                                    \
    X(AUTHOR, author) /* earlier changes of its author, log */                                     \
    /* 0 or 1: change_kinds(), in that order */                                                    \
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
    X(IS_UNSEEN, unseen)

enum sign {
#define X(id, name) SIGN_##id,
    SIGNS(X)
#undef X
        SIGNS_COUNT
};

struct signs {
    double of[SIGNS_COUNT];
};

struct context;

struct question {
    const struct history *history;
    uint32_t from; /* candidates: from <= change < to */
    uint32_t to;
    int64_t at_ns;    /* when the alert fired */
    int64_t began_ns; /* when the trouble began; 0: when the alert fired */
    const struct clues *clues;
    const struct context *context; /* culprit/context.h; NULL: nothing is known of services */
};

const char *sign_name(enum sign sign);

/* When it came into service, as far as was known then; else when it landed. */
int64_t question_since(const struct question *question, uint32_t number);

/* The place of each candidate, from the newest, which is 1, by when it came into service. */
uint32_t *question_places(struct arena *arena, const struct question *question);

/* One for each candidate, in landing order. */
struct signs *signs_measure(struct arena *arena, const struct question *question);
