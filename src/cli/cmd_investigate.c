/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/deliver.h"
#include "cli/models.h"
#include "cli/plan.h"
#include "engine/investigate.h"
#include "expert/small.h"
#include "planner/planner.h"
#include "prose/rewrite.h"
#include "runbook/load.h"
#include "serve/sandbox.h"
#include "verdict/weights.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command command_investigate;

#define EXPERTS_OUT_MAX 16

struct options {
    const char *bundle;
    const char *journal_path;
    const char *runbook;                          /* NULL: the director plans by itself */
    const char *runbooks;                         /* a folder of the team's own; NULL: none */
    struct repository repository;                 /* no folder: none */
    const char *weights;                          /* a file; NULL: those that are shipped */
    const char *experts_out[EXPERTS_OUT_MAX + 1]; /* small ones that are not asked */
    const char *expert;                           /* a file of models; NULL: none is asked */
    bool plan_by_expert;
    bool show_egress;
    struct delivery delivery;
    int64_t budget_ns;
    bool plan_only;
    bool progress;
    bool trace;
    bool sandbox;
};

static void show_progress(void *state, const char *what)
{
    (void)state;
    fprintf(stderr, "\r\033[K%s%s", what, *what ? " ..." : "");
    fflush(stderr);
}

/* NULL, or what is wrong with it. */
static const char *leave_out(struct options *options, const char *name)
{
    uint32_t count = 0;
    while (options->experts_out[count])
        count++;
    if (!small_expert_find(str_of(name)))
        return "--without-expert wants the name of a small expert";
    if (count == EXPERTS_OUT_MAX)
        return "--without-expert is given too often";
    options->experts_out[count] = name;
    return NULL;
}

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){.progress = isatty(STDERR_FILENO) == 1};
    for (int i = 1; i < argc; i++) {
        const char *value;
        double seconds;
        if (!strcmp(argv[i], "--no-progress"))
            out->progress = false;
        else if (deliver_option(&out->delivery, argc, argv, &i))
            continue;
        else if (!strcmp(argv[i], "--plan-only"))
            out->plan_only = true;
        else if (!strcmp(argv[i], "--trace"))
            out->trace = true;
        else if (!strcmp(argv[i], "--sandbox"))
            out->sandbox = true;
        else if ((value = command_option("--runbooks", argc, argv, &i)))
            out->runbooks = value;
        else if ((value = command_option("--repo", argc, argv, &i)))
            out->repository.folder = value;
        else if ((value = command_option("--rev", argc, argv, &i)))
            out->repository.revision = value;
        else if ((value = command_option("--ledger", argc, argv, &i)))
            out->repository.ledger = value;
        else if ((value = command_option("--weights", argc, argv, &i)))
            out->weights = value;
        else if (!strcmp(argv[i], "--show-egress"))
            out->show_egress = true;
        else if (!strcmp(argv[i], "--plan-by-expert"))
            out->plan_by_expert = true;
        else if ((value = command_option("--expert", argc, argv, &i)))
            out->expert = value;
        else if ((value = command_option("--without-expert", argc, argv, &i))) {
            const char *problem = leave_out(out, value);
            if (problem)
                return problem;
        } else if ((value = command_option("--runbook", argc, argv, &i)))
            out->runbook = value;
        else if ((value = command_option("--journal", argc, argv, &i)))
            out->journal_path = value;
        else if ((value = command_option("--time", argc, argv, &i))) {
            if (!str_to_real(str_of(value), &seconds) || seconds <= 0 || seconds > 3600)
                return "--time wants seconds, from above 0 to 3600";
            out->budget_ns = (int64_t)(seconds * (double)NS_PER_S);
        } else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return "an option that is not known, or without its value";
        else if (!out->bundle)
            out->bundle = argv[i];
        else
            return "one bundle at a time";
    }
    out->progress = out->progress && !out->trace; /* both write to standard error */
    if (!out->repository.folder && out->repository.revision)
        return "--rev goes with --repo";
    if (out->sandbox && out->expert)
        return "--sandbox lets nothing out, so it does not go with --expert";
    if ((out->show_egress || out->plan_by_expert) && !out->expert)
        return "--show-egress and --plan-by-expert go with --expert";
    if (out->plan_by_expert && out->runbook)
        return "--plan-by-expert and --runbook: one of them says what is asked";
    if (out->sandbox && out->repository.folder)
        return "--sandbox starts no git, so it does not go with --repo";
    return out->bundle ? deliver_problem(&out->delivery)
                       : "a bundle is wanted: a folder or a .tar.zst";
}

/* ---- the journal ---- */

struct journal_file {
    const char *path;
    FILE *file;
    int error;
};

/* Each line is on its way to the disk before the next step begins. */
static bool write_line(void *state, struct str line)
{
    struct journal_file *journal = state;
    if (fwrite(line.ptr, 1, line.len, journal->file) != line.len || fflush(journal->file) != 0)
        journal->error = errno;
    return journal->error == 0;
}

static bool open_journal(const struct options *options, struct journal_file *journal,
                         struct journal_sink *sink, struct err *err)
{
    *journal = (struct journal_file){.path = options->journal_path};
    if (!journal->path)
        return true;
    journal->file = fopen(journal->path, "w");
    *sink = (struct journal_sink){.state = journal, .write = write_line};
    return journal->file || err_set(err, ERR_IO, "%s: %s", journal->path, strerror(errno));
}

static bool close_journal(struct journal_file *journal, struct err *err)
{
    if (journal->file && fclose(journal->file) != 0 && journal->error == 0)
        journal->error = errno;
    return journal->error == 0 ||
           err_set(err, ERR_IO, "%s: %s", journal->path, strerror(journal->error));
}

/* ---- the sandbox ---- */

/* Where an archive is unpacked to and what the store spills go beside the reports. */
static void enter_sandbox(struct arena *arena, const struct options *options)
{
    const char *output = options->delivery.reports_path;
    const struct sandbox sandbox = {
        .evidence = &options->bundle, .evidence_count = 1, .output = output};
    if (output)
        setenv("TMPDIR", output, 1);
    const struct str lacks = sandbox_enter(arena, &sandbox);
    if (lacks.len > 0)
        fprintf(stderr, "warroom: the sandbox is not whole: %s\n", lacks.ptr);
}

/* ---- the command ---- */

/* Who directs, and by which runbooks; false: what is wrong with them has been printed. */
static bool direct(struct arena *arena, const struct options *options, struct direction *out)
{
    struct library *library = arena_push(arena, struct library);
    struct planner *person = arena_push(arena, struct planner);
    if (!plan_load_library(arena, options->runbooks, library) ||
        (options->runbook && !plan_of_person(arena, options->runbook, library, person)))
        return false;
    *out = (struct direction){.library = library,
                              .planner = options->runbook ? person : NULL,
                              .plan_only = options->plan_only};
    if (options->trace)
        out->listener = plan_trace(stderr);
    return true;
}

/* False: what is wrong with the file has been printed. */
static bool load_weights(struct arena *arena, const char *path, const struct weights **out)
{
    struct err err = {0};
    struct str text;
    struct weights *weights = arena_push(arena, struct weights);
    if (!path)
        return true;
    if (!load_file(arena, path, &text, &err))
        return command_failed(&err) == EXIT_DONE;
    if (!weights_parse(arena, text, weights, &err)) {
        err_context(&err, "%s", path);
        return command_failed(&err) == EXIT_DONE;
    }
    *out = weights;
    return true;
}

/*
 * What people said of earlier incidents, where a ledger is named. It is a hint; so that it cannot
 * be read ends nothing, and says so. The ledger is closed again: a sandbox leaves what is open.
 */
static const struct memories *remember(struct arena *arena, const char *path)
{
    struct ledger *ledger;
    struct memory *items;
    struct err err = {0};
    struct memories *memories = arena_push(arena, struct memories);
    if (!path)
        return NULL;
    struct arena *open = arena_new("ledger");
    const bool ok = ledger_open(open, path, &ledger, &err) &&
                    memories_read(ledger, arena, INT64_MAX, &items, &memories->count, &err);
    arena_free(open);
    if (!ok) {
        fprintf(stderr, "warroom: nothing is remembered: %s\n", err.text);
        return NULL;
    }
    memories->items = items;
    return memories;
}

/* --show-egress: in the place of the report. */
static int print_egress(struct panel *panel)
{
    const struct str shown = panel_held_back(panel);
    fwrite(shown.ptr, 1, shown.len, stdout);
    fprintf(stderr, shown.len > 0 ? "warroom: nothing was sent.\n"
                                  : "warroom: nothing was sent, nor would it be.\n");
    return EXIT_DONE;
}

static int print_plan(const struct report *report)
{
    for (const struct plan_entry *plan = report->casefile->plans; plan; plan = plan->next)
        fwrite(plan->text.ptr, 1, plan->text.len, stdout);
    return report->casefile->plans ? EXIT_DONE : EXIT_NEGATIVE;
}

static int investigate_bundle(struct arena *arena, const struct options *options)
{
    struct investigation how = {.clock = clock_system(),
                                .budget_ns = options->budget_ns,
                                .repository =
                                    options->repository.folder ? &options->repository : NULL,
                                .experts_out = options->experts_out,
                                .consult = rewrite_case,
                                .progress = options->progress ? show_progress : NULL};
    struct report report;
    struct journal_file journal;
    struct err err = {0};
    if (!direct(arena, options, &how.direction) ||
        !load_weights(arena, options->weights, &how.weights))
        return EXIT_FAILED;
    if ((options->expert && !models_open(arena, options->expert, &how.panel, &err)) ||
        !open_journal(options, &journal, &how.journal, &err))
        return command_failed(&err);
    how.memories = remember(arena, options->repository.ledger);
    if (options->show_egress)
        panel_hold_back(how.panel);
    if (options->plan_by_expert)
        how.direction.planner = planner_of_panel(arena, how.panel);
    if (options->sandbox)
        enter_sandbox(arena, options);
    const bool ok = investigate(arena, str_of(options->bundle), &how, &report, &err);
    if (options->progress)
        show_progress(NULL, "");
    int code = !ok                    ? command_failed(&err)
               : options->plan_only   ? print_plan(&report)
               : options->show_egress ? print_egress(how.panel)
                                      : deliver_report(&options->delivery, &report);
    if (!close_journal(&journal, &err))
        code = command_failed(&err);
    if (ok)
        casefile_close((struct casefile *)(uintptr_t)report.casefile);
    return code;
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_investigate, problem);
    struct arena *arena = arena_new("investigate");
    const int code = investigate_bundle(arena, &options);
    arena_free(arena);
    return code;
}

const struct command command_investigate = {
    .name = "investigate",
    .usage = "BUNDLE [--runbook NAME] [--plan-only] [--trace] [--format NAME] [--html FILE] "
             "[--time SECONDS] [--journal FILE] [--weights FILE] [--repo DIR] [--ledger FILE] "
             "[--expert FILE]",
    .summary = "Find the cause of the incident in a bundle and write the report",
    .help = DELIVER_HELP
    "  --runbook NAME  follow that runbook after triage, a shipped one or a file, instead of a "
    "plan\n"
    "                  made for this incident\n"
    "  --runbooks DIR  with the runbooks of that folder, in place of shipped ones of their name\n"
    "  --weights FILE  weigh the evidence by that file, not as shipped; `warroom train` writes "
    "such\n"
    "  --expert FILE   ask the models of that file as well, or of a warroom.yaml; docs/experts.md\n"
    "  --show-egress   with --expert: print what would be sent instead of the report, send "
    "nothing\n"
    "  --plan-by-expert\n"
    "                  with --expert: let a model write the plan, in the runbook language; the\n"
    "                  checker judges it, and the program plans by itself where it is refused\n"
    "  --without-expert NAME\n"
    "                  do not ask that small expert; may be given more than once\n"
    "  --ledger FILE   recall earlier incidents that people have spoken of (warroom feedback)\n"
    "  --repo DIR      what had landed in that git repository when the alert fired counts among "
    "the\n"
    "                  changes; --rev REV and --ledger FILE as of `warroom changes`\n"
    "  --plan-only     triage, and print the plan that would be followed\n"
    "  --trace         print each step to standard error as it is taken\n"
    "  --time SECONDS  answer with the best so far after that time; 60 by default\n"
    "  --journal FILE  write down each step there, for `warroom replay` and `warroom diff`\n"
    "  --sandbox       with no rights but to read the bundle and to write where --reports says, "
    "as\n"
    "                  far as this kernel can do that\n"
    "  --no-progress   say nothing on the way, even on a terminal\n"
    "\nExit code: 0 a cause is named, 1 it is not known, 2 it could not be investigated.\n",
    .run = run,
};
