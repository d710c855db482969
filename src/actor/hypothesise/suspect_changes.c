/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: whoever was changed in the hour before it began, the most recent first; not who got
 * a comment or a document. It adds no evidence: what a change weighs against whom is for
 * blame_change to say, and said once.
 */
#include "actor/actor.h"

#include "actor/change.h"
#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"

#define WITHIN_NS (3600 * NS_PER_S)
#define SUSPECTS_MAX 20
#define JUST_NS (600 * NS_PER_S) /* before it began is "just before" */

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"subject", TYPE_TEXT, 0, "who was changed", NULL},
    {"change", TYPE_TEXT, 0, "the id of its newest change", NULL},
    {"because", TYPE_TEXT, 0, "that in words, with the name in it", NULL},
    {"age", TYPE_SPAN, 0, "how old that was at the onset; 0: it came after", NULL},
    {0},
};

static const struct field output[] = {
    {"rows", TYPE_ROWS, 0, "the suspects, the most recently changed first", columns},
    {"count", TYPE_INT, 0, "how many rows there are", NULL},
    {0},
};

static const char *when(int64_t age_ns)
{
    return age_ns <= 0         ? "as it began"
           : age_ns <= JUST_NS ? "just before it began"
                               : "in the hour before it began";
}

static void add_row(struct call *call, struct batch *rows, const struct batch *changes, size_t from)
{
    const struct str service = batch_column(changes, "service")->texts[from];
    const int64_t time_ns = batch_column(changes, "time")->integers[from];
    const int64_t age_ns = call->casefile->incident.start_ns - time_ns;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "subject", value_text(service));
    batch_set(rows, row, "change", value_text(batch_column(changes, "id")->texts[from]));
    batch_set(rows, row, "because",
              value_text(str_printf(call->scratch, "`%.*s` was changed %s", STR_ARG(service),
                                    when(age_ns))));
    batch_set(rows, row, "age", value_span(age_ns > 0 ? age_ns : 0));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct record asked = record_new(call->scratch, agent_tool(STR("changes.recent"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    *record_at(&asked, "grace") = value_span(change_grace_ns(call->casefile));
    *record_at(&asked, "within") = value_span(WITHIN_NS);
    if (!agent_use(call, "changes.recent", &asked, &answer, err))
        return false;
    const struct batch *changes = record_at(&answer, "changes")->rows;
    struct batch *rows = batch_new(call->scratch, columns);
    struct map services = map_new(call->scratch);
    struct room room = room_new(call, SUSPECTS_MAX);
    for (size_t row = 0; row < changes->rows; row++) {
        const struct str service = batch_column(changes, "service")->texts[row];
        const uint32_t before = services.count;
        if (service.len > 0 && batch_column(changes, "inert")->integers[row] == 0 &&
            room_is_left(&room, service) && map_add(&services, service) == before) {
            room_take(&room, service);
            add_row(call, rows, changes, row);
        }
    }
    *record_at(out, "rows") = value_rows(rows);
    *record_at(out, "count") = value_int((int64_t)rows->rows);
    return true;
}

const struct actor actor_suspect_changes = {
    .sig = {.name = "suspect_changes",
            .summary = "Suspect whoever was changed in the hour before it began",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_CHANGES,
    .run = run,
};
