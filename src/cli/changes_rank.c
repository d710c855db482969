/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes rank`: which change did it, from what an alert or a person says. */
#include "cli/changes.h"

#include "base/arena.h"
#include "cli/consult.h"
#include "cli/culprits.h"
#include "culprit/brought.h"
#include "data/file.h"

#include <stdio.h>

#define LIMIT_MAX 50

static bool check(const struct changes_options *options, struct err *err)
{
    if (options->fail_over)
        return err_set(err, ERR_USAGE, "--fail-over goes with `risk`");
    if (!options->feed == !options->repo)
        return err_set(err, ERR_USAGE,
                       "one of --feed, a file of changes, and --repo, a repository, is wanted");
    if (options->feed && (options->revision || options->ledger))
        return err_set(err, ERR_USAGE, "--rev and --ledger go with --repo");
    if (!options->symptom == !options->alert)
        return err_set(err, ERR_USAGE, "one of --symptom and --alert is wanted");
    if (!options->alert && !options->at)
        return err_set(err, ERR_USAGE, "--at wants the time of the symptom");
    return consult_check(options, err);
}

/* What is wrong, the time, that of the alert unless one is given, and who suffers. */
static bool read_symptom(struct arena *arena, const struct changes_options *options,
                         struct str *symptom, int64_t *at_ns, struct str *suffers, struct err *err)
{
    if (options->symptom) {
        *symptom = str_of(options->symptom);
    } else {
        struct str text;
        struct alert alert;
        if (!file_read(arena, options->alert, ALERT_BYTES_MAX, &text, err))
            return false;
        if (!alert_parse(arena, text, &alert, err))
            return err_context(err, "%s", options->alert);
        *symptom = clues_text_of_alert(arena, &alert);
        *at_ns = alert.starts_ns;
        *suffers = alert.service;
    }
    return changes_time(options->at, at_ns, err);
}

static bool read_context(struct arena *arena, const struct changes_options *options,
                         struct str suffers, struct context **out, struct err *err)
{
    struct str text = {0};
    *out = context_new(arena, NULL, suffers);
    if (!options->services)
        return true;
    return file_read(arena, options->services, CONTEXT_BYTES_MAX, &text, err) &&
           (context_read(*out, text, err) || err_context(err, "%s", options->services));
}

static bool run(struct arena *arena, const struct changes_options *options, bool *positive,
                struct err *err)
{
    struct str symptom;
    struct feed feed;
    struct history *history = history_new(arena);
    struct culprits culprits = {.ranker = ranker_shipped(), .feed = &feed};
    int64_t at_ns = 0;
    struct str suffers = {0};
    struct context *context;
    if (!changes_limit(options->limit, RANKING_FIVE, LIMIT_MAX, &culprits.limit, err) ||
        !read_symptom(arena, options, &symptom, &at_ns, &suffers, err) ||
        !read_context(arena, options, suffers, &context, err) ||
        !changes_read(arena, options, at_ns, history, &feed, &culprits.owners, err))
        return false;
    if (context)
        context_bring(context, history);
    struct clues clues = clues_read(arena, symptom);
    clues_leave_out(&clues, suffers);
    if (clues.is_cut)
        fprintf(stderr, "warroom: the symptom is long; its first 64 kB are read\n");
    if (clues.count == 0)
        fprintf(stderr, "warroom: the symptom says nothing to look for; only time can tell\n");

    struct question question = question_at(history, at_ns, &clues);
    question.context = context;
    struct ranking ranking = ranking_make(arena, &question, culprits.ranker);
    if (options->show_egress)
        return consult_show(arena, options, &question, symptom, &ranking, err);
    if (options->shuffle)
        return consult_shuffled(arena, options, &question, symptom, &ranking, err);
    struct consulted consulted;
    if (options->expert) {
        if (!consult(arena, options, &question, symptom, &ranking, &consulted, err))
            return false;
        culprits.consulted = &consulted;
    }
    culprits.question = &question;
    culprits.ranking = &ranking;
    (options->json ? culprits_print_json : culprits_print)(arena, &culprits);
    *positive = ranking.named;
    return true;
}

const struct changes_verb changes_rank = {.name = "rank", .check = check, .run = run};
