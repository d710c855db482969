/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/print.h"
#include "engine/services.h"
#include "store/telemetry.h"

#include <string.h>

extern const struct command command_query;

static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 30 * NS_PER_S};

static bool query(struct arena *arena, struct str bundle_path, struct str sql, struct batch **rows,
                  bool *cut, struct err *err)
{
    struct bundle bundle;
    if (!bundle_open(arena, bundle_path, &bundle, err))
        return false;
    /* telemetry can be asked without an alert, so the case is opened with an empty one */
    static const struct alert no_alert;
    struct casefile *casefile = casefile_open(&no_alert, clock_system(), limits.time_max_ns);
    struct services services;
    const bool ok = services_open(arena, &bundle, NULL, NULL, casefile, &services, err) &&
                    telemetry_query(services.telemetry, arena, sql, &limits, rows, cut, err);
    casefile_close(casefile);
    return ok;
}

static int run(int argc, char **argv)
{
    bool json = false;
    const char *words[2] = {0};
    int words_count = 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--json"))
            json = true;
        else if (argv[i][0] == '-' && argv[i][1] == '-')
            return command_usage_error(&command_query, "an option that is not known");
        else if (words_count < 2)
            words[words_count++] = argv[i];
        else
            return command_usage_error(&command_query, "too many words; is the SQL in quotes?");
    }
    if (words_count < 2)
        return command_usage_error(&command_query, "a bundle and a SELECT are wanted");

    struct arena *arena = arena_new("query");
    struct batch *rows;
    bool cut = false;
    struct err err = {0};
    const bool ok = query(arena, str_of(words[0]), str_of(words[1]), &rows, &cut, &err);
    if (ok) {
        (json ? print_json : print_table)(stdout, rows);
        if (cut)
            fprintf(stderr, "warroom: only the first %zu rows; add a LIMIT or aggregate\n",
                    limits.rows_max);
    }
    const int code = ok ? EXIT_DONE : command_failed(&err);
    arena_free(arena);
    return code;
}

const struct command command_query = {
    .name = "query",
    .usage = "BUNDLE 'SELECT ...' [--json]",
    .summary = "Ask the telemetry of a bundle, as the queries in a report do",
    .help =
        "  --json    an array of objects instead of a table\n"
        "\nTables: metrics, logs, traces, changes, events, state, topology, alerts,\n"
        "reference_logs, reference_traces; docs/bundle.md has their columns. Read-only; at most\n"
        "1000 rows and 30 s.\n",
    .run = run,
};
