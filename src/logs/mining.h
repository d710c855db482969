/* SPDX-License-Identifier: Apache-2.0 */
/* The first reading of some log files: their templates, and when they were written. */
#pragma once

#include "logs/survey.h"
#include "text/miner.h"

struct mining {
    struct miner *miner; /* finished */
    uint64_t lines, events, timed;
    uint64_t with_header;
    uint64_t formats[HEADER_FORMATS_COUNT];
    uint64_t inner_formats[HEADER_FORMATS_COUNT];
    uint32_t missing;
    int64_t *lines_before; /* by file: in the files before it; one more for the end */
    struct stretch {
        bool any;
        int64_t start_ns, end_ns; /* of what was written together */
        int64_t min_ns, max_ns;   /* of all */
    } * stretches;                /* by file, and at the end of all files */
};

MUST_CHECK bool mining_run(struct arena *arena, struct input *const *inputs, uint32_t count,
                           const struct survey_options *options, struct mining *out,
                           struct err *err);
