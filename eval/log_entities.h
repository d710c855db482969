/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well entities are found in lines that people have marked.
 *
 * An entity is right where its first and last byte and its type are those of a mark. The measure is
 * F1 over all entities of all lines; the interval, 95 %, is of lines drawn with replacement 1000
 * times. Beside the expert stand the slots of text/mask.h, which the house had, and text/entity.h
 * over the expert's own tokens: the same cuts, without neighbours.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "expert/log/numbers.h"

/*
 * `marks` is a file like eval/entities.tsv; its lines are looked for in *_structured.csv below one
 * of the folders. Writes a table, and a member of a JSON object.
 */
MUST_CHECK bool entities_measure(struct arena *arena, const char *marks, char **folders,
                                 const struct log_numbers *numbers, uint64_t seed, bool per_line,
                                 struct buf *text, struct buf *json, double *f1, struct err *err);
