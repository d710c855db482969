/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What databases could not do, in their own words: connections they refused, deadlocks, full disks.
 * Of clients, which quote such words, only those are read that a database sends to its clients.
 */
#include "agent/databases/journal.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose log it stands in", NULL},
    {"of_server", TYPE_BOOL, 0, "that is the database itself, not a client of it", NULL},
    {"trouble", TYPE_TEXT, 0,
     "deadlock, lock_wait, connections, disk_full, checkpoints, memory, killed, ...", NULL},
    {"words", TYPE_TEXT, 0, "a part of each such line", NULL},
    {"since", TYPE_INT, 0, "how often since the onset", NULL},
    {"before", TYPE_INT, 0, "how often before", NULL},
    {"first", TYPE_TIME, FIELD_OPTIONAL, "when first since the onset", NULL},
    {0},
};

static const struct field output[] = {
    {"troubles", TYPE_ROWS, 0, "by service, in the order of first sight", columns},
    {0},
};

struct count {
    int64_t halves[2]; /* before and since */
    int64_t first_ns;  /* since */
};

static bool is_told_to_clients(enum database_trouble trouble)
{
    const struct str name = str_of(database_trouble_name(trouble));
    return str_eq(name, STR("deadlock")) || str_eq(name, STR("lock_wait")) ||
           str_eq(name, STR("connections"));
}

static void add_row(struct batch *rows, const struct journal *journal, uint32_t service,
                    enum database_trouble trouble, const struct count *count)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(&journal->lines, service)));
    batch_set(rows, row, "of_server", value_bool(journal->is_server[service]));
    batch_set(rows, row, "trouble", value_text(str_of(database_trouble_name(trouble))));
    batch_set(rows, row, "words", value_text(str_of(database_trouble_words(trouble))));
    batch_set(rows, row, "since", value_int(count->halves[1]));
    batch_set(rows, row, "before", value_int(count->halves[0]));
    if (count->first_ns != 0)
        batch_set(rows, row, "first", value_time(count->first_ns));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct journal journal;
    if (!journal_load(call, &journal, err))
        return false;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const size_t services_count = journal.lines.services.count;
    struct count *counts =
        arena_push_many(call->scratch, struct count, services_count * DATABASE_TROUBLES_COUNT + 1);
    const struct line *line;
    struct database_line said;
    for (uint32_t at = 0; journal_next(&journal, DATABASE_TROUBLE, &at, &line, &said);) {
        struct count *count = &counts[line->service * DATABASE_TROUBLES_COUNT + said.trouble];
        const bool since = line->time_ns >= onset_ns;
        count->halves[since]++;
        if (since && count->first_ns == 0)
            count->first_ns = line->time_ns;
    }
    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t service = 0; service < services_count; service++)
        for (int trouble = 1; trouble < DATABASE_TROUBLES_COUNT; trouble++) {
            const struct count *count =
                &counts[service * DATABASE_TROUBLES_COUNT + (uint32_t)trouble];
            if (count->halves[0] + count->halves[1] > 0 &&
                (journal.is_server[service] || is_told_to_clients((enum database_trouble)trouble)))
                add_row(rows, &journal, service, (enum database_trouble)trouble, count);
        }
    *record_at(out, "troubles") = value_rows(rows);
    return true;
}

const struct tool tool_databases_troubles = {
    .sig = {.name = "troubles",
            .summary = "Count what databases ran out of or could not do",
            .input = input,
            .output = output},
    .run = run,
};
