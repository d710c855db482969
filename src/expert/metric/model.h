/* SPDX-License-Identifier: Apache-2.0 */
/* models/expert-metric.json, which is part of the program. */
#pragma once

#include "expert/metric/curve.h"
#include "expert/metric/foresight.h"

struct metric_model {
    struct curve_net shape;
    struct foresight_weights forecast;
    struct str card; /* JSON */
};

const struct metric_model *metric_model_shipped(void);
