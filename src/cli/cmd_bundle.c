/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "engine/services.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_bundle;

static const char *plain(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, text);
    return buf_str(&out).ptr;
}

static bool print_alert(const struct bundle *bundle, struct arena *arena, struct alert *alert)
{
    struct err err = {0};
    *alert = (struct alert){0};
    if (!bundle_read_alert(bundle, arena, alert, &err)) {
        printf("%-24s %-8s %10s  %s\n", "alert.json", "broken", "", plain(arena, str_of(err.text)));
        return false;
    }
    printf("%-24s %-8s %10s  %s at %s\n", "alert.json", "read", "", plain(arena, alert->name),
           time_format_rfc3339(arena, alert->starts_ns).ptr);
    return true;
}

static int check(const char *path)
{
    struct arena *arena = arena_new("check");
    struct bundle bundle;
    struct err err = {0};
    if (!bundle_open(arena, str_of(path), &bundle, &err)) {
        command_failed(&err);
        arena_free(arena);
        return EXIT_FAILED;
    }
    struct alert alert;
    bool good = print_alert(&bundle, arena, &alert);
    struct casefile *casefile = casefile_open(&alert, clock_system(), 60 * NS_PER_S);
    struct services services;
    int code = EXIT_FAILED;
    if (services_open(arena, &bundle, NULL, NULL, casefile, &services, &err)) {
        for (const struct source_entry *entry = casefile->sources; entry; entry = entry->next) {
            printf("%-24s %-8s %10lld  %s\n", plain(arena, entry->name),
                   source_state_name(entry->state), (long long)entry->rows,
                   plain(arena, entry->note));
            good &= entry->state != SOURCE_BROKEN;
        }
        code = good ? EXIT_DONE : EXIT_NEGATIVE;
    } else {
        command_failed(&err);
    }
    casefile_close(casefile);
    arena_free(arena);
    return code;
}

static int run(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "check") && argv[2][0] != '-')
        return check(argv[2]);
    return command_usage_error(&command_bundle, "`bundle check` and one bundle are wanted");
}

const struct command command_bundle = {
    .name = "bundle",
    .usage = "check BUNDLE",
    .summary = "Say what is in a bundle and what is off",
    .help =
        "\nExit code: 0 all that is there can be read, 1 something cannot, 2 there is no bundle.\n",
    .run = run,
};
