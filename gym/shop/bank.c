// SPDX-License-Identifier: Apache-2.0
/*
 * A third party that payment stands on: takes some time, declines some charges, wants a token and
 * bounds how many a second it takes. None of its telemetry is the shop's.
 */
#include "role.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct {
    char *tokens;
    long latency_ms, spread_percent, decline_percent, charges_per_s_max, outage_percent;
    pthread_mutex_t lock;
    unsigned short dice[3]; /* of erand48() */
    int64_t second;
    long charges_this_second;
    unsigned long last_id;
} bank = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)instance, (void)address;
    bank.tokens = config_file(config, "tokens_file");
    bank.latency_ms = config_number(config, "latency_ms", 60, 0, 600000);
    bank.spread_percent = config_number(config, "spread_percent", 40, 0, 300);
    bank.decline_percent = config_number(config, "decline_percent", 2, 0, 100);
    bank.outage_percent = config_number(config, "outage_percent", 0, 0, 100);
    bank.charges_per_s_max = config_number(config, "charges_per_s_max", 100, 1, 100000);
    bank.last_id = (unsigned long)now_ns() / 1000000;
}

static void stop(void)
{
    free(bank.tokens);
}

static double die(void)
{
    pthread_mutex_lock(&bank.lock);
    const double number = erand48(bank.dice);
    pthread_mutex_unlock(&bank.lock);
    return number;
}

/* Log-normal, as times of remote services are: most near the median, a few far above. */
static void take_time(void)
{
    const double normal = sqrt(-2 * log(1 - die())) * cos(6.283185307179586 * die());
    const double ms = (double)bank.latency_ms * exp((double)bank.spread_percent / 100 * normal);
    nanosleep(
        &(struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(fmod(ms, 1000) * 1e6)},
        NULL);
}

static bool token_is_known(const char *authorization)
{
    if (!bank.tokens)
        return true;
    char header[200];
    bool known = false;
    char *copy = strdup(bank.tokens);
    char *rest = copy;
    for (char *token; !known && (token = strsep(&rest, "\n"));) {
        snprintf(header, sizeof header, "Bearer %s", token);
        known = token[0] && strcmp(header, authorization) == 0;
    }
    free(copy);
    return known;
}

static bool is_too_many(void)
{
    const int64_t second = now_ns() / 1000000000;
    pthread_mutex_lock(&bank.lock);
    if (second != bank.second)
        bank.charges_this_second = 0;
    bank.second = second;
    const bool too_many = ++bank.charges_this_second > bank.charges_per_s_max;
    pthread_mutex_unlock(&bank.lock);
    return too_many;
}

static void charges(const struct request *request, struct reply *reply)
{
    if (!token_is_known(request_header(request, "Authorization"))) {
        reply_error(request, reply, 401, "Unauthorized", "unknown or revoked API token");
        return;
    }
    if (is_too_many()) {
        reply_error(request, reply, 429, "TooManyRequests", "rate limit of %ld charges/s exceeded",
                    bank.charges_per_s_max);
        return;
    }
    take_time();
    if (die() * 100 < (double)bank.outage_percent) {
        reply_error(request, reply, 503, "ServiceUnavailable", "processing is suspended");
        return;
    }
    if (die() * 100 < (double)bank.decline_percent) {
        reply_error(request, reply, 402, "CardDeclined", "insufficient funds");
        return;
    }
    pthread_mutex_lock(&bank.lock);
    const unsigned long id = ++bank.last_id;
    pthread_mutex_unlock(&bank.lock);
    char text[40];
    snprintf(text, sizeof text, "ch_%lx", id);
    reply_json(reply, 200, json_pack("{s:s}", "id", text));
}

static const struct route routes[] = {
    {"POST", "/charges", charges},
    {0},
};

const struct role role_bank = {"bank", routes, start, stop};
