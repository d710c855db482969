/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complaints: what programs write when something is wrong, in words that name the kind of fault
 * whatever program writes them: those of operating systems (strerror), of runtimes (Java, Go,
 * Python, Node, .NET), and of servers that everybody runs (PostgreSQL, MySQL, Redis, nginx,
 * HAProxy, Envoy, Kubernetes).
 *
 * A complaint mostly has two ends: who makes it, and whom it is made of. The same words show
 * another kind at either end: where a connection is refused, who is called does not run, and who
 * calls lacks what it depends on.
 */
#pragma once

#include "base/str.h"
#include "case/kind.h"

struct arena;

struct complaint {
    const char *name; /* "certificate" */
    double clear;     /* 0 to 1: how surely it tells the kind, rather than a symptom of any */
    enum kind of_speaker, of_peer; /* KIND_UNKNOWN: of that end it tells nothing */
    const char *speaker_text;      /* plain words for either; NULL where its kind is unknown */
    const char *peer_text;
    const char *const *words; /* in small letters, each from the start of a word; `*` stands for up
                                 to 80 bytes; ends with NULL */
};

extern const struct complaint complaints[]; /* ends where the name is NULL */

/* All words of all complaints, by the letter that they begin with: what one listens with. */
#define COMPLAINT_FIRSTS 128

struct complaint_phrase {
    const struct complaint *complaint;
    const char *words;
};

struct complaint_ear {
    struct complaint_phrase *phrases;
    uint32_t count;
    uint32_t from[COMPLAINT_FIRSTS + 1]; /* those with first letter `c`: from[c] to from[c + 1] */
};

struct complaint_ear complaint_ear_new(struct arena *arena);

struct complaint_heard {
    const struct complaint *complaint; /* NULL: the line has none */
    const char *words;                 /* which of its words */
    struct str said;                   /* the same as the line has it */
};

/*
 * The clearest complaint in the line, the first of those that are as clear; of words that begin at
 * one place, the longest. At most the first 2 kB are read.
 */
struct complaint_heard complaint_in(const struct complaint_ear *ear, struct str line);

/* Where the line has these words; empty: nowhere. */
struct str complaint_said(struct str line, const char *words);

/* The complaint of that name, or NULL. */
const struct complaint *complaint_find(struct str name);
