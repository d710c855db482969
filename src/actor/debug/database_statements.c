/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which statements became slow.
 *
 * They are worth less than who holds a lock, 0.6, for they have a cause themselves: a fifth of that
 * where others wait for locks. The doing is that of the service that alone sends one, if it was
 * changed just before and the database was not; else the database's.
 */
#include "actor/debug/inspection.h"

#include "actor/change.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define STRENGTH_STATEMENT 0.6
#define BESIDE_LOCKS 0.2   /* left where others wait for locks, or the database itself tells why */
#define PER_DATABASE_MAX 2 /* the next ones say the same */

/* A statement that became slow later than this had been sent well by what was changed. */
#define SENDER_CHANGED_NS (10 * 60 * NS_PER_S)

#define SLOWER_MIN 2.0    /* times; less is the weather */
#define SLOWER_MIN_MS 5.0 /* and less than that nobody notices */

/* The evidence of changes may not be there yet: requests and stores are asked first. */
static bool find_changed(struct inspection *work, struct map *changed, struct err *err)
{
    struct record asked =
        record_new(work->call->scratch, agent_tool(STR("changes.recent"))->sig.input);
    *record_at(&asked, "onset") = value_time(work->call->casefile->incident.start_ns);
    *record_at(&asked, "grace") = value_span(change_grace_ns(work->call->casefile));
    *record_at(&asked, "within") = value_span(SENDER_CHANGED_NS);
    struct record answer;
    if (!agent_use_once(work->call, "changes.recent", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "changes")->rows;
    *changed = map_new(work->call->scratch);
    for (size_t row = 0; row < rows->rows; row++)
        if (!batch_column(rows, "inert")->integers[row])
            map_add(changed, text_at(rows, row, "service"));
    return true;
}

static bool is_senders(const struct map *changed, struct str sender, struct str database)
{
    return sender.len > 0 && map_find(changed, sender) != MAP_NONE &&
           map_find(changed, database) == MAP_NONE;
}

/* 0: it did not become slow; towards 1: many times as slow, or slow at all only since. */
static double slowness(const struct inspection *work, const struct batch *rows, size_t row)
{
    const double median = batch_column(rows, "median_since_ms")->reals[row];
    const double since = (double)count_at(rows, row, "since");
    const double before = (double)count_at(rows, row, "before");
    if (since < INSPECTION_TIMES_MIN || median < SLOWER_MIN_MS)
        return 0;
    if (before < INSPECTION_TIMES_MIN)
        return inspection_news(work, since, before);
    const double median_before = batch_column(rows, "median_before_ms")->reals[row];
    if (median < SLOWER_MIN * median_before || median - median_before < SLOWER_MIN_MS)
        return 0;
    return (1 - median_before / median) * since / (since + INSPECTION_TIMES_MIN);
}

static struct str statement_query(struct inspection *work, const struct batch *rows, size_t row)
{
    struct arena *arena = work->call->scratch;
    const struct str onset = sql_time(arena, work->since_ns);
    return str_printf(
        arena,
        "SELECT service, onset, count(*) FILTER (WHERE time >= onset) AS since, count(*) "
        "FILTER (WHERE time < onset) AS before, median(ms) FILTER (WHERE time >= onset) AS "
        "median_since, median(ms) FILTER (WHERE time < onset) AS median_before, arg_max(message, "
        "(time, message)) AS line FROM (SELECT *, %s AS onset, "
        "coalesce(TRY_CAST(nullif(regexp_extract(message, "
        "'duration: ([0-9.]+) ms', 1), '') AS DOUBLE), 1000 * "
        "TRY_CAST(nullif(regexp_extract(message, 'Query_time: ([0-9.]+)', 1), '') AS DOUBLE)) AS "
        "ms FROM logs WHERE service = %s AND message LIKE %s ESCAPE '\\') WHERE ms IS NOT NULL "
        "GROUP BY service, onset",
        onset.ptr, sql_quote(arena, text_at(rows, row, "service")).ptr,
        sql_quote(arena, text_at(rows, row, "like")).ptr);
}

static struct str statement_claim(struct inspection *work, const struct batch *rows, size_t row,
                                  const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    const struct column *before = batch_column(seen, "median_before");
    const struct str median_before =
        before->known[0]
            ? str_printf(arena, " (in %s ms)", claim_number(arena, before->reals[0]).ptr)
            : STR("");
    return str_printf(
        arena,
        "`%s` logged the statement `%s` %lld times since %s, in %s ms (median), and %lld times "
        "before%s.",
        text_at(rows, row, "service").ptr,
        claim_quote(arena, text_at(rows, row, "exemplar"), INSPECTION_QUOTE_BYTES_MAX).ptr,
        (long long)count_at(seen, 0, "since"), inspection_since(work),
        claim_number(arena, batch_column(seen, "median_since")->reals[0]).ptr,
        (long long)count_at(seen, 0, "before"), median_before.ptr);
}

static uint32_t told_of(const struct map *databases, const uint32_t *told, struct str database)
{
    const uint32_t number = map_find(databases, database);
    return number == MAP_NONE ? 0 : told[number];
}

bool inspection_statements(struct inspection *work, struct err *err)
{
    const struct batch *rows, *seen;
    struct map changed;
    if (!inspection_ask(work, "databases.statements", "statements", work->since_ns, &rows, err) ||
        !find_changed(work, &changed, err))
        return false;
    struct map databases = map_new(work->call->scratch);
    uint32_t *told = arena_push_many(work->call->scratch, uint32_t, rows->rows + 1);
    int64_t slow_count = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str database = text_at(rows, row, "service");
        const struct str sender = text_at(rows, row, "sender");
        const double slow = slowness(work, rows, row);
        const struct str subject = is_senders(&changed, sender, database) ? sender : database;
        if (slow <= 0 || !inspection_wants(work, database, subject))
            continue;
        slow_count++;
        const struct str query = statement_query(work, rows, row);
        if (told_of(&databases, told, database) >= PER_DATABASE_MAX)
            continue;
        if (!inspection_look(work, query, &seen, err))
            return false;
        if (seen->rows == 0 || !batch_column(seen, "median_since")->known[0])
            continue;
        told[map_add(&databases, database)]++;
        const bool locked = map_find(&work->locked, database) != MAP_NONE ||
                            map_find(&work->ailing, database) != MAP_NONE;
        inspection_add(work,
                       (struct evidence){
                           .signal = SIGNAL_LOGS,
                           .finding = FINDING_QUERIES,
                           .kind = KIND_SLOW_QUERIES,
                           .subject = subject,
                           .claim = statement_claim(work, rows, row, seen),
                           .query = query,
                           .strength = STRENGTH_STATEMENT * slow * (locked ? BESIDE_LOCKS : 1),
                       });
    }
    *record_at(work->out, "slow") = value_int(slow_count);
    return true;
}
