/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: which services were changed just before it began, and what came of it. The younger a
 * change was when its own service, its callers or, where metrics show neither, the incident began
 * to suffer, the more it is to blame: 1 / (1 + age / two minutes). The onset is found, not known:
 * what came later than that, by more than it may be wrong, is blamed by how late it came. What came
 * after the alert cannot be a cause. New replicas that are as the old ones were speak for a change,
 * the more the longer they are. Of several changes of a service the newest that can be felt counts.
 */
#include "actor/actor.h"

#include "actor/change.h"
#include "actor/debug/aftermath.h"
#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define AGE_HALF_NS (120 * NS_PER_S)
#define WITHIN_NS (24 * 3600 * NS_PER_S)
#define ROLLOUT_NS (900 * NS_PER_S) /* changes of one service that close are steps of one */
#define EVIDENCE_MAX 12
#define MESSAGE_LEN_MAX 80
#define INERT_LEFT 0.02 /* of a change that nothing can feel: one in fifty was misread */

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"changed", TYPE_BOOL, 0, "at least one was", NULL},
    {"change", TYPE_TEXT, FIELD_OPTIONAL, "the id of the newest change", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "what that changed", NULL},
    {"age", TYPE_SPAN, FIELD_OPTIONAL, "how old that was at the onset", NULL},
    {0},
};

/* A message inside a claim may not look like a name, a time or a citation; it is quoted as a name.
 */
static struct str quoted_message(struct arena *arena, struct str message)
{
    struct str first = STR("");
    str_split(&message, '\n', &first);
    first = str_slice(first, 0, MESSAGE_LEN_MAX);
    for (size_t i = 0; i < first.len; i++)
        if (first.ptr[i] == '`' || (unsigned char)first.ptr[i] >= 0x80)
            return str_printf(arena, " (`%.*s`)", (int)i, first.ptr);
    return first.len > 0 ? str_printf(arena, " (`%.*s`)", STR_ARG(first)) : STR("");
}

/* "by `deploy-4`, `deploy`, which brought `3697f10b` (`storefront: give up sooner`)" */
static struct str done_by(struct arena *arena, const struct batch *changes, size_t row)
{
    const struct str kind = batch_column(changes, "kind")->texts[row];
    const struct str commit = batch_column(changes, "commit")->texts[row];
    struct buf text = buf_new(arena);
    buf_printf(&text, "by `%s`", batch_column(changes, "id")->texts[row].ptr);
    if (kind.len > 0)
        buf_printf(&text, ", `%s`", kind.ptr);
    if (commit.len > 0)
        buf_printf(&text, ", which brought `%s`", commit.ptr);
    const char *message = commit.len > 0 ? "commit_message" : "message";
    buf_add(&text, quoted_message(arena, batch_column(changes, message)->texts[row]));
    return buf_str(&text);
}

static struct str query_of(struct arena *arena, const struct batch *changes, size_t row)
{
    return str_printf(
        arena,
        "SELECT %s AS about, d.id, d.time, d.kind, d.author, d.message, d.files, d.detail, c.id AS "
        "commit, c.author AS commit_author, c.message AS commit_message, c.detail AS "
        "commit_detail, "
        "coalesce(c.parents, d.parents) AS parents "
        "FROM changes d LEFT JOIN changes c ON c.id = %s WHERE d.id = %s AND d.time = %s",
        sql_quote(arena, batch_column(changes, "service")->texts[row]).ptr,
        sql_quote(arena, batch_column(changes, "commit")->texts[row]).ptr,
        sql_quote(arena, batch_column(changes, "id")->texts[row]).ptr,
        sql_time(arena, batch_column(changes, "time")->integers[row]).ptr);
}

/* By its distance from when the trouble began: its age then, or how much it came too late. */
static double recency(int64_t change_ns, int64_t trouble_ns, int64_t grace)
{
    const int64_t late_ns = change_ns - trouble_ns - grace;
    const int64_t age_ns = trouble_ns - change_ns;
    const int64_t distance_ns = age_ns > 0 ? age_ns : late_ns > 0 ? late_ns : 0;
    return 1 / (1 + (double)distance_ns / (double)AGE_HALF_NS);
}

/*
 * The trouble is that of its own service, if it has any; else that of those who call it; else the
 * incident. Sound new replicas speak for a change.
 */
static double strength_of(const struct casefile *casefile, const struct aftermath *it)
{
    const int64_t own_ns = aftermath_trouble_ns(it);
    const int64_t trouble_ns = own_ns != 0                ? own_ns
                               : it->callers_fail_ns != 0 ? it->callers_fail_ns
                                                          : casefile->incident.start_ns;
    return (1 - aftermath_soundness(it)) *
           recency(it->last_ns, trouble_ns,
                   own_ns != 0 ? INT64_MAX / 4 : change_grace_ns(casefile));
}

static bool is_inert(const struct batch *changes, size_t row)
{
    return batch_column(changes, "inert")->integers[row] != 0;
}

/* Of a service the newest that can be felt, or else the newest: whether it is this one. */
static bool is_the_one(const struct batch *changes, size_t row)
{
    const struct str service = batch_column(changes, "service")->texts[row];
    for (size_t other = 0; other < changes->rows; other++) {
        const bool before = other < row ? !is_inert(changes, other) || is_inert(changes, row)
                                        : is_inert(changes, row) && !is_inert(changes, other);
        if (other != row && before &&
            str_eq(batch_column(changes, "service")->texts[other], service))
            return false;
    }
    return true;
}

static void add_evidence(struct call *call, const struct batch *changes, const struct aftermath *it,
                         size_t row)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct str service = it->service;
    casefile_add(
        casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_CHANGES,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_CHANGE,
            .subject = service,
            .window = {.start_ns = it->last_ns, .end_ns = casefile->incident.start_ns + 1},
            .onset_ns = it->last_ns,
            .claim = str_printf(arena, "`%s` was changed at %s %s.", service.ptr,
                                time_format_short(arena, it->last_ns).ptr,
                                done_by(arena, changes, row).ptr),
            .query = query_of(arena, changes, row),
            .strength = strength_of(casefile, it) * (is_inert(changes, row) ? INERT_LEFT : 1),
        });
}

static void answer_newest(const struct call *call, const struct record *out,
                          const struct batch *changes, size_t row)
{
    *record_at(out, "change") = value_text(batch_column(changes, "id")->texts[row]);
    *record_at(out, "service") = value_text(batch_column(changes, "service")->texts[row]);
    const int64_t age_ns =
        call->casefile->incident.start_ns - batch_column(changes, "time")->integers[row];
    *record_at(out, "age") = value_span(age_ns > 0 ? age_ns : 0);
}

static int64_t until_alert_ns(const struct casefile *casefile)
{
    const int64_t span_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    return span_ns > 0 ? span_ns : 0;
}

/* When the rollout began that the change of this row ends; rows are newest first. */
static int64_t rollout_start_ns(const struct batch *changes, size_t from)
{
    const struct str service = batch_column(changes, "service")->texts[from];
    const int64_t *times = batch_column(changes, "time")->integers;
    int64_t start_ns = times[from];
    for (size_t row = from; row < changes->rows && times[row] >= times[from] - ROLLOUT_NS; row++)
        if (str_eq(batch_column(changes, "service")->texts[row], service))
            start_ns = times[row];
    return start_ns;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("changes.recent"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    *record_at(&asked, "grace") = value_span(until_alert_ns(call->casefile));
    *record_at(&asked, "within") = value_span(WITHIN_NS);
    struct record answer;
    if (!agent_use_once(call, "changes.recent", &asked, &answer, err))
        return false;

    const struct batch *changes = record_at(&answer, "changes")->rows;
    struct map services = map_new(call->scratch);
    const int64_t before_count = call->casefile->evidence_count;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < changes->rows; row++) {
        const struct str service = batch_column(changes, "service")->texts[row];
        const uint32_t before = services.count;
        struct aftermath aftermath;
        if (service.len == 0 || !actor_is_asked_about(in, service) || !is_the_one(changes, row) ||
            !room_is_left(&room, service))
            continue;
        if (map_add(&services, service) == before)
            room_take(&room, service);
        if (!aftermath_of(call, service, rollout_start_ns(changes, row),
                          batch_column(changes, "time")->integers[row], &aftermath, err))
            return false;
        add_evidence(call, changes, &aftermath, row);
        if (!aftermath_tell(call, &aftermath, err))
            return false;
        if (before == 0)
            answer_newest(call, out, changes, row);
    }
    *record_at(out, "found") = value_int((int64_t)call->casefile->evidence_count - before_count);
    *record_at(out, "changed") = value_bool(services.count > 0);
    return true;
}

const struct actor actor_blame_change = {
    .sig = {.name = "blame_change",
            .summary = "Find which services were changed just before it began",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_CHANGES,
    .run = run,
};
