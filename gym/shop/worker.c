// SPDX-License-Identifier: Apache-2.0
/*
 * Does what nobody waits for: packs and mails what was ordered. A job that fails is put back and
 * tried again, as often as attempts_max says.
 */
#include "client.h"
#include "database.h"
#include "metric.h"
#include "queue.h"
#include "role.h"
#include "trail.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MAX 64
#define TAKE_WAIT_S 1         /* so that a stop is seen */
#define TROUBLE_PAUSE_MS 1000 /* when Redis will not have us */

enum retry_at { RETRY_AT_HEAD, RETRY_AT_TAIL };

static struct {
    struct database *database;
    struct redis *redis;
    struct peer *shipping;
    char doing[80]; /* the list of the jobs that this instance does now */
    long threads, attempts_max, retry_pause_ms, job_pause_ms;
    enum retry_at retry_at;
    pthread_t workers[THREADS_MAX];
    atomic_bool stopping;
} worker;

static struct metric jobs =
    COUNTER("queue_jobs_total", "Jobs taken from the queue", "kind", "outcome");
static struct metric durations = HISTOGRAM("queue_job_duration_seconds", "Time of a job", "kind");

/* In steps, so that a stop does not wait for it. */
static void pause_ms(long ms)
{
    for (long left = ms; left > 0 && !atomic_load(&worker.stopping); left -= 50)
        nanosleep(&(struct timespec){.tv_nsec = (left < 50 ? left : 50) * 1000000}, NULL);
}

/* ---- what a job is ---- */

struct job {
    const char *text; /* as it stands in Redis */
    json_t *json;     /* NULL: it is none */
    const char *kind;
    long order;
};

static const struct kind {
    const char *name;
    const char *mail;
} kinds[] = {
    {"order.placed", "Thank you for your order "},
    {"order.gift", "A gift is on its way, order "},
};

static const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* ---- doing it ---- */

static bool fail(const struct trace_context *context, const struct job *job, const char *type,
                 const char *why)
{
    char frames[800];
    trail_write(frames, sizeof frames);
    log_write(SEVERITY_ERROR, context, "job %s of order %ld failed: %s: %s%s", job->kind,
              job->order, type, why, frames);
    return false;
}

static bool pack(const struct trace_context *context, const struct job *job)
{
    TRAIL;
    struct call call;
    call_prepare(&call, worker.shipping, "POST", "/shipments?order=%ld", job->order);
    const bool good = client_call(context, &call) && call.status == 200;
    if (!good)
        fail(context, job, "ShippingError", call.why[0] ? call.why : call_text(&call, "message"));
    call_done(&call);
    return good;
}

static bool mail(const struct trace_context *context, const struct job *job,
                 const struct kind *kind)
{
    TRAIL;
    char order[24];
    snprintf(order, sizeof order, "%ld", job->order);
    PGresult *rows =
        database_query(worker.database, context, "INSERT mail",
                       "WITH sent AS (UPDATE orders SET status = 'sent' WHERE id = $1) "
                       "INSERT INTO mails (order_id, text) VALUES ($1, $2 || $1)",
                       VALUES(order, kind->mail));
    PQclear(rows);
    return rows || fail(context, job, "DatabaseError", database_why());
}

static bool job_do(const struct trace_context *context, const struct job *job)
{
    TRAIL;
    if (!job->json || job->order == 0)
        return fail(context, job, "BadMessage", "no JSON with a kind and an order");
    const struct kind *kind = kind_find(job->kind);
    if (!kind)
        return fail(context, job, "UnknownKind", "no handler for this kind of job");
    if (!pack(context, job) || !mail(context, job, kind))
        return false;
    const double age_s = (double)now_ns() / 1e9 -
                         (double)json_integer_value(json_object_get(job->json, "queued_ms")) / 1e3;
    log_write(SEVERITY_INFO, context, "job %s of order %ld done, %.1f s after it was queued",
              job->kind, job->order, age_s);
    return true;
}

/* ---- the queue's side ---- */

static void forget(const struct job *job)
{
    freeReplyObject(redis_wait(worker.redis, 0, "LREM %s 1 %s", worker.doing, job->text));
}

/* Returns the word for how it went. */
static const char *put_back(const struct trace_context *context, const struct job *job)
{
    const json_int_t attempts = 1 + json_integer_value(json_object_get(job->json, "attempts"));
    const bool is_dead = worker.attempts_max > 0 && (!job->json || attempts >= worker.attempts_max);
    if (job->json)
        json_object_set_new(job->json, "attempts", json_integer(attempts));
    char *text = job->json ? json_dumps(job->json, JSON_COMPACT) : strdup(job->text);
    const char *push = worker.retry_at == RETRY_AT_HEAD ? "LPUSH" : "RPUSH";
    freeReplyObject(redis_wait(worker.redis, 0, "%s %s %s", is_dead ? "RPUSH" : push,
                               is_dead ? QUEUE_DEAD : QUEUE_NAME, text));
    forget(job);
    log_write(SEVERITY_WARN, context,
              is_dead ? "job %s of order %ld given up after %lld attempts"
                      : "job %s of order %ld put back after %lld attempts",
              job->kind, job->order, (long long)attempts);
    free(text);
    return is_dead ? "given_up" : "put_back";
}

static void job_run(const char *text)
{
    struct job job = {.text = text, .json = json_loads(text, 0, NULL)};
    const char *kind = json_string_value(json_object_get(job.json, "kind"));
    job.kind = kind ? kind : "unknown";
    job.order = (long)json_integer_value(json_object_get(job.json, "order"));
    struct trace_context queued;
    traceparent_parse(json_string_value(json_object_get(job.json, "traceparent")), &queued);
    struct span span;
    span_begin(&span, &queued, SPAN_CONSUMER, "process " QUEUE_NAME);
    span_text(&span, "messaging.system", "redis");
    span_text(&span, "messaging.destination.name", QUEUE_NAME);
    span_text(&span, "messaging.job.kind", job.kind);

    const bool done = job_do(&span.context, &job);
    const char *outcome = "done";
    if (done) {
        forget(&job);
    } else {
        outcome = put_back(&span.context, &job);
        span_fail(&span, "job %.60s of order %ld %s", job.kind, job.order, outcome);
    }
    const char *label = kind_find(job.kind) ? job.kind : "unknown";
    metric_add(&jobs, 1, LABELS(label, outcome));
    metric_observe(&durations, (double)(now_ns() - span.start_ns) / 1e9, LABELS(label));
    span_end(&span);
    json_decref(job.json);
    pause_ms(done ? worker.job_pause_ms : worker.retry_pause_ms);
}

static void *work_until_stopped(void *unused)
{
    (void)unused;
    bool in_trouble = false;
    while (!atomic_load(&worker.stopping)) {
        redisReply *job = redis_wait(worker.redis, TAKE_WAIT_S * 1000, "BLMOVE %s %s LEFT RIGHT %d",
                                     QUEUE_NAME, worker.doing, TAKE_WAIT_S);
        if (!job && !in_trouble)
            log_write(SEVERITY_ERROR, NULL, "no jobs can be taken: %s", redis_why());
        in_trouble = !job;
        if (in_trouble)
            pause_ms(TROUBLE_PAUSE_MS);
        else if (job->type == REDIS_REPLY_STRING)
            job_run(job->str);
        freeReplyObject(job);
    }
    return NULL;
}

/* Of a predecessor that was killed: its jobs go back to where they came from. */
static void put_back_left_overs(void)
{
    redisReply *job = NULL;
    long count = -1;
    do {
        freeReplyObject(job);
        job = redis_wait(worker.redis, 0, "LMOVE %s %s RIGHT LEFT", worker.doing, QUEUE_NAME);
        count++;
    } while (job && job->type == REDIS_REPLY_STRING);
    freeReplyObject(job);
    if (count > 0)
        log_write(SEVERITY_WARN, NULL, "%ld jobs of a predecessor put back", count);
}

/* ---- the role ---- */

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    const char *const places[] = {"head", "tail", NULL};
    worker.database = database_open(config, instance);
    worker.redis = redis_open(config);
    worker.shipping = peer_open(config, "shipping");
    worker.threads = config_number(config, "threads", 2, 1, THREADS_MAX);
    worker.attempts_max = config_number(config, "attempts_max", 5, 0, 1000000);
    worker.retry_at = (enum retry_at)config_choice(config, "retry_at", places);
    worker.retry_pause_ms = config_number(config, "retry_pause_ms", 1000, 0, 600000);
    worker.job_pause_ms = config_number(config, "job_pause_ms", 20, 0, 600000);
    snprintf(worker.doing, sizeof worker.doing, QUEUE_NAME ":doing:%s", instance);
    queue_watch(worker.redis);
    put_back_left_overs();
    for (long i = 0; i < worker.threads; i++)
        if (pthread_create(&worker.workers[i], NULL, work_until_stopped, NULL) != 0)
            exit(1);
}

static void stop(void)
{
    atomic_store(&worker.stopping, true);
    for (long i = 0; i < worker.threads; i++)
        pthread_join(worker.workers[i], NULL);
    database_close(worker.database);
    redis_close(worker.redis);
    peer_close(worker.shipping);
}

static const struct route routes[] = {{0}};

const struct role role_worker = {"worker", routes, start, stop};
