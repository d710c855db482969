/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "actor/actor.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "cli/print.h"
#include "engine/services.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_tool;

static void print_fields(const struct field *fields, const char *indent)
{
    for (; fields->name; fields++) {
        printf("%s%-18s %-7s %s%s\n", indent, fields->name, type_name(fields->type),
               fields->summary, fields->flags & FIELD_OPTIONAL ? " (optional)" : "");
        if (fields->type == TYPE_ROWS && fields->columns)
            print_fields(fields->columns, "        ");
    }
}

static int list(void)
{
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++) {
            printf("%s.%s: %s\n", (*agent)->name, (*tool)->sig.name, (*tool)->sig.summary);
            printf("  takes\n");
            print_fields((*tool)->sig.input, "    ");
            printf("  gives\n");
            print_fields((*tool)->sig.output, "    ");
        }
    return EXIT_DONE;
}

/* ---- run ---- */

static bool parse_value(enum type type, struct str text, struct value *out, struct err *err)
{
    int64_t integer;
    double real;
    switch (type) {
    case TYPE_TEXT:
        *out = value_text(text);
        return true;
    case TYPE_BOOL:
        *out = value_bool(str_eq(text, STR("true")));
        return out->truth || str_eq(text, STR("false")) ||
               err_set(err, ERR_USAGE, "it is true or false");
    case TYPE_INT:
        if (!str_to_int(text, &integer))
            return err_set(err, ERR_USAGE, "it is a whole number");
        *out = value_int(integer);
        return true;
    case TYPE_REAL:
    case TYPE_SPAN:
        if (!str_to_real(text, &real))
            return err_set(err, ERR_USAGE, "it is a number%s",
                           type == TYPE_SPAN ? " of seconds" : "");
        *out =
            type == TYPE_SPAN ? value_span((int64_t)(real * (double)NS_PER_S)) : value_real(real);
        return true;
    case TYPE_TIME:
        if (!alert_time_parse(text, &integer))
            return err_set(err, ERR_USAGE, "it is a time: unix seconds or RFC 3339");
        *out = value_time(integer);
        return true;
    default:
        return err_set(err, ERR_USAGE, "it cannot be given here");
    }
}

static const struct field *find_field(const struct field *fields, struct str name)
{
    for (; fields->name; fields++)
        if (str_eq(str_of(fields->name), name))
            return fields;
    return NULL;
}

/* FIELD=VALUE words; `alert` and `onset` need not be given, for the case has them. */
static bool fill_input(const struct casefile *casefile, const struct record *in, char **words,
                       int count, struct err *err)
{
    if (find_field(in->fields, STR("alert")))
        *record_at(in, "alert") = value_time(casefile->alert->starts_ns);
    if (find_field(in->fields, STR("onset")))
        *record_at(in, "onset") = value_time(casefile->incident.start_ns);
    for (int i = 0; i < count; i++) {
        struct str rest = str_of(words[i]), name = STR("");
        str_split(&rest, '=', &name);
        const struct field *field = find_field(in->fields, name);
        if (!field)
            return err_set(err, ERR_USAGE, "it takes no `%.*s`", STR_ARG(name));
        if (!parse_value(field->type, rest, record_at(in, field->name), err))
            return err_context(err, "%s", field->name);
    }
    return true;
}

static void print_output(struct arena *arena, const struct record *out)
{
    for (size_t i = 0; out->fields[i].name; i++) {
        const struct value *value = &out->values[i];
        if (value->known && value->type == TYPE_ROWS) {
            print_table(stdout, value->rows);
            continue;
        }
        const struct str text = print_value(arena, value);
        printf("%s  %.*s\n", out->fields[i].name, STR_ARG(text));
    }
}

static bool call_tool(struct arena *arena, const char *name, const char *path, char **words,
                      int count, struct err *err)
{
    const struct tool *tool = agent_tool(str_of(name));
    if (!tool)
        return err_set(err, ERR_NOT_FOUND, "there is no tool `%s`; `warroom tool list` has them",
                       name);
    struct bundle bundle;
    struct alert alert;
    if (!bundle_open(arena, str_of(path), &bundle, err) ||
        !bundle_read_alert(&bundle, arena, &alert, err))
        return false;
    struct casefile *casefile = casefile_open(&alert, clock_system(), 60 * NS_PER_S);
    struct services services;
    bool ok = services_open(arena, &bundle, casefile, &services, err);
    if (ok) {
        struct call call = {.casefile = casefile, .services = &services, .scratch = arena};
        const struct actor *find_onset = actor_find(STR("find_onset"));
        const struct record none = record_new(arena, find_onset->sig.input);
        const struct record in = record_new(arena, tool->sig.input);
        struct record out;
        ok = actor_run(find_onset, &call, &none, &out, err) &&
             fill_input(casefile, &in, words, count, err) && agent_use(&call, name, &in, &out, err);
        if (ok)
            print_output(arena, &out);
    }
    casefile_close(casefile);
    return ok;
}

static int run(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "list"))
        return list();
    if (argc < 4 || strcmp(argv[1], "run") != 0)
        return command_usage_error(&command_tool, "`tool list`, or `tool run` with a tool and a "
                                                  "bundle, are wanted");
    struct arena *arena = arena_new("tool");
    struct err err = {0};
    const bool ok = call_tool(arena, argv[2], argv[3], argv + 4, argc - 4, &err);
    const int code = ok ? EXIT_DONE : command_failed(&err);
    arena_free(arena);
    return code;
}

const struct command command_tool = {
    .name = "tool",
    .usage = "list | run TOOL BUNDLE [FIELD=VALUE ...]",
    .summary = "List the tools of the agents, or run one on a bundle",
    .help =
        "  list   each tool with what it takes and gives\n"
        "  run    what one tool observes; `alert` and `onset` are the case's own unless given,\n"
        "         times are unix seconds or RFC 3339, spans are seconds\n",
    .run = run,
};
