/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/opinion.h"

#include "base/arena.h"

bool eval_opinion_open(struct arena *arena, const char *path, struct eval_opinion *out,
                       struct err *err)
{
    *out = (struct eval_opinion){0};
    return experts_load(arena, path, &out->experts, err);
}

static void add_bill(struct bill *sum, const struct bill *bill)
{
    sum->questions += bill->questions;
    sum->repairs += bill->repairs;
    sum->tokens_in += bill->tokens_in;
    sum->tokens_out += bill->tokens_out;
    sum->money += bill->money;
}

void eval_opinion_join(struct eval_opinion *opinion, struct arena *arena,
                       const struct question *question, struct str symptom, struct ranking *ranking)
{
    struct panel *panel = panel_of(arena, &opinion->experts, clock_system(), NULL);
    struct motion motion = {
        .history = question->history, .at_ns = question->at_ns, .symptom = symptom};
    struct election election;
    struct err err = {0};
    opinion->queries++;
    if (election_hold(panel, arena, &motion, ranking, &election, &err)) {
        election_join(arena, &election, ranking);
    } else {
        opinion->failed++;
        opinion->failure = err;
    }
    const struct bill bill = panel_bill(panel);
    add_bill(&opinion->bill, &bill);
}
