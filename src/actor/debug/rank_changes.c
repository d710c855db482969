/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: which change fits what is wrong, of all that had been made when the alert fired. Asked
 * when the other questions are answered, for what they found are the words that it goes by.
 *
 * culprit/ ranks them: by their words, their files, their kind and age, the service that they were
 * brought to and when. Each of the first gets a piece of evidence whose strength is its share among
 * all candidates, tempered to be as bold as rankings proved to be right; whether the fault is where
 * it was brought to is for the verdict to join (verdict/blame.h). A reason is told only if the rows
 * of its own query bear it out.
 */
#include "actor/actor.h"

#include "actor/landed.h"
#include "actor/symptoms.h"
#include "base/arena.h"
#include "base/buf.h"
#include "culprit/brought.h"
#include "culprit/explain.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 8
#define SHARE_MIN 0.005 /* of what is not among them nobody needs to read */
#define REASONS_MAX 3
#define MESSAGE_BYTES_MAX 80
#define GRACE_MIN_NS                                                                               \
    (30 * NS_PER_S) /* an onset is no better known than two usual samples apart                    \
                     */

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many changes are told", NULL},
    {"candidates", TYPE_INT, 0, "of how many", NULL},
    {"change", TYPE_TEXT, FIELD_OPTIONAL, "the id of the one that fits best", NULL},
    {"share", TYPE_REAL, FIELD_OPTIONAL, "how well, among all of them", NULL},
    {0},
};

/* ---- evidence ---- */

static struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

struct ranked {
    struct call *call;
    const struct question *question;
    const struct ranking *ranking;
};

/* The change, as its source tells it and in small letters, and the deploy that brought it. */
static struct str query_of(const struct ranked *it, const struct landed *landed,
                           const struct rollout *rollout, struct str service)
{
    struct arena *arena = it->call->scratch;
    const struct str deploy =
        rollout ? str_printf(arena, "d.id = %s AND d.time = %s", sql_quote(arena, rollout->id).ptr,
                             sql_time(arena, rollout->time_ns).ptr)
                : STR("false");
    return str_printf(
        arena,
        "SELECT c.id, c.time AS landed, coalesce(d.kind, c.kind) AS kind, c.author, c.message, "
        "c.files, c.detail, c.parents, lower(concat_ws(' ', c.message, c.files, c.service, "
        "c.detail)) AS "
        "words, d.id AS deploy, d.time AS deployed, %s AS about, %s AS alert_about FROM changes c "
        "LEFT JOIN changes d ON %s WHERE c.id = %s AND c.time = %s LIMIT 1",
        sql_quote(arena, service).ptr, sql_quote(arena, it->call->casefile->subject).ptr,
        deploy.ptr, sql_quote(arena, landed->change.id).ptr,
        sql_time(arena, landed->change.time_ns).ptr);
}

/* "`3697f10b` by `Kim` (`web: give up sooner`) was brought to `web` at 01:02:03 by `deploy-4`" */
static struct str what_it_is(const struct ranked *it, const struct landed *landed,
                             const struct rollout *rollout, struct str service)
{
    struct arena *arena = it->call->scratch;
    const struct change *change = &landed->change;
    const struct str author = claim_quote(arena, change->author, MESSAGE_BYTES_MAX);
    const struct str subject = claim_quote(arena, change_subject(change), MESSAGE_BYTES_MAX);
    struct buf out = buf_new(arena);
    const struct str id = claim_quote(arena, change->id, MESSAGE_BYTES_MAX);
    if (id.len > 0)
        buf_printf(&out, "`%.*s`", STR_ARG(id));
    else
        buf_add(&out, STR("A change"));
    if (author.len > 0)
        buf_printf(&out, " by `%.*s`", STR_ARG(author));
    if (subject.len > 0)
        buf_printf(&out, " (`%.*s`)", STR_ARG(subject));
    const char *verb = rollout || change->is_rollout ? " came into service" : " landed";
    if (rollout && service.len > 0)
        buf_printf(&out, " was brought to `%.*s`", STR_ARG(service));
    else
        buf_add(&out, str_of(verb));
    buf_printf(&out, " at %s",
               time_format_short(arena, rollout ? rollout->time_ns : change->time_ns).ptr);
    const struct str deploy =
        rollout ? claim_quote(arena, rollout->id, MESSAGE_BYTES_MAX) : (struct str){0};
    if (deploy.len > 0 && !str_eq(rollout->id, change->id))
        buf_printf(&out, " by `%.*s`", STR_ARG(deploy));
    return buf_str(&out);
}

static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* The word of the text that begins with this one, which may have lost its ending. */
static struct str whole_word(struct str stem, struct str text)
{
    for (size_t from = 0; stem.len > 0 && from < text.len;) {
        const struct str rest = str_slice(text, from, text.len);
        const size_t found = str_find(rest, stem);
        if (found == STR_NPOS)
            break;
        size_t end = from + found + stem.len;
        while (end < text.len && is_of_word(text.ptr[end]))
            end++;
        if (from + found == 0 || !is_of_word(text.ptr[from + found - 1]))
            return str_slice(text, from + found, end);
        from = end;
    }
    return stem;
}

/* The text with each quoted word as the change has it. */
static struct str in_whole_words(struct arena *arena, struct str text, struct str words)
{
    struct buf out = buf_new(arena);
    struct str part;
    for (bool quoted = false; str_split(&text, '`', &part); quoted = !quoted) {
        if (quoted)
            buf_add_char(&out, '`');
        buf_add(&out, quoted ? whole_word(part, words) : part);
        if (quoted)
            buf_add_char(&out, '`');
    }
    return buf_str(&out);
}

/* When it came is told already; and where, in words that need no clock. */
static struct str reason_text(const struct ranked *it, const struct ranked_change *change,
                              const struct reason *reason, struct str words)
{
    if (reason->theme == THEME_TIME || reason->theme == THEME_KIND)
        return (struct str){0};
    if (reason->theme == THEME_CONTEXT)
        return context_where(it->call->scratch, it->question, change->context);
    return reason->theme == THEME_WORDS ? in_whole_words(it->call->scratch, reason->text, words)
                                        : reason->text;
}

static void add_reasons(const struct ranked *it, const struct ranked_change *change,
                        const struct batch *rows, struct buf *claim)
{
    struct arena *arena = it->call->scratch;
    const struct reasons reasons =
        explain(arena, it->question, it->ranking, ranker_shipped(), change);
    const struct str words = rows->rows > 0 ? text_at(rows, 0, "words") : (struct str){0};
    uint32_t told = 0;
    for (uint32_t i = 0; i < reasons.count && told < REASONS_MAX; i++) {
        struct err ignored = {0};
        if (reasons.items[i].weight <= 0)
            return;
        const struct str text = reason_text(it, change, &reasons.items[i], words);
        if (text.len > 0 && claim_check(text, rows, &ignored))
            buf_printf(claim, "%s%.*s", told++ == 0 ? ": " : "; ", STR_ARG(text));
    }
}

static bool tell(const struct ranked *it, const struct ranked_change *ranked, struct err *err)
{
    struct call *call = it->call;
    struct arena *arena = call->scratch;
    const struct landed *landed = &it->question->history->items[ranked->number];
    const struct rollout *rollout =
        history_rollout(it->question->history, ranked->number, it->question->at_ns);
    const struct str service = context_service(arena, it->question, ranked->number);
    const struct str query = query_of(it, landed, rollout, service);
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, arena, query, &rows, err))
        return false;
    const int64_t since_ns = question_since(it->question, ranked->number);
    struct buf claim = buf_new(arena);
    buf_add(&claim, what_it_is(it, landed, rollout, service));
    add_reasons(it, ranked, rows, &claim);
    buf_add_char(&claim, '.');
    casefile_add(call->casefile,
                 &(struct evidence){
                     .step_id = call->step_id,
                     .signal = SIGNAL_CHANGES,
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_CULPRIT,
                     .subject = service,
                     .window = {.start_ns = since_ns,
                                .end_ns = call->casefile->incident.start_ns > since_ns
                                              ? call->casefile->incident.start_ns
                                              : since_ns + 1},
                     .claim = buf_str(&claim),
                     .query = query,
                     .strength = ranked->tempered,
                     .change = landed->change.id,
                 });
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct arena *arena = call->scratch;
    const struct casefile *casefile = call->casefile;
    const int64_t to_ns = casefile->alert->starts_ns;
    struct history *history;
    struct context *context;
    if (!landed_read(call->services, arena, to_ns, &history, err) ||
        !landed_context(call->services, arena, casefile, &context, err))
        return false;
    context_bring(context, history);
    const struct clues clues = symptoms_clues(arena, casefile);
    struct question question = question_at(history, to_ns, &clues);
    if (casefile->onset_known) /* but for what it may be off */
        question.began_ns = casefile->incident.start_ns + casefile->onset_error_ns;
    question.context = context;
    const struct ranking ranking = ranking_make(arena, &question, ranker_shipped());
    const struct ranked it = {.call = call, .question = &question, .ranking = &ranking};
    uint32_t found = 0;
    while (found < EVIDENCE_MAX && found < ranking.count &&
           ranking.items[found].probability >= SHARE_MIN)
        if (!tell(&it, &ranking.items[found++], err))
            return false;
    *record_at(out, "found") = value_int(found);
    *record_at(out, "candidates") = value_int(ranking.candidates);
    if (found > 0) {
        *record_at(out, "change") = value_text(history->items[ranking.items[0].number].change.id);
        *record_at(out, "share") = value_real(ranking.items[0].tempered);
    }
    return true;
}

const struct actor actor_rank_changes = {
    .sig = {.name = "rank_changes",
            .summary = "Rank the changes by how well they fit what is wrong",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_CHANGES,
    .reads_case = true,
    .run = run,
};
