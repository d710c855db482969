// SPDX-License-Identifier: Apache-2.0
/*
 * Customers: journeys begin by an open loop, with exponential gaps. A closed loop would wait for
 * slow answers and so send less just when the shop is in trouble (coordinated omission). The rate
 * follows a day, compressed into the run, and wanders around it.
 */
#include "journey.h"
#include "role.h"
#include <curl/curl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IN_FLIGHT_MAX 200
#define JOURNEYS_MAX 1000
#define TIMEOUT_MS 10000L
#define BODY_MAX (1u << 20)
#define DAY_SWING 0.25   /* the evening is so much above the mean, the night below */
#define NOISE_STEP 0.08  /* of the logarithm of the rate, each second */
#define NOISE_MEMORY 0.9 /* of the last second's */
#define NOISE_MAX 0.35   /* it wanders no further */

static volatile sig_atomic_t stopping;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

/* One customer in the shop; `curl` is NULL while thinking. */
struct visit {
    struct journey journey;
    double due_s;
    CURL *curl;
    struct curl_slist *headers;
    char *body;
    size_t length;
    bool is_used;
};

struct load {
    CURLM *multi;
    const char *url;
    const struct kind *kind;
    unsigned short dice[3]; /* of erand48() */
    double steps_per_journey;
    double noise;
    struct visit visits[JOURNEYS_MAX];
    int in_flight;
    unsigned long sent, skipped, failed, by_class[6];
};

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double gap_s(struct load *load, double mean_s)
{
    return -log(1 - erand48(load->dice)) * mean_s;
}

/* ---- requests ---- */

static size_t body_append(char *data, size_t one, size_t count, void *target)
{
    struct visit *visit = target;
    const size_t size = one * count;
    if (visit->length + size > BODY_MAX)
        return 0;
    char *body = realloc(visit->body, visit->length + size);
    if (!body)
        abort();
    memcpy(body + visit->length, data, size);
    visit->body = body;
    visit->length += size;
    return size;
}

static void send_next(struct load *load, struct visit *visit)
{
    char target[400];
    char url[600];
    char header[TOKEN_SIZE + 40];
    const bool post = journey_request(&visit->journey, load->kind, target, sizeof target);
    snprintf(url, sizeof url, "%s%s", load->url, target);
    visit->curl = curl_easy_init();
    visit->headers = NULL;
    visit->length = 0;
    if (visit->journey.token[0]) {
        snprintf(header, sizeof header, "Authorization: Bearer %s", visit->journey.token);
        visit->headers = curl_slist_append(NULL, header);
    }
    curl_easy_setopt(visit->curl, CURLOPT_URL, url);
    curl_easy_setopt(visit->curl, CURLOPT_HTTPHEADER, visit->headers);
    curl_easy_setopt(visit->curl, CURLOPT_USERAGENT, visit->journey.client);
    curl_easy_setopt(visit->curl, CURLOPT_PRIVATE, visit);
    curl_easy_setopt(visit->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(visit->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(visit->curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    curl_easy_setopt(visit->curl, CURLOPT_WRITEFUNCTION, body_append);
    curl_easy_setopt(visit->curl, CURLOPT_WRITEDATA, visit);
    if (post)
        curl_easy_setopt(visit->curl, CURLOPT_COPYPOSTFIELDS, "");
    curl_multi_add_handle(load->multi, visit->curl);
    load->in_flight++;
    load->sent++;
}

static void finish(struct load *load, struct visit *visit, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(visit->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status >= 100 && status < 600)
        load->by_class[status / 100]++;
    else
        load->failed++;
    curl_multi_remove_handle(load->multi, visit->curl);
    curl_easy_cleanup(visit->curl);
    curl_slist_free_all(visit->headers);
    visit->curl = NULL;
    load->in_flight--;
    visit->is_used = journey_answer(&visit->journey, code == CURLE_OK ? (int)status : 0,
                                    visit->body, visit->length);
    visit->due_s = clock_s() + gap_s(load, load->kind->think_s);
    if (visit->is_used)
        return;
    free(visit->body);
    visit->body = NULL;
}

static void collect(struct load *load)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(load->multi, &left));) {
        struct visit *visit = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &visit);
        finish(load, visit, message->data.result);
    }
}

/* ---- visits ---- */

static void visit_begin(struct load *load)
{
    for (unsigned i = 0; i < JOURNEYS_MAX; i++) {
        struct visit *visit = &load->visits[i];
        if (visit->is_used)
            continue;
        *visit = (struct visit){.is_used = true, .due_s = clock_s()};
        journey_begin(&visit->journey, load->kind, load->dice);
        return;
    }
    load->skipped++;
}

static void send_due(struct load *load)
{
    const double now_s = clock_s();
    for (unsigned i = 0; i < JOURNEYS_MAX; i++) {
        struct visit *visit = &load->visits[i];
        if (!visit->is_used || visit->curl || visit->due_s > now_s)
            continue;
        if (load->in_flight < IN_FLIGHT_MAX) {
            send_next(load, visit);
        } else { /* who cannot even ask goes away */
            visit->is_used = false;
            load->skipped++;
        }
    }
}

static double mean_steps(const struct kind *kind)
{
    unsigned short dice[3] = {1, 2, 3};
    double steps = 0;
    for (int i = 0; i < 1000; i++) {
        struct journey journey;
        journey_begin(&journey, kind, dice);
        steps += journey.count;
    }
    return steps / 1000;
}

/* Of 1. Midnight is at the begin and at the end, the evening after three quarters. */
static double day_factor(const struct load *load, double part)
{
    if (!load->kind->has_days)
        return 1;
    return 1 - DAY_SWING * sin(2 * M_PI * part);
}

static void wander(struct load *load)
{
    const double step = (2 * erand48(load->dice) - 1) * NOISE_STEP;
    load->noise = fmax(-NOISE_MAX, fmin(NOISE_MAX, NOISE_MEMORY * load->noise + step));
}

static void say_counts(const struct load *load)
{
    printf("sent %lu, skipped %lu, no answer %lu, 2xx %lu, 4xx %lu, 5xx %lu\n", load->sent,
           load->skipped, load->failed, load->by_class[2], load->by_class[4], load->by_class[5]);
}

static void run(struct load *load, double requests_per_s, long seconds)
{
    const double begin_s = clock_s();
    const double journeys_per_s = requests_per_s / load->steps_per_journey;
    double due_s = begin_s;
    double wander_s = begin_s;
    int running;
    while (clock_s() < begin_s + (double)seconds && !stopping) {
        const double now_s = clock_s();
        if (now_s >= wander_s) {
            wander(load);
            wander_s += 1;
        }
        if (now_s >= due_s) {
            const double rate = journeys_per_s * exp(load->noise) *
                                day_factor(load, (now_s - begin_s) / (double)seconds);
            due_s += gap_s(load, 1 / rate);
            visit_begin(load);
        }
        send_due(load);
        curl_multi_perform(load->multi, &running);
        collect(load);
        const double wait_s = fmax(0, fmin(due_s - clock_s(), 0.05));
        curl_multi_poll(load->multi, NULL, 0, 1 + (int)(wait_s * 1000), NULL);
    }
    while (load->in_flight > 0) { /* ends: each has its timeout */
        curl_multi_perform(load->multi, &running);
        collect(load);
        curl_multi_poll(load->multi, NULL, 0, 100, NULL);
    }
}

int load_main(const char *url, double requests_per_s, long seconds, unsigned seed, const char *kind)
{
    static struct load load;
    load.kind = kind_find(kind);
    if (!load.kind || requests_per_s <= 0 || seconds <= 0) {
        fprintf(stderr, "shop: load wants a rate, seconds, and a kind: shoppers, crowd, sale, "
                        "feed or sync\n");
        return 2;
    }
    load.multi = curl_multi_init();
    load.url = url;
    load.dice[0] = 0x330e;
    load.dice[1] = (unsigned short)seed;
    load.dice[2] = (unsigned short)(seed >> 16);
    load.steps_per_journey = mean_steps(load.kind);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_stop}, NULL);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_stop}, NULL);
    run(&load, requests_per_s, seconds);
    for (unsigned i = 0; i < JOURNEYS_MAX; i++)
        free(load.visits[i].body);
    curl_multi_cleanup(load.multi);
    say_counts(&load);
    return 0;
}
