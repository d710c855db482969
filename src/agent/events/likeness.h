/* SPDX-License-Identifier: Apache-2.0 */
/* How much one alert is like another, by their names: what their rules are called. */
#pragma once

#include "base/str.h"

struct arena;

#define LIKE_SAME 1.0
#define LIKE_WORDS 0.6   /* half of all words of both names, or more */
#define LIKE_SYMPTOM 0.4 /* the same complaint in other words */

/* 0: not at all. */
double likeness_of_alerts(struct arena *arena, struct str alert, struct str other);
