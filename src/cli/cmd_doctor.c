/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom doctor`: whether a server would have all that it needs, and what to do where not. */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/doctor.h"
#include "data/json.h"
#include "report/escape.h"
#include "store/ledger.h"

#include <stdarg.h>
#include <string.h>

extern const struct command command_doctor;

#define TEXT_BYTES_MAX 1000

struct options {
    const char *config, *data;
    bool json;
};

static const char *const standing_names[] = {"ok", "warning", "wrong"};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){0};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if ((value = command_option("--config", argc, argv, &i)))
            out->config = value;
        else if ((value = command_option("--data", argc, argv, &i)))
            out->data = value;
        else if (!strcmp(argv[i], "--json"))
            out->json = true;
        else
            return "an option that is not known, or without its value";
    }
    return NULL;
}

void doctor_say(struct doctor *doctor, enum standing standing, const char *about,
                const char *format, ...)
{
    char text[TEXT_BYTES_MAX];
    va_list arguments;
    if (doctor->count == REMARKS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct buf about_plain = buf_new(doctor->arena), plain = buf_new(doctor->arena);
    escape_plain(&about_plain, str_of(about));
    escape_plain(&plain, str_of(text));
    doctor->remarks[doctor->count++] = (struct remark){
        .standing = standing, .about = buf_str(&about_plain), .text = buf_str(&plain)};
}

/* ---- the configuration ---- */

/* One that is wrong is said to be so, and the rest is looked at as if there were none. */
static bool read_config(struct doctor *doctor, const char *named, struct err *err)
{
    const char *path;
    struct err wrong = {0};
    struct config *config = arena_push(doctor->arena, struct config);
    struct config_warning *warnings = NULL;
    if (!config_find(named, &path, err))
        return false;
    doctor->config = config;
    if (!path)
        doctor_say(doctor, STANDING_WARNING, "configuration",
                   "there is no warroom.yaml, so nothing is asked about an alert; `warroom config "
                   "init` begins one");
    else if (!config_load(doctor->arena, path, &config_readers_known, config, &warnings, &wrong))
        doctor_say(doctor, STANDING_WRONG, "configuration", "%s", wrong.text);
    else
        doctor_say(doctor, STANDING_OK, "configuration", "%s: %u sources, %u to be told", path,
                   config->sources.count, config->notify.count);
    for (const struct config_warning *it = warnings; it; it = it->next)
        doctor_say(doctor, STANDING_WARNING, "configuration", "%s: %.*s", path, STR_ARG(it->text));
    if (path && wrong.kind == ERR_NONE && config->sources.count == 0)
        doctor_say(doctor, STANDING_WARNING, "sources",
                   "none is named, so nothing is asked about an alert; name your Prometheus: "
                   "sources: {prometheus: {url: \"http://HOST:9090\"}}");
    return (path && wrong.kind == ERR_NONE) ||
           config_read(doctor->arena, STR(""), &config_readers_known, config, NULL, err);
}

static bool choose_data(struct doctor *doctor, const char *named, struct err *err)
{
    struct str ledger;
    doctor->data = named ? str_of(named) : doctor->config->serve.data;
    if (doctor->data.len > 0)
        return true;
    if (!ledger_usual_path(doctor->arena, &ledger, err))
        return false;
    doctor->data = str_slice(ledger, 0, ledger.len - strlen("/ledger.db"));
    return true;
}

/* ---- what is printed ---- */

static void print_text(const struct doctor *doctor)
{
    for (uint32_t i = 0; i < doctor->count; i++) {
        const struct remark *it = &doctor->remarks[i];
        printf("%-8s %-20s %s\n", standing_names[it->standing], it->about.ptr, it->text.ptr);
    }
}

static void print_json(const struct doctor *doctor)
{
    struct buf out = buf_new(doctor->arena);
    buf_add(&out, STR("["));
    for (uint32_t i = 0; i < doctor->count; i++) {
        const struct remark *it = &doctor->remarks[i];
        buf_add(&out, i > 0 ? STR(",\n {") : STR("{"));
        json_put_key(&out, "state");
        json_put_text(&out, str_of(standing_names[it->standing]));
        json_put_key(&out, "about");
        json_put_text(&out, it->about);
        json_put_key(&out, "text");
        json_put_text(&out, it->text);
        buf_add(&out, STR("}"));
    }
    puts(str_printf(doctor->arena, "%s]", buf_str(&out).ptr).ptr);
}

static int tell(const struct doctor *doctor, bool json)
{
    enum standing worst = STANDING_OK;
    for (uint32_t i = 0; i < doctor->count; i++)
        if (doctor->remarks[i].standing > worst)
            worst = doctor->remarks[i].standing;
    if (json)
        print_json(doctor);
    else
        print_text(doctor);
    return worst == STANDING_WRONG ? EXIT_NEGATIVE : EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_doctor, problem);
    struct arena *arena = arena_new("doctor");
    struct doctor *doctor = arena_push(arena, struct doctor);
    *doctor = (struct doctor){.arena = arena, .tokens = -1};
    int code;
    if (read_config(doctor, options.config, &err) && choose_data(doctor, options.data, &err)) {
        doctor_look_at_machine(doctor);
        doctor_look_around(doctor);
        code = tell(doctor, options.json);
    } else {
        code = command_failed(&err);
    }
    arena_free(arena);
    return code;
}

const struct command command_doctor = {
    .name = "doctor",
    .usage = "[--config FILE] [--data DIR] [--json]",
    .summary = "Look whether a server would have all that it needs, and say what to fix",
    .help =
        "  --config FILE   warroom.yaml; without, the one that `serve` would take\n"
        "  --data DIR      the server's folder, where it is not the configured one\n"
        "  --json          an array of {state, about, text}\n"
        "\nIt asks each source about the last minutes and connects to those who are told, without\n"
        "telling them anything. It changes nothing. Run it as the user that runs the server.\n"
        "\nExit code: 0 nothing is wrong (there may be warnings), 1 something is, 2 it could not\n"
        "look.\n",
    .run = run,
};
