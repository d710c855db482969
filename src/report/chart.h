/* SPDX-License-Identifier: Apache-2.0 */
/* One series over time, with what was usual before the onset. */
#pragma once

#include "base/buf.h"
#include "case/exhibit.h"

struct chart_marks {
    int64_t onset_ns; /* 0: not known */
    int64_t alert_ns; /* 0: not known */
};

void chart_draw(struct buf *out, const struct exhibit_series *series,
                const struct chart_marks *marks);
