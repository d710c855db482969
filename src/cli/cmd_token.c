/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/site.h"
#include "serve/token.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_token;

struct options {
    const char *verb, *name, *scopes, *ledger;
};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){.scopes = "read"};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if ((value = command_option("--scope", argc, argv, &i)))
            out->scopes = value;
        else if ((value = command_option("--ledger", argc, argv, &i)))
            out->ledger = value;
        else if (argv[i][0] == '-')
            return "an option that is not known, or without its value";
        else if (!out->verb)
            out->verb = argv[i];
        else if (!out->name)
            out->name = argv[i];
        else
            return "one token at a time";
    }
    if (!out->verb || (strcmp(out->verb, "add") != 0 && strcmp(out->verb, "list") != 0 &&
                       strcmp(out->verb, "remove") != 0))
        return "add, list or remove is wanted";
    if (!out->name != (strcmp(out->verb, "list") == 0))
        return out->name ? "`list` takes no name" : "the name of a token is wanted";
    return NULL;
}

static bool add(struct arena *arena, struct ledger *ledger, const struct options *options,
                struct err *err)
{
    uint32_t scopes;
    struct str secret;
    const int64_t now_ns = wall_now_ns();
    const struct str name = str_of(options->name);
    if (!scopes_parse(str_of(options->scopes), &scopes, err) || !ledger_begin(ledger, err))
        return false;
    if (!token_add(ledger, arena, name, scopes, now_ns, &secret, err) ||
        !audit_add(ledger, STR("command line"), STR("token add"), name, now_ns, err)) {
        ledger_rollback(ledger);
        return false;
    }
    if (!ledger_commit(ledger, err))
        return false;
    fprintf(stderr, "The token %s may: %s. It is shown this once:\n", options->name,
            scopes_format(arena, scopes).ptr);
    puts(secret.ptr);
    return true;
}

static bool end(struct ledger *ledger, const struct options *options, struct err *err)
{
    const struct str name = str_of(options->name);
    return token_remove(ledger, name, err) &&
           audit_add(ledger, STR("command line"), STR("token remove"), name, wall_now_ns(), err);
}

static bool list(struct arena *arena, struct ledger *ledger, struct err *err)
{
    struct token *tokens;
    uint32_t count;
    if (!token_list(ledger, arena, &tokens, &count, err))
        return false;
    for (uint32_t i = 0; i < count; i++)
        printf("%s  %s  made %s, %s%s\n", str_copy(arena, tokens[i].name).ptr,
               scopes_format(arena, tokens[i].scopes).ptr,
               time_format(arena, tokens[i].created_ns).ptr,
               tokens[i].last_used_ns > 0 ? "used " : "never used",
               tokens[i].last_used_ns > 0 ? time_format(arena, tokens[i].last_used_ns).ptr : "");
    if (count == 0)
        puts("There is no token: this machine alone is served.");
    return true;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct ledger *ledger;
    struct err err = {0};
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_token, problem);
    struct arena *arena = arena_new("token");
    const bool ok = ledger_open(arena, options.ledger, &ledger, &err) &&
                    (options.verb[0] == 'a'   ? add(arena, ledger, &options, &err)
                     : options.verb[0] == 'l' ? list(arena, ledger, &err)
                                              : end(ledger, &options, &err));
    arena_free(arena);
    return ok ? EXIT_DONE : command_failed(&err);
}

const struct command command_token = {
    .name = "token",
    .usage = "add NAME [--scope LIST] | list | remove NAME [--ledger FILE]",
    .summary = "Say who may ask `warroom serve`, by tokens",
    .help =
        "  --scope LIST   read (the default), investigate, feedback, admin; with commas between\n"
        "  --ledger FILE  of the server: DATA/ledger.db (default: in ~/.local/share/warroom)\n"
        "\n"
        "  read           incidents, reports, runbooks, the tools of MCP\n"
        "  investigate    send alerts and telemetry; start, repeat and cancel investigations\n"
        "  feedback       say whether a report was right\n"
        "  admin          silences, and all of the above\n"
        "\nA token is shown when it is made, and kept nowhere. A server that runs knows of it\n"
        "within a second. As long as there is none, a server serves its own machine alone.\n",
    .run = run,
};
