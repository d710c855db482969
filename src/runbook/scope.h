/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a runbook can read without asking for it: `alert`, `case`, `sources` and `shows`, and the
 * values that they have at this moment of a case.
 */
#pragma once

#include "case/casefile.h"
#include "runbook/runbook.h"

extern const struct field alert_fields[];   /* name, service, severity, symptom, starts, ... */
extern const struct field case_fields[];    /* subject, onset, window, ... */
extern const struct field sources_fields[]; /* a bool for each signal */
extern const struct field shows_fields[];   /* a bool for each finding */
extern const struct field lead_fields[];    /* what `suppose NAME` gives: subject, because */

/* Of a root that is not ROOT_SLOT. */
struct record scope_root(struct arena *arena, const struct casefile *casefile, enum root_kind root);

struct record scope_lead(struct arena *arena, const struct lead *lead);

/* The signals that at least one row speaks of, as bits 1u << SIGNAL_x. */
unsigned scope_signals(const struct casefile *casefile);
