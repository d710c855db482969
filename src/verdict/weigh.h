/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the evidence weighs for each subject, before and after symptoms are explained away.
 *
 * Evidence of strength s is as loud as -ln(1 - s), so that loudness adds up as a noisy-or of
 * strengths does; it weighs that by the factor of its finding, for a symptom that any service shows
 * says less than a cause. The factors are data (verdict/weights.h).
 *
 * It is done in two steps, what was heard and what it weighs, so that who learns the weights hears
 * a case once and weighs it as often as it likes.
 */
#pragma once

#include "case/casefile.h"
#include "verdict/weights.h"

struct suspect {
    struct str name;
    uint32_t node;             /* of the topology; MAP_NONE: not in it */
    const uint32_t *distances; /* from it to each node; NULL: not in it */
    uint32_t *callees;         /* the suspects it calls, by number */
    uint32_t callees_count;
    uint32_t steps; /* down to it from the alert's service; 0: it is that, or is not reached */
    bool refuted;   /* as a lead, when it was last followed */

    /* heard: by finding, one voice for each cause */
    double loudness[FINDINGS_COUNT];         /* of all but metrics */
    double loudness_metrics[FINDINGS_COUNT]; /* of metrics */
    double stands[FINDINGS_COUNT];           /* the share that no evidence against it takes */
    double changed;                          /* 0: not; 1: right at the onset */
    bool passes_on;                          /* logs say that it is let down, or turns away */

    /* weighed */
    double weights[FINDINGS_COUNT];    /* of the evidence for it, as it came */
    double left[FINDINGS_COUNT];       /* after explaining away */
    uint32_t taken_by[FINDINGS_COUNT]; /* who explains most of it, by number; MAP_NONE: nobody */
    double witnessed[FINDINGS_COUNT];  /* what a mute callee explains, and so speaks for that one */
    double handed[FINDINGS_COUNT];     /* what changed callees took of what is left */
    double handed_among;               /* how changed they are, together */
    double inherited;                  /* what its callers handed down to it */
    double place;                      /* what its place in the graph leaves of that, 0 to 1 */
    double age;                        /* what the age of its last change leaves, 0 to 1 */
    double score; /* what is left, by its place in the graph and by its changes */
};

struct weighing {
    const struct casefile *casefile;
    const struct weights *weights;
    struct arena *arena;
    struct map names;              /* the number of a suspect */
    struct suspect *suspects;      /* by number of the name */
    const struct suspect **ranked; /* by weigh_rank(); NULL before */
    const uint32_t *from_alert; /* steps from the alert's service; NULL: it is not in the graph */
    bool *leads_to;             /* [a * count + b]: calls lead from a to b, or b is a */
    bool in_traces[FINDINGS_COUNT]; /* some trace says this of somebody */
    double most_changed;            /* of all suspects; 0: nobody was */
    bool traced;                    /* requests were followed, and some differ */
};

/* Hears and weighs all evidence of the case, by its weights. Lives in `arena`, needs the case. */
struct weighing weigh(struct arena *arena, const struct casefile *casefile);

/* The two steps of it. The second may be repeated, with other weights. */
struct weighing weigh_hear(struct arena *arena, const struct casefile *casefile);
void weigh_by(struct weighing *weighing, const struct weights *weights);

/*
 * Which of two goes first where nothing else tells: the one that lies further down, for callers
 * suffer from their callees and not the other way round; then by name. As qsort() wants it.
 */
int weigh_tie(const struct suspect *a, const struct suspect *b);

/* Puts them in the order of the verdict: whom a runbook refuted last, then by score. */
void weigh_rank(struct weighing *weighing);

/* The suspect of that name, or NULL. */
const struct suspect *weigh_find(const struct weighing *weighing, struct str name);

/* Of one piece, alone. */
double weigh_evidence(const struct weights *weights, const struct evidence *evidence);

/* The same, where metrics may stand beside traces: as it goes into the weight of its subject. */
double weigh_piece(const struct weighing *weighing, const struct evidence *evidence);

/* Whether an earlier, at least as strong piece says the same of the same subject. */
bool weigh_is_repeated(const struct casefile *casefile, const struct evidence *evidence);

/* Whether such a finding bears on where the cause is; the rest tell about the case. */
bool weigh_tells(const struct weights *weights, enum finding finding);

/* All that speaks for it, as it came: who is loudest need not be the cause. */
double weigh_loudness(const struct suspect *suspect);

/* How much of the weight that speaks for a caller this callee of it explains away by itself. */
double weigh_explained_by(const struct weighing *weighing, const struct suspect *caller,
                          const struct suspect *callee);

/* Its strongest piece of that finding; NULL: there is none. */
const struct evidence *weigh_strongest(const struct casefile *casefile, struct str subject,
                                       enum finding finding);

/* Whether calls lead from the alert's service to it; true where the graph cannot tell. */
bool weigh_is_reached(const struct weighing *weighing, const struct suspect *suspect);

bool weigh_speaks_for(const struct evidence *evidence, struct str subject);
