/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym faults`: each fault, and whether this host can have it. */
#include "gym/verbs.h"

#include "gym/faults/fault.h"

#include <jansson.h>
#include <stdio.h>

static const char help[] = "usage: warroom gym faults [--json]\n\n"
                           "Lists the faults: group, name, place, what each does, and, where this "
                           "host cannot, why not.\n";

static void print_text(const struct fault *fault, bool runs, const char *why_not)
{
    printf("%-14s  %-22s  %-16s  %s%s%s\n", fault->group, fault->name,
           fault->place[0] ? fault->place : "-", fault->summary,
           runs ? "" : "; not here: ", runs ? "" : why_not);
}

static json_t *to_json(const struct fault *fault, bool runs, const char *why_not)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "name", fault->name, "group",
                     fault->group, "place", fault->place, "options", fault->options, "summary",
                     fault->summary, "runs", (int)runs, "why_not", runs ? "" : why_not);
}

static int run(int argc, char **argv)
{
    static struct host host;
    const bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    unsigned count = 0, running = 0;
    if (argc > 1 && !as_json) {
        fputs(help, stdout);
        return strcmp(argv[1], "--help") == 0 ? EXIT_MEASURED : EXIT_NOT_MEASURED;
    }
    host_probe(&host);
    json_t *list = json_array();
    for (const struct fault *const *fault = faults; *fault; fault++, count++) {
        struct err why_not = {0};
        const bool runs = (*fault)->can_run(&host, &why_not);
        running += runs;
        if (as_json)
            json_array_append_new(list, to_json(*fault, runs, why_not.text));
        else
            print_text(*fault, runs, why_not.text);
    }
    if (as_json)
        json_dumpf(list, stdout, JSON_INDENT(2));
    else
        printf("%u faults, %u of them run here", count, running);
    printf("\n");
    json_decref(list);
    return EXIT_MEASURED;
}

const struct verb verb_faults = {
    .name = "faults", .summary = "List the faults, and which of them run here", .run = run};
