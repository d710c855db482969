/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/culprits.h"
#include "git/index.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_changes;

#define LIMIT_MAX 50

struct options {
    const char *feed, *repo, *revision, *index, *symptom, *alert, *at, *limit, *services;
    bool json;
};

/* ---- what is asked ---- */

static bool parse_options(int argc, char **argv, struct options *out, struct err *err)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {
        {"--feed", &out->feed},   {"--repo", &out->repo},       {"--rev", &out->revision},
        {"--index", &out->index}, {"--symptom", &out->symptom}, {"--alert", &out->alert},
        {"--at", &out->at},       {"--limit", &out->limit},     {"--services", &out->services}};
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
    return true;
}

static bool check_index_options(const struct options *options, struct err *err)
{
    if (!options->repo || options->feed)
        return err_set(err, ERR_USAGE, "--repo wants the folder of a repository");
    return (!options->symptom && !options->alert && !options->at && !options->limit &&
            !options->services && !options->json) ||
           err_set(err, ERR_USAGE, "`index` takes --repo, --rev and --index");
}

static bool check_rank_options(const struct options *out, struct err *err)
{
    if (!out->feed == !out->repo)
        return err_set(err, ERR_USAGE,
                       "one of --feed, a file of changes, and --repo, a repository, is wanted");
    if (out->feed && (out->revision || out->index))
        return err_set(err, ERR_USAGE, "--rev and --index go with --repo");
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

/* The words to look for, the time, that of the alert unless one is given, and who suffers. */
static bool read_clues(struct arena *arena, const struct options *options, struct clues *clues,
                       int64_t *at_ns, struct str *suffers, struct err *err)
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
        *suffers = alert.service;
        clues_leave_out(clues, alert.service);
    }
    return !options->at || time_parse(str_of(options->at), at_ns) ||
           err_set(err, ERR_USAGE, "--at wants RFC 3339 or seconds since 1970, not `%s`",
                   options->at);
}

static bool read_context(struct arena *arena, const struct options *options, struct str suffers,
                         struct context **out, struct err *err)
{
    struct str text = {0};
    *out = context_new(arena, NULL, suffers);
    if (!options->services)
        return true;
    return feed_load(arena, options->services, CONTEXT_BYTES_MAX, &text, err) &&
           (context_read(*out, text, err) || err_context(err, "%s", options->services));
}

/* ---- rank ---- */

static void tell_notes(struct arena *arena, const struct git_index *index)
{
    for (uint32_t i = 0; i < index->notes_count; i++) {
        struct buf text = buf_new(arena);
        escape_plain(&text, index->notes[i]);
        fprintf(stderr, "warroom: %s\n", buf_str(&text).ptr);
    }
}

static bool update_index(struct arena *arena, const struct options *options,
                         struct git_index *index, struct err *err)
{
    const bool ok =
        git_index_update(arena, options->repo, options->revision, options->index, index, err);
    tell_notes(arena, index);
    return ok;
}

/* Where changes come from: a feed, or a repository by way of its index. */
static bool read_history(struct arena *arena, const struct options *options, int64_t at_ns,
                         struct history *history, struct feed *feed, struct err *err)
{
    struct git_index index;
    if (options->feed)
        return feed_read_file(arena, options->feed, history, feed, err);
    return update_index(arena, options, &index, err) &&
           git_index_read(arena, &index, at_ns, history, feed, err);
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
    struct str suffers = {0};
    struct context *context;
    if (!read_limit(options->limit, &culprits.limit, err) ||
        !read_clues(arena, options, &clues, &at_ns, &suffers, err) ||
        !read_context(arena, options, suffers, &context, err) ||
        !read_history(arena, options, at_ns, history, &feed, err))
        return false;
    complain_of(arena, options->feed ? options->feed : options->repo, &feed);
    if (clues.count == 0)
        fprintf(stderr, "warroom: the symptom says nothing to look for; only time can tell\n");

    struct question question = question_at(history, at_ns, &clues);
    question.context = context;
    const struct ranking ranking = ranking_make(arena, &question, culprits.ranker);
    culprits.question = &question;
    culprits.ranking = &ranking;
    (options->json ? culprits_print_json : culprits_print)(arena, &culprits);
    *named = ranking.named;
    return true;
}

/* ---- index ---- */

static bool make_index(struct arena *arena, const struct options *options, struct err *err)
{
    struct git_index index;
    if (!update_index(arena, options, &index, err))
        return false;
    struct buf path = buf_new(arena);
    escape_plain(&path, index.path);
    printf("%lld changes, %lld of them new, up to %.*s\n%s\n", (long long)index.changes,
           (long long)index.added, STR_ARG(index.revision), buf_str(&path).ptr);
    return true;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    /* `risk` of a change that has not landed would be a verb here. */
    const bool is_index = argc >= 2 && !strcmp(argv[1], "index");
    if (!is_index && (argc < 2 || strcmp(argv[1], "rank") != 0))
        return command_usage_error(&command_changes, "the verb `rank` or `index` is wanted");
    if (!parse_options(argc, argv, &options, &err) ||
        !(is_index ? check_index_options : check_rank_options)(&options, &err))
        return command_usage_error(&command_changes, err.text);
    struct arena *arena = arena_new("changes");
    bool named = true;
    const bool ok =
        is_index ? make_index(arena, &options, &err) : rank(arena, &options, &named, &err);
    const int code = !ok ? command_failed(&err) : named ? EXIT_DONE : EXIT_NEGATIVE;
    arena_free(arena);
    return code;
}

const struct command command_changes = {
    .name = "changes",
    .usage = "rank (--feed FILE | --repo DIR) (--symptom TEXT | --alert FILE) --at TIME "
             "[--services FILE] [--limit N] [--json] | index --repo DIR",
    .summary = "Say which change did it, of a thousand, from what an alert says",
    .help =
        "  --feed FILE      changes as JSON lines; docs/changes.md has their form\n"
        "  --repo DIR       changes of a git repository; nothing in it is run, nothing fetched\n"
        "  --rev REV        up to this commit (default: HEAD), along first parents\n"
        "  --index FILE     where it is kept what git said (default: in ~/.cache/warroom)\n"
        "  --symptom TEXT   what is wrong, in any words: a sentence, a stack trace, log lines\n"
        "  --alert FILE     the same from an alert, alert.json or the body of a webhook\n"
        "  --at TIME        when it was noticed: RFC 3339 or seconds since 1970; later changes\n"
        "                   are not looked at (default: when the alert fired)\n"
        "  --services FILE  whose files are whose and who calls whom, as JSON lines\n"
        "  --limit N        how many to name (default: 5, at most 50)\n"
        "  --json           one object instead of text\n"
        "\nExit codes: 0 named; 1 the first five are too unsure, so none is named; 2 failed.\n",
    .run = run,
};
