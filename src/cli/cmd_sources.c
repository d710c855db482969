/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom sources`: what is configured, whether it answers, and what it would be asked and give.
 * Asked is about the last minutes, as if an alert without a name fired now; nothing is kept.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/print.h"
#include "cli/sources.h"
#include "connect/inquiry.h"
#include "net/tape.h"
#include "report/escape.h"

#include <stdio.h>

extern const struct command command_sources;

#define WINDOW_NS (300 * NS_PER_S)
#define BUDGET_NS (10 * NS_PER_S)
#define ROWS_SHOWN 3
#define LINE_BYTES_MAX 160
#define REQUEST_BYTES_SHOWN 2000

struct options {
    struct sources_options sources;
    const char *verb, *name;
    int64_t window_ns;
};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){.window_ns = WINDOW_NS};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (sources_option(&out->sources, argc, argv, &i))
            continue;
        if ((value = command_option("--window", argc, argv, &i))) {
            if (!span_parse(str_of(value), &out->window_ns) || out->window_ns < NS_PER_S)
                return "--window wants a length of time: 5m";
        } else if (argv[i][0] == '-')
            return "an option that is not known, or without its value";
        else if (!out->verb)
            out->verb = argv[i];
        else if (!out->name)
            out->name = argv[i];
        else
            return "one source at a time, or none for all";
    }
    return out->verb ? NULL : "list, test, sample or kinds is wanted";
}

static void print_plain(struct arena *arena, struct str text, size_t bytes_max)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, str_slice(text, 0, bytes_max));
    fwrite(out.ptr, 1, out.len, stdout);
    if (text.len > bytes_max)
        printf(" ...");
}

/* ---- kinds, list ---- */

static int print_kinds(void)
{
    printf("settings of all kinds; and headers: {NAME: VALUE}, mapping: {WHAT: [LABEL, ...]}\n");
    print_fields(stdout, source_settings, "  ");
    for (const struct connector *const *it = connectors; *it; it++) {
        printf("%s: %s\n", (*it)->name, (*it)->summary);
        if ((*it)->settings)
            print_fields(stdout, (*it)->settings, "  ");
    }
    return EXIT_DONE;
}

static int print_list(struct arena *arena, const struct sources *sources)
{
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->items[i];
        print_plain(arena, source->name, LINE_BYTES_MAX);
        printf("\t%s\t", source->connector->name);
        print_plain(arena, source->url.len > 0 ? source->url : source->path, LINE_BYTES_MAX);
        printf("\t%s\n", source->connector->summary);
    }
    return EXIT_DONE;
}

/* ---- asking ---- */

struct asking {
    struct arena *arena;
    bool shows; /* what is asked, and what comes */
};

static void show_request(void *state, const struct question *question,
                         const struct request *request)
{
    const struct asking *asking = state;
    printf("? %s\n  ", wanted_name(question->wanted));
    struct str text = request_print(asking->arena, request), line;
    while (str_split(&text, '\n', &line))
        if (line.len > 0) {
            print_plain(asking->arena, line, REQUEST_BYTES_SHOWN);
            printf("\n  ");
        }
    printf("\n");
}

static void show_answer(void *state, const struct reply *reply, const struct err *err)
{
    const struct asking *asking = state;
    if (!err) {
        printf("  HTTP %d, %zu bytes\n", reply->status, reply->body.len);
        return;
    }
    printf("  ");
    print_plain(asking->arena, str_of(err->text), REQUEST_BYTES_SHOWN);
    printf("\n");
}

static bool show_rows(void *state, const struct rows *rows, struct err *err)
{
    const struct asking *asking = state;
    (void)err;
    for (int file = 0; asking->shows && file < ROW_FILES_COUNT; file++) {
        struct buf text = rows->text[file];
        struct str rest = buf_str(&text), line;
        if (rows->counts[file] > 0)
            printf("  %s, %lld rows\n", row_file_name((enum row_file)file),
                   (long long)rows->counts[file]);
        for (int shown = 0; shown < ROWS_SHOWN && str_split(&rest, '\n', &line); shown++) {
            printf("    ");
            print_plain(asking->arena, line, LINE_BYTES_MAX);
            printf("\n");
        }
    }
    return true;
}

static bool ask_source(struct arena *arena, const struct options *options,
                       const struct source *source, bool shows)
{
    struct asking asking = {.arena = arena, .shows = shows};
    const int64_t now_ns = sources_now_ns();
    const struct alert alert = {.starts_ns = now_ns};
    const struct inquiry inquiry = {.source = source,
                                    .alert = &alert,
                                    .window = {now_ns - options->window_ns, now_ns + NS_PER_S},
                                    .clock = clock_system(),
                                    .deadline = deadline_in(clock_system(), BUDGET_NS),
                                    .keep = show_rows,
                                    .asked = shows ? show_request : NULL,
                                    .answered = shows ? show_answer : NULL,
                                    .state = &asking};
    struct findings findings;
    inquire(arena, &inquiry, &findings);
    sources_print_findings(arena, source, &findings);
    return findings.outcome == OUTCOME_READ || findings.outcome == OUTCOME_EMPTY;
}

static int ask_all(struct arena *arena, const struct options *options,
                   const struct sources *sources, bool shows)
{
    bool good = true, found = false;
    for (uint32_t i = 0; i < sources->count; i++) {
        if (options->name && !str_eq(sources->items[i].name, str_of(options->name)))
            continue;
        found = true;
        good &= ask_source(arena, options, &sources->items[i], shows);
    }
    if (found)
        return good ? EXIT_DONE : EXIT_NEGATIVE;
    struct err err;
    err_set(&err, ERR_NOT_FOUND, "there is no source `%s`; `warroom sources list` has them",
            options->name);
    return command_failed(&err);
}

/* ---- the command ---- */

static int run_verb(struct arena *arena, const struct options *options)
{
    struct sources *sources = arena_push(arena, struct sources);
    struct err err = {0};
    const struct str verb = str_of(options->verb);
    if (str_eq(verb, STR("kinds")))
        return print_kinds();
    if (!sources_load(arena, &options->sources, sources, &err))
        return command_failed(&err);
    if (str_eq(verb, STR("list")))
        return print_list(arena, sources);
    if (str_eq(verb, STR("test")))
        return ask_all(arena, options, sources, false);
    if (str_eq(verb, STR("sample")))
        return ask_all(arena, options, sources, true);
    return command_usage_error(&command_sources, "list, test, sample or kinds is wanted");
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_sources, problem);
    struct arena *arena = arena_new("sources");
    const int code = run_verb(arena, &options);
    arena_free(arena);
    return code;
}

const struct command command_sources = {
    .name = "sources",
    .usage = "list|test|sample|kinds [NAME] (--config FILE | --source WHAT)... [--window 5m]",
    .summary = "List live sources, try them, or show what they are asked and give",
    .help = SOURCES_HELP
    "  list            what is configured\n"
    "  test            ask each about the last minutes, and say how that went\n"
    "  sample          the same, with what is sent, without keys, and a few rows of each answer\n"
    "  kinds           the kinds there are, with their settings\n"
    "  --window SPAN   about how long; 5m by default\n"
    "\nExit code: 0 all have told what they were asked, 1 some have not, 2 the command is wrong.\n",
    .run = run,
};
