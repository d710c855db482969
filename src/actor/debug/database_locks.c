/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who holds the locks that others wait for.
 *
 * Where a database names the process that holds a lock and tells whose session that is, the holder
 * is a witness's word and not a guess: 0.9, by how much more often it is said since the onset than
 * before, and less for a few lines. A session that nobody's name stands for is the database's own.
 */
#include "actor/debug/inspection.h"

#include "base/arena.h"
#include "base/buf.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define NOBODYS 0.5 /* left, where it is not known whose the session is */

/* '25806', '28774' */
static struct str quoted_list(struct arena *arena, struct str processes)
{
    struct buf list = buf_new(arena);
    struct str process;
    while (str_split(&processes, ',', &process))
        buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", sql_quote(arena, process).ptr);
    return buf_str(&list);
}

/* Lines that name one of these processes as the holder, and a line that tells whose they are. */
static struct str holder_query(struct inspection *work, const struct batch *rows, size_t row)
{
    struct arena *arena = work->call->scratch;
    const struct str onset = sql_time(arena, work->since_ns);
    const struct str service = sql_quote(arena, text_at(rows, row, "service"));
    const struct str list = quoted_list(arena, text_at(rows, row, "processes"));
    return str_printf(
        arena,
        "SELECT service, onset, count(*) FILTER (WHERE time >= onset) AS since, count(*) "
        "FILTER (WHERE time < onset) AS before, count(DISTINCT process) AS processes, "
        "min(process) AS process, (SELECT max(message) FROM logs WHERE service = %s AND "
        "contains(message, %s) AND regexp_extract(message, '(?:\\[|pid=)([0-9]+)', 1) IN (%s)) AS "
        "session FROM (SELECT service, time, %s AS onset, regexp_extract(message, '(?:holding the "
        "lock: "
        "|blocked by process )([0-9]+)', 1) AS process FROM logs WHERE service = %s) WHERE process "
        "IN (%s) GROUP BY service, onset",
        service.ptr, sql_quote(arena, text_at(rows, row, "application")).ptr, list.ptr, onset.ptr,
        service.ptr, list.ptr);
}

static struct str holder_claim(struct inspection *work, const struct batch *rows, size_t row,
                               const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    const struct str application =
        claim_quote(arena, text_at(rows, row, "application"), INSPECTION_QUOTE_BYTES_MAX);
    const long long processes = (long long)count_at(seen, 0, "processes");
    struct str who = str_printf(arena, "process `%s`", text_at(seen, 0, "process").ptr);
    if (application.len > 0)
        who = processes == 1
                  ? str_printf(arena, "`%s` (%s)", application.ptr, who.ptr)
                  : str_printf(arena, "`%s` (%lld processes)", application.ptr, processes);
    return str_printf(arena,
                      "`%s` logged %lld times since %s, and %lld times before, that others waited "
                      "for a lock that %s held.",
                      text_at(rows, row, "service").ptr, (long long)count_at(seen, 0, "since"),
                      inspection_since(work), (long long)count_at(seen, 0, "before"), who.ptr);
}

bool inspection_locks(struct inspection *work, struct err *err)
{
    const struct batch *rows, *seen;
    if (!inspection_ask(work, "databases.locks", "holders", work->since_ns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str database = text_at(rows, row, "service");
        const struct str holder = text_at(rows, row, "holder");
        const bool is_known = holder.len > 0 && !str_eq(holder, database);
        const struct str subject = is_known ? holder : database;
        const int64_t since = count_at(rows, row, "held_since");
        const double strength =
            INSPECTION_STRENGTH_HOLDER * (is_known ? 1 : NOBODYS) *
            inspection_news(work, (double)since, (double)count_at(rows, row, "held_before"));
        if (since < INSPECTION_TIMES_MIN || strength <= 0)
            continue;
        map_add(&work->locked, database);
        if (!inspection_wants(work, database, subject))
            continue;
        const struct str query = holder_query(work, rows, row);
        if (!inspection_look(work, query, &seen, err))
            return false;
        if (seen->rows == 0)
            continue;
        if (is_known && !record_at(work->out, "holder")->known)
            *record_at(work->out, "holder") = value_text(holder);
        inspection_add(work, (struct evidence){
                                 .signal = SIGNAL_LOGS,
                                 .finding = FINDING_LOCKS,
                                 .kind = KIND_LOCKS,
                                 .subject = subject,
                                 .cause = is_known ? STR("")
                                                   : STR("a session in it holds locks that others "
                                                         "wait for"),
                                 .onset_ns = batch_column(rows, "first")->integers[row],
                                 .claim = holder_claim(work, rows, row, seen),
                                 .query = query,
                                 .strength = strength,
                             });
    }
    return true;
}
