/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/models.h"
#include "config/config.h"
#include "serve/log.h"
#include "serve/serve.h"

#include <stdlib.h>
#include <string.h>

extern const struct command command_serve;

/* "127.0.0.1:8080", "[::1]:0", ":8080"; the host is cut off in place. */
static bool read_listen(char *text, struct serve_options *out)
{
    int64_t port;
    char *colon = strrchr(text, ':');
    if (!colon || !str_to_int(str_of(colon + 1), &port) || port < 0 || port > 65535)
        return false;
    *colon = '\0';
    if (text[0] == '[' && colon > text && colon[-1] == ']') {
        colon[-1] = '\0';
        text++;
    }
    out->host = *text ? text : NULL;
    out->port = (int)port;
    return true;
}

static const char *parse_options(int argc, char **argv, struct serve_options *out,
                                 const char **config)
{
    *out = (struct serve_options){.port = -1};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if ((value = command_option("--listen", argc, argv, &i))) {
            if (!read_listen((char *)(uintptr_t)value, out))
                return "--listen wants an address and a port, such as 127.0.0.1:8080";
        } else if ((value = command_option("--config", argc, argv, &i))) {
            *config = value;
        } else if ((value = command_option("--data", argc, argv, &i))) {
            out->data = value;
        } else if ((value = command_option("--examples", argc, argv, &i))) {
            out->examples = value;
        } else if ((value = command_option("--ui", argc, argv, &i))) {
            out->ui = value;
        } else {
            return "an option that is not known, or without its value";
        }
    }
    return NULL;
}

/* The file that is named, or lies where one is looked for; none is fine. */
static bool read_config(struct arena *arena, const char *named, struct serve_options *options,
                        struct err *err)
{
    const char *path;
    struct config_warning *warnings = NULL;
    struct config *config = arena_push(arena, struct config);
    options->config = config;
    if (!config_find(named, &path, err))
        return false;
    if (!path)
        return config_read(arena, STR(""), &config_readers_known, config, NULL, err);
    if (!config_load(arena, path, &config_readers_known, config, &warnings, err))
        return false;
    options->retells = models_write_prose(config);
    for (const struct config_warning *it = warnings; it; it = it->next)
        log_line(LOG_WARNING, "config", "%s:%.*s", path, STR_ARG(it->text));
    return true;
}

static int run(int argc, char **argv)
{
    struct serve_options options;
    const char *named = NULL;
    struct err err = {0};
    const char *problem = parse_options(argc, argv, &options, &named);
    if (problem)
        return command_usage_error(&command_serve, problem);
    struct arena *arena = arena_new("serve");
    const bool ok = read_config(arena, named, &options, &err) && serve_run(&options, &err);
    arena_free(arena);
    return ok ? EXIT_DONE : command_failed(&err);
}

const struct command command_serve = {
    .name = "serve",
    .usage = "[--config FILE] [--listen ADDRESS:PORT] [--data DIR] [--examples DIR] [--ui DIR]",
    .summary = "Take alerts in, investigate them, and show what was found",
    .help =
        "  --config FILE   warroom.yaml: what is asked, who may come in, who is told\n"
        "  --listen A:P    where it listens; 127.0.0.1:8080 by default, port 0 takes a free one\n"
        "  --data DIR      where incidents and their reports are kept\n"
        "  --examples DIR  each bundle in that folder is an incident that has been looked into\n"
        "  --ui DIR        the page of that folder, for who works on it\n"
        "\nIt runs until SIGTERM or SIGINT. Exit code: 0 it was ended so, 2 it could not start.\n",
    .run = run,
};
