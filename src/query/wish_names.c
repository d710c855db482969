/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the case that a question has: services, instances, and values of columns. */
#include "query/words.h"

#include "base/arena.h"
#include "text/terms.h"

#define TALK                                                                                       \
    "mention|mentions|mentioned|mentioning|contain|contains|containing|say|says|saying|said"

/* Words that may stand between "without" and what it takes away. */
#define BETWEEN                                                                                    \
    "the|a|any|service|services|instance|instances|from|in|by|of|on|for|both|log|logs|line|lines|" \
    "ones|those|error|errors|kind|author|span|spans"

/* The word that takes away what stands at `at`; the count of words: none does. */
static uint32_t negator(const struct reading *reading, uint32_t at)
{
    for (uint32_t k = at, n = 0; k > 0 && n < 4; k--, n++) {
        if (words_is(reading, k - 1, "without|except|not|non"))
            return k - 1;
        if (!words_was(reading, k - 1, BETWEEN))
            break;
    }
    return reading->count;
}

struct names {
    struct str names[2][WISH_NAMES_MAX]; /* those that are asked, and those that are taken away */
    uint32_t counts[2];
};

static struct str known(const struct str *all, size_t count, struct str low)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].len == low.len && str_find_no_case(all[i], low) == 0)
            return all[i];
    return STR("");
}

static void keep(const struct names *found, struct str *names, uint32_t *count, bool *is_not)
{
    *is_not = found->counts[0] == 0 && found->counts[1] > 0;
    *count = found->counts[*is_not];
    memcpy(names, found->names[*is_not], *count * sizeof *names);
}

void wish_read_names(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    struct names services = {0}, instances = {0};
    uint32_t last = UINT32_MAX; /* that was a name, and whether it is taken away */
    bool is_not = false;
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct word *word = &reading->words[i];
        if (word->is_taken || word->is_quoted || (i > 0 && words_is(reading, i - 1, TALK)))
            continue;
        struct names *to = &instances;
        struct str name = known(schema->instances, schema->instances_count, word->low);
        if (name.len == 0) {
            to = &services;
            name = known(schema->services, schema->services_count, word->low);
        }
        if (name.len == 0)
            continue;
        const uint32_t without = negator(reading, i);
        const bool is_more =
            last + 1 == i || (last + 2 == i && words_was(reading, i - 1, "and|or|nor"));
        is_not = without < reading->count || (is_more && is_not);
        words_take(reading, without, 1);
        if (to->counts[is_not] < WISH_NAMES_MAX)
            to->names[is_not][to->counts[is_not]++] = name;
        words_take(reading, i, 1);
        last = i;
    }
    keep(&services, wish->services, &wish->services_count, &wish->is_service_not);
    keep(&instances, wish->instances, &wish->instances_count, &wish->is_instance_not);
}

bool wish_is_value(struct arena *arena, struct str word, struct str value)
{
    struct str a = str_copy(arena, word), b = str_lower(arena, value);
    a.len = term_stem((char *)(uintptr_t)a.ptr, a.len);
    b.len = term_stem((char *)(uintptr_t)b.ptr, b.len);
    /* what starts again has started */
    if (str_starts(a, STR("restart")) && !str_starts(b, STR("re")))
        a = str_slice(a, 2, a.len);
    return a.len > 0 && str_eq(a, b);
}

static bool has_part(struct arena *arena, struct str name, struct str word)
{
    for (size_t at = 0, end; at < name.len; at = end + 1) {
        for (end = at; end < name.len && !strchr(" /._-:{}()", name.ptr[end]); end++)
            ;
        if (end > at && wish_is_value(arena, word, str_slice(name, at, end)))
            return true;
    }
    return false;
}

void wish_read_values(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    const struct str table = str_of(wish_table_name(wish->table));
    for (uint32_t i = 0; i < reading->count; i++)
        for (size_t v = 0; v < schema->values_count && wish->values_count < WISH_NAMES_MAX; v++) {
            const struct schema_value *value = &schema->values[v];
            if (str_eq(value->table, table) && !reading->words[i].is_quoted &&
                wish_is_value(reading->arena, reading->words[i].low, value->text)) {
                wish->values[wish->values_count++] = value;
                const uint32_t without = negator(reading, i);
                wish->is_value_not |= without < reading->count;
                words_take(reading, without, 1);
                words_take(reading, i, 1);
                wish_note_part(reading, PART_VALUES, 0);
                if (i > 0 && str_eq(reading->words[i - 1].low, value->column))
                    words_take(reading, i - 1, 1); /* "with severity warning" */
                break;
            }
        }
}

/* "failing checkouts": of the one operation that has such a part in its name. */
void wish_read_operations(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct schema_value *found = NULL;
        uint32_t count = 0;
        if (wish->table != WISH_TRACES || wish->values_count == WISH_NAMES_MAX ||
            reading->words[i].is_taken || reading->words[i].is_quoted ||
            words_is(reading, i, WISH_GLUE))
            continue;
        for (size_t v = 0; v < schema->values_count; v++)
            if (str_eq(schema->values[v].column, STR("operation")) &&
                has_part(reading->arena, schema->values[v].text, reading->words[i].low)) {
                found = &schema->values[v];
                count++;
            }
        if (count != 1)
            continue;
        wish->values[wish->values_count++] = found;
        wish_note_part(reading, PART_VALUES, 0);
        words_take(reading, i, 1);
    }
}

/* How many words from there on are the name of an operation, such as POST /cart; 0: none are. */
static uint32_t operation_at(const struct reading *reading, uint32_t at, struct str name)
{
    uint32_t count = 0;
    struct str one;
    for (struct str rest = name; str_split(&rest, ' ', &one); count++) {
        const uint32_t w = at + count;
        if (w >= reading->count || reading->words[w].is_taken || reading->words[w].is_quoted ||
            reading->words[w].text.len != one.len ||
            str_find_no_case(reading->words[w].text, one) != 0)
            return 0;
    }
    return count > 1 || str_contains(name, STR("/")) ? count : 0;
}

bool wish_read_operation_names(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    bool is_found = false;
    for (uint32_t i = 0; i < reading->count && wish->values_count < WISH_NAMES_MAX; i++) {
        const struct schema_value *best = NULL;
        uint32_t most = 0;
        for (size_t v = 0; v < schema->values_count; v++) {
            const struct schema_value *value = &schema->values[v];
            const uint32_t count =
                str_eq(value->column, STR("operation")) ? operation_at(reading, i, value->text) : 0;
            if (count > most) {
                most = count;
                best = value;
            }
        }
        if (!best)
            continue;
        is_found = true;
        wish->values[wish->values_count++] = best;
        wish_note_part(reading, PART_VALUES, 0);
        words_take(reading, i, most);
    }
    return is_found;
}

/* "commits by Ada Lovelace", "what did Ada change": by a name, or the part of one author's alone.
 */
void wish_read_authors(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->table == WISH_CHANGES; i++) {
        const struct schema_value *found = NULL;
        uint32_t count = 0;
        if (reading->words[i].is_taken || reading->words[i].is_quoted ||
            words_is(reading, i, WISH_GLUE) || wish->values_count == WISH_NAMES_MAX)
            continue;
        for (size_t v = 0; v < schema->values_count; v++)
            if (str_eq(schema->values[v].column, STR("author")) &&
                has_part(reading->arena, schema->values[v].text, reading->words[i].low)) {
                found = &schema->values[v];
                count++;
            }
        if (count != 1)
            continue;
        const uint32_t without = negator(reading, i);
        wish->is_value_not |= without < reading->count;
        words_take(reading, without, 1);
        wish->values[wish->values_count++] = found;
        while (i < reading->count && !reading->words[i].is_quoted &&
               has_part(reading->arena, found->text, reading->words[i].low))
            words_take(reading, i++, 1);
    }
}
