/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each reply takes sentences that the report has, or puts claims of evidence behind each other.
 * What it counts itself (a confidence, a place in a list) it says beside, for it is no claim about
 * rows.
 */
#include "ask/replies.h"

#include "ask/look.h"
#include "ask/recall.h"
#include "base/arena.h"
#include "case/alert.h"
#include "report/prose.h"

#define CLAIMS_MAX 6
#define BLAMED_MAX 3
#define MOMENTS_MAX 14
#define RIVALS_MAX 3
#define GAPS_MAX 8

#define BIT(finding) (UINT64_C(1) << FINDING_##finding)

static const uint64_t of_errors = BIT(ERRORS) | BIT(SPAN_ERRORS) | BIT(LOG_ERRORS) |
                                  BIT(LOG_SHIFT) | BIT(EXCEPTION) | BIT(COMPLAINT);
static const uint64_t of_measures = BIT(CPU) | BIT(MEMORY) | BIT(DISK) | BIT(NETWORK) |
                                    BIT(CONNECTIONS) | BIT(LATENCY) | BIT(ERRORS) | BIT(TRAFFIC) |
                                    BIT(OTHER_METRIC) | BIT(SELF_TIME) | BIT(EDGE_GAP) |
                                    BIT(IMPACT) | BIT(QUERIES);
static const uint64_t of_changes = BIT(CHANGE) | BIT(CULPRIT) | BIT(CONFIGURATION);

static const struct asked_for *asked_of(const struct answering *it)
{
    return &it->out->asked;
}

static const struct report *report_of(const struct answering *it)
{
    return it->matter->report;
}

/* The first that the question names; empty: nobody. */
static struct str named(const struct answering *it)
{
    return asked_of(it)->named_count > 0 ? asked_of(it)->named[0] : STR("");
}

static struct str quoted(struct answering *it, struct str name)
{
    return str_printf(it->arena, "`%.*s`", STR_ARG(name));
}

/* Whether it is about the service: of it, or with its name in the claim. */
static bool is_about(const struct answering *it, const struct evidence *evidence,
                     struct str service)
{
    return service.len == 0 || str_eq(evidence->subject, service) ||
           str_eq(evidence->instance, service) ||
           str_contains(evidence->claim, str_printf(it->arena, "`%.*s`", STR_ARG(service)));
}

/* The strongest of these kinds about it; those of the service itself before those that name it. */
static void say_strongest(struct answering *it, uint64_t findings, struct str service,
                          uint32_t count)
{
    const struct evidence *told[CLAIMS_MAX];
    for (uint32_t n = 0; n < count && n < CLAIMS_MAX; n++) {
        const struct evidence *best = NULL;
        double most = -1.0;
        for (const struct evidence *e = it->casefile->evidence; e; e = e->next) {
            bool is_told = false;
            for (uint32_t i = 0; i < n; i++)
                is_told |= told[i] == e;
            if (is_told || e->bearing == BEARING_GAP || !(findings >> e->finding & 1) ||
                !is_about(it, e, service))
                continue;
            const double weight =
                e->strength + (service.len > 0 && str_eq(e->subject, service) ? 1.0 : 0.0);
            if (weight > most) {
                most = weight;
                best = e;
            }
        }
        if (!best)
            return;
        told[n] = best;
        say_claim(it, "", best);
    }
}

/* ---- the verdict ---- */

static void reply_cause(struct answering *it)
{
    const struct report *report = report_of(it);
    say_all(it, report->summary);
    if (report->known && report->best->kind != KIND_UNKNOWN)
        say_again(it, str_printf(it->arena, "Kind of fault: %s.", kind_text(report->best->kind)));
}

static void reply_when(struct answering *it)
{
    const struct report *report = report_of(it);
    const struct casefile *casefile = it->casefile;
    const struct hypothesis *best = report->best;
    if (casefile->onset_known) {
        const struct str time = time_format(it->arena, casefile->incident.start_ns);
        say_beside(it, str_printf(it->arena, "The incident began at %s UTC.", time.ptr), time);
    }
    if (casefile->alert->starts_ns != 0) {
        const struct str time = time_format(it->arena, casefile->alert->starts_ns);
        say_beside(it, str_printf(it->arena, "The alert fired at %s UTC.", time.ptr), time);
    }
    for (uint32_t i = 0; best && i < best->cited_for_count && i < 3; i++)
        say_claim(it, "", best->cited_for[i]);
}

static void reply_why(struct answering *it)
{
    const struct hypothesis *best = report_of(it)->best;
    const struct str service = named(it);
    while (best && service.len > 0 && !str_eq(best->subject, service))
        best = best->next;
    for (uint32_t i = 0; best && i < best->cited_for_count && i < CLAIMS_MAX; i++)
        say_claim(it, "", best->cited_for[i]);
    if (!best && service.len > 0)
        say_strongest(it, UINT64_MAX, service, 3);
}

static void reply_sure(struct answering *it)
{
    const struct hypothesis *best = report_of(it)->best;
    if (!best)
        return;
    const struct str percent = str_printf(it->arena, "%d", prose_percent(best->confidence));
    const struct str where = quoted(it, best->subject);
    say_beside(it,
               str_printf(it->arena, "The confidence that it is %.*s is %.*s percent, which is %s.",
                          STR_ARG(where), STR_ARG(percent), prose_confidence(best->confidence)),
               str_printf(it->arena, "%.*s\n%.*s", STR_ARG(best->subject), STR_ARG(percent)));
    if (best->next)
        say_beside(it,
                   str_printf(it->arena, "The next is `%.*s` with %d percent.",
                              STR_ARG(best->next->subject), prose_percent(best->next->confidence)),
                   str_printf(it->arena, "%.*s\n%d", STR_ARG(best->next->subject),
                              prose_percent(best->next->confidence)));
    for (uint32_t i = 0; i < best->cited_against_count && i < 2; i++)
        say_claim(it, "Against it: ", best->cited_against[i]);
}

static void reply_against(struct answering *it)
{
    const struct hypothesis *best = report_of(it)->best;
    const struct str service = named(it);
    while (best && service.len > 0 && !str_eq(best->subject, service))
        best = best->next;
    for (uint32_t i = 0; best && i < best->cited_against_count && i < CLAIMS_MAX; i++)
        say_claim(it, "", best->cited_against[i]);
}

static void say_lead(struct answering *it, const struct lead *lead)
{
    const struct str who = quoted(it, lead->subject);
    const struct str reason = lead->reason;
    const char *state = lead->state == LEAD_ABANDONED ? "was given up"
                        : lead->state == LEAD_HELD    ? "was followed, and held"
                                                      : "was not followed to its end";
    buf_printf(&it->beside, "%.*s\n", STR_ARG(lead->subject));
    if (reason.len > 0 &&
        say(it, str_printf(it->arena, "%.*s %s: %.*s%s.", STR_ARG(who), state, STR_ARG(reason),
                           lead->against ? str_printf(it->arena, " [E%u]", lead->against->id).ptr
                                         : "")))
        return;
    say(it, str_printf(it->arena, "%.*s %s.", STR_ARG(who), state));
}

static void reply_why_not(struct answering *it)
{
    const struct report *report = report_of(it);
    const struct str service = named(it);
    uint32_t place = 1;
    const struct hypothesis *own = report->best;
    for (; own && !str_eq(own->subject, service); own = own->next)
        place++;
    if (own) {
        const struct str values = str_printf(it->arena, "%.*s\n%u %d", STR_ARG(service), place,
                                             prose_percent(own->confidence));
        say_beside(it,
                   str_printf(it->arena, "`%.*s` is number %u of the hypotheses, with %d %%.",
                              STR_ARG(service), place, prose_percent(own->confidence)),
                   values);
    } else {
        say_beside(
            it, str_printf(it->arena, "`%.*s` is no hypothesis of the report.", STR_ARG(service)),
            service);
    }
    for (const struct lead *lead = report->leads; lead; lead = lead->next)
        if (str_eq(lead->subject, service))
            say_lead(it, lead);
    for (uint32_t i = 0; own && i < own->cited_against_count && i < 3; i++)
        say_claim(it, "Against it: ", own->cited_against[i]);
    for (uint32_t i = 0; own && i < own->cited_for_count && i < 2; i++)
        say_claim(it, "For it: ", own->cited_for[i]);
    if (own != report->best && report->known && report->summary)
        say_again(it, report->summary->text);
}

static void reply_ruled_out(struct answering *it)
{
    const struct hypothesis *best = report_of(it)->best;
    for (const struct lead *lead = report_of(it)->leads; lead; lead = lead->next)
        say_lead(it, lead);
    uint32_t told = 0;
    for (const struct hypothesis *h = best ? best->next : NULL; h && told < RIVALS_MAX;
         h = h->next, told++)
        say_beside(
            it,
            str_printf(it->arena, "`%.*s` is not ruled out, but less likely, with %d %%.",
                       STR_ARG(h->subject), prose_percent(h->confidence)),
            str_printf(it->arena, "%.*s\n%d", STR_ARG(h->subject), prose_percent(h->confidence)));
}

/* ---- what was changed, who suffers, what to do ---- */

static const struct blamed *blamed_of(const struct report *report, struct str service)
{
    for (const struct blamed *b = report->blamed; b; b = b->next)
        if (service.len == 0 || str_eq(b->evidence->subject, service))
            return b;
    return NULL;
}

static void reply_change(struct answering *it)
{
    const struct report *report = report_of(it);
    const struct str service = named(it);
    if (report->blame.len > 0 && service.len == 0)
        say_again(it, report->blame);
    uint32_t told = 0;
    for (const struct blamed *b = blamed_of(report, service); b && told < BLAMED_MAX; b = b->next) {
        if (service.len > 0 && !str_eq(b->evidence->subject, service))
            continue;
        told++;
        say_again(it, b->why);
        if (b->change && b->change->author.len > 0) {
            buf_printf(&it->beside, "%.*s\n%.*s\n", STR_ARG(b->change->author),
                       STR_ARG(b->evidence->change));
            say(it, str_printf(it->arena, "`%.*s` was written by `%.*s`.",
                               STR_ARG(b->evidence->change), STR_ARG(b->change->author)));
        }
        if (told == 1 && b->change && b->change->owners.len > 0)
            say_beside(it, str_printf(it->arena, "Whom to ask: %.*s.", STR_ARG(b->change->owners)),
                       b->change->owners);
    }
    say_strongest(it, of_changes, service, 4);
}

static void reply_affected(struct answering *it)
{
    const struct triage *triage = &report_of(it)->triage;
    struct buf names = buf_new(it->arena);
    if (triage->affected_count > 0) {
        for (uint32_t i = 0; i < triage->affected_count; i++) {
            buf_printf(&names, "%s`%.*s`", i > 0 ? ", " : "", STR_ARG(triage->affected[i]));
            buf_printf(&it->beside, "%.*s\n", STR_ARG(triage->affected[i]));
        }
        const struct str counts =
            str_printf(it->arena, "%u of %u", triage->affected_count, triage->services_count);
        say_beside(
            it,
            str_printf(it->arena, "Affected are %s services: %s.", counts.ptr, buf_str(&names).ptr),
            counts);
    }
    if (triage->severity != SEVERITY_UNKNOWN)
        say_again(it, str_printf(it->arena, "Severity is %s: %.*s", severity_name(triage->severity),
                                 STR_ARG(triage->severity_reason)));
    say_all(it, report_of(it)->impact);
}

static void reply_noise(struct answering *it)
{
    const struct triage *triage = &report_of(it)->triage;
    if (triage->noise != NOISE_UNKNOWN)
        say_again(it, str_printf(it->arena, "Is it noise? %s: %.*s",
                                 triage->noise == NOISE_LIKELY ? "Likely" : "No",
                                 STR_ARG(triage->noise_reason)));
    say_all(it, report_of(it)->history);
}

static void say_proposals(struct answering *it, const struct proposal *list)
{
    for (; list; list = list->next) {
        say_again(it, list->text);
        say_command(it, list->command);
        if (list->risk.len > 0)
            say_again(it, str_printf(it->arena, "Risk: %.*s", STR_ARG(list->risk)));
        if (list->undo.len > 0)
            say_again(it, STR("To take that back:"));
        say_command(it, list->undo);
    }
}

static void reply_act(struct answering *it)
{
    const struct report *report = report_of(it);
    say_proposals(it, report->mitigations);
    if (!report->mitigations)
        say_all(it, report->next_steps);
    say_all(it, report->seen);
}

/* ---- errors and measures ---- */

/* Of whom: named, or where the cause is, or what the alert is about. */
static struct str service_of(struct answering *it)
{
    const struct report *report = report_of(it);
    return named(it).len > 0 ? named(it)
           : report->known   ? report->best->subject
                             : it->casefile->subject;
}

static void reply_errors(struct answering *it)
{
    const struct str service = service_of(it);
    say_strongest(it, of_errors, service, 4);
    if (service.len > 0)
        look_at_errors(it, service);
}

static void reply_measures(struct answering *it)
{
    const uint64_t wanted = asked_of(it)->findings;
    const struct str service = service_of(it);
    if (wanted) /* of anybody, where the question names nobody */
        say_strongest(it, wanted, named(it), 4);
    if (it->out->said_count == 0)
        say_strongest(it, of_measures, service, 5);
    if (report_of(it)->known && named(it).len == 0)
        say_again(
            it, str_printf(it->arena, "Kind of fault: %s.", kind_text(report_of(it)->best->kind)));
    if (service.len > 0)
        look_at_requests(it, service);
}

/* ---- the rest ---- */

static void reply_seen(struct answering *it)
{
    const struct report *report = report_of(it);
    say_all(it, report->seen);
    for (const struct evidence *e = it->casefile->evidence; e; e = e->next)
        if (e->finding == FINDING_PAST && e->bearing != BEARING_GAP && !report->seen)
            say_claim(it, "", e);
    if (it->out->said_count == 0)
        say_again(it, STR("Nothing like it is known from before."));
    say_all(it, report->history);
}

static void reply_unknown(struct answering *it)
{
    const struct report *report = report_of(it);
    uint32_t told = 0;
    if (!report->known)
        say_all(it, report->summary);
    for (const struct evidence *e = it->casefile->evidence; e && told < GAPS_MAX; e = e->next)
        if (e->bearing == BEARING_GAP) {
            say_claim(it, "Not known: ", e);
            told++;
        }
    for (const struct source_entry *s = it->casefile->sources; s; s = s->next)
        if (s->state == SOURCE_MISSING || s->state == SOURCE_BROKEN)
            say_beside(it,
                       str_printf(it->arena, "`%.*s` is %s.", STR_ARG(s->name),
                                  source_state_name(s->state)),
                       s->name);
    if (it->out->said_count == 0)
        say_again(it, STR("No gap was left: every source that is there was read, and nothing that "
                          "was asked went without an answer. What would make it surer:"));
    say_all(it, report->next_steps);
}

static void reply_steps(struct answering *it)
{
    const struct report *report = report_of(it);
    for (const struct plan_entry *plan = report->plans; plan; plan = plan->next)
        say_again(it, plan->why);
    struct buf names = buf_new(it->arena);
    for (const struct step_entry *step = it->casefile->steps; step; step = step->next)
        buf_printf(&names, "%s%.*s", names.len > 0 ? ", " : "", STR_ARG(step->name));
    if (names.len > 0) {
        say_again(it, str_printf(it->arena, "The steps were: %s.", buf_str(&names).ptr));
    }
    for (const struct lead *lead = report->leads; lead; lead = lead->next)
        say_lead(it, lead);
    say_again(it, report->stopped_because);
}

static void reply_alert(struct answering *it)
{
    const struct alert *alert = it->casefile->alert;
    const struct str time = time_format(it->arena, alert->starts_ns);
    const struct str name = prose_without_marks(it->arena, alert->name);
    const struct str service = prose_without_marks(it->arena, alert->service);
    say_beside(it,
               str_printf(it->arena, "The alert `%.*s` fired%s%.*s%s at %s UTC.", STR_ARG(name),
                          service.len > 0 ? " for `" : "", STR_ARG(service),
                          service.len > 0 ? "`" : "", time.ptr),
               str_printf(it->arena, "%.*s\n%.*s\n%s", STR_ARG(name), STR_ARG(service), time.ptr));
    if (alert->summary.len > 0)
        say_beside(it,
                   str_printf(it->arena, "It says: %.*s.",
                              STR_ARG(prose_without_marks(it->arena, alert->summary))),
                   prose_without_marks(it->arena, alert->summary));
}

static void say_neighbours(struct answering *it, uint32_t node, bool callers)
{
    const struct topology *graph = &it->casefile->topology;
    struct buf names = buf_new(it->arena);
    for (uint32_t i = 0; i < graph->edges_count; i++) {
        const struct topology_edge *edge = &graph->edges[i];
        if ((callers ? edge->callee : edge->caller) != node)
            continue;
        const struct str other = graph->nodes.keys[callers ? edge->caller : edge->callee];
        buf_printf(&names, "%s`%.*s`", names.len > 0 ? ", " : "", STR_ARG(other));
        buf_printf(&it->beside, "%.*s\n", STR_ARG(other));
    }
    const struct str own = graph->nodes.keys[node];
    buf_printf(&it->beside, "%.*s\n", STR_ARG(own));
    say(it, str_printf(it->arena, callers ? "`%.*s` is called by %s." : "`%.*s` calls %s.",
                       STR_ARG(own), names.len > 0 ? buf_str(&names).ptr : "nobody that is known"));
}

static void reply_calls(struct answering *it)
{
    const uint32_t node = topology_find(&it->casefile->topology, named(it));
    if (node == MAP_NONE)
        return;
    say_neighbours(it, node, true);
    say_neighbours(it, node, false);
}

static void reply_timeline(struct answering *it)
{
    const struct moments moments = prose_moments(report_of(it), it->arena);
    for (uint32_t i = 0; i < moments.count && i < MOMENTS_MAX; i++) {
        const struct moment *moment = &moments.items[i];
        const struct str time = time_format_short(it->arena, moment->time_ns);
        if (moment->kind == MOMENT_EVIDENCE)
            say_claim(it, "", moment->evidence);
        else
            say_beside(it,
                       str_printf(it->arena,
                                  moment->kind == MOMENT_ONSET ? "At %s the incident began."
                                                               : "At %s the alert fired.",
                                  time.ptr),
                       time);
    }
}

static void reply_evidence(struct answering *it)
{
    const struct evidence *evidence = casefile_find(it->casefile, asked_of(it)->evidence_id);
    say_claim(it, "", evidence);
    say_again(it, str_printf(it->arena, "It %s and comes from %s.", bearing_name(evidence->bearing),
                             signal_name(evidence->signal)));
    if (evidence->query.len > 0)
        say_command(it, evidence->query);
}

/* What is known of the way between two. */
static void say_of_both(struct answering *it, struct str one, struct str other)
{
    for (const struct evidence *e = it->casefile->evidence; e; e = e->next)
        if (e->bearing != BEARING_GAP && is_about(it, e, one) && is_about(it, e, other))
            say_claim(it, "", e);
}

static void reply_about(struct answering *it)
{
    const struct str service = named(it);
    uint32_t place = 1;
    const struct hypothesis *own = report_of(it)->best;
    for (; own && !str_eq(own->subject, service); own = own->next)
        place++;
    if (own)
        say_beside(it,
                   str_printf(it->arena, "`%.*s` is number %u of the hypotheses, with %d %%.",
                              STR_ARG(service), place, prose_percent(own->confidence)),
                   str_printf(it->arena, "%.*s\n%u %d", STR_ARG(service), place,
                              prose_percent(own->confidence)));
    if (asked_of(it)->named_count > 1)
        say_of_both(it, service, asked_of(it)->named[1]);
    for (uint32_t i = 0; i < asked_of(it)->named_count; i++)
        say_strongest(it, UINT64_MAX, asked_of(it)->named[i],
                      asked_of(it)->named_count > 1 ? 3 : 5);
}

void reply(struct answering *answering)
{
    static void (*const replies[AIMS_COUNT])(struct answering *) = {
        [AIM_CAUSE] = reply_cause,       [AIM_WHEN] = reply_when,
        [AIM_WHY] = reply_why,           [AIM_CHANGE] = reply_change,
        [AIM_AFFECTED] = reply_affected, [AIM_NOISE] = reply_noise,
        [AIM_ACT] = reply_act,           [AIM_ERRORS] = reply_errors,
        [AIM_MEASURES] = reply_measures, [AIM_SEEN] = reply_seen,
        [AIM_SURE] = reply_sure,         [AIM_AGAINST] = reply_against,
        [AIM_WHY_NOT] = reply_why_not,   [AIM_RULED_OUT] = reply_ruled_out,
        [AIM_UNKNOWN] = reply_unknown,   [AIM_STEPS] = reply_steps,
        [AIM_ALERT] = reply_alert,       [AIM_CALLS] = reply_calls,
        [AIM_TIMELINE] = reply_timeline, [AIM_EVIDENCE] = reply_evidence,
        [AIM_ABOUT] = reply_about,
    };
    if (asked_of(answering)->aim == AIM_PREVENT)
        say_proposals(answering, report_of(answering)->corrections);
    else if (replies[asked_of(answering)->aim])
        replies[asked_of(answering)->aim](answering);
}

struct str reply_of_nothing(struct arena *arena, const struct asked_for *asked)
{
    switch (asked->aim) {
    case AIM_AGAINST:
        return STR("Nothing that was found speaks against it.");
    case AIM_CHANGE:
        return STR("No change is known that could have done it.");
    case AIM_ACT:
        return STR("Nothing is proposed: what is broken is not known well enough.");
    case AIM_RULED_OUT:
        return STR("Nobody else was suspected.");
    case AIM_NONE:
        return STR("");
    default:
        if (asked->named_count > 0)
            return str_printf(arena, "Nothing was found about `%.*s` (%s).",
                              STR_ARG(asked->named[0]), aim_example(asked->aim));
        return str_printf(arena, "Nothing was found (%s).", aim_example(asked->aim));
    }
}
