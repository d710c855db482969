/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples come by a range vector in an instant query, `{...}[180s]`: they are as they were scraped,
 * where query_range would repeat old ones on a grid of its own.
 */
#include "gym/bundle/prometheus.h"

#include "base/clock.h"
#include "gym/world/inventory.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_BYTES_MAX ((size_t)256 << 20)
#define TIMEOUT_S 30L

/* What is of Prometheus and not of the shop, and series that say how it was scraped. */
#define WANTED                                                                                     \
    "{service!~\"|.*-exporter|prometheus|alertmanager\",__name__!~\"ALERTS.*|scrape_.*|"           \
    "prometheus_.*|alertmanager_.*|.*_bucket|.*_"                                                  \
    "created\"}"

struct answer {
    char *bytes;
    size_t len;
};

static size_t take(char *data, size_t one, size_t count, void *state)
{
    struct answer *answer = state;
    const size_t len = one * count;
    char *more =
        answer->len + len < ANSWER_BYTES_MAX ? realloc(answer->bytes, answer->len + len + 1) : NULL;
    if (!more)
        return 0;
    memcpy(more + answer->len, data, len);
    answer->bytes = more;
    answer->len += len;
    return len;
}

static bool fetch(const char *url, struct answer *answer, struct err *err)
{
    CURL *curl = curl_easy_init();
    if (!curl)
        return err_set(err, ERR_IO, "libcurl does not start");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    const CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code == CURLE_OK ||
           err_set(err, ERR_UNREACHABLE, "Prometheus: %s", curl_easy_strerror(code));
}

bool prometheus_ask(const char *query, int64_t at_ns, json_t **result, struct err *err)
{
    char url[2048];
    struct answer answer = {0};
    char *escaped = curl_easy_escape(NULL, query, 0);
    snprintf(url, sizeof url, PROMETHEUS_URL "/api/v1/query?query=%s&time=%.3f", escaped,
             (double)(at_ns / NS_PER_MS) / 1e3);
    curl_free(escaped);
    json_t *root = fetch(url, &answer, err) ? json_loadb(answer.bytes, answer.len, 0, NULL) : NULL;
    const bool fetched = answer.len > 0;
    free(answer.bytes);
    *result = json_incref(json_object_get(json_object_get(root, "data"), "result"));
    json_decref(root);
    if (json_is_array(*result))
        return true;
    json_decref(*result);
    return fetched ? err_set(err, ERR_PROTOCOL, "Prometheus does not answer `%s`", query) : false;
}

bool prometheus_critical(unsigned *count, struct err *err)
{
    json_t *result;
    if (!prometheus_ask("ALERTS{alertstate=\"firing\",severity=\"critical\"}", wall_clock_ns(),
                        &result, err))
        return false;
    *count = (unsigned)json_array_size(result);
    json_decref(result);
    return true;
}

/* ---- metrics.csv ---- */

static const char *label_of(json_t *labels, const char *name)
{
    const char *text = json_string_value(json_object_get(labels, name));
    return text ? text : "";
}

/* What is left of the labels, as JSON in CSV's quotes; "" for none. */
static void labels_print(FILE *file, json_t *labels)
{
    static const char *const told[] = {"__name__", "service", "instance", "job"};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        json_object_del(labels, told[i]);
    if (json_object_size(labels) == 0)
        return;
    char *text = json_dumps(labels, JSON_COMPACT | JSON_SORT_KEYS);
    fputc('"', file);
    for (const char *at = text; at && *at; at++) {
        if (*at == '"')
            fputc('"', file);
        fputc(*at, file);
    }
    fputc('"', file);
    free(text);
}

/* Of the kernel's fifty numbers on its memory those that somebody would look at. */
static bool is_wanted(const char *name)
{
    static const char prefix[] = "node_memory_";
    static const char *const wanted[] = {"MemAvailable_bytes", "MemFree_bytes", "Dirty_bytes",
                                         "SwapFree_bytes"};
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return true;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (strcmp(name + sizeof prefix - 1, wanted[i]) == 0)
            return true;
    return false;
}

static void series_print(FILE *file, json_t *series)
{
    json_t *labels = json_object_get(series, "metric");
    json_t *pair;
    size_t index;
    char head[512];
    char *tail = NULL;
    size_t tail_len = 0;
    FILE *tail_file = open_memstream(&tail, &tail_len);
    snprintf(head, sizeof head, "%s,%s,%s", label_of(labels, "service"),
             label_of(labels, "instance"), label_of(labels, "__name__"));
    if (!tail_file)
        return; /* no memory */
    labels_print(tail_file, labels);
    fclose(tail_file);
    json_array_foreach(json_object_get(series, "values"), index, pair)
    {
        const char *value = json_string_value(json_array_get(pair, 1));
        if (value && strcmp(value, "NaN") != 0 && !strstr(value, "Inf"))
            fprintf(file, "%.3f,%s,%s,%s\n", json_number_value(json_array_get(pair, 0)), head,
                    value, tail);
    }
    free(tail);
}

bool prometheus_export(const char *path, int64_t from_ns, int64_t to_ns, struct err *err)
{
    char query[512];
    json_t *result, *series;
    size_t index;
    snprintf(query, sizeof query, WANTED "[%llds]",
             (long long)((to_ns - from_ns + NS_PER_S - 1) / NS_PER_S));
    if (!prometheus_ask(query, to_ns, &result, err))
        return false;
    FILE *file = fopen(path, "we");
    if (file)
        fprintf(file, "timestamp,service,instance,metric,value,labels\n");
    json_array_foreach(result, index, series)
    {
        if (file && is_wanted(label_of(json_object_get(series, "metric"), "__name__")))
            series_print(file, series);
    }
    json_decref(result);
    if (!file || fclose(file) != 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    return true;
}
