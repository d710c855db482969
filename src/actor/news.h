/* SPDX-License-Identifier: Apache-2.0 */
/* How much more often something is logged since it began than before. */
#pragma once

#include "case/casefile.h"

#define NEWS_HALF 3 /* so many times are worth half: twice may be chance */

/*
 * From when on it counts as since: a little before the onset, for who is at fault notices before
 * those who call it do; but not so early that there is no before.
 */
int64_t news_since_ns(const struct casefile *casefile);

/* 0: not more often; towards 1: only since `since_ns`, and many times. */
double news_share(const struct casefile *casefile, int64_t since_ns, double since, double before);
