// SPDX-License-Identifier: Apache-2.0
/*
 * A small real shop: one program, one role a process. Start reading at serve().
 *
 *   shop ROLE INSTANCE PORT CONFIG VERSION FOLDER   a service; telemetry goes to FOLDER,
 *                                                   FOLDER/INSTANCE.ready says that it serves
 *   shop load URL REQUESTS_PER_S SECONDS SEED       its customers
 */
#include "role.h"
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct role *const roles[] = {&role_storefront, &role_catalog, &role_orders,
                                           &role_worker, NULL};

static const struct role *role_find(const char *name)
{
    for (const struct role *const *role = roles; *role; role++)
        if (strcmp((*role)->name, name) == 0)
            return *role;
    return NULL;
}

/* Blocked before any thread starts, so that only wait_for_stop() sees them. */
static sigset_t block_stop_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

static bool say_ready(const char *folder, const char *instance)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.ready", folder, instance);
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    fprintf(file, "%d\n", (int)getpid());
    return fclose(file) == 0;
}

static int serve(const struct role *role, char **argv)
{
    const char *instance = argv[2];
    const char *folder = argv[6];
    const unsigned short port = (unsigned short)atoi(argv[3]);
    static struct config config;
    if (!config_read(&config, argv[4]))
        return 2;
    const struct telemetry_options options = {
        .folder = folder,
        .service = role->name,
        .instance = instance,
        .version = argv[5],
        .sample_ratio = (double)config_number(&config, "trace_percent", 10, 0, 100) / 100,
    };
    const sigset_t signals = block_stop_signals();
    if (!telemetry_start(&options))
        return 1;
    role->start(&config, instance);
    struct server *server =
        server_start(port, role->routes, config_text(&config, "metrics_path", "/metrics"));
    if (!server || !say_ready(folder, instance))
        return 1;
    log_write(SEVERITY_INFO, NULL, "%s serves on port %u, version %s", instance, port, argv[5]);

    int caught = 0;
    sigwait(&signals, &caught);
    log_write(SEVERITY_INFO, NULL, "%s stops on signal %d", instance, caught);
    server_drain_and_stop(server);
    role->stop();
    telemetry_stop();
    return 0;
}

int main(int argc, char **argv)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const struct role *role = argc == 7 ? role_find(argv[1]) : NULL;
    if (role)
        return serve(role, argv);
    if (argc == 6 && strcmp(argv[1], "load") == 0)
        return load_main(argv[2], atof(argv[3]), atol(argv[4]), (unsigned)atoi(argv[5]));
    fprintf(stderr, "usage: shop ROLE INSTANCE PORT CONFIG VERSION FOLDER\n"
                    "       shop load URL REQUESTS_PER_S SECONDS SEED\n");
    return 2;
}
