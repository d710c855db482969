/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym record`: many scenarios, one after the other, each in a process and a world of its
 * own. */
#include "gym/verbs.h"

#include "gym/bundle/scenario.h"
#include "gym/recorder.h"
#include "gym/world/paths.h"

#include "base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCENARIOS_MAX 512

static const char help[] =
    "usage: warroom gym record --all | SCENARIO... --out DIR [--seed N] [--cells]\n\n"
    "Records each scenario as DIR/SCENARIO-CELL-SEED.tar.zst; --all takes those of gym/scenarios,\n"
    "--cells all cells of each instead of the first. What is there already is not recorded again.\n"
    "Exit status 1: some could not be recorded, and why is said.\n";

struct plan {
    struct arena *arena;
    struct host host;
    const char *names[SCENARIOS_MAX];
    unsigned count;
    const char *out;
    uint64_t seed;
    bool all_cells;
    unsigned recorded, there, skipped, failed;
};

static int is_scenario(const struct dirent *entry)
{
    return str_ends(str_of(entry->d_name), STR(".scenario"));
}

static bool plan_all(struct plan *plan, struct err *err)
{
    char folder[512];
    struct dirent **names = NULL;
    if (!path_of_source("scenarios", folder, sizeof folder))
        return err_set(err, ERR_NOT_FOUND,
                       "gym/scenarios is not there; name the gym's folder with $WARROOM_GYM");
    const int count = scandir(folder, &names, is_scenario, alphasort);
    for (int i = 0; i < count; i++) {
        if (plan->count < SCENARIOS_MAX)
            plan->names[plan->count++] =
                str_printf(plan->arena, "%s/%s", folder, names[i]->d_name).ptr;
        free(names[i]);
    }
    free(names);
    return true;
}

/*
 * In a process of its own: namespaces can be left once only. It takes its world down and ends when
 * this one is killed, or it would write into the same file as who is started next.
 */
static int run_apart(const struct recording_wish *wish)
{
    int status = 0;
    fflush(NULL);
    const pid_t parent = getpid(), child = fork();
    if (child == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
            _exit(EXIT_NOT_MEASURED);
        struct arena *arena = arena_new("gym record");
        struct err err = {0};
        const int result = recorder_run(arena, wish, &err);
        if (result != EXIT_MEASURED)
            fprintf(stderr, "warroom gym record: %s\n", err.text);
        _exit(result);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_NOT_MEASURED;
}

static void record_cell(struct plan *plan, const char *path, const struct scenario *scenario)
{
    struct err why_not = {0};
    const char *out = str_printf(plan->arena, "%s/%s-%u-%llu.tar.zst", plan->out, scenario->name,
                                 scenario->cell, (unsigned long long)plan->seed)
                          .ptr;
    const char *told = "recorded";
    if (access(out, F_OK) == 0) {
        plan->there++;
        told = "is there already";
    } else if (!scenario->fault->can_run(&plan->host, &why_not)) {
        plan->skipped++;
        told = why_not.text;
    } else if (run_apart(&(struct recording_wish){
                   .scenario = path, .out = out, .cell = scenario->cell, .seed = plan->seed}) ==
               EXIT_MEASURED) {
        plan->recorded++;
    } else {
        plan->failed++;
        told = "FAILED";
    }
    printf("%-60s %s\n", out, told);
    fflush(stdout);
}

static bool record_one(struct plan *plan, const char *name, struct err *err)
{
    char path[512], relative[256];
    struct scenario scenario;
    snprintf(relative, sizeof relative, "scenarios/%s.scenario", name);
    if (strchr(name, '/') || !path_of_source(relative, path, sizeof path))
        snprintf(path, sizeof path, "%s", name);
    unsigned cells = 1;
    for (unsigned cell = 0; cell < cells; cell++) {
        if (!scenario_read(plan->arena, path, cell, &scenario, err))
            return false;
        record_cell(plan, path, &scenario);
        cells = plan->all_cells ? scenario.cells : 1;
    }
    return true;
}

static int record(struct plan *plan, bool all)
{
    struct err err = {0};
    if (mkdir(plan->out, 0755) != 0 && errno != EEXIST) {
        err_set(&err, ERR_IO, "%s: %s", plan->out, strerror(errno));
        return verb_complain("gym record", &err);
    }
    host_probe(&plan->host);
    if (all && !plan_all(plan, &err))
        return verb_complain("gym record", &err);
    for (unsigned i = 0; i < plan->count; i++)
        if (!record_one(plan, plan->names[i], &err))
            return verb_complain("gym record", &err);
    printf("%u recorded, %u were there, %u skipped, %u failed\n", plan->recorded, plan->there,
           plan->skipped, plan->failed);
    return plan->failed > 0 ? EXIT_UNDER : EXIT_MEASURED;
}

static int usage(const char *text)
{
    struct err err;
    err_set(&err, ERR_USAGE, "%s", text);
    return verb_complain("gym record", &err);
}

static int run(int argc, char **argv)
{
    struct plan plan = {.arena = arena_new("gym record"), .seed = 1};
    bool all = false;
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        if (strcmp(argv[i], "--all") == 0)
            all = true;
        else if (strcmp(argv[i], "--cells") == 0)
            plan.all_cells = true;
        else if ((value = verb_option("--out", argc, argv, &i)))
            plan.out = value;
        else if ((value = verb_option("--seed", argc, argv, &i)))
            plan.seed = strtoull(value, NULL, 10);
        else if (argv[i][0] != '-' && plan.count < SCENARIOS_MAX)
            plan.names[plan.count++] = argv[i];
        else
            return usage("that option means nothing here");
    }
    if (!plan.out || (plan.count == 0 && !all))
        return usage("scenarios or --all, and --out are wanted");
    const int status = record(&plan, all);
    arena_free(plan.arena);
    return status;
}

const struct verb verb_record = {
    .name = "record", .summary = "Record many scenarios, one after the other", .run = run};
