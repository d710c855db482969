/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes VERB`: reads the options, and hands them to the verb; changes.h has the list. */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/changes.h"

#include <string.h>

extern const struct command command_changes;

static const struct changes_verb *const verbs[] = {&changes_rank, &changes_index, &changes_list,
                                                   NULL};

bool changes_limit(const char *text, uint32_t usual, uint32_t max, uint32_t *limit, struct err *err)
{
    int64_t number = usual;
    if (text && (!str_to_int(str_of(text), &number) || number < 1 || number > max))
        return err_set(err, ERR_USAGE, "--limit wants a number from 1 to %u, not `%s`", max, text);
    *limit = (uint32_t)number;
    return true;
}

bool changes_time(const char *text, int64_t *at_ns, struct err *err)
{
    return !text || time_parse(str_of(text), at_ns) ||
           err_set(err, ERR_USAGE, "--at wants RFC 3339 or seconds since 1970, not `%s`", text);
}

static bool parse_options(int argc, char **argv, struct changes_options *out, struct err *err)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {{"--feed", &out->feed},       {"--repo", &out->repo},
                 {"--rev", &out->revision},    {"--ledger", &out->ledger},
                 {"--symptom", &out->symptom}, {"--alert", &out->alert},
                 {"--at", &out->at},           {"--limit", &out->limit},
                 {"--owners", &out->owners},   {"--services", &out->services},
                 {"--expert", &out->expert},   {"--shuffle", &out->shuffle}};
    *out = (struct changes_options){0};
    for (int i = 2; i < argc; i++) {
        const char *value = NULL;
        if (!strcmp(argv[i], "--json")) {
            out->json = true;
            continue;
        }
        if (!strcmp(argv[i], "--show-egress")) {
            out->show_egress = true;
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

static const struct changes_verb *find_verb(const char *name)
{
    for (const struct changes_verb *const *verb = verbs; *verb; verb++)
        if (strcmp((*verb)->name, name) == 0)
            return *verb;
    return NULL;
}

static int run(int argc, char **argv)
{
    struct changes_options options;
    struct err err = {0};
    const struct changes_verb *verb = argc >= 2 ? find_verb(argv[1]) : NULL;
    if (!verb)
        return command_usage_error(&command_changes,
                                   "one of the verbs `rank`, `index` and `list` is wanted");
    if (!parse_options(argc, argv, &options, &err) || !verb->check(&options, &err))
        return command_usage_error(&command_changes, err.text);
    struct arena *arena = arena_new("changes");
    bool positive = true;
    const bool ok = verb->run(arena, &options, &positive, &err);
    const int code = !ok ? command_failed(&err) : positive ? EXIT_DONE : EXIT_NEGATIVE;
    arena_free(arena);
    return code;
}

const struct command command_changes = {
    .name = "changes",
    .usage = "rank (--feed FILE | --repo DIR) (--symptom TEXT | --alert FILE) --at TIME "
             "[--services FILE] [--limit N] [--expert FILE] [--json] | index --repo DIR | list "
             "--repo DIR [--at TIME]",
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
        "  --owners FILE    whose files are whose, as CODEOWNERS (default: that of the "
        "repository;\n"
        "                   where it names nobody, who has changed those folders most)\n"
        "  --services FILE  whose files are whose and who calls whom, as JSON lines\n"
        "  --limit N        how many to name (default: 5, at most 50)\n"
        "  --expert FILE    a model to ask as well; docs/experts.md has how it is configured\n"
        "  --show-egress    print what it would be sent, and send nothing\n"
        "  --shuffle K      ask about the first 20 in K orders: does the order sway it?\n"
        "  --json           one object instead of text\n"
        "\n`index` reads what is new in a repository, which `rank` does as well; `list` prints "
        "the\n"
        "newest 20000 changes of it as a feed.\n"
        "\nExit codes: 0 named; 1 the first five are too unsure, so none is named; 2 failed.\n",
    .run = run,
};
