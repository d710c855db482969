/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree is walked as it stands. What may change is in three places: the case, the results of
 * this run (`struct answered`), and the names of the runbook that is being walked (`struct frame`).
 *
 * How a statement ended is a value, not a jump: `refute` gives FLOW_REFUTED, which everything on
 * the way out passes on until the `verify` of that name takes it.
 */
#include "runbook/run.h"

#include "base/arena.h"
#include "data/batch.h"
#include "data/json.h"
#include "runbook/evaluate.h"
#include "runbook/scope.h"

#include <assert.h>

#define ROWS_SHOWN_MAX 3 /* of a result in the record of a step */

/* A call that has been answered. */
struct answered {
    struct str question; /* name and inputs */
    struct record out;
    bool ok;
    struct answered *next;
};

/* A runbook that was entered. */
struct entered {
    const struct runbook *book;
    struct entered *next;
};

struct run {
    struct casefile *casefile;
    const struct services *services;
    struct answerer answerer;
    struct run_listener listener;
    struct answered *answered;
    struct entered *entered;
    const struct lead *forgotten; /* leads up to this one may be followed again */
    struct lead *lead;            /* the one that is being verified */
    bool settled;
};

enum flow {
    FLOW_ON,
    FLOW_REFUTED, /* out of the `verify` of run->lead */
    FLOW_SETTLED, /* a lead holds, and it is enough: nothing else is asked */
    FLOW_OVER,    /* this runbook has spent its own limits */
    FLOW_STOPPED, /* the case has spent what it was given */
};

struct frame {
    struct run *run;
    const struct runbook *book;
    struct scene scene;
    uint32_t steps_end; /* no step beyond this number, in the count of the case */
    struct deadline deadline;
    struct err *err;
};

struct run *run_new(struct casefile *casefile, const struct services *services,
                    struct answerer answerer, const struct run_listener *listener)
{
    struct run *run = arena_push(casefile->arena, struct run);
    *run = (struct run){.casefile = casefile, .services = services, .answerer = answerer};
    if (listener)
        run->listener = *listener;
    return run;
}

void run_forget(struct run *run)
{
    run->answered = NULL;
    run->settled = false;
    for (const struct lead *lead = run->casefile->leads; lead; lead = lead->next)
        run->forgotten = lead;
}

const struct casefile *run_casefile(const struct run *run)
{
    return run->casefile;
}

bool run_has_followed(const struct run *run, const struct runbook *book)
{
    for (const struct entered *it = run->entered; it; it = it->next)
        if (it->book == book)
            return true;
    return false;
}

bool run_is_settled(const struct run *run)
{
    return run->settled;
}

bool run_answer_live(void *state, const struct callee *callee, struct call *call,
                     const struct record *in, struct record *out, struct err *err)
{
    (void)state;
    return callee->actor ? actor_run(callee->actor, call, in, out, err)
                         : agent_use(call, callee->name, in, out, err);
}

/* ---- steps ---- */

static bool is_out_of_budget(struct frame *frame, enum flow *flow)
{
    const struct casefile *casefile = frame->run->casefile;
    *flow = FLOW_STOPPED;
    if (deadline_passed(casefile->budget.deadline, casefile->clock)) {
        err_set(frame->err, ERR_TIMEOUT, "The case's time was over");
        return true;
    }
    if (casefile->steps_count >= casefile->budget.steps_max) {
        err_set(frame->err, ERR_OVER_BUDGET, "The case had no steps left");
        return true;
    }
    *flow = FLOW_OVER;
    return casefile->steps_count >= frame->steps_end ||
           deadline_passed(frame->deadline, casefile->clock);
}

/* Puts the arguments into `in`; the name of a required one that is not known, or NULL. */
static const char *fill_input(const struct frame *frame, const struct call_statement *call,
                              const struct record *in)
{
    for (const struct argument *it = call->arguments; it; it = it->next) {
        struct value *value = record_at(in, str_copy(frame->run->casefile->arena, it->name).ptr);
        const enum type wanted = value->type;
        *value = evaluate(&frame->scene, &it->value);
        if (wanted == TYPE_REAL && value->type == TYPE_INT)
            *value = value_real((double)value->integer);
        value->type = wanted;
    }
    for (size_t i = 0; in->fields[i].name; i++)
        if (!(in->fields[i].flags & FIELD_OPTIONAL) && !in->values[i].known)
            return in->fields[i].name;
    return NULL;
}

/*
 * What is asked, as a text. Who reads signals alone gives the same answer each time; who reads the
 * case is asked anew once there is more in it.
 */
static struct str question_of(const struct run *run, const struct callee *callee,
                              const struct record *in, struct arena *scratch)
{
    const struct str inputs = record_to_json(scratch, in, SIZE_MAX);
    return str_printf(scratch, "%s %.*s %u", callee->name, STR_ARG(inputs),
                      callee->actor && callee->actor->reads_case ? run->casefile->evidence_count
                                                                 : 0);
}

static const struct answered *find_answered(const struct run *run, struct str question)
{
    for (const struct answered *it = run->answered; it; it = it->next)
        if (str_eq(it->question, question))
            return it;
    return NULL;
}

static const struct answered *keep_answer(struct run *run, struct str question,
                                          const struct record *out, bool ok)
{
    struct arena *arena = run->casefile->arena;
    struct answered *answered = arena_push(arena, struct answered);
    *answered = (struct answered){.question = str_copy(arena, question),
                                  .out = record_copy(arena, out),
                                  .ok = ok,
                                  .next = run->answered};
    run->answered = answered;
    return answered;
}

static void tell_step(const struct run *run, const struct step_entry *entry,
                      const struct record *in, const struct record *out)
{
    if (run->listener.step)
        run->listener.step(run->listener.state, entry, in, out);
}

static void enter_skipped(const struct frame *frame, const struct callee *callee,
                          const struct record *in, struct str why)
{
    struct run *run = frame->run;
    struct arena *arena = run->casefile->arena;
    const struct record none = record_new(arena, callee->sig->output);
    const struct step_entry *entry =
        casefile_add_step(run->casefile, &(struct step_entry){
                                             .name = str_of(callee->name),
                                             .runbook = frame->book->name,
                                             .lead_id = run->lead ? run->lead->id : 0,
                                             .state = STEP_SKIPPED,
                                             .input = record_to_json(arena, in, ROWS_SHOWN_MAX),
                                             .outcome = why,
                                             .started_ns = clock_now_ns(run->casefile->clock) -
                                                           run->casefile->opened_ns,
                                         });
    tell_step(run, entry, in, &none);
}

static struct str outcome_of(struct arena *arena, bool ok, const struct err *err, uint32_t found)
{
    if (!ok)
        return str_of(err->text);
    return str_printf(arena, found == 1 ? "%u finding" : "%u findings", found);
}

static const struct answered *ask(const struct frame *frame, const struct callee *callee,
                                  const struct record *in, struct str question,
                                  struct arena *scratch)
{
    struct run *run = frame->run;
    struct casefile *casefile = run->casefile;
    struct call call = {.casefile = casefile,
                        .services = run->services,
                        .scratch = scratch,
                        .step_id = casefile->steps_count + 1};
    const int64_t started_ns = clock_now_ns(casefile->clock);
    const uint32_t evidence_before = casefile->evidence_count;
    struct record out = record_new(scratch, callee->sig->output);
    struct err err = {0};
    const bool ok = run->answerer.answer(run->answerer.state, callee, &call, in, &out, &err);
    const uint32_t found = casefile->evidence_count - evidence_before;
    if (!ok)
        casefile_add_gap(casefile, SIGNAL_EVENTS, STR(""),
                         str_printf(scratch, "the step %s", err.text));
    const struct step_entry *entry =
        casefile_add_step(casefile, &(struct step_entry){
                                        .name = str_of(callee->name),
                                        .runbook = frame->book->name,
                                        .lead_id = run->lead ? run->lead->id : 0,
                                        .state = ok ? STEP_DONE : STEP_FAILED,
                                        .input = record_to_json(scratch, in, ROWS_SHOWN_MAX),
                                        .output = record_to_json(scratch, &out, ROWS_SHOWN_MAX),
                                        .outcome = outcome_of(scratch, ok, &err, found),
                                        .started_ns = started_ns - casefile->opened_ns,
                                        .took_ns = clock_now_ns(casefile->clock) - started_ns,
                                    });
    tell_step(run, entry, in, &out);
    return keep_answer(run, question, &out, ok);
}

static const char *missing_signal(const struct frame *frame, const struct callee *callee)
{
    const unsigned missing =
        callee->actor ? callee->actor->needs & ~scope_signals(frame->run->casefile) : 0;
    for (int signal = 0; signal <= SIGNAL_TOPOLOGY; signal++)
        if (missing & (1u << signal))
            return signal_name((enum signal)signal);
    return NULL;
}

/* NULL: it was not asked, and the reason has been entered. */
static const struct answered *answer_of(const struct frame *frame,
                                        const struct call_statement *call, struct arena *scratch)
{
    const struct callee callee = {
        .name = str_copy(scratch, call->callee).ptr,
        .sig = call->actor ? &call->actor->sig : &call->tool->sig,
        .actor = call->actor,
    };
    const struct record in = record_new(scratch, callee.sig->input);
    const char *unknown = fill_input(frame, call, &in);
    const struct str question = question_of(frame->run, &callee, &in, scratch);
    const struct answered *answered = find_answered(frame->run, question);
    if (answered)
        return answered;
    const char *missing = missing_signal(frame, &callee);
    if (missing || unknown) {
        enter_skipped(frame, &callee, &in,
                      missing ? str_printf(scratch, "skipped: no %s to read", missing)
                              : str_printf(scratch, "skipped: `%s` is not known", unknown));
        if (missing) /* it will be missing the next time too: say so once */
            keep_answer(frame->run, question,
                        &(struct record){callee.sig->output,
                                         record_new(scratch, callee.sig->output).values},
                        false);
        return NULL;
    }
    return ask(frame, &callee, &in, question, scratch);
}

static enum flow run_call(struct frame *frame, const struct call_statement *call)
{
    enum flow flow;
    if (is_out_of_budget(frame, &flow))
        return flow;
    struct arena *scratch = arena_new("step");
    const struct answered *answered = answer_of(frame, call, scratch);
    arena_free(scratch);
    if (call->result.len > 0) /* without an answer it is empty, and not that of the last round */
        frame->scene.slots[call->slot] =
            answered ? (struct slot){.kind = SLOT_RECORD, .record = answered->out}
                     : (struct slot){.kind = SLOT_EMPTY};
    return FLOW_ON;
}

/* ---- hypotheses ---- */

static void tell_lead(const struct run *run, const struct lead *lead)
{
    if (run->listener.lead)
        run->listener.lead(run->listener.state, lead);
}

/* Whether that subject was followed to an end since the run last forgot. */
static bool was_followed(const struct run *run, struct str subject)
{
    const struct lead *lead = run->forgotten ? run->forgotten->next : run->casefile->leads;
    for (; lead; lead = lead->next)
        if (str_eq(lead->subject, subject))
            return true;
    return false;
}

static void run_suppose(struct frame *frame, const struct suppose_statement *suppose)
{
    struct run *run = frame->run;
    struct slot *slot = &frame->scene.slots[suppose->slot];
    const struct str subject = evaluate_words(&frame->scene, &suppose->subject);
    *slot = (struct slot){.kind = SLOT_EMPTY};
    if (subject.len == 0 || was_followed(run, subject))
        return;
    *slot = (struct slot){
        .kind = SLOT_LEAD,
        .lead = casefile_add_lead(run->casefile, subject,
                                  evaluate_words(&frame->scene, &suppose->because)),
    };
    tell_lead(run, slot->lead);
}

/* The newest piece against it: the step that made the runbook give up has just added it. */
static const struct evidence *what_speaks_against(const struct casefile *casefile,
                                                  struct str subject)
{
    const struct evidence *newest = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_REFUTES && str_eq(it->subject, subject))
            newest = it;
    return newest;
}

static void abandon(const struct run *run, struct lead *lead, struct str reason)
{
    lead->state = LEAD_ABANDONED;
    lead->reason = str_copy(run->casefile->arena, reason);
    lead->against = what_speaks_against(run->casefile, lead->subject);
}

/* To be refuted by nothing is not enough: something must speak for it. */
static void conclude(const struct run *run, struct lead *lead)
{
    if (run->listener.is_borne_out && !run->listener.is_borne_out(run->listener.state, lead))
        abandon(run, lead, STR("too little was found that speaks for it"));
    else
        lead->state = LEAD_HELD;
}

static enum flow run_block(struct frame *frame, const struct statement *block);

static enum flow run_verify(struct frame *frame, const struct verify_statement *verify)
{
    struct run *run = frame->run;
    const struct slot *slot = &frame->scene.slots[verify->slot];
    if (slot->kind != SLOT_LEAD)
        return FLOW_ON;
    struct lead *lead = slot->lead;
    struct lead *outer = run->lead;
    const uint32_t steps_before = run->casefile->steps_count;
    run->lead = lead;
    const enum flow flow = run_block(frame, verify->body);
    run->lead = outer;
    if (run->casefile->steps_count > steps_before) {
        lead->first_step_id = steps_before + 1;
        lead->last_step_id = run->casefile->steps_count;
    }
    if (lead->state == LEAD_SUPPOSED && flow == FLOW_ON)
        conclude(run, lead);
    tell_lead(run, lead);
    run->settled = lead->state == LEAD_HELD && run->listener.is_settled &&
                   run->listener.is_settled(run->listener.state, lead);
    if (run->settled)
        return FLOW_SETTLED;
    return flow == FLOW_REFUTED && lead->state == LEAD_ABANDONED ? FLOW_ON : flow;
}

/* The check has seen to it that the `verify` of this name is around it, and so there is a lead. */
static enum flow run_refute(struct frame *frame, const struct refute_statement *refute)
{
    const struct slot *slot = &frame->scene.slots[refute->slot];
    assert(slot->kind == SLOT_LEAD);
    abandon(frame->run, slot->lead, evaluate_words(&frame->scene, &refute->because));
    slot->lead->refuted = true;
    return FLOW_REFUTED;
}

/* ---- control ---- */

static enum flow run_for(struct frame *frame, const struct for_statement *loop)
{
    const struct value rows = evaluate(&frame->scene, &loop->rows);
    const size_t count = rows.known && rows.type == TYPE_ROWS ? rows.rows->rows : 0;
    for (size_t row = 0; row < count && row < loop->max; row++) {
        frame->scene.slots[loop->slot] =
            (struct slot){.kind = SLOT_ROW, .rows = rows.rows, .row = row};
        const enum flow flow = run_block(frame, loop->body);
        if (flow != FLOW_ON)
            return flow;
    }
    return FLOW_ON;
}

static enum flow run_followed(struct frame *frame, const struct runbook *book);

static enum flow run_statement(struct frame *frame, const struct statement *statement)
{
    switch (statement->kind) {
    case STATEMENT_CALL:
        return run_call(frame, &statement->call);
    case STATEMENT_FOLLOW:
        return run_followed(frame, statement->follow.book);
    case STATEMENT_FOR:
        return run_for(frame, &statement->loop);
    case STATEMENT_IF:
        return run_block(frame, evaluate_test(&frame->scene, &statement->branch.test)
                                    ? statement->branch.then
                                    : statement->branch.otherwise);
    case STATEMENT_PARALLEL:
        return run_block(frame, statement->parallel);
    case STATEMENT_SUPPOSE:
        run_suppose(frame, &statement->suppose);
        return FLOW_ON;
    case STATEMENT_VERIFY:
        return run_verify(frame, &statement->verify);
    case STATEMENT_REFUTE:
        return run_refute(frame, &statement->refute);
    }
    assert(false); /* each kind has returned */
    return FLOW_ON;
}

static enum flow run_block(struct frame *frame, const struct statement *block)
{
    for (; block; block = block->next) {
        const enum flow flow = run_statement(frame, block);
        if (flow != FLOW_ON)
            return flow;
    }
    return FLOW_ON;
}

/* The tighter of what is left around it and what it allows itself. */
static struct frame frame_of(struct run *run, const struct runbook *book,
                             const struct frame *around, struct err *err)
{
    struct casefile *casefile = run->casefile;
    struct frame frame = {
        .run = run,
        .book = book,
        .scene = {.casefile = casefile,
                  .slots = arena_push_many(casefile->arena, struct slot, book->slots_count + 1)},
        .steps_end = around ? around->steps_end : UINT32_MAX,
        .deadline = around ? around->deadline : casefile->budget.deadline,
        .err = err,
    };
    const uint32_t steps_end = casefile->steps_count + book->limits.steps;
    if (book->limits.steps > 0 && steps_end < frame.steps_end)
        frame.steps_end = steps_end;
    const struct deadline own = deadline_in(casefile->clock, book->limits.time_ns);
    if (book->limits.time_ns > 0 && own.at_ns < frame.deadline.at_ns)
        frame.deadline = own;
    return frame;
}

static enum flow run_frame(struct frame *frame)
{
    struct casefile *casefile = frame->run->casefile;
    struct entered *entered = arena_push(casefile->arena, struct entered);
    *entered = (struct entered){.book = frame->book, .next = frame->run->entered};
    frame->run->entered = entered;
    const enum flow flow = run_block(frame, frame->book->body);
    if (flow == FLOW_OVER)
        casefile_add_gap(casefile, SIGNAL_EVENTS, STR(""),
                         str_printf(casefile->arena,
                                    "The runbook %.*s spent its own limits, and the rest of it was "
                                    "left out.",
                                    STR_ARG(frame->book->name)));
    return flow;
}

/* Its limits are its own: when they are spent, the runbook around it goes on. */
static enum flow run_followed(struct frame *around, const struct runbook *book)
{
    struct frame frame = frame_of(around->run, book, around, around->err);
    if (book->has_guard && !evaluate_test(&frame.scene, &book->guard))
        return FLOW_ON;
    const enum flow flow = run_frame(&frame);
    return flow == FLOW_OVER ? FLOW_ON : flow;
}

bool run_book(struct run *run, const struct runbook *book, struct err *err)
{
    struct frame frame = frame_of(run, book, NULL, err);
    return run_frame(&frame) != FLOW_STOPPED;
}

bool run_guard_holds(const struct run *run, const struct runbook *book)
{
    const struct scene scene = {.casefile = run->casefile}; /* a guard names no result */
    return !book->has_guard || evaluate_test(&scene, &book->guard);
}
