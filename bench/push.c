/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pushes log records to a server that runs, as fast as it answers: several connections that stay
 * open, one request at a time on each. With the server's process id it also says how much of a
 * processor the server took for them.
 */
#include "push_body.h"

#include "base/arena.h"
#include "base/clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 64
#define DIFFERENT 16 /* bodies, sent over and over */

struct pusher {
    pthread_t thread;
    uint16_t port;
    int requests;
    const struct str *bodies;
    int kept, busy, failed;
};

static bool send_all(int socket, struct str bytes)
{
    while (bytes.len > 0) {
        const ssize_t sent = send(socket, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes = str_slice(bytes, (size_t)sent, bytes.len);
    }
    return true;
}

/* The status; answers are short, and the whole of one is read when its length has come. */
static int read_status(int socket)
{
    char text[4096];
    size_t len = 0;
    while (len < sizeof text - 1) {
        const ssize_t got = recv(socket, text + len, sizeof text - 1 - len, 0);
        if (got <= 0)
            return 0;
        len += (size_t)got;
        text[len] = '\0';
        const char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
        if (end && (!length || text + len >= end + 4 + strtoul(length + 15, NULL, 10)))
            return atoi(text + 9);
    }
    return 0;
}

static void *push(void *thing)
{
    struct pusher *pusher = thing;
    struct arena *arena = arena_new("push");
    const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(pusher->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bool ok = connect(socket_fd, (const struct sockaddr *)&address, sizeof address) == 0;
    for (int i = 0; ok && i < pusher->requests; i++) {
        const struct str body = pusher->bodies[i % DIFFERENT];
        const struct str head =
            str_printf(arena,
                       "POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: "
                       "application/x-protobuf\r\nContent-Length: %zu\r\n\r\n",
                       pusher->port, body.len);
        const int status =
            send_all(socket_fd, head) && send_all(socket_fd, body) ? read_status(socket_fd) : 0;
        pusher->kept += status == 200;
        pusher->busy += status == 429 || status == 503;
        pusher->failed += status != 200 && status != 429 && status != 503;
        ok = status != 0;
    }
    close(socket_fd);
    arena_free(arena);
    return NULL;
}

/* Seconds of processor that a process has taken. */
static double processor_seconds(int pid)
{
    char path[64];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = pid > 0 ? fopen(path, "re") : NULL;
    if (file && fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                       &user, &kernel) != 2)
        user = kernel = 0;
    if (file)
        fclose(file);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr,
                "usage: bench-push PORT CONNECTIONS REQUESTS [PID]\n"
                "Each connection sends so many requests of %d log records.\n",
                PUSH_RECORDS);
        return 2;
    }
    const int connections = atoi(argv[2]) < CONNECTIONS_MAX ? atoi(argv[2]) : CONNECTIONS_MAX;
    const int pid = argc > 4 ? atoi(argv[4]) : 0;
    struct arena *arena = arena_new("bench");
    struct pusher pushers[CONNECTIONS_MAX] = {0};
    struct str bodies[DIFFERENT];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (unsigned i = 0; i < DIFFERENT; i++)
        bodies[i] = push_body(arena, i * PUSH_RECORDS, now.tv_sec * NS_PER_S);

    const struct clock clock = clock_system();
    const int64_t start_ns = clock_now_ns(clock);
    const double start = processor_seconds(pid);
    for (int i = 0; i < connections; i++) {
        pushers[i] = (struct pusher){
            .port = (uint16_t)atoi(argv[1]), .requests = atoi(argv[3]), .bodies = bodies};
        if (pthread_create(&pushers[i].thread, NULL, push, &pushers[i]) != 0)
            return 2;
    }
    int kept = 0, busy = 0, failed = 0;
    for (int i = 0; i < connections; i++) {
        pthread_join(pushers[i].thread, NULL);
        kept += pushers[i].kept;
        busy += pushers[i].busy;
        failed += pushers[i].failed;
    }
    const double seconds = (double)(clock_now_ns(clock) - start_ns) / 1e9;
    const double processor = processor_seconds(pid) - start;
    printf("%d requests kept, %d told to come again, %d failed\n", kept, busy, failed);
    printf("%.0f records/s by the clock\n", kept * PUSH_RECORDS / seconds);
    if (processor > 0)
        printf("%.0f records/s of the server's processor time\n", kept * PUSH_RECORDS / processor);
    arena_free(arena);
    return failed > 0;
}
