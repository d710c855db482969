/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/culprits.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_changes;

#define LIMIT_MAX 50

struct options {
    const char *feed, *symptom, *alert, *at, *limit;
    bool json;
};

/* ---- what is asked ---- */

static bool parse_options(int argc, char **argv, struct options *out, struct err *err)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {{"--feed", &out->feed},
                 {"--symptom", &out->symptom},
                 {"--alert", &out->alert},
                 {"--at", &out->at},
                 {"--limit", &out->limit}};
    *out = (struct options){0};
    for (int i = 2; i < argc; i++) {
        const char *value = NULL;
        if (!strcmp(argv[i], "--json")) {
            out->json = true;
            continue;
        }
        for (size_t j = 0; !value && j < sizeof known / sizeof *known; j++)
            if ((value = command_option(known[j].name, argc, argv, &i)) != NULL)
                *known[j].value = value;
        if (!value)
            return err_set(err, ERR_USAGE, "`%s` is no option, or wants a value", argv[i]);
    }
    if (!out->feed)
        return err_set(err, ERR_USAGE, "--feed wants a file of changes");
    if (!out->symptom == !out->alert)
        return err_set(err, ERR_USAGE, "one of --symptom and --alert is wanted");
    return out->alert || out->at || err_set(err, ERR_USAGE, "--at wants the time of the symptom");
}

static bool read_limit(const char *text, uint32_t *limit, struct err *err)
{
    int64_t number = RANKING_FIVE;
    if (text && (!str_to_int(str_of(text), &number) || number < 1 || number > LIMIT_MAX))
        return err_set(err, ERR_USAGE, "--limit wants a number from 1 to %d, not `%s`", LIMIT_MAX,
                       text);
    *limit = (uint32_t)number;
    return true;
}

/* The words to look for, and the time: that of the alert, unless one is given. */
static bool read_clues(struct arena *arena, const struct options *options, struct clues *clues,
                       int64_t *at_ns, struct err *err)
{
    if (options->symptom) {
        *clues = clues_read(arena, str_of(options->symptom));
    } else {
        struct str text;
        struct alert alert;
        if (!feed_load(arena, options->alert, ALERT_BYTES_MAX, &text, err))
            return false;
        if (!alert_parse(arena, text, &alert, err))
            return err_context(err, "%s", options->alert);
        *clues = clues_of_alert(arena, &alert);
        *at_ns = alert.starts_ns;
    }
    return !options->at || time_parse(str_of(options->at), at_ns) ||
           err_set(err, ERR_USAGE, "--at wants RFC 3339 or seconds since 1970, not `%s`",
                   options->at);
}

/* ---- rank ---- */

/*
 * Where changes come from: a feed. A repository of git, read by a child process, would be another
 * function of this shape.
 */
static bool read_history(struct arena *arena, const struct options *options,
                         struct history *history, struct feed *feed, struct err *err)
{
    return feed_read_file(arena, options->feed, history, feed, err);
}

static void complain_of(struct arena *arena, const char *path, const struct feed *feed)
{
    for (uint32_t i = 0; i < feed->faults_count && i < FEED_FAULTS_MAX; i++) {
        struct buf text = buf_new(arena);
        escape_plain(&text, feed->faults[i].why);
        fprintf(stderr, "warroom: %s:%u: left out: %s\n", path, feed->faults[i].line,
                buf_str(&text).ptr);
    }
    if (feed->faults_count > FEED_FAULTS_MAX)
        fprintf(stderr, "warroom: %s: %u more lines are left out\n", path,
                feed->faults_count - FEED_FAULTS_MAX);
}

static bool rank(struct arena *arena, const struct options *options, bool *named, struct err *err)
{
    struct clues clues;
    struct feed feed;
    struct history *history = history_new(arena);
    struct culprits culprits = {.ranker = ranker_shipped(), .feed = &feed};
    int64_t at_ns = 0;
    if (!read_limit(options->limit, &culprits.limit, err) ||
        !read_clues(arena, options, &clues, &at_ns, err) ||
        !read_history(arena, options, history, &feed, err))
        return false;
    complain_of(arena, options->feed, &feed);
    if (clues.count == 0)
        fprintf(stderr, "warroom: the symptom says nothing to look for; only time can tell\n");

    const struct question question = question_at(history, at_ns, &clues);
    const struct ranking ranking = ranking_make(arena, &question, culprits.ranker);
    culprits.question = &question;
    culprits.ranking = &ranking;
    (options->json ? culprits_print_json : culprits_print)(arena, &culprits);
    *named = ranking.named;
    return true;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    /* `index` of a repository and `risk` of a change that has not landed would be verbs here. */
    if (argc < 2 || strcmp(argv[1], "rank") != 0)
        return command_usage_error(&command_changes, "the verb `rank` is wanted");
    if (!parse_options(argc, argv, &options, &err))
        return command_usage_error(&command_changes, err.text);
    struct arena *arena = arena_new("changes");
    bool named = false;
    const bool ok = rank(arena, &options, &named, &err);
    const int code = !ok ? command_failed(&err) : named ? EXIT_DONE : EXIT_NEGATIVE;
    arena_free(arena);
    return code;
}

const struct command command_changes = {
    .name = "changes",
    .usage = "rank --feed FILE (--symptom TEXT | --alert FILE) --at TIME [--limit N] [--json]",
    .summary = "Say which change did it, of a thousand, from what an alert says",
    .help =
        "  --feed FILE      changes as JSON lines; docs/changes.md has their form\n"
        "  --symptom TEXT   what is wrong, in any words: a sentence, a stack trace, log lines\n"
        "  --alert FILE     the same from an alert, alert.json or the body of a webhook\n"
        "  --at TIME        when it was noticed: RFC 3339 or seconds since 1970; later changes\n"
        "                   are not looked at (default: when the alert fired)\n"
        "  --limit N        how many to name (default: 5, at most 50)\n"
        "  --json           one object instead of text\n"
        "\nExit codes: 0 named; 1 the first five are too unsure, so none is named; 2 failed.\n",
    .run = run,
};
