/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reread.h"

#include "base/arena.h"
#include "base/map.h"
#include "guard/claim.h"
#include "store/telemetry.h"

static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};

/* What a query gave. Several claims may be made from the same rows; they are fetched once. */
struct reading {
    struct str query;
    struct arena *arena; /* its own: two are read at a time */
    bool ok;
    struct batch *rows;
    struct err err;
};

struct readings {
    struct map numbers; /* of queries: beside items */
    struct reading *items;
};

static bool is_read(const struct evidence *evidence)
{
    return evidence->bearing != BEARING_GAP && evidence->query.len > 0;
}

static void read_rows(struct telemetry *own, size_t number, void *state)
{
    struct reading *reading = &((struct readings *)state)->items[number];
    bool cut;
    reading->ok = telemetry_query(own, reading->arena, reading->query, &limits, &reading->rows,
                                  &cut, &reading->err);
}

/* Each query once, and two at a time: the store is sealed, so what it gives depends on no other. */
static struct readings read_all(const struct casefile *casefile, const struct services *services,
                                struct arena *scratch)
{
    struct readings readings = {.numbers = map_new(scratch)};
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_read(it))
            map_add(&readings.numbers, it->query);
    const uint32_t count = readings.numbers.count;
    readings.items = arena_push_many(scratch, struct reading, count);
    for (uint32_t i = 0; i < count; i++)
        readings.items[i] =
            (struct reading){.query = readings.numbers.keys[i], .arena = arena_new("reading")};
    telemetry_share_out(services->telemetry, count, read_rows, &readings);
    return readings;
}

static bool is_borne_out(const struct evidence *evidence, const struct readings *readings,
                         struct err *err)
{
    if (!is_read(evidence))
        return err_set(err, ERR_DENIED, "there is no query that shows it");
    const struct reading *reading = &readings->items[map_find(&readings->numbers, evidence->query)];
    *err = reading->err;
    return reading->ok && claim_check(evidence->claim, reading->rows, err);
}

void reread_claims(struct casefile *casefile, const struct services *services)
{
    struct arena *scratch = arena_new("reread");
    const struct readings readings = read_all(casefile, services, scratch);
    for (const struct evidence *evidence = casefile->evidence, *next; evidence; evidence = next) {
        next = evidence->next;
        struct err err = {0};
        if (evidence->bearing == BEARING_GAP)
            continue;
        if (!is_borne_out(evidence, &readings, &err))
            casefile_withdraw(casefile, evidence, str_of(err.text));
    }
    for (uint32_t i = 0; i < readings.numbers.count; i++)
        arena_free(readings.items[i].arena);
    arena_free(scratch);
}
