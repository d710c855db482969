/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "agent/agent.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_tool;

static void print_fields(const struct field *fields, const char *indent)
{
    for (; fields->name; fields++) {
        printf("%s%-18s %-7s %s%s\n", indent, fields->name, type_name(fields->type),
               fields->summary, fields->flags & FIELD_OPTIONAL ? " (optional)" : "");
        if (fields->type == TYPE_ROWS && fields->columns)
            print_fields(fields->columns, "        ");
    }
}

static int list(void)
{
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++) {
            printf("%s.%s: %s\n", (*agent)->name, (*tool)->sig.name, (*tool)->sig.summary);
            printf("  takes\n");
            print_fields((*tool)->sig.input, "    ");
            printf("  gives\n");
            print_fields((*tool)->sig.output, "    ");
        }
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "list"))
        return list();
    return command_usage_error(&command_tool, "`tool list` is wanted");
}

const struct command command_tool = {
    .name = "tool",
    .usage = "list",
    .summary = "List the tools of the agents with what they take and give",
    .help = "",
    .run = run,
};
