/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages in the macros of man(7), made from what the commands say of themselves. */
#include "cli/command.h"

#include "base/arena.h"
#include "base/buf.h"
#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_man;

/* Text for roff: no escapes, no requests, and a minus that can be copied into a shell. */
static void add_text(struct buf *out, struct str text)
{
    bool line_begins = true;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (line_begins && (c == '.' || c == '\''))
            buf_add(out, STR("\\&"));
        if (c == '\\')
            buf_add(out, STR("\\e"));
        else if (c == '-')
            buf_add(out, STR("\\-"));
        else
            buf_add_char(out, c);
        line_begins = c == '\n';
    }
    buf_add_char(out, '\n');
}

static void add_heading(struct buf *out, const char *page)
{
    buf_printf(out, ".TH \"%s\" 1 \"\" \"warroom %s\" \"warroom\"\n", page, VERSION);
}

static void print_page(struct arena *arena, struct buf *out, const struct command *command)
{
    const struct manual manual = manual_read(arena, command);
    add_heading(out, str_printf(arena, "warroom-%s", command->name).ptr);
    buf_printf(out, ".SH NAME\nwarroom\\-%s \\- ", command->name);
    add_text(out, str_of(command->summary));
    buf_printf(out, ".SH SYNOPSIS\n.B warroom %s\n", command->name);
    add_text(out, str_of(command->usage));
    if (manual.prose_count > 0)
        buf_add(out, STR(".SH DESCRIPTION\n"));
    for (uint32_t i = 0; i < manual.prose_count; i++) {
        buf_add(out, i > 0 ? STR(".PP\n") : STR(""));
        add_text(out, manual.prose[i]);
    }
    if (manual.options_count > 0)
        buf_add(out, STR(".SH OPTIONS\n"));
    for (uint32_t i = 0; i < manual.options_count; i++) {
        buf_add(out, STR(".TP\n.B "));
        add_text(out, manual.options[i].form);
        add_text(out, manual.options[i].text);
    }
    buf_add(out, STR(".SH SEE ALSO\n.BR warroom (1)\n"));
}

static void print_index(struct buf *out)
{
    add_heading(out, "warroom");
    buf_add(out, STR(".SH NAME\nwarroom \\- investigate incidents and say what caused them, with "
                     "the evidence\n.SH SYNOPSIS\n.B warroom\nCOMMAND [ARGUMENT ...]\n"
                     ".SH COMMANDS\n"));
    for (const struct command *const *command = commands; *command; command++) {
        buf_printf(out, ".TP\n.BR warroom\\-%s (1)\n", (*command)->name);
        add_text(out, str_of((*command)->summary));
    }
    buf_add(out, STR(".SH EXIT STATUS\n0 done, 1 done with a negative answer, 2 it could not be "
                     "done.\n"));
}

static int run(int argc, char **argv)
{
    if (argc > 2)
        return command_usage_error(&command_man, "one command at a time");
    const struct command *const *command = commands;
    while (argc == 2 && *command && strcmp((*command)->name, argv[1]) != 0)
        command++;
    if (!*command)
        return command_usage_error(&command_man, "there is no such command");
    struct arena *arena = arena_new("man");
    struct buf out = buf_new(arena);
    if (argc == 2)
        print_page(arena, &out, *command);
    else
        print_index(&out);
    fputs(buf_str(&out).ptr, stdout);
    arena_free(arena);
    return EXIT_DONE;
}

const struct command command_man = {
    .name = "man",
    .usage = "[COMMAND]",
    .summary = "Print the manual page of a command, or of the program",
    .help = "\nTo read it: warroom man investigate | man -l -\n",
    .run = run,
};
