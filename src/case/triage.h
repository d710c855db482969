/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong, how bad it is, who is affected, and whether it is worth waking anyone. */
#pragma once

#include "case/symptom.h"

enum severity { SEVERITY_UNKNOWN, SEVERITY_LOW, SEVERITY_MODERATE, SEVERITY_HIGH };

const char *severity_name(enum severity severity); /* "unknown", "low", "moderate", "high" */

enum noise { NOISE_UNKNOWN, NOISE_NO, NOISE_LIKELY };

const char *noise_name(enum noise noise); /* "unknown", "no", "likely" */

/* A reason is one or more sentences that cite evidence as [E7]; the report checks them. */
struct triage {
    enum symptom symptom;
    enum severity severity;
    struct str severity_reason;
    enum noise noise; /* does the alert fire without anything being wrong? */
    struct str noise_reason;
    struct str *affected; /* services that show symptoms, worst first: the blast radius */
    uint32_t affected_count;
    uint32_t services_count; /* of how many that are known */
    uint32_t changes_count;  /* made in the hour before the alert */
};
