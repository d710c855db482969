/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long statements took that a database found worth a line, before and since: statements that
 * differ in their values only are one.
 */
#include "agent/databases/journal.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/robust.h"

#include <stdlib.h>

#define STATEMENTS_MAX 2000 /* different ones of one database; later ones are left out */
#define STATEMENTS_OF_ALL_MAX 100000
#define SAMPLES_MAX 5000 /* that the median is of, before and since each */
#define ROWS_MAX 200     /* of one database */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose log it stands in", NULL},
    {"statement", TYPE_TEXT, 0, "without its values", NULL},
    {"exemplar", TYPE_TEXT, 0, "the last one, as it was", NULL},
    {"like", TYPE_TEXT, 0, "an SQL LIKE pattern for it, escaped with \\", NULL},
    {"application", TYPE_TEXT, 0,
     "of the session that sent it, or its user; empty: several, or "
     "not told",
     NULL},
    {"sender", TYPE_TEXT, 0, "the service that means; may be empty", NULL},
    {"since", TYPE_INT, 0, "how often since the onset", NULL},
    {"before", TYPE_INT, 0, "how often before", NULL},
    {"total_since_ms", TYPE_REAL, 0, "how long they took in all", NULL},
    {"total_before_ms", TYPE_REAL, 0, "the same before", NULL},
    {"median_since_ms", TYPE_REAL, FIELD_OPTIONAL, "how long one took", NULL},
    {"median_before_ms", TYPE_REAL, FIELD_OPTIONAL, "the same before", NULL},
    {0},
};

static const struct field output[] = {
    {"statements", TYPE_ROWS, 0, "by the time they took since the onset, longest first", columns},
    {0},
};

struct half {
    int64_t count;
    double total_ms;
    double *samples;
    size_t samples_count;
    size_t samples_room;
};

struct entry {
    uint32_t service;
    struct database_statement statement;
    struct str exemplar;
    struct str application;
    struct str sender;
    bool many_senders;
    struct half halves[2]; /* before and since */
};

struct entries {
    struct arena *arena;
    struct map numbers;
    struct entry *items;
    uint32_t room;
    uint32_t *of; /* by service: how many of them there are */
};

static void add_sample(struct arena *arena, struct half *half, double took_ms)
{
    half->count++;
    half->total_ms += took_ms;
    if (half->samples_count == SAMPLES_MAX)
        return;
    if (half->samples_count == half->samples_room) {
        const size_t room = half->samples_room > 0 ? half->samples_room * 2 : 8;
        half->samples = arena_grow(arena, half->samples, half->samples_count * sizeof(double),
                                   room * sizeof(double));
        half->samples_room = room;
    }
    half->samples[half->samples_count++] = took_ms;
}

static void note_sender(struct entry *entry, struct str application, struct str sender)
{
    if (application.len == 0)
        return;
    if (entry->application.len == 0)
        entry->application = application;
    if (entry->sender.len == 0)
        entry->sender = sender;
    entry->many_senders |= !str_eq(entry->sender, sender);
}

static struct entry *add_entry(struct entries *entries, struct str key)
{
    const uint32_t number = map_add(&entries->numbers, key);
    if (number == entries->room) {
        const uint32_t room = number > 0 ? 2 * number : 64;
        entries->items = arena_grow(entries->arena, entries->items, number * sizeof *entries->items,
                                    room * sizeof *entries->items);
        entries->room = room;
    }
    return &entries->items[number];
}

/* NULL: there are too many already. */
static struct entry *entry_of(struct entries *entries, const struct line *line,
                              const struct database_line *said, struct arena *scratch)
{
    const struct database_statement statement = database_statement_of(scratch, said->statement);
    const struct str key = str_printf(scratch, "%u %.*s", line->service, STR_ARG(statement.text));
    const uint32_t number = map_find(&entries->numbers, key);
    if (number != MAP_NONE)
        return &entries->items[number];
    if (entries->of[line->service] == STATEMENTS_MAX ||
        entries->numbers.count == STATEMENTS_OF_ALL_MAX)
        return NULL;
    entries->of[line->service]++;
    struct entry *entry = add_entry(entries, key);
    *entry = (struct entry){
        .service = line->service,
        .statement = {.text = str_copy(entries->arena, statement.text),
                      .like = str_copy(entries->arena, statement.like)},
    };
    return entry;
}

static void read_entries(const struct call *call, const struct journal *journal, int64_t onset_ns,
                         struct entries *entries)
{
    struct sessions sessions = sessions_read(journal, call->scratch);
    struct arena *scratch = arena_new("statements");
    const struct line *line;
    struct database_line said;
    for (uint32_t at = 0;
         journal_next(journal, DATABASE_STATEMENT | DATABASE_SESSION, &at, &line, &said);) {
        sessions_note(&sessions, line, &said);
        if (!(said.says & DATABASE_STATEMENT) || said.statement.len == 0)
            continue;
        struct entry *entry = entry_of(entries, line, &said, scratch);
        arena_reset(scratch);
        if (!entry)
            continue;
        const struct str application =
            said.application.len > 0 ? said.application
                                     : sessions_application(&sessions, line->service, said.process);
        note_sender(entry, application,
                    journal_service_of(journal, &call->casefile->topology, application));
        entry->exemplar = said.statement;
        add_sample(entries->arena, &entry->halves[line->time_ns >= onset_ns], said.took_ms);
    }
    arena_free(scratch);
}

static int longest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->halves[1].total_ms != y->halves[1].total_ms)
        return x->halves[1].total_ms < y->halves[1].total_ms ? 1 : -1;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    return str_compare(x->statement.text, y->statement.text);
}

static struct value median_of(struct arena *arena, const struct half *half)
{
    if (half->samples_count == 0)
        return (struct value){.type = TYPE_REAL};
    return value_real(stats_median(arena, half->samples, half->samples_count));
}

static void add_row(struct batch *rows, const struct journal *journal, const struct entry *entry,
                    struct arena *arena)
{
    const struct half *before = &entry->halves[0], *since = &entry->halves[1];
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(&journal->lines, entry->service)));
    batch_set(rows, row, "statement", value_text(entry->statement.text));
    batch_set(rows, row, "exemplar", value_text(entry->exemplar));
    batch_set(rows, row, "like", value_text(entry->statement.like));
    batch_set(rows, row, "application",
              value_text(entry->many_senders ? STR("") : entry->application));
    batch_set(rows, row, "sender", value_text(entry->many_senders ? STR("") : entry->sender));
    batch_set(rows, row, "since", value_int(since->count));
    batch_set(rows, row, "before", value_int(before->count));
    batch_set(rows, row, "total_since_ms", value_real(since->total_ms));
    batch_set(rows, row, "total_before_ms", value_real(before->total_ms));
    batch_set(rows, row, "median_since_ms", median_of(arena, since));
    batch_set(rows, row, "median_before_ms", median_of(arena, before));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct journal journal;
    if (!journal_load(call, &journal, err))
        return false;
    const uint32_t services = journal.lines.services.count;
    struct entries entries = {
        .arena = call->scratch,
        .numbers = map_new(call->scratch),
        .of = arena_push_many(call->scratch, uint32_t, services),
    };
    read_entries(call, &journal, record_at(in, "onset")->integer, &entries);
    if (entries.numbers.count > 0)
        qsort(entries.items, entries.numbers.count, sizeof *entries.items, longest_first);
    struct batch *rows = batch_new(call->scratch, columns);
    uint32_t *told = arena_push_many(call->scratch, uint32_t, services);
    for (uint32_t i = 0; i < entries.numbers.count; i++)
        if (told[entries.items[i].service]++ < ROWS_MAX)
            add_row(rows, &journal, &entries.items[i], call->scratch);
    *record_at(out, "statements") = value_rows(rows);
    return true;
}

const struct tool tool_databases_statements = {
    .sig = {.name = "statements",
            .summary = "Compare how long the statements took that databases logged",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
