/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A deploy that names a commit brings more than that: all that landed since what was deployed to
 * that service before, as far as it is about the service.
 */
#pragma once

#include "culprit/context.h"

/*
 * Notes these rollouts in the history, each with its time, so that a question about the past does
 * not see those of later. To be called once, when the history is read.
 */
void context_bring(const struct context *context, struct history *history);
