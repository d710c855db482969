/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases put to the program: found, run one process each, judged by their truths.
 *
 * Truths are read here and never leave this process. `warroom eval rca` and `warroom gym score` ask
 * the same question and differ in how they tell the answers.
 */
#pragma once

#include "eval/cases.h"
#include "eval/score.h"

#define TRIAL_TIMEOUT_S_DEFAULT 120
#define TRIAL_TIMEOUT_S_MAX 86400
#define TRIAL_EXPERTS_MAX 16

struct trial {
    struct arena *arena;
    uint32_t jobs;       /* at once */
    int64_t timeout_ns;  /* of one case */
    const char *weights; /* to weigh by; NULL: as it was shipped */
    const char *expert;  /* a file of models to ask; NULL: none */
    bool plan_by_expert;
    const char *experts_out[TRIAL_EXPERTS_MAX + 1]; /* small experts that are not asked */
    const char *held_out; /* a folder with SET.json, to weigh each set by; NULL: none */

    struct eval_cases cases;
    struct outcome *outcomes; /* one a case, in the same order */

    struct str program;
    uint32_t done_count;
    bool progress;
    const char *argv[13 + 2 * TRIAL_EXPERTS_MAX];
};

/* `-j`: a number, and at most one a core. */
MUST_CHECK bool trial_parse_jobs(struct trial *trial, struct str text, struct err *err);
/* `--timeout`: whole seconds. */
MUST_CHECK bool trial_parse_timeout(struct trial *trial, struct str text, struct err *err);

/* `--without-expert`: asks that one no more. */
MUST_CHECK bool trial_leave_out(struct trial *trial, const char *expert, struct err *err);

/* The cases at and below the paths, which end with NULL; none is an error. */
MUST_CHECK bool trial_find(struct trial *trial, char **paths, struct err *err);

/* All before the first run: a truth that cannot be read should be known now, not in an hour. */
MUST_CHECK bool trial_read_truths(struct trial *trial, struct err *err);

/*
 * Runs `program` (NULL: see eval/program.h) on each. Fails where nothing can be run; a case that
 * fails is an outcome.
 */
MUST_CHECK bool trial_run(struct trial *trial, const char *program, struct err *err);
