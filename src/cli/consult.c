/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where nothing would be named, the model is not asked: how sure we are is measured on our order,
 * and no answer would change it.
 */
#include "cli/consult.h"

#include "base/arena.h"
#include "cli/models.h"
#include "elect/bias.h"
#include "report/escape.h"

#include <math.h>
#include <stdio.h>

static bool read_orders(const char *text, uint32_t *orders, struct err *err)
{
    int64_t number;
    if (!str_to_int(str_of(text), &number) || number < 2 || number > BIAS_ORDERS_MAX)
        return err_set(err, ERR_USAGE, "--shuffle wants a number from 2 to %d, not `%s`",
                       BIAS_ORDERS_MAX, text);
    *orders = (uint32_t)number;
    return true;
}

bool consult_check(const struct changes_options *options, struct err *err)
{
    uint32_t orders;
    if (!options->expert && (options->shuffle || options->show_egress))
        return err_set(err, ERR_USAGE, "--shuffle and --show-egress go with --expert");
    if (options->shuffle && (options->show_egress || options->json))
        return err_set(err, ERR_USAGE, "--shuffle goes with neither --show-egress nor --json");
    return !options->shuffle || read_orders(options->shuffle, &orders, err);
}

static bool open_panel(struct arena *arena, const struct changes_options *options,
                       struct panel **out, struct err *err)
{
    return models_open(arena, options->expert, out, err);
}

/* Who answered last, or else who is the first to be asked. */
static struct str model_of(struct panel *panel)
{
    struct str model = panel_count(panel) > 0 ? panel_expert(panel, 0)->config.name : STR("");
    for (const struct consultation *it = panel_consultations(panel); it; it = it->next)
        if (it->failure.len == 0)
            model = it->expert;
    return model;
}

static struct motion motion_of(const struct question *question, struct str symptom)
{
    return (struct motion){
        .history = question->history, .at_ns = question->at_ns, .symptom = symptom};
}

static const uint32_t *numbers_of(struct arena *arena, const struct election *election,
                                  const struct ranking *ranking)
{
    uint32_t *numbers = arena_push_many(arena, uint32_t, election->candidates);
    for (uint32_t i = 0; i < election->candidates; i++)
        numbers[i] = ranking->items[election->order[i]].number;
    return numbers;
}

/* An error may quote what came from outside. */
static struct str harmless(struct arena *arena, const char *text)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, str_of(text));
    return buf_str(&out);
}

static void hold(struct arena *arena, struct panel *panel, const struct question *question,
                 struct str symptom, struct ranking *ranking, struct consulted *out)
{
    struct motion motion = motion_of(question, symptom);
    struct err err = {0};
    if (!election_hold(panel, arena, &motion, ranking, &out->election, &err)) {
        out->failure = harmless(arena, err.text);
        return;
    }
    out->numbers = numbers_of(arena, &out->election, ranking);
    election_join(arena, &out->election, ranking);
}

bool consult(struct arena *arena, const struct changes_options *options,
             const struct question *question, struct str symptom, struct ranking *ranking,
             struct consulted *out, struct err *err)
{
    struct panel *panel;
    *out = (struct consulted){0};
    if (!open_panel(arena, options, &panel, err))
        return false;
    if (ranking->named)
        hold(arena, panel, question, symptom, ranking, out);
    else
        out->failure = STR("it was not asked, because nothing would be named");
    out->model = model_of(panel);
    out->bill = panel_bill(panel);
    if (out->failure.len > 0)
        fprintf(stderr, "warroom: the order is ours alone: %s\n", out->failure.ptr);
    return true;
}

bool consult_show(struct arena *arena, const struct changes_options *options,
                  const struct question *question, struct str symptom,
                  const struct ranking *ranking, struct err *err)
{
    struct panel *panel;
    struct motion motion = motion_of(question, symptom);
    struct buf out = buf_new(arena);
    if (!open_panel(arena, options, &panel, err) ||
        !election_show(panel, arena, &motion, ranking, &out, err))
        return false;
    printf("%s", buf_str(&out).ptr);
    fprintf(stderr,
            "warroom: nothing was sent; %u secrets and %u addresses of people are masked. Later "
            "rounds send the same of those that were elected.\n",
            motion.masked.secrets, motion.masked.emails);
    if (!ranking->named)
        fprintf(stderr, "warroom: nor would it be: nothing would be named, so it is not asked.\n");
    return true;
}

static void print_letters(const struct bias *bias)
{
    printf("place  first  elected\n");
    for (uint32_t i = 0; i < bias->changes; i++)
        printf("%5u  %5u  %7u\n", i + 1, bias->firsts[i], bias->seats[i]);
}

bool consult_shuffled(struct arena *arena, const struct changes_options *options,
                      const struct question *question, struct str symptom,
                      const struct ranking *ranking, struct err *err)
{
    struct panel *panel;
    struct motion motion = motion_of(question, symptom);
    struct bias bias;
    uint32_t orders;
    if (!read_orders(options->shuffle, &orders, err) || !open_panel(arena, options, &panel, err) ||
        !bias_measure(panel, arena, &motion, ranking, orders, &bias, err))
        return false;
    printf("%u changes in %u orders: the same first in %ld%% of the pairs, %ld%% of the elected in "
           "common.\n",
           bias.changes, bias.orders, lround(100.0 * bias.same_first),
           lround(100.0 * bias.same_five));
    printf(
        "By chance it would be %ld%% and %ld%%. Who goes by place has wins in few places:\n\n",
        lround(100.0 / bias.changes),
        lround(100.0 * (bias.changes < BALLOT_SEATS ? bias.changes : BALLOT_SEATS) / bias.changes));
    print_letters(&bias);
    return true;
}
