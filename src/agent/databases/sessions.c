/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose sessions were open at a time. Only of databases that log when a session ends, too: without
 * that every session would seem open for good.
 */
#include "agent/databases/journal.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

#include <stdlib.h>

#define ROWS_MAX 200
#define OWNERS_MAX 1000 /* later ones are left out */

static const struct field input[] = {
    {"at", TYPE_TIME, 0, "when they are counted", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "the database", NULL},
    {"application", TYPE_TEXT, 0, "of the sessions, or their user; may be empty", NULL},
    {"owner", TYPE_TEXT, 0, "the service that means; may be empty", NULL},
    {"open", TYPE_INT, 0, "how many of its sessions were open", NULL},
    {"of", TYPE_INT, 0, "how many of all were", NULL},
    {0},
};

static const struct field output[] = {
    {"sessions", TYPE_ROWS, 0, "whoever has most first", columns},
    {0},
};

struct owner {
    uint32_t service;
    struct str application;
    int64_t open;
};

struct owners {
    struct map numbers; /* "SERVICE-NUMBER APPLICATION" */
    struct owner *items;
};

static void count_session(struct owners *owners, uint32_t service, struct str application)
{
    const struct str key =
        str_printf(owners->numbers.arena, "%u %.*s", service, STR_ARG(application));
    uint32_t number = map_find(&owners->numbers, key);
    if (number == MAP_NONE) {
        if (owners->numbers.count == OWNERS_MAX)
            return;
        number = map_add(&owners->numbers, key);
        owners->items[number] = (struct owner){.service = service, .application = application};
    }
    owners->items[number].open++;
}

/* Each process has one session at a time; the last word about it before that time counts. */
static void count_open(const struct journal *journal, int64_t at_ns, struct arena *arena,
                       struct owners *owners)
{
    const struct lines *lines = &journal->lines;
    struct map processes = map_new(arena);
    bool *ends = arena_push_many(arena, bool, lines->services.count + 1);
    const struct line **opened = NULL;
    size_t room = 0;
    const struct line *line;
    struct database_line said;
    for (uint32_t at = 0;
         journal_next(journal, DATABASE_SESSION | DATABASE_SESSION_END, &at, &line, &said);) {
        ends[line->service] |= (said.says & DATABASE_SESSION_END) != 0;
        if (said.process.len == 0 || line->time_ns > at_ns)
            continue;
        const uint32_t number =
            map_add(&processes, str_printf(arena, "%u %.*s", line->service, STR_ARG(said.process)));
        if (number >= room) {
            const size_t grown = room > 0 ? room * 2 : 64;
            opened = arena_grow(arena, opened, room * sizeof *opened, grown * sizeof *opened);
            room = grown;
        }
        opened[number] = said.says & DATABASE_SESSION ? line : NULL;
    }
    for (uint32_t i = 0; i < processes.count; i++)
        if (opened[i] && ends[opened[i]->service])
            count_session(owners, opened[i]->service,
                          database_line_of(opened[i]->message).application);
}

static int most_first(const void *a, const void *b)
{
    const struct owner *x = a, *y = b;
    if (x->open != y->open)
        return x->open < y->open ? 1 : -1;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    return str_compare(x->application, y->application);
}

static void add_row(struct batch *rows, const struct call *call, const struct journal *journal,
                    const struct owners *owners, const struct owner *owner)
{
    int64_t of = 0;
    for (uint32_t i = 0; i < owners->numbers.count; i++)
        of += owners->items[i].service == owner->service ? owners->items[i].open : 0;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(&journal->lines, owner->service)));
    batch_set(rows, row, "application", value_text(owner->application));
    batch_set(
        rows, row, "owner",
        value_text(journal_service_of(journal, &call->casefile->topology, owner->application)));
    batch_set(rows, row, "open", value_int(owner->open));
    batch_set(rows, row, "of", value_int(of));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct journal journal;
    if (!journal_load(call, &journal, err))
        return false;
    struct owners owners = {
        .numbers = map_new(call->scratch),
        .items = arena_push_many(call->scratch, struct owner, OWNERS_MAX),
    };
    count_open(&journal, record_at(in, "at")->integer, call->scratch, &owners);
    qsort(owners.items, owners.numbers.count, sizeof *owners.items, most_first);
    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < owners.numbers.count && i < ROWS_MAX; i++)
        add_row(rows, call, &journal, &owners, &owners.items[i]);
    *record_at(out, "sessions") = value_rows(rows);
    return true;
}

const struct tool tool_databases_sessions = {
    .sig = {.name = "sessions",
            .summary = "Tell whose sessions a database had open",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
