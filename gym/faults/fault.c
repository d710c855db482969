/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/limits.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define X(name) extern const struct fault fault_##name;
#include "fault_list.inc"
#undef X

const struct fault *const faults[] = {
#define X(name) &fault_##name,
#include "fault_list.inc"
#undef X
    NULL,
};

const struct fault *fault_find(const char *name)
{
    for (const struct fault *const *fault = faults; *fault; fault++)
        if (strcmp((*fault)->name, name) == 0)
            return *fault;
    return NULL;
}

bool fault_place(const struct fault *fault, const char *place, struct fault_run *run,
                 struct err *err)
{
    const char *name = place && place[0] ? place : fault->place;
    const struct instance *instance = instance_find(name);
    if (name[0] && !instance && !service_exists(name))
        return err_set(err, ERR_USAGE, "there is no service or instance `%s`", name);
    run->service = instance ? instance->service : name;
    run->instance = instance ? instance->name : "";
    return true;
}

const char *fault_instance(const struct fault_run *run)
{
    const struct instance *first = instance_of(run->service, NULL);
    return run->instance[0] ? run->instance : first ? first->name : "";
}

const char *fault_text(const struct fault_run *run, const char *key, const char *fallback)
{
    for (size_t i = 0; i < run->options_count; i++)
        if (strcmp(run->options[i].key, key) == 0)
            return run->options[i].value;
    return fallback;
}

long fault_number(const struct fault_run *run, const char *key, long fallback)
{
    const char *text = fault_text(run, key, NULL);
    return text ? strtol(text, NULL, 10) : fallback;
}

void fault_first_day(struct world *world, const struct fault_run *run, const char *service,
                     const char *file, const char *key, const char *value)
{
    assert(world->first_day_count < FIRST_DAY_MAX);
    world->first_day[world->first_day_count++] =
        (struct first_day){service, file, key, fault_text(run, key, value)};
}

void fault_tell(struct world *world, struct fault_run *run, enum kind kind, const char *format, ...)
{
    char cause[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(cause, sizeof cause, format, arguments);
    va_end(arguments);
    run->truth = (struct fault_truth){
        .service = run->service,
        .instance = run->instance,
        .kind = kind,
        .cause = str_copy(world->arena, str_of(cause)).ptr,
        .onset_ns = wall_clock_ns(),
    };
}

bool fault_by_change(struct world *world, struct fault_run *run, const struct fault_change *change,
                     struct err *err)
{
    return deploy_commit(world, change->author, change->message, run->truth.change, err) &&
           deploy_rollout(
               world,
               &(struct rollout){
                   .author = change->author,
                   .service = change->service ? change->service : run->service,
                   .instance = run->instance[0] && !change->service ? run->instance : NULL,
                   .how = change->how,
               },
               &run->truth.onset_ns, err);
}

static bool setting_put(struct world *world, const char *service,
                        const struct fault_setting *setting, const char *value, struct err *err)
{
    char now[256];
    const char *file =
        setting->file ? setting->file : str_printf(world->arena, "%s.conf", service).ptr;
    if (deploy_get(world, service, file, setting->key, now, sizeof now))
        return deploy_set(world, service, file, setting->key, value, err);
    return deploy_append(world, str_printf(world->arena, "%s/%s", service, file).ptr,
                         str_printf(world->arena, "%s = %s\n", setting->key, value).ptr, err);
}

bool fault_by_settings(struct world *world, struct fault_run *run,
                       const struct fault_settings *settings, struct err *err)
{
    struct str list = STR("");
    for (const struct fault_setting *it = settings->settings; it->key; it++) {
        const char *value = fault_text(run, it->key, it->value);
        if (!setting_put(world, run->service, it, value, err))
            return false;
        list = str_printf(world->arena, "%.*s%s%s = %s", STR_ARG(list), list.len > 0 ? ", " : "",
                          it->key, value);
    }
    fault_tell(world, run, settings->kind, "%s (%.*s)", settings->cause, STR_ARG(list));
    const struct str message = str_printf(world->arena, "%s: %s", run->service, settings->message);
    return fault_by_change(world, run,
                           &(struct fault_change){.author = settings->author,
                                                  .message = message.ptr,
                                                  .how = settings->how},
                           err);
}

bool fault_revert(struct world *world, struct fault_run *run, struct err *err)
{
    return deploy_revert(world, run->truth.change, "Ken Ito", run->service, err);
}

bool fault_beside(struct world *world, struct fault_run *run, const char *name, const char *inside,
                  const char *script, struct err *err)
{
    const char **words = arena_push_many(world->arena, const char *, 4);
    words[0] = "/bin/bash";
    words[1] = "-c";
    words[2] = str_copy(world->arena, str_of(script)).ptr;
    struct process_spec beside = {
        .name = name,
        .argv = words,
        .environment = world->environment,
        .folder = world->work,
        .log = world_path(world, "log/%s.log", name),
    };
    size_t count = 0;
    if (inside && world->host.of[CAPABILITY_CGROUP_CPU].has)
        beside.cgroups[count++] = limits_folder(world, "cpu", inside);
    if (inside && world->host.of[CAPABILITY_CGROUP_MEMORY].has)
        beside.cgroups[count++] = limits_folder(world, "memory", inside);
    return process_start(world->processes, &beside, &run->number, err);
}

bool fault_beside_end(struct world *world, struct fault_run *run, struct err *err)
{
    int status;
    struct err late;
    /* a script and what it has started are one session, which a deadline ends as a whole */
    if (!process_wait(world->processes, run->number, 0, &status, &late) && late.kind != ERR_TIMEOUT)
        return err_set(err, late.kind, "%s", late.text);
    return true;
}

bool fault_customers_leave(struct world *world, struct fault_run *run, struct err *err)
{
    (void)err;
    process_stop(world->processes, run->number);
    return true;
}

bool fault_runs_anywhere(const struct host *host, struct err *why_not)
{
    (void)host, (void)why_not;
    return true;
}

bool fault_can_limit_cpu(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_CGROUP_CPU, why_not);
}
