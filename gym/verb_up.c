/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym up`: a shop that runs until `gym down`, to be looked at and broken by hand. */
#include "gym/verbs.h"

#include "gym/world/inventory.h"
#include "gym/world/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define UP_WAIT_S 120 /* on a busy machine; a quiet one takes ten */
#define LOAD_PER_S 6.0
#define LOAD_MAX_PER_S 500

static const char help[] =
    "usage: warroom gym up [--load REQUESTS_PER_S] [--seed N]\n\n"
    "Starts the shop, its customers and its monitoring, and returns once all of it serves.\n"
    "What an earlier one has left behind is removed first.\n";

struct job {
    double load_per_s;
};

/* What the keeper says from now on is nobody's terminal's business. */
static void output_part(struct world *world)
{
    const int log = open(world_path(world, "keeper.log"), O_WRONLY | O_CREAT | O_APPEND, 0644);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close(log);
    close(nothing);
}

static int keep_up(struct world *world, void *state)
{
    const struct job *job = state;
    struct err err = {0};
    output_part(world);
    if (!world_up(world, &err) || !world_load(world, job->load_per_s, &err)) {
        keeper_tell(err.text);
        world_down(world);
        return EXIT_NOT_MEASURED;
    }
    keeper_tell("up");
    while (!keeper_is_asked_to_end())
        pause(); /* the supervisor's thread works on */
    world_down(world);
    return EXIT_MEASURED;
}

/* The keeper's one line; "" where it says nothing in time, or has ended. */
static void answer_read(int fd, char *out, size_t size)
{
    size_t len = 0;
    struct pollfd line = {.fd = fd, .events = POLLIN};
    while (len + 1 < size && poll(&line, 1, UP_WAIT_S * 1000) > 0) {
        const ssize_t got = read(fd, out + len, size - 1 - len);
        if (got <= 0)
            break;
        len += (size_t)got;
        if (memchr(out, '\n', len))
            break;
    }
    out[len] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

static int up(struct job *job, uint64_t seed)
{
    struct journal journal;
    struct err err = {0};
    pid_t pid;
    int told;
    char answer[600];
    const struct keeper keeper = {.run = keep_up, .state = job, .outlives = true, .seed = seed};
    if (!keeper_start(&keeper, &journal, &pid, &told, &err))
        return verb_complain("gym up", &err);
    answer_read(told, answer, sizeof answer);
    if (strcmp(answer, "up") == 0) {
        printf("world %s is up: customers come in at " FRONT_DOOR "%s\n"
               "look at it with `warroom gym status`, end it with `warroom gym down`\n",
               journal.id, geteuid() == 0 ? ", in a network of its own" : "");
        return EXIT_MEASURED;
    }
    err_set(&err, ERR_IO, "%s", answer[0] ? answer : "the keeper ended, or is not ready in time");
    close(journal.lock_fd);
    struct world_found dead = {.keeper = pid};
    snprintf(dead.folder, sizeof dead.folder, "%s", journal.folder);
    journal_end_keeper(&dead, 20);
    struct err left;
    if (!journal_sweep(stderr, &left))
        fprintf(stderr, "warroom gym: %s\n", left.text);
    return verb_complain("gym up", &err);
}

static int usage(const char *what, const char *word)
{
    struct err err;
    err_set(&err, ERR_USAGE, "%s%s", what, word);
    return verb_complain("gym up", &err);
}

static int run(int argc, char **argv)
{
    struct job job = {.load_per_s = LOAD_PER_S};
    uint64_t seed = 1;
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        if ((value = verb_option("--load", argc, argv, &i)))
            job.load_per_s = atof(value);
        else if ((value = verb_option("--seed", argc, argv, &i)))
            seed = strtoull(value, NULL, 10);
        else
            return usage("this means nothing here: ", argv[i]);
    }
    if (!(job.load_per_s > 0 && job.load_per_s <= LOAD_MAX_PER_S))
        return usage("--load wants requests a second, above 0 and at most 500", "");
    return up(&job, seed);
}

const struct verb verb_up = {.name = "up", .summary = "Start the shop and keep it up", .run = run};
