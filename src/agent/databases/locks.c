/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who holds the locks that others wait for: a database names the process that holds one, and other
 * lines of it tell whose session that process serves. A holder that waits for a lock itself is only
 * a link of a chain; its end is named in a line of its own.
 */
#include "agent/databases/journal.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"

#include <stdlib.h>

#define HOLDERS_MAX 1000          /* of one database; later ones are left out */
#define HOLDERS_OF_ALL_MAX 100000 /* 35 MB */
#define PROCESSES_MAX 16          /* of one holder that are named */
#define ROWS_MAX 100              /* of one database */
#define WAITS_MAX 200000          /* lines; later ones are left out */

/* A wait is logged once, a second (deadlock_timeout) after it began, and ends at a timeout. */
#define WAITS_BEFORE_NS (10 * NS_PER_S)
#define WAITS_AFTER_NS (2 * NS_PER_S)

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "the database", NULL},
    {"application", TYPE_TEXT, 0,
     "of the sessions that hold the locks, or their user; may be "
     "empty",
     NULL},
    {"holder", TYPE_TEXT, 0, "the service that means; may be empty", NULL},
    {"processes", TYPE_TEXT, 0, "their processes, divided by commas; at most 16", NULL},
    {"held_since", TYPE_INT, 0, "how often others waited for them since the onset", NULL},
    {"held_before", TYPE_INT, 0, "and how often before", NULL},
    {"first", TYPE_TIME, 0, "when others first waited for them", NULL},
    {0},
};

static const struct field output[] = {
    {"holders", TYPE_ROWS, 0, "whom others waited for most often first", columns},
    {0},
};

struct holder {
    uint32_t service;
    struct str application;
    struct str processes[PROCESSES_MAX];
    uint32_t processes_count;
    int64_t held[2]; /* before and since */
    int64_t first_ns;
};

struct holders {
    struct map numbers; /* "SERVICE-NUMBER APPLICATION", or the process where that is not told */
    struct holder *items;
    uint32_t room;
    uint32_t *of; /* by service: how many of them there are */
};

static struct holder *add_holder(struct holders *holders, struct str key)
{
    const uint32_t number = map_add(&holders->numbers, key);
    if (number == holders->room) {
        const uint32_t room = number > 0 ? 2 * number : 64;
        holders->items = arena_grow(holders->numbers.arena, holders->items,
                                    number * sizeof *holders->items, room * sizeof *holders->items);
        holders->room = room;
    }
    return &holders->items[number];
}

/* NULL: there are too many already. */
static struct holder *holder_of(struct holders *holders, const struct sessions *sessions,
                                uint32_t service, struct str process)
{
    const struct str application = sessions_application(sessions, service, process);
    const struct str key = str_printf(holders->numbers.arena, "%u %s%.*s", service,
                                      application.len > 0 ? "" : "process ",
                                      STR_ARG(application.len > 0 ? application : process));
    const uint32_t number = map_find(&holders->numbers, key);
    if (number != MAP_NONE)
        return &holders->items[number];
    if (holders->of[service] == HOLDERS_MAX || holders->numbers.count == HOLDERS_OF_ALL_MAX)
        return NULL;
    holders->of[service]++;
    struct holder *holder = add_holder(holders, key);
    *holder = (struct holder){.service = service, .application = application};
    return holder;
}

static void note_process(struct holder *holder, struct str process)
{
    for (uint32_t i = 0; i < holder->processes_count; i++)
        if (str_eq(holder->processes[i], process))
            return;
    if (holder->processes_count < PROCESSES_MAX)
        holder->processes[holder->processes_count++] = process;
}

/* ---- who waits, by process and time ---- */

struct wait {
    uint32_t service;
    struct str process;
    int64_t time_ns;
};

struct waits {
    struct wait *items;
    size_t count;
};

static int by_process_and_time(const void *a, const void *b)
{
    const struct wait *x = a, *y = b;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    const int order = str_compare(x->process, y->process);
    return order != 0 ? order : (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

static struct waits read_waits(const struct journal *journal, struct arena *arena)
{
    struct waits waits = {0};
    const struct line *line;
    struct database_line said;
    for (int pass = 0; pass < 2; pass++) {
        size_t count = 0;
        for (uint32_t at = 0;
             count < WAITS_MAX && journal_next(journal, DATABASE_WAIT, &at, &line, &said); count++)
            if (pass == 1)
                waits.items[count] = (struct wait){line->service, said.process, line->time_ns};
        if (pass == 0)
            waits.items = arena_push_many(arena, struct wait, count + 1);
        waits.count = count;
    }
    qsort(waits.items, waits.count, sizeof *waits.items, by_process_and_time);
    return waits;
}

static bool waits_itself(const struct waits *waits, const struct wait *holder)
{
    const struct wait from = {holder->service, holder->process, holder->time_ns - WAITS_BEFORE_NS};
    size_t low = 0, high = waits->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (by_process_and_time(&waits->items[middle], &from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < waits->count && waits->items[low].service == holder->service &&
           str_eq(waits->items[low].process, holder->process) &&
           waits->items[low].time_ns <= holder->time_ns + WAITS_AFTER_NS;
}

static void read_holders(const struct call *call, const struct journal *journal, int64_t onset_ns,
                         struct holders *holders)
{
    const struct waits waits = read_waits(journal, call->scratch);
    struct sessions sessions = sessions_read(journal, call->scratch);
    const struct line *line;
    struct database_line said;
    for (uint32_t at = 0;
         journal_next(journal, DATABASE_HOLD | DATABASE_SESSION, &at, &line, &said);) {
        sessions_note(&sessions, line, &said);
        if (!(said.says & DATABASE_HOLD) ||
            waits_itself(&waits, &(struct wait){line->service, said.holder, line->time_ns}))
            continue;
        struct holder *holder = holder_of(holders, &sessions, line->service, said.holder);
        if (!holder)
            continue;
        holder->held[line->time_ns >= onset_ns]++;
        if (holder->first_ns == 0)
            holder->first_ns = line->time_ns;
        note_process(holder, said.holder);
    }
}

static int most_first(const void *a, const void *b)
{
    const struct holder *x = a, *y = b;
    if (x->held[1] != y->held[1])
        return x->held[1] < y->held[1] ? 1 : -1;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    return str_compare(x->application, y->application);
}

static void add_row(struct batch *rows, const struct call *call, const struct journal *journal,
                    const struct holder *holder)
{
    struct buf processes = buf_new(call->scratch);
    for (uint32_t i = 0; i < holder->processes_count; i++)
        buf_printf(&processes, "%s%.*s", i > 0 ? "," : "", STR_ARG(holder->processes[i]));
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(&journal->lines, holder->service)));
    batch_set(rows, row, "application", value_text(holder->application));
    batch_set(
        rows, row, "holder",
        value_text(journal_service_of(journal, &call->casefile->topology, holder->application)));
    batch_set(rows, row, "processes", value_text(buf_str(&processes)));
    batch_set(rows, row, "held_since", value_int(holder->held[1]));
    batch_set(rows, row, "held_before", value_int(holder->held[0]));
    batch_set(rows, row, "first", value_time(holder->first_ns));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct journal journal;
    if (!journal_load(call, &journal, err))
        return false;
    const uint32_t services = journal.lines.services.count;
    struct holders holders = {
        .numbers = map_new(call->scratch),
        .of = arena_push_many(call->scratch, uint32_t, services),
    };
    read_holders(call, &journal, record_at(in, "onset")->integer, &holders);
    if (holders.numbers.count > 0)
        qsort(holders.items, holders.numbers.count, sizeof *holders.items, most_first);
    struct batch *rows = batch_new(call->scratch, columns);
    uint32_t *told = arena_push_many(call->scratch, uint32_t, services);
    for (uint32_t i = 0; i < holders.numbers.count; i++)
        if (told[holders.items[i].service]++ < ROWS_MAX)
            add_row(rows, call, &journal, &holders.items[i]);
    *record_at(out, "holders") = value_rows(rows);
    return true;
}

const struct tool tool_databases_locks = {
    .sig = {.name = "locks",
            .summary = "Tell who holds the locks that others wait for",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
