/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym status`: which worlds there are, what they have told last, and what this host can
 * do. */
#include "gym/verbs.h"

#include "base/arena.h"
#include "gym/world/journal.h"
#include "gym/world/probe.h"
#include "gym/world/process.h"

#include <stdio.h>
#include <unistd.h>

#define EVENTS_TAIL_BYTES 1200

static void world_print(struct arena *arena, const struct world_found *world)
{
    char path[160];
    printf("world %s  %s", world->id,
           world->alive ? "is up" : "is dead; `warroom gym down` removes it");
    if (world->alive && world->keeper > 0)
        printf(", its keeper is process %d", (int)world->keeper);
    printf("\n  folder  %s/work\n", world->folder);
    if (!world->alive)
        return;
    if (world->keeper > 0 && geteuid() == 0)
        printf("  enter   nsenter -t %d -n -m -p -r\n", (int)world->keeper);
    snprintf(path, sizeof path, "%s/work/events.jsonl", world->folder);
    struct str tail = log_tail(arena, path, EVENTS_TAIL_BYTES), line;
    str_split(&tail, '\n', &line); /* what is left of the first is not whole */
    while (str_split(&tail, '\n', &line))
        printf("  %.*s\n", STR_ARG(line));
}

static void host_print(void)
{
    static struct host host;
    host_probe(&host);
    for (enum capability i = 0; i < CAPABILITIES_COUNT; i++)
        printf("%-18s %s\n", capability_name(i), host.of[i].has ? "yes" : host.of[i].why_not);
}

static int run(int argc, char **argv)
{
    struct world_found worlds[WORLDS_MAX];
    struct err err = {0};
    unsigned count;
    if (argc > 1) {
        printf("usage: warroom gym status\n\nSays which worlds there are, and what this host lets "
               "the gym do.\n");
        return strcmp(argv[1], "--help") == 0 ? EXIT_MEASURED : EXIT_NOT_MEASURED;
    }
    if (!journal_find(worlds, &count, &err))
        return verb_complain("gym status", &err);
    struct arena *arena = arena_new("gym status");
    for (unsigned i = 0; i < count; i++)
        world_print(arena, &worlds[i]);
    if (count == 0)
        printf("no world is up\n");
    printf("\n");
    host_print();
    arena_free(arena);
    return EXIT_MEASURED;
}

const struct verb verb_status = {
    .name = "status", .summary = "Say what is up, and what this host can do", .run = run};
