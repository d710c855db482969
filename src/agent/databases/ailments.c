/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the databases that were asked themselves, by the rules of ailment.h. */
#include "agent/databases/rules.h"
#include "agent/databases/journal.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "the database server", NULL},
    {"database", TYPE_TEXT, 0, "the database in it that was asked, as SQL names it", NULL},
    {"ailment", TYPE_TEXT, 0, "lock_chain, no_index, bloated, ...", NULL},
    {"cause", TYPE_TEXT, 0, "what that is, in words", NULL},
    {"object", TYPE_TEXT, 0, "which table, index, session (APPLICATION/PID) or setting", NULL},
    {"relation", TYPE_TEXT, 0, "the table or index, as SQL names it; may be empty", NULL},
    {"columns", TYPE_TEXT, 0, "that an index or statistics should have; may be empty", NULL},
    {"process", TYPE_TEXT, 0, "of the session; may be empty", NULL},
    {"started", TYPE_TEXT, 0, "when that or its statement began; may be empty", NULL},
    {"application", TYPE_TEXT, 0, "whose session; may be empty", NULL},
    {"holder", TYPE_TEXT, 0, "the service that means; may be empty", NULL},
    {"setting", TYPE_TEXT, 0, "which setting; may be empty", NULL},
    {"value", TYPE_TEXT, 0, "of the setting", NULL},
    {"role", TYPE_TEXT, 0, "that it is set for; empty: for all", NULL},
    {"of_database", TYPE_BOOL, 0, "it is set for this database", NULL},
    {"autovacuum_off", TYPE_BOOL, 0, "for that table", NULL},
    {"strength", TYPE_REAL, 0, "how surely, 0 to 1", NULL},
    {"claim", TYPE_TEXT, 0, "what shows it", NULL},
    {"query", TYPE_TEXT, 0, "SQL that gives what the claim says", NULL},
    {0},
};

static const struct field output[] = {
    {"ailments", TYPE_ROWS, 0, "by database, the surest first", columns},
    {0},
};

static void add_row(struct batch *rows, const struct census *census, const struct ailment *ailment,
                    struct str holder)
{
    const struct {
        const char *name;
        struct str text;
    } texts[] = {
        {"service", census->service},
        {"database", census_text(census, CENSUS_SERVER, 0, "database")},
        {"ailment", str_of(ailment_name(ailment->cause))},
        {"cause", str_of(ailment_words(ailment->cause))},
        {"object", ailment->object},
        {"relation", ailment->relation},
        {"columns", ailment->columns},
        {"process", ailment->process},
        {"started", ailment->started},
        {"application", ailment->application},
        {"holder", holder},
        {"setting", ailment->setting},
        {"value", ailment->value},
        {"role", ailment->role},
        {"claim", ailment->claim},
        {"query", ailment->query},
    };
    const size_t row = batch_add_row(rows);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        batch_set(rows, row, texts[i].name, value_text(texts[i].text));
    batch_set(rows, row, "of_database", value_bool(ailment->of_database));
    batch_set(rows, row, "autovacuum_off", value_bool(ailment->autovacuum_off));
    batch_set(rows, row, "strength", value_real(ailment->strength));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct censuses censuses;
    struct journal journal;
    (void)in;
    if (!censuses_load(call, &censuses, err) ||
        (censuses.count > 0 && !journal_load(call, &journal, err)))
        return false;
    struct batch *rows = batch_new(call->scratch, columns);
    struct ailments *ailments = arena_push(call->scratch, struct ailments);
    for (uint32_t i = 0; i < censuses.count; i++) {
        rules_find(call->scratch, &censuses.items[i], ailments);
        for (uint32_t j = 0; j < ailments->count; j++)
            add_row(rows, &censuses.items[i], &ailments->items[j],
                    journal_service_of(&journal, &call->casefile->topology,
                                       ailments->items[j].application));
    }
    *record_at(out, "ailments") = value_rows(rows);
    return true;
}

const struct tool tool_databases_ailments = {
    .sig = {.name = "ailments",
            .summary = "Tell what is wrong with a database that was asked: locks, indexes, plans, "
                       "dead rows, connections",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
