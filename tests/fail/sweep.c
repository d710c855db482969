/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The N-th-failure sweep: a command is run once, counting the calls of a class; then again and
 * again, with another one failing each time, and with all after it failing as well. What must hold
 * each time is in judge.c.
 *
 *   sweep WARROOM LIBRARY STAND_IN [--points N] [--work NAME] [--class NAME]
 *
 * `--points`: at most so many of the calls of a class fail (40). All where there are no more; else
 * the first call of each place in the program that makes such calls, and others at even distances.
 * Prints a table; each run in which something does not hold is told with what failed.
 */
#include "sweep.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MAX 100000
#define TOLD_MAX 12 /* of one row */

static const struct {
    const char *class, *how;
    bool later; /* also with all that follow: what goes away for good */
} faults[] = {
    {"memory", "ENOMEM", true},  {"database", "ENOMEM", true},    {"file", "EIO", true},
    {"file", "ENOSPC", true},    {"file", "EMFILE", true},        {"file", "EINTR", false},
    {"file", "SHORT", true},     {"network", "ECONNRESET", true}, {"network", "ETIMEDOUT", true},
    {"network", "EMFILE", true}, {"network", "EINTR", false},     {"network", "SHORT", true}};

struct options {
    uint32_t points;
    const char *work, *class;
};

/* The number of runs in which something did not hold. */
static uint32_t sweep_row(const struct places *places, const struct work *work,
                          const struct reference *reference, struct fault fault,
                          uint32_t points_max)
{
    static uint64_t points[POINTS_MAX];
    struct outcome outcome;
    fault.nth = 0;
    if (!run_once(places, work, &fault, &outcome))
        return 1;
    const uint64_t calls = outcome.calls;
    const uint32_t count = run_points(places, calls, points, points_max);
    uint32_t codes[3] = {0}, wrongs = 0, of_library = 0;
    for (uint32_t i = 0; i < count; i++) {
        fault.nth = points[i];
        if (!run_once(places, work, &fault, &outcome))
            return wrongs + 1;
        if (outcome.code >= 0 && outcome.code <= 2)
            codes[outcome.code]++;
        if (judge_is_of_library(&outcome)) {
            of_library++;
            continue;
        }
        const char *wrong = judge(places, work, reference, &outcome);
        if (wrong && wrongs++ < TOLD_MAX)
            printf("FAILED  %s, %s %s of call %llu%s (%s): %s (exit %d, signal %d)\n", work->name,
                   fault.class, fault.how, (unsigned long long)fault.nth,
                   fault.later ? " and later" : "", outcome.what, wrong, outcome.code,
                   outcome.signal);
    }
    if (calls > 0)
        printf("%s\t%s\t%s\t%s\t%llu\t%u\t%u\t%u\t%u\t%u\t%u\n", work->name, fault.class, fault.how,
               fault.later ? "all from there" : "one", (unsigned long long)calls, count, codes[0],
               codes[1], codes[2], of_library, wrongs);
    fflush(stdout);
    return wrongs;
}

static uint32_t sweep_work(const struct places *places, const struct work *work,
                           const struct options *options)
{
    struct outcome outcome;
    struct reference reference;
    char line[2400];
    snprintf(line, sizeof line, "rm -rf '%s' '%s'; mkdir -p '%s' '%s/tmp'", places->kept,
             places->run, places->kept, places->run);
    if (system(line) != 0 || !run_shell(places, work->prepare) ||
        !run_once(places, work, &(struct fault){0}, &outcome) ||
        !judge_reference(places, &outcome, &reference)) {
        printf("FAILED  %s does not run, with nothing in its way (exit %d, signal %d)\n",
               work->name, outcome.code, outcome.signal);
        return 1;
    }
    uint32_t wrongs = 0;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (options->class && strcmp(options->class, faults[i].class) != 0)
            continue;
        struct fault fault = {.class = faults[i].class, .how = faults[i].how};
        wrongs += sweep_row(places, work, &reference, fault, options->points);
        fault.later = true;
        if (faults[i].later)
            wrongs += sweep_row(places, work, &reference, fault, options->points);
    }
    free(reference.out);
    run_shell(places, work->finish);
    return wrongs;
}

static bool read_options(int argc, char **argv, struct options *out)
{
    for (int i = 4; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--points") == 0)
            out->points = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--work") == 0)
            out->work = argv[i + 1];
        else if (strcmp(argv[i], "--class") == 0)
            out->class = argv[i + 1];
        else
            return false;
    }
    return argc >= 4 && argc % 2 == 0 && out->points > 0 && out->points <= POINTS_MAX;
}

int main(int argc, char **argv)
{
    struct options options = {.points = 40};
    char folder[] = "/tmp/warroom-sweep-XXXXXX", programs[3][PATH_MAX];
    if (!read_options(argc, argv, &options)) {
        fprintf(
            stderr,
            "usage: sweep WARROOM LIBRARY STAND_IN [--points N] [--work NAME] [--class NAME]\n");
        return 2;
    }
    for (int i = 0; i < 3; i++)
        if (!realpath(argv[i + 1], programs[i])) {
            perror(argv[i + 1]);
            return 2;
        }
    struct places places = {.warroom = programs[0], .load = programs[1], .stand_in = programs[2]};
    if (!mkdtemp(folder))
        return 2;
    snprintf(places.kept, sizeof places.kept, "%s/kept", folder);
    snprintf(places.run, sizeof places.run, "%s/run", folder);
    uint32_t wrongs = 0;
    setvbuf(stdout, NULL, _IOLBF, 0); /* what is told before a fork is told once */
    printf("command\tclass\tfault\twhich\tcalls\truns\texit 0\texit 1\texit 2\tcrash of a "
           "library\tdoes not hold\n");
    for (const struct work *work = works; work->name; work++)
        if (!options.work || strcmp(options.work, work->name) == 0)
            wrongs += sweep_work(&places, work, &options);
    char line[64];
    snprintf(line, sizeof line, "rm -rf %s", folder);
    return system(line) == 0 && wrongs == 0 ? 0 : 1;
}
