/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/offer.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "data/json.h"
#include "engine/single.h"
#include "mcp/place.h"

#include <string.h>

static const struct field incident_field = {"incident", TYPE_TEXT, 0,
                                            "its name, as list_incidents gives it", NULL};

/* Those that single_default() fills in. */
static bool has_default(const struct field *field)
{
    return field->type == TYPE_TIME &&
           (strcmp(field->name, "alert") == 0 || strcmp(field->name, "onset") == 0);
}

/* The fields of a tool, with the incident before them. */
static const struct field *with_incident(struct arena *arena, const struct field *fields)
{
    size_t count = 0;
    while (fields[count].name)
        count++;
    struct field *all = arena_push_many(arena, struct field, count + 2);
    all[0] = incident_field;
    memcpy(all + 1, fields, (count + 1) * sizeof *fields);
    for (struct field *field = all + 1; field->name; field++)
        field->flags |= has_default(field) ? FIELD_OPTIONAL : 0;
    return all;
}

const struct offer *offer_all(struct arena *arena)
{
    size_t count = 0, at = 0;
    for (const struct offer *own = own_offers; own->name; own++)
        count++;
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++)
            count++;
    struct offer *all = arena_push_many(arena, struct offer, count + 1);
    for (const struct offer *own = own_offers; own->name; own++)
        all[at++] = *own;
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++)
            all[at++] = (struct offer){
                .name = str_printf(arena, "%s.%s", (*agent)->name, (*tool)->sig.name).ptr,
                .summary = (*tool)->sig.summary,
                .input = with_incident(arena, (*tool)->sig.input)};
    all[at] = (struct offer){0};
    return all;
}

static bool run_tool(const struct offer *offer, struct asking *asking, struct err *err)
{
    struct single single;
    struct record out;
    bool ok =
        single_open(asking->arena, asking->bundle, offer->name, asking->mcp->clock, &single, err);
    if (ok) {
        const struct record in = record_new(asking->arena, single.sig->input);
        for (const struct field *field = in.fields; field->name; field++)
            *record_at(&in, field->name) = *record_at(asking->in, field->name);
        single_default(&single, &in);
        ok = single_ask(&single, &in, &out, err);
    }
    if (ok)
        buf_add(asking->json, record_to_json(asking->arena, &out, OFFER_ROWS_MAX));
    single_close(&single);
    return ok;
}

bool offer_run(const struct offer *offer, struct asking *asking, struct err *err)
{
    const bool wants_incident = field_find(offer->input, STR("incident")) != NULL;
    if (wants_incident &&
        !place_find(asking->mcp, asking->arena, record_at(asking->in, "incident")->text,
                    &asking->bundle, err))
        return false;
    return offer->run ? offer->run(asking, err) : run_tool(offer, asking, err);
}
