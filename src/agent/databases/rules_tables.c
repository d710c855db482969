/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables: whether rows that nobody needs fill them.
 *
 * Autovacuum comes when a table has more dead rows than a threshold and a share of it
 * (autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor); twice as many say that it does not
 * come, or not in time. A table that was cleaned keeps its space; how much it should take follows
 * from its rows and the mean width of its columns, which is wrong by some, but not by four times.
 */
#include "agent/databases/rules.h"

#include "base/arena.h"

#include <math.h>

#define STRENGTH_DEAD 0.9
#define STRENGTH_HOLLOW 0.8

#define BEHIND 2.0 /* times what makes autovacuum come */
#define DEAD_MIN 1000.0
#define DEAD_SHARE_MIN 0.2 /* as autovacuum_vacuum_scale_factor is shipped */
#define HOLLOW_MIN 4.0     /* times as large as it should be */
#define HOLLOW_BYTES_MIN (4.0 * 1024 * 1024)

static void find_dead(struct ailments *it, uint32_t row)
{
    const struct census *census = it->census;
    const double live = census_real(census, CENSUS_TABLES, row, "live");
    const double dead = census_real(census, CENSUS_TABLES, row, "dead");
    const double at = census_real(census, CENSUS_TABLES, row, "vacuum_at");
    const double share = dead / fmax(1, live + dead);
    if (!(dead >= BEHIND * at) || dead < DEAD_MIN || share < DEAD_SHARE_MIN)
        return;
    struct ailment *ailment = ailments_add(it, AILMENT_BLOATED, STRENGTH_DEAD * sqrt(share));
    if (!ailment)
        return;
    ailment->object = census_text(census, CENSUS_TABLES, row, "table");
    ailment->relation = ailment->object;
    ailment->autovacuum_off = census_is(census, CENSUS_TABLES, row, "autovacuum_off", "t");
    ailment->claim = str_printf(
        it->arena,
        "`%s` in `%s` had %.0f dead rows beside %.0f that live, where %.0f make autovacuum come%s.",
        ailment->object.ptr, census->service.ptr, dead, live, ceil(at),
        ailment->autovacuum_off ? "; it is turned off for it" : "");
    ailment->query = census_query(it->arena, census, CENSUS_TABLES,
                                  "{table} AS \"table\", {#dead} AS dead, {#live} AS live, "
                                  "ceil({#vacuum_at}) AS vacuum_at, {autovacuum_off} AS "
                                  "autovacuum_off",
                                  "table", ailment->object, "");
}

static void find_hollow(struct ailments *it, uint32_t row)
{
    const struct census *census = it->census;
    const double bytes = census_real(census, CENSUS_TABLES, row, "bytes");
    const double wanted = fmax(8192, census_real(census, CENSUS_TABLES, row, "expected_bytes"));
    const struct str name = census_text(census, CENSUS_TABLES, row, "table");
    if (census_text(census, CENSUS_TABLES, row, "expected_bytes").len == 0 ||
        !(bytes >= HOLLOW_BYTES_MIN) || bytes < HOLLOW_MIN * wanted ||
        ailments_have(it, AILMENT_BLOATED, name))
        return;
    struct ailment *ailment =
        ailments_add(it, AILMENT_HOLLOW, STRENGTH_HOLLOW * (1 - wanted / bytes));
    if (!ailment)
        return;
    ailment->object = name;
    ailment->relation = name;
    ailment->claim = str_printf(
        it->arena, "`%s` in `%s` took %.0f bytes, where its %.0f rows should take about %.0f.",
        name.ptr, census->service.ptr, bytes, census_real(census, CENSUS_TABLES, row, "live"),
        wanted);
    ailment->query =
        census_query(it->arena, census, CENSUS_TABLES,
                     "{table} AS \"table\", {#bytes} AS bytes, {#live} AS live, greatest(8192, "
                     "{#expected_bytes}) AS expected_bytes",
                     "table", name, "");
}

void rules_tables(struct ailments *it)
{
    for (uint32_t row = 0; row < census_rows(it->census, CENSUS_TABLES); row++) {
        find_dead(it, row);
        find_hollow(it, row);
    }
}
