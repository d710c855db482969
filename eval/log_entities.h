/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well entities are found in lines that people have marked.
 *
 * An entity is right where its first and last byte and its type are those of a mark. Each system is
 * asked of numbers that were learned without it and its kin. The measure is F1 over all entities of
 * all lines; the two intervals, 95 %, are of lines, and of systems, drawn with replacement 1000
 * times. Beside the expert stand the slots of text/mask.h, which the house had, and text/entity.h
 * over the expert's own tokens: the same cuts, without neighbours.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "expert/log/numbers.h"

/*
 * `marks` is a file like eval/entities.tsv (eval/log_marks.h). `numbers` are asked instead where
 * they are not NULL. `f1` is of the half whose mistakes nobody looks at. Writes a table, and a
 * member of a JSON object; `per_item` adds `entity_items`, [system, line, "open" or "kept", and of
 * the expert and of text/mask.h: right, said, marked].
 */
MUST_CHECK bool entities_measure(struct arena *arena, const char *marks, char **folders,
                                 const struct log_numbers *numbers, uint64_t seed, bool per_line,
                                 bool per_item, struct buf *text, struct buf *json, double *f1,
                                 struct err *err);
