/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/faults/queued_jobs.h"

#include "base/arena.h"
#include "gym/world/inventory.h"

#define QUEUE "queue:orders"
#define TRIES_MAX 100
#define PAUSE_MS 100
#define QUIET_TRIES 10 /* a worker that holds one puts it back within moments */

#define REDIS(world, out, err, ...)                                                                \
    command_run((world),                                                                           \
                &(struct command){.argv = (const char *const[]){"redis-cli", "-h",                 \
                                                                instance_find("redis-1")->address, \
                                                                "--raw", __VA_ARGS__, NULL}},      \
                (world)->arena, (out), (err))

bool queued_jobs_push(struct world *world, const char *job, struct err *err)
{
    return REDIS(world, NULL, err, "LPUSH", QUEUE, job);
}

bool queued_jobs_remove(struct world *world, const char *word, struct err *err)
{
    static const char script[] = "local gone = 0 "
                                 "for _, job in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do "
                                 "if string.find(job, ARGV[1], 1, true) then "
                                 "gone = gone + redis.call('LREM', KEYS[1], 1, job) end end "
                                 "return gone";
    unsigned quiet = 0;
    struct str gone;
    for (unsigned i = 0; i < TRIES_MAX && quiet < QUIET_TRIES; i++) {
        if (!REDIS(world, &gone, err, "EVAL", script, "1", QUEUE, word))
            return false;
        quiet = str_eq(str_trim(gone), STR("0")) ? quiet + 1 : 0;
        nap_ms(PAUSE_MS);
    }
    return quiet == QUIET_TRIES ||
           err_set(err, ERR_TIMEOUT, "jobs with `%s` come back again and again", word);
}
