/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes VERB`: reads the options, and hands them to the verb; changes.h has the list. */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/changes.h"

#include <string.h>

extern const struct command command_changes;

static const struct changes_verb *const verbs[] = {&changes_rank, &changes_risk, &changes_index,
                                                   &changes_list, NULL};

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

struct option {
    const char *name;
    const char *verbs;  /* that take it, a space before and after each */
    const char **value; /* NULL: it has none */
    bool *flag;
};

static bool takes(const struct option *option, const struct changes_verb *verb)
{
    const char *found = strstr(option->verbs, verb->name);
    return found && found[-1] == ' ' && found[strlen(verb->name)] == ' ';
}

/* NULL: it is none of them, or wants a value. */
static const struct option *read_option(const struct option *known, int argc, char **argv, int *i)
{
    for (; known->name; known++) {
        if (!known->value && strcmp(argv[*i], known->name) == 0) {
            *known->flag = true;
            return known;
        }
        const char *value = known->value ? command_option(known->name, argc, argv, i) : NULL;
        if (value) {
            *known->value = value;
            return known;
        }
    }
    return NULL;
}

static bool parse_options(const struct changes_verb *verb, int argc, char **argv,
                          struct changes_options *out, struct err *err)
{
    const struct option known[] = {{"--feed", " rank risk ", &out->feed, NULL},
                                   {"--repo", " rank risk index list ", &out->repo, NULL},
                                   {"--rev", " rank risk index list ", &out->revision, NULL},
                                   {"--ledger", " rank risk index list ", &out->ledger, NULL},
                                   {"--symptom", " rank ", &out->symptom, NULL},
                                   {"--alert", " rank ", &out->alert, NULL},
                                   {"--at", " rank list ", &out->at, NULL},
                                   {"--owners", " rank risk ", &out->owners, NULL},
                                   {"--services", " rank ", &out->services, NULL},
                                   {"--limit", " rank risk ", &out->limit, NULL},
                                   {"--expert", " rank ", &out->expert, NULL},
                                   {"--shuffle", " rank ", &out->shuffle, NULL},
                                   {"--show-egress", " rank ", NULL, &out->show_egress},
                                   {"--fail-over", " risk ", &out->fail_over, NULL},
                                   {"--json", " rank risk ", NULL, &out->json},
                                   {0}};
    *out = (struct changes_options){0};
    for (int i = 2; i < argc; i++) {
        if (verb->takes_what && !out->what && argv[i][0] != '-') {
            out->what = argv[i];
            continue;
        }
        const struct option *option = read_option(known, argc, argv, &i);
        if (!option)
            return err_set(err, ERR_USAGE, "`%s` is no option, or wants a value", argv[i]);
        if (!takes(option, verb))
            return err_set(err, ERR_USAGE, "`%s` does not take %s", verb->name, option->name);
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
                                   "one of the verbs `rank`, `risk`, `index` and `list` is wanted");
    if (!parse_options(verb, argc, argv, &options, &err) || !verb->check(&options, &err))
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
             "[--services FILE] [--limit N] [--expert FILE] [--json] | "
             "risk REV|RANGE [--repo DIR | --feed FILE] [--fail-over SCORE] [--limit N] [--json] | "
             "index --repo DIR | list --repo DIR [--at TIME]",
    .summary = "Say which change did it, of a thousand, from what an alert says, or which may",
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
        "  --fail-over N    `risk`: exit with 1 if a change scores more than N, 0 to 100\n"
        "  --json           one object instead of text\n"
        "\n`rank` says which change did it. `risk` judges changes before they ship, by what "
        "became\n"
        "of those before: HEAD, 4be1f00, main..topic; a score of 90 is riskier than 90 of 100\n"
        "changes that landed before it here. `index` reads what is new in a repository, which the\n"
        "others do as well; `list` prints its newest 20000 changes as a feed.\n"
        "\nExit codes: 0 named, or not over --fail-over; 1 the first five are too unsure, so none\n"
        "is named, or over --fail-over; 2 failed.\n",
    .run = run,
};
