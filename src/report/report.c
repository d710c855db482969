/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses what is said. A sentence that claims something is put together from names, times and
 * claims of evidence, and then held against that evidence like the sentence of a stranger: there is
 * one way into the report, and it is report/writing.h.
 */
#include "report/report.h"

#include "base/arena.h"
#include "report/blamed.h"
#include "report/prose.h"
#include "report/retell.h"
#include "report/told.h"

#include <string.h>

#define CLAIMS_TOLD_MAX 3
#define AGAINST_TOLD_MAX 2
#define CITATIONS_MAX 3
#define IMPACT_MAX 6
#define SETTLING_MAX 3
#define RIVAL_CLOSE 0.10 /* of confidence: nobody would bet on a lead smaller than that */

#define X(name) extern const struct renderer renderer_##name;
#include "report/renderer_list.inc"
#undef X

const struct renderer *const renderers[] = {
#define X(name) &renderer_##name,
#include "report/renderer_list.inc"
#undef X
    NULL,
};

const struct renderer *renderer_find(struct str name)
{
    for (const struct renderer *const *at = renderers; *at; at++)
        if (str_eq(str_of((*at)->name), name))
            return *at;
    return NULL;
}

/* ---- sentences ---- */

/* A sentence of ours that names nothing and counts nothing: there is nothing in it to check. */
static void say_fixed(struct writing *writing, const char *text)
{
    writing_add(writing, &writing->report->summary, str_of(text));
}

/* "[E1] [E4]": what bears the hypothesis out most. */
static struct str citations(struct writing *writing, const struct hypothesis *hypothesis)
{
    struct buf out = buf_new(writing->arena);
    for (uint32_t i = 0; i < hypothesis->cited_for_count && i < CITATIONS_MAX; i++)
        buf_printf(&out, "%s[E%u]", i > 0 ? " " : "", hypothesis->cited_for[i]->id);
    return buf_str(&out);
}

static struct str place(struct writing *writing, const struct hypothesis *hypothesis)
{
    if (hypothesis->instance.len == 0)
        return str_printf(writing->arena, "`%.*s`", STR_ARG(hypothesis->subject));
    return str_printf(writing->arena, "`%.*s` (instance `%.*s`)", STR_ARG(hypothesis->subject),
                      STR_ARG(hypothesis->instance));
}

/* ---- the verdict ---- */

static bool say_cause(struct writing *writing, const struct hypothesis *best, struct str cause,
                      struct str since)
{
    const struct str where = place(writing, best);
    const struct str cited = citations(writing, best);
    return writing_say(writing, &writing->report->summary,
                       str_printf(writing->arena,
                                  "The cause most likely lies in %.*s: %.*s%.*s %.*s.",
                                  STR_ARG(where), STR_ARG(cause), STR_ARG(since), STR_ARG(cited)));
}

/*
 * The verdict's words may say more than the evidence that we cite: each try says less, down to the
 * finding's own words, which hold nothing that could be wrong.
 */
static void say_verdict(struct writing *writing, const struct hypothesis *best)
{
    const struct str own_words = writing_without_stop(best->cause);
    const struct str words = str_of(finding_text(best->finding));
    const struct str cause = own_words.len > 0 ? own_words : words;
    if (best->since_ns != 0) {
        const struct str time = time_format_short(writing->arena, best->since_ns);
        const struct str since = str_printf(writing->arena, ", since %.*s", STR_ARG(time));
        if (say_cause(writing, best, cause, since))
            return;
    }
    if (say_cause(writing, best, cause, STR("")))
        return;
    if (!str_eq(words, cause))
        say_cause(writing, best, words, STR(""));
}

static void say_evidence(struct writing *writing, const struct hypothesis *best)
{
    struct sentence **summary = &writing->report->summary;
    for (uint32_t i = 0; i < best->cited_for_count && i < CLAIMS_TOLD_MAX; i++)
        writing_say_claim(writing, summary, "", best->cited_for[i]);
    for (uint32_t i = 0; i < best->cited_against_count && i < AGAINST_TOLD_MAX; i++)
        writing_say_claim(writing, summary, "Against it: ", best->cited_against[i]);
}

static bool is_lacking(const struct source_entry *source)
{
    return source->state == SOURCE_MISSING || source->state == SOURCE_BROKEN;
}

static bool sources_lack(const struct casefile *casefile)
{
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        if (is_lacking(it))
            return true;
    return false;
}

static void say_why_not_enough(struct writing *writing, const struct hypothesis *best)
{
    const struct hypothesis *rival = best->next;
    const bool close = rival && best->confidence - rival->confidence < RIVAL_CLOSE;
    const bool lacking = sources_lack(writing->casefile);
    if (close && rival->cited_for_count > 0) {
        const struct str where = place(writing, rival);
        const struct str cited = citations(writing, rival);
        writing_say(writing, &writing->report->summary,
                    str_printf(writing->arena, "A rival comes too close to it: %.*s %.*s.",
                               STR_ARG(where), STR_ARG(cited)));
    }
    if (lacking)
        say_fixed(writing, "Sources are missing or broken, and what they hold can speak neither "
                           "for nor against it.");
    if (!close && !lacking)
        say_fixed(writing, "What speaks for it is too little to name it as the cause.");
}

static void say_not_known(struct writing *writing, const struct hypothesis *best)
{
    if (!best) {
        say_fixed(writing, "The cause is not known: nothing that was found points to one.");
        if (sources_lack(writing->casefile))
            say_fixed(writing, "Sources are missing or broken; the cause may show in them.");
        return;
    }
    if (writing->casefile->triage.noise == NOISE_LIKELY) {
        say_fixed(writing, "Nothing seems to be broken, so no cause is named.");
        return; /* a guess would be one at something that is not there */
    }
    say_fixed(writing, "The cause is not known.");
    const struct str where = place(writing, best);
    const struct str cause = prose_cause(writing->report, best);
    const struct str cited = citations(writing, best);
    if (best->cited_for_count > 0)
        writing_say(writing, &writing->report->summary,
                    str_printf(writing->arena, "The best guess is %.*s: %.*s %.*s.", STR_ARG(where),
                               STR_ARG(cause), STR_ARG(cited)));
    say_why_not_enough(writing, best);
    say_evidence(writing, best);
}

/* ---- impact ---- */

static bool shows_impact(const struct evidence *evidence)
{
    switch (evidence->finding) {
    case FINDING_LATENCY:
    case FINDING_ERRORS:
    case FINDING_TRAFFIC:
    case FINDING_SPAN_ERRORS:
    case FINDING_LOG_ERRORS:
    case FINDING_ALERTED:
    case FINDING_IMPACT:
        return evidence->bearing == BEARING_SUPPORTS && evidence->subject.len > 0;
    default:
        return false;
    }
}

static bool is_told(const struct evidence *const *told, uint32_t count, struct str subject)
{
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(told[i]->subject, subject))
            return true;
    return false;
}

/* What was measured as impact comes first, then what users see, then what requests show, then the
 * rest; the stronger before the weaker. */
static double impact_of(const struct casefile *casefile, const struct evidence *evidence)
{
    return 4.0 * (evidence->finding == FINDING_IMPACT) +
           2.0 * str_eq(evidence->subject, casefile->subject) +
           (evidence->signal == SIGNAL_TRACES) + prose_share(evidence->strength);
}

/* The culprit's own suffering is the verdict; impact is what others suffer from it. */
static void write_impact(struct writing *writing)
{
    const struct report *report = writing->report;
    const struct evidence *told[IMPACT_MAX];
    for (uint32_t count = 0; count < IMPACT_MAX; count++) {
        const struct evidence *strongest = NULL;
        for (const struct evidence *it = writing->casefile->evidence; it; it = it->next) {
            const bool culprit = report->known && it->finding != FINDING_IMPACT &&
                                 str_eq(it->subject, report->best->subject);
            if (shows_impact(it) && !culprit && !is_told(told, count, it->subject) &&
                (!strongest ||
                 impact_of(writing->casefile, it) > impact_of(writing->casefile, strongest)))
                strongest = it;
        }
        if (!strongest)
            return;
        told[count] = strongest;
        writing_say_claim(writing, &writing->report->impact, "", strongest);
    }
}

static void write_history(struct writing *writing)
{
    for (const struct evidence *it = writing->casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_HISTORY && it->bearing != BEARING_GAP)
            writing_say_claim(writing, &writing->report->history, "", it);
}

/* Earlier incidents that are told to the reader and speak for nobody (compare_incidents). */
static void write_seen(struct writing *writing)
{
    for (const struct evidence *it = writing->casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_PAST && it->subject.len == 0 && it->bearing != BEARING_GAP)
            writing_say_claim(writing, &writing->report->seen, "", it);
}

/* ---- next steps ---- */

static const struct {
    const char *source; /* the name of the source starts with it */
    const char *tells;
} worth[] = {
    {"metrics", "what ran short, and which service became slow or failed first"},
    {"logs", "which errors were logged, and whether they are new"},
    {"traces", "where requests lost their time, and between which services they failed"},
    {"changes", "whether a deployment, a configuration or a flag did it"},
    {"events", "whether anything was restarted, moved or killed"},
    {"state", "whether an object of the platform is misconfigured"},
    {"objects", "whether an object of the platform is misconfigured"},
    {"topology", "who calls whom, so that causes can be told from consequences"},
    {"alerts", "what else was firing"},
    {"otlp", "what the services measured about themselves"},
};

static const char *worth_of(struct str source)
{
    for (size_t i = 0; i < sizeof worth / sizeof *worth; i++)
        if (str_starts(source, str_of(worth[i].source)))
            return worth[i].tells;
    return "what else happened";
}

static void add_once(struct writing *writing, struct sentence **list, struct str text)
{
    for (const struct sentence *it = *list; it; it = it->next)
        if (str_eq(it->text, text))
            return;
    if (text.len > 0)
        writing_add(writing, list, text);
}

static struct str ask_for_source(struct arena *arena, const struct source_entry *source)
{
    const char *tells = worth_of(source->name);
    if (source->state == SOURCE_MISSING)
        return str_printf(arena, "Provide `%.*s`, which would tell %s.", STR_ARG(source->name),
                          tells);
    const struct str note = writing_without_stop(source->note);
    return str_printf(arena, "Repair `%.*s`, which would tell %s%s%.*s.", STR_ARG(source->name),
                      tells, note.len > 0 ? "; it was read with this note: " : "", STR_ARG(note));
}

static void write_next_steps(struct writing *writing)
{
    struct sentence **steps = &writing->report->next_steps;
    uint32_t count = 0;
    for (const struct hypothesis *it = writing->casefile->hypotheses; it && count < SETTLING_MAX;
         it = it->next, count++)
        add_once(writing, steps, str_trim(it->would_settle));
    for (const struct source_entry *it = writing->casefile->sources; it; it = it->next)
        if (is_lacking(it))
            add_once(writing, steps, ask_for_source(writing->arena, it));
}

struct report report_write(struct casefile *casefile)
{
    const struct hypothesis *best = casefile->hypotheses;
    struct report report = {
        .casefile = casefile,
        .best = best,
        .known = best && best->confidence >= CONFIDENCE_MIN,
        .took_ns = clock_now_ns(casefile->clock) - casefile->opened_ns,
    };
    struct writing writing = {.casefile = casefile, .arena = casefile->arena, .report = &report};

    if (report.known) {
        say_verdict(&writing, best);
        say_evidence(&writing, best);
    } else {
        say_not_known(&writing, best);
    }
    blamed_write(&writing);
    write_impact(&writing);
    write_history(&writing);
    write_seen(&writing);
    retell(&writing);
    told_write(&writing);
    write_next_steps(&writing);
    return report;
}

void report_forget_timings(struct report *report)
{
    report->took_ns = 0;
    for (struct step_entry *step = report->casefile->steps; step; step = step->next) {
        step->started_ns = 0;
        step->took_ns = 0;
    }
    for (struct consultation *it = report->casefile->consultations; it; it = it->next) {
        it->took_ns = 0;
        it->first_ns = 0;
    }
}
