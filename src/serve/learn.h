/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an investigation teaches the desk: who calls whom. The next alerts are put together by it,
 * before anything is asked. Failing to learn is logged, and fails nothing.
 */
#pragma once

#include "case/topology.h"
#include "store/ledger.h"

struct site;

/* Pure: the calls that a journal tells of. */
struct topology learn_from_journal(struct arena *arena, struct str journal);

/* At the start: what earlier investigations have seen. */
void learn_what_is_kept(const struct site *site, struct ledger *ledger);

/* After the investigation of that incident, which has left its journal. */
void learn_from_incident(const struct site *site, struct ledger *ledger, struct str incident,
                         int64_t now_ns);
