/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what was thrown since it began, down to its root and to the first frame in own code, and
 * whether a change touched the file of that frame.
 *
 * What the root is tells whose fault it may be: what a program does wrong by itself (an index out
 * of range, a key that is missing) speaks for its own code, 0.4; a connection that was refused or
 * timed out speaks of whoever should have answered, 0.05; of all else nothing is known, 0.2, which
 * is what find_new_errors gives to an exception. That it was thrown as often before is no news. The
 * finding and its words are those of find_new_errors: the verdict hears one witness.
 *
 * A change that touched the very file weighs 0.7 as a change, however old it is: code waits for the
 * request that runs it. Of several it is the one that wrote the line, as far as their diffs tell,
 * and else the newest.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 6
#define PER_SERVICE_MAX 2
#define STRENGTH_OWN 0.4
#define STRENGTH_CALLEE 0.05
#define STRENGTH_UNKNOWN 0.2
#define STRENGTH_TOUCHED 0.7
#define WITHIN_NS (24 * 3600 * NS_PER_S)
#define NEWS_MIN 3.0 /* times as often as before */
#define QUOTE_BYTES_MAX 100

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"root", TYPE_TEXT, FIELD_OPTIONAL, "the root of the first: a class, or panic", NULL},
    {"file", TYPE_TEXT, FIELD_OPTIONAL, "the file of its own code it was thrown in", NULL},
    {"of_callee", TYPE_BOOL, FIELD_OPTIONAL, "it says that somebody else did not answer", NULL},
    {"change", TYPE_TEXT, FIELD_OPTIONAL, "the id of a change that touched that file", NULL},
    {0},
};

enum fault { FAULT_UNKNOWN, FAULT_OWN, FAULT_CALLEE };

static enum fault fault_of(struct str root, struct str line)
{
    static const char *const callee[] = {"Connect",
                                         "Socket",
                                         "Timeout",
                                         "TimedOut",
                                         "UnknownHost",
                                         "Unavailable",
                                         "NoRoute",
                                         "BrokenPipe",
                                         "ConnectionReset",
                                         "HttpServerError",
                                         "FeignException",
                                         "StatusRuntimeException",
                                         "RestClient",
                                         "ResourceAccess",
                                         "SQLTransient",
                                         "OperationalError",
                                         NULL};
    static const char *const own[] = {"NullPointer",
                                      "NullReference",
                                      "IndexOutOf",
                                      "ArrayIndex",
                                      "IndexError",
                                      "KeyError",
                                      "KeyNotFound",
                                      "TypeError",
                                      "ValueError",
                                      "AttributeError",
                                      "NameError",
                                      "UnboundLocal",
                                      "ReferenceError",
                                      "RangeError",
                                      "ZeroDivision",
                                      "DivideByZero",
                                      "Arithmetic",
                                      "ClassCast",
                                      "InvalidCast",
                                      "NumberFormat",
                                      "AssertionError",
                                      "ConcurrentModification",
                                      "StackOverflow",
                                      "NoSuchMethod",
                                      "NoSuchField",
                                      "NoClassDefFound",
                                      "ClassNotFound",
                                      "NoSuchElement",
                                      "UnsupportedOperation",
                                      "panic",
                                      NULL};
    static const char *const refused[] = {"onnection refused", "onnection reset", "timed out",
                                          "no such host",      "unreachable",     NULL};
    for (size_t i = 0; refused[i]; i++)
        if (str_contains(line, str_of(refused[i])))
            return FAULT_CALLEE;
    for (size_t i = 0; callee[i]; i++)
        if (str_contains(root, str_of(callee[i])))
            return FAULT_CALLEE;
    for (size_t i = 0; own[i]; i++)
        if (str_contains(root, str_of(own[i])))
            return FAULT_OWN;
    return FAULT_UNKNOWN;
}

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static int64_t number_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->integers[row];
}

/* Thrown more often than before, for as long as each lasts. */
static bool is_news(const struct casefile *casefile, const struct batch *rows, size_t row)
{
    const double before = (double)number_of(rows, row, "before");
    const double since = (double)number_of(rows, row, "since");
    const double before_ns = (double)(casefile->incident.start_ns - casefile->data.start_ns);
    const double since_ns = (double)(casefile->data.end_ns - casefile->incident.start_ns);
    return before == 0 || before_ns <= 0 || since_ns <= 0 ||
           since / since_ns >= NEWS_MIN * before / before_ns;
}

/* ---- evidence ---- */

/* The trace as one text, or as lines right behind each other. */
static struct str stack_query(struct call *call, const struct batch *rows, size_t row)
{
    struct arena *arena = call->scratch;
    const struct str frame = text_of(rows, row, "frame");
    const struct str time = sql_time(arena, number_of(rows, row, "time"));
    return str_printf(
        arena,
        "SELECT service, time, message FROM logs WHERE service = %s AND time BETWEEN %s AND %s + "
        "INTERVAL 1 SECOND AND (contains(message, %s) OR contains(message, %s) OR "
        "contains(message, "
        "%s)) ORDER BY time, rowid LIMIT 20",
        sql_quote(arena, text_of(rows, row, "service")).ptr, time.ptr, time.ptr,
        sql_quote(arena, text_of(rows, row, "thrown")).ptr,
        sql_quote(arena, text_of(rows, row, "root")).ptr,
        sql_quote(arena, frame.len > 0 ? frame : text_of(rows, row, "root")).ptr);
}

static struct str stack_claim(struct call *call, const struct batch *rows, size_t row)
{
    struct arena *arena = call->scratch;
    const struct str thrown = text_of(rows, row, "thrown"), root = text_of(rows, row, "root");
    const struct str frame = claim_quote(arena, text_of(rows, row, "frame"), QUOTE_BYTES_MAX);
    const struct str from =
        str_eq(thrown, root) ? STR("") : str_printf(arena, ", the root of `%.*s`", STR_ARG(thrown));
    const struct str where =
        frame.len > 0 ? str_printf(arena, ", in its own code at `%s`", frame.ptr) : STR("");
    return str_printf(arena, "`%s` logged `%s` at %s%s%s: `%s`.", text_of(rows, row, "service").ptr,
                      root.ptr, time_format_short(arena, number_of(rows, row, "time")).ptr,
                      from.ptr, where.ptr,
                      claim_quote(arena, text_of(rows, row, "line"), QUOTE_BYTES_MAX).ptr);
}

static void add_exception(struct call *call, const struct batch *rows, size_t row)
{
    static const double strengths[] = {[FAULT_UNKNOWN] = STRENGTH_UNKNOWN,
                                       [FAULT_OWN] = STRENGTH_OWN,
                                       [FAULT_CALLEE] = STRENGTH_CALLEE};
    const enum fault fault = fault_of(text_of(rows, row, "root"), text_of(rows, row, "line"));
    casefile_add(call->casefile, &(struct evidence){
                                     .step_id = call->step_id,
                                     .signal = SIGNAL_LOGS,
                                     .bearing = BEARING_SUPPORTS,
                                     .finding = FINDING_EXCEPTION,
                                     .subject = text_of(rows, row, "service"),
                                     .window = call->casefile->incident,
                                     .onset_ns = number_of(rows, row, "time"),
                                     .claim = stack_claim(call, rows, row),
                                     .query = stack_query(call, rows, row),
                                     .strength = strengths[fault],
                                 });
}

/* How long after the onset a change may still be: as long as the onset may be wrong. */
static int64_t grace_ns(const struct casefile *casefile)
{
    const int64_t to_alert_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    const int64_t grace = casefile->onset_error_ns;
    return grace < to_alert_ns ? grace : to_alert_ns > 0 ? to_alert_ns : 0;
}

static void add_change(struct call *call, const struct batch *stacks, size_t stack,
                       const struct batch *changes, size_t change)
{
    struct arena *arena = call->scratch;
    const struct str id = text_of(changes, change, "change");
    const struct str commit = text_of(changes, change, "commit");
    const int64_t time_ns = number_of(changes, change, "time");
    const struct str by = commit.len > 0
                              ? str_printf(arena, "`%s`, which brought `%s`", id.ptr, commit.ptr)
                              : str_printf(arena, "`%s`", id.ptr);
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_CHANGES,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_CHANGE,
            .subject = text_of(stacks, stack, "service"),
            .window = {.start_ns = time_ns, .end_ns = call->casefile->incident.start_ns + 1},
            .onset_ns = time_ns,
            .claim = str_printf(arena, "`%s`, in which `%s` threw, was touched at %s by %s.",
                                text_of(stacks, stack, "file").ptr,
                                text_of(stacks, stack, "service").ptr,
                                time_format_short(arena, time_ns).ptr, by.ptr),
            .query = str_printf(
                arena,
                "SELECT %s AS about, d.id, d.time, d.message, d.files, d.detail, c.id AS commit, "
                "c.files AS commit_files, c.detail AS commit_detail FROM changes d LEFT JOIN "
                "changes c ON c.id = %s WHERE d.id = %s AND d.time = %s",
                sql_quote(arena, text_of(stacks, stack, "service")).ptr,
                sql_quote(arena, commit).ptr, sql_quote(arena, id).ptr,
                sql_time(arena, time_ns).ptr),
            .strength = STRENGTH_TOUCHED,
        });
}

/* By this service or by nobody in particular: who wrote the line, or else the newest. */
static bool pick_change(const struct batch *changes, struct str service, size_t *picked)
{
    bool found = false;
    for (size_t row = 0; row < changes->rows; row++) {
        const struct str of = text_of(changes, row, "service");
        const bool wrote = number_of(changes, row, "wrote") != 0;
        if ((of.len > 0 && !str_eq(of, service)) || (found && !wrote))
            continue;
        *picked = row;
        found = true;
        if (wrote)
            break;
    }
    return found;
}

static bool tell_change(struct call *call, const struct batch *stacks, size_t stack,
                        const struct record *out, int64_t *told, struct err *err)
{
    const struct str file = text_of(stacks, stack, "file");
    int64_t line;
    size_t row;
    if (file.len == 0)
        return true;
    struct record asked = record_new(call->scratch, agent_tool(STR("changes.touching"))->sig.input);
    struct record answer;
    *record_at(&asked, "file") = value_text(file);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    *record_at(&asked, "grace") = value_span(grace_ns(call->casefile));
    *record_at(&asked, "within") = value_span(WITHIN_NS);
    if (str_to_int(text_of(stacks, stack, "place"), &line))
        *record_at(&asked, "line") = value_int(line);
    if (!agent_use_once(call, "changes.touching", &asked, &answer, err))
        return false;
    const struct batch *changes = record_at(&answer, "changes")->rows;
    if (!pick_change(changes, text_of(stacks, stack, "service"), &row))
        return true;
    add_change(call, stacks, stack, changes, row);
    if (!record_at(out, "change")->known)
        *record_at(out, "change") = value_text(text_of(changes, row, "change"));
    ++*told;
    return true;
}

/* ---- the story ---- */

static void answer_first(const struct record *out, const struct batch *rows, size_t row)
{
    const struct str file = text_of(rows, row, "file");
    *record_at(out, "root") = value_text(text_of(rows, row, "root"));
    if (file.len > 0)
        *record_at(out, "file") = value_text(file);
    *record_at(out, "of_callee") = value_bool(
        fault_of(text_of(rows, row, "root"), text_of(rows, row, "line")) == FAULT_CALLEE);
}

static uint32_t told_of(const struct batch *rows, const bool *is_told, size_t row)
{
    uint32_t told = 0;
    for (size_t i = 0; i < row; i++)
        told += is_told[i] && str_eq(text_of(rows, i, "service"), text_of(rows, row, "service"));
    return told;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("logs.stacks"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use_once(call, "logs.stacks", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "stacks")->rows;
    bool *is_told = arena_push_many(call->scratch, bool, rows->rows + 1);
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = text_of(rows, row, "service");
        if (!actor_is_asked_about(in, service) || !room_is_left(&room, service) ||
            !is_news(call->casefile, rows, row) || told_of(rows, is_told, row) >= PER_SERVICE_MAX)
            continue;
        if (told == 0)
            answer_first(out, rows, row);
        add_exception(call, rows, row);
        is_told[row] = true;
        const int64_t before = told++;
        if (!tell_change(call, rows, row, out, &told, err))
            return false;
        for (int64_t i = before; i < told; i++)
            room_take(&room, service);
    }
    *record_at(out, "found") = value_int(told);
    return true;
}

const struct actor actor_find_exception_cause = {
    .sig = {.name = "find_exception_cause",
            .summary = "Find the root of what was thrown, and who changed the code that threw it",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_LOGS,
    .run = run,
};
