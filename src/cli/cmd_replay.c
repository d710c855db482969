/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/deliver.h"
#include "engine/investigate.h"
#include "report/escape.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_replay;

static void tell_divergence(struct arena *arena, const char *path, const struct divergence *it)
{
    struct buf text = buf_new(arena);
    if (it->line > 0)
        buf_printf(&text, "line %u: ", it->line);
    escape_plain(&text, it->text);
    fprintf(stderr, "warroom: %s: %s\n", path, buf_str(&text).ptr);
}

/* What went otherwise is told even where a cause is known: it may be another one. */
static int tell_divergences(struct arena *arena, const char *path, const struct replay *replay,
                            int code)
{
    const struct divergence *first = replay_divergences(replay);
    if (!first)
        return code;
    fprintf(stderr, "warroom: the replay diverges from the journal:\n");
    for (const struct divergence *it = first; it; it = it->next)
        tell_divergence(arena, path, it);
    return code == EXIT_FAILED ? code : EXIT_NEGATIVE;
}

static int replay_file(struct arena *arena, FILE *file, const char *path,
                       const struct delivery *delivery)
{
    struct reader *reader;
    struct replay *replay;
    struct report report;
    struct err err = {0};
    if (!reader_open(arena, file, str_of(path), &reader, &err) ||
        !replay_new(arena, reader, &replay, &err) ||
        !investigate_again(arena, replay, &report, &err))
        return command_failed(&err);
    const int code = deliver_report(delivery, &report);
    casefile_close((struct casefile *)(uintptr_t)report.casefile);
    return tell_divergences(arena, path, replay, code);
}

static int run(int argc, char **argv)
{
    struct delivery delivery = {0};
    const char *path = NULL;
    for (int i = 1; i < argc; i++) {
        if (deliver_option(&delivery, argc, argv, &i))
            continue;
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return command_usage_error(&command_replay,
                                       "an option that is not known, or without its value");
        if (path)
            return command_usage_error(&command_replay, "one journal at a time");
        path = argv[i];
    }
    if (!path)
        return command_usage_error(&command_replay, "a journal is wanted");
    if (deliver_problem(&delivery))
        return command_usage_error(&command_replay, deliver_problem(&delivery));

    FILE *file = fopen(path, "r");
    if (!file) {
        struct err err;
        err_set(&err, ERR_IO, "%s: %s", path, strerror(errno));
        return command_failed(&err);
    }
    struct arena *arena = arena_new("replay");
    const int code = replay_file(arena, file, path, &delivery);
    arena_free(arena);
    fclose(file);
    return code;
}

const struct command command_replay = {
    .name = "replay",
    .usage = "JOURNAL [--format NAME] [--html FILE]",
    .summary = "Run an investigation again from its journal, without its sources",
    .help = DELIVER_HELP
    "\nThe report is that of the first run, byte for byte, timings and all. Nothing of the "
    "journal\n"
    "is executed. Exit code: 0 a cause is named, 1 it is not known, or the run came out otherwise\n"
    "than then, which is told; 2 the journal cannot be read.\n",
    .run = run,
};
