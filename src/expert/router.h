/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How likely each choice is to answer a question right, before any is asked and after a small
 * expert has said how sure it is. Who is asked is decided from that in expert/choose.h.
 *
 * A choice is the rule that the house has without a model ("rules"), a small expert, or a model of
 * the user, by its name. For each task and choice `warroom train router` learns a logistic
 * regression over a few facts of the question, from answers that were held back: to questions from
 * which nothing of the choice was learned. A choice that was not measured has no numbers, and so no
 * probability.
 *
 * The numbers are in models/router.json, which the program is built with; each task of a small
 * expert has some there, or a reason why not.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#define ROUTER_RULES "rules"
#define ROUTER_TASKS_MAX 64
#define ROUTER_CHOICES_MAX 16
#define ROUTER_NAME_BYTES_MAX 47
#define ROUTER_REASON_BYTES_MAX 199

/* What is known of a question. The last is known only once a small expert has answered. */
enum router_fact { ROUTER_BIAS, ROUTER_LENGTH, ROUTER_SPOKEN, ROUTER_CANDIDATES, ROUTER_SURE };
#define ROUTER_FACTS_BEFORE ROUTER_SURE
#define ROUTER_FACTS (ROUTER_SURE + 1)

struct router_question {
    size_t bytes;        /* of its material */
    bool rules_speak;    /* the rules have an answer to it */
    uint32_t candidates; /* among how many it picks; 0: it picks none */
    double sure;         /* the small expert's own probability; NAN: it was not asked */
};

/* Each of order 1. `out[ROUTER_SURE]` is 0 where nobody was asked. */
void router_facts(const struct router_question *question, double out[ROUTER_FACTS]);

struct router_choice {
    char name[ROUTER_NAME_BYTES_MAX + 1];
    double before[ROUTER_FACTS_BEFORE]; /* weights, in log-odds */
    double after[ROUTER_FACTS];
    double right;     /* of the answers that it was learned from, the share that was right */
    uint32_t answers; /* how many these were */
    double cost_us;   /* of an answer, rounded to a power of ten; 0: it costs none */
    double money;     /* of an answer, in the unit of the prices */
};

struct router_task {
    char name[ROUTER_NAME_BYTES_MAX + 1];
    char reason[ROUTER_REASON_BYTES_MAX + 1]; /* why there are no choices; empty: there are */
    struct router_choice choices[ROUTER_CHOICES_MAX];
    uint32_t count;
};

struct router {
    struct router_task tasks[ROUTER_TASKS_MAX];
    uint32_t count;
};

/* Any bytes. What is wrong, and where, is in `err`; ERR_CORRUPT. */
MUST_CHECK bool router_parse(struct str text, struct router *out, struct err *err);

/* What the program is built with. */
const struct router *router_shipped(void);

/* NULL: there are no numbers of that task; nor of that choice. */
const struct router_task *router_task_of(const struct router *router, struct str task);
const struct router_choice *router_choice_of(const struct router_task *task, struct str name);

/* That it answers right, 0 to 1, to three digits; NAN: it was not measured (`choice` NULL). */
double router_odds(const struct router_choice *choice, const struct router_question *question);
