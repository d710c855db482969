/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/panel.h"

#include "base/arena.h"
#include "base/buf.h"
#include "expert/choose.h"
#include "expert/router.h"
#include "expert/small.h"

#include <math.h>

#define OBJECTIONS_BYTES_MAX 300

struct member {
    struct expert expert;
    uint32_t failures; /* in a row */
};

struct panel {
    struct arena *arena;
    struct clock clock;
    struct experts experts;
    struct member members[EXPERTS_MAX];
    struct purse purse;
    struct map asked; /* questions: none is asked twice, whoever would answer */
    void (*hear)(void *state, struct str so_far);
    void *hear_state;
    const struct router *router;
    bool holds_back;
    struct buf held_back;
    struct consultation *first, *last;
    const struct consultation *told; /* the last that a case was given */
};

/* ---- opening ---- */

struct panel *panel_of(struct arena *arena, const struct experts *experts, struct clock clock,
                       const struct transport *transport)
{
    struct panel *panel = arena_push(arena, struct panel);
    *panel = (struct panel){
        .arena = arena,
        .clock = clock,
        .experts = *experts,
        .purse = {.tokens_max = experts->tokens_max, .money_max = experts->money_max},
        .asked = map_new(arena),
        .router = router_shipped(),
        .held_back = buf_new(arena),
    };
    if (experts->span_max_ns > 0)
        panel->purse.deadline = deadline_in(clock, experts->span_max_ns);
    for (uint32_t i = 0; i < experts->count; i++) {
        panel->members[i].expert = expert_open(arena, &experts->items[i], clock, transport);
        panel->members[i].expert.purse = &panel->purse;
    }
    return panel;
}

bool panel_open(struct arena *arena, const char *path, struct clock clock,
                const struct transport *transport, struct panel **out, struct err *err)
{
    struct experts experts;
    if (!experts_load(arena, path, &experts, err))
        return false;
    *out = panel_of(arena, &experts, clock, transport);
    return true;
}

void panel_set_pause(struct panel *panel, void (*pause)(void *state, int64_t span_ns), void *state)
{
    for (uint32_t i = 0; i < panel->experts.count; i++) {
        panel->members[i].expert.courier.pause = pause;
        panel->members[i].expert.courier.pause_state = state;
    }
}

void panel_set_router(struct panel *panel, const struct router *router)
{
    panel->router = router;
}

void panel_set_hear(struct panel *panel, void (*hear)(void *state, struct str so_far), void *state)
{
    panel->hear = hear;
    panel->hear_state = state;
}

uint32_t panel_count(const struct panel *panel)
{
    return panel ? panel->experts.count : 0;
}

struct expert *panel_expert(struct panel *panel, uint32_t index)
{
    return &panel->members[index].expert;
}

bool panel_can(const struct panel *panel, enum ability ability)
{
    for (uint32_t i = 0; i < panel_count(panel); i++)
        if ((panel->experts.items[i].abilities & (1u << ability)) != 0)
            return true;
    return false;
}

/* ---- what is written down ---- */

static struct consultation *keep(struct panel *panel, const struct brief *brief)
{
    struct consultation *kept = arena_push(panel->arena, struct consultation);
    *kept = (struct consultation){.ability = str_of(ability_name(brief->ability)),
                                  .task = str_copy(panel->arena, str_of(brief->task))};
    if (panel->last)
        panel->last->next = kept;
    else
        panel->first = kept;
    panel->last = kept;
    return kept;
}

static void keep_answer(struct panel *panel, const struct brief *brief, const struct expert *expert,
                        const struct bill *before, int64_t from_ns, struct str because,
                        const char *failure)
{
    const struct bill *bill = &expert->bill;
    struct consultation *kept = keep(panel, brief);
    kept->expert = expert->config.name;
    kept->because = str_copy(panel->arena, because);
    kept->failure = str_copy(panel->arena, str_of(failure));
    kept->questions = bill->questions - before->questions;
    kept->repairs = bill->repairs - before->repairs;
    kept->tokens_in = bill->tokens_in - before->tokens_in;
    kept->tokens_out = bill->tokens_out - before->tokens_out;
    kept->money = bill->money - before->money;
    kept->first_ns = kept->questions > 0 ? bill->first_ns : 0;
    kept->took_ns = clock_now_ns(panel->clock) - from_ns;
}

/* Nobody is asked; gives false, with that reason. */
static bool keep_silence(struct panel *panel, const struct brief *brief, const struct err *err)
{
    keep(panel, brief)->failure = str_copy(panel->arena, str_of(err->text));
    return false;
}

void panel_refuse(struct panel *panel, uint32_t sentences)
{
    if (panel->last)
        panel->last->refused += sentences;
}

void panel_reject(struct panel *panel, struct str why)
{
    if (panel->last)
        panel->last->failure = str_copy(panel->arena, why);
}

const struct consultation *panel_consultations(const struct panel *panel)
{
    return panel ? panel->first : NULL;
}

void panel_tell(struct panel *panel, struct casefile *casefile)
{
    if (!panel || !panel->last)
        return;
    const struct consultation *it = panel->told ? panel->told->next : panel->first;
    for (; it; it = it->next)
        casefile_add_consultation(casefile, it);
    panel->told = panel->last;
}

struct bill panel_bill(const struct panel *panel)
{
    struct bill all = {0};
    for (uint32_t i = 0; i < panel_count(panel); i++) {
        const struct bill *bill = &panel->members[i].expert.bill;
        all.questions += bill->questions;
        all.repairs += bill->repairs;
        all.tokens_in += bill->tokens_in;
        all.tokens_out += bill->tokens_out;
        all.money += bill->money;
        all.waited_ns += bill->waited_ns;
    }
    return all;
}

/* ---- whom to ask ---- */

static const char *const forbidden[MATERIALS_COUNT] = {
    [SIGNAL_CHANGES] = "may not see changes",
    [SIGNAL_METRICS] = "may not see metrics",
    [SIGNAL_EVENTS] = "may not see events",
    [SIGNAL_LOGS] = "may not see logs",
    [SIGNAL_TRACES] = "may not see traces",
    [SIGNAL_TOPOLOGY] = "may not see topology",
    [SIGNAL_TOPOLOGY + 1] = "may not see the alert",
    [SIGNAL_TOPOLOGY + 2] = "may not see documents",
};

/* One question on its way through the panel. */
struct turn {
    const struct panel *panel;
    const struct brief *brief;
    struct wanted wanted;
    const struct small_expert *small; /* that has the task; NULL: none has */
    const struct router_task *task;   /* what was measured of it; NULL: nothing */
    struct router_question question;
    struct opinion opinion; /* of the small one, once `question.sure` is known */
    uint32_t tried;         /* bits of choices */
};

/* Choices: the models of the file, the small one that has the task, the rules of who asks. */
enum { SMALL = EXPERTS_MAX, RULES, CHOICES };

static struct turn turn_of(const struct panel *panel, const struct brief *brief, bool odds)
{
    const struct str task = str_of(brief->task);
    return (struct turn){
        .panel = panel,
        .brief = brief,
        .wanted = {.ability = brief->ability, .task = brief->task, .odds = odds},
        .small = small_expert_for(task),
        .task = router_task_of(panel->router, task),
        .question = {.bytes = brief->material.len,
                     .rules_speak = brief->rules == RULES_SPEAK,
                     .candidates = brief->candidates,
                     .sure = NAN},
    };
}

static void add_measured(const struct turn *turn, struct candidate *candidate)
{
    const struct router_choice *choice = router_choice_of(turn->task, candidate->name);
    candidate->odds = router_odds(choice, &turn->question);
    candidate->money = choice ? choice->money : 0.0;
    candidate->cost_us = choice ? choice->cost_us : 0.0;
}

/* A model may be called as one of ours; what was measured of ours says nothing of it. */
static bool is_ours(struct str name)
{
    return str_eq(name, STR(ROUTER_RULES)) || small_expert_find(name);
}

static struct candidate member_of(const struct turn *turn, uint32_t index)
{
    const struct panel *panel = turn->panel;
    const struct expert_config *config = &panel->experts.items[index];
    const unsigned hidden = policy_forbids(&panel->experts.policy, turn->brief->signals, index);
    struct candidate out = {
        .name = config->name,
        .abilities = config->abilities,
        .forbidden = hidden < MATERIALS_COUNT ? forbidden[hidden] : NULL,
        .odds = NAN,
        .failures = panel->members[index].failures,
        .tells_odds = config->tells_odds,
    };
    if (!is_ours(config->name))
        add_measured(turn, &out);
    return out;
}

/* One that is not there is for nothing; rules of which nothing is known have earned nothing. */
static struct candidate candidate_of(const struct turn *turn, uint32_t index)
{
    struct candidate out = {.odds = NAN};
    if (index < panel_count(turn->panel)) {
        out = member_of(turn, index);
    } else if ((index == SMALL && turn->small) ||
               (index == RULES && turn->brief->rules != RULES_NONE)) {
        out.name = index == SMALL ? str_of(turn->small->name) : STR(ROUTER_RULES);
        add_measured(turn, &out);
        out.cost_us = isnan(turn->question.sure) ? out.cost_us : 0.0; /* it is spent */
        out.abilities = index == SMALL || !isnan(out.odds) ? 1u << turn->wanted.ability : 0;
    }
    out.is_tried = (turn->tried & (UINT32_C(1) << index)) != 0;
    return out;
}

static uint32_t next_of(const struct turn *turn)
{
    struct candidate candidates[CHOICES];
    for (uint32_t i = 0; i < CHOICES; i++)
        candidates[i] = candidate_of(turn, i);
    return choose(candidates, CHOICES, &turn->wanted);
}

/* "`cloud` may not see logs, `old` has failed": of those before `chosen` in the file, or of all. */
static struct str objections(const struct turn *turn, struct arena *arena, uint32_t chosen)
{
    struct buf out = buf_new(arena);
    const bool measured = chosen != NOBODY && !isnan(candidate_of(turn, chosen).odds);
    for (uint32_t i = 0; i < panel_count(turn->panel) && out.len < OBJECTIONS_BYTES_MAX; i++) {
        const struct candidate candidate = candidate_of(turn, i);
        const char *why = choose_objection(&candidate, &turn->wanted);
        if (!why && chosen != NOBODY && i < chosen && isnan(candidate.odds))
            why = measured ? "was not measured" : "has failed before";
        if (why && (chosen == NOBODY || i < chosen))
            buf_printf(&out, "%s`%.*s` %s", out.len > 0 ? ", " : "", STR_ARG(candidate.name), why);
    }
    return buf_str(&out);
}

/* "right with 0.870, `rules` with 0.610", and the objections to others. */
static struct str reasons(const struct turn *turn, struct arena *arena, uint32_t chosen)
{
    struct buf out = buf_new(arena);
    const double odds = candidate_of(turn, chosen).odds;
    if (!isnan(odds))
        buf_printf(&out, "right with %.3f", odds);
    for (uint32_t i = 0; !isnan(odds) && i < CHOICES && out.len < OBJECTIONS_BYTES_MAX; i++) {
        const struct candidate other = candidate_of(turn, i);
        if (i != chosen && !isnan(other.odds) && !choose_objection(&other, &turn->wanted))
            buf_printf(&out, ", `%.*s` with %.3f", STR_ARG(other.name), other.odds);
    }
    const struct str rest = objections(turn, arena, chosen);
    if (rest.len > 0)
        buf_printf(&out, "%s%.*s", out.len > 0 ? ", " : "", STR_ARG(rest));
    return buf_str(&out);
}

/* ---- asking ---- */

/* As it is sent: who asks may leave it to the panel to listen. */
static struct brief listened(const struct panel *panel, const struct brief *brief)
{
    struct brief out = *brief;
    if (!out.hear) {
        out.hear = panel->hear;
        out.hear_state = panel->hear_state;
    }
    return out;
}

/* What is done with an answer: one of the two. */
struct use {
    accept_fn *accept;
    void *state;
    double *odds;
};

static bool ask_member(struct panel *panel, struct turn *turn, struct arena *arena, uint32_t index,
                       const struct use *use, struct err *err)
{
    struct member *member = &panel->members[index];
    struct expert *expert = &member->expert;
    const struct brief brief = listened(panel, turn->brief);
    const struct str because = reasons(turn, arena, index);
    const struct bill before = expert->bill;
    const int64_t from_ns = clock_now_ns(panel->clock);
    const bool ok = use->odds ? expert_odds(expert, arena, &brief, use->odds, err)
                              : expert_ask(expert, arena, &brief, use->accept, use->state, err);
    if (panel->hear)
        panel->hear(panel->hear_state, STR(""));
    keep_answer(panel, &brief, expert, &before, from_ns, because, ok ? NULL : err->text);
    if (ok)
        member->failures = 0;
    else if (expert->bill.questions > before.questions) /* a limit is no fault of the model */
        member->failures++;
    turn->tried |= UINT32_C(1) << index;
    return ok;
}

/* The probability of what it answers, by itself; NAN: it tells none. */
static double sure_of(const json_t *answer)
{
    const json_t *odds = json_object_get(answer, "odds");
    const json_t *own = json_object_get(answer, "probability");
    const char *name;
    json_t *one;
    double most = NAN;
    if (json_is_number(own) || json_is_number(odds))
        return json_number_value(json_is_number(own) ? own : odds);
    json_object_foreach((json_t *)odds, name, one) most = fmax(most, json_number_value(one));
    return most;
}

/* Asks the small one, and does nothing with its answer but to see how sure it is. */
static bool infer(struct turn *turn, struct arena *arena, struct err *err)
{
    if (!turn->small->infer(turn->brief, arena, &turn->opinion, err))
        return err_context(err, "%s", turn->small->name);
    json_t *answer = json_loadb(turn->opinion.text.ptr, turn->opinion.text.len, 0, NULL);
    const double sure = sure_of(answer);
    turn->question.sure = isfinite(sure) ? sure : 0.0;
    json_decref(answer);
    return true;
}

static bool take(const struct turn *turn, const struct use *use, struct err *err)
{
    const struct str text = turn->opinion.text;
    json_t *answer = json_loadb(text.ptr, text.len, 0, NULL);
    const bool ok = json_is_object(answer)
                        ? use->accept(use->state, answer, err)
                        : err_set(err, ERR_PROTOCOL, "the answer is no JSON object");
    json_decref(answer);
    return ok || err_context(err, "%s", turn->small->name);
}

/* The small one: first how sure it is, then, where it is still the one to ask, its answer. */
static bool ask_small(struct panel *panel, struct turn *turn, struct arena *arena,
                      const struct use *use, bool *again, struct err *err)
{
    const int64_t from_ns = clock_now_ns(panel->clock);
    const bool is_new = isnan(turn->question.sure);
    bool ok = !is_new || infer(turn, arena, err);
    *again = ok && is_new && next_of(turn) != SMALL;
    if (*again)
        return false;
    ok = ok && take(turn, use, err);
    struct consultation *kept = keep(panel, turn->brief);
    kept->expert = str_of(turn->small->name);
    kept->because = str_copy(panel->arena, reasons(turn, arena, SMALL));
    kept->failure = ok ? (struct str){0} : str_copy(panel->arena, str_of(err->text));
    kept->questions = 1;
    kept->took_ns = clock_now_ns(panel->clock) - from_ns;
    turn->tried |= UINT32_C(1) << SMALL;
    return ok;
}

/* Who asks has its own answer, and nobody is better by so much that he should be asked. */
static bool keep_to_rules(struct panel *panel, const struct turn *turn, struct arena *arena,
                          struct err *err)
{
    struct consultation *kept = keep(panel, turn->brief);
    kept->expert = STR(ROUTER_RULES);
    kept->because = str_copy(panel->arena, reasons(turn, arena, RULES));
    return err_set(err, ERR_DENIED, "the rules are %.*s; no model is asked",
                   STR_ARG(kept->because));
}

/* Whether this has been asked before, by whomever; it is remembered. */
static bool is_circle(struct panel *panel, struct arena *arena, const struct brief *brief)
{
    const struct str question =
        str_printf(arena, "%s\n%d\n%.*s\n%.*s\n%.*s\n%.*s", brief->task, brief->labels ? 1 : 0,
                   STR_ARG(brief->instructions), STR_ARG(brief->schema), STR_ARG(brief->material),
                   STR_ARG(brief->wrong));
    const uint32_t before = panel->asked.count;
    return map_add(&panel->asked, question) != before;
}

static bool hold_back(struct panel *panel, const struct turn *turn, struct arena *arena,
                      uint32_t index, struct err *err)
{
    const struct expert *expert = &panel->members[index].expert;
    const struct brief brief = listened(panel, turn->brief);
    struct str request;
    if (!expert_show(expert, arena, &brief, &request, err))
        return keep_silence(panel, turn->brief, err);
    buf_add(&panel->held_back, request);
    buf_add_char(&panel->held_back, '\n');
    err_set(err, ERR_DENIED, "%.*s: nothing is sent, it is only shown",
            STR_ARG(expert->config.name));
    return keep_silence(panel, turn->brief, err);
}

static bool ask(struct panel *panel, struct arena *arena, const struct brief *brief,
                const struct use *use, struct err *err)
{
    struct turn turn = turn_of(panel, brief, use->odds != NULL);
    if (is_circle(panel, arena, brief)) {
        err_set(err, ERR_DENIED, "the same question was asked before; it is not asked in a circle");
        return keep_silence(panel, brief, err);
    }
    const bool measured = router_choice_of(turn.task, candidate_of(&turn, SMALL).name) != NULL;
    for (uint32_t index; (index = next_of(&turn)) != NOBODY;) {
        bool again = false;
        if (index == RULES)
            return keep_to_rules(panel, &turn, arena, err);
        /* to ask it costs next to nothing, and how sure it is says something of all */
        if (measured && isnan(turn.question.sure) && !candidate_of(&turn, SMALL).is_tried)
            index = SMALL;
        if (index == SMALL) {
            if (ask_small(panel, &turn, arena, use, &again, err))
                return true;
            continue;
        }
        if (panel->holds_back)
            return hold_back(panel, &turn, arena, index, err);
        if (ask_member(panel, &turn, arena, index, use, err))
            return true;
    }
    if (turn.tried != 0)
        return false; /* each has said why; the last of it is in `err` */
    err_set(err, ERR_DENIED, "no model can be asked: %s", objections(&turn, arena, NOBODY).ptr);
    return keep_silence(panel, brief, err);
}

bool panel_ask(struct panel *panel, struct arena *arena, const struct brief *brief,
               accept_fn *accept, void *state, struct err *err)
{
    return ask(panel, arena, brief, &(struct use){.accept = accept, .state = state}, err);
}

bool panel_odds(struct panel *panel, struct arena *arena, const struct brief *brief,
                double odds[LABELS_MAX], struct err *err)
{
    return ask(panel, arena, brief, &(struct use){.odds = odds}, err);
}

bool panel_tells_odds(const struct panel *panel, const struct brief *brief)
{
    const struct turn turn = turn_of(panel, brief, false);
    const uint32_t index = next_of(&turn);
    return index < panel_count(panel) && panel->experts.items[index].tells_odds;
}

bool panel_show(const struct panel *panel, struct arena *arena, const struct brief *brief,
                struct str *out, struct err *err)
{
    const struct turn turn = turn_of(panel, brief, brief->labels != NULL);
    const uint32_t index = next_of(&turn);
    if (index == NOBODY)
        return err_set(err, ERR_DENIED, "no model can be asked: %s",
                       objections(&turn, arena, NOBODY).ptr);
    if (index >= panel_count(panel))
        return err_set(err, ERR_DENIED, "nothing is sent: it is answered in the process");
    const struct brief sent = listened(panel, brief);
    return expert_show(&panel->members[index].expert, arena, &sent, out, err);
}

void panel_hold_back(struct panel *panel)
{
    panel->holds_back = true;
}

struct str panel_held_back(struct panel *panel)
{
    return buf_str(&panel->held_back);
}
