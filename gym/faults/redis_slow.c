/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partner's feed lies in Redis, key by key, and a job that counts sessions asks for all keys of a
 * pattern, again and again. Redis does one thing at a time: everybody waits while it looks through.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/paths.h"

#define JOB "session-count"
#define KEYS_AT_ONCE 50000
#define KEYS_AT_ONCE_TEXT "50000"

static const char fill[] = "for i = ARGV[1], ARGV[1] + ARGV[2] - 1 do "
                           "redis.call('SET', 'feed:' .. i, i) end";
static const char sweep[] = "local keys = redis.call('SCAN', ARGV[1], 'MATCH', 'feed:*', 'COUNT', "
                            "20000) for _, key in ipairs(keys[2]) do redis.call('UNLINK', key) end "
                            "return keys[1]";

static bool script_run(struct world *world, const char *script, const char *first, struct str *out,
                       struct err *err)
{
    return command_run(
        world,
        &(struct command){.argv = (const char *const[]){"redis-cli", "-h",
                                                        instance_find("redis-1")->address, "--raw",
                                                        "EVAL", script, "0", first,
                                                        KEYS_AT_ONCE_TEXT, NULL}},
        world->arena, out, err);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    char client[512];
    const long keys = fault_number(run, "keys", 600000);
    if (!path_of_program("redis-cli", client, sizeof client))
        return err_set(err, ERR_NOT_FOUND, "there is no redis-cli");
    fault_tell(
        world, run, KIND_SLOW_QUERIES,
        "a job, %s, asks Redis for KEYS session:* again and again, among %ld keys of a feed; "
        "all commands wait meanwhile; no change did that",
        JOB, keys);
    for (long at = 0; at < keys; at += KEYS_AT_ONCE)
        if (!script_run(world, fill, str_printf(world->arena, "%ld", at).ptr, NULL, err))
            return false;
    const char **words = arena_push_many(world->arena, const char *, 8);
    words[0] = str_copy(world->arena, str_of(client)).ptr;
    words[1] = "-h";
    words[2] = instance_find("redis-1")->address;
    words[3] = "-r";
    words[4] = "-1";
    words[5] = "KEYS";
    words[6] = "session:*";
    const struct process_spec spec = {
        .name = JOB,
        .argv = words,
        .environment = world->environment,
        .folder = world->work,
        .log = "/dev/null",
    };
    return process_start(world->processes, &spec, &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    struct str cursor = STR("0");
    process_stop(world->processes, run->number);
    for (unsigned i = 0; i < 1000; i++) {
        if (!script_run(world, sweep, str_copy(world->arena, cursor).ptr, &cursor, err))
            return false;
        cursor = str_trim(cursor);
        if (str_eq(cursor, STR("0")))
            return true;
    }
    return err_set(err, ERR_TIMEOUT, "Redis has keys without end");
}

const struct fault fault_redis_slow = {
    .name = "redis_slow",
    .group = "data",
    .summary = "A job keeps Redis busy with commands that look through all keys",
    .place = "redis",
    .options = "keys 600000",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
