/* SPDX-License-Identifier: Apache-2.0 */
/* Who reads what stands under `sources`, `notify` and `experts`. */
#include "config/config.h"

#include "base/arena.h"
#include "connect/connector.h"
#include "connect/source.h"
#include "expert/experts.h"
#include "notify/notify.h"

static bool read_source(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                        void **out, struct err *err)
{
    struct source *source = arena_push(arena, struct source);
    *out = source;
    return source_read(arena, entries, prefix, source, err);
}

static void put_fields(struct buf *out, const struct field *fields)
{
    for (const struct field *field = fields; field && field->name; field++)
        buf_printf(out, "    %-20s %s\n", field->name, field->summary);
}

static void explain_sources(struct buf *out)
{
    for (const struct connector *const *it = connectors; *it; it++) {
        buf_printf(out, "%s: %s\n", (*it)->name, (*it)->summary);
        put_fields(out, (*it)->settings);
    }
    buf_add(out, STR("all of them\n"));
    put_fields(out, source_settings);
}

static bool read_experts(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                         void **out, struct err *err)
{
    (void)prefix;
    struct experts *experts = arena_push(arena, struct experts);
    *out = experts;
    return experts_read_sections(arena, entries, experts, err);
}

const struct config_readers config_readers_known = {
    .sources = {.read = read_source, .explain = explain_sources},
    .notify = {.read = notifier_read, .explain = notifier_explain},
    .experts = {.read = read_experts, .explain = experts_explain},
};
