/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes in landing order, and where each word, path and author occurs in them.
 *
 * A change is added once, after all that landed before it, and is known from then on by its number:
 * 0, 1, 2, ... What is stored about it was known when it landed; the two fields that tell of later
 * changes give the number of the later one, so that a question about the past can leave it out.
 * Adding costs time by the size of the change alone, so a history can grow while it is in use.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "culprit/change.h"

#define HISTORY_NONE UINT32_MAX

/* Larger changes are cut: the first files and words tell what they are about. */
#define HISTORY_FILES_MAX 64
#define HISTORY_WORDS_MAX 1024
#define HISTORY_MESSAGE_BYTES_MAX ((size_t)16 << 10)
#define HISTORY_CHANGES_MAX 4000000

/* Where in a change a word stands. */
#define PARTS(X)                                                                                   \
    X(SUBJECT, "its first line")                                                                   \
    X(BODY, "its message")                                                                         \
    X(FOLDER, "the folders it touches")                                                            \
    X(FILE, "the files it touches")                                                                \
    X(LINE, "the lines it changes")                                                                \
    X(SCOPE, "the functions it changes")

enum part {
#define X(id, text) PART_##id,
    PARTS(X)
#undef X
        PARTS_COUNT
};

struct posting {
    uint32_t change;
    uint8_t counts[PARTS_COUNT]; /* 255: as often or more */
};

struct postings {
    struct posting *items; /* by change, ascending */
    uint32_t count;
    uint32_t room;
};

/* Numbers of changes, ascending. */
struct numbers {
    uint32_t *items;
    uint32_t count;
    uint32_t room;
};

/* A change came into service: all of it, or a step, a replica or a region at a time. */
struct rollout {
    struct str id; /* of the deploy that brought it */
    struct str service;
    int64_t time_ns;
    uint32_t after; /* how many changes had landed by then */
};

struct landed {
    struct change change; /* without words and scopes */
    uint32_t kinds;       /* bits, 1 << enum change_kind */
    uint32_t lengths[PARTS_COUNT];
    uint32_t author;
    uint32_t topic;  /* HISTORY_NONE: its author does not say */
    uint32_t *paths; /* numbers of paths; at most HISTORY_FILES_MAX */
    uint32_t paths_count;
    uint32_t folders_count;
    uint64_t lines;           /* added and removed */
    uint32_t author_before;   /* changes of the same author before it */
    float hotness;            /* mean over its paths: how many changes touched them before */
    float familiarity;        /* mean over its paths: share of these by the same author, 0 to 1 */
    uint32_t reverted_by;     /* the first that takes it back; HISTORY_NONE: nobody did */
    uint32_t named_by;        /* the first that names it */
    uint32_t repaired_by;     /* the first that names it and says that it repairs something */
    struct rollout *rollouts; /* oldest first */
    uint32_t rollouts_count;
    uint32_t rollouts_room;
};

struct history {
    struct arena *arena;
    struct landed *items;
    uint32_t count;
    uint32_t room;
    struct map ids;
    struct map words; /* beside it: postings */
    struct postings *postings;
    uint32_t postings_room;
    struct map paths; /* beside it: who touched them */
    struct numbers *touches;
    uint32_t touches_room;
    struct map authors;
    uint32_t *author_counts;
    uint32_t author_counts_room;
    struct map topics;
    struct map author_paths; /* "author\0path"; beside it: how often */
    uint32_t *author_path_counts;
    uint32_t author_path_counts_room;
    struct map subjects; /* beside it: the last change of that subject */
    uint32_t *subject_last;
    uint32_t subject_last_room;
    bool has_rollouts;
    struct map prefixes; /* the first 7 digits of an id; beside it: the last such change */
    uint32_t *prefix_last;
    uint32_t prefix_last_room;
};

/* Everything lives in `arena`. */
struct history *history_new(struct arena *arena);

/*
 * A rollout that names changes which have landed is not one of its own: it is noted with each of
 * them, for what it brought is what did it. One that names none stays a change by itself; if it
 * comes again under its id, that is its next step.
 *
 * Copies what it keeps. False: the id is there already, or there are HISTORY_CHANGES_MAX. The
 * change must not stand before the last one in landing order.
 */
MUST_CHECK bool history_add(struct history *history, const struct change *change, struct err *err);

/* The part of a word's postings with from <= change < to. */
struct postings history_postings(const struct history *history, struct str word, uint32_t from,
                                 uint32_t to);

/* The last time until then that it came into service; NULL: not that anybody knows. */
const struct rollout *history_rollout(const struct history *history, uint32_t number,
                                      int64_t time_ns);

/*
 * Says that a rollout brought a change, between those that are known by its time; of one that is
 * known already nothing new. Copies nothing: texts must live as long as the history.
 */
void history_note_rollout(struct history *history, uint32_t number, const struct rollout *rollout);

/* How many changes landed at or before that time, by landing order: the last of them ends it. */
uint32_t history_until(const struct history *history, int64_t time_ns);
