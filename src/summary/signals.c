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

#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "report/prose.h"
#include "store/telemetry.h"
#include "summary/lines.h"
#include "summary/news.h"
#include "summary/restart.h"
#include "summary/served.h"
#include "summary/shifts.h"

#define METRICS_MAX 2 /* that are told of the service at fault, or of those that speak for it */
#define METRICS_WORDS_MAX 54   /* up to here: logs and who suffers need the rest */
#define LOGS_WORDS_MAX 66      /* up to here */
#define LINES_MAX 2            /* kinds of line that are quoted */
#define LINES_STRENGTH_MIN 0.2 /* of the second kind */
#define SUFFERERS_MAX 4
#define ONSET_ERROR_NS (2 * NS_PER_S) /* the first row since may be that much later */

struct telling {
    struct call *call;
    struct arena *arena;
    const struct report *report;
    const struct hypothesis *best; /* where it most likely is */
    bool is_sure;                  /* the verdict says so, and is sure of it */
    struct shifts shifts;
    const struct evidence *complaint; /* whose lines are quoted first; NULL: none are */
    int64_t since_ns;                 /* when it began, as it is told */
    struct saying saying;
};

static void say_metrics(struct telling *telling)
{
    const struct hypothesis *best = telling->best;
    telling->saying.words_max = METRICS_WORDS_MAX;
    uint32_t told = setting_say(&telling->saying, best->subject) ? 1 : 0;
    told = news_say(&telling->saying, best->subject, telling->since_ns, false, told, METRICS_MAX);
    told = shifts_say(&telling->saying, &telling->shifts, best->subject, false, told, METRICS_MAX);
    for (uint32_t i = 0; i < best->contributions_count && told < METRICS_MAX; i++) {
        const struct str service = best->contributions[i].evidence->subject;
        bool is_new = !str_eq(service, best->subject);
        for (uint32_t k = 0; k < i; k++)
            is_new &= !str_eq(best->contributions[k].evidence->subject, service);
        if (!is_new)
            continue;
        told = news_say(&telling->saying, service, telling->since_ns, true, told, METRICS_MAX);
        told = shifts_say(&telling->saying, &telling->shifts, service, true, told, METRICS_MAX);
    }
    saying_end_sentence(&telling->saying);
}

/* ---- whose fault it is ---- */

/* Where nobody knows who calls whom, everybody may. */
static bool may_call(const struct telling *telling, struct str caller, struct str callee)
{
    const struct topology *map = &telling->call->casefile->topology;
    const uint32_t from = topology_find(map, caller), to = topology_find(map, callee);
    return from == MAP_NONE || to == MAP_NONE ||
           topology_distances(map, telling->arena, from)[to] != TOPOLOGY_FAR;
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
    if (!is_symptom || lines_tell_of(telling->call->casefile, first->subject))
        return first;
    for (const struct hypothesis *it = first->next; it; it = it->next)
        if (!str_eq(it->subject, first->subject) &&
            lines_tell_of(telling->call->casefile, it->subject) &&
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
    struct restart restart = {.since_ns = first_since(telling, query, from_ns), .query = query};
    const bool has_restarted = restart_find(&telling->saying, best->subject, from_ns, &restart);
    telling->since_ns = restart.since_ns != 0 ? restart.since_ns : from_ns;
    const struct str since =
        restart.since_ns == 0
            ? STR("")
            : str_printf(arena, " since %s UTC", time_format_short(arena, restart.since_ns).ptr);
    const bool is_withheld = !telling->is_sure && best == telling->report->best;
    const struct str who =
        str_printf(arena, "%s`%s` %s%.*s%s%.*s",
                   telling->is_sure ? ""
                   : is_withheld    ? "it is not known what is at fault; "
                                    : "most likely ",
                   best->subject.ptr, is_withheld ? "is most likely" : "is at fault",
                   STR_ARG(since), has_restarted ? ", " : "", STR_ARG(restart.words));
    saying_claim(&telling->saying, "", who, restart.query);
    const struct str cause = cause_of(telling);
    if (!(has_restarted && best->finding == FINDING_RESTART) &&
        !saying_claim(&telling->saying, ": ", cause, query))
        saying_claim(&telling->saying, ": ", str_of(finding_text(best->finding)), query);
    saying_end_sentence(&telling->saying);
}

/* ---- what the logs say ---- */

static void say_logs(struct telling *telling)
{
    const struct casefile *casefile = telling->call->casefile;
    const struct str subject = telling->best->subject;
    uint32_t told = 0;
    struct str speaker = STR(""), words = STR("");
    telling->saying.words_max = LOGS_WORDS_MAX;
    for (const struct evidence *it = lines_next(casefile, subject, NULL); it && told < LINES_MAX;
         it = lines_next(casefile, subject, it)) {
        struct str who, what = STR("");
        if (!lines_names(it->claim, &who, &what) || str_eq(what, words) ||
            (told > 0 && (it->strength < LINES_STRENGTH_MIN || !str_eq(it->subject, subject) ||
                          it->finding != FINDING_COMPLAINT)))
            continue;
        if (lines_say(&telling->saying, it, speaker)) {
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

/* The most telling symptom of each that suffers; that of the alert's service first. */
static uint32_t find_sufferers(const struct telling *telling, struct shift **out)
{
    const struct str subject = telling->best->subject;
    const struct str alerted = telling->call->casefile->subject;
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < telling->shifts.count && count < SUFFERERS_MAX; i++) {
            struct shift *shift = &telling->shifts.items[i];
            bool is_new = !str_eq(shift->service, subject) && shift_is_symptom(shift) &&
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
    struct buf out = buf_new(telling->arena);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&out, "%s(%s)", i > 0 ? " UNION ALL " : "",
                   shift_query(&telling->saying, shifts[i]).ptr);
    return buf_str(&out);
}

/* Requests that came before and do not come any more: of the one that had most of them. */
static struct shift *find_cut_off(const struct telling *telling)
{
    struct shift *found = NULL;
    for (size_t i = 0; i < telling->shifts.count; i++) {
        struct shift *shift = &telling->shifts.items[i];
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
                     str_printf(telling->arena, "the alert%s%s%s says \"`%.*s`\"",
                                alert->service.len > 0 ? " of `" : "",
                                alert->service.len > 0 ? alert->service.ptr : "",
                                alert->service.len > 0 ? "`" : "",
                                STR_ARG(claim_quote(telling->arena, first, QUOTE_BYTES_MAX))),
                     STR(""));
}

/* Whoever complains of the service at fault. */
static void say_speaker(struct telling *telling)
{
    struct str who, words;
    const struct str subject = telling->best->subject;
    if (telling->complaint && str_eq(telling->complaint->subject, subject) &&
        lines_names(telling->complaint->claim, &who, &words) && !str_eq(who, subject))
        saying_claim(&telling->saying, "",
                     str_printf(telling->arena, "`%.*s` suffers", STR_ARG(who)),
                     telling->complaint->query);
}

/* The first that has not been told as showing the fault. */
static void say_one_of(struct telling *telling, struct shift *const *shifts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!shifts[i]->is_told) {
            shift_say(&telling->saying, ": ", shifts[i], count > 1);
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
        shift_say(&telling->saying, "", cut_off, true);
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
    if (!shifts_read(call, &telling->shifts, err))
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
    if (served_say(&telling->saying, telling->since_ns))
        saying_end_sentence(&telling->saying);
    else
        say_sufferers(telling);
    return true;
}

const char *const summary_signals_tables_out[] = {
    "traces", "reference_traces", "changes", "events", "state", "incidents", "services", NULL};
