/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym run`: a world of its own, broken once, recorded, healed, removed. */
#include "gym/verbs.h"

#include "gym/recorder.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: warroom gym run SCENARIO [--seed N] [--cell N] --out BUNDLE\n\n"
    "SCENARIO is a file, or the name of one in gym/scenarios. BUNDLE is a folder, or "
    "NAME.tar.zst.\n"
    "It brings the shop up, warms it, breaks it, waits for the alert, records, heals and looks "
    "whether\nit is healed: two to four minutes. Several may run at a time, as root.\n";

static int usage(const char *text)
{
    struct err err;
    err_set(&err, ERR_USAGE, "%s", text);
    return verb_complain("gym run", &err);
}

static int run(int argc, char **argv)
{
    struct recording_wish wish = {.seed = 1};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        if ((value = verb_option("--seed", argc, argv, &i)))
            wish.seed = strtoull(value, NULL, 10);
        else if ((value = verb_option("--cell", argc, argv, &i)))
            wish.cell = (unsigned)strtoul(value, NULL, 10);
        else if ((value = verb_option("--out", argc, argv, &i)))
            wish.out = value;
        else if (argv[i][0] != '-' && !wish.scenario)
            wish.scenario = argv[i];
        else
            return usage("that option means nothing here");
    }
    if (!wish.scenario || !wish.out)
        return usage("a scenario and --out are wanted");
    struct arena *arena = arena_new("gym run");
    struct err err = {0};
    const int status = recorder_run(arena, &wish, &err);
    if (status != EXIT_MEASURED)
        verb_complain("gym run", &err);
    arena_free(arena);
    return status;
}

const struct verb verb_run = {
    .name = "run", .summary = "Break the shop once and record it as a bundle", .run = run};
