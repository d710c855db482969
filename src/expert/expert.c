/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A limit is kept before it is reached: what a question may cost at most is reckoned up front, and
 * where that is too much it is not sent. What was used is counted as the backend says it, or as it
 * was reckoned.
 *
 * One repair round: a model that is shown its mistake mends most of those of form. A second would
 * mend few more, and cost as much.
 */
#include "expert/expert.h"

#include "base/arena.h"
#include "base/buf.h"
#include "expert/reply.h"
#include "guard/alias.h"
#include "net/sse.h"
#include "net/tape.h"

#include <math.h>

#define BYTES_PER_TOKEN 2    /* at least: English has four, code and numbers three */
#define WRONG_BYTES_MAX 2000 /* of an answer that is shown to the model again */
#define PER_MILLION 1e6

extern const struct expert_type expert_openai, expert_anthropic, expert_gguf;
const struct expert_type *const expert_types[] = {&expert_openai, &expert_anthropic, &expert_gguf,
                                                  NULL};

const struct expert_type *expert_type_find(struct str name)
{
    for (const struct expert_type *const *at = expert_types; *at; at++)
        if (str_eq(name, str_of((*at)->name)))
            return *at;
    return NULL;
}

/* ---- opening ---- */

static struct transport transport_of(struct arena *arena, const struct expert_config *config)
{
    if (config->replay.len > 0)
        return tape_play(arena, str_copy(arena, config->replay).ptr);
    if (config->record.len > 0)
        return tape_record(arena, str_copy(arena, config->record).ptr, transport_network());
    return transport_network();
}

struct expert expert_open(struct arena *arena, const struct expert_config *config,
                          struct clock clock, const struct transport *transport)
{
    struct str *host = arena_push(arena, struct str);
    *host = config->host;
    return (struct expert){
        .config = *config,
        .courier = {.transport = transport ? *transport : transport_of(arena, config),
                    .clock = clock,
                    .hosts = host,
                    .hosts_count = 1},
        .asked = map_new(arena),
    };
}

/* ---- limits ---- */

static double price(const struct expert_config *config, uint64_t tokens_in, uint64_t tokens_out)
{
    return ((double)tokens_in * config->price_in + (double)tokens_out * config->price_out) /
           PER_MILLION;
}

static uint64_t answer_max(const struct expert *expert, const struct brief *brief)
{
    return brief->labels ? 1 : expert->config.answer_tokens_max;
}

static bool check_purse(const struct purse *purse, uint64_t tokens, double cost, struct err *err)
{
    if (purse->tokens_max > 0 && purse->tokens + tokens > purse->tokens_max)
        return err_set(err, ERR_OVER_BUDGET,
                       "all models together have used %llu tokens, and one more question may go "
                       "beyond limits.tokens, %llu",
                       (unsigned long long)purse->tokens, (unsigned long long)purse->tokens_max);
    return purse->money_max <= 0.0 || purse->money + cost <= purse->money_max ||
           err_set(err, ERR_OVER_BUDGET,
                   "all models together have cost %.4f, and one more question may go beyond "
                   "limits.money, %.4f",
                   purse->money, purse->money_max);
}

static bool check_limits(const struct expert *expert, const struct brief *brief, size_t bytes,
                         struct err *err)
{
    const struct bill *bill = &expert->bill;
    const uint64_t in = bytes / BYTES_PER_TOKEN, answer = answer_max(expert, brief);
    const uint64_t used = bill->tokens_in + bill->tokens_out;
    if (used + in + answer > expert->config.tokens_max)
        return err_set(err, ERR_OVER_BUDGET,
                       "%.*s: %llu tokens are used, and one more question may go beyond "
                       "limits.tokens, %llu",
                       STR_ARG(expert->config.host), (unsigned long long)used,
                       (unsigned long long)expert->config.tokens_max);
    const double cost = price(&expert->config, in, answer);
    if (expert->config.money_max > 0.0 && bill->money + cost > expert->config.money_max)
        return err_set(err, ERR_OVER_BUDGET,
                       "%.*s: %.4f is spent, and one more question may go beyond limits.money, "
                       "%.4f",
                       STR_ARG(expert->config.host), bill->money, expert->config.money_max);
    return !expert->purse || check_purse(expert->purse, in + answer, cost, err);
}

/* Until when it may be waited for. */
static struct deadline deadline_of(const struct expert *expert)
{
    const struct deadline own =
        deadline_in(expert->courier.clock, expert->config.span_max_ns - expert->bill.waited_ns);
    const struct purse *purse = expert->purse;
    return purse && purse->deadline.at_ns != 0 && purse->deadline.at_ns < own.at_ns
               ? purse->deadline
               : own;
}

static void charge(struct expert *expert, const struct brief *brief, size_t bytes,
                   const struct opinion *opinion)
{
    const uint64_t in = opinion->tokens_in > 0 ? opinion->tokens_in : bytes / BYTES_PER_TOKEN;
    const uint64_t out = opinion->tokens_in > 0 ? opinion->tokens_out : answer_max(expert, brief);
    expert->bill.tokens_in += in;
    expert->bill.tokens_out += out;
    expert->bill.money += price(&expert->config, in, out);
    if (expert->purse) {
        expert->purse->tokens += in + out;
        expert->purse->money += price(&expert->config, in, out);
    }
}

/* ---- one question ---- */

/* What the other side complains of, behind what the courier says. */
static bool tell_complaint(struct arena *arena, const struct reply *reply, struct err *err)
{
    const struct str complaint = reply_complaint(arena, reply->body);
    const struct err before = *err;
    if (complaint.len > 0)
        err_set(err, before.kind, "%s; it says %s", before.text, complaint.ptr);
    return false;
}

/* Whether it may be asked this: within the limits, and for the first time. */
static bool admit(struct expert *expert, const struct brief *brief, struct str question,
                  struct err *err)
{
    if (!check_limits(expert, brief, question.len, err))
        return false;
    if (map_find(&expert->asked, question) != MAP_NONE)
        return err_set(err, ERR_DENIED,
                       "%.*s: the same question was asked before; it is not asked "
                       "in a circle",
                       STR_ARG(expert->config.host));
    map_add(&expert->asked, question);
    expert->bill.questions++;
    return true;
}

/* ---- hearing an answer while it is written ---- */

struct hearing {
    struct expert *expert;
    const struct brief *brief;
    int64_t sent_ns;
    size_t read; /* bytes of the reply whose events have been taken */
    struct streamed streamed;
};

/* What is wrong with a stream is told when it is over. */
static void hear(void *state, struct str so_far)
{
    struct hearing *hearing = state;
    struct arena *scratch = arena_new("event");
    struct err ignored;
    if (so_far.len < hearing->read) /* another try */
        hearing->read = hearing->streamed.text.len = 0;
    struct str rest = str_slice(so_far, hearing->read, so_far.len), data;
    const size_t before = hearing->streamed.text.len;
    while (sse_begins(so_far) && sse_next(scratch, &rest, &data))
        if (!reply_take_event(hearing->expert->config.type, &hearing->streamed, data, &ignored))
            break;
    hearing->read = so_far.len - rest.len;
    arena_free(scratch);
    if (hearing->streamed.text.len == before)
        return;
    struct bill *bill = &hearing->expert->bill;
    if (bill->first_ns == 0)
        bill->first_ns = clock_now_ns(hearing->expert->courier.clock) - hearing->sent_ns;
    hearing->brief->hear(hearing->brief->hear_state, buf_str(&hearing->streamed.text));
}

static bool exchange(struct expert *expert, struct arena *arena, const struct brief *brief,
                     struct request *request, struct reply *out, struct err *err)
{
    struct hearing hearing = {.expert = expert,
                              .brief = brief,
                              .sent_ns = clock_now_ns(expert->courier.clock),
                              .streamed = {.text = buf_new(arena)}};
    if (brief_streams(&expert->config, brief)) {
        request->heard = hear;
        request->heard_state = &hearing;
    }
    expert->bill.first_ns = 0;
    const bool sent = courier_send(&expert->courier, arena, request, deadline_of(expert), out, err);
    expert->bill.waited_ns += clock_now_ns(expert->courier.clock) - hearing.sent_ns;
    return sent;
}

/* ---- the two ways to ask ---- */

static bool ask_by_wire(struct expert *expert, struct arena *arena, const struct brief *brief,
                        struct opinion *out, struct err *err)
{
    struct request request;
    struct reply reply;
    if (!expert->config.type->encode(&expert->config, brief, arena, &request, err) ||
        !admit(expert, brief, request.body, err))
        return false;
    if (!exchange(expert, arena, brief, &request, &reply, err))
        return tell_complaint(arena, &reply, err);
    const bool ok = expert->config.type->decode(brief, reply.body, arena, out, err);
    charge(expert, brief, request.body.len, out);
    return ok || err_context(err, "%.*s", STR_ARG(expert->config.host));
}

static bool ask_in_process(struct expert *expert, struct arena *arena, const struct brief *brief,
                           struct opinion *out, struct err *err)
{
    const struct str question =
        str_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(brief->instructions),
                   STR_ARG(brief->material), STR_ARG(brief->schema), STR_ARG(brief->wrong),
                   STR_ARG(brief->mistake));
    if (!admit(expert, brief, question, err))
        return false;
    const int64_t from_ns = clock_now_ns(expert->courier.clock);
    struct expert_config config = expert->config;
    config.span_max_ns = deadline_of(expert).at_ns - from_ns; /* what is left of it */
    if (config.span_max_ns <= 0)
        return err_set(err, ERR_TIMEOUT, "%.*s: no time is left to ask",
                       STR_ARG(expert->config.host));
    const bool ok = expert->config.type->infer(&config, brief, arena, out, err);
    expert->bill.waited_ns += clock_now_ns(expert->courier.clock) - from_ns;
    charge(expert, brief, question.len, out);
    return ok || err_context(err, "%.*s", STR_ARG(expert->config.host));
}

/* The brief as this one may see it; our own words have no names. */
static bool masked(const struct expert *expert, struct arena *arena, const struct brief *brief,
                   struct brief *out, struct err *err)
{
    *out = *brief;
    if (!expert->config.masks_names || expert->config.type->infer)
        return true;
    if (!brief->aliases)
        return err_set(
            err, ERR_DENIED,
            "%.*s: `mask: names` is wanted, and the names in this question are not known",
            STR_ARG(expert->config.host));
    out->material = aliases_mask(brief->aliases, arena, brief->material);
    out->wrong = aliases_mask(brief->aliases, arena, brief->wrong);
    out->mistake = aliases_mask(brief->aliases, arena, brief->mistake);
    return true;
}

static bool send_brief(struct expert *expert, struct arena *arena, const struct brief *brief,
                       struct opinion *out, struct err *err)
{
    struct brief sent;
    *out = (struct opinion){0};
    if (!masked(expert, arena, brief, &sent, err) ||
        !(expert->config.type->infer ? ask_in_process : ask_by_wire)(expert, arena, &sent, out,
                                                                     err))
        return false;
    if (expert->config.masks_names && brief->aliases)
        out->text = aliases_unmask(brief->aliases, arena, out->text);
    return true;
}

/* ---- answers ---- */

/* The object in what a model wrote: many put a fence of Markdown or a sentence around it. */
static json_t *find_object(struct str text)
{
    size_t from = 0, to = text.len;
    while (from < to && text.ptr[from] != '{')
        from++;
    while (to > from && text.ptr[to - 1] != '}')
        to--;
    return json_loadb(text.ptr + from, to - from, JSON_REJECT_DUPLICATES, NULL);
}

static bool judge(const struct opinion *opinion, accept_fn *accept, void *state,
                  struct err *mistake)
{
    json_t *answer = find_object(opinion->text);
    bool ok = json_is_object(answer);
    if (!ok)
        err_set(mistake, ERR_PROTOCOL, "the answer is no JSON object");
    else
        ok = accept(state, answer, mistake);
    json_decref(answer);
    return ok;
}

static bool is_usable(const struct expert *expert, const struct opinion *opinion, struct err *err)
{
    if (opinion->is_cut)
        return err_set(err, ERR_PROTOCOL,
                       "%.*s: the answer is longer than limits.answer, %u tokens; "
                       "raise it, or take a model that thinks less",
                       STR_ARG(expert->config.host), expert->config.answer_tokens_max);
    return opinion->text.len > 0 || err_set(err, ERR_PROTOCOL, "%.*s: the model wrote nothing",
                                            STR_ARG(expert->config.host));
}

bool expert_ask(struct expert *expert, struct arena *arena, const struct brief *brief,
                accept_fn *accept, void *state, struct err *err)
{
    struct brief again = *brief;
    struct opinion opinion;
    struct err mistake = {0};
    for (int round = 0; round < 2; round++) {
        expert->bill.repairs += round > 0;
        if (!send_brief(expert, arena, &again, &opinion, err) || !is_usable(expert, &opinion, err))
            return false;
        if (judge(&opinion, accept, state, &mistake))
            return true;
        again.wrong = str_copy(arena, str_slice(opinion.text, 0, WRONG_BYTES_MAX));
        again.mistake = str_printf(arena,
                                   "That is wrong: %s. Answer again, in the form that was "
                                   "asked for, and with nothing else.",
                                   mistake.text);
    }
    return err_set(err, ERR_PROTOCOL, "%.*s: answered wrongly twice: %s",
                   STR_ARG(expert->config.host), mistake.text);
}

bool expert_tells_odds(const struct expert *expert)
{
    return expert->config.tells_odds;
}

bool expert_odds(struct expert *expert, struct arena *arena, const struct brief *brief,
                 double odds[LABELS_MAX], struct err *err)
{
    struct opinion opinion;
    if (!send_brief(expert, arena, brief, &opinion, err))
        return false;
    uint32_t told = 0;
    for (uint32_t i = 0; i < brief->labels_count; i++) {
        odds[i] = opinion.odds[i];
        told += isfinite(odds[i]) ? 1 : 0;
    }
    return told > 0 || err_set(err, ERR_PROTOCOL,
                               "%.*s: no label is among the likeliest tokens; "
                               "write `odds: false`",
                               STR_ARG(expert->config.host));
}

bool expert_show(const struct expert *expert, struct arena *arena, const struct brief *brief,
                 struct str *out, struct err *err)
{
    struct request request;
    if (expert->config.type->infer) {
        *out = STR("(nothing leaves: it is answered in this process)\n");
        return true;
    }
    struct brief sent;
    if (!masked(expert, arena, brief, &sent, err) ||
        !expert->config.type->encode(&expert->config, &sent, arena, &request, err))
        return false;
    *out = request_print(arena, &request);
    return true;
}
