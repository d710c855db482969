/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The English of incident reports, as far as it says something that can be wrong: which words make
 * something rise or fall, deny it, blame for it, claim to be sure, and which of them speak of the
 * same thing ("slow", "latency", "took"). Beside them the words that claim nothing.
 */
#pragma once

#include "base/str.h"

enum sense {
    SENSE_UP,
    SENSE_DOWN,
    SENSE_NO,          /* denies: "no", "never", "without" */
    SENSE_BEFORE,      /* what is said is of the time before: "usually", "earlier" */
    SENSE_OTHERS,      /* of the others: "others", "remaining" */
    SENSE_CAUSES,      /* "caused": what stands before did it */
    SENSE_CAUSED,      /* of "caused by", "due to", "because": what stands behind did it */
    SENSE_BLAME,       /* "culprit": whoever stands beside did it */
    SENSE_ACQUIT,      /* "given up", "ruled out" */
    SENSE_SURE,        /* "certainly": nobody is */
    SENSE_SUPERLATIVE, /* "worst": of all, and nobody compared all */
    SENSE_LATER,
    SENSE_EARLIER,
    SENSE_ALL,
    SENSE_MOST,
    SENSE_ORDERS,   /* "ignore", "password": of who orders a model about, and not of reports */
    SENSE_WELL,     /* "healthy", "harmless": that there is nothing to it */
    SENSE_SHORTAGE, /* "exhausted", "bottleneck" */
    SENSE_FREE,     /* claims nothing that could be wrong */
    SENSES_COUNT
};

/* Of a word in small letters; its endings do not matter. */
bool lexicon_has(enum sense sense, struct str word);

/* Whether it is a word that claims nothing, in another form: "lies", "holding", "in-process". */
bool lexicon_is_form(struct str word);

/* What it speaks of, a bit for each thing; 0: of nothing in particular. */
uint64_t lexicon_topics(struct str word);

/* Those that nobody's log line makes true: that data leaked, that it was an attack, that it is
 * over. */
uint64_t lexicon_grave_topics(void);

/* Of all words and parts of names ("error_ratio_5xx") in a text. */
uint64_t lexicon_topics_of(struct str text);
