/* SPDX-License-Identifier: Apache-2.0 */
#include "report/prose.h"

#include "base/arena.h"
#include "base/clock.h"
#include "guard/claim.h"
#include "report/scale.h"

#include <math.h>
#include <stdlib.h>

#define CONFIDENCE_HIGH 0.7
#define CONFIDENCE_MODERATE CONFIDENCE_MIN

/* "[E7]" at the start of the text: its length, else 0. */
static size_t citation_len(struct str text, uint32_t *id)
{
    if (!str_starts(text, STR("[E")))
        return 0;
    const struct str rest = str_slice(text, 2, text.len);
    const size_t end = str_find(str_slice(rest, 0, 11), STR("]"));
    int64_t number;
    if (end == STR_NPOS || !str_to_int(str_slice(rest, 0, end), &number) || number < 0 ||
        number > UINT32_MAX)
        return 0;
    *id = (uint32_t)number;
    return 2 + end + 1;
}

static size_t name_len(struct str text)
{
    if (text.ptr[0] != '`')
        return 0;
    const size_t end = str_find(str_slice(text, 1, text.len), STR("`"));
    return end == STR_NPOS ? 0 : end + 2;
}

bool prose_next(struct str *rest, struct piece *out)
{
    if (rest->len == 0)
        return false;
    *out = (struct piece){.kind = PIECE_TEXT};
    const size_t cited = citation_len(*rest, &out->id);
    const size_t named = name_len(*rest);
    if (cited > 0) {
        out->kind = PIECE_CITATION;
        out->text = str_slice(*rest, 1, cited - 1);
        *rest = str_slice(*rest, cited, rest->len);
        return true;
    }
    if (named > 0) {
        out->kind = PIECE_NAME;
        out->text = str_slice(*rest, 1, named - 1);
        *rest = str_slice(*rest, named, rest->len);
        return true;
    }
    size_t len = 1;
    while (len < rest->len && rest->ptr[len] != '`' && rest->ptr[len] != '[')
        len++;
    out->text = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len, rest->len);
    return true;
}

struct str prose_without_marks(struct arena *arena, struct str claim)
{
    struct buf out = buf_new(arena);
    struct piece piece;
    while (prose_next(&claim, &piece))
        if (piece.kind != PIECE_CITATION)
            buf_add(&out, piece.text);
    return str_trim(buf_str(&out));
}

double prose_share(double share)
{
    return share > 0 ? fmin(share, 1) : 0; /* also where it is no number */
}

int prose_percent(double share)
{
    return (int)lround(prose_share(share) * 100);
}

struct str prose_took(struct arena *arena, int64_t took_ns)
{
    return took_ns > 0 ? scale_duration_label(arena, (double)took_ns / NS_PER_US) : STR("");
}

const char *prose_confidence(double confidence)
{
    return confidence >= CONFIDENCE_HIGH       ? "high"
           : confidence >= CONFIDENCE_MODERATE ? "moderate"
                                               : "low";
}

bool prose_stands(const struct report *report, const struct evidence *evidence)
{
    return evidence && casefile_find(report->casefile, evidence->id) == evidence;
}

/* Whether a sentence of these words, with all its citations, would pass the check. */
static bool is_borne_out(const struct report *report, const struct hypothesis *hypothesis,
                         struct str words)
{
    struct arena *arena = arena_new("borne out");
    struct buf sentence = buf_new(arena);
    struct err ignored = {0};
    buf_add(&sentence, words);
    for (uint32_t i = 0; i < hypothesis->cited_for_count; i++)
        if (prose_stands(report, hypothesis->cited_for[i]))
            buf_printf(&sentence, " [E%u]", hypothesis->cited_for[i]->id);
    const bool ok = sentence_check(buf_str(&sentence), report->casefile->evidence, &ignored);
    arena_free(arena);
    return ok;
}

struct str prose_cause(const struct report *report, const struct hypothesis *hypothesis)
{
    struct str cause = str_trim(hypothesis->cause);
    if (str_ends(cause, STR(".")))
        cause.len--;
    return cause.len > 0 && is_borne_out(report, hypothesis, cause)
               ? cause
               : str_of(finding_text(hypothesis->finding));
}

int64_t prose_since(const struct report *report, const struct hypothesis *hypothesis)
{
    if (hypothesis->since_ns == 0)
        return 0;
    struct arena *arena = arena_new("since");
    const struct str time = time_format_short(arena, hypothesis->since_ns);
    const bool ok = is_borne_out(report, hypothesis, time);
    arena_free(arena);
    return ok ? hypothesis->since_ns : 0;
}

static bool is_among(const struct evidence *const *list, uint32_t count,
                     const struct evidence *evidence)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i] == evidence)
            return true;
    return false;
}

bool prose_cites(const struct hypothesis *hypothesis, const struct evidence *evidence)
{
    return is_among(hypothesis->cited_for, hypothesis->cited_for_count, evidence) ||
           is_among(hypothesis->cited_against, hypothesis->cited_against_count, evidence);
}

bool prose_is_for_a_cause(const struct evidence *evidence)
{
    return evidence->finding != FINDING_HISTORY && evidence->finding != FINDING_IMPACT;
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    const uint32_t x_id = x->evidence ? x->evidence->id : 0;
    const uint32_t y_id = y->evidence ? y->evidence->id : 0;
    return x_id < y_id ? -1 : x_id > y_id;
}

bool prose_is_history(const struct evidence *evidence)
{
    return evidence->finding == FINDING_HISTORY || evidence->finding == FINDING_PAST;
}

/* What began with the incident itself is told by the incident, but for what is cited for its cause.
 */
static bool is_moment(const struct report *report, const struct evidence *evidence)
{
    if (evidence->onset_ns == 0 || evidence->bearing == BEARING_GAP || prose_is_history(evidence))
        return false;
    if (evidence->onset_ns != report->casefile->incident.start_ns)
        return true;
    const struct hypothesis *best = report->best;
    for (uint32_t i = 0; best && i < best->cited_for_count; i++)
        if (best->cited_for[i] == evidence)
            return true;
    return false;
}

struct moments prose_moments(const struct report *report, struct arena *arena)
{
    const struct casefile *casefile = report->casefile;
    size_t room = 2;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        room++;
    struct moments moments = {.items = arena_push_many(arena, struct moment, room)};
    if (casefile->onset_known)
        moments.items[moments.count++] =
            (struct moment){.time_ns = casefile->incident.start_ns, .kind = MOMENT_ONSET};
    if (casefile->alert->starts_ns != 0)
        moments.items[moments.count++] =
            (struct moment){.time_ns = casefile->alert->starts_ns, .kind = MOMENT_ALERT};
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_moment(report, it))
            moments.items[moments.count++] =
                (struct moment){.time_ns = it->onset_ns, .kind = MOMENT_EVIDENCE, .evidence = it};
    qsort(moments.items, moments.count, sizeof *moments.items, by_time);
    return moments;
}

uint32_t prose_count(const struct casefile *casefile, enum bearing bearing)
{
    uint32_t count = 0;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        count += it->bearing == bearing;
    return count;
}

int64_t prose_onset_to_alert_ns(const struct casefile *casefile)
{
    const int64_t from_ns = casefile->incident.start_ns, to_ns = casefile->alert->starts_ns;
    const bool told = casefile->onset_known && from_ns != 0 && to_ns >= from_ns;
    return told && (double)to_ns - (double)from_ns < 9e18 ? to_ns - from_ns : 0;
}

bool prose_is_triaged(const struct report *report)
{
    const struct triage *triage = &report->triage;
    return triage->severity != SEVERITY_UNKNOWN || triage->noise != NOISE_UNKNOWN ||
           triage->affected_count > 0 || report->history;
}

bool prose_has_runbooks(const struct casefile *casefile)
{
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        if (it->runbook.len > 0 || it->lead_id != 0)
            return true;
    return false;
}

uint32_t prose_lead_of(const struct casefile *casefile, const struct evidence *evidence)
{
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        if (it->id == evidence->step_id)
            return it->lead_id;
    return 0;
}

struct str prose_steps_of(struct arena *arena, const struct lead *lead)
{
    if (lead->first_step_id == 0)
        return STR("");
    if (lead->last_step_id <= lead->first_step_id)
        return str_printf(arena, "S%u", lead->first_step_id);
    return str_printf(arena, "S%u-S%u", lead->first_step_id, lead->last_step_id);
}

const char *prose_lead_state(enum lead_state state)
{
    return state == LEAD_HELD ? "Held" : state == LEAD_ABANDONED ? "Given up" : "Not verified";
}
