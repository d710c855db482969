/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval logs`: how well the miner's templates agree with those that people have written.
 *
 * Here the part is measured and not the program: text/miner is linked, fed with the messages in the
 * order of the file, and asked for the template of each. The truth stays in this file.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "data/file.h"
#include "eval/csv.h"
#include "eval/parsing.h"
#include "eval/verb.h"
#include "text/miner.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TRUTH_SUFFIX ".log_structured.csv"
#define FILE_BYTES_MAX ((size_t)1 << 30)
#define SYSTEMS_MAX 256
#define FLOORS_MAX 16

static const char help[] =
    "Measures the log templates of warroom against those that people have written.\n"
    "\n"
    "usage: warroom eval logs DIR... [options]\n"
    "\n"
    "A system is a file *.log_structured.csv in DIR or in a folder right in it, as loghub has "
    "them:\n"
    "a row a line, with the columns Content, EventId and EventTemplate. The miner sees the "
    "content.\n"
    "\n"
    "      --column NAME         what the miner sees (default: Content)\n"
    "      --templates DIR       score what another program has made of them instead: "
    "DIR/SYSTEM.tsv has\n"
    "                            a line a message, the number of its group, a tab, its template\n"
    "      --json                print the scores as JSON\n"
    "      --per-template        print each template of the truth too, tab-separated: system, "
    "lines,\n"
    "                            right or what is wrong, how people and how we have written it\n"
    "      --fail-under GA=SHARE exit with 1 if the mean is below, 0 to 1; the same for PA, FGA "
    "and\n"
    "                            FTA; may be given more than once\n"
    "      --help                this text\n"
    "\n"
    "GA: share of lines whose group is right, line for line. PA: share of lines whose template is\n"
    "written right. FGA, FTA: F1 over groups, and over groups whose template is written right. PA\n"
    "and FTA compare templates in one form, by published rules; `PA=` and `FTA=` as they stand.\n"
    "\n"
    "exit status: 0 measured; 1 measured, but below --fail-under; 2 not measured\n";

static const struct measure {
    const char *name;
    size_t at; /* in struct parsing_score */
} measures[] = {
    {"GA", offsetof(struct parsing_score, ga)},
    {"PA", offsetof(struct parsing_score, pa)},
    {"FGA", offsetof(struct parsing_score, fga)},
    {"FTA", offsetof(struct parsing_score, fta)},
    {"PA=", offsetof(struct parsing_score, pa_exact)},
    {"FTA=", offsetof(struct parsing_score, fta_exact)},
};

#define MEASURES (sizeof measures / sizeof *measures)

static double value_of(const struct parsing_score *score, const struct measure *measure)
{
    double value;
    memcpy(&value, (const char *)score + measure->at, sizeof value);
    return value;
}

struct floor_rule {
    const struct measure *measure;
    double share;
};

struct logs_options {
    const char *column;
    const char *templates; /* a folder; NULL: those of the miner are scored */
    bool json;
    bool per_template;
    struct floor_rule floors[FLOORS_MAX];
    uint32_t floors_count;
};

struct logs {
    struct arena *arena;
    const struct logs_options *options;
    struct buf details;
    struct parsing_score systems[SYSTEMS_MAX];
    uint32_t count;
};

/* ---- options ---- */

static bool parse_floor(struct logs_options *options, struct str text, struct err *err)
{
    const size_t mark = str_find(text, STR("="));
    const struct str name = str_slice(text, 0, mark);
    double share = -1.0;
    if (options->floors_count == FLOORS_MAX)
        return err_set(err, ERR_USAGE, "--fail-under may be given %d times", FLOORS_MAX);
    if (mark != STR_NPOS && str_to_real(str_slice(text, mark + 1, text.len), &share) &&
        share >= 0.0 && share <= 1.0)
        for (size_t i = 0; i < MEASURES; i++)
            if (str_eq(name, str_of(measures[i].name))) {
                options->floors[options->floors_count++] = (struct floor_rule){&measures[i], share};
                return true;
            }
    return err_set(err, ERR_USAGE,
                   "--fail-under wants GA, PA, FGA or FTA, `=` and a share from 0 to 1, not `%.*s`",
                   STR_ARG(text));
}

enum parsed_options { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed_options parse_options(int argc, char **argv, struct logs_options *options,
                                         struct err *err)
{
    static const struct option known[] = {
        {"column", required_argument, NULL, 'c'},
        {"json", no_argument, NULL, 'J'},
        {"templates", required_argument, NULL, 't'},
        {"per-template", no_argument, NULL, 'p'},
        {"fail-under", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        switch (option) {
        case 'h':
            return PARSED_HELP;
        case 'c':
            options->column = optarg;
            break;
        case 't':
            options->templates = optarg;
            break;
        case 'J':
            options->json = true;
            break;
        case 'p':
            options->per_template = true;
            break;
        case 'f':
            if (!parse_floor(options, str_of(optarg), err))
                return PARSED_WRONG;
            break;
        default:
            verb_wrong_option(option, argv, err);
            return PARSED_WRONG;
        }
    }
    if (optind == argc) {
        err_set(err, ERR_USAGE, "name at least one folder with systems");
        return PARSED_WRONG;
    }
    return PARSED_RUN;
}

/* ---- one system ---- */

struct rows {
    struct str *messages;
    struct parsed *lines;
    uint32_t count, room;
};

static void grow_rows(struct arena *arena, struct rows *rows)
{
    if (rows->count < rows->room)
        return;
    const uint32_t room = rows->room ? rows->room * 2 : 4096;
    rows->messages = arena_grow(arena, rows->messages, rows->room * sizeof *rows->messages,
                                room * sizeof *rows->messages);
    rows->lines = arena_grow(arena, rows->lines, rows->room * sizeof *rows->lines,
                             room * sizeof *rows->lines);
    rows->room = room;
}

static bool read_rows(struct arena *arena, struct str path, const char *column, struct rows *rows,
                      struct err *err)
{
    struct str text, fields[CSV_COLUMNS_MAX];
    struct csv csv;
    uint32_t message, event, template;
    if (!file_read(arena, path.ptr, FILE_BYTES_MAX, &text, err) ||
        !csv_open(arena, path, text, &csv, err) || !csv_column(&csv, column, &message, err) ||
        !csv_column(&csv, "EventId", &event, err) ||
        !csv_column(&csv, "EventTemplate", &template, err))
        return false;
    struct map events = map_new(arena);
    for (bool more;;) {
        if (!csv_next(&csv, arena, fields, &more, err))
            return false;
        if (!more)
            break;
        grow_rows(arena, rows);
        rows->messages[rows->count] = fields[message];
        rows->lines[rows->count++] = (struct parsed){
            .truth_group = map_add(&events, fields[event]),
            .truth_template = fields[template],
        };
    }
    return rows->count > 0 || err_set(err, ERR_PROTOCOL, "%s: it has no rows", path.ptr);
}

static void mine(struct arena *arena, const struct rows *rows)
{
    struct miner *miner = miner_new(arena, (struct miner_limits){0});
    uint64_t *shapes = arena_push_many(arena, uint64_t, rows->count);
    for (uint32_t i = 0; i < rows->count; i++)
        shapes[i] = miner_add(miner, rows->messages[i]);
    miner_finish(miner);
    for (uint32_t i = 0; i < rows->count; i++) {
        const uint32_t number = miner_template_of(miner, shapes[i]);
        rows->lines[i].group = number;
        rows->lines[i].template =
            number == MINER_NONE ? STR("") : miner_template(miner, number)->wild;
    }
}

/* In place of mine(): a line a message, in their order. */
static bool read_templates(struct arena *arena, struct str path, const struct rows *rows,
                           struct err *err)
{
    struct str text, line;
    if (!file_read(arena, path.ptr, FILE_BYTES_MAX, &text, err))
        return false;
    uint32_t count = 0;
    for (; str_split(&text, '\n', &line); count++) {
        struct str number, template = line;
        int64_t group;
        if (count == rows->count || !str_split(&template, '\t', &number) ||
            !str_to_int(number, &group) || group < 0 || group >= MINER_NONE)
            return err_set(err, ERR_PROTOCOL,
                           "%s: line %u: a line wants the number of a group, a tab and a template, "
                           "and there must be %u of them",
                           path.ptr, count + 1, rows->count);
        rows->lines[count].group = (uint32_t)group;
        rows->lines[count].template = template;
    }
    return count == rows->count || err_set(err, ERR_PROTOCOL, "%s: it has %u lines, and not %u",
                                           path.ptr, count, rows->count);
}

/* ---- what is wrong ---- */

static void add_plain(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(out, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
}

/* A line for each pair of a group of the truth and a group of ours that share lines. */
static void add_details(struct arena *arena, struct str system, const struct rows *rows,
                        struct buf *out)
{
    struct map pairs = map_new(arena), ours = map_new(arena), theirs = map_new(arena);
    uint32_t *first = arena_push_many(arena, uint32_t, rows->count);
    uint32_t *lines = arena_push_many(arena, uint32_t, rows->count);
    uint32_t *split = arena_push_many(arena, uint32_t, rows->count);
    uint32_t *merged = arena_push_many(arena, uint32_t, rows->count);
    for (uint32_t i = 0; i < rows->count; i++) {
        const uint32_t pair[2] = {rows->lines[i].group, rows->lines[i].truth_group};
        const uint32_t known = pairs.count;
        const uint32_t number = map_add(&pairs, (struct str){(const char *)pair, sizeof pair});
        const uint32_t our = map_add(&ours, (struct str){(const char *)&pair[0], sizeof pair[0]});
        const uint32_t their =
            map_add(&theirs, (struct str){(const char *)&pair[1], sizeof pair[1]});
        lines[number]++;
        if (number == known) {
            first[number] = i;
            merged[our]++;
            split[their]++;
        }
    }
    for (uint32_t i = 0; i < pairs.count; i++) {
        const struct parsed *line = &rows->lines[first[i]];
        const uint32_t our =
            map_find(&ours, (struct str){(const char *)&line->group, sizeof line->group});
        const uint32_t their =
            map_find(&theirs, (struct str){(const char *)&line->truth_group, sizeof line->group});
        const bool written = str_eq(parsing_normalise(arena, line->template),
                                    parsing_normalise(arena, line->truth_template));
        add_plain(out, system);
        buf_printf(out, "\t%u\t%s%s%s%s\t", lines[i], split[their] > 1 ? "split " : "",
                   merged[our] > 1 ? "merged " : "", written ? "" : "text ",
                   split[their] == 1 && merged[our] == 1 && written ? "right" : "");
        add_plain(out, line->truth_template);
        buf_add_char(out, '\t');
        add_plain(out, line->template);
        buf_add_char(out, '\n');
    }
}

static bool measure_system(struct logs *logs, struct str name, struct str path, struct err *err)
{
    if (logs->count == SYSTEMS_MAX)
        return err_set(err, ERR_OVER_BUDGET, "more than %d systems", SYSTEMS_MAX);
    struct arena *scratch = arena_new("system");
    struct rows rows = {0};
    bool ok = read_rows(scratch, path, logs->options->column, &rows, err);
    if (ok && logs->options->templates)
        ok = read_templates(
            scratch, str_printf(scratch, "%s/%.*s.tsv", logs->options->templates, STR_ARG(name)),
            &rows, err);
    else if (ok)
        mine(scratch, &rows);
    if (ok) {
        struct parsing_score *score = &logs->systems[logs->count++];
        *score = parsing_score_of(scratch, rows.lines, rows.count);
        score->system = str_copy(logs->arena, name);
        if (logs->options->per_template)
            add_details(scratch, name, &rows, &logs->details);
    }
    arena_free(scratch);
    return ok;
}

/* ---- finding systems ---- */

static bool find_systems(struct logs *logs, struct str folder, int depth, struct err *err)
{
    struct dirent **entries;
    const int count = scandir(folder.ptr, &entries, NULL, alphasort);
    if (count < 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", folder.ptr, strerror(errno));
    bool ok = true;
    for (int i = 0; i < count; i++) {
        const struct str name = str_of(entries[i]->d_name);
        const struct str path = str_printf(logs->arena, "%s/%s", folder.ptr, name.ptr);
        struct stat about;
        if (ok && name.ptr[0] != '.' && stat(path.ptr, &about) == 0) {
            if (S_ISDIR(about.st_mode) && depth == 0) {
                ok = find_systems(logs, path, 1, err);
            } else if (S_ISREG(about.st_mode) && str_ends(name, STR(TRUTH_SUFFIX))) {
                const struct str system = str_slice(name, 0, name.len - (sizeof TRUTH_SUFFIX - 1));
                const bool suffixed =
                    str_ends(system, STR("_2k")) || str_ends(system, STR("_full"));
                const size_t mark = suffixed ? str_find(system, STR("_")) : system.len;
                ok = measure_system(logs, str_slice(system, 0, mark), path, err);
            }
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* ---- printing ---- */

static void add_score(struct buf *out, const struct parsing_score *score, int width)
{
    buf_printf(out, "%-*.*s %8u %7u %7u", width, STR_ARG(score->system), score->lines,
               score->truth_groups, score->groups);
    for (size_t i = 0; i < MEASURES; i++)
        buf_printf(out, " %6.3f", value_of(score, &measures[i]));
    buf_add_char(out, '\n');
}

static void print_text(const struct logs *logs, const struct parsing_score *mean, struct buf *out)
{
    size_t width = sizeof "system" - 1;
    for (uint32_t i = 0; i < logs->count; i++)
        width = logs->systems[i].system.len > width ? logs->systems[i].system.len : width;
    buf_printf(out, "%-*s %8s %7s %7s", (int)width, "system", "lines", "truth", "found");
    for (size_t i = 0; i < MEASURES; i++)
        buf_printf(out, " %6s", measures[i].name);
    buf_add_char(out, '\n');
    for (uint32_t i = 0; i < logs->count; i++)
        add_score(out, &logs->systems[i], (int)width);
    if (logs->count > 1)
        add_score(out, mean, (int)width);
}

static json_t *score_json(const struct parsing_score *score)
{
    static const char *const names[MEASURES] = {"ga", "pa", "fga", "fta", "pa_exact", "fta_exact"};
    json_t *json = json_object();
    json_object_set_new(json, "system", json_stringn(score->system.ptr, score->system.len));
    json_object_set_new(json, "lines", json_integer(score->lines));
    json_object_set_new(json, "templates_truth", json_integer(score->truth_groups));
    json_object_set_new(json, "templates_found", json_integer(score->groups));
    for (size_t i = 0; i < MEASURES; i++)
        json_object_set_new(json, names[i],
                            json_real(round(value_of(score, &measures[i]) * 1e6) / 1e6));
    return json;
}

static void print_json(const struct logs *logs, const struct parsing_score *mean, struct buf *out)
{
    json_t *json = json_object(), *systems = json_array();
    for (uint32_t i = 0; i < logs->count; i++)
        json_array_append_new(systems, score_json(&logs->systems[i]));
    json_object_set_new(json, "systems", systems);
    json_object_set_new(json, "mean", score_json(mean));
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    buf_printf(out, "%s\n", text ? text : "");
    free(text);
    json_decref(json);
}

static bool holds_floors(const struct logs_options *options, const struct parsing_score *mean)
{
    bool holds = true;
    for (uint32_t i = 0; i < options->floors_count; i++) {
        const struct floor_rule *rule = &options->floors[i];
        const double value = value_of(mean, rule->measure);
        if (value >= rule->share)
            continue;
        fprintf(stderr, "warroom eval: %s is %.3f, below %.3f\n", rule->measure->name, value,
                rule->share);
        holds = false;
    }
    return holds;
}

static int complain(const struct err *err)
{
    return verb_complain("eval logs", err);
}

static int measure_all(struct logs *logs, char **folders)
{
    struct err err = {0};
    for (; *folders; folders++)
        if (!find_systems(logs, str_of(*folders), 0, &err))
            return complain(&err);
    if (logs->count == 0) {
        err_set(&err, ERR_NOT_FOUND,
                "no system found: a system is a file *" TRUTH_SUFFIX
                " in a folder that is named, or in a folder in it");
        return complain(&err);
    }
    const struct parsing_score mean = parsing_score_mean(logs->systems, logs->count);
    struct buf out = logs->details;
    if (logs->options->json)
        print_json(logs, &mean, &out);
    else
        print_text(logs, &mean, &out);
    if (!verb_print(buf_str(&out), &err))
        return complain(&err);
    return holds_floors(logs->options, &mean) ? EXIT_MEASURED : EXIT_UNDER;
}

static int run(int argc, char **argv)
{
    struct logs_options options = {.column = "Content"};
    struct err err = {0};
    switch (parse_options(argc, argv, &options, &err)) {
    case PARSED_HELP:
        fputs(help, stdout);
        return EXIT_MEASURED;
    case PARSED_WRONG:
        return complain(&err);
    case PARSED_RUN:
        break;
    }
    struct arena *arena = arena_new("eval");
    struct logs *logs = arena_push(arena, struct logs);
    logs->arena = arena;
    logs->options = &options;
    logs->details = buf_new(arena);
    const int status = measure_all(logs, argv + optind);
    arena_free(arena);
    return status;
}

const struct verb verb_logs = {
    .name = "logs",
    .summary = "how well log templates agree with those that people have written",
    .run = run,
};
