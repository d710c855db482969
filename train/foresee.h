/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learns how much each forecaster counts, from series laid out as for `warroom eval series`, and
 * measures it on each group of series by what the other groups teach: forecasts as that verb makes
 * them, from 20 origins, 48 steps each.
 */
#pragma once

#include "base/err.h"
#include "expert/metric/foresight.h"

#include <stdint.h>

struct foresee_score {
    uint32_t series, better, worse; /* than stats/forecast.h, by a thousandth */
    double mape, mase;              /* means over series; per cent, and of the naive change */
    double mape_before, mase_before;
    double gain, gain_error; /* of the MASE, with its standard error over series */
    double coverage;         /* of the interval that is to hold FORECAST_SHARE */
};

MUST_CHECK bool foresee_learn(struct arena *arena, const char *folder,
                              struct foresight_weights *out, struct foresee_score *held_out,
                              struct err *err);
