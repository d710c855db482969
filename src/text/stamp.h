/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time at the beginning of a log line, in whatever way programs write it.
 *
 * Known are RFC 3339 and its relatives ("2026-11-22 01:02:03,456", "2026/11/22", "26/11/22",
 * "20261122-01:02:03:456", "2026-11-22-01.02.03.456"), syslog ("Nov 22 01:02:03"), ctime ("Sun Nov
 * 22 01:02:03 2026"), access logs ("22/Nov/2026:01:02:03 +0100"), Redis ("22 Nov 2026 01:02:03"),
 * Android ("11-22 01:02:03.456"), klog ("1122 01:02:03.456"), seconds to nanoseconds since 1970,
 * and a time of day alone.
 */
#pragma once

#include "base/str.h"

/* What a line leaves out, and what was taken for it. */
#define STAMP_NO_ZONE 1u /* UTC */
#define STAMP_NO_YEAR 2u /* the newest year in which it is no later than `newest_ns` and a day */
#define STAMP_NO_DATE 4u /* the day of `newest_ns`, or the one before */

struct stamp {
    int64_t time_ns;
    uint32_t missing; /* STAMP_* */
};

/*
 * The bytes that the time takes up, 0 where the text does not begin with one. A time without a year
 * or a date lies no later than a day after `newest_ns`, so one line can be read without the others.
 */
size_t stamp_read(struct str text, int64_t newest_ns, struct stamp *out);

/* "1122 01:02:03.456789", of klog: too few marks to be looked for in any line. */
size_t stamp_read_klog(struct str text, int64_t newest_ns, struct stamp *out);
