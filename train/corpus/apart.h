/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a model will be judged by must not be what it has learned from. Evaluation sets are read by
 * the same readers as sources are; a document goes if it shares a run of thirteen words with any of
 * them (T. Brown et al., "Language Models are Few-Shot Learners", 2020, appendix C), resembles one
 * (text/minhash.h), or is as short as what was evaluated and the same.
 *
 * A run is told by its words: letters and digits, whatever stands between them, in capitals or not.
 */
#pragma once

#include "train/corpus/gather.h"

#define APART_RUN 13
#define APART_RUNS_MAX                                                                             \
    ((uint64_t)1 << 25) /* distinct runs: a quarter of a gigabyte and as much again */

enum apart_why { APART_CLEAN, APART_OVERLAPS, APART_RESEMBLES };

struct apart *apart_new(struct arena *arena);

/* Everything in a folder, a bundle or a file; ERR_OVER_BUDGET: more than can be held, none is
 * ignored. */
MUST_CHECK bool apart_add(struct apart *apart, const char *path, struct err *err);

/*
 * The sets that the project is judged by: `eval/sets` below the working folder lists them, one path
 * a line. Those that are not there are passed over. To find no list is no error: *found says how
 * many were read.
 */
MUST_CHECK bool apart_add_known(struct apart *apart, uint32_t *found, struct err *err);

enum apart_why apart_judge(const struct apart *apart, struct str text);

/* Whether that alert (alert_key) is of an incident to be evaluated with. */
bool apart_has_case(const struct apart *apart, struct str alert_key);

struct apart_counts {
    uint32_t folders, documents, cases;
    uint64_t runs;
};
struct apart_counts apart_counts(const struct apart *apart);
