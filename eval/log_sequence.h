/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether surprise at what comes next leads to the service at fault.
 *
 * Of each case with a fault-free reference: each service's log is learned from the reference, and
 * judged from when the fault began; services are ranked by how many bits a line surprises more, in
 * the mean, than lines of the reference did. Right is the one that the truth names. Beside it stand
 * the share of lines whose template the reference has not, and how much the counts of templates
 * have shifted (the divergence of Jensen and Shannon).
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "expert/log/numbers.h"

/* Writes a table, and a member of a JSON object; sets without a reference add nothing. */
MUST_CHECK bool sequence_measure(struct arena *arena, char **folders,
                                 const struct log_numbers *numbers, struct buf *text,
                                 struct buf *json, struct err *err);
