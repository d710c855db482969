/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/site.h"

#include "base/clock.h"

#include <time.h>

int64_t site_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

struct str site_path(const struct site *site, struct arena *arena, struct str id, const char *name)
{
    return str_printf(arena, "%s/incidents/%.*s%s%s", site->data, STR_ARG(id), *name ? "/" : "",
                      name);
}
