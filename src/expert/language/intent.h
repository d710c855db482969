/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an alert complains about, by its own words: the symptoms of case/symptom.h, and three more
 * that no runbook tells apart.
 *
 * case/symptom.h looks for words that it has; this one weighs subwords that it has learned, so that
 * words it has never met, and those of other systems of alerting, still say something.
 */
#pragma once

#include "base/str.h"
#include "case/symptom.h"
#include "expert/hashed.h"

#define INTENTS_MORE(X)                                                                            \
    X(CERTIFICATE, certificate, "a certificate or a secret runs out, or is refused")               \
    X(JOB, job, "a task that runs by the clock failed, or did not run")                            \
    X(TEST, test, "the alert is a test, or always fires")

/* The first are those of enum symptom, number for number. */
enum intent {
#define X(id, name, text) INTENT_##id,
    SYMPTOMS(X) INTENTS_MORE(X)
#undef X
        INTENTS_COUNT
};

const char *intent_name(enum intent intent); /* "latency" */
const char *intent_text(enum intent intent);

struct intent_guess {
    enum intent intent;
    double odds; /* 0 to 1, as often right as they say on systems of alerting that were left out */
};

/* What the head weighs: the subwords, and what the words of case/symptom.h say. */
void intent_hash(struct str text, struct hashed *out, uint32_t buckets);

/* Of a name, a summary or both: any bytes; the first 4 kB are read. */
struct intent_guess intent_of(struct str text);

/* The symptom that it is: unknown where no runbook tells it apart. */
enum symptom intent_symptom(enum intent intent);
