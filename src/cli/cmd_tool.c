/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "agent/agent.h"
#include "cli/ask.h"
#include "cli/print.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_tool;

static int list(void)
{
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++) {
            printf("%s.%s: %s\n", (*agent)->name, (*tool)->sig.name, (*tool)->sig.summary);
            printf("  takes\n");
            print_fields(stdout, (*tool)->sig.input, "    ");
            printf("  gives\n");
            print_fields(stdout, (*tool)->sig.output, "    ");
        }
    return EXIT_DONE;
}

static int no_such_tool(const char *name)
{
    struct err err;
    err_set(&err, ERR_NOT_FOUND, "there is no tool `%s`; `warroom tool list` has them", name);
    return command_failed(&err);
}

static int run(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    const struct tool *tool = argc > 2 ? agent_tool(str_of(argv[2])) : NULL;
    if (!strcmp(verb, "list") && argc == 2)
        return list();
    if (!strcmp(verb, "schema") && argc == 3) {
        if (!tool)
            return no_such_tool(argv[2]);
        ask_print_schema(argv[2], &tool->sig);
        return EXIT_DONE;
    }
    if (!strcmp(verb, "run") && argc >= 3)
        return tool ? ask_run(&command_tool, argc - 2, argv + 2) : no_such_tool(argv[2]);
    return command_usage_error(&command_tool, "`tool list`, `tool schema` with a tool, or "
                                              "`tool run` with a tool and a bundle, are wanted");
}

const struct command command_tool = {
    .name = "tool",
    .usage = "list | schema TOOL | run TOOL BUNDLE [FIELD=VALUE ...] [--input JSON] [--json]",
    .summary = "List the tools of the agents, or run one on a bundle",
    .help = "  list     each tool with what it takes and gives\n"
            "  schema   the same of one tool, as JSON Schema\n"
            "  run      what one tool observes\n" ASK_HELP,
    .run = run,
};
