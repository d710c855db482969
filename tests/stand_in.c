/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server for tests/collect.sh, on a free port of loopback that it prints: what a source may be
 * that is none, and Loki as far as we ask it, from its written interface, for no Loki can be had.
 *
 *   /metrics          a page of STAND_IN_SERIES series for Prometheus to scrape
 *   /loki/...         labels, values, counts, lines
 *   /slow/ /huge/ /cut/ /lie/ /html/ /redirect/ /refuse/ /deep/   each what its name says
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MAX 65536
#define SERIES_PER_METRIC 50

struct peer {
    int socket;
    char request[REQUEST_MAX];
};

static int tell(int peer, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t sent = send(peer, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        bytes += sent;
        len -= (size_t)sent;
    }
    return 1;
}

static void answer(int peer, const char *type, const char *body)
{
    char head[256];
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: "
             "close\r\n\r\n",
             type, strlen(body));
    tell(peer, head, strlen(head));
    tell(peer, body, strlen(body));
}

static void raw(int peer, const char *text)
{
    tell(peer, text, strlen(text));
}

/* ---- what is no source ---- */

static void endless(int peer)
{
    static char block[1 << 16];
    memset(block, ' ', sizeof block);
    raw(peer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{");
    while (tell(peer, block, sizeof block))
        ;
}

static void slow(int peer)
{
    char byte;
    while (recv(peer, &byte, 1, 0) > 0) /* until the other side has had enough */
        ;
}

static void deep(int peer)
{
    static char body[200000];
    memset(body, '[', sizeof body - 1);
    answer(peer, "application/json", body);
}

/* ---- Prometheus' exporters ---- */

static void metrics(int peer)
{
    static unsigned scrapes;
    const char *wanted = getenv("STAND_IN_SERIES");
    const unsigned series = wanted ? (unsigned)strtoul(wanted, NULL, 10) : 100;
    const unsigned scrape = __atomic_add_fetch(&scrapes, 1, __ATOMIC_RELAXED);
    char *body = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&body, &len);
    for (unsigned i = 0; i < series; i++)
        fprintf(out, "stock_%u_waiting_requests{route=\"/r%u\"} %u\n", i / SERIES_PER_METRIC,
                i % SERIES_PER_METRIC, (i * 7 + scrape) % 100);
    fclose(out);
    answer(peer, "text/plain; version=0.0.4", body);
    free(body);
}

/* ---- Loki ---- */

static void loki(int peer, const char *request)
{
    const char *start = strstr(request, "start=");
    const long long from_ns = start ? strtoll(start + 6, NULL, 10) : 0;
    char body[2048];
    if (strstr(request, "/labels?"))
        snprintf(body, sizeof body, "{\"status\":\"success\",\"data\":[\"app\",\"pod\"]}");
    else if (strstr(request, "/label/app/values?"))
        snprintf(body, sizeof body, "{\"status\":\"success\",\"data\":[\"stock\",\"web\"]}");
    else if (strstr(request, "count_over_time"))
        snprintf(body, sizeof body,
                 "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{"
                 "\"metric\":{\"app\":\"stock\"},\"values\":[[%lld,\"7\"]]}]}}",
                 from_ns / 1000000000 + 1);
    else
        snprintf(body, sizeof body,
                 "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{"
                 "\"stream\":{\"app\":\"stock\",\"pod\":\"stock-0\"},\"values\":[[\"%lld\",\"no "
                 "room for token=abcdefgh, told ann@example.org\"]]}]}}",
                 from_ns + 1000000);
    answer(peer, "application/json", body);
}

/* ---- one request ---- */

static int has(const char *request, const char *path)
{
    const char *space = strchr(request, ' ');
    return space && strncmp(space + 1, path, strlen(path)) == 0;
}

static void respond(int peer, const char *request)
{
    if (has(request, "/metrics"))
        metrics(peer);
    else if (has(request, "/loki/"))
        loki(peer, request);
    else if (has(request, "/slow/"))
        slow(peer);
    else if (has(request, "/huge/"))
        endless(peer);
    else if (has(request, "/deep/"))
        deep(peer);
    else if (has(request, "/cut/"))
        raw(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":");
    else if (has(request, "/lie/"))
        raw(peer, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"status\":\"success\"}");
    else if (has(request, "/html/"))
        answer(peer, "text/html", "<!doctype html><title>Log in</title>");
    else if (has(request, "/redirect/"))
        raw(peer, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: "
                  "0\r\n\r\n");
    else if (has(request, "/refuse/"))
        raw(peer, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    else
        raw(peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static void *serve(void *state)
{
    struct peer *peer = state;
    size_t len = 0;
    ssize_t got = 1;
    while (!strstr(peer->request, "\r\n\r\n") && got > 0 && len < REQUEST_MAX - 1) {
        got = recv(peer->socket, peer->request + len, REQUEST_MAX - 1 - len, 0);
        len += got > 0 ? (size_t)got : 0;
    }
    respond(peer->socket, peer->request);
    shutdown(peer->socket, SHUT_WR);
    while (recv(peer->socket, peer->request, REQUEST_MAX, 0) > 0) /* a body we did not read */
        ;
    close(peer->socket);
    free(peer);
    return NULL;
}

int main(void)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof where;
    const int door = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(door, (struct sockaddr *)&where, size) != 0 || listen(door, 64) != 0 ||
        getsockname(door, (struct sockaddr *)&where, &size) != 0)
        return 1;
    printf("%u\n", ntohs(where.sin_port));
    fflush(stdout);
    for (;;) {
        pthread_t thread;
        struct peer *peer = calloc(1, sizeof *peer);
        peer->socket = accept(door, NULL, NULL);
        if (peer->socket < 0 || pthread_create(&thread, NULL, serve, peer) != 0)
            return 1;
        pthread_detach(thread);
    }
}
