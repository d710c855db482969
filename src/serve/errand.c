/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/errand.h"

#include "base/clock.h"
#include "serve/assignment.h"
#include "serve/child.h"

#include <unistd.h>

bool errand_run(const struct site *site, struct arena *arena, const struct errand *errand,
                struct buf *out, struct err *err)
{
    struct child_keeps kept = {.bytes = buf_new(arena), .bytes_max = errand->bytes_max};
    const struct child_order order = {.argv = errand->argv,
                                      .environment = assignment_environment(site, arena),
                                      .input = errand->input,
                                      .deadline_ns =
                                          clock_now_ns(clock_system()) + errand->takes_ns_max,
                                      .stop_fd = -1,
                                      .heard = child_keep,
                                      .heard_fd = STDOUT_FILENO,
                                      .state = &kept};
    struct child_result result;
    if (!child_run(&order, &result, err))
        return false;
    if (result.end == CHILD_LATE)
        return err_set(err, ERR_TIMEOUT, "%s", errand->late);
    if (result.end != CHILD_ENDED || result.code > 1)
        return err_set(err, errand->failure, "%s", result.said);
    *out = kept.bytes;
    return true;
}
