/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well templates of log lines agree with those that people have written, pure.
 *
 * The four measures of Loghub-2.0 (Jiang et al., ISSTA 2024):
 *   GA   share of lines whose group is, line for line, the group of the truth (Zhu et al. 2019)
 *   PA   share of lines whose template is written as the truth's (Dai et al. 2020)
 *   FGA  F1 over groups: a group is right if it is exactly a group of the truth
 *   FTA  F1 over templates: the group is right, and the template is written as the truth's
 *        (Khan et al., ICSE 2022)
 *
 * People do not agree on how to write what is filled in: `10.0.0.1:80` is `<*>` or `<*>:<*>`. So
 * both sides are brought to one form by the rules that Khan et al. published for correcting such
 * templates, the same for both and without any knowledge of the other; see parsing.c. The shares of
 * texts that are equal to the byte (but for white space) are told beside them.
 */
#pragma once

#include "base/str.h"

struct arena;

/* Of one line. */
struct parsed {
    uint32_t group;      /* any number; the same for lines that are held to be alike */
    struct str template; /* with <*> where something is filled in */
    uint32_t truth_group;
    struct str truth_template;
};

struct parsing_score {
    struct str system;
    uint32_t lines;
    uint32_t groups, truth_groups;
    double ga, pa, fga, fta;
    double pa_exact, fta_exact; /* of texts as they stand */
};

struct parsing_score parsing_score_of(struct arena *arena, const struct parsed *lines,
                                      uint32_t count);

/* Each system weighs the same. */
struct parsing_score parsing_score_mean(const struct parsing_score *scores, uint32_t count);

/* A template by the published rules. */
struct str parsing_normalise(struct arena *arena, struct str template);
