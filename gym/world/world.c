/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/world.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/world/database.h"
#include "gym/world/deploy.h"
#include "gym/world/health.h"
#include "gym/world/http.h"
#include "gym/world/inventory.h"
#include "gym/world/limits.h"
#include "gym/world/network.h"
#include "gym/world/paths.h"
#include "gym/world/servers.h"
#include "gym/world/unit.h"
#include "gym/world/volume.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READY_WAIT_S 20 /* PostgreSQL on a busy machine; the shop's take less than one */
#define COMMAND_TIMEOUT_S 20
#define OUTPUT_BYTES_MAX ((size_t)1 << 20)
#define TAIL_BYTES 360
#define LOAD_S 3600 /* longer than any run */

void nap_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000},
              NULL);
}

int64_t wall_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

const char *world_path(struct world *world, const char *format, ...)
{
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    return str_printf(world->arena, "%s%s%s", world->work, name[0] ? "/" : "", name).ptr;
}

/* ---- commands ---- */

static const char *const *environment_with(struct world *world, const char *const *added)
{
    size_t count = 0;
    const char **out = arena_push_many(world->arena, const char *, 64);
    for (const char *const *it = world->environment; *it && count < 32; it++)
        out[count++] = *it;
    for (const char *const *it = added; it && *it && count < 63; it++)
        out[count++] = str_copy(world->arena, str_of(*it)).ptr;
    return out;
}

static bool command_end(const char *name, int status, struct str said, struct err *err)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    const struct str tail =
        str_slice(said, said.len > TAIL_BYTES ? said.len - TAIL_BYTES : 0, said.len);
    return err_set(err, ERR_IO, "%s ended with %s %d: %.*s", name,
                   WIFSIGNALED(status) ? "signal" : "status",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), STR_ARG(tail));
}

static bool command_input(struct world *world, unsigned number, struct str input, const char **path,
                          struct err *err)
{
    *path = NULL;
    if (input.len == 0)
        return true;
    *path = world_path(world, "tmp/command-%u.in", number);
    FILE *file = fopen(*path, "we");
    const bool ok = file && fwrite(input.ptr, 1, input.len, file) == input.len;
    if (file)
        fclose(file);
    return ok || err_set(err, ERR_IO, "%s: %s", *path, strerror(errno));
}

bool command_run(struct world *world, const struct command *command, struct arena *arena,
                 struct str *output, struct err *err)
{
    static unsigned number; /* of commands; all are the keeper's thread's */
    char path[512];
    uint32_t process;
    int status = 0;
    const char *log = world_path(world, "tmp/command-%u.log", ++number);
    struct process_spec spec = {.name = command->argv[0],
                                .environment = environment_with(world, command->added),
                                .folder = command->folder ? command->folder : world->work,
                                .log = log};
    if (command->argv[0][0] == '/')
        snprintf(path, sizeof path, "%s", command->argv[0]);
    else if (!path_of_program(command->argv[0], path, sizeof path))
        return err_set(err, ERR_NOT_FOUND, "there is no `%s` on this machine", command->argv[0]);
    const char *words[64] = {path};
    for (size_t i = 1; i < 63 && command->argv[i]; i++)
        words[i] = command->argv[i];
    spec.argv = words;
    if (command->as_database_user && !database_user(&spec.uid, &spec.gid, err))
        return false;
    const unsigned timeout_s = command->timeout_s ? command->timeout_s : COMMAND_TIMEOUT_S;
    const bool ok = command_input(world, number, command->input, &spec.input, err) &&
                    process_start(world->processes, &spec, &process, err) &&
                    process_wait(world->processes, process, timeout_s, &status, err);
    const struct str said = log_tail(arena, log, OUTPUT_BYTES_MAX);
    unlink(log);
    if (spec.input)
        unlink(spec.input);
    if (output)
        *output = said;
    return ok ? command_end(command->argv[0], status, said, err)
              : err_context(err, "%s", command->argv[0]);
}

/* ---- instances ---- */

static const char *ready_path(struct world *world, const struct instance *instance)
{
    return world_path(world, "%s/%s.ready", instance->part == PART_THIRD_PARTY ? "bank" : "out",
                      instance->name);
}

static bool is_ready(struct world *world, const struct instance *instance, const char *ready)
{
    struct stat found;
    struct err unused;
    switch (instance->part) {
    case PART_SHOP:
    case PART_THIRD_PARTY:
        return stat(ready, &found) == 0 && found.st_size > 0;
    case PART_POSTGRES:
        return network_listens(instance->address, instance->port) &&
               COMMAND(world, &unused, "pg_isready", "-q", "-h", instance->address, "-U", "owner",
                       "-d", "postgres");
    default:
        return network_listens(instance->address, instance->port);
    }
}

bool instance_wait_ready(struct world *world, const struct instance *instance, unsigned timeout_s,
                         struct err *err)
{
    struct process_state state;
    const struct clock clock = clock_system();
    const struct deadline deadline = deadline_in(clock, timeout_s * NS_PER_S);
    const char *ready = ready_path(world, instance);
    bool alive = true;
    while (alive && !deadline_passed(deadline, clock)) {
        if (is_ready(world, instance, ready))
            return true;
        nap_ms(50);
        alive = process_find(world->processes, instance->name, &state) && state.restarts == 0 &&
                !state.ended;
    }
    const char *log = world_path(world, "log/%s.log", instance->name);
    const struct str tail = log_tail(world->arena, log, TAIL_BYTES);
    return err_set(err, alive ? ERR_TIMEOUT : ERR_IO, "%s %s; its log ends: %.*s", instance->name,
                   alive ? "is not ready in time" : "ended while it started", STR_ARG(tail));
}

static bool instance_begin(struct world *world, const struct instance *instance, struct err *err)
{
    struct process_spec spec;
    uint32_t number;
    unlink(ready_path(world, instance));
    return server_spec(world, instance, &spec, err) &&
           process_start(world->processes, &spec, &number, err);
}

bool instance_start(struct world *world, const struct instance *instance, struct err *err)
{
    return instance_begin(world, instance, err) &&
           instance_wait_ready(world, instance, READY_WAIT_S, err);
}

void instance_stop(struct world *world, const struct instance *instance)
{
    struct process_state state;
    if (process_find(world->processes, instance->name, &state) && !state.ended)
        process_stop(world->processes, state.number);
}

bool instance_roll(struct world *world, const struct instance *instance, struct err *err)
{
    struct process_state old, new;
    if (!process_find(world->processes, instance->name, &old))
        return instance_start(world, instance, err);
    if (instance_start(world, instance, err)) {
        process_stop(world->processes, old.number);
        return true;
    }
    /* the successor is no good: it goes, and the one before it goes on serving */
    if (process_find(world->processes, instance->name, &new) && new.number != old.number)
        process_stop(world->processes, new.number);
    return false;
}

bool instance_replace(struct world *world, const struct instance *instance, struct err *err)
{
    instance_stop(world, instance);
    return instance_begin(world, instance, err);
}

/* ---- everything ---- */

static bool addresses_check(struct world *world, struct err *err)
{
    for (const struct instance *it = inventory; it->name; it++)
        if (!network_is_ours(str_of(it->address), err) ||
            (!world->isolated && !network_is_free(it->address, it->port, err)))
            return false;
    return true;
}

/* An exporter is a pity to miss; all else is needed. */
static bool capabilities_check(struct world *world, struct err *err)
{
    for (const struct instance *it = inventory; it->name; it++)
        if (it->part != PART_EXPORTER && !host_has(&world->host, server_needs(it), err))
            return false;
    return host_has(&world->host, CAPABILITY_GIT, err);
}

static bool programs_put(struct world *world, struct err *err)
{
    char shop[512];
    const char *bin = world_path(world, "bin"), *name = world_path(world, "bin/shop");
    if (!path_of_shop(shop, sizeof shop) || mkdir(bin, 0755) != 0 || symlink(shop, name) != 0)
        return err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
    return true;
}

/* One of the shop's roles that the unit has no replica for does not run at first. */
static bool is_wanted(struct world *world, const struct instance *instance)
{
    uint32_t place = 0;
    struct unit unit;
    struct err unused;
    if (instance->part == PART_EXPORTER)
        return world->host.of[server_needs(instance)].has;
    for (const struct instance *it = instance_of(instance->service, NULL); it != instance;
         it = instance_of(instance->service, it))
        place++;
    return !unit_read(world_path(world, "live/%s/unit.conf", instance->name), &unit, &unused) ||
           place < unit.replicas;
}

/* Those of the shop start side by side: they wait for each other only when they are asked. */
static bool parts_start(struct world *world, enum part from, enum part to, struct err *err)
{
    for (const struct instance *it = inventory; it->name; it++)
        if (it->part >= from && it->part <= to && is_wanted(world, it) &&
            !instance_begin(world, it, err))
            return false;
    for (const struct instance *it = inventory; it->name; it++)
        if (it->part >= from && it->part <= to && is_wanted(world, it) &&
            !instance_wait_ready(world, it, READY_WAIT_S, err))
            return false;
    return true;
}

bool world_up(struct world *world, struct err *err)
{
    return addresses_check(world, err) && capabilities_check(world, err) &&
           network_open(world, err) && limits_open(world, err) && programs_put(world, err) &&
           volumes_open(world, err) && deploy_open(world, err) && servers_configure(world, err) &&
           database_make(world, err) && parts_start(world, PART_POSTGRES, PART_REDIS, err) &&
           database_fill(world, err) && parts_start(world, PART_SHOP, PART_THIRD_PARTY, err) &&
           parts_start(world, PART_NGINX, PART_NGINX, err) && http_open(world, err) &&
           parts_start(world, PART_EXPORTER, PART_PROMETHEUS, err) && health_open(world, err);
}

bool world_load(struct world *world, double per_s, struct err *err)
{
    world->load_per_s = per_s;
    return world_customers(world, "load", "shoppers", per_s, LOAD_S, &world->load_number, err);
}

bool world_customers(struct world *world, const char *name, const char *kind, double per_s,
                     unsigned seconds, uint32_t *number, struct err *err)
{
    const char **words = arena_push_many(world->arena, const char *, 8);
    words[0] = world_path(world, "bin/shop");
    words[1] = "load";
    words[2] = FRONT_DOOR;
    words[3] = str_printf(world->arena, "%.2f", per_s).ptr;
    words[4] = str_printf(world->arena, "%u", seconds).ptr;
    words[5] = str_printf(world->arena, "%llu", (unsigned long long)(world->seed % 65536)).ptr;
    words[6] = kind;
    const struct process_spec spec = {.name = str_copy(world->arena, str_of(name)).ptr,
                                      .argv = words,
                                      .environment = world->environment,
                                      .folder = world->work,
                                      .log = world_path(world, "log/%s.log", name)};
    return process_start(world->processes, &spec, number, err);
}

void world_load_stop(struct world *world)
{
    if (world->load_number > 0)
        process_stop(world->processes, world->load_number);
    world->load_number = 0;
}

void world_down(struct world *world)
{
    struct process_state list[PROCESSES_MAX];
    http_close(world);
    if (world->isolated)
        return; /* the kernel ends it all at once, and nothing of it is to stay */
    world_load_stop(world);
    const uint32_t count = processes_list(world->processes, list, PROCESSES_MAX);
    for (uint32_t i = count; i-- > 0;)
        process_stop(world->processes, list[i].number);
}
