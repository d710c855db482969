/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "cli/logs.h"
#include "logs/crew.h"
#include "text/nearest.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern const struct command command_logs;

#define FILES_MAX 64
#define LIMIT_MAX 100000
#define LIMIT_TEMPLATES 30
#define LIMIT_DIFF 12
#define LIMIT_SUMMARY 8
#define LAST_PART (5.0 / 6.0) /* the summary holds the last sixth against what was before */
#define THREADS_DEFAULT 4     /* at most; more only wait for the one that reads */

enum verb { VERB_TEMPLATES, VERB_DIFF, VERB_SUMMARISE, VERBS };

static const char *const verbs[VERBS] = {"templates", "diff", "summarise"};

struct asked {
    enum verb verb;
    const char *paths[FILES_MAX];
    uint32_t paths_count;
    bool json;
    size_t limit; /* 0: as the verb has it */
    enum header_format format;
    bool has_at;
    int64_t at_ns;
    struct survey_options options;
};

/* ---- what is asked ---- */

static bool read_time(const char *option, const char *text, int64_t *out, struct err *err)
{
    return time_parse(str_of(text), out) ||
           err_set(err, ERR_USAGE,
                   "%s wants a time, as 2026-11-22T01:02:03Z or in seconds since 1970, not `%s`",
                   option, text);
}

static bool read_number(const char *option, const char *text, int64_t max, int64_t *out,
                        struct err *err)
{
    return (str_to_int(str_of(text), out) && *out >= 1 && *out <= max) ||
           err_set(err, ERR_USAGE, "%s wants a number from 1 to %lld, not `%s`", option,
                   (long long)max, text);
}

static bool read_format(const char *text, enum header_format *out, struct err *err)
{
    if (header_format_of(str_of(text), out) && *out != HEADER_NONE)
        return true;
    struct arena *arena = arena_new("formats");
    struct buf names = buf_new(arena);
    for (int i = HEADER_NONE + 1; i < HEADER_FORMATS_COUNT; i++)
        buf_printf(&names, "%s%s", i > HEADER_NONE + 1 ? ", " : "",
                   header_format_name((enum header_format)i));
    err_set(err, ERR_USAGE, "there is no format `%s`; there are %s", text, buf_str(&names).ptr);
    arena_free(arena);
    return false;
}

/* False with an empty error: this is no option that is known. */
static bool read_option(int argc, char **argv, int *at, struct asked *asked, struct err *err)
{
    const char *value;
    int64_t number;
    if (!strcmp(argv[*at], "--json"))
        return asked->json = true;
    if ((value = command_option("--limit", argc, argv, at))) {
        const bool ok = read_number("--limit", value, LIMIT_MAX, &number, err);
        asked->limit = ok ? (size_t)number : 0;
        return ok;
    }
    if ((value = command_option("--threads", argc, argv, at))) {
        const bool ok = read_number("--threads", value, CREW_MAX, &number, err);
        asked->options.threads = ok ? (uint32_t)number : 1;
        return ok;
    }
    if ((value = command_option("--format", argc, argv, at)))
        return read_format(value, &asked->format, err);
    if ((value = command_option("--since", argc, argv, at)))
        return read_time("--since", value, &asked->options.since_ns, err);
    if ((value = command_option("--until", argc, argv, at)))
        return read_time("--until", value, &asked->options.until_ns, err);
    if ((value = command_option("--at", argc, argv, at))) {
        asked->has_at = true;
        return read_time("--at", value, &asked->at_ns, err);
    }
    return false;
}

static bool read_verb(const char *word, enum verb *out, struct err *err)
{
    struct nearest nearest = nearest_to(str_of(word));
    for (int i = 0; i < VERBS; i++) {
        *out = (enum verb)i;
        if (!strcmp(word, verbs[i]))
            return true;
        nearest_try(&nearest, str_of(verbs[i]));
    }
    return nearest.best.len > 0
               ? err_set(err, ERR_USAGE, "there is no `logs %s`; did you mean `%.*s`?", word,
                         STR_ARG(nearest.best))
               : err_set(err, ERR_USAGE,
                         "there is no `logs %s`; there are templates, diff and "
                         "summarise",
                         word);
}

static bool read_words(int argc, char **argv, struct asked *asked, struct err *err)
{
    if (argc < 2)
        return err_set(err, ERR_USAGE, "templates, diff or summarise is wanted, and files");
    if (!read_verb(argv[1], &asked->verb, err))
        return false;
    for (int i = 2; i < argc; i++) {
        const bool is_path = argv[i][0] != '-' || argv[i][1] == '\0';
        if (!is_path && !read_option(argc, argv, &i, asked, err)) {
            if (err->kind == ERR_NONE)
                err_set(err, ERR_USAGE, "an option that is not known, or lacks its value: %s",
                        argv[i]);
            return false;
        }
        if (!is_path)
            continue;
        if (asked->paths_count == FILES_MAX)
            return err_set(err, ERR_USAGE, "more than %d files at a time", FILES_MAX);
        asked->paths[asked->paths_count++] = argv[i];
    }
    return true;
}

static bool check(struct asked *asked, struct err *err)
{
    uint32_t inputs = 0;
    for (uint32_t i = 0; i < asked->paths_count; i++)
        inputs += !strcmp(asked->paths[i], "-");
    if (asked->paths_count == 0)
        return err_set(err, ERR_USAGE, "a file is wanted, or - for standard input");
    if (inputs > 1)
        return err_set(err, ERR_USAGE, "standard input can be given once");
    if (asked->has_at && asked->verb == VERB_TEMPLATES)
        return err_set(err, ERR_USAGE, "--at is for diff and summarise");
    if (asked->verb == VERB_DIFF && !asked->has_at && asked->paths_count != 2)
        return err_set(err, ERR_USAGE,
                       "two files are wanted, before and after; or one or more with --at TIME");
    if (asked->options.since_ns >= asked->options.until_ns)
        return err_set(err, ERR_USAGE, "--since must be before --until");
    return true;
}

/* ---- what is told ---- */

static void show_progress(double done)
{
    fprintf(stderr, "\r%3.0f%%", 100 * done);
}

static void set_options(struct asked *asked)
{
    struct survey_options *options = &asked->options;
    options->two_files = asked->verb == VERB_DIFF && !asked->has_at;
    options->has_split = asked->has_at;
    options->split_ns = asked->at_ns;
    options->split_share = asked->verb == VERB_SUMMARISE ? LAST_PART : 1;
    options->attributes_by_level = asked->verb == VERB_SUMMARISE;
    if (isatty(STDERR_FILENO))
        options->progress = show_progress;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (options->threads == 0)
        options->threads = cores < 1                 ? 1
                           : cores > THREADS_DEFAULT ? THREADS_DEFAULT
                                                     : (uint32_t)cores;
    static const size_t limits[VERBS] = {LIMIT_TEMPLATES, LIMIT_DIFF, LIMIT_SUMMARY};
    if (asked->limit == 0)
        asked->limit = limits[asked->verb];
}

static int tell(const struct asked *asked, const struct logs_told *told)
{
    const bool json = asked->json;
    if (asked->verb == VERB_TEMPLATES) {
        (json ? logs_json_templates : logs_text_templates)(told);
    } else if (asked->verb == VERB_SUMMARISE) {
        (json ? logs_json_summary : logs_text_summary)(told);
    } else {
        const struct comparison_of_logs it = compare_sides(told->arena, told->survey);
        (json ? logs_json_diff : logs_text_diff)(told, &it);
        return it.changes_count + it.values_count > 0 ? EXIT_NEGATIVE : EXIT_DONE;
    }
    return told->survey->events > 0 ? EXIT_DONE : EXIT_NEGATIVE;
}

static bool survey_files(struct arena *arena, const struct asked *asked, struct logs_told *told,
                         struct err *err)
{
    struct input **inputs = arena_push_many(arena, struct input *, asked->paths_count);
    const int64_t now_ns = (int64_t)time(NULL) * NS_PER_S;
    for (uint32_t i = 0; i < asked->paths_count; i++)
        if (!input_open(arena, asked->paths[i], asked->format, now_ns, &inputs[i], err))
            return false;
    struct survey *survey = arena_push(arena, struct survey);
    const bool ok = survey_make(arena, inputs, asked->paths_count, &asked->options, survey, err);
    if (asked->options.progress)
        fprintf(stderr, "\r    \r");
    *told = (struct logs_told){.arena = arena,
                               .inputs = inputs,
                               .inputs_count = asked->paths_count,
                               .survey = survey,
                               .limit = asked->limit};
    return ok;
}

static int run(int argc, char **argv)
{
    struct asked asked = {.options = {.since_ns = INT64_MIN, .until_ns = INT64_MAX}};
    struct err err = {0};
    if (!read_words(argc, argv, &asked, &err) || !check(&asked, &err))
        return command_usage_error(&command_logs, err.text);
    set_options(&asked);
    struct arena *arena = arena_new("logs");
    struct logs_told told;
    const int code =
        survey_files(arena, &asked, &told, &err) ? tell(&asked, &told) : command_failed(&err);
    arena_free(arena);
    return code;
}

const struct command command_logs = {
    .name = "logs",
    .usage = "templates|diff|summarise FILE... [--json] [--limit N] [--at TIME] [--since TIME] "
             "[--until TIME]",
    .summary = "Say what is in log files, or what differs between two",
    .help =
        "  templates FILE...     what is written how often, with which values\n"
        "  diff BEFORE AFTER     what is new, has stopped, comes more or less often\n"
        "  diff FILE... --at T   the same, before that time and since\n"
        "  summarise FILE...     a page: course, first errors, exceptions, bursts, news\n\n"
        "  --json        for programs; docs/logs.md has the members\n"
        "  --limit N     so many of each list\n"
        "  --since TIME  nothing that was written before\n"
        "  --until TIME  nothing that was written then or later\n"
        "  --format F    all lines have headers of this format; else it is found out\n"
        "  --threads N   at most 16; the outcome is the same\n"
        "\nA FILE may be compressed; - is standard input. Times are 2026-11-22T01:02:03Z, or "
        "seconds\nsince 1970.\n"
        "\nExit code: 0 done, and nothing differs; 1 something differs, or there is no event; 2 "
        "a file\ncannot be read.\n",
    .run = run,
};
