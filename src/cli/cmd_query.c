/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/print.h"
#include "engine/services.h"
#include "query/query.h"
#include "store/telemetry.h"

#include <string.h>

extern const struct command command_query;

static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 30 * NS_PER_S};

struct asked {
    const char *bundle;
    const char *sql; /* NULL: it is made of the words */
    const char *words;
    enum query_language language;
    struct query made;
    bool json;
};

/* The telemetry can be asked without an alert; only hours and "before the alert" want one. */
static int64_t alert_ns(struct arena *arena, const struct bundle *bundle)
{
    struct alert alert;
    struct err err = {0};
    return bundle_read_alert(bundle, arena, &alert, &err) ? alert.starts_ns : 0;
}

static bool query(struct arena *arena, struct asked *asked, struct batch **rows, bool *cut,
                  struct err *err)
{
    struct bundle bundle;
    if (!bundle_open(arena, str_of(asked->bundle), &bundle, err))
        return false;
    static const struct alert no_alert;
    struct casefile *casefile = casefile_open(&no_alert, clock_system(), limits.time_max_ns);
    struct services services;
    bool ok = services_open(arena, &bundle, NULL, NULL, casefile, &services, err);
    asked->made.text = str_of(asked->sql);
    if (ok && asked->words)
        ok = query_of_words(arena, services.telemetry, alert_ns(arena, &bundle),
                            str_of(asked->words), asked->language, &asked->made, err);
    if (ok && asked->language == QUERY_SQL)
        ok = telemetry_query(services.telemetry, arena, asked->made.text, &limits, rows, cut, err);
    casefile_close(casefile);
    return ok;
}

static const char *read_words(int argc, char **argv, struct asked *out)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--json"))
            out->json = true;
        else if (!strcmp(argv[i], "--words") && i + 1 < argc)
            out->words = argv[++i];
        else if (!strcmp(argv[i], "--language") && i + 1 < argc) {
            if (!query_language_of(str_of(argv[++i]), &out->language))
                return "--language wants sql, promql or logql";
        } else if (argv[i][0] == '-' && argv[i][1] == '-')
            return "an option that is not known, or wants a word";
        else if (count == 0)
            out->bundle = argv[i], count++;
        else if (count == 1)
            out->sql = argv[i], count++;
        else
            return "too many words; is the SQL in quotes?";
    }
    if (!out->bundle || (!out->sql && !out->words))
        return "a bundle and a SELECT are wanted, or --words";
    if (out->sql && out->words)
        return "a SELECT or --words, not both";
    if (out->sql && out->language != QUERY_SQL)
        return "--language is of --words";
    return NULL;
}

/* The query stands before its rows, so that it can be checked, mended and asked again. */
static void print_made(const struct asked *asked)
{
    if (!asked->words)
        return;
    if (asked->made.left.len > 0)
        fprintf(stderr, "warroom: not understood, and left out: %.*s\n", STR_ARG(asked->made.left));
    fprintf(asked->language == QUERY_SQL ? stderr : stdout, "%.*s\n", STR_ARG(asked->made.text));
}

static int run(int argc, char **argv)
{
    struct asked asked = {0};
    const char *wrong = read_words(argc, argv, &asked);
    if (wrong)
        return command_usage_error(&command_query, wrong);

    struct arena *arena = arena_new("query");
    struct batch *rows = NULL;
    bool cut = false;
    struct err err = {0};
    const bool ok = query(arena, &asked, &rows, &cut, &err);
    if (ok)
        print_made(&asked);
    if (ok && rows) {
        (asked.json ? print_json : print_table)(stdout, rows);
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
    .usage = "BUNDLE {'SELECT ...' | --words TEXT} [--language LANGUAGE] [--json]",
    .summary = "Ask the telemetry of a bundle, as the queries in a report do",
    .help =
        "  --json               an array of objects instead of a table\n"
        "  --words TEXT         make the query of plain words: error lines of cart by minute\n"
        "  --language LANGUAGE  sql, which is run; promql or logql, which are only printed\n"
        "\nTables: metrics, logs, traces, changes, events, state, topology, alerts,\n"
        "reference_logs, reference_traces; docs/bundle.md has their columns. Read-only; at most\n"
        "1000 rows and 30 s.\n",
    .run = run,
};
