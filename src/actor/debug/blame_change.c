/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: which services were changed just before it began. The younger a change is at the onset,
 * the more it is to blame: 1 / (1 + age / two minutes). What comes after the onset cannot be a
 * cause, but for the inaccuracy of the onset itself; what comes after the alert cannot at all.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define AGE_HALF_NS (120 * NS_PER_S)
#define WITHIN_NS (24 * 3600 * NS_PER_S)
#define EVIDENCE_MAX 12
#define MESSAGE_LEN_MAX 80

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many services were changed", NULL},
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
        "commit, c.author AS commit_author, c.message AS commit_message, c.detail AS commit_detail "
        "FROM changes d LEFT JOIN changes c ON c.id = %s WHERE d.id = %s AND d.time = %s",
        sql_quote(arena, batch_column(changes, "service")->texts[row]).ptr,
        sql_quote(arena, batch_column(changes, "commit")->texts[row]).ptr,
        sql_quote(arena, batch_column(changes, "id")->texts[row]).ptr,
        sql_time(arena, batch_column(changes, "time")->integers[row]).ptr);
}

static int64_t age_at_onset_ns(const struct casefile *casefile, const struct batch *changes,
                               size_t row)
{
    const int64_t age_ns =
        casefile->incident.start_ns - batch_column(changes, "time")->integers[row];
    return age_ns > 0 ? age_ns : 0;
}

static void add_evidence(struct call *call, const struct batch *changes, size_t row)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct str service = batch_column(changes, "service")->texts[row];
    const int64_t time_ns = batch_column(changes, "time")->integers[row];
    const int64_t age_ns = age_at_onset_ns(casefile, changes, row);
    casefile_add(casefile,
                 &(struct evidence){
                     .step_id = call->step_id,
                     .signal = SIGNAL_CHANGES,
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_CHANGE,
                     .subject = service,
                     .window = {.start_ns = time_ns, .end_ns = casefile->incident.start_ns + 1},
                     .onset_ns = time_ns,
                     .claim = str_printf(arena, "`%s` was changed at %s %s.", service.ptr,
                                         time_format_short(arena, time_ns).ptr,
                                         done_by(arena, changes, row).ptr),
                     .query = query_of(arena, changes, row),
                     .strength = 1 / (1 + (double)age_ns / (double)AGE_HALF_NS),
                 });
}

/* How long after the onset a change may still be: as long as the onset may be wrong. */
static int64_t grace_ns(const struct casefile *casefile)
{
    const int64_t to_alert_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    const int64_t grace = casefile->onset_error_ns;
    return grace < to_alert_ns ? grace : to_alert_ns > 0 ? to_alert_ns : 0;
}

static void answer_newest(const struct call *call, const struct record *out,
                          const struct batch *changes, size_t row)
{
    *record_at(out, "change") = value_text(batch_column(changes, "id")->texts[row]);
    *record_at(out, "service") = value_text(batch_column(changes, "service")->texts[row]);
    *record_at(out, "age") = value_span(age_at_onset_ns(call->casefile, changes, row));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("changes.recent"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    *record_at(&asked, "grace") = value_span(grace_ns(call->casefile));
    *record_at(&asked, "within") = value_span(WITHIN_NS);
    struct record answer;
    if (!agent_use_once(call, "changes.recent", &asked, &answer, err))
        return false;

    /* one piece a service: the newest change speaks for it */
    const struct batch *changes = record_at(&answer, "changes")->rows;
    struct map services = map_new(call->scratch);
    for (size_t row = 0; row < changes->rows && services.count < EVIDENCE_MAX; row++) {
        const struct str service = batch_column(changes, "service")->texts[row];
        const uint32_t before = services.count;
        if (service.len == 0 || !actor_is_asked_about(in, service) ||
            map_add(&services, service) < before)
            continue;
        add_evidence(call, changes, row);
        if (before == 0)
            answer_newest(call, out, changes, row);
    }
    *record_at(out, "found") = value_int(services.count);
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
