/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks over what an investigation has found: every answer is made of claims that were re-read. */
#include "train/corpus/chat.h"

#include "base/arena.h"
#include "base/buf.h"
#include "guard/claim.h"
#include "report/report.h"
#include "store/telemetry.h"
#include "train/corpus/draw.h"
#include "train/truth.h"

#define EVIDENCE_MAX 30 /* told beside what is cited */
#define SYMPTOMS_MAX 8
#define QUERIES_MAX 8 /* of one case: the first are the most alike */
#define EDGES_MAX 40
#define QUERY_ROWS_MAX 1000
#define QUERY_NS_MAX (10 * NS_PER_S)

#define DRAWN(chats, texts)                                                                        \
    texts[draw_below((chats)->drawn, (uint32_t)(sizeof(texts) / sizeof *(texts)))]

static bool give(struct chats *chats, const char *task, const char *system, struct buf *user,
                 struct buf *assistant, struct err *err)
{
    const struct chat chat = {.task = task,
                              .system = str_of(system),
                              .user = buf_str(user),
                              .assistant = buf_str(assistant)};
    return chats->take(chats->state, &chat, err);
}

static void put_alert(struct buf *out, const struct alert *alert)
{
    buf_printf(out, "Alert: %.*s at %s\n", STR_ARG(alert->name),
               time_format(out->arena, alert->starts_ns).ptr);
    if (alert->summary.len > 0)
        buf_printf(out, "%.*s\n", STR_ARG(alert->summary));
}

static void put_edges(struct buf *out, const struct topology *topology)
{
    for (uint32_t i = 0; i < topology->edges_count && i < EDGES_MAX; i++)
        buf_printf(out, "%s`%.*s` calls `%.*s`", i == 0 ? "" : ", ",
                   STR_ARG(topology->nodes.keys[topology->edges[i].caller]),
                   STR_ARG(topology->nodes.keys[topology->edges[i].callee]));
    if (topology->edges_count > 0)
        buf_add(out, STR(".\n"));
}

/* ---- summary ---- */

static bool is_cited(const struct sentence *sentences, struct arena *arena, uint32_t id)
{
    const struct str mark = str_printf(arena, "[E%u]", id);
    for (const struct sentence *it = sentences; it; it = it->next)
        if (str_contains(it->text, mark))
            return true;
    return false;
}

bool chat_summary(struct chats *chats, struct casefile *casefile, struct err *err)
{
    static const char *const questions[] = {
        "Summarise what was found. Cite the evidence of each statement.",
        "Write the summary of the incident report, with citations, from this evidence.",
        "What happened, as far as the evidence below shows? Cite it.",
    };
    const struct report report = report_write(casefile);
    struct arena *arena = arena_new("summary");
    struct buf user = buf_new(arena), assistant = buf_new(arena);
    buf_printf(&user, "%s\n\n", DRAWN(chats, questions));
    put_alert(&user, casefile->alert);
    buf_add(&user, STR("\nEvidence:\n"));
    uint32_t told = 0;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_cited(report.summary, arena, it->id) || told++ < EVIDENCE_MAX)
            buf_printf(&user, "[E%u] %.*s\n", it->id, STR_ARG(it->claim));
    for (const struct sentence *it = report.summary; it; it = it->next)
        buf_printf(&assistant, "%.*s\n", STR_ARG(it->text));
    const bool ok = !report.summary ||
                    give(chats, "summary",
                         "You write incident reports. Each sentence cites the evidence that it "
                         "rests on as [E1]; what no evidence shows is not said.",
                         &user, &assistant, err);
    arena_free(arena);
    return ok;
}

/* ---- symptoms ---- */

bool chat_symptoms(struct chats *chats, const struct casefile *casefile, const struct truth *truth,
                   struct err *err)
{
    static const char *const questions[] = {
        "What would you expect to see, and where?",
        "Which symptoms does that have, in this service and in those around it?",
        "Name what shows it.",
    };
    struct arena *arena = arena_new("symptoms");
    struct buf user = buf_new(arena), assistant = buf_new(arena);
    uint32_t told = 0;
    buf_printf(&user, "In `%.*s` this is broken: %.*s.\n", STR_ARG(truth_place(truth)),
               STR_ARG(truth_fault(truth)));
    put_edges(&user, &casefile->topology);
    buf_add(&user, str_of(DRAWN(chats, questions)));
    for (const struct evidence *it = casefile->evidence; it && told < SYMPTOMS_MAX; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && it->finding != FINDING_CHANGE &&
            it->finding != FINDING_CULPRIT) {
            buf_printf(&assistant, "- %.*s\n", STR_ARG(it->claim));
            told++;
        }
    const bool ok =
        told == 0 || truth_fault(truth).len == 0 ||
        give(chats, "symptoms",
             "You know how faults of services show in metrics, logs, traces and events.", &user,
             &assistant, err);
    arena_free(arena);
    return ok;
}

/* ---- queries ---- */

static bool put_schema(struct buf *out, struct telemetry *telemetry, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(telemetry, out->arena,
                        STR("SELECT table_name || '(' || string_agg(column_name, ', ' ORDER BY "
                            "column_index) || ')' AS line FROM duckdb_columns() WHERE NOT internal "
                            "AND table_name IN ('logs', 'metrics', 'traces', 'changes', 'events', "
                            "'topology', 'alerts', 'state', 'reference_logs', "
                            "'reference_traces') GROUP BY table_name ORDER BY 1"),
                        &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++)
        buf_printf(out, "%.*s\n", STR_ARG(batch_column(rows, "line")->texts[row]));
    return true;
}

/* Whether its rows hold each name, number and time of the claim: the check of every report. */
static bool is_borne_out(const struct evidence *evidence, struct telemetry *telemetry,
                         struct arena *arena)
{
    const struct query_limits limits = {.rows_max = QUERY_ROWS_MAX, .time_max_ns = QUERY_NS_MAX};
    struct batch *rows;
    struct err why = {0};
    bool cut;
    return telemetry_query(telemetry, arena, evidence->query, &limits, &rows, &cut, &why) &&
           claim_check(evidence->claim, rows, &why);
}

static bool give_query(struct chats *chats, const struct evidence *evidence, struct str schema,
                       struct arena *arena, struct err *err)
{
    static const char *const questions[] = {
        "Write the query whose rows show or refute this: %.*s",
        "Is this true? Ask the data: %.*s",
        "Which SQL statement proves the following sentence? %.*s",
    };
    struct buf user = buf_new(arena), assistant = buf_new(arena);
    buf_printf(&user, DRAWN(chats, questions), STR_ARG(evidence->claim));
    buf_printf(&user, "\n\nTables of DuckDB, times in UTC:\n%.*s", STR_ARG(schema));
    buf_printf(&assistant, "```sql\n%.*s\n```\n", STR_ARG(str_trim(evidence->query)));
    return give(chats, "query",
                "You answer with one SQL statement that selects, and with nothing else.", &user,
                &assistant, err);
}

bool chat_queries(struct chats *chats, const struct casefile *casefile, struct telemetry *telemetry,
                  struct err *err)
{
    struct arena *arena = arena_new("queries");
    struct buf schema = buf_new(arena);
    bool ok = put_schema(&schema, telemetry, err);
    uint32_t given = 0;
    uint64_t seen = 0; /* a query of each finding */
    for (const struct evidence *it = casefile->evidence; ok && it && given < QUERIES_MAX;
         it = it->next) {
        if (it->bearing == BEARING_GAP || it->query.len == 0 || (seen >> it->finding & 1))
            continue;
        if (!is_borne_out(it, telemetry, arena)) {
            chats->not_borne_out++;
            continue;
        }
        seen |= UINT64_C(1) << it->finding;
        given++;
        ok = give_query(chats, it, buf_str(&schema), arena, err);
    }
    arena_free(arena);
    return ok;
}

/* ---- feedback ---- */

bool chat_feedback(struct chats *chats, const struct casefile *lesson, struct str alert,
                   struct str place, struct str cause, struct err *err)
{
    static const char *const questions[] = {
        "Where is the fault?",
        "Given these findings, which service is at fault?",
    };
    struct arena *arena = arena_new("feedback");
    struct buf user = buf_new(arena), assistant = buf_new(arena);
    uint32_t told = 0;
    buf_printf(&user, "%s\n\nAlert: %.*s\n", DRAWN(chats, questions), STR_ARG(alert));
    put_edges(&user, &lesson->topology);
    for (const struct evidence *it = lesson->evidence; it && told < EVIDENCE_MAX; it = it->next)
        if (it->bearing != BEARING_GAP && it->subject.len > 0) {
            told++;
            buf_printf(&user, "[E%u] `%.*s`: %s%s\n", it->id, STR_ARG(it->subject),
                       it->bearing == BEARING_REFUTES ? "not so: " : "", finding_text(it->finding));
        }
    if (place.len > 0)
        buf_printf(&assistant, "In `%.*s`.", STR_ARG(place));
    else
        buf_add(&assistant, STR("Nothing is broken."));
    for (const struct evidence *it = lesson->evidence; it && place.len > 0; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && str_eq(it->subject, place)) {
            buf_printf(&assistant, " [E%u] shows that %s.", it->id, finding_text(it->finding));
            break;
        }
    if (cause.len > 0)
        buf_printf(&assistant, " %.*s", STR_ARG(cause));
    const bool ok =
        told == 0 ||
        give(chats, "feedback",
             "You investigate incidents. Go by the findings you are given, and cite them "
             "as [E1].",
             &user, &assistant, err);
    arena_free(arena);
    return ok;
}
