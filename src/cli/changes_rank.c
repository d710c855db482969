/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes rank`: which change did it, from what an alert or a person says. */
#include "cli/changes.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/consult.h"
#include "cli/culprits.h"

#include <stdio.h>

#define LIMIT_MAX 50

static bool check(const struct changes_options *options, struct err *err)
{
    if (!options->feed == !options->repo)
        return err_set(err, ERR_USAGE,
                       "one of --feed, a file of changes, and --repo, a repository, is wanted");
    if (options->feed && (options->revision || options->index))
        return err_set(err, ERR_USAGE, "--rev and --index go with --repo");
    if (!options->symptom == !options->alert)
        return err_set(err, ERR_USAGE, "one of --symptom and --alert is wanted");
    if (!options->alert && !options->at)
        return err_set(err, ERR_USAGE, "--at wants the time of the symptom");
    return consult_check(options, err);
}

/* What is wrong, and the time: that of the alert, unless one is given. */
static bool read_symptom(struct arena *arena, const struct changes_options *options,
                         struct str *symptom, int64_t *at_ns, struct err *err)
{
    if (options->symptom) {
        *symptom = str_of(options->symptom);
    } else {
        struct str text;
        struct alert alert;
        if (!feed_load(arena, options->alert, ALERT_BYTES_MAX, &text, err))
            return false;
        if (!alert_parse(arena, text, &alert, err))
            return err_context(err, "%s", options->alert);
        *symptom = clues_text_of_alert(arena, &alert);
        *at_ns = alert.starts_ns;
    }
    return !options->at || time_parse(str_of(options->at), at_ns) ||
           err_set(err, ERR_USAGE, "--at wants RFC 3339 or seconds since 1970, not `%s`",
                   options->at);
}

static bool run(struct arena *arena, const struct changes_options *options, bool *positive,
                struct err *err)
{
    struct str symptom;
    struct feed feed;
    struct history *history = history_new(arena);
    struct culprits culprits = {.ranker = ranker_shipped(), .feed = &feed};
    int64_t at_ns = 0;
    if (!changes_limit(options->limit, RANKING_FIVE, LIMIT_MAX, &culprits.limit, err) ||
        !read_symptom(arena, options, &symptom, &at_ns, err) ||
        !changes_read(arena, options, at_ns, history, &feed, err))
        return false;
    const struct clues clues = clues_read(arena, symptom);
    if (clues.count == 0)
        fprintf(stderr, "warroom: the symptom says nothing to look for; only time can tell\n");

    const struct question question = question_at(history, at_ns, &clues);
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
