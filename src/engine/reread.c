/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reread.h"

#include "base/arena.h"
#include "guard/claim.h"
#include "store/telemetry.h"

static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};

static bool is_borne_out(const struct evidence *evidence, const struct services *services,
                         struct arena *scratch, struct err *err)
{
    struct batch *rows;
    bool cut;
    if (evidence->query.len == 0)
        return err_set(err, ERR_DENIED, "there is no query that shows it");
    return telemetry_query(services->telemetry, scratch, evidence->query, &limits, &rows, &cut,
                           err) &&
           claim_check(evidence->claim, rows, err);
}

void reread_claims(struct casefile *casefile, const struct services *services)
{
    struct arena *scratch = arena_new("reread");
    for (const struct evidence *evidence = casefile->evidence, *next; evidence; evidence = next) {
        next = evidence->next;
        struct err err = {0};
        if (evidence->bearing == BEARING_GAP)
            continue;
        if (!is_borne_out(evidence, services, scratch, &err))
            casefile_withdraw(casefile, evidence, str_of(err.text));
        arena_reset(scratch);
    }
    arena_free(scratch);
}
