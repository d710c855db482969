/* SPDX-License-Identifier: Apache-2.0 */
/* A report told again, in the words of a model: the case is that of the journal, to the last claim.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/deliver.h"
#include "cli/models.h"
#include "engine/investigate.h"
#include "prose/rewrite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_retell;

struct options {
    const char *path;
    const char *expert;
    bool show_egress;
    struct delivery delivery;
};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){0};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (deliver_option(&out->delivery, argc, argv, &i))
            continue;
        if ((value = command_option("--expert", argc, argv, &i)))
            out->expert = value;
        else if (!strcmp(argv[i], "--show-egress"))
            out->show_egress = true;
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return "an option that is not known, or without its value";
        else if (!out->path)
            out->path = argv[i];
        else
            return "one journal at a time";
    }
    if (!out->path)
        return "a journal is wanted";
    return deliver_problem(&out->delivery);
}

/* False: the journal cannot be read, or cannot be followed. */
static bool replay_case(struct arena *arena, FILE *file, const char *path, struct report *out,
                        struct err *err)
{
    struct reader *reader;
    struct replay *replay;
    if (!reader_open(arena, file, str_of(path), &reader, err) ||
        !replay_new(arena, reader, &replay, err) || !investigate_again(arena, replay, out, err))
        return false;
    if (!replay_divergences(replay))
        return true;
    casefile_close((struct casefile *)(uintptr_t)out->casefile);
    return err_set(err, ERR_CORRUPT,
                   "%s: the run comes out otherwise than then; `warroom replay` tells where", path);
}

static int retell(struct arena *arena, const struct options *options, FILE *file)
{
    struct panel *panel;
    struct report report;
    struct err err = {0};
    if (!models_open(arena, options->expert, &panel, &err) ||
        !replay_case(arena, file, options->path, &report, &err))
        return command_failed(&err);
    if (options->show_egress)
        panel_hold_back(panel);
    struct casefile *casefile = (struct casefile *)(uintptr_t)report.casefile;
    const int64_t took_ns = report.took_ns;
    casefile->prose = NULL; /* what was told then is told anew */
    casefile->consultations = NULL;
    rewrite_case(NULL, panel, casefile);
    panel_tell(panel, casefile);
    report = report_write(casefile);
    report.took_ns = took_ns;
    int code = EXIT_DONE;
    if (options->show_egress) {
        const struct str shown = panel_held_back(panel);
        fwrite(shown.ptr, 1, shown.len, stdout);
    } else {
        code = deliver_report(&options->delivery, &report);
    }
    casefile_close(casefile);
    return code;
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_retell, problem);
    FILE *file = fopen(options.path, "r");
    if (!file) {
        struct err err;
        err_set(&err, ERR_IO, "%s: %s", options.path, strerror(errno));
        return command_failed(&err);
    }
    struct arena *arena = arena_new("retell");
    const int code = retell(arena, &options, file);
    arena_free(arena);
    fclose(file);
    return code;
}

const struct command command_retell = {
    .name = "retell",
    .usage = "JOURNAL [--expert FILE] [--show-egress] [--format NAME] [--html FILE]",
    .summary = "Tell the report of a journal again, in the words of a model",
    .help = DELIVER_HELP
    "  --expert FILE   the models of that file, or of a warroom.yaml; without it, of the\n"
    "                  warroom.yaml that serve would take; docs/experts.md\n"
    "  --show-egress   print what would be sent instead of the report, send nothing\n"
    "\nNothing is investigated again. Sentences that the evidence of the journal does not bear "
    "out\n"
    "are left out. Exit code: 0 a cause is named, 1 it is not known, 2 it could not be told.\n",
    .run = run,
};
