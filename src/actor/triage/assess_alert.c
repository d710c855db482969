/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: how bad it is. The alert says it itself, by a label that somebody chose once; what
 * measure_impact found corrects it. What is measured to be worse counts in full; that nothing seems
 * to suffer takes off one step only, for not all that users see is recorded.
 *
 * High is a tenth of the users' requests, or half of the services; these are bounds at which people
 * are woken, and nothing more is in them.
 */
#include "actor/actor.h"

#include "base/arena.h"

#define SHARE_HIGH 0.1
#define SERVICES_MIN 4 /* of fewer than that, half is one or two */
#define CITED_MAX 2

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"severity", TYPE_TEXT, FIELD_OPTIONAL, "high, moderate or low", NULL},
    {0},
};

/* As the field spells them; a label that is not in here says nothing. */
static const struct {
    const char *label;
    enum severity severity;
} labels[] = {
    {"critical", SEVERITY_HIGH},
    {"page", SEVERITY_HIGH},
    {"emergency", SEVERITY_HIGH},
    {"fatal", SEVERITY_HIGH},
    {"disaster", SEVERITY_HIGH},
    {"high", SEVERITY_HIGH},
    {"p0", SEVERITY_HIGH},
    {"p1", SEVERITY_HIGH},
    {"sev0", SEVERITY_HIGH},
    {"sev1", SEVERITY_HIGH},
    {"error", SEVERITY_MODERATE},
    {"major", SEVERITY_MODERATE},
    {"warning", SEVERITY_MODERATE},
    {"warn", SEVERITY_MODERATE},
    {"average", SEVERITY_MODERATE},
    {"medium", SEVERITY_MODERATE},
    {"moderate", SEVERITY_MODERATE},
    {"ticket", SEVERITY_MODERATE},
    {"p2", SEVERITY_MODERATE},
    {"sev2", SEVERITY_MODERATE},
    {"minor", SEVERITY_LOW},
    {"info", SEVERITY_LOW},
    {"information", SEVERITY_LOW},
    {"notice", SEVERITY_LOW},
    {"low", SEVERITY_LOW},
    {"none", SEVERITY_LOW},
    {"debug", SEVERITY_LOW},
    {"p3", SEVERITY_LOW},
    {"p4", SEVERITY_LOW},
    {"p5", SEVERITY_LOW},
    {"sev3", SEVERITY_LOW},
    {"sev4", SEVERITY_LOW},
};

static enum severity of_label(struct str label)
{
    label = str_trim(label);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (label.len == str_of(labels[i].label).len &&
            str_find_no_case(label, str_of(labels[i].label)) == 0)
            return labels[i].severity;
    return SEVERITY_UNKNOWN;
}

/* What was measured: the worst that users suffer, and what they do not suffer. */
struct measured {
    enum severity severity;
    bool widespread;
    const struct evidence *cited[CITED_MAX];
    uint32_t cited_count;
};

static bool is_impact(const struct evidence *evidence, enum bearing bearing)
{
    return evidence->finding == FINDING_IMPACT && evidence->bearing == bearing;
}

static const struct evidence *worst_of(const struct casefile *casefile)
{
    const struct evidence *worst = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_impact(it, BEARING_SUPPORTS) && (!worst || it->strength > worst->strength))
            worst = it;
    return worst;
}

static struct measured measure(const struct casefile *casefile)
{
    const struct triage *triage = &casefile->triage;
    const struct evidence *worst = worst_of(casefile);
    struct measured measured = {
        .widespread = triage->services_count >= SERVICES_MIN &&
                      2 * triage->affected_count >= triage->services_count,
    };
    if (worst)
        measured.cited[measured.cited_count++] = worst;
    for (const struct evidence *it = casefile->evidence;
         it && !worst && measured.cited_count < CITED_MAX; it = it->next)
        if (is_impact(it, BEARING_REFUTES))
            measured.cited[measured.cited_count++] = it;
    if (measured.widespread || (worst && worst->strength >= SHARE_HIGH))
        measured.severity = SEVERITY_HIGH;
    else if (worst || triage->affected_count > 0)
        measured.severity = SEVERITY_MODERATE;
    else if (measured.cited_count > 0)
        measured.severity = SEVERITY_LOW;
    return measured;
}

static enum severity settle(enum severity said, enum severity measured)
{
    if (said == SEVERITY_UNKNOWN || measured > said)
        return measured;
    return measured == SEVERITY_LOW && said > SEVERITY_LOW ? said - 1 : said;
}

static struct str claims_of(struct arena *arena, const struct measured *measured)
{
    struct str text = STR("");
    for (uint32_t i = 0; i < measured->cited_count; i++) {
        struct str claim = measured->cited[i]->claim;
        while (str_ends(claim, STR(".")))
            claim.len--;
        text = str_printf(arena, "%s%s%.*s [E%u]", text.len > 0 ? text.ptr : "", i > 0 ? "; " : "",
                          STR_ARG(claim), measured->cited[i]->id);
    }
    return text;
}

/* Services show symptoms, and users do not: both are told, and neither bears out the other. */
static struct str mixed_reason(struct arena *arena, const char *opinion, struct str affected,
                               const struct measured *measured)
{
    return str_printf(arena,
                      "The alert %s; `%.*s` shows symptoms%s, but nobody seems to suffer where "
                      "users come in: %s.",
                      opinion, STR_ARG(affected),
                      measured->widespread ? ", as half of all services or more do" : "",
                      claims_of(arena, measured).ptr);
}

/* One sentence; empty where there is nothing to cite, and the alert's own word is all there is. */
static struct str reason_of(struct arena *arena, const struct triage *triage, enum severity said,
                            const struct measured *measured)
{
    if (measured->cited_count == 0)
        return STR("");
    const char *opinion = said == SEVERITY_UNKNOWN ? "does not say how bad it is"
                          : said == SEVERITY_HIGH  ? "calls itself high"
                          : said == SEVERITY_LOW   ? "calls itself low"
                                                   : "calls itself moderate";
    if (triage->affected_count > 0 && measured->cited[0]->bearing == BEARING_REFUTES)
        return mixed_reason(arena, opinion, triage->affected[0], measured);
    const char *verdict = said == SEVERITY_UNKNOWN             ? "but this was measured"
                          : measured->severity > said          ? "but it is worse"
                          : measured->severity == SEVERITY_LOW ? "but nobody seems to suffer"
                                                               : "and this bears it out";
    return str_printf(arena, "The alert %s, %s%s: %s.", opinion, verdict,
                      measured->widespread ? ", at half of all services or more" : "",
                      claims_of(arena, measured).ptr);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    (void)err;
    struct triage *triage = &call->casefile->triage;
    const struct measured measured = measure(call->casefile);
    const enum severity said = of_label(call->casefile->alert->severity);
    triage->severity = settle(said, measured.severity);
    triage->severity_reason =
        str_copy(call->casefile->arena, reason_of(call->scratch, triage, said, &measured));
    if (triage->severity != SEVERITY_UNKNOWN)
        *record_at(out, "severity") = value_text(str_of(severity_name(triage->severity)));
    return true;
}

const struct actor actor_assess_alert = {
    .sig = {.name = "assess_alert",
            .summary = "Judge how bad it is",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .reads_case = true,
    .run = run,
};
