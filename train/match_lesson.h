/* SPDX-License-Identifier: Apache-2.0 */
/* Repositories as choices to learn the matcher from: judged queries, and what train/mine.h finds.
 */
#pragma once

#include "base/err.h"
#include "eval/queries.h"
#include "expert/code/match.h"
#include "train/logit.h"

struct match_lesson {
    struct arena *arena;
    struct choice *choices; /* whose first signs are those of the matcher */
    uint32_t count;
    struct str names[REPOSITORIES_MAX];
    uint32_t repositories;
};

struct match_lesson match_lesson_new(struct arena *arena);

MUST_CHECK bool match_lesson_read(struct match_lesson *lesson, const char *folder, struct err *err);

/* Learns from all repositories but the one of that number; GROUP_NONE: from all. */
struct match_numbers match_lesson_learn(const struct match_lesson *lesson, uint32_t left_out);
