/* SPDX-License-Identifier: Apache-2.0 */
/* What a database told of itself, as a bundle has it: tables, and the conditions in its plans. */
#include "fuzz.h"

#include "agent/databases/condition.h"
#include "agent/databases/rules.h"
#include "base/arena.h"

/* Parts are divided by lines of "%": in the order of the tables. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct str rest = {(const char *)data, size};
    struct census census = {.service = STR("db")};
    struct ailments *found = arena_push(arena, struct ailments);
    for (int part = 0; part < CENSUS_TABLES_COUNT; part++) {
        const size_t at = str_find(rest, STR("\n%\n"));
        census.tables[part] =
            census_parse(arena, str_slice(rest, 0, at == STR_NPOS ? rest.len : at));
        rest = str_slice(rest, at == STR_NPOS ? rest.len : at + 3, rest.len);
    }
    rules_find(arena, &census, found);
    for (uint32_t i = 0; i < found->count; i++) {
        fuzz_expect(found->items[i].strength >= 0 && found->items[i].strength <= 1,
                    "a strength is a share");
        fuzz_expect(found->items[i].query.len > 0 && found->items[i].claim.len > 0,
                    "an ailment shows what it says");
    }
    const struct condition_columns columns =
        condition_columns(arena, (struct str){(const char *)data, size}, STR("o"));
    fuzz_expect(columns.count <= CONDITION_COLUMNS_MAX, "columns have room");
    arena_free(arena);
    return 0;
}
