/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two sides of `warroom eval apart`: what this repository is judged by, and what its numbers
 * were learned from. Both are found below the working folder, its root.
 */
#pragma once

#include "base/err.h"
#include "eval/pile.h"

/*
 * Every line of every file of data below eval/ (questions, phrases, crashes, marks and what else
 * will be there: texts of JSON, cells of TSV), and the shipped incidents: alerts and lines of logs.
 */
MUST_CHECK bool apart_items(struct arena *arena, struct pile *items, struct err *err);

/* One source more, as `warroom train corpus` reads it: each of its documents, and each line. */
MUST_CHECK bool apart_source(struct pile *pile, const char *path, struct err *err);

/*
 * What stands behind models/: the texts that `warroom train expert` makes of alerts and of
 * exceptions, the lines of the grammar that the log expert practises on, as many and by the seeds
 * that the cards name, and the seeds of the filters. And each of `paths`, as `warroom train corpus`
 * reads a source; ends with NULL.
 */
MUST_CHECK bool apart_learned(struct arena *arena, char *const *paths, struct pile *learned,
                              struct err *err);
