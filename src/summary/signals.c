/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs and metrics in four sentences: who is at fault with what and since when, which metrics show
 * it, what the logs say, who else suffers.
 *
 * Who is at fault is the verdict's to say, but where it has seen symptoms alone: likeliest(). The
 * metrics are a limit that was set, and those of that service that left their usual range the
 * furthest, errors and latency first; where it has none that did, those of the services whose
 * evidence speaks for it. The lines are those of the strongest evidence from logs. Whoever has
 * errors or answers late, and calls the service at fault over whatever many others, suffers.
 */
#include "summary/summary.h"

#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "report/prose.h"
#include "store/telemetry.h"
#include "summary/amounts.h"
#include "summary/saying.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define SYMPTOM_MIN 3.0  /* in spreads of the baseline: what metrics.shifts calls remarkable */
#define SHIFT_MIN 6.0    /* of what is neither errors nor latency: it has to be plain */
#define SHIFT_LOUD 20.0  /* beyond that the kind of a metric says more than how far it went */
#define METRICS_MAX 2    /* that are told of the service at fault */
#define METRICS_WANTED 2 /* with fewer, those of the services whose evidence speaks for it too */
#define METRICS_WORDS_MAX 44   /* up to here: logs and who suffers need the rest */
#define LOGS_WORDS_MAX 66      /* up to here */
#define SETTINGS_MAX 200       /* that are looked through */
#define SETTING_FACTOR 1.5     /* what was set is another number, not the same a little later */
#define LINES_MAX 2            /* kinds of line that are quoted */
#define LINES_STRENGTH_MIN 0.2 /* of the second kind */
#define SUFFERERS_MAX 4
#define QUOTE_WORDS_MAX 10
#define QUOTE_BACK_WORDS_MAX 2 /* "Connection refused" says little without what was refused */
#define QUOTE_BYTES_MAX 100
#define ONSET_ERROR_NS (2 * NS_PER_S) /* the first row since may be that much later */

struct shift {
    struct str service, instance, metric;
    enum metric_kind kind;
    bool falls, is_worse, is_told;
    double before, after, size;
};

struct telling {
    struct call *call;
    struct arena *arena;
    const struct report *report;
    const struct hypothesis *best; /* where it most likely is */
    bool is_sure;                  /* the verdict says so, and is sure of it */
    struct shift *shifts;          /* the most telling first */
    size_t shifts_count;
    const struct evidence *complaint; /* whose lines are quoted first; NULL: none are */
    struct saying saying;
};

/* ---- what moved ---- */

static int rank_of(enum metric_kind kind)
{
    static const enum metric_kind order[] = {METRIC_ERRORS,   METRIC_SUCCESS,     METRIC_LATENCY,
                                             METRIC_MEMORY,   METRIC_CONNECTIONS, METRIC_CPU,
                                             METRIC_DISK,     METRIC_NETWORK,     METRIC_COLLECTION,
                                             METRIC_REPLICAS, METRIC_OTHER,       METRIC_TRAFFIC};
    int rank = 0;
    while (rank < (int)(sizeof order / sizeof *order) && order[rank] != kind)
        rank++;
    return rank;
}

static bool says_little(enum metric_kind kind)
{
    return kind == METRIC_OTHER || kind == METRIC_TRAFFIC;
}

static int most_telling_first(const void *a, const void *b)
{
    const struct shift *x = a, *y = b;
    if (says_little(x->kind) != says_little(y->kind))
        return says_little(y->kind) ? -1 : 1;
    const double x_size = fmin(x->size, SHIFT_LOUD), y_size = fmin(y->size, SHIFT_LOUD);
    if (x_size != y_size)
        return x_size < y_size ? 1 : -1;
    if (rank_of(x->kind) != rank_of(y->kind))
        return rank_of(x->kind) < rank_of(y->kind) ? -1 : 1;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    const int order = str_compare(x->metric, y->metric);
    return order != 0 ? order : str_compare(x->instance, y->instance);
}

static bool read_shifts(struct telling *telling, struct err *err)
{
    struct record in = record_new(telling->arena, agent_tool(STR("metrics.shifts"))->sig.input);
    struct record out;
    *record_at(&in, "onset") = value_time(telling->call->casefile->incident.start_ns);
    if (!agent_use_once(telling->call, "metrics.shifts", &in, &out, err))
        return false;
    const struct batch *rows = record_at(&out, "series")->rows;
    telling->shifts = arena_push_many(telling->arena, struct shift, rows->rows + 1);
    for (size_t row = 0; row < rows->rows; row++)
        if (batch_column(rows, "is_flat")->integers[row] == 0 &&
            batch_column(rows, "is_new")->integers[row] == 0)
            telling->shifts[telling->shifts_count++] = (struct shift){
                .service = batch_column(rows, "service")->texts[row],
                .instance = batch_column(rows, "instance")->texts[row],
                .metric = batch_column(rows, "metric")->texts[row],
                .kind = metric_kind_of(batch_column(rows, "kind")->texts[row]),
                .falls = batch_column(rows, "falls")->integers[row] != 0,
                .is_worse = batch_column(rows, "worse")->integers[row] != 0,
                .before = batch_column(rows, "before")->reals[row],
                .after = batch_column(rows, "after")->reals[row],
                .size = batch_column(rows, "shift")->reals[row],
            };
    qsort(telling->shifts, telling->shifts_count, sizeof *telling->shifts, most_telling_first);
    return true;
}

/* A metric's name as it was written: "rate(x{a=b})" is made of x when a bundle is read. */
struct name {
    struct str bare;
    enum { NAME_PLAIN, NAME_RATE, NAME_MEAN, NAME_ERRORS } made;
};

static struct name name_of(struct str metric)
{
    static const struct {
        const char *prefix;
        int made;
    } makes[] = {{"rate(", NAME_RATE}, {"mean(", NAME_MEAN}, {"errors(", NAME_ERRORS}};
    struct name name = {.bare = metric};
    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++)
        if (str_starts(metric, str_of(makes[i].prefix)) && str_ends(metric, STR(")"))) {
            name.made = makes[i].made;
            name.bare = str_slice(metric, strlen(makes[i].prefix), metric.len - 1);
        }
    name.bare = str_slice(name.bare, 0, str_find(name.bare, STR("{")));
    return name;
}

/* The median before and the outer quartile since, and both as they are told. */
static struct str query_of(const struct telling *telling, const struct shift *shift,
                           const struct amount *before, const struct amount *after)
{
    struct arena *arena = telling->arena;
    const struct str onset = sql_time(arena, telling->call->casefile->incident.start_ns);
    return str_printf(
        arena,
        "SELECT service, instance, metric, median(value) FILTER (WHERE time < %s) AS before, "
        "quantile_cont(value, %s) FILTER (WHERE time >= %s) AS after, before / %g AS told_before, "
        "after / %g AS told_after FROM metrics WHERE service = %s AND metric = %s AND instance = "
        "%s AND isfinite(value) GROUP BY ALL",
        onset.ptr, shift->falls ? "0.25" : "0.75", onset.ptr, before->divisor, after->divisor,
        sql_quote(arena, shift->service).ptr, sql_quote(arena, shift->metric).ptr,
        sql_quote(arena, shift->instance).ptr);
}

/* "mean `x_seconds` of `payment` rose from 72 ms to 258 ms" */
static bool say_shift(struct telling *telling, const char *joint, struct shift *shift,
                      bool with_service)
{
    struct arena *arena = telling->arena;
    const struct name name = name_of(shift->metric);
    const bool is_rate = name.made == NAME_RATE || name.made == NAME_ERRORS;
    enum amount_unit unit = amount_unit_of(name.bare);
    if (is_rate && unit == AMOUNT_SECONDS) /* seconds a second are a share */
        unit = AMOUNT_NUMBER;
    const struct amount before = amount_of(arena, unit, shift->before);
    const struct amount after = amount_of(arena, unit, shift->after);
    shift->is_told =
        saying_claim(&telling->saying, joint,
                     str_printf(arena, "%s`%.*s`%s%s%s%s %s from %s to %s%s",
                                name.made == NAME_MEAN ? "mean " : "", STR_ARG(name.bare),
                                name.made == NAME_ERRORS ? " errors" : "",
                                with_service ? " of `" : "", with_service ? shift->service.ptr : "",
                                with_service ? "`" : "", shift->falls ? "fell" : "rose",
                                before.text.ptr, after.text.ptr, is_rate ? " per second" : ""),
                     query_of(telling, shift, &before, &after));
    return shift->is_told;
}

static bool is_told_before(const struct telling *telling, size_t at, struct str service)
{
    const struct str bare = name_of(telling->shifts[at].metric).bare;
    for (size_t i = 0; i < at; i++)
        if (str_eq(telling->shifts[i].service, service) &&
            str_eq(name_of(telling->shifts[i].metric).bare, bare))
            return true;
    return false;
}

static bool is_symptom_kind(enum metric_kind kind)
{
    return kind == METRIC_ERRORS || kind == METRIC_LATENCY || kind == METRIC_SUCCESS;
}

static bool is_plain(const struct shift *shift)
{
    return shift->is_worse && shift->size >= (is_symptom_kind(shift->kind) ? SYMPTOM_MIN
                                              : says_little(shift->kind)   ? SHIFT_LOUD
                                                                           : SHIFT_MIN);
}

static uint32_t say_metrics_of(struct telling *telling, struct str service, bool is_subject,
                               uint32_t told)
{
    for (size_t i = 0; i < telling->shifts_count && told < METRICS_MAX; i++) {
        struct shift *shift = &telling->shifts[i];
        if (str_eq(shift->service, service) && is_plain(shift) &&
            !is_told_before(telling, i, service))
            told += say_shift(telling, told == 0 ? "" : " and ", shift, !is_subject);
    }
    return told;
}

/* A limit that was one number all the time, and then another: somebody has set it. */
static uint32_t say_setting(struct telling *telling, struct str service)
{
    struct arena *arena = telling->arena;
    struct batch *rows;
    struct err ignored = {0};
    const struct str query = str_printf(
        arena,
        "WITH spells AS (SELECT metric::VARCHAR AS metric, instance::VARCHAR AS instance, value, "
        "min(time) AS first, max(time) AS last, count(*) OVER (PARTITION BY metric, instance) AS "
        "n FROM metrics WHERE service = %s AND isfinite(value) GROUP BY metric, instance, value) "
        "SELECT a.metric, a.instance, a.value AS before, b.value AS after, b.first AS changed FROM "
        "spells a JOIN spells b USING (metric, instance) WHERE a.n = 2 AND a.last < b.first ORDER "
        "BY metric, instance LIMIT %d",
        sql_quote(arena, service).ptr, SETTINGS_MAX);
    if (!telemetry_rows(telling->call->services->telemetry, arena, query, &rows, &ignored))
        return 0;
    for (size_t row = 0; row < rows->rows; row++) {
        struct shift shift = {.service = service,
                              .metric = batch_column(rows, "metric")->texts[row],
                              .before = batch_column(rows, "before")->reals[row],
                              .after = batch_column(rows, "after")->reals[row]};
        const enum amount_unit unit = amount_unit_of(name_of(shift.metric).bare);
        const struct amount before = amount_of(arena, unit, shift.before);
        const struct amount after = amount_of(arena, unit, shift.after);
        if (metric_meaning_of(shift.metric).kind == METRIC_LIMIT &&
            fmax(shift.before, shift.after) >= SETTING_FACTOR * fmin(shift.before, shift.after) &&
            saying_claim(&telling->saying, "",
                         str_printf(arena, "`%.*s` %s from %s to %s",
                                    STR_ARG(name_of(shift.metric).bare),
                                    shift.after < shift.before ? "fell" : "rose", before.text.ptr,
                                    after.text.ptr),
                         str_printf(arena,
                                    "SELECT *, before / %g AS told_before, after / %g AS "
                                    "told_after FROM (%s) WHERE metric = %s",
                                    before.divisor, after.divisor, query.ptr,
                                    sql_quote(arena, shift.metric).ptr)))
            return 1;
    }
    return 0;
}

static void say_metrics(struct telling *telling)
{
    const struct hypothesis *best = telling->best;
    telling->saying.words_max = METRICS_WORDS_MAX;
    uint32_t told = say_setting(telling, best->subject);
    told = say_metrics_of(telling, best->subject, true, told);
    for (uint32_t i = 0; i < best->contributions_count && told < METRICS_WANTED; i++) {
        const struct str service = best->contributions[i].evidence->subject;
        bool is_new = !str_eq(service, best->subject);
        for (uint32_t k = 0; k < i; k++)
            is_new &= !str_eq(best->contributions[k].evidence->subject, service);
        if (is_new)
            told = say_metrics_of(telling, service, false, told);
    }
    saying_end_sentence(&telling->saying);
}

/* ---- whose fault it is ---- */

static bool is_of_lines(const struct evidence *evidence)
{
    return evidence->signal == SIGNAL_LOGS && evidence->bearing == BEARING_SUPPORTS &&
           (evidence->finding == FINDING_COMPLAINT || evidence->finding == FINDING_LOG_ERRORS ||
            evidence->finding == FINDING_EXCEPTION);
}

/* Where nobody knows who calls whom, everybody may. */
static bool may_call(const struct telling *telling, struct str caller, struct str callee)
{
    const struct topology *map = &telling->call->casefile->topology;
    const uint32_t from = topology_find(map, caller), to = topology_find(map, callee);
    return from == MAP_NONE || to == MAP_NONE ||
           topology_distances(map, telling->arena, from)[to] != TOPOLOGY_FAR;
}

static bool logs_tell_of(const struct telling *telling, struct str service)
{
    for (const struct evidence *it = telling->call->casefile->evidence; it; it = it->next)
        if (is_of_lines(it) && str_eq(it->subject, service))
            return true;
    return false;
}

/*
 * Errors and late answers alone, of a service of which no log says anything, are what it suffers:
 * then it is the next likely one among those it calls of which logs tell. That is less than sure.
 */
static const struct hypothesis *likeliest(const struct telling *telling)
{
    const struct hypothesis *first = telling->report->best;
    const bool is_symptom = first->finding == FINDING_ERRORS || first->finding == FINDING_LATENCY ||
                            first->finding == FINDING_TRAFFIC;
    if (!is_symptom || logs_tell_of(telling, first->subject))
        return first;
    for (const struct hypothesis *it = first->next; it; it = it->next)
        if (!str_eq(it->subject, first->subject) && logs_tell_of(telling, it->subject) &&
            may_call(telling, first->subject, it->subject))
            return it;
    return first;
}

/* ---- who, what, since when ---- */

/* The first row of it, or line that names it, from that moment on. */
static struct str first_query(const struct telling *telling, struct str service, int64_t since_ns)
{
    struct arena *arena = telling->arena;
    const struct str name = sql_quote(arena, service);
    const struct str since = sql_time(arena, since_ns);
    return str_printf(arena,
                      "SELECT arg_min(who, time) AS who, min(time) AS since FROM (SELECT service "
                      "AS who, time FROM metrics WHERE service = %s AND time >= %s UNION ALL "
                      "SELECT CASE WHEN service = %s THEN service ELSE message END, time FROM logs "
                      "WHERE time >= %s AND (service = %s OR contains(message, %s)))",
                      name.ptr, since.ptr, name.ptr, since.ptr, name.ptr, name.ptr);
}

/* 0: there is none near enough. */
static int64_t first_since(const struct telling *telling, struct str query, int64_t since_ns)
{
    struct batch *rows;
    struct err ignored = {0};
    if (!telemetry_rows(telling->call->services->telemetry, telling->arena, query, &rows,
                        &ignored) ||
        rows->rows == 0 || !batch_column(rows, "since")->known[0])
        return 0;
    const int64_t first_ns = batch_column(rows, "since")->integers[0];
    return first_ns - since_ns <= ONSET_ERROR_NS ? first_ns : 0;
}

/* That a number is unusual says less of a fault than what is logged of it. */
static bool is_vague(enum finding finding)
{
    return finding == FINDING_CPU || finding == FINDING_MEMORY || finding == FINDING_DISK ||
           finding == FINDING_NETWORK || finding == FINDING_TRAFFIC || finding == FINDING_LATENCY ||
           finding == FINDING_ERRORS || finding == FINDING_OTHER_METRIC;
}

/* As the verdict words it, or as the strongest complaint does where that is vague. */
static struct str cause_of(const struct telling *telling)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = telling->call->casefile->evidence;
         it && is_vague(telling->best->finding); it = it->next)
        if (it->finding == FINDING_COMPLAINT && it->bearing == BEARING_SUPPORTS &&
            it->cause.len > 0 && str_eq(it->subject, telling->best->subject) &&
            (!best || it->strength > best->strength))
            best = it;
    return best ? best->cause : prose_cause(telling->report, telling->best);
}

static void say_fault(struct telling *telling)
{
    struct arena *arena = telling->arena;
    const struct hypothesis *best = telling->best;
    const int64_t from_ns =
        best->since_ns != 0 ? best->since_ns : telling->call->casefile->incident.start_ns;
    const struct str query = first_query(telling, best->subject, from_ns);
    const int64_t since_ns = first_since(telling, query, from_ns);
    const struct str since =
        since_ns == 0 ? STR("")
                      : str_printf(arena, " since %s UTC", time_format_short(arena, since_ns).ptr);
    const bool is_withheld = !telling->is_sure && best == telling->report->best;
    const struct str who = str_printf(
        arena, "%s`%s` %s%.*s",
        telling->is_sure ? ""
        : is_withheld    ? "it is not known what is at fault; "
                         : "most likely ",
        best->subject.ptr, is_withheld ? "is most likely" : "is at fault", STR_ARG(since));
    const struct str cause = cause_of(telling);
    if (!saying_claim(&telling->saying, "", str_printf(arena, "%s: %.*s", who.ptr, STR_ARG(cause)),
                      query))
        saying_claim(&telling->saying, "",
                     str_printf(arena, "%s: %s", who.ptr, finding_text(best->finding)), query);
    saying_end_sentence(&telling->saying);
}

/* ---- what the logs say ---- */

/* About the subject, then complaints, then the strongest. */
static bool tells_more(const struct evidence *a, const struct evidence *b, struct str subject)
{
    const bool a_ours = str_eq(a->subject, subject), b_ours = str_eq(b->subject, subject);
    const bool a_says = a->finding == FINDING_COMPLAINT, b_says = b->finding == FINDING_COMPLAINT;
    return a_ours != b_ours             ? a_ours
           : a_says != b_says           ? a_says
           : a->strength != b->strength ? a->strength > b->strength
                                        : a->id < b->id;
}

/* The next in that order; NULL before the first, and after the last. */
static const struct evidence *next_lines(const struct telling *telling,
                                         const struct evidence *before)
{
    const struct str subject = telling->best->subject;
    const struct evidence *best = NULL;
    for (const struct evidence *it = telling->call->casefile->evidence; it; it = it->next)
        if (is_of_lines(it) && (!before || tells_more(before, it, subject)) && it != before &&
            (!best || tells_more(it, best, subject)))
            best = it;
    return best;
}

/* The second name of the claim: what was found in the lines; the first is who logged them. */
static bool names_of(struct str claim, struct str *who, struct str *words)
{
    struct piece piece;
    uint32_t count = 0;
    while (count < 2 && prose_next(&claim, &piece))
        if (piece.kind == PIECE_NAME)
            *(count++ == 0 ? who : words) = piece.text;
    return count == 2;
}

static bool ends_clause(struct str line, size_t at)
{
    const char c = line.ptr[at];
    return (unsigned char)c < ' ' || c == '`' || c == '"' || c == ';' ||
           (c == ' ' && at + 1 < line.len && line.ptr[at + 1] == '(') ||
           (c == ',' && at + 1 < line.len && line.ptr[at + 1] == ' ') ||
           (c == '.' && (at + 1 == line.len || line.ptr[at + 1] == ' '));
}

/* Where the part before ": " begins, if it is a few plain words; else where it was. */
static size_t one_part_back(struct str line, size_t from)
{
    size_t at = from, words = 1;
    if (from < 3 || line.ptr[from - 2] != ':' || line.ptr[from - 1] != ' ')
        return from;
    for (at = from - 2; at > 0 && !(line.ptr[at - 1] == ' ' && at > 1 && line.ptr[at - 2] == ':');
         at--) {
        const char c = line.ptr[at - 1];
        words += c == ' ';
        if (!(isalpha((unsigned char)c) || c == ' ' || c == '-' || c == '_') ||
            words > QUOTE_BACK_WORDS_MAX)
            return from;
    }
    return at;
}

/* The words and what of the line belongs to them: up to the end of the clause, or ten words; of few
 * words, what stands before them as well. */
static struct str quote_of(struct str line, struct str words)
{
    size_t from = str_find_no_case(line, words);
    if (from == STR_NPOS)
        return words;
    size_t to = from + words.len;
    uint32_t count = 1;
    for (size_t i = from; i < to; i++)
        count += line.ptr[i] == ' ';
    if (count <= QUOTE_BACK_WORDS_MAX)
        from = one_part_back(line, one_part_back(line, from));
    while (to < line.len && to - from < QUOTE_BYTES_MAX && !ends_clause(line, to) &&
           count < QUOTE_WORDS_MAX)
        count += line.ptr[to++] == ' ';
    return str_trim(str_slice(line, from, to));
}

static bool say_lines(struct telling *telling, const struct evidence *evidence,
                      struct str last_speaker)
{
    struct arena *arena = telling->arena;
    struct batch *rows;
    struct err ignored = {0};
    struct str who, words;
    if (!names_of(evidence->claim, &who, &words) ||
        !telemetry_rows(telling->call->services->telemetry, arena, evidence->query, &rows,
                        &ignored) ||
        rows->rows == 0)
        return false;
    const struct column *line = batch_find(rows, "line");
    line = line ? line : batch_find(rows, "message");
    const struct column *since = batch_find(rows, "since"), *before = batch_find(rows, "before");
    const struct str quote = claim_quote(
        arena, line && line->known[0] ? quote_of(line->texts[0], words) : words, QUOTE_BYTES_MAX);
    struct buf claim = buf_new(arena);
    if (!str_eq(who, last_speaker))
        buf_printf(&claim, "%s`%.*s` say ", last_speaker.len == 0 ? "the logs of " : "those of ",
                   STR_ARG(who));
    buf_printf(&claim, "\"`%.*s`\"", STR_ARG(quote));
    if (since && since->known[0] && since->type == TYPE_INT && since->integers[0] > 1)
        buf_printf(&claim, " %lld times", (long long)since->integers[0]);
    if (before && before->known[0] && before->integers[0] == 0)
        buf_printf(&claim, " and never before");
    return saying_claim(&telling->saying, " and ", buf_str(&claim), evidence->query);
}

static void say_logs(struct telling *telling)
{
    const struct str subject = telling->best->subject;
    uint32_t told = 0;
    struct str speaker = STR(""), words = STR("");
    telling->saying.words_max = LOGS_WORDS_MAX;
    for (const struct evidence *it = next_lines(telling, NULL); it && told < LINES_MAX;
         it = next_lines(telling, it)) {
        struct str who, what = STR("");
        if (!names_of(it->claim, &who, &what) || str_eq(what, words) ||
            (told > 0 && (it->strength < LINES_STRENGTH_MIN || !str_eq(it->subject, subject) ||
                          it->finding != FINDING_COMPLAINT)))
            continue;
        if (say_lines(telling, it, speaker)) {
            told++;
            speaker = who;
            words = what;
            telling->complaint = telling->complaint ? telling->complaint : it;
        }
    }
    saying_end_sentence(&telling->saying);
    telling->saying.words_max = SUMMARY_SIGNALS_WORDS_MAX;
}

/* ---- who else suffers ---- */

static bool is_symptom(const struct shift *shift)
{
    return is_symptom_kind(shift->kind) && is_plain(shift);
}

/* The most telling symptom of each that suffers; that of the alert's service first. */
static uint32_t find_sufferers(const struct telling *telling, struct shift **out)
{
    const struct str subject = telling->best->subject;
    const struct str alerted = telling->call->casefile->subject;
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < telling->shifts_count && count < SUFFERERS_MAX; i++) {
            struct shift *shift = &telling->shifts[i];
            bool is_new = !str_eq(shift->service, subject) && is_symptom(shift) &&
                          (pass == 1 || str_eq(shift->service, alerted));
            for (uint32_t k = 0; k < count && is_new; k++)
                is_new = !str_eq(out[k]->service, shift->service);
            if (is_new && may_call(telling, shift->service, subject))
                out[count++] = shift;
        }
    return count;
}

static struct str names_query(const struct telling *telling, struct shift *const *shifts,
                              uint32_t count)
{
    const struct amount plain = {.divisor = 1};
    struct buf out = buf_new(telling->arena);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&out, "%s(%s)", i > 0 ? " UNION ALL " : "",
                   query_of(telling, shifts[i], &plain, &plain).ptr);
    return buf_str(&out);
}

/* Requests that came before and do not come any more: of the one that had most of them. */
static struct shift *find_cut_off(const struct telling *telling)
{
    struct shift *found = NULL;
    for (size_t i = 0; i < telling->shifts_count; i++) {
        struct shift *shift = &telling->shifts[i];
        if (shift->kind == METRIC_TRAFFIC && shift->falls && shift->after == 0 &&
            !str_eq(shift->service, telling->best->subject) &&
            may_call(telling, telling->best->subject, shift->service) &&
            (!found || shift->before > found->before))
            found = shift;
    }
    return found;
}

/* How bad it is in the alert's own words, where these have a number. */
static void say_alert_words(struct telling *telling)
{
    const struct alert *alert = telling->call->casefile->alert;
    const struct str words = str_trim(alert_label(alert, "description"));
    const struct str first = str_slice(words, 0, str_find(words, STR(" (")));
    bool has_digit = false;
    for (size_t i = 0; i < first.len; i++)
        has_digit |= first.ptr[i] >= '0' && first.ptr[i] <= '9';
    if (has_digit)
        saying_claim(&telling->saying, ", and ",
                     str_printf(telling->arena, "the alert of `%s` says \"`%.*s`\"",
                                alert->service.ptr,
                                STR_ARG(claim_quote(telling->arena, first, QUOTE_BYTES_MAX))),
                     STR(""));
}

/* Whoever complains of the service at fault. */
static void say_speaker(struct telling *telling)
{
    struct str who, words;
    const struct str subject = telling->best->subject;
    if (telling->complaint && str_eq(telling->complaint->subject, subject) &&
        names_of(telling->complaint->claim, &who, &words) && !str_eq(who, subject))
        saying_claim(&telling->saying, "",
                     str_printf(telling->arena, "`%.*s` suffers", STR_ARG(who)),
                     telling->complaint->query);
}

/* The first that has not been told as showing the fault. */
static void say_one_of(struct telling *telling, struct shift *const *shifts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!shifts[i]->is_told) {
            say_shift(telling, ": ", shifts[i], count > 1);
            return;
        }
}

static void say_sufferers(struct telling *telling)
{
    struct shift *sufferers[SUFFERERS_MAX];
    const uint32_t count = find_sufferers(telling, sufferers);
    struct buf names = buf_new(telling->arena);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&names, "%s`%s`",
                   i == 0           ? ""
                   : i + 1 == count ? " and "
                                    : ", ",
                   sufferers[i]->service.ptr);
    buf_printf(&names, count == 1 ? " suffers" : " suffer");
    struct shift *cut_off = count == 0 ? find_cut_off(telling) : NULL;
    if (count > 0 &&
        saying_claim(&telling->saying, "", buf_str(&names), names_query(telling, sufferers, count)))
        say_one_of(telling, sufferers, count);
    else if (cut_off && count == 0)
        say_shift(telling, "", cut_off, true);
    else if (count == 0)
        say_speaker(telling);
    say_alert_words(telling);
    saying_end_sentence(&telling->saying);
}

/* Nothing is known but that an alert fired. */
static void say_alert(struct telling *telling)
{
    const struct alert *alert = telling->call->casefile->alert;
    saying_claim(&telling->saying, "",
                 str_printf(telling->arena,
                            "it is not known what is at fault: the alert `%s` fired at %s UTC",
                            alert->name.ptr,
                            time_format_short(telling->arena, alert->starts_ns).ptr),
                 STR(""));
    saying_end_sentence(&telling->saying);
}

bool summary_of_signals(struct call *call, const struct report *report, struct summary *out,
                        struct err *err)
{
    struct telling *telling = arena_push(call->scratch, struct telling);
    *telling = (struct telling){.call = call, .arena = call->scratch, .report = report};
    saying_open(&telling->saying, call, out, SUMMARY_SIGNALS_SENTENCES_MAX,
                SUMMARY_SIGNALS_WORDS_MAX);
    if (!read_shifts(telling, err))
        return false;
    if (!report->best) {
        say_alert(telling);
        return true;
    }
    telling->best = likeliest(telling);
    out->known = telling->is_sure = report->known && telling->best == report->best;
    say_fault(telling);
    say_metrics(telling);
    say_logs(telling);
    say_sufferers(telling);
    return true;
}

const char *const summary_signals_tables_out[] = {
    "traces", "reference_traces", "changes", "events", "state", "incidents", "services", NULL};
