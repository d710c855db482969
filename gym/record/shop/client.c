// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 500L

static size_t body_append(char *data, size_t one, size_t count, void *target)
{
    struct answer *answer = target;
    const size_t size = one * count;
    if (answer->length + size >= CLIENT_BODY_MAX)
        return 0; /* makes curl fail: no peer of ours answers that much */
    memcpy(answer->body + answer->length, data, size);
    answer->length += size;
    answer->body[answer->length] = '\0';
    return size;
}

/* "no connection" and "no answer" send people to different places. */
static void say_timeout(CURL *curl, const struct peer *peer, struct answer *answer)
{
    curl_off_t connected_us = 0;
    curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected_us);
    if (connected_us == 0 && peer->timeout_ms > CONNECT_TIMEOUT_MS)
        snprintf(answer->why, sizeof answer->why, "no connection within %ld ms",
                 CONNECT_TIMEOUT_MS);
    else
        snprintf(answer->why, sizeof answer->why, "no answer within %ld ms", peer->timeout_ms);
}

static void perform(CURL *curl, const struct peer *peer, struct answer *answer)
{
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK)
        answer->status = (int)status;
    else if (code == CURLE_OPERATION_TIMEDOUT)
        say_timeout(curl, peer, answer);
    else
        snprintf(answer->why, sizeof answer->why, "%s", curl_easy_strerror(code));
}

static void send_request(const struct peer *peer, const struct trace_context *context,
                         const char *method, const char *path, const char *query,
                         struct answer *answer)
{
    char url[256];
    char traceparent[TRACEPARENT_SIZE];
    char header[TRACEPARENT_SIZE + 16];
    snprintf(url, sizeof url, "%s%s%s%s", peer->url, path, query[0] ? "?" : "", query);
    traceparent_write(context, traceparent);
    snprintf(header, sizeof header, "traceparent: %s", traceparent);

    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, header);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, peer->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (strcmp(method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, "");
    perform(curl, peer, answer);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

bool client_call(const struct peer *peer, const struct trace_context *context, const char *method,
                 const char *path, const char *query, struct answer *answer)
{
    char name[64];
    snprintf(name, sizeof name, "%s %s", method, path);
    struct span span;
    span_begin(&span, context, SPAN_CLIENT, name);
    span_text(&span, "server.address", peer->service);

    *answer = (struct answer){0};
    send_request(peer, &span.context, method, path, query, answer);

    if (answer->status >= 500)
        snprintf(answer->why, sizeof answer->why, "answered %d", answer->status);
    if (answer->status > 0)
        span_number(&span, "http.response.status_code", answer->status);
    if (answer->why[0]) {
        span_fail(&span, "%s", answer->why);
        log_write(SEVERITY_ERROR, context, "%s %s: %s", peer->service, name, answer->why);
    }
    span_end(&span);
    return answer->status > 0 && answer->status < 500;
}
