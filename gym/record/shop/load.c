// SPDX-License-Identifier: Apache-2.0
/*
 * Customers: an open loop, with exponential gaps between arrivals. A closed loop would wait for
 * slow answers and so send less just when the shop is in trouble (coordinated omission).
 */
#include "role.h"
#include <curl/curl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define IN_FLIGHT_MAX 200
#define TIMEOUT_MS 10000L
#define PRODUCTS 400
#define VISITORS 200000

static volatile sig_atomic_t stopping;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

struct load {
    CURLM *multi;
    const char *url;
    unsigned short state[3]; /* of erand48() */
    int in_flight;
    unsigned long sent, skipped, failed, by_class[6];
};

static size_t discard(char *data, size_t one, size_t count, void *unused)
{
    (void)data, (void)unused;
    return one * count;
}

static void send_one(struct load *load)
{
    static const struct {
        const char *path;
        bool post;
        double until; /* cumulative share of the visits */
    } visits[] = {{"/", false, 0.40},
                  {"/product", false, 0.65},
                  {"/cart", true, 0.85},
                  {"/checkout", true, 1.01}};
    const double die = erand48(load->state);
    size_t visit = 0;
    while (die >= visits[visit].until)
        visit++;
    char url[256];
    snprintf(url, sizeof url, "%s%s?sku=%d&visitor=%d", load->url, visits[visit].path,
             1 + (int)(erand48(load->state) * PRODUCTS),
             1 + (int)(erand48(load->state) * VISITORS));

    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    if (visits[visit].post)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, "");
    curl_multi_add_handle(load->multi, curl);
    load->in_flight++;
    load->sent++;
}

static void collect(struct load *load)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(load->multi, &left));) {
        CURL *curl = message->easy_handle;
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (message->data.result == CURLE_OK && status >= 100 && status < 600)
            load->by_class[status / 100]++;
        else
            load->failed++;
        curl_multi_remove_handle(load->multi, curl);
        curl_easy_cleanup(curl);
        load->in_flight--;
    }
}

static void work(struct load *load, double wait_s)
{
    int running;
    curl_multi_perform(load->multi, &running);
    collect(load);
    if (wait_s > 0)
        curl_multi_poll(load->multi, NULL, 0, 1 + (int)(wait_s * 1000), NULL);
}

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int load_main(const char *url, double requests_per_s, long seconds, unsigned seed)
{
    struct load load = {.multi = curl_multi_init(), .url = url, .state = {0x330e}};
    load.state[1] = (unsigned short)seed;
    const double end_s = clock_s() + (double)seconds;
    double due_s = clock_s();

    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_stop}, NULL);
    while (clock_s() < end_s && !stopping) {
        if (clock_s() >= due_s) {
            due_s -= log(1 - erand48(load.state)) / requests_per_s;
            if (load.in_flight < IN_FLIGHT_MAX)
                send_one(&load);
            else
                load.skipped++;
        }
        work(&load, fmin(due_s - clock_s(), 0.5));
    }
    while (load.in_flight > 0) /* ends: each has its timeout */
        work(&load, 0.1);
    curl_multi_cleanup(load.multi);
    printf("sent %lu, skipped %lu, no answer %lu, 2xx %lu, 4xx %lu, 5xx %lu\n", load.sent,
           load.skipped, load.failed, load.by_class[2], load.by_class[4], load.by_class[5]);
    return 0;
}
