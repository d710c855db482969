/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose sessions a database opened since some time, and whose were open then. What was open is
 * known only where a database logs when a session ends, too: else every one would seem open for
 * good.
 */
#include "agent/databases/journal.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

#include <stdlib.h>

#define ROWS_MAX 200    /* of one database */
#define OWNERS_MAX 1000 /* of one database; later ones are left out */
#define OWNERS_OF_ALL_MAX 100000

static const struct field input[] = {
    {"at", TYPE_TIME, 0, "when those that are open are counted", NULL},
    {"since", TYPE_TIME, 0, "since when those that are opened are counted", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "the database", NULL},
    {"owner", TYPE_TEXT, 0, "the service whose sessions they are; may be empty", NULL},
    {"application", TYPE_TEXT, 0, "of the first of them, or its user; may be empty", NULL},
    {"open", TYPE_INT, FIELD_OPTIONAL, "how many were open", NULL},
    {"open_of", TYPE_INT, FIELD_OPTIONAL, "how many of all were", NULL},
    {"opened", TYPE_INT, 0, "how many were opened since", NULL},
    {"opened_before", TYPE_INT, 0, "and before", NULL},
    {"opened_of", TYPE_INT, 0, "how many of all were opened since", NULL},
    {0},
};

static const struct field output[] = {
    {"sessions", TYPE_ROWS, 0, "whoever opened most first", columns},
    {0},
};

struct owner {
    uint32_t service;
    struct str name;
    struct str application;
    int64_t open;
    int64_t opened[2]; /* before and since */
};

/* What is counted of one database. */
struct database {
    uint32_t owners;
    int64_t open;
    int64_t opened; /* since */
    bool ends;      /* it logs when a session ends */
};

struct owners {
    struct map numbers; /* "SERVICE-NUMBER OWNER", or the application where no service is meant */
    struct owner **items;
    uint32_t room;
    struct database *databases; /* by service */
};

static struct owner *add_owner(struct owners *owners, struct str key)
{
    struct arena *arena = owners->numbers.arena;
    const uint32_t number = map_add(&owners->numbers, key);
    if (number == owners->room) {
        const uint32_t room = number > 0 ? 2 * number : 64;
        owners->items = arena_grow(arena, owners->items, number * sizeof *owners->items,
                                   room * sizeof *owners->items);
        owners->room = room;
    }
    return owners->items[number] = arena_push(arena, struct owner);
}

/* NULL: there are too many already. */
static struct owner *owner_of(struct owners *owners, const struct call *call,
                              const struct journal *journal, const struct line *line,
                              struct str application)
{
    const struct str name = journal_service_of(journal, &call->casefile->topology, application);
    const struct str key =
        str_printf(owners->numbers.arena, "%u %s%.*s", line->service, name.len > 0 ? "" : "? ",
                   STR_ARG(name.len > 0 ? name : application));
    const uint32_t number = map_find(&owners->numbers, key);
    if (number != MAP_NONE)
        return owners->items[number];
    struct database *database = &owners->databases[line->service];
    if (database->owners == OWNERS_MAX || owners->numbers.count == OWNERS_OF_ALL_MAX)
        return NULL;
    database->owners++;
    struct owner *owner = add_owner(owners, key);
    *owner = (struct owner){.service = line->service, .name = name, .application = application};
    return owner;
}

struct window_asked {
    int64_t at_ns;
    int64_t since_ns;
};

/* Each process has one session at a time; the last word about it before that time counts. */
static void count_sessions(const struct call *call, const struct journal *journal,
                           const struct window_asked *asked, struct owners *owners)
{
    struct arena *arena = call->scratch;
    struct map processes = map_new(arena);
    struct owner **opened = NULL; /* by process; NULL: it has ended */
    size_t room = 0;
    const struct line *line;
    struct database_line said;
    for (uint32_t at = 0;
         journal_next(journal, DATABASE_SESSION | DATABASE_SESSION_END, &at, &line, &said);) {
        const bool opens = (said.says & DATABASE_SESSION) != 0;
        struct owner *owner =
            opens ? owner_of(owners, call, journal, line, said.application) : NULL;
        owners->databases[line->service].ends |= !opens;
        if (owner)
            owner->opened[line->time_ns >= asked->since_ns]++;
        if (said.process.len == 0 || line->time_ns > asked->at_ns)
            continue;
        const uint32_t number =
            map_add(&processes, str_printf(arena, "%u %.*s", line->service, STR_ARG(said.process)));
        if (number >= room) {
            const size_t grown = room > 0 ? room * 2 : 64;
            opened = arena_grow(arena, opened, room * sizeof *opened, grown * sizeof *opened);
            room = grown;
        }
        opened[number] = owner;
    }
    for (uint32_t i = 0; i < processes.count; i++)
        if (opened[i])
            opened[i]->open++;
    for (uint32_t i = 0; i < owners->numbers.count; i++) {
        struct database *database = &owners->databases[owners->items[i]->service];
        database->open += owners->items[i]->open;
        database->opened += owners->items[i]->opened[1];
    }
}

static int most_first(const void *a, const void *b)
{
    const struct owner *x = *(const struct owner *const *)a, *y = *(const struct owner *const *)b;
    if (x->opened[1] != y->opened[1])
        return x->opened[1] < y->opened[1] ? 1 : -1;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    return str_compare(x->application, y->application);
}

static void add_row(struct batch *rows, const struct journal *journal, const struct owners *owners,
                    const struct owner *owner)
{
    const struct database *database = &owners->databases[owner->service];
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(&journal->lines, owner->service)));
    batch_set(rows, row, "owner", value_text(owner->name));
    batch_set(rows, row, "application", value_text(owner->application));
    if (database->ends) {
        batch_set(rows, row, "open", value_int(owner->open));
        batch_set(rows, row, "open_of", value_int(database->open));
    }
    batch_set(rows, row, "opened", value_int(owner->opened[1]));
    batch_set(rows, row, "opened_before", value_int(owner->opened[0]));
    batch_set(rows, row, "opened_of", value_int(database->opened));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct journal journal;
    if (!journal_load(call, &journal, err))
        return false;
    const struct window_asked asked = {.at_ns = record_at(in, "at")->integer,
                                       .since_ns = record_at(in, "since")->integer};
    const uint32_t services = journal.lines.services.count;
    struct owners owners = {
        .numbers = map_new(call->scratch),
        .databases = arena_push_many(call->scratch, struct database, services),
    };
    count_sessions(call, &journal, &asked, &owners);
    if (owners.numbers.count > 0)
        qsort(owners.items, owners.numbers.count, sizeof *owners.items, most_first);
    struct batch *rows = batch_new(call->scratch, columns);
    uint32_t *told = arena_push_many(call->scratch, uint32_t, services);
    for (uint32_t i = 0; i < owners.numbers.count; i++)
        if (told[owners.items[i]->service]++ < ROWS_MAX)
            add_row(rows, &journal, &owners, owners.items[i]);
    *record_at(out, "sessions") = value_rows(rows);
    return true;
}

const struct tool tool_databases_sessions = {
    .sig = {.name = "sessions",
            .summary = "Tell whose sessions a database had open, and whose it opened",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
