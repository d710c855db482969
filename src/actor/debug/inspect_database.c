/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what a database says of itself: who holds the locks that others wait for, which statements
 * became slow, what it ran out of.
 *
 * Where a database names the process that holds a lock and tells whose session that is, the holder
 * is a witness's word and not a guess: 0.9, by how much more often it is said since the onset than
 * before, and less for a few lines. A session that nobody's name stands for is the database's own.
 * Statements that became slow are worth less, 0.6, for they have a cause themselves: a fifth of
 * that where others wait for locks. The doing is that of the service that alone sends one, if it
 * was changed just before and the database was not; else the database's.
 *
 * Who holds or opened most sessions of a database that refuses one is as surely told, by its share.
 *
 * A database that was asked itself says more than its log does (debug/ailing.h). Metrics are asked
 * only for what neither says: they know no holder.
 */
#include "actor/actor.h"

#include "actor/change.h"
#include "actor/debug/ailing.h"
#include "actor/news.h"
#include "actor/room.h"
#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>

#define EVIDENCE_MAX 12
#define PER_DATABASE_MAX 2 /* of statements: the next ones say the same */
#define TIMES_MIN 3        /* twice may be chance */

#define STRENGTH_HOLDER 0.9
#define STRENGTH_STATEMENT 0.6
#define STRENGTH_METRIC 0.3 /* as that of other metrics which left their range */
#define NOBODYS 0.5         /* left, where it is not known whose the session is */
#define BESIDE_OWNER 0.3    /* left of a shortage, where one service has most of what is short */
#define BESIDE_LOCKS 0.2    /* left of a slow statement, where others wait for locks, */
                            /* or the database itself tells why */

/* A statement that became slow later than this had been sent well by what was changed. */
#define SENDER_CHANGED_NS (10 * 60 * NS_PER_S)

#define SLOWER_MIN 2.0    /* times; less is the weather */
#define SLOWER_MIN_MS 5.0 /* and less than that nobody notices */
#define MOST 0.5          /* of the sessions of a database */
#define SHIFT_MIN 5.0     /* spreads of a metric */
#define QUOTE_BYTES_MAX 70

static const struct field input[] = {
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "a database, or a service of whom alone to add evidence",
     NULL},
    {0},
};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"holder", TYPE_TEXT, FIELD_OPTIONAL, "the service that holds the locks others wait for", NULL},
    {"slow", TYPE_INT, 0, "how many statements became slow", NULL},
    {"trouble", TYPE_TEXT, FIELD_OPTIONAL, "what it ran out of or could not do, in words", NULL},
    {0},
};

/* What each trouble says, and how surely it is a cause. */
static const struct {
    const char *name; /* as databases.troubles names it */
    enum finding finding;
    enum kind kind;
    const char *cause;
    double strength;
} troubles[] = {
    {"deadlock", FINDING_LOCKS, KIND_LOCKS, "transactions in it block each other for good", 0.5},
    {"lock_wait", FINDING_LOCKS, KIND_LOCKS, "statements in it wait for locks in vain", 0.4},
    {"connections", FINDING_CONNECTIONS, KIND_CAPACITY, "it has no connection left", 0.8},
    {"disk_full", FINDING_DISK, KIND_DISK, "its disk is full", 0.9},
    {"checkpoints", FINDING_DISK, KIND_DISK, "it writes checkpoints too often", 0.3},
    {"temporary_files", FINDING_QUERIES, KIND_SLOW_QUERIES, "its statements spill to disk", 0.3},
    {"autovacuum", FINDING_QUERIES, KIND_SLOW_QUERIES, "its tables are not vacuumed", 0.1},
    {"memory", FINDING_MEMORY, KIND_MEMORY, "it ran out of memory", 0.7},
    {"killed", FINDING_RESTART, KIND_CRASH, "a process of it was killed", 0.8},
    {"recovery", FINDING_RESTART, KIND_CRASH, "it had to recover", 0.5},
    {"corrupt", FINDING_DISK, KIND_DISK, "its files are damaged", 0.8},
};
#define TROUBLES_COUNT (sizeof troubles / sizeof *troubles)

struct work {
    struct call *call;
    const struct record *in;
    const struct record *out;
    int64_t since_ns; /* what is compared with before */
    int64_t found;
    struct room room;
    struct map locked; /* databases in which others wait for locks */
    struct map ailing; /* that tell what is wrong with them, asked themselves */
};

static struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static int64_t count_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->integers[row];
}

static bool is_wanted(const struct work *work, struct str database, struct str subject)
{
    return room_is_left(&work->room, subject) &&
           (actor_is_asked_about(work->in, database) || actor_is_asked_about(work->in, subject));
}

static double news(const struct work *work, double since, double before)
{
    return news_share(work->call->casefile, work->since_ns, since, before);
}

static bool ask(struct work *work, const char *tool, const char *rows_name, int64_t time_ns,
                const struct batch **rows, struct err *err)
{
    struct record asked = record_new(work->call->scratch, agent_tool(str_of(tool))->sig.input);
    struct record answer;
    asked.values[0] = value_time(time_ns); /* each of them takes one time */
    if (!agent_use_once(work->call, tool, &asked, &answer, err))
        return false;
    *rows = record_at(&answer, rows_name)->rows;
    return true;
}

/* The rows of the query that will bear the claim out: the numbers in it come from there. */
static bool look(struct work *work, struct str query, const struct batch **rows, struct err *err)
{
    struct batch *found;
    if (!telemetry_rows(work->call->services->telemetry, work->call->scratch, query, &found, err))
        return false;
    *rows = found;
    return true;
}

static void add_evidence(struct work *work, struct evidence evidence)
{
    evidence.step_id = work->call->step_id;
    evidence.bearing = BEARING_SUPPORTS;
    evidence.window = work->call->casefile->incident;
    if (evidence.onset_ns == 0)
        evidence.onset_ns = evidence.window.start_ns;
    casefile_add(work->call->casefile, &evidence);
    room_take(&work->room, evidence.subject);
    work->found++;
}

static const char *since_text(const struct work *work)
{
    return time_format_short(work->call->scratch, work->since_ns).ptr;
}

/* ---- locks ---- */

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
static struct str holder_query(struct work *work, const struct batch *rows, size_t row)
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

static struct str holder_claim(struct work *work, const struct batch *rows, size_t row,
                               const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    const struct str application =
        claim_quote(arena, text_at(rows, row, "application"), QUOTE_BYTES_MAX);
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
                      since_text(work), (long long)count_at(seen, 0, "before"), who.ptr);
}

static bool tell_holders(struct work *work, struct err *err)
{
    const struct batch *rows, *seen;
    if (!ask(work, "databases.locks", "holders", work->since_ns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str database = text_at(rows, row, "service");
        const struct str holder = text_at(rows, row, "holder");
        const bool is_known = holder.len > 0 && !str_eq(holder, database);
        const struct str subject = is_known ? holder : database;
        const int64_t since = count_at(rows, row, "held_since");
        const double strength =
            STRENGTH_HOLDER * (is_known ? 1 : NOBODYS) *
            news(work, (double)since, (double)count_at(rows, row, "held_before"));
        if (since < TIMES_MIN || strength <= 0)
            continue;
        map_add(&work->locked, database);
        if (!is_wanted(work, database, subject))
            continue;
        const struct str query = holder_query(work, rows, row);
        if (!look(work, query, &seen, err))
            return false;
        if (seen->rows == 0)
            continue;
        if (is_known && !record_at(work->out, "holder")->known)
            *record_at(work->out, "holder") = value_text(holder);
        add_evidence(work, (struct evidence){
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

/* ---- statements ---- */

/* The evidence of changes may not be there yet: requests and stores are asked first. */
static bool find_changed(struct work *work, struct map *changed, struct err *err)
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
static double slowness(const struct work *work, const struct batch *rows, size_t row)
{
    const double median = batch_column(rows, "median_since_ms")->reals[row];
    const double since = (double)count_at(rows, row, "since");
    const double before = (double)count_at(rows, row, "before");
    if (since < TIMES_MIN || median < SLOWER_MIN_MS)
        return 0;
    if (before < TIMES_MIN)
        return news(work, since, before);
    const double median_before = batch_column(rows, "median_before_ms")->reals[row];
    if (median < SLOWER_MIN * median_before || median - median_before < SLOWER_MIN_MS)
        return 0;
    return (1 - median_before / median) * since / (since + TIMES_MIN);
}

static struct str statement_query(struct work *work, const struct batch *rows, size_t row)
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

static struct str statement_claim(struct work *work, const struct batch *rows, size_t row,
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
        claim_quote(arena, text_at(rows, row, "exemplar"), QUOTE_BYTES_MAX).ptr,
        (long long)count_at(seen, 0, "since"), since_text(work),
        claim_number(arena, batch_column(seen, "median_since")->reals[0]).ptr,
        (long long)count_at(seen, 0, "before"), median_before.ptr);
}

static uint32_t told_of(const struct map *databases, const uint32_t *told, struct str database)
{
    const uint32_t number = map_find(databases, database);
    return number == MAP_NONE ? 0 : told[number];
}

static bool tell_statements(struct work *work, struct err *err)
{
    const struct batch *rows, *seen;
    struct map changed;
    if (!ask(work, "databases.statements", "statements", work->since_ns, &rows, err) ||
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
        if (slow <= 0 || !is_wanted(work, database, subject))
            continue;
        slow_count++;
        const struct str query = statement_query(work, rows, row);
        if (told_of(&databases, told, database) >= PER_DATABASE_MAX)
            continue;
        if (!look(work, query, &seen, err))
            return false;
        if (seen->rows == 0 || !batch_column(seen, "median_since")->known[0])
            continue;
        told[map_add(&databases, database)]++;
        const bool locked = map_find(&work->locked, database) != MAP_NONE ||
                            map_find(&work->ailing, database) != MAP_NONE;
        add_evidence(work, (struct evidence){
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

/* ---- troubles ---- */

static bool calls(const struct topology *topology, struct str caller, uint32_t callee)
{
    const uint32_t node = topology_find(topology, caller);
    return node != MAP_NONE && topology_has_edge(topology, node, callee);
}

/* Whom all clients call that quote this trouble, if that is one alone; else empty. */
static struct str common_callee(const struct topology *topology, const struct batch *rows,
                                struct str trouble)
{
    struct str found = STR("");
    for (uint32_t callee = 0; callee < topology->nodes.count; callee++) {
        bool by_all = true;
        for (size_t row = 0; row < rows->rows && by_all; row++)
            by_all = !str_eq(text_at(rows, row, "trouble"), trouble) ||
                     calls(topology, text_at(rows, row, "service"), callee);
        if (!by_all)
            continue;
        if (found.len > 0)
            return STR("");
        found = topology->nodes.keys[callee];
    }
    return found;
}

static bool is_told_by_server(const struct batch *rows, struct str trouble)
{
    for (size_t row = 0; row < rows->rows; row++)
        if (str_eq(text_at(rows, row, "trouble"), trouble) && count_at(rows, row, "of_server") &&
            count_at(rows, row, "since") > 0)
            return true;
    return false;
}

/* The database that a row is about; empty: that cannot be told. */
static struct str database_of(const struct work *work, const struct batch *rows, size_t row)
{
    const struct str trouble = text_at(rows, row, "trouble");
    if (count_at(rows, row, "of_server"))
        return text_at(rows, row, "service");
    if (is_told_by_server(rows, trouble))
        return STR("");
    return common_callee(&work->call->casefile->topology, rows, trouble);
}

static size_t trouble_number(struct str name)
{
    size_t i = 0;
    while (i < TROUBLES_COUNT && !str_eq(str_of(troubles[i].name), name))
        i++;
    return i;
}

static struct str trouble_query(struct work *work, const struct batch *rows, size_t row)
{
    struct arena *arena = work->call->scratch;
    const struct str onset = sql_time(arena, work->since_ns);
    return str_printf(arena,
                      "SELECT service, onset, count(*) FILTER (WHERE time >= onset) AS since, "
                      "count(*) FILTER (WHERE time < onset) AS before, arg_max(message, (time, "
                      "message)) AS line FROM (SELECT *, %s AS onset FROM logs WHERE service = %s "
                      "AND contains(message, %s)) GROUP BY service, onset",
                      onset.ptr, sql_quote(arena, text_at(rows, row, "service")).ptr,
                      sql_quote(arena, text_at(rows, row, "words")).ptr);
}

/* Lines about sessions, each with its process; and those of the owner, by its name in them. */
static struct str owner_query(struct work *work, struct str database, struct str owner,
                              int64_t at_ns)
{
    struct arena *arena = work->call->scratch;
    const struct str service = sql_quote(arena, database), name = sql_quote(arena, owner);
    const struct str at = sql_time(arena, at_ns), since = sql_time(arena, work->since_ns);
    return str_printf(
        arena,
        "WITH said AS (SELECT time, message, regexp_extract(message, '(?:\\[|pid=)([0-9]+)', 1) AS "
        "process, contains(message, 'connection authorized:') AS opens FROM logs WHERE service = "
        "%s "
        "AND (contains(message, 'connection authorized:') OR contains(message, "
        "'disconnection:'))), "
        "open AS (SELECT * FROM said a WHERE opens AND time <= %s AND NOT EXISTS (SELECT 1 FROM "
        "said b WHERE NOT b.opens AND b.process = a.process AND b.time >= a.time AND b.time <= "
        "%s)) SELECT %s AS service, %s AS owner, %s AS at, %s AS since, (SELECT count(*) FROM "
        "open) "
        "AS open_of, (SELECT count(*) FROM open WHERE contains(message, %s)) AS open, count(*) AS "
        "opened_of, count(*) FILTER (WHERE contains(message, %s)) AS opened FROM said WHERE opens "
        "AND time >= %s",
        service.ptr, at.ptr, at.ptr, service.ptr, name.ptr, at.ptr, since.ptr, name.ptr, name.ptr,
        since.ptr);
}

static struct str owner_claim(struct work *work, struct str database, struct str owner,
                              int64_t at_ns, bool open_known, const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    if (open_known)
        return str_printf(arena,
                          "`%.*s` held %lld of the %lld sessions of `%.*s` at %s, when one was "
                          "refused.",
                          STR_ARG(owner), (long long)count_at(seen, 0, "open"),
                          (long long)count_at(seen, 0, "open_of"), STR_ARG(database),
                          time_format_short(arena, at_ns).ptr);
    return str_printf(arena,
                      "`%.*s` opened %lld of the %lld sessions of `%.*s` since %s; one was refused "
                      "at %s.",
                      STR_ARG(owner), (long long)count_at(seen, 0, "opened"),
                      (long long)count_at(seen, 0, "opened_of"), STR_ARG(database),
                      since_text(work), time_format_short(arena, at_ns).ptr);
}

/* The share of a database's sessions: of those that were open, or else of those it opened. */
static double owned(const struct work *work, const struct batch *rows, size_t row)
{
    if (batch_column(rows, "open")->known[row]) {
        const double open = (double)count_at(rows, row, "open");
        return open < TIMES_MIN ? 0 : open / (double)count_at(rows, row, "open_of");
    }
    const double opened = (double)count_at(rows, row, "opened");
    return opened < TIMES_MIN ? 0
                              : news(work, opened, (double)count_at(rows, row, "opened_before")) *
                                    opened / (double)count_at(rows, row, "opened_of");
}

/* Whose sessions they were when a database first refused one. *told: somebody's. */
static bool tell_owner(struct work *work, struct str database, int64_t at_ns, bool *told,
                       struct err *err)
{
    struct record asked =
        record_new(work->call->scratch, agent_tool(STR("databases.sessions"))->sig.input);
    struct record answer;
    *record_at(&asked, "at") = value_time(at_ns);
    *record_at(&asked, "since") = value_time(work->since_ns);
    if (!agent_use_once(work->call, "databases.sessions", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "sessions")->rows, *seen;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str owner = text_at(rows, row, "owner");
        const double share = owned(work, rows, row);
        if (!str_eq(text_at(rows, row, "service"), database) || owner.len == 0 || share < MOST ||
            !is_wanted(work, database, owner))
            continue;
        const struct str query = owner_query(work, database, owner, at_ns);
        if (!look(work, query, &seen, err))
            return false;
        add_evidence(work,
                     (struct evidence){
                         .signal = SIGNAL_LOGS,
                         .finding = FINDING_CONNECTIONS,
                         .kind = KIND_CAPACITY,
                         .subject = owner,
                         .cause = STR("it holds most connections of a database that has none left"),
                         .onset_ns = at_ns,
                         .claim = owner_claim(work, database, owner, at_ns,
                                              batch_column(rows, "open")->known[row], seen),
                         .query = query,
                         .strength = STRENGTH_HOLDER * share,
                     });
        if (!record_at(work->out, "holder")->known)
            *record_at(work->out, "holder") = value_text(owner);
        *told = true;
        break;
    }
    return true;
}

static bool tell_trouble(struct work *work, const struct batch *rows, size_t row, size_t number,
                         struct str database, struct err *err)
{
    struct arena *arena = work->call->scratch;
    const struct batch *seen;
    const struct str query = trouble_query(work, rows, row);
    if (!look(work, query, &seen, err))
        return false;
    if (seen->rows == 0)
        return true;
    if (!record_at(work->out, "trouble")->known)
        *record_at(work->out, "trouble") = value_text(str_of(troubles[number].cause));
    const int64_t first_ns = batch_column(rows, "first")->integers[row];
    bool owned_by_one = false;
    if (troubles[number].finding == FINDING_CONNECTIONS &&
        !tell_owner(work, database, first_ns, &owned_by_one, err))
        return false;
    add_evidence(work,
                 (struct evidence){
                     .signal = SIGNAL_LOGS,
                     .finding = troubles[number].finding,
                     .kind = troubles[number].kind,
                     .subject = database,
                     .cause = str_of(troubles[number].cause),
                     .onset_ns = first_ns,
                     .claim = str_printf(
                         arena, "`%s` logged `%s` %lld times since %s, and %lld times before.",
                         text_at(rows, row, "service").ptr, text_at(rows, row, "words").ptr,
                         (long long)count_at(seen, 0, "since"), since_text(work),
                         (long long)count_at(seen, 0, "before")),
                     .query = query,
                     .strength = troubles[number].strength * (owned_by_one ? BESIDE_OWNER : 1) *
                                 news(work, (double)count_at(seen, 0, "since"),
                                      (double)count_at(seen, 0, "before")),
                 });
    return true;
}

static bool tell_troubles(struct work *work, struct err *err)
{
    const struct batch *rows;
    if (!ask(work, "databases.troubles", "troubles", work->since_ns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const size_t number = trouble_number(text_at(rows, row, "trouble"));
        const struct str database = database_of(work, rows, row);
        if (number == TROUBLES_COUNT || database.len == 0 || !is_wanted(work, database, database) ||
            news(work, (double)count_at(rows, row, "since"),
                 (double)count_at(rows, row, "before")) <= 0)
            continue;
        if (!tell_trouble(work, rows, row, number, database, err))
            return false;
    }
    return true;
}

/* ---- metrics ---- */

/* What the pieces of a metric's name say; FINDING_NONE: nothing about locks or statements. */
static enum finding metric_finding(struct str name)
{
    const bool of_locks =
        metric_has_piece(name, STR("lock")) || metric_has_piece(name, STR("locks")) ||
        metric_has_piece(name, STR("deadlocks")) ||
        (metric_has_piece(name, STR("idle")) && metric_has_piece(name, STR("transaction")));
    const bool of_statements =
        metric_has_piece(name, STR("slowlog")) ||
        (metric_has_piece(name, STR("slow")) &&
         (metric_has_piece(name, STR("queries")) || metric_has_piece(name, STR("statements")) ||
          metric_has_piece(name, STR("commands")) || metric_has_piece(name, STR("execution"))));
    return of_locks ? FINDING_LOCKS : of_statements ? FINDING_QUERIES : FINDING_NONE;
}

static bool is_said(const struct casefile *casefile, enum finding finding)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == finding && it->bearing == BEARING_SUPPORTS)
            return true;
    return false;
}

static void tell_metric(struct work *work, const struct batch *rows, size_t row,
                        enum finding finding)
{
    struct arena *arena = work->call->scratch;
    const int64_t onset_ns = work->call->casefile->incident.start_ns;
    const struct str onset_text = time_format_short(arena, onset_ns);
    const struct series_name name = {.service = text_at(rows, row, "service"),
                                     .instance = text_at(rows, row, "instance"),
                                     .metric = text_at(rows, row, "metric")};
    const struct str onset = sql_time(arena, onset_ns);
    add_evidence(
        work,
        (struct evidence){
            .signal = SIGNAL_METRICS,
            .finding = finding,
            .kind = finding == FINDING_LOCKS ? KIND_LOCKS : KIND_SLOW_QUERIES,
            .subject = name.service,
            .instance = name.instance,
            .cause = finding == FINDING_LOCKS ? STR("sessions in it wait for locks") : STR(""),
            .claim = str_printf(
                arena, "`%s` of `%s` went from %s (median before %s) to %s (upper quartile since).",
                name.metric.ptr, name.service.ptr,
                claim_number(arena, batch_column(rows, "before")->reals[row]).ptr, onset_text.ptr,
                claim_number(arena, batch_column(rows, "after")->reals[row]).ptr),
            .query = str_printf(
                arena,
                "SELECT service, instance, metric, onset, median(value) FILTER (WHERE time < "
                "onset) "
                "AS before, quantile_cont(value, 0.75) FILTER (WHERE time >= onset) AS after FROM "
                "(SELECT *, %s AS onset FROM metrics) WHERE service = %s AND instance = %s AND "
                "metric = %s AND "
                "isfinite(value) GROUP BY ALL",
                onset.ptr, sql_quote(arena, name.service).ptr, sql_quote(arena, name.instance).ptr,
                sql_quote(arena, name.metric).ptr),
            .strength = STRENGTH_METRIC,
            .series = name,
        });
}

static bool tell_metrics(struct work *work, struct err *err)
{
    const struct casefile *casefile = work->call->casefile;
    const struct batch *rows;
    if (!ask(work, "metrics.shifts", "series", casefile->incident.start_ns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const enum finding finding = metric_finding(text_at(rows, row, "metric"));
        const struct str service = text_at(rows, row, "service");
        if (finding == FINDING_NONE || is_said(casefile, finding) ||
            !is_wanted(work, service, service) || batch_column(rows, "falls")->integers[row] ||
            batch_column(rows, "is_new")->integers[row] ||
            batch_column(rows, "shift")->reals[row] < SHIFT_MIN)
            continue;
        tell_metric(work, rows, row, finding);
    }
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.since_ns = news_since_ns(call->casefile),
                        .call = call,
                        .in = in,
                        .out = out,
                        .room = room_new(call, EVIDENCE_MAX),
                        .locked = map_new(call->scratch),
                        .ailing = map_new(call->scratch)};
    if (!ailing_tell(call, in, &work.found, &work.ailing, err) || !tell_holders(&work, err) ||
        !tell_statements(&work, err) || !tell_troubles(&work, err) || !tell_metrics(&work, err))
        return false;
    *record_at(out, "found") = value_int(work.found);
    return true;
}

const struct actor actor_inspect_database = {
    .sig = {.name = "inspect_database",
            .summary = "Find who holds locks, which statements became slow, what a database lacks",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .run = run,
};
