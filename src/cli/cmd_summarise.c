/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case in a few sentences. Of traces: after an investigation by everything, which says when to
 * cut before from since. Of signals: after one that has read metrics, logs and the alert alone.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/plan.h"
#include "engine/investigate.h"
#include "report/escape.h"
#include "summary/summary.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_summarise;

enum of { OF_TRACES, OF_SIGNALS, OF_COUNT };

static const char *const of_names[] = {"traces", "signals"};

struct options {
    const char *bundle;
    bool is_wanted[OF_COUNT];
    int64_t since_ns; /* 0: as it is found */
    bool json;
};

/* One summary, and what it needs while the store is open. */
struct asking {
    const struct options *options;
    enum of of;
    struct summary summary;
    bool ok;
    struct err err;
};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){0};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if ((value = command_option("--of", argc, argv, &i))) {
            if (strcmp(value, of_names[OF_TRACES]) != 0 && strcmp(value, of_names[OF_SIGNALS]) != 0)
                return "--of wants traces or signals";
            out->is_wanted[strcmp(value, of_names[OF_SIGNALS]) == 0] = true;
        } else if ((value = command_option("--since", argc, argv, &i))) {
            if (!time_parse(str_of(value), &out->since_ns))
                return "--since wants a time, 2026-11-22T02:03:04Z";
        } else if (!strcmp(argv[i], "--json"))
            out->json = true;
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return "an option that is not known, or without its value";
        else if (!out->bundle)
            out->bundle = argv[i];
        else
            return "one bundle at a time";
    }
    if (!out->is_wanted[OF_TRACES] && !out->is_wanted[OF_SIGNALS])
        out->is_wanted[OF_TRACES] = out->is_wanted[OF_SIGNALS] = true;
    return out->bundle ? NULL : "a bundle is wanted: a folder or a .tar.zst";
}

/* While the case is open, and its store with it. */
static void ask(void *state, struct casefile *casefile, const struct services *services)
{
    struct asking *asking = state;
    struct arena *scratch = arena_new("summary");
    struct call call = {.casefile = casefile, .services = services, .scratch = scratch};
    const struct report report = report_write(casefile);
    const int64_t since_ns =
        asking->options->since_ns != 0 ? asking->options->since_ns : casefile->incident.start_ns;
    asking->ok = asking->of == OF_TRACES
                     ? summary_of_traces(&call, since_ns, &asking->summary, &asking->err)
                     : summary_of_signals(&call, &report, &asking->summary, &asking->err);
    arena_free(scratch);
}

static bool summarise(struct arena *arena, struct asking *asking, struct casefile **casefile,
                      struct err *err)
{
    struct library library;
    if (!plan_load_library(arena, NULL, &library))
        return err_set(err, ERR_CORRUPT, "its runbooks cannot be followed");
    const struct investigation how = {
        .clock = clock_system(),
        .direction = {.library = &library},
        .tables_out = asking->of == OF_SIGNALS ? summary_signals_tables_out : NULL,
        .further = ask,
        .further_state = asking};
    struct report report;
    if (!investigate(arena, str_of(asking->options->bundle), &how, &report, err))
        return false;
    *casefile = (struct casefile *)(uintptr_t)report.casefile;
    *err = asking->err;
    return asking->ok;
}

static void print(struct arena *arena, const struct asking *asking, bool is_first)
{
    struct buf out = buf_new(arena);
    if (asking->options->json) {
        buf_printf(&out, "%s\"%s\": ", is_first ? "{" : ",\n ", of_names[asking->of]);
        summary_put_json(&out, &asking->summary);
    } else {
        buf_printf(&out, is_first ? "" : "\n");
        escape_plain(&out, summary_text(arena, &asking->summary));
        buf_add_char(&out, '\n');
    }
    fwrite(out.ptr, 1, out.len, stdout);
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_summarise, problem);
    int code = EXIT_DONE;
    bool is_first = true;
    for (int of = 0; of < OF_COUNT; of++) {
        if (!options.is_wanted[of])
            continue;
        struct arena *arena = arena_new("summarise");
        struct asking asking = {.options = &options, .of = (enum of)of};
        struct casefile *casefile = NULL;
        struct err err = {0};
        if (summarise(arena, &asking, &casefile, &err)) {
            print(arena, &asking, is_first);
            is_first = false;
            if (code == EXIT_DONE && !asking.summary.known)
                code = EXIT_NEGATIVE;
        } else
            code = command_failed(&err);
        if (casefile)
            casefile_close(casefile);
        arena_free(arena);
    }
    if (options.json && !is_first)
        printf("}\n");
    return code;
}

const struct command command_summarise = {
    .name = "summarise",
    .usage = "BUNDLE [--of traces|signals] [--since TIME] [--json]",
    .summary = "Tell an incident in a few sentences",
    .help =
        "  --of traces     of the flame graphs, before and since: three sentences at the most\n"
        "  --of signals    of metrics, logs and the alert, with nothing else read: four at the\n"
        "                  most; without --of both\n"
        "  --since TIME    cut the traces there; by default where the investigation finds the\n"
        "                  onset\n"
        "  --json          each sentence with its claims, and the queries that bear them out\n"
        "\nExit code: 0 it says what is wrong, 1 it is not known, 2 it could not be told.\n",
    .run = run,
};
