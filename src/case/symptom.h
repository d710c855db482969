/* SPDX-License-Identifier: Apache-2.0 */
/* What an alert complains about, as far as its own words tell. Runbooks are chosen by it. */
#pragma once

#include "case/alert.h"

#define SYMPTOMS(X)                                                                                \
    X(UNKNOWN, unknown, "its words do not say what is wrong")                                      \
    X(LATENCY, latency, "something answers late")                                                  \
    X(ERRORS, errors, "requests fail")                                                             \
    X(SATURATION, saturation, "a resource runs out")                                               \
    X(CRASH, crash, "something ends and is started again")                                         \
    X(SCHEDULING, scheduling, "something is not started at all")                                   \
    X(DATABASE, database, "a database suffers")                                                    \
    X(NETWORK, network, "packets or connections are lost on the way")                              \
    X(BACKLOG, backlog, "work comes in faster than it is done")                                    \
    X(MISSING, missing, "something is silent that should speak")                                   \
    X(TRAFFIC, traffic, "more or fewer requests come in than usual")

enum symptom {
#define X(id, name, text) SYMPTOM_##id,
    SYMPTOMS(X)
#undef X
        SYMPTOMS_COUNT
};

const char *symptom_name(enum symptom symptom); /* "latency" */
const char *symptom_text(enum symptom symptom); /* "something answers late" */

/* By the words of its name, then of its metric, summary and other labels. */
enum symptom symptom_of_alert(const struct alert *alert);
