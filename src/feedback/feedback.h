/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people said of an investigation, kept in the ledger. The last that was said of a case
 * counts; what was said before is kept, and marked as corrected.
 *
 * A case is known by its alert: the same alert investigated again, from its bundle or its journal,
 * is the same case.
 */
#pragma once

#include "case/casefile.h"
#include "store/ledger.h"

enum judgement {
    JUDGEMENT_RIGHT,  /* the place and the kind of the fault */
    JUDGEMENT_WRONG,  /* the place */
    JUDGEMENT_PARTLY, /* the place was right, the kind was not */
};

const char *judgement_name(enum judgement judgement); /* "partly" */
bool judgement_parse(const char *name, enum judgement *out);

#define FEEDBACK_TEXT_BYTES_MAX ((size_t)4096) /* of each text that a person writes: a page */

struct feedback {
    /* the case, and what was concluded; feedback_about() fills it in */
    struct str case_key; /* sixteen hexadecimal digits, of the alert */
    struct str alert;    /* its name */
    int64_t alert_ns;
    struct str named;       /* where the report says the cause lies; empty: it names nobody */
    struct str named_cause; /* in words */
    double confidence;
    struct str lesson; /* feedback/lesson.h; empty: the case was too large to keep */
    struct str alert_service, kind, signature; /* by which it is recognised: feedback/memory.h */

    /* what a person says of it */
    enum judgement judgement;
    bool nothing;                        /* nothing was broken */
    struct str service;                  /* where it was; empty: not said */
    struct str cause, change, note, fix; /* `fix`: what ended it */
    int64_t given_ns;                    /* since 1970 */

    /* of what was read */
    int64_t number;    /* in the order of giving, from 1 */
    bool is_corrected; /* something was said of the case later */
};

/* The first half, of a case that was investigated to its end; lives in `arena` and the case. */
struct feedback feedback_about(struct arena *arena, const struct casefile *casefile);

/* Whether what a person says goes together with what was concluded; `err` says what to say. */
MUST_CHECK bool feedback_check(const struct feedback *feedback, struct err *err);

/* Checks it, and keeps it. */
MUST_CHECK bool feedback_keep(struct ledger *ledger, const struct feedback *feedback,
                              struct err *err);

/* All of it, oldest first. */
MUST_CHECK bool feedback_read(struct ledger *ledger, struct arena *arena, struct feedback **out,
                              uint32_t *count, struct err *err);

/* Where the fault was, as far as it was said; empty: nowhere, or it is not known. */
struct str feedback_place(const struct feedback *feedback);
