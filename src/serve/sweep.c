/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/sweep.h"

#include "base/arena.h"
#include "incident/expiry.h"
#include "serve/files.h"
#include "serve/log.h"
#include "serve/site.h"

#include <assert.h>

/* What does not go is passed over, and tried again the next time. */
static bool remove_files(const struct site *site, struct ledger *ledger, struct arena *arena,
                         struct err *err)
{
    struct str id = STR("");
    for (uint32_t i = 0; i < EXPIRY_INCIDENTS_MAX; i++) {
        struct err fault;
        if (!expiry_next(ledger, arena, id, &id, err))
            return false;
        if (id.len == 0)
            return true;
        if (!files_remove_tree(site_path(site, arena, id, "").ptr, &fault))
            log_line(LOG_WARNING, "retention", "%s", fault.text);
        else if (!expiry_done(ledger, id, err))
            return false;
    }
    return true;
}

void sweep(const struct site *site, struct ledger *ledger, int64_t now_ns)
{
    struct arena *arena = arena_new("sweep");
    struct err err = {0};
    uint32_t count = 0;
    assert(site->config->serve.retention_ns > 0); /* else all would go */
    if (!expiry_drop(ledger, now_ns - site->config->serve.retention_ns, &count, &err) ||
        !remove_files(site, ledger, arena, &err))
        log_line(LOG_ERROR, "retention", "%s", err.text);
    if (count > 0)
        log_line(LOG_INFO, "retention", "%u incidents are older than is kept, and went", count);
    arena_free(arena);
}
