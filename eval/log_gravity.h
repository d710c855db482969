/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well the gravity of templates is told on systems that were left out.
 *
 * The measure, fixed before anything was measured: macro F1 of the three gravities over the
 * templates of all left-out systems together. Beside it F1 of two classes, trouble (warning or
 * worse) and routine, and, for anomalies, the area under the ROC curve of each system that has both
 * kinds. And the first again on every fifth template, by numbers learned from the other four, of
 * the same systems too. Intervals: 95 %, by drawing templates with replacement 1000 times.
 *
 * Beside the expert stand the lexicon (what a line says about itself: names of errors and levels,
 * complaints of agent/logs) and "always routine".
 */
#pragma once

#include "base/buf.h"
#include "eval/log_lessons.h"

/*
 * Writes a table, and members of a JSON object; returns the macro F1. Answers on left-out systems
 * go to `answers` (eval/answers.h; NULL: nowhere).
 */
double gravity_measure(const struct lessons *lessons, uint64_t seed, struct buf *text,
                       struct buf *json, struct buf *answers);
