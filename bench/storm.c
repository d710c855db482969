/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A storm of alerts against a server that runs: POSTs at an even pace over a few connections that
 * are kept, while others watch. Says how long answers took, and what watchers got.
 *
 *     bench-storm PORT [POSTS [SECONDS [WATCHERS]]]
 *
 * An answer is timed from when its POST was due, not from when it could be sent: so a server that
 * stands still for a second is late for all that came in that second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SENDERS 16
#define SERVICES 20 /* that alert, each with an alert of its own */
#define WATCHERS_MAX 1000

static int port;
static uint32_t posts = 10000, watchers = 500;
static double seconds = 60;
static double *took_ms; /* by post; negative: it was not taken */
static atomic_uint next_post, refused, broken;
static double started;

static double now(void)
{
    struct timespec it;
    clock_gettime(CLOCK_MONOTONIC, &it);
    return (double)it.tv_sec + (double)it.tv_nsec / 1e9;
}

static int dial(void)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    perror("connect");
    exit(1);
}

/* ---- posts ---- */

static int make_post(uint32_t number, char *out, size_t room)
{
    char body[1024];
    const uint32_t service = number % SERVICES;
    const int len = snprintf(
        body, sizeof body,
        "{\"version\":\"4\",\"groupKey\":\"{}:{cluster=\\\"one\\\"}\",\"status\":\"firing\","
        "\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"Storm\",\"service\":"
        "\"service-%u\",\"instance\":\"pod-%u\"},\"annotations\":{\"summary\":\"it storms\"},"
        "\"startsAt\":\"2026-11-22T02:00:00Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","
        "\"fingerprint\":\"storm%u\"}]}",
        service, number, number);
    return snprintf(out, room,
                    "POST /webhook/alertmanager HTTP/1.1\r\nHost: localhost\r\n"
                    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                    len, body);
}

/* The status of the answer; 0: the connection is broken. */
static int read_answer(int fd)
{
    char head[4096];
    size_t len = 0;
    const char *end = NULL;
    while (!end && len < sizeof head - 1) {
        const ssize_t got = read(fd, head + len, sizeof head - 1 - len);
        if (got <= 0)
            return 0;
        len += (size_t)got;
        head[len] = '\0';
        end = strstr(head, "\r\n\r\n");
    }
    const char *length = end ? strcasestr(head, "content-length:") : NULL;
    size_t left = length ? (size_t)atoi(length + 15) : 0;
    const size_t here = end ? len - (size_t)(end + 4 - head) : 0;
    for (left = left > here ? left - here : 0; left > 0;) {
        const ssize_t got = read(fd, head, left < sizeof head ? left : sizeof head);
        if (got <= 0)
            return 0;
        left -= (size_t)got;
    }
    return end ? atoi(head + 9) : 0;
}

static void *send_posts(void *state)
{
    (void)state;
    char post[2048];
    uint32_t number;
    int fd = dial();
    while ((number = atomic_fetch_add(&next_post, 1)) < posts) {
        const double due = started + seconds * number / posts;
        const double wait = due - now();
        if (wait > 0) {
            const struct timespec pause = {(time_t)wait,
                                           (long)((wait - (double)(time_t)wait) * 1e9)};
            nanosleep(&pause, NULL);
        }
        const int len = make_post(number, post, sizeof post);
        const int status = write(fd, post, (size_t)len) == len ? read_answer(fd) : 0;
        took_ms[number] = status == 202 ? (now() - due) * 1e3 : -1;
        if (status == 0) {
            atomic_fetch_add(&broken, 1);
            close(fd);
            fd = dial();
        } else if (status != 202) {
            atomic_fetch_add(&refused, 1);
        }
    }
    close(fd);
    return NULL;
}

/* ---- who watches ---- */

static atomic_bool is_over;
static uint64_t events, quiet;

static void *watch(void *state)
{
    (void)state;
    static struct pollfd polls[WATCHERS_MAX];
    static uint64_t got_events[WATCHERS_MAX];
    static const char request[] = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (uint32_t i = 0; i < watchers; i++) {
        polls[i] = (struct pollfd){.fd = dial(), .events = POLLIN};
        if (write(polls[i].fd, request, sizeof request - 1) < 0)
            perror("write");
    }
    char piece[65536];
    while (!atomic_load(&is_over)) {
        poll(polls, watchers, 100);
        for (uint32_t i = 0; i < watchers; i++) {
            const ssize_t got = polls[i].revents ? read(polls[i].fd, piece, sizeof piece - 1) : 0;
            if (polls[i].revents && got <= 0)
                polls[i].fd = -1;
            piece[got > 0 ? got : 0] = '\0';
            for (const char *at = piece; (at = strstr(at, "event: incident")); at++)
                got_events[i]++;
        }
    }
    for (uint32_t i = 0; i < watchers; i++) {
        events += got_events[i];
        quiet += got_events[i] == 0;
    }
    return NULL;
}

/* ---- what came of it ---- */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return fprintf(stderr, "usage: bench-storm PORT [POSTS [SECONDS [WATCHERS]]]\n"), 2;
    port = atoi(argv[1]);
    if (argc > 2)
        posts = (uint32_t)atoi(argv[2]);
    if (argc > 3)
        seconds = atof(argv[3]);
    if (argc > 4)
        watchers = (uint32_t)atoi(argv[4]);
    if (posts == 0 || watchers > WATCHERS_MAX)
        return 2;
    took_ms = calloc(posts, sizeof *took_ms);
    pthread_t senders[SENDERS], watcher;
    pthread_create(&watcher, NULL, watch, NULL);
    sleep(1); /* all are there before the storm */
    started = now();
    for (int i = 0; i < SENDERS; i++)
        pthread_create(&senders[i], NULL, send_posts, NULL);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(senders[i], NULL);
    const double took = now() - started;
    sleep(2); /* the last news are on their way */
    atomic_store(&is_over, true);
    pthread_join(watcher, NULL);
    qsort(took_ms, posts, sizeof *took_ms, by_size);
    uint32_t lost = 0;
    while (lost < posts && took_ms[lost] < 0)
        lost++;
    const double *taken = took_ms + lost;
    const uint32_t count = posts - lost;
    printf("%u posts in %.1f s: %u taken, %u refused, %u broken\n", posts, took, count,
           atomic_load(&refused), atomic_load(&broken));
    if (count > 0)
        printf("ms: p50 %.2f  p90 %.2f  p99 %.2f  max %.2f\n", taken[count / 2],
               taken[count * 9 / 10], taken[(uint64_t)count * 99 / 100], taken[count - 1]);
    printf("%u watchers: %llu events, %llu of them got none\n", watchers,
           (unsigned long long)events, (unsigned long long)quiet);
    return lost > 0;
}
