/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connectors: one for each kind of system that an incident's evidence lies in, a file each.
 *
 * A connector is two pure functions. encode() makes of one question the request that asks it, in
 * the other side's language, always with bounds of time and of rows; decode() makes of the answer's
 * bytes rows of the bundle and further questions. Neither opens a connection, reads a clock or
 * knows that there are threads: connect/inquiry.h asks, counts the time and says what failed. What
 * speaks no HTTP (a repository, a database) has gather() in place of the two.
 */
#pragma once

#include "base/clock.h"
#include "base/map.h"
#include "case/evidence.h"
#include "connect/rows.h"
#include "connect/source.h"

/* What is asked for. A connector has its own way to each; not each has all. */
#define WANTED(X)                                                                                  \
    X(NAMES, "names")           /* of metrics, services, tables: what there is to ask for */       \
    X(SIZES, "sizes")           /* how much there is of each name */                               \
    X(PACE, "pace")             /* how often it is measured */                                     \
    X(SAMPLES, "samples")       /* of metrics */                                                   \
    X(LINES, "lines")           /* of logs */                                                      \
    X(TRACES, "traces")         /* which requests there were */                                    \
    X(SPANS, "spans")           /* of requests that are named */                                   \
    X(EDGES, "edges")           /* who calls whom */                                               \
    X(CHANGES, "changes")       /* commits, deploys */                                             \
    X(EVENTS, "events")         /* of a platform */                                                \
    X(OBJECTS, "objects")       /* of a platform, as they are now */                               \
    X(ALERTS, "alerts")         /* what else fires */                                              \
    X(FIRINGS, "firings")       /* of this alert, the day before */                                \
    X(RULES, "rules")           /* by which alerts fire */                                         \
    X(STATEMENTS, "statements") /* of a database, and what it waits for */

enum wanted {
#define X(id, name) WANT_##id,
    WANTED(X)
#undef X
        WANTED_COUNT
};

const char *wanted_name(enum wanted wanted);

/* A label or attribute that must have that value, in the names of the source. */
struct matcher {
    struct str name, value;
};

struct question {
    enum wanted wanted;
    struct window window;
    const struct alert *alert; /* what it is asked for; its labels may be empty */
    struct str service;        /* of this one only; empty: of all */
    const struct matcher *matchers;
    uint32_t matchers_count;
    const struct str *names; /* metrics, traces, tables that are meant; none: as the kind has it */
    uint32_t names_count;
    int64_t step_ns;   /* between samples; 0: as they were taken */
    struct str cursor; /* where the last answer ended; empty: from the start */
    int64_t rows_max;  /* more is not wanted */
    bool optional;     /* that it cannot be answered is no gap */
};

#define GATHERED_FACTS_MAX 16
#define GATHERED_NOTES_MAX 16
#define QUESTIONS_MAX 512 /* of one source in one case */

/*
 * What has been gathered from one source so far. decode() adds to it: rows, questions that follow
 * from the answer, notes for a person, and facts that a later answer is read by. All texts live in
 * `arena`, which goes when the source is done; what decode() is given as `scratch` goes at once.
 */
struct gathered {
    struct arena *arena;
    struct rows rows;
    struct question *questions;
    uint32_t questions_count; /* that have been asked or will be */
    struct label facts[GATHERED_FACTS_MAX];
    uint32_t facts_count;
    struct str notes[GATHERED_NOTES_MAX]; /* sentences without a full stop */
    uint32_t notes_count;
    bool incomplete; /* something was left out, and a note says what */
    struct map seen; /* gathered_is_new() */
};

/* What is asked first. That not every server has it is no gap where it is optional. */
struct opening {
    enum wanted wanted;
    bool optional;
};

#define OPENINGS_MAX 8

struct connector {
    const char *name;             /* as `kind` in the configuration */
    const char *summary;          /* one line, no full stop */
    enum signal signal;           /* what is not known where it does not answer */
    const char *port;             /* where such a server usually listens; NULL: no usual place */
    bool wants_path;              /* a folder rather than a URL */
    const struct field *settings; /* of its own, besides those of all; NULL: none */
    struct opening first[OPENINGS_MAX];
    uint32_t first_count;
    bool (*encode)(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err);
    bool (*decode)(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err);
    /* Instead of both: asks by itself, and returns at the deadline. */
    bool (*gather)(struct arena *scratch, const struct source *source,
                   const struct question *question, struct clock clock, struct deadline deadline,
                   struct gathered *out, struct err *err);
};

extern const struct connector *const connectors[]; /* ends with NULL */

/* NULL: there is none of that name. */
const struct connector *connector_find(struct str name);

/* ---- for decode() ---- */

/* Copies the question with all its texts; one more than QUESTIONS_MAX is noted and dropped. */
void gathered_ask(struct gathered *gathered, const struct question *question);

/* What is said twice is noted once. */
void gathered_note(struct gathered *gathered, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A note that something was left out: the source is then shown as a gap. */
void gathered_left_out(struct gathered *gathered, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What an answer has told for later ones; a later value of a name takes the place of the first. */
void gathered_learn(struct gathered *gathered, const char *name, struct str value);
struct str gathered_fact(const struct gathered *gathered, const char *name); /* empty: not known */

/* The first time that it is asked about: what several answers hold is taken once. */
bool gathered_is_new(struct gathered *gathered, struct str id);
