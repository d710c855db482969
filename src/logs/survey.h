/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in some log files: templates with counts, values and course, levels, exceptions.
 *
 * The files are read twice. First their messages are mined for templates, and the stretch of time
 * is found; then each event is counted for its template, in a slot of time, on one of two sides:
 * before and after. Memory does not depend on how long the files are; the outcome does not depend
 * on how many threads read them.
 */
#pragma once

#include "logs/input.h"
#include "logs/tally.h"
#include "text/entity.h"
#include "text/stack.h"

#define SURVEY_SLOTS 60 /* of both sides together, or of each file where two are compared */
#define SURVEY_EXAMPLE_BYTES 240
#define SURVEY_PARAMETERS_MAX 8   /* of a template, whose values are counted */
#define SURVEY_EXCEPTIONS_MAX 200 /* kinds */

struct survey_options {
    int64_t since_ns, until_ns; /* INT64_MIN, INT64_MAX: all. `until` itself is not in it */
    bool two_files;             /* the first is one side, the second the other */
    bool has_split;             /* else `split_share` says where the other side begins */
    int64_t split_ns;
    double split_share;       /* of the stretch; 1: there is one side */
    bool attributes_by_level; /* attributes are counted apart by level, not by side */
    uint32_t threads;
    void (*progress)(double done); /* may be NULL */
};

/* From `start` to before `end`, in `slots` equal parts; in ns, or in lines where there is no time.
 */
struct survey_side {
    int64_t start, end;
    uint32_t slots, first_slot;
    uint64_t events;
};

struct survey_parameter {
    enum entity entity;
    struct tally values[2]; /* by side */
};

/* The first of some events: where it stands, and what it says in its first line. */
struct survey_first {
    bool has_time;
    int64_t time_ns; /* the earliest, which in a file out of order may be of another one */
    uint32_t file;
    int64_t number;
    struct str example;
};

struct survey_template {
    struct str text; /* "connection to <ip> refused"; typed slots */
    uint64_t counts[2];
    uint64_t levels[LEVELS];
    enum level level; /* the commonest */
    uint64_t errors;  /* events that are errors, or worse */
    struct survey_first first, first_error;
    int64_t last_ns;
    const uint32_t *slots;
    uint32_t parameters_count;
    const struct survey_parameter *parameters; /* in the order of the text; may be NULL */
};

struct survey_exception {
    struct str thrown, root, line, chain, frame; /* see struct stack; chain: "A <- B <- C" */
    struct str place;                            /* "Orders.java:31"; may be empty */
    uint64_t counts[2];
    struct survey_first first; /* without an example */
};

/* What an event has, whatever its template is. */
enum attribute {
    ATTRIBUTE_HOST,
    ATTRIBUTE_PROGRAM,
    ATTRIBUTE_COMPONENT,
    ATTRIBUTE_ENTITY, /* and the entities behind it */
    ATTRIBUTES = ATTRIBUTE_ENTITY + ENTITIES
};

const char *attribute_name(uint32_t attribute);

struct survey {
    bool has_time; /* sides and slots are of time */
    uint64_t lines, events;
    uint64_t with_header;
    uint64_t formats[HEADER_FORMATS_COUNT];
    uint64_t inner_formats[HEADER_FORMATS_COUNT];
    uint32_t missing; /* STAMP_*: what times leave out */
    int64_t min_ns, max_ns;
    uint64_t outside; /* events whose time lies far from that of the others */
    struct survey_side sides[2];
    uint32_t slots; /* of both sides */
    uint64_t levels[2][LEVELS];
    uint32_t *level_slots[LEVELS];     /* by slot */
    struct survey_template *templates; /* by their text */
    uint32_t templates_count;
    uint64_t others[2];                  /* events without a template: there were too many shapes */
    struct survey_exception *exceptions; /* in the order of the files */
    uint32_t exceptions_count;
    uint64_t exceptions_left_out;
    struct tally *attributes[ATTRIBUTES][2]; /* NULL: never seen; good and bad, or by side */
    uint64_t attribute_events[2];
};

MUST_CHECK bool survey_make(struct arena *arena, struct input *const *inputs, uint32_t count,
                            const struct survey_options *options, struct survey *out,
                            struct err *err);
