/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the evidence weighs for each subject, before and after symptoms are explained away.
 *
 * Evidence of strength s weighs -ln(1 - s), so that weights add up as a noisy-or of strengths does;
 * each finding has a factor, for a symptom that any service shows says less than a cause.
 */
#pragma once

#include "case/casefile.h"

struct suspect {
    struct str name;
    uint32_t node;                  /* of the topology; MAP_NONE: not in it */
    const uint32_t *distances;      /* from it to each node; NULL: not in it */
    double weights[FINDINGS_COUNT]; /* of the evidence for it, as it came */
    double left[FINDINGS_COUNT];    /* after explaining away */
    double changed;                 /* 0: not; 1: right at the onset */
    double score;                   /* what is left, by its place in the graph and by its changes */
    bool refuted;                   /* as a lead, when it was last followed */
    const struct evidence *explained_by; /* what explains its symptom best; NULL: nothing does */
};

struct weighing {
    const struct casefile *casefile;
    struct arena *arena;
    struct map names;           /* the number of a suspect */
    struct suspect *suspects;   /* by number of the name */
    const uint32_t *from_alert; /* steps from the alert's service; NULL: it is not in the graph */
    bool any_change;
    bool traced; /* requests were followed, and some differ */
};

/* Weighs all evidence of the case. The result lives in `arena`, and needs the case. */
struct weighing weigh(struct arena *arena, const struct casefile *casefile);

/* The suspect of that name, or NULL. */
const struct suspect *weigh_find(const struct weighing *weighing, struct str name);

double weigh_evidence(const struct evidence *evidence);

/* Whether such a finding bears on where the cause is; the rest tell about the case. */
bool weigh_tells(enum finding finding);

/* All that speaks for it, as it came: who is loudest need not be the cause. */
double weigh_loudness(const struct suspect *suspect);

/* How much of the weight that speaks for a caller this callee of it explains away by itself. */
double weigh_explained_by(const struct suspect *caller, const struct suspect *callee);

/* Its strongest piece of that finding; NULL: there is none. */
const struct evidence *weigh_strongest(const struct casefile *casefile, struct str subject,
                                       enum finding finding);

/* Whether calls lead from the alert's service to it; true where the graph cannot tell. */
bool weigh_is_reached(const struct weighing *weighing, const struct suspect *suspect);

bool weigh_speaks_for(const struct evidence *evidence, struct str subject);
