/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a change is about a symptom, by its words, paths and code alone: no history, no author,
 * no clock. What culprit/ knows beside that tells far more; this is for whoever has two texts.
 *
 * The parts of a change are scored by BM25, words being as rare as they are among the changes that
 * are asked about, and summed up with weights that were learned (a conditional logit). Directions
 * of words that go together without being the same (two towers: P. Huang et al., "Learning Deep
 * Structured Semantic Models", 2013) were tried beside it and added nothing on repositories that
 * were left out.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <jansson.h>

struct arena;

enum match_part { MATCH_SUBJECT, MATCH_BODY, MATCH_PATH, MATCH_LINE, MATCH_PARTS };

/* A word in a part of a change; of a symptom all are in the first part. */
struct match_term {
    uint32_t word; /* hashed */
    uint8_t part;
    uint8_t often; /* 255: as often or more */
};

#define MATCH_TERMS_MAX 512 /* of one text; what comes later is not read */

/* A change or a symptom, as the matcher sees it: terms by word and part, each once. */
struct match_bag {
    struct match_term *terms;
    uint32_t count;
    float lengths[MATCH_PARTS]; /* words with their repetitions */
};

struct match_change {
    struct str message; /* its first line is the subject */
    const struct str *paths;
    uint32_t paths_count;
    struct str lines; /* what it changes: any text of code */
};

struct match_bag match_bag_of_change(struct arena *arena, const struct match_change *change);
struct match_bag match_bag_of_symptom(struct arena *arena, struct str text);

/* For who has words already, cut as text/terms.h cuts them: in any order, then match_bag_end(). */
struct match_bag match_bag_new(struct arena *arena);
void match_bag_add(struct match_bag *bag, struct str word, enum match_part part, uint32_t often);
void match_bag_end(struct match_bag *bag);

/* ---- what is measured of a symptom and a change ---- */

/* The first are of enum match_part: how well that part fits, the best of all changes has 1. */
enum match_sign {
    MATCH_ALL = MATCH_PARTS, /* their mean */
    MATCH_COVERED,           /* share of the symptom's words, weighed by how rare they are */
    MATCH_RAREST,            /* of its words, 0 to 1 */
    MATCH_LINES,             /* its length, log */
    MATCH_TALK,              /* of its message, log */
    MATCH_PATHS,             /* of its paths, log */
    MATCH_SIGNS
};

/* Of each change beside the others. */
void match_signs(const struct match_bag *symptom, const struct match_bag *changes, uint32_t count,
                 double (*out)[MATCH_SIGNS]);

/* ---- what was learned ---- */

struct match_numbers {
    double weights[MATCH_SIGNS];
};

/* An array of MATCH_SIGNS numbers. */
MUST_CHECK bool match_numbers_read(const json_t *json, struct match_numbers *out, struct err *err);

/* Log-odds of each change beside the others; only differences mean anything. */
void match_score(const struct match_numbers *numbers, const struct match_bag *symptom,
                 const struct match_bag *changes, uint32_t count, double *out);
