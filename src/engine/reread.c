/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reread.h"

#include "base/arena.h"
#include "guard/claim.h"
#include "store/telemetry.h"

static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};

/* What a query gave. Several claims may be made from the same rows; they are fetched once. */
struct reading {
    struct str query;
    bool ok;
    struct batch *rows;
    struct err err;
    struct reading *next;
};

static const struct reading *read_rows(struct reading **readings, struct str query,
                                       const struct services *services, struct arena *scratch)
{
    for (const struct reading *it = *readings; it; it = it->next)
        if (str_eq(it->query, query))
            return it;
    struct reading *reading = arena_push(scratch, struct reading);
    bool cut;
    *reading = (struct reading){.query = query, .next = *readings};
    reading->ok = telemetry_query(services->telemetry, scratch, query, &limits, &reading->rows,
                                  &cut, &reading->err);
    return *readings = reading;
}

static bool is_borne_out(const struct evidence *evidence, struct reading **readings,
                         const struct services *services, struct arena *scratch, struct err *err)
{
    if (evidence->query.len == 0)
        return err_set(err, ERR_DENIED, "there is no query that shows it");
    const struct reading *reading = read_rows(readings, evidence->query, services, scratch);
    *err = reading->err;
    return reading->ok && claim_check(evidence->claim, reading->rows, err);
}

void reread_claims(struct casefile *casefile, const struct services *services)
{
    struct arena *scratch = arena_new("reread");
    struct reading *readings = NULL;
    for (const struct evidence *evidence = casefile->evidence, *next; evidence; evidence = next) {
        next = evidence->next;
        struct err err = {0};
        if (evidence->bearing == BEARING_GAP)
            continue;
        if (!is_borne_out(evidence, &readings, services, scratch, &err))
            casefile_withdraw(casefile, evidence, str_of(err.text));
    }
    arena_free(scratch);
}
