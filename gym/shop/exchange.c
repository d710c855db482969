// SPDX-License-Identifier: Apache-2.0
#include "exchange.h"
#include "dns.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX (1u << 20)
#define CONNECTION_AGE_MAX_S 30L /* so that a successor, and a new certificate, are seen */

struct text {
    char *bytes;
    size_t length;
};

static size_t text_append(char *data, size_t one, size_t count, void *target)
{
    struct text *text = target;
    const size_t size = one * count;
    if (text->length + size > BODY_MAX)
        return 0; /* makes curl fail: no peer of ours answers that much */
    char *bytes = realloc(text->bytes, text->length + size);
    if (!bytes)
        abort();
    memcpy(bytes + text->length, data, size);
    text->bytes = bytes;
    text->length += size;
    return size;
}

/* "no connection" and "no answer" send people to different places. */
static void say_timeout(CURL *curl, struct exchange *exchange)
{
    curl_off_t took_us = 0; /* until connect_ms, or until timeout_ms */
    curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &took_us);
    exchange->error_type = "timeout";
    if (took_us < exchange->timeout_ms * 1000)
        snprintf(exchange->why, sizeof exchange->why, "no connection within %ld ms",
                 exchange->connect_ms);
    else
        snprintf(exchange->why, sizeof exchange->why, "no answer within %ld ms",
                 exchange->timeout_ms);
}

static void say_no_connection(CURL *curl, struct exchange *exchange)
{
    long os_error = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_error);
    snprintf(exchange->why, sizeof exchange->why, "cannot connect: %s",
             os_error ? strerror((int)os_error) : "no address that answers");
}

static void say_why(CURL *curl, CURLcode code, const char *detail, struct exchange *exchange)
{
    exchange->error_type = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR
                               ? "tls"
                               : "connection";
    snprintf(exchange->why, sizeof exchange->why, "%.199s",
             detail[0] ? detail : curl_easy_strerror(code));
    if (code == CURLE_OPERATION_TIMEDOUT)
        say_timeout(curl, exchange);
    if (code == CURLE_COULDNT_CONNECT)
        say_no_connection(curl, exchange);
}

/* False when the name cannot be resolved. `*resolve` is to be freed after the request. */
static bool set_address(CURL *curl, struct exchange *exchange, struct curl_slist **resolve)
{
    char host[64] = "";
    unsigned port = strncmp(exchange->url, "https", 5) == 0 ? 443 : 80;
    char address[DNS_ADDRESS_SIZE];
    char entry[128];
    if (sscanf(exchange->url, "%*[a-z]://%63[^:/]:%5u", host, &port) < 1)
        return true;
    switch (dns_resolve(host, address, exchange->why, sizeof exchange->why)) {
    case DNS_NOT_ASKED:
        return true;
    case DNS_FAILED:
        exchange->error_type = "dns";
        return false;
    case DNS_FOUND:
        break;
    }
    snprintf(entry, sizeof entry, "+%s:%u:%s", host, port, address);
    *resolve = curl_slist_append(NULL, entry);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, *resolve);
    return true;
}

static struct curl_slist *headers_of(const struct exchange *exchange)
{
    char header[300];
    snprintf(header, sizeof header, "traceparent: %s", exchange->traceparent);
    struct curl_slist *headers = curl_slist_append(NULL, header);
    if (exchange->authorization) {
        snprintf(header, sizeof header, "Authorization: %.250s", exchange->authorization);
        headers = curl_slist_append(headers, header);
    }
    return headers;
}

static void set_limits(CURL *curl, const struct exchange *exchange)
{
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, exchange->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, exchange->connect_ms);
    curl_easy_setopt(curl, CURLOPT_MAXLIFETIME_CONN, CONNECTION_AGE_MAX_S);
    if (exchange->ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, exchange->ca);
}

static void perform(CURL *curl, struct exchange *exchange, struct text *body)
{
    char url[1400];
    char detail[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = headers_of(exchange);
    snprintf(url, sizeof url, "%s%s", exchange->url, exchange->target);
    set_limits(curl, exchange);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, text_append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    if (strcmp(exchange->method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, "");
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK)
        exchange->status = (int)status;
    else
        say_why(curl, code, detail, exchange);
    curl_easy_reset(curl); /* forgets what is ours and keeps the connection */
    curl_slist_free_all(headers);
}

void exchange_run(struct connections *connections, struct exchange *exchange)
{
    struct text body = {0};
    struct curl_slist *resolve = NULL;
    CURL *curl = connections_take(connections);
    exchange->status = 0;
    exchange->error_type = "";
    exchange->why[0] = '\0';
    if (set_address(curl, exchange, &resolve))
        perform(curl, exchange, &body);
    if (exchange->status > 0)
        connections_give(connections, curl);
    else
        curl_easy_cleanup(curl);
    curl_slist_free_all(resolve);
    exchange->body = body.length > 0 ? json_loadb(body.bytes, body.length, 0, NULL) : NULL;
    free(body.bytes);
}
