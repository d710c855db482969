/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/health.h"

#include "gym/world/inventory.h"
#include "gym/world/unit.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define EVERY_MS 5000
#define TIMEOUT_MS 1000L

static size_t discard(char *data, size_t one, size_t count, void *unused)
{
    (void)data, (void)unused;
    return one * count;
}

/* 0: it does not answer. */
static long ask(const struct world *world, const struct instance *instance, const char *path,
                char reason[CURL_ERROR_SIZE])
{
    char url[256], key[256];
    long status = 0;
    CURL *curl = curl_easy_init();
    if (!curl)
        return 0;
    snprintf(key, sizeof key, "%s/live/%s/%s.key", world->work, instance->name, instance->service);
    snprintf(url, sizeof url, "http%s://%s:%u%s", access(key, F_OK) == 0 ? "s" : "",
             instance->address, instance->port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L); /* it is asked whether it lives */
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "supervisor-probe");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    reason[0] = '\0';
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

/* One probe; `failures` in a row so far, 0 after it was killed. */
static void probe(struct world *world, const struct instance *instance, uint32_t *failures)
{
    char path[256], object[PROCESS_NAME_SIZE + 16], reason[CURL_ERROR_SIZE];
    struct process_state state;
    struct unit unit;
    struct err unused;
    snprintf(path, sizeof path, "%s/live/%s/unit.conf", world->work, instance->name);
    if (!unit_read(path, &unit, &unused) || unit.health_path[0] == '\0' ||
        !process_find(world->processes, instance->name, &state) || state.pid == 0) {
        *failures = 0;
        return;
    }
    const long status = ask(world, instance, unit.health_path, reason);
    if (status > 0 && status < 400) {
        *failures = 0;
        return;
    }
    snprintf(object, sizeof object, "process/%s", instance->name);
    if (status > 0)
        snprintf(reason, sizeof reason, "status %ld", status);
    event_tell(world->processes, "Warning", "Unhealthy", object, "Liveness probe of %s failed: %s",
               unit.health_path, reason);
    if (++*failures < unit.health_failures)
        return;
    *failures = 0;
    event_tell(world->processes, "Warning", "Killing", object,
               "%s failed its liveness probe %u times, it is started again", instance->name,
               unit.health_failures);
    process_signal(world->processes, state.number, SIGKILL);
}

static void *watch(void *state)
{
    struct world *world = state;
    uint32_t failures[INSTANCES_MAX] = {0};
    for (;;) { /* as long as the world */
        nap_ms(EVERY_MS);
        for (size_t i = 0; inventory[i].name && i < INSTANCES_MAX; i++)
            if (inventory[i].part == PART_SHOP)
                probe(world, &inventory[i], &failures[i]);
    }
    return NULL;
}

bool health_open(struct world *world, struct err *err)
{
    pthread_t thread;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return pthread_create(&thread, NULL, watch, world) == 0 ||
           err_set(err, ERR_IO, "no thread can be made");
}
