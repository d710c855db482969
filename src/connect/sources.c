/* SPDX-License-Identifier: Apache-2.0 */
/* Several sources, and those that a command line names. */
#include "connect/source.h"

#include "base/arena.h"
#include "connect/connector.h"

static bool is_there(const struct source *sources, uint32_t count, struct str name)
{
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(sources[i].name, name))
            return true;
    return false;
}

bool sources_add(struct sources *sources, const struct source *source, struct err *err)
{
    if (is_there(sources->items, sources->count, source->name))
        return err_set(err, ERR_USAGE, "two sources have the name %.*s", STR_ARG(source->name));
    if (sources->count == SOURCES_MAX)
        return err_set(err, ERR_USAGE, "more than %d sources", SOURCES_MAX);
    sources->items[sources->count++] = *source;
    return true;
}

static const char *guess_kind(struct str name, struct str place)
{
    const struct connector *named = connector_find(name);
    if (named)
        return named->name;
    for (const struct connector *const *it = connectors; *it; it++)
        if ((*it)->port && str_contains(place, str_of((*it)->port)))
            return (*it)->name;
    return str_starts(place, STR("/")) || str_starts(place, STR(".")) ? "git" : "prometheus";
}

bool source_of_word(struct arena *arena, struct str word, struct source *out, struct err *err)
{
    const size_t equals = str_find(word, STR("="));
    const size_t colon = str_find(word, STR(":"));
    const bool named = equals != STR_NPOS && (colon == STR_NPOS || equals < colon);
    const struct str place = named ? str_slice(word, equals + 1, word.len) : word;
    const bool is_url = str_contains(place, STR("://"));
    const char *kind = guess_kind(named ? str_slice(word, 0, equals) : STR(""), place);
    const struct str name = named ? str_slice(word, 0, equals) : str_of(kind);
    struct yaml_entry items[] = {
        {.path = str_printf(arena, "%.*s.kind", STR_ARG(name)), .value = str_of(kind)},
        {.path = str_printf(arena, "%.*s.%s", STR_ARG(name), is_url ? "url" : "path"),
         .value = place},
    };
    const struct yaml_entries entries = {.items = items, .count = 2};
    return source_read(arena, &entries, name, out, err) || err_context(err, "%.*s", STR_ARG(word));
}
