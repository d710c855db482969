/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/learn.h"

#include "base/arena.h"
#include "data/file.h"
#include "data/json.h"
#include "incident/calls.h"
#include "incident/desk.h"
#include "serve/log.h"
#include "serve/site.h"

#include <jansson.h>

#define JOURNAL_BYTES_MAX ((size_t)64 << 20)

static void add_edges(struct arena *arena, const json_t *edges, struct topology *out)
{
    size_t i;
    const json_t *edge;
    json_array_foreach(edges, i, edge)
    {
        struct str caller, callee;
        if (out->edges_count == CALLS_MAX)
            return;
        if (json_get_text_exact(arena, json_array_get(edge, 0), &caller) &&
            json_get_text_exact(arena, json_array_get(edge, 1), &callee))
            topology_add(out, caller, callee);
    }
}

struct topology learn_from_journal(struct arena *arena, struct str journal)
{
    struct topology out = topology_new(arena);
    struct str line;
    while (str_split(&journal, '\n', &line)) {
        if (!str_contains(line, STR("\"edges\":"))) /* most lines, and they are long */
            continue;
        json_t *json = json_loadb(line.ptr, line.len, 0, NULL);
        add_edges(arena, json_object_get(json_object_get(json, "effects"), "edges"), &out);
        json_decref(json);
    }
    return out;
}

void learn_what_is_kept(const struct site *site, struct ledger *ledger)
{
    struct arena *arena = arena_new("who calls whom");
    struct topology topology;
    struct err err = {0};
    if (calls_read(ledger, arena, &topology, &err))
        desk_set_topology(site->desk, &topology);
    else
        log_line(LOG_WARNING, "desk", "who calls whom: %s", err.text);
    arena_free(arena);
}

void learn_from_incident(const struct site *site, struct ledger *ledger, struct str incident,
                         int64_t now_ns)
{
    struct arena *arena = arena_new("who calls whom");
    const struct str path = site_path(site, arena, incident, "journal.jsonl");
    struct str journal;
    struct err err = {0};
    bool ok = file_read(arena, path.ptr, JOURNAL_BYTES_MAX, &journal, &err);
    if (ok) {
        const struct topology seen = learn_from_journal(arena, journal);
        ok = calls_keep(ledger, &seen, now_ns, &err);
    }
    if (!ok)
        log_line(LOG_WARNING, "desk", "who calls whom: %s", err.text);
    arena_free(arena);
    if (ok)
        learn_what_is_kept(site, ledger);
}
