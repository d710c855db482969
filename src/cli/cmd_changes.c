/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/culprits.h"
#include "git/codeowners.h"
#include "git/index.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_changes;

#define LIMIT_MAX 50

struct options {
    const char *feed, *repo, *revision, *ledger, *symptom, *alert, *at, *limit, *owners, *services;
    bool json;
};

/* ---- what is asked ---- */

static bool parse_options(int argc, char **argv, struct options *out, struct err *err)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {{"--feed", &out->feed},       {"--repo", &out->repo},
                 {"--rev", &out->revision},    {"--ledger", &out->ledger},
                 {"--symptom", &out->symptom}, {"--alert", &out->alert},
                 {"--at", &out->at},           {"--limit", &out->limit},
                 {"--owners", &out->owners},   {"--services", &out->services}};
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

static bool check_list_options(const struct options *options, struct err *err)
{
    if (!options->repo || options->feed)
        return err_set(err, ERR_USAGE, "--repo wants the folder of a repository");
    return (!options->symptom && !options->alert && !options->limit && !options->owners &&
            !options->services && !options->json) ||
           err_set(err, ERR_USAGE, "only --repo, --rev, --ledger and --at go with this verb");
}

static bool check_index_options(const struct options *options, struct err *err)
{
    return check_list_options(options, err) &&
           (!options->at || err_set(err, ERR_USAGE, "`index` reads all; --at goes with `list`"));
}

static bool check_rank_options(const struct options *out, struct err *err)
{
    if (!out->feed == !out->repo)
        return err_set(err, ERR_USAGE,
                       "one of --feed, a file of changes, and --repo, a repository, is wanted");
    if (out->feed && (out->revision || out->ledger))
        return err_set(err, ERR_USAGE, "--rev and --ledger go with --repo");
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

/* Unchanged where none is given. */
static bool read_time(const char *text, int64_t *at_ns, struct err *err)
{
    return !text || time_parse(str_of(text), at_ns) ||
           err_set(err, ERR_USAGE, "--at wants RFC 3339 or seconds since 1970, not `%s`", text);
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
    return read_time(options->at, at_ns, err);
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
    struct ledger *ledger;
    if (!ledger_open(arena, options->ledger, &ledger, err))
        return false;
    const bool ok = git_index_update(arena, ledger, options->repo, options->revision, index, err);
    tell_notes(arena, index);
    return ok;
}

static void complain_of(struct arena *arena, const char *path, const struct feed_fault *faults,
                        uint32_t count, uint32_t told_max)
{
    for (uint32_t i = 0; i < count && i < told_max; i++) {
        struct buf text = buf_new(arena);
        escape_plain(&text, faults[i].why);
        fprintf(stderr, "warroom: %s:%u: left out: %s\n", path, faults[i].line, buf_str(&text).ptr);
    }
    if (count > told_max)
        fprintf(stderr, "warroom: %s: %u more lines are left out\n", path, count - told_max);
}

/* Of a file that is named, or of what the repository has; without either, habits tell. */
static bool read_owners(struct arena *arena, const struct options *options,
                        const struct git_index *index, const struct owners **out, struct err *err)
{
    struct str text, where = str_of(options->owners);
    *out = NULL;
    if (options->owners) {
        if (!feed_load(arena, options->owners, OWNERS_BYTES_MAX, &text, err))
            return false;
    } else if (!index) {
        return true;
    } else if (!git_codeowners(arena, options->repo, index->revision, &where, &text, err)) {
        fprintf(stderr, "warroom: the owners are not known: %s\n", err->text);
        return true;
    }
    if (where.len == 0)
        return true;
    struct owners *owners = owners_read(arena, text);
    complain_of(arena, where.ptr, owners->faults, owners->faults_count, OWNERS_FAULTS_MAX);
    *out = owners;
    return true;
}

/* Where changes and owners come from: files, or a repository by way of its index. */
static bool read_history(struct arena *arena, const struct options *options, int64_t at_ns,
                         struct history *history, struct feed *feed, const struct owners **owners,
                         struct err *err)
{
    struct git_index index;
    if (options->feed)
        return feed_read_file(arena, options->feed, history, feed, err) &&
               read_owners(arena, options, NULL, owners, err);
    return update_index(arena, options, &index, err) &&
           git_index_read(arena, &index, at_ns, history, feed, err) &&
           read_owners(arena, options, &index, owners, err);
}

static bool rank(struct arena *arena, const struct options *options, int *code, struct err *err)
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
        !read_history(arena, options, at_ns, history, &feed, &culprits.owners, err))
        return false;
    complain_of(arena, options->feed ? options->feed : options->repo, feed.faults,
                feed.faults_count, FEED_FAULTS_MAX);
    if (clues.count == 0)
        fprintf(stderr, "warroom: the symptom says nothing to look for; only time can tell\n");

    struct question question = question_at(history, at_ns, &clues);
    question.context = context;
    const struct ranking ranking = ranking_make(arena, &question, culprits.ranker);
    culprits.question = &question;
    culprits.ranking = &ranking;
    (options->json ? culprits_print_json : culprits_print)(arena, &culprits);
    *code = ranking.named ? EXIT_DONE : EXIT_NEGATIVE;
    return true;
}

/* ---- index, list ---- */

static bool make_index(struct arena *arena, const struct options *options, int *code,
                       struct err *err)
{
    struct git_index index;
    if (!update_index(arena, options, &index, err))
        return false;
    struct buf path = buf_new(arena);
    escape_plain(&path, ledger_path(index.ledger));
    printf("%lld changes, %lld of them new, up to %.*s\n%s\n", (long long)index.changes,
           (long long)index.added, STR_ARG(index.revision), buf_str(&path).ptr);
    *code = EXIT_DONE;
    return true;
}

static bool list_changes(struct arena *arena, const struct options *options, int *code,
                         struct err *err)
{
    struct git_index index;
    struct str lines;
    int64_t at_ns = INT64_MAX;
    if (!read_time(options->at, &at_ns, err) || !update_index(arena, options, &index, err) ||
        !git_index_lines(arena, &index, at_ns, &lines, err))
        return false;
    fwrite(lines.ptr, 1, lines.len, stdout);
    *code = EXIT_DONE;
    return true;
}

/* ---- verbs ---- */

static const struct verb {
    const char *name;
    bool (*check)(const struct options *options, struct err *err);
    bool (*run)(struct arena *arena, const struct options *options, int *code, struct err *err);
} verbs[] = {
    {"rank", check_rank_options, rank},
    {"index", check_index_options, make_index},
    {"list", check_list_options, list_changes},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (!strcmp(verbs[i].name, name))
            return &verbs[i];
    return NULL;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    const struct verb *verb = argc >= 2 ? find_verb(argv[1]) : NULL;
    if (!verb)
        return command_usage_error(&command_changes,
                                   "one of the verbs `rank`, `index` and `list` is wanted");
    if (!parse_options(argc, argv, &options, &err) || !verb->check(&options, &err))
        return command_usage_error(&command_changes, err.text);
    struct arena *arena = arena_new("changes");
    int code;
    if (!verb->run(arena, &options, &code, &err))
        code = command_failed(&err);
    arena_free(arena);
    return code;
}

const struct command command_changes = {
    .name = "changes",
    .usage =
        "rank (--feed FILE | --repo DIR) (--symptom TEXT | --alert FILE) --at TIME "
        "[--services FILE] [--limit N] [--json] | index --repo DIR | list --repo DIR [--at TIME]",
    .summary = "Say which change did it, of a thousand, from what an alert says",
    .help =
        "  --feed FILE      changes as JSON lines; docs/changes.md has their form\n"
        "  --repo DIR       changes of a git repository; nothing in it is run, nothing fetched\n"
        "  --rev REV        up to this commit (default: HEAD), along first parents\n"
        "  --ledger FILE    where it is kept what git said (default: in ~/.local/share/warroom)\n"
        "  --symptom TEXT   what is wrong, in any words: a sentence, a stack trace, log lines\n"
        "  --alert FILE     the same from an alert, alert.json or the body of a webhook\n"
        "  --at TIME        when it was noticed: RFC 3339 or seconds since 1970; later changes\n"
        "                   are not looked at (default: when the alert fired)\n"
        "  --services FILE  whose files are whose and who calls whom, as JSON lines\n"
        "  --owners FILE    whose files are whose, as CODEOWNERS (default: that of the "
        "repository;\n"
        "                   where it names nobody, who has changed those folders most)\n"
        "  --limit N        how many to name (default: 5, at most 50)\n"
        "  --json           one object instead of text\n"
        "\n`index` reads what is new in a repository, which `rank` does as well; `list` prints "
        "the\n"
        "newest 20000 changes of it as a feed.\n"
        "\nExit codes: 0 named; 1 the first five are too unsure, so none is named; 2 failed.\n",
    .run = run,
};
