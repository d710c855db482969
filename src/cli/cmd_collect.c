/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/sources.h"
#include "connect/collect.h"
#include "runbook/load.h"

extern const struct command command_collect;

#define BUDGET_NS (30 * NS_PER_S)

struct options {
    struct sources_options sources;
    const char *alert, *folder;
    int64_t now_ns, before_ns, budget_ns;
};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){.now_ns = sources_now_ns(), .budget_ns = BUDGET_NS};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (sources_option(&out->sources, argc, argv, &i))
            continue;
        if ((value = command_option("--alert", argc, argv, &i)))
            out->alert = value;
        else if ((value = command_option("--out", argc, argv, &i)))
            out->folder = value;
        else if ((value = command_option("--time", argc, argv, &i))) {
            if (!span_parse(str_of(value), &out->budget_ns) || out->budget_ns < NS_PER_S)
                return "--time wants at least a second: 30s";
        } else if ((value = command_option("--before", argc, argv, &i))) {
            if (!span_parse(str_of(value), &out->before_ns) || out->before_ns < NS_PER_S)
                return "--before wants a length of time: 1h";
        } else if ((value = command_option("--now", argc, argv, &i))) {
            if (!time_parse(str_of(value), &out->now_ns))
                return "--now wants a time: 2026-11-22T02:03:04Z";
        } else
            return "an option that is not known, or without its value";
    }
    return !out->alert    ? "--alert FILE is wanted: what has fired"
           : !out->folder ? "--out DIR is wanted: where the bundle goes"
                          : NULL;
}

/* Exit code 1 where a source has not told all: the bundle is there all the same. */
static int tell(struct arena *arena, const struct collection *collection,
                const struct findings *findings)
{
    int code = EXIT_DONE;
    for (uint32_t i = 0; i < collection->sources_count; i++) {
        const struct findings *it = &findings[i];
        sources_print_findings(arena, &collection->sources[i], it);
        if (it->outcome == OUTCOME_PARTIAL || it->outcome == OUTCOME_FAILED)
            code = EXIT_NEGATIVE;
    }
    return code;
}

static bool prepare(struct arena *arena, const struct options *options, struct sources *sources,
                    struct alert *alert, struct collection *out, struct err *err)
{
    struct str text;
    if (!sources_load(arena, &options->sources, sources, err) ||
        !load_file(arena, options->alert, &text, err))
        return false;
    if (!alert_parse(arena, text, alert, err))
        return err_context(err, "%s", options->alert);
    *out = (struct collection){.sources = sources->items,
                               .sources_count = sources->count,
                               .alert_text = text,
                               .alert = alert,
                               .now_ns = options->now_ns,
                               .before_ns = options->before_ns,
                               .clock = clock_system(),
                               .budget_ns = options->budget_ns,
                               .folder = options->folder};
    return true;
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_collect, problem);
    struct arena *arena = arena_new("collect");
    struct sources *sources = arena_push(arena, struct sources);
    struct findings *findings = arena_push_many(arena, struct findings, SOURCES_MAX);
    struct alert alert;
    struct collection collection;
    struct err err = {0};
    const int code = prepare(arena, &options, sources, &alert, &collection, &err) &&
                             collect(arena, &collection, findings, &err)
                         ? tell(arena, &collection, findings)
                         : command_failed(&err);
    arena_free(arena);
    return code;
}

const struct command command_collect = {
    .name = "collect",
    .usage = "(--config FILE | --source WHAT)... --alert FILE --out DIR [--time 30s]",
    .summary = "Ask live sources about an alert and write a bundle",
    .help = SOURCES_HELP
    "  --alert FILE    the alert: docs/bundle.md's form, or the body of an Alertmanager webhook\n"
    "  --out DIR       where the bundle goes; `warroom investigate DIR` reads it\n"
    "  --time SPAN     for all sources together; 30s by default\n"
    "  --before SPAN   how long before the alert; 1h by default\n"
    "  --now TIME      nothing later is asked for; the machine's time by default\n"
    "\nExit code: 0 all sources have told what they were asked, 1 some have not, and the bundle\n"
    "says so, 2 there is no bundle.\n",
    .run = run,
};
