/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/plan.h"
#include "engine/investigate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command command_investigate;

struct options {
    const char *bundle;
    const char *format;
    const char *html_path;
    const char *runbook;  /* NULL: the director plans by itself */
    const char *runbooks; /* a folder of the team's own; NULL: none */
    int64_t budget_ns;
    bool progress;
    bool timings;
    bool plan_only;
    bool trace;
};

static void show_progress(void *state, const char *what)
{
    (void)state;
    fprintf(stderr, "\r\033[K%s%s", what, *what ? " ..." : "");
    fflush(stderr);
}

/* `--name value` or `--name=value`; NULL: this is another option. */
static const char *option_value(const char *name, int argc, char **argv, int *at)
{
    const size_t len = strlen(name);
    if (strncmp(argv[*at], name, len) != 0)
        return NULL;
    if (argv[*at][len] == '=')
        return argv[*at] + len + 1;
    if (argv[*at][len] != '\0' || *at + 1 >= argc)
        return NULL;
    return argv[++*at];
}

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out =
        (struct options){.format = "text", .progress = isatty(STDERR_FILENO) == 1, .timings = true};
    for (int i = 1; i < argc; i++) {
        const char *value;
        double seconds;
        if (!strcmp(argv[i], "--no-progress"))
            out->progress = false;
        else if (!strcmp(argv[i], "--no-timings"))
            out->timings = false;
        else if (!strcmp(argv[i], "--plan-only"))
            out->plan_only = true;
        else if (!strcmp(argv[i], "--trace"))
            out->trace = true;
        else if (!strcmp(argv[i], "--json"))
            out->format = "json";
        else if ((value = option_value("--runbooks", argc, argv, &i)))
            out->runbooks = value;
        else if ((value = option_value("--runbook", argc, argv, &i)))
            out->runbook = value;
        else if ((value = option_value("--format", argc, argv, &i)))
            out->format = value;
        else if ((value = option_value("--html", argc, argv, &i)))
            out->html_path = value;
        else if ((value = option_value("--time", argc, argv, &i))) {
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
    if (out->trace)
        out->progress = false; /* both write to standard error */
    return out->bundle ? NULL : "a bundle is wanted: a folder or a .tar.zst";
}

static bool write_file(const char *path, struct str bytes, struct err *err)
{
    FILE *file = fopen(path, "w");
    bool ok = file && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len;
    if (file && fclose(file) != 0)
        ok = false;
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* How long the work took is the one thing in a report that is not the same every time. */
static void forget_timings(struct report *report)
{
    report->took_ns = 0;
    for (struct step_entry *step = report->casefile->steps; step; step = step->next)
        step->started_ns = step->took_ns = 0;
}

static bool print_report(const struct options *options, const struct renderer *renderer,
                         struct report *report, struct err *err)
{
    struct arena *arena = report->casefile->arena;
    if (!options->timings)
        forget_timings(report);
    report->colour = isatty(STDOUT_FILENO) == 1 && !getenv("NO_COLOR");
    struct buf out = buf_new(arena);
    renderer->render(report, &out);
    const struct str text = buf_str(&out);
    if (fwrite(text.ptr, 1, text.len, stdout) != text.len && errno != EPIPE)
        return err_set(err, ERR_IO, "standard output: %s", strerror(errno));
    if (!options->html_path)
        return true;

    struct buf html = buf_new(arena);
    renderer_find(STR("html"))->render(report, &html);
    if (!write_file(options->html_path, buf_str(&html), err))
        return false;
    fprintf(stderr, "The report with charts: %s\n", options->html_path);
    return true;
}

static bool print_plan(const struct report *report)
{
    for (const struct plan_entry *plan = report->casefile->plans; plan; plan = plan->next)
        fwrite(plan->text.ptr, 1, plan->text.len, stdout);
    return report->casefile->plans != NULL;
}

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
                              .answerer = {.answer = run_answer_live},
                              .plan_only = options->plan_only};
    if (options->trace)
        out->listener = plan_trace(stderr);
    return true;
}

static int investigate_bundle(struct arena *arena, const struct options *options,
                              const struct renderer *renderer)
{
    struct investigation how = {.clock = clock_system(),
                                .budget_ns = options->budget_ns,
                                .progress = options->progress ? show_progress : NULL};
    if (!direct(arena, options, &how.direction))
        return EXIT_FAILED;
    struct report report;
    struct err err = {0};
    const bool ok = investigate(arena, str_of(options->bundle), &how, &report, &err);
    if (options->progress)
        show_progress(NULL, "");
    if (!ok)
        return command_failed(&err);
    int code = report.known ? EXIT_DONE : EXIT_NEGATIVE;
    if (options->plan_only)
        code = print_plan(&report) ? EXIT_DONE : EXIT_NEGATIVE;
    else if (!print_report(options, renderer, &report, &err))
        code = command_failed(&err);
    casefile_close((struct casefile *)(uintptr_t)report.casefile);
    return code;
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_investigate, problem);
    const struct renderer *renderer = renderer_find(str_of(options.format));
    if (!renderer)
        return command_usage_error(&command_investigate,
                                   "--format is one of text, markdown, json, html, postmortem");

    struct arena *arena = arena_new("investigate");
    const int code = investigate_bundle(arena, &options, renderer);
    arena_free(arena);
    return code;
}

const struct command command_investigate = {
    .name = "investigate",
    .usage = "BUNDLE [--runbook NAME] [--plan-only] [--trace] [--format NAME] [--html FILE] "
             "[--time SECONDS]",
    .summary = "Find the cause of the incident in a bundle and write the report",
    .help = "  --format NAME   text (default), markdown, json, html or postmortem, to standard "
            "output\n"
            "  --json          the same as --format json\n"
            "  --html FILE     write the report with charts there as well\n"
            "  --runbook NAME  follow that runbook after triage, a shipped one or a file, instead "
            "of a plan\n"
            "                  made for this incident\n"
            "  --runbooks DIR  with the runbooks of that folder, in place of shipped ones of their "
            "name\n"
            "  --plan-only     triage, and print the plan that would be followed\n"
            "  --trace         print each step to standard error as it is taken\n"
            "  --time SECONDS  answer with the best so far after that time; 60 by default\n"
            "  --no-timings    leave out how long it took: the same case gives the same bytes\n"
            "  --no-progress   say nothing on the way, even on a terminal\n"
            "\nExit code: 0 a cause is named, 1 it is not known, 2 it could not be investigated.\n",
    .run = run,
};
