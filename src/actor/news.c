/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/news.h"

#include <math.h>

#define LEAD_NS (120 * NS_PER_S)

int64_t news_since_ns(const struct casefile *casefile)
{
    const int64_t onset_ns = casefile->incident.start_ns;
    const int64_t middle_ns = casefile->data.start_ns + (onset_ns - casefile->data.start_ns) / 2;
    return onset_ns - LEAD_NS > middle_ns ? onset_ns - LEAD_NS
           : middle_ns < onset_ns         ? middle_ns
                                          : onset_ns;
}

double news_share(const struct casefile *casefile, int64_t since_ns, double since, double before)
{
    const double before_ns = (double)(since_ns - casefile->data.start_ns);
    const double after_ns = (double)(casefile->data.end_ns - since_ns);
    if (since <= 0)
        return 0;
    const double expected = before_ns > 0 && after_ns > 0 ? before / before_ns * after_ns : 0;
    return fmax(0, 1 - expected / since) * since / (since + NEWS_HALF);
}
