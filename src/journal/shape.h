/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a journal says of the structs of a case: one table for each, read by who writes it and by
 * who reads it back. What is empty, zero or false is left out.
 *
 * Reading checks what it is given: a journal may come from anywhere, and what it holds goes where
 * only the program's own values went before.
 */
#pragma once

#include "case/casefile.h"
#include "data/json.h"

enum shape_type {
    SHAPE_TEXT,
    SHAPE_BOOL,
    SHAPE_COUNT,   /* uint32_t */
    SHAPE_INTEGER, /* int64_t, but no more than a double can tell apart */
    SHAPE_TIME,    /* int64_t, in ns, of this or the next century */
    SHAPE_SPAN,    /* int64_t, in ns, and no age of the world */
    SHAPE_WINDOW,
    SHAPE_REAL,  /* finite */
    SHAPE_SHARE, /* 0 to 1 */
    SHAPE_NAME,  /* of an enum */
};

struct shape {
    const char *name; /* an array of them ends where it is NULL */
    enum shape_type type;
    size_t offset;
    const char *(*name_of)(unsigned number); /* of SHAPE_NAME */
    unsigned names_count;
};

extern const struct shape alert_shapes[];  /* but for the labels */
extern const struct shape case_shapes[];   /* of struct casefile: what steps find out */
extern const struct shape source_shapes[]; /* of struct source_entry */
extern const struct shape plan_shapes[];   /* of struct plan_entry */
extern const struct shape step_shapes[];   /* of struct step_entry; input and output stand beside */
extern const struct shape lead_shapes[];   /* but for what speaks against it */
extern const struct shape evidence_shapes[];   /* all of it */
extern const struct shape hypothesis_shapes[]; /* but for what it cites */
extern const struct shape proposal_shapes[];
extern const struct shape draft_shapes[];
extern const struct shape consultation_shapes[];
extern const struct shape prose_shapes[];
extern const struct shape series_shapes[];   /* of struct exhibit_series, but for the points */
extern const struct shape template_shapes[]; /* of struct exhibit_template */
extern const struct shape trace_shapes[];    /* of struct exhibit_trace, but for the spans */
extern const struct shape span_shapes[];     /* of struct exhibit_span */
extern const struct shape change_shapes[];   /* of struct exhibit_change */

/* Members of an object that the caller opens and closes. */
void shape_put(struct buf *out, const struct shape *shapes, const void *thing);

/* The same, but only those in which it differs from `before`, even where they are empty now. */
void shape_put_changed(struct buf *out, const struct shape *shapes, const void *before,
                       const void *thing);

bool shape_is_same(const struct shape *shapes, const void *a, const void *b);

/* A time as SHAPE_TIME takes it. */
bool shape_time_is_sane(int64_t time_ns);

/* What is not in the object becomes empty. Texts are copied into the arena. */
MUST_CHECK bool shape_get(struct arena *arena, const struct shape *shapes, const json_t *object,
                          void *thing, struct err *err);

/* Touches only what is in the object. */
MUST_CHECK bool shape_get_changed(struct arena *arena, const struct shape *shapes,
                                  const json_t *object, void *thing, struct err *err);
