/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reread.h"

#include "base/arena.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define ROW "SELECT 'cart' AS service, 4.87 AS p99, TIMESTAMP_NS '2026-11-22 02:10:05' AS onset"

static const struct {
    const char *why;
    enum bearing bearing;
    const char *claim, *query;
    const char *withdrawn; /* a part of the reason; NULL: it stays */
} claims[] = {
    {"a right claim", BEARING_SUPPORTS, "`cart` took 4.87 s since 02:10:05.", ROW, NULL},
    {"a right one against", BEARING_REFUTES, "`cart` took 4.87 s.", ROW, NULL},
    {"a wrong number", BEARING_SUPPORTS, "`cart` took 4.88 s.", ROW, "the number 4.88"},
    {"a wrong number against", BEARING_REFUTES, "`cart` took 0.2 s.", ROW, "the number 0.2"},
    {"a wrong name", BEARING_SUPPORTS, "`pay` took 4.87 s.", ROW, "the name pay"},
    {"a wrong time", BEARING_SUPPORTS, "`cart` failed at 02:10:06.", ROW, "the time 02:10:06"},
    {"no query", BEARING_SUPPORTS, "`cart` was slow.", "", "no query"},
    {"a query that is none", BEARING_SUPPORTS, "`cart` was slow.", "SELECT nothing", "nothing"},
    {"a query that writes", BEARING_SUPPORTS, "`cart` was slow.", "DROP TABLE t", "SELECT"},
    {"a query without rows", BEARING_SUPPORTS, "`cart` was slow.", ROW " WHERE false",
     "the name cart"},
    {"a gap needs no query", BEARING_GAP, "there are no logs", "", NULL},
};

static struct telemetry *sealed_store(struct arena *arena)
{
    struct telemetry *telemetry;
    struct err err = {0};
    if (!telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 128, .threads = 1},
                        &telemetry, &err) ||
        !telemetry_run(telemetry, "CREATE TABLE t (n INT)", &err) ||
        !telemetry_seal(telemetry, &err))
        fail_msg("%s", err.text);
    return telemetry;
}

static struct str why_withdrawn(const struct casefile *casefile, uint32_t id)
{
    for (const struct withdrawal *it = casefile->withdrawn; it; it = it->next)
        if (it->evidence->id == id)
            return it->why;
    return STR("");
}

static void only_what_is_borne_out_stays(void **state)
{
    (void)state;
    static const struct alert alert = {0};
    static int64_t now_ns;
    struct arena *arena = arena_new("test");
    const struct services services = {.telemetry = sealed_store(arena)};
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    for (size_t i = 0; i < COUNT_OF(claims); i++)
        casefile_add(casefile, &(struct evidence){.subject = str_printf(arena, "subject-%zu", i),
                                                  .bearing = claims[i].bearing,
                                                  .claim = str_of(claims[i].claim),
                                                  .query = str_of(claims[i].query)});
    for (int round = 0; round < 2; round++) { /* reading once more changes nothing */
        reread_claims(casefile, &services);
        for (uint32_t i = 0; i < COUNT_OF(claims); i++) {
            const struct str why = why_withdrawn(casefile, i + 1);
            if ((casefile_find(casefile, i + 1) != NULL) != !claims[i].withdrawn ||
                (claims[i].withdrawn && !str_contains(why, str_of(claims[i].withdrawn))))
                fail_msg("%s: %.*s", claims[i].why, STR_ARG(why));
        }
    }
    casefile_close(casefile);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_borne_out_stays),
    };
    return cmocka_run_group_tests_name("reread", tests, NULL, NULL);
}
