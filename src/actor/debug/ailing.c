/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database that was asked itself tells what is wrong with it, and which table, index, session or
 * setting that is (agent/databases/ailment.h). The object stands where other evidence has the
 * instance. Who holds locks or connections is to blame where that is a service of its own; of
 * the rest the database is the place.
 */
#include "actor/debug/ailing.h"

#include "actor/actor.h"
#include "agent/agent.h"
#include "data/batch.h"

#define PER_DATABASE_MAX 4 /* the next ones are much weaker, or follow from these */
#define STRENGTH_MIN 0.15  /* weaker than that, it is no reason to name anybody */

static const struct {
    const char *name; /* as databases.ailments has it */
    enum finding finding;
    enum kind kind;
    const char *of_holder; /* the cause where a service of its own is to blame; NULL: it is not */
} kinds[] = {
    {"lock_chain", FINDING_LOCKS, KIND_LOCKS, ""},
    {"idle_holder", FINDING_LOCKS, KIND_LOCKS, ""},
    {"connections", FINDING_CONNECTIONS, KIND_CAPACITY,
     "it holds most connections of a database that has none left"},
};

static size_t kind_of(struct str name)
{
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && !str_eq(name, str_of(kinds[i].name)))
        i++;
    return i;
}

static struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static struct evidence evidence_of(const struct call *call, const struct batch *rows, size_t row)
{
    const size_t kind = kind_of(text_at(rows, row, "ailment"));
    const bool known = kind < sizeof kinds / sizeof *kinds;
    const struct str holder = text_at(rows, row, "holder");
    const bool is_holders =
        known && holder.len > 0 && !str_eq(holder, text_at(rows, row, "service"));
    return (struct evidence){
        .step_id = call->step_id,
        .signal = SIGNAL_LOGS,
        .bearing = BEARING_SUPPORTS,
        .finding = known ? kinds[kind].finding : FINDING_QUERIES,
        .kind = known ? kinds[kind].kind : KIND_SLOW_QUERIES,
        .subject = is_holders ? holder : text_at(rows, row, "service"),
        .instance = text_at(rows, row, "object"),
        .cause = is_holders ? str_of(kinds[kind].of_holder) : text_at(rows, row, "cause"),
        .window = call->casefile->incident,
        .onset_ns = call->casefile->incident.start_ns,
        .claim = text_at(rows, row, "claim"),
        .query = text_at(rows, row, "query"),
        .strength = batch_column(rows, "strength")->reals[row],
    };
}

bool ailing_tell(struct call *call, const struct record *in, int64_t *found, struct map *ailing,
                 struct err *err)
{
    struct record asked =
        record_new(call->scratch, agent_tool(STR("databases.ailments"))->sig.input);
    struct record answer;
    if (!agent_use_once(call, "databases.ailments", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "ailments")->rows;
    uint32_t told = 0; /* of this database: rows are sorted by it */
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = text_at(rows, row, "service");
        const struct evidence evidence = evidence_of(call, rows, row);
        if (row > 0 && !str_eq(service, text_at(rows, row - 1, "service")))
            told = 0;
        if (evidence.strength < STRENGTH_MIN || told == PER_DATABASE_MAX ||
            !(actor_is_asked_about(in, service) || actor_is_asked_about(in, evidence.subject)))
            continue;
        casefile_add(call->casefile, &evidence);
        map_add(ailing, service);
        told++;
        ++*found;
    }
    return true;
}
