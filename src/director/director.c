/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage; plan; follow; and while no hypothesis holds, revise. Which hypotheses there are, in which
 * order they are verified and what refutes them stands in the runbooks; what is decided here is
 * which runbooks, whether it is enough, and when to give up.
 */
#include "director/director.h"

#include "base/arena.h"
#include "director/plan.h"
#include "verdict/verdict.h"
#include "verdict/weigh.h"

#define REVISIONS_MAX 2
#define BORNE_OUT 0.25          /* of weight: as much as one hint of strength 0.22 has */
#define DECISIVE 0.9            /* a confidence that makes further questions a waste of time */
#define GRACE_NS (2 * NS_PER_S) /* for the corrections, when the case has spent what it had */
#define GRACE_STEPS 20

struct director {
    struct direction direction;
    struct casefile *casefile;
    struct run *run;
};

/* What is left of the evidence for it, when symptoms have been explained away, has some weight. */
static bool is_borne_out(void *state, const struct lead *lead)
{
    const struct director *director = state;
    struct arena *scratch = arena_new("lead");
    const struct weighing weighing = weigh(scratch, director->casefile);
    const struct suspect *suspect = weigh_find(&weighing, lead->subject);
    const bool enough = suspect && suspect->score >= BORNE_OUT;
    arena_free(scratch);
    return enough;
}

/* A lead that holds is decisive when the verdict, made now, names it and is sure of it. */
static bool is_settled(void *state, const struct lead *lead)
{
    struct director *director = state;
    verdict_rank(director->casefile);
    const struct hypothesis *best = director->casefile->hypotheses;
    return best && best->confidence >= DECISIVE && str_eq(best->subject, lead->subject);
}

static void pass_step(void *state, const struct step_entry *step, const struct record *in,
                      const struct record *out)
{
    const struct run_listener *listener = &((struct director *)state)->direction.listener;
    if (listener->step)
        listener->step(listener->state, step, in, out);
}

static void pass_lead(void *state, const struct lead *lead)
{
    const struct run_listener *listener = &((struct director *)state)->direction.listener;
    if (listener->lead)
        listener->lead(listener->state, lead);
}

struct director *director_new(const struct direction *direction, const struct services *services,
                              struct casefile *casefile)
{
    struct director *director = arena_push(casefile->arena, struct director);
    *director = (struct director){.direction = *direction, .casefile = casefile};
    director->run = run_new(casefile, services, direction->answerer,
                            &(struct run_listener){.state = director,
                                                   .step = pass_step,
                                                   .lead = pass_lead,
                                                   .is_borne_out = is_borne_out,
                                                   .is_settled = is_settled});
    return director;
}

/* ---- plans ---- */

static void add_gap(struct director *director, struct str text)
{
    casefile_add_gap(director->casefile, SIGNAL_EVENTS, STR(""), text);
}

/* NULL: the checker refuses the text, and a gap says so. */
static const struct runbook *read_plan(struct director *director, struct str text, const char *who)
{
    struct arena *arena = director->casefile->arena;
    struct runbook *book;
    struct problem *problems = NULL;
    if (runbook_parse(arena, text, &book, &problems) &&
        runbook_check(arena, book, director->direction.library, &problems))
        return book;
    add_gap(director, str_printf(arena, "The plan by %s was refused: line %u, column %u: %.*s", who,
                                 problems->at.line, problems->at.column, STR_ARG(problems->text)));
    return NULL;
}

/* False: the budget of the case is spent. */
static bool follow(struct director *director, const struct runbook *plan)
{
    struct err stopped = {0};
    if (run_book(director->run, plan, &stopped))
        return true;
    director->casefile->stopped_because = str_printf(
        director->casefile->arena, "%s; this is the best that was found until then.", stopped.text);
    return false;
}

static bool follow_text(struct director *director, struct str text)
{
    const struct runbook *plan = read_plan(director, text, "the director");
    return !plan || follow(director, plan);
}

static bool follow_single(struct director *director, const char *name, const char *summary)
{
    return follow_text(director, plan_single(director->casefile->arena, name, summary));
}

/* What the planner writes, if it writes something that can be followed. */
static const struct runbook *planned_by_other(struct director *director)
{
    const struct planner *planner = director->direction.planner;
    struct arena *arena = director->casefile->arena;
    struct buf text = buf_new(arena);
    struct err err = {0};
    if (!planner->write(planner->state, director->casefile, director->direction.library, &text,
                        &err)) {
        add_gap(director, str_printf(arena, "No plan came from %s: %s", planner->name, err.text));
        return NULL;
    }
    const struct runbook *plan = read_plan(director, buf_str(&text), planner->name);
    if (plan)
        casefile_add_plan(director->casefile, str_printf(arena, "Written by %s.", planner->name),
                          buf_str(&text));
    return plan;
}

/* A plan of our own: it is entered, with the reason for it. NULL: there is nothing in it. */
static const struct runbook *enter_plan(struct director *director, struct str why, struct str text)
{
    const struct runbook *plan = text.len > 0 ? read_plan(director, text, "the director") : NULL;
    if (plan)
        casefile_add_plan(director->casefile, why, text);
    return plan;
}

static const struct runbook *make_plan(struct director *director)
{
    const struct runbook *plan = director->direction.planner ? planned_by_other(director) : NULL;
    if (plan)
        return plan;
    struct arena *arena = director->casefile->arena;
    const struct library *library = director->direction.library;
    plan = enter_plan(director, STR("Composed of the runbooks whose guards hold after triage."),
                      plan_compose(arena, director->run, library, "plan"));
    if (plan)
        return plan;
    const struct runbook *unknown = library_find(library, STR("unknown"));
    return enter_plan(director, STR("No runbook's guard holds after triage."),
                      unknown ? unknown->text : STR("")); /* itself: its own guard is not asked */
}

/* ---- revisions ---- */

static bool any_lead_holds(const struct casefile *casefile)
{
    for (const struct lead *lead = casefile->leads; lead; lead = lead->next)
        if (lead->state == LEAD_HELD)
            return true;
    return false;
}

/* Everything has failed: ask anew, further back and further around. */
static const struct runbook *widen(struct director *director, const char *name)
{
    struct casefile *casefile = director->casefile;
    run_forget(director->run);
    return enter_plan(director,
                      casefile->leads
                          ? STR("No hypothesis held: look further back and further around.")
                          : STR("Nothing was suspected: look further back and further around."),
                      plan_widen(casefile->arena, casefile, name));
}

/* What to follow next, after what was found so far. NULL: nothing is left to ask. */
static const struct runbook *revise(struct director *director, uint32_t revision)
{
    struct arena *arena = director->casefile->arena;
    const struct planner *planner = director->direction.planner;
    if (run_is_settled(director->run) || (planner && planner->is_final))
        return NULL;
    const char *name = str_printf(arena, "revision_%u", revision).ptr;
    const struct runbook *plan =
        enter_plan(director, STR("What was found makes more runbooks apply than the alert did."),
                   plan_compose(arena, director->run, director->direction.library, name));
    if (plan || any_lead_holds(director->casefile))
        return plan;
    return widen(director, name);
}

static void say_why_it_ends(struct director *director)
{
    struct casefile *casefile = director->casefile;
    if (run_is_settled(director->run))
        casefile->stopped_because =
            STR("A hypothesis holds, and its lead over all others is decisive.");
    else if (any_lead_holds(casefile))
        casefile->stopped_because = STR("Every hypothesis was followed to its end.");
    else
        casefile->stopped_because = STR("No hypothesis held, and nothing is left to ask.");
}

static void ask(struct director *director)
{
    const struct runbook *plan = make_plan(director);
    if (director->direction.plan_only)
        return;
    for (uint32_t i = 1; plan; i++) {
        if (!follow(director, plan))
            return;
        plan = i <= REVISIONS_MAX ? revise(director, i) : NULL;
    }
    say_why_it_ends(director);
}

/* What is asked in the end, whatever the case has spent: it is little. */
static void conclude(struct director *director, struct str plan, struct str gap)
{
    struct casefile *casefile = director->casefile;
    const struct budget of_case = casefile->budget;
    const struct str why = casefile->stopped_because;
    if (deadline_passed(of_case.deadline, casefile->clock))
        casefile->budget.deadline = deadline_in(casefile->clock, GRACE_NS);
    casefile->budget.steps_max += GRACE_STEPS;
    if (!follow_text(director, plan))
        add_gap(director, gap);
    casefile->stopped_because = why;
    casefile->budget = of_case;
}

/* Only where somebody has named a ledger: no other report has a word about it. */
static bool remembers(const struct casefile *casefile)
{
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        if (str_eq(it->name, STR(SOURCE_REMEMBERED)))
            return it->state == SOURCE_READ;
    return false;
}

void director_investigate(struct director *director)
{
    if (!follow_single(director, "triage", "What is wrong, since when, and who is affected"))
        return;
    ask(director);
    if (director->direction.plan_only)
        return;
    struct arena *arena = director->casefile->arena;
    conclude(director, plan_single(arena, "blame", "Which change did it"),
             STR("There was no time left to rank the changes."));
    if (remembers(director->casefile))
        conclude(director,
                 STR("runbook remember_plan \"Was it seen before?\" {\n"
                     "    compare_incidents()\n}\n"),
                 STR("There was no time left to look for earlier incidents."));
}

void director_correct(struct director *director)
{
    conclude(director, plan_single(director->casefile->arena, "correct", "What to do about it"),
             STR("There was no time left to look for corrections."));
}
