// SPDX-License-Identifier: Apache-2.0
/*
 * A small real shop: one program, one role a process. Start reading at serve().
 *
 *   shop ROLE INSTANCE ADDRESS[:PORT] CONFIG VERSION FOLDER
 *       a service; telemetry goes to FOLDER, FOLDER/INSTANCE.ready says that it serves
 *   shop load URL REQUESTS_PER_S SECONDS SEED [KIND]
 *       its customers
 *   shop certificate AUTHORITY NAME HOST LIFETIME_S FOLDER
 *       a certificate for HOST, signed by the authority that is kept, or made, in AUTHORITY
 */
#include "dns.h"
#include "metric.h"
#include "role.h"
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct role *const roles[] = {
    &role_gateway, &role_catalog,   &role_cart,           &role_checkout,
    &role_payment, &role_inventory, &role_recommendation, &role_shipping,
    &role_auth,    &role_worker,    &role_bank,           &role_resolver,
    NULL};

static const struct role *role_find(const char *name)
{
    for (const struct role *const *role = roles; *role; role++)
        if (strcmp((*role)->name, name) == 0)
            return *role;
    return NULL;
}

/* Blocked before any thread starts, so that only the wait for a stop sees them. */
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

static bool observe(const struct config *config, const struct role *role, char **argv)
{
    const char *const kept[] = {"otlp", "none", NULL};
    return telemetry_start(&(struct telemetry_options){
        .folder = config_choice(config, "telemetry", kept) == 0 ? argv[6] : NULL,
        .service = role->name,
        .instance = argv[2],
        .version = argv[5],
        .sample_ratio = (double)config_number(config, "trace_percent", 100, 0, 100) / 100,
        .log_level = severity_parse(config_text(config, "log_level", "info")),
        .metrics_every_s = config_number(config, "otlp_metrics_every_s", 15, 0, 3600),
    });
}

static int serve(const struct role *role, char **argv)
{
    const char *instance = argv[2];
    const char *address = argv[3];
    static struct config config;
    if (!config_read(&config, argv[4]))
        return 2;
    const sigset_t signals = block_stop_signals();
    if (!observe(&config, role, argv))
        return 1;
    process_metrics(argv[5]);
    dns_open(&config);
    role->start(&config, instance, address);
    struct server *server = server_start(address, role->routes, &config);
    if (!server || !say_ready(argv[6], instance))
        return 1;
    log_write(SEVERITY_INFO, NULL, "%s serves on %s, version %s", instance, address, argv[5]);

    int caught = 0;
    sigwait(&signals, &caught);
    log_write(SEVERITY_INFO, NULL, "%s stops on signal %d", instance, caught);
    if (server_drain_and_stop(server))
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
    if ((argc == 6 || argc == 7) && strcmp(argv[1], "load") == 0)
        return load_main(argv[2], atof(argv[3]), atol(argv[4]), (unsigned)atoi(argv[5]),
                         argc == 7 ? argv[6] : "shoppers");
    if (argc == 7 && strcmp(argv[1], "certificate") == 0)
        return certificate_main(argv[2], argv[3], argv[4], atol(argv[5]), argv[6]);
    fprintf(stderr, "usage: shop ROLE INSTANCE ADDRESS[:PORT] CONFIG VERSION FOLDER\n"
                    "       shop load URL REQUESTS_PER_S SECONDS SEED [KIND]\n"
                    "       shop certificate AUTHORITY NAME HOST LIFETIME_S FOLDER\n");
    return 2;
}
