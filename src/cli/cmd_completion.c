/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What shells need to complete our commands, their verbs and their options: tables of words, made
 * from what the commands say of themselves. Anything else completes to files.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/buf.h"
#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_completion;

static void add_words(struct buf *out, const struct str *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        buf_printf(out, "%s%.*s", i > 0 ? " " : "", STR_ARG(words[i]));
}

/* An apostrophe cannot stand in a word in apostrophes. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buf_add(out, STR("'\\''"));
        else
            buf_add_char(out, *text);
    buf_add_char(out, '\'');
}

static void print_bash(struct arena *arena, struct buf *out)
{
    buf_add(out, STR("_warroom() {\n"
                     "    local words verbs flags current=${COMP_WORDS[COMP_CWORD]}\n"
                     "    case ${COMP_WORDS[1]} in\n"));
    for (const struct command *const *command = commands; *command; command++) {
        const struct manual manual = manual_read(arena, *command);
        buf_printf(out, "    %s) verbs='", (*command)->name);
        add_words(out, manual.verbs, manual.verbs_count);
        buf_add(out, STR("' flags='"));
        add_words(out, manual.flags, manual.flags_count);
        buf_add(out, STR("' ;;\n"));
    }
    buf_add(out, STR("    esac\n"
                     "    if [ \"$COMP_CWORD\" = 1 ]; then words='"));
    for (const struct command *const *command = commands; *command; command++)
        buf_printf(out, "%s ", (*command)->name);
    buf_add(out, STR("--help --version'\n"
                     "    elif [ \"${current#-}\" != \"$current\" ]; then words=\"$flags --help\"\n"
                     "    elif [ \"$COMP_CWORD\" = 2 ]; then words=$verbs; fi\n"
                     "    # shellcheck disable=SC2207 # words of ours, without blanks\n"
                     "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                     "}\n"
                     "complete -o default -F _warroom warroom\n"));
}

static void print_zsh(struct arena *arena, struct buf *out)
{
    buf_add(out, STR("#compdef warroom\n_warroom() {\n    local -a words\n"
                     "    if (( CURRENT == 2 )); then\n        words=(\n"));
    for (const struct command *const *command = commands; *command; command++) {
        buf_add(out, STR("            "));
        add_quoted(out, str_printf(arena, "%s:%s", (*command)->name, (*command)->summary).ptr);
        buf_add_char(out, '\n');
    }
    buf_add(out, STR("        )\n        _describe command words\n        return\n    fi\n"
                     "    case $words[2] in\n"));
    for (const struct command *const *command = commands; *command; command++) {
        const struct manual manual = manual_read(arena, *command);
        buf_printf(out, "    %s)\n        (( CURRENT == 3 )) && compadd -- ", (*command)->name);
        add_words(out, manual.verbs, manual.verbs_count);
        buf_add(out, STR("\n        compadd -- --help "));
        add_words(out, manual.flags, manual.flags_count);
        buf_add(out, STR(" ;;\n"));
    }
    buf_add(out, STR("    esac\n    _files\n}\n_warroom \"$@\"\n"));
}

static void print_fish(struct arena *arena, struct buf *out)
{
    for (const struct command *const *command = commands; *command; command++) {
        const struct manual manual = manual_read(arena, *command);
        buf_printf(out, "complete -c warroom -n __fish_use_subcommand -a %s -d ", (*command)->name);
        add_quoted(out, (*command)->summary);
        buf_add_char(out, '\n');
        for (uint32_t i = 0; i < manual.verbs_count; i++)
            buf_printf(out, "complete -c warroom -n '__fish_seen_subcommand_from %s' -a %.*s\n",
                       (*command)->name, STR_ARG(manual.verbs[i]));
        for (uint32_t i = 0; i < manual.flags_count; i++)
            buf_printf(out, "complete -c warroom -n '__fish_seen_subcommand_from %s' -l %.*s\n",
                       (*command)->name,
                       STR_ARG(str_slice(manual.flags[i], 2, manual.flags[i].len)));
    }
}

static const struct {
    const char *name;
    void (*print)(struct arena *arena, struct buf *out);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

static int run(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(argv[1], shells[i].name) != 0)
            continue;
        struct arena *arena = arena_new("completion");
        struct buf out = buf_new(arena);
        shells[i].print(arena, &out);
        fputs(buf_str(&out).ptr, stdout);
        arena_free(arena);
        return EXIT_DONE;
    }
    return command_usage_error(&command_completion, "the name of a shell is wanted");
}

const struct command command_completion = {
    .name = "completion",
    .usage = "bash | zsh | fish",
    .summary = "Print what a shell needs to complete commands and options",
    .help = "\nBash: warroom completion bash > /etc/bash_completion.d/warroom\n",
    .run = run,
};
