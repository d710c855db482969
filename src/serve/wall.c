/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/wall.h"

#include "base/clock.h"

#include <time.h>

int64_t wall_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}
