/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a storm of alerts cost?
 *
 * A: a thousand posts of ten alerts each, in Alertmanager's words, read and taken in by the desk;
 * by one thread, and by sixteen. B: a row of the same bytes for each alert, in as many
 * transactions: what any program has to do that keeps them before it answers. In processor time,
 * and beside it how long one post took, which is mostly the disk.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "incident/desk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define POSTS 1000
#define ALERTS 10
#define SERVICES 50
#define THREADS 16
#define NOW (INT64_C(1795312800) * NS_PER_S)

static struct str bodies[POSTS];
static char folder[] = "/tmp/warroom-bench-XXXXXX";

static void make_bodies(struct arena *arena)
{
    for (int i = 0; i < POSTS; i++) {
        struct buf out = buf_new(arena);
        buf_printf(&out,
                   "{\"version\":\"4\",\"status\":\"firing\",\"groupKey\":\"g%d\",\"alerts\":[",
                   i % 5);
        for (int j = 0; j < ALERTS; j++)
            buf_printf(&out,
                       "%s{\"status\":\"firing\",\"labels\":{\"alertname\":\"HighLatency\","
                       "\"service\":\"service-%d\",\"pod\":\"p-%d-%d\",\"severity\":\"critical\"},"
                       "\"annotations\":{\"summary\":\"p99 latency is 2.3s (threshold 500ms)\"},"
                       "\"startsAt\":\"2026-11-22T01:59:30Z\",\"fingerprint\":\"%04x%04x\"}",
                       j > 0 ? "," : "", (i * ALERTS + j) % SERVICES, i, j, i, j);
        buf_add(&out, STR("]}"));
        bodies[i] = buf_str(&out);
    }
}

static int64_t time_of(clockid_t which)
{
    struct timespec time;
    clock_gettime(which, &time);
    return time.tv_sec * NS_PER_S + time.tv_nsec;
}

static struct ledger *open_ledger(struct arena *arena, const char *name)
{
    struct ledger *ledger;
    struct err err = {0};
    if (ledger_open(arena, str_printf(arena, "%s/%s", folder, name).ptr, &ledger, &err))
        return ledger;
    fprintf(stderr, "%s\n", err.text);
    exit(1);
}

/* ---- A ---- */

struct poster {
    struct desk *desk;
    int from, step;
    uint32_t opened;
    int64_t *took_ns; /* by post */
};

static void *post_all(void *thing)
{
    struct poster *self = thing;
    const struct webhook_keys keys = {0};
    for (int i = self->from; i < POSTS; i += self->step) {
        const int64_t start_ns = time_of(CLOCK_MONOTONIC);
        struct arena *arena = arena_new("post");
        const struct webhook_post post = {.body = bodies[i], .now_ns = NOW + i * 60 * NS_PER_MS};
        struct notices notices;
        struct delivery delivery = {.notices = &notices, .arena = arena};
        struct err err = {0};
        if (!webhook_read(webhook_find(STR("alertmanager")), &post, &keys, arena, &notices, &err) ||
            !desk_take(self->desk, &delivery, post.now_ns, &err)) {
            fprintf(stderr, "%s\n", err.text);
            exit(1);
        }
        self->opened += delivery.opened;
        arena_free(arena);
        self->took_ns[i] = time_of(CLOCK_MONOTONIC) - start_ns;
    }
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double storm(int threads_count, const char *name)
{
    static int64_t took_ns[POSTS];
    struct arena *arena = arena_new("storm");
    struct desk *desk = desk_new(arena, open_ledger(arena, name), &incident_limits_standard);
    struct poster posters[THREADS];
    pthread_t threads[THREADS];
    uint32_t opened = 0;
    const int64_t cpu_ns = time_of(CLOCK_PROCESS_CPUTIME_ID), wall_ns = time_of(CLOCK_MONOTONIC);
    for (int i = 0; i < threads_count; i++) {
        posters[i] =
            (struct poster){.desk = desk, .from = i, .step = threads_count, .took_ns = took_ns};
        pthread_create(&threads[i], NULL, post_all, &posters[i]);
    }
    for (int i = 0; i < threads_count; i++) {
        pthread_join(threads[i], NULL);
        opened += posters[i].opened;
    }
    const double cpu_ms = (double)(time_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns) / NS_PER_MS;
    const double wall_ms = (double)(time_of(CLOCK_MONOTONIC) - wall_ns) / NS_PER_MS;
    qsort(took_ns, POSTS, sizeof *took_ns, ascending);
    printf("%2d threads: %d alerts are %u incidents; %.0f ms of processor, %.0f ms in all; a post "
           "takes %.1f ms, of a hundred the slowest %.1f ms\n",
           threads_count, POSTS * ALERTS, opened, cpu_ms, wall_ms,
           (double)took_ns[POSTS / 2] / NS_PER_MS, (double)took_ns[POSTS * 99 / 100] / NS_PER_MS);
    arena_free(arena);
    return cpu_ms;
}

/* ---- B ---- */

static const char *const steps[] = {"CREATE TABLE rows (key TEXT PRIMARY KEY, body TEXT) STRICT;"};
static const struct ledger_schema plain = {steps, 1};

static double plain_rows(void)
{
    struct arena *arena = arena_new("rows");
    struct ledger *ledger;
    struct err err = {0};
    if (!ledger_open_with(arena, str_printf(arena, "%s/rows.db", folder).ptr, &plain, &ledger,
                          &err))
        exit(1);
    const int64_t cpu_ns = time_of(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < POSTS; i++) {
        bool ok = ledger_begin(ledger, &err);
        for (int j = 0; j < ALERTS && ok; j++) {
            const struct value values[] = {
                value_text(str_printf(arena, "%04x%04x", i, j)),
                value_text(str_slice(bodies[i], 0, bodies[i].len / ALERTS))};
            ok = ledger_run(ledger, "INSERT INTO rows VALUES (?1, ?2)", values, 2, &err);
        }
        if (!ok || !ledger_commit(ledger, &err))
            exit(1);
    }
    const double cpu_ms = (double)(time_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns) / NS_PER_MS;
    arena_free(arena);
    return cpu_ms;
}

int main(void)
{
    struct arena *arena = arena_new("bench");
    struct rusage usage;
    if (!mkdtemp(folder))
        return 1;
    make_bodies(arena);
    const double floor_ms = plain_rows();
    const double one_ms = storm(1, "one.db"), many_ms = storm(THREADS, "many.db");
    getrusage(RUSAGE_SELF, &usage);
    printf("a row for each alert %.0f ms of processor; against that, one thread %.1f, %d threads "
           "%.1f; peak %ld MB\n",
           floor_ms, one_ms / floor_ms, THREADS, many_ms / floor_ms, usage.ru_maxrss / 1024);
    static const char *const names[] = {"rows.db", "one.db", "many.db"};
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 9; i++)
        unlink(str_printf(arena, "%s/%s%s", folder, names[i / 3], ends[i % 3]).ptr);
    rmdir(folder);
    arena_free(arena);
    return 0;
}
