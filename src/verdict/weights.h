/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verdict goes by: how much each finding weighs, what the graph and the changes make of
 * it, and how sure all that makes one. Data, not code: a file of JSON that is shipped with the
 * program (models/verdict.json), that `warroom train` writes, and that a user may replace.
 *
 * A file is read strictly: every number has bounds, a name that is not known is refused, and all
 * settings must be there. Findings need not be: a program may know more of them than the file, and
 * one that the file does not name weighs WEIGHT_UNNAMED.
 */
#pragma once

#include "case/casefile.h"

struct buf;

/* Half of what a finding weighs that names the fault itself: of unknown worth, but not nothing. */
#define WEIGHT_UNNAMED 0.5

/* What the confidence is made of; verdict/confidence.h says how each is measured. */
#define CONFIDENCE_FEATURES(X)                                                                     \
    X(LEAD, "lead", "how far the second best is behind, by how much there is at all")              \
    X(AMOUNT, "amount", "how much there is at all")                                                \
    X(ASIDE, "changes_aside", "the lead it has when changes are left aside")

enum confidence_feature {
#define X(id, name, text) CONFIDENCE_##id,
    CONFIDENCE_FEATURES(X)
#undef X
        CONFIDENCE_FEATURES_COUNT
};

struct weights {
    double findings[FINDINGS_COUNT];

    double explained;     /* the share of a symptom that a callee with the same one explains */
    double elsewhere;     /* taken where the symptoms of others do not lead to the suspect */
    double out_of_reach;  /* left where no calls of the alert's service lead to the suspect */
    double unchanged;     /* left of who was not changed, where others were */
    double handed_down;   /* of what a caller suffers, to callees that were changed */
    double changed;       /* the weight of a change right at the onset, by itself */
    double beside_traces; /* of metrics, where requests themselves were followed */
    double refuted;       /* of a rival that a runbook refuted */

    double bias; /* of the confidence: its log-odds where no feature says anything */
    double confidence[CONFIDENCE_FEATURES_COUNT];

    struct str text; /* the file */
};

/* A setting beside the findings, for who reads, writes or learns them. */
struct weights_setting {
    const char *group; /* "graph" */
    const char *name;
    const char *what;
    size_t offset; /* of the double in struct weights */
    double min, max;
};

extern const struct weights_setting weights_settings[]; /* ends where the name is NULL */

#define WEIGHT_FINDING_MAX 5.0

double *weights_at(struct weights *weights, const struct weights_setting *setting);

/* Those the program was built with. */
const struct weights *weights_shipped(void);

/* Those that were chosen by hand, for reasons that hold without any data: where learning starts. */
const struct weights *weights_prior(void);

/* Those the case is judged by. */
const struct weights *weights_of(const struct casefile *casefile);

/* `text` is what a file holds; it is kept as it is, in `arena`. */
MUST_CHECK bool weights_parse(struct arena *arena, struct str text, struct weights *out,
                              struct err *err);

/* The file of these weights. `provenance` is an object of JSON that says where they come from. */
void weights_write(const struct weights *weights, struct str provenance, struct buf *out);

/* Sixteen hexadecimal digits that tell one file from another. */
struct str weights_digest(struct arena *arena, const struct weights *weights);
