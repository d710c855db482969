/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: was anything changed in the hour before the alert? Runbooks ask case.changed by it. Whom
 * a change is held against is for blame_change to say, so nothing is added to the evidence here.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"

#define WITHIN_NS (3600 * NS_PER_S)

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"changes", TYPE_INT, 0, "how many changes were made in the hour before the alert", NULL},
    {"newest", TYPE_TIME, FIELD_OPTIONAL, "when the last of them was", NULL},
    {"newest_service", TYPE_TEXT, FIELD_OPTIONAL, "what it changed", NULL},
    {0},
};

/* A deploy that names two commits comes as two rows. */
static uint32_t count_changes(const struct batch *changes)
{
    const struct str *ids = batch_column(changes, "id")->texts;
    const int64_t *times = batch_column(changes, "time")->integers;
    uint32_t count = 0;
    for (size_t row = 0; row < changes->rows; row++)
        count += row == 0 || times[row] != times[row - 1] || !str_eq(ids[row], ids[row - 1]);
    return count;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct record asked = record_new(call->scratch, agent_tool(STR("changes.recent"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->alert->starts_ns);
    *record_at(&asked, "grace") = value_span(0);
    *record_at(&asked, "within") = value_span(WITHIN_NS);
    if (!agent_use(call, "changes.recent", &asked, &answer, err))
        return false;
    const struct batch *changes = record_at(&answer, "changes")->rows;
    call->casefile->triage.changes_count = count_changes(changes);
    *record_at(out, "changes") = value_int(call->casefile->triage.changes_count);
    if (changes->rows == 0)
        return true;
    const struct str service = batch_column(changes, "service")->texts[0];
    *record_at(out, "newest") = value_time(batch_column(changes, "time")->integers[0]);
    if (service.len > 0)
        *record_at(out, "newest_service") = value_text(service);
    return true;
}

const struct actor actor_find_recent_changes = {
    .sig = {.name = "find_recent_changes",
            .summary = "Find whether anything was changed in the hour before the alert",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .needs = 1u << SIGNAL_CHANGES,
    .run = run,
};
