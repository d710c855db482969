/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/panel.h"

#include "base/arena.h"
#include "base/buf.h"
#include "expert/turn.h"

#include <math.h>

struct panel {
    struct arena *arena;
    struct clock clock;
    struct experts experts;
    struct expert members[EXPERTS_MAX];
    uint32_t failures[EXPERTS_MAX]; /* in a row */
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
        panel->members[i] = expert_open(arena, &experts->items[i], clock, transport);
        panel->members[i].purse = &panel->purse;
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

void panel_limit(struct panel *panel, int64_t span_ns)
{
    const struct deadline deadline = deadline_in(panel->clock, span_ns);
    if (panel->purse.deadline.at_ns == 0 || deadline.at_ns < panel->purse.deadline.at_ns)
        panel->purse.deadline = deadline;
}

void panel_set_pause(struct panel *panel, void (*pause)(void *state, int64_t span_ns), void *state)
{
    for (uint32_t i = 0; i < panel->experts.count; i++) {
        panel->members[i].courier.pause = pause;
        panel->members[i].courier.pause_state = state;
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
    return &panel->members[index];
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
        const struct bill *bill = &panel->members[i].bill;
        all.questions += bill->questions;
        all.repairs += bill->repairs;
        all.tokens_in += bill->tokens_in;
        all.tokens_out += bill->tokens_out;
        all.money += bill->money;
        all.waited_ns += bill->waited_ns;
    }
    return all;
}

/* ---- asking ---- */

static struct turn turn_in(const struct panel *panel, const struct brief *brief, bool odds)
{
    return turn_of(&panel->experts, panel->failures, panel->router, brief, odds);
}

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
    struct expert *expert = &panel->members[index];
    const struct brief brief = listened(panel, turn->brief);
    const struct str because = turn_reasons(turn, arena, index);
    const struct bill before = expert->bill;
    const int64_t from_ns = clock_now_ns(panel->clock);
    const bool ok = use->odds ? expert_odds(expert, arena, &brief, use->odds, err)
                              : expert_ask(expert, arena, &brief, use->accept, use->state, err);
    if (panel->hear)
        panel->hear(panel->hear_state, STR(""));
    keep_answer(panel, &brief, expert, &before, from_ns, because, ok ? NULL : err->text);
    if (ok)
        panel->failures[index] = 0;
    else if (expert->bill.questions > before.questions) /* a limit is no fault of the model */
        panel->failures[index]++;
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
    if (!small_infer(turn->small, turn->brief, arena, &turn->opinion, err))
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
    *again = ok && is_new && turn_next(turn) != TURN_SMALL;
    if (*again)
        return false;
    ok = ok && take(turn, use, err);
    struct consultation *kept = keep(panel, turn->brief);
    kept->expert = str_of(turn->small->name);
    kept->because = str_copy(panel->arena, turn_reasons(turn, arena, TURN_SMALL));
    kept->failure = ok ? (struct str){0} : str_copy(panel->arena, str_of(err->text));
    kept->questions = 1;
    kept->took_ns = clock_now_ns(panel->clock) - from_ns;
    turn->tried |= UINT32_C(1) << TURN_SMALL;
    return ok;
}

/* Who asks has its own answer, and nobody is better by so much that he should be asked. */
static bool keep_to_rules(struct panel *panel, const struct turn *turn, struct arena *arena,
                          struct err *err)
{
    struct consultation *kept = keep(panel, turn->brief);
    kept->expert = STR(ROUTER_RULES);
    kept->because = str_copy(panel->arena, turn_reasons(turn, arena, TURN_RULES));
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
    const struct expert *expert = &panel->members[index];
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
    struct turn turn = turn_in(panel, brief, use->odds != NULL);
    if (is_circle(panel, arena, brief)) {
        err_set(err, ERR_DENIED, "the same question was asked before; it is not asked in a circle");
        return keep_silence(panel, brief, err);
    }
    const bool measured =
        router_choice_of(turn.task, turn_candidate(&turn, TURN_SMALL).name) != NULL;
    for (uint32_t index; (index = turn_next(&turn)) != NOBODY;) {
        bool again = false;
        if (index == TURN_RULES)
            return keep_to_rules(panel, &turn, arena, err);
        /* to ask it costs next to nothing, and how sure it is says something of all */
        if (measured && isnan(turn.question.sure) && !turn_candidate(&turn, TURN_SMALL).is_tried)
            index = TURN_SMALL;
        if (index == TURN_SMALL) {
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
    err_set(err, ERR_DENIED, "no model can be asked: %s",
            turn_objections(&turn, arena, NOBODY).ptr);
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
    const struct turn turn = turn_in(panel, brief, false);
    const uint32_t index = turn_next(&turn);
    return index < panel_count(panel) && panel->experts.items[index].tells_odds;
}

bool panel_show(const struct panel *panel, struct arena *arena, const struct brief *brief,
                struct str *out, struct err *err)
{
    const struct turn turn = turn_in(panel, brief, brief->labels != NULL);
    const uint32_t index = turn_next(&turn);
    if (index == NOBODY)
        return err_set(err, ERR_DENIED, "no model can be asked: %s",
                       turn_objections(&turn, arena, NOBODY).ptr);
    if (index >= panel_count(panel))
        return err_set(err, ERR_DENIED, "nothing is sent: it is answered in the process");
    const struct brief sent = listened(panel, brief);
    return expert_show(&panel->members[index], arena, &sent, out, err);
}

void panel_hold_back(struct panel *panel)
{
    panel->holds_back = true;
}

struct str panel_held_back(struct panel *panel)
{
    return buf_str(&panel->held_back);
}
