/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/metrics.h"

#include "base/clock.h"
#include "serve/api.h"
#include "serve/live.h"
#include "serve/receive.h"
#include "serve/worker.h"

#include <stdio.h>
#include <unistd.h>

static const double bounds_s[METRICS_BUCKETS] = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5};

void metrics_count_answer(struct metrics *metrics, const struct http_exchange *exchange,
                          int64_t took_ns, size_t bytes)
{
    const int class = exchange->answer.status / 100;
    size_t bucket = 0;
    while (bucket < METRICS_BUCKETS && (double)took_ns > bounds_s[bucket] * (double)NS_PER_S)
        bucket++;
    if (class >= 0 && class < METRICS_CLASSES)
        atomic_fetch_add(&metrics->answers[class], 1);
    atomic_fetch_add(&metrics->body_bytes, bytes);
    if (exchange->answer.feed) /* it lasts as long as somebody watches */
        return;
    atomic_fetch_add(&metrics->duration[bucket], 1);
    atomic_fetch_add(&metrics->duration_us, (uint64_t)(took_ns / NS_PER_US));
}

void metrics_count_end(struct metrics *metrics, enum incident_state state, int64_t took_ns)
{
    atomic_fetch_add(&metrics->ended[state], 1);
    atomic_fetch_add(&metrics->worked_us, (uint64_t)(took_ns / NS_PER_US));
}

/* ---- for Prometheus ---- */

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP warroom_%s %s\n# TYPE warroom_%s %s\n", name, help, name, type);
}

static void put_one(struct buf *out, const char *name, const char *type, const char *help,
                    double value)
{
    head(out, name, type, help);
    buf_printf(out, "warroom_%s %.15g\n", name, value);
}

static unsigned long long load(atomic_uint_fast64_t *counter)
{
    return (unsigned long long)atomic_load(counter);
}

static void put_requests(struct buf *out, struct metrics *metrics)
{
    unsigned long long sum = 0;
    head(out, "http_answers_total", "counter", "Answers by the class of their status.");
    for (int i = 1; i < METRICS_CLASSES; i++)
        buf_printf(out, "warroom_http_answers_total{class=\"%dxx\"} %llu\n", i,
                   load(&metrics->answers[i]));
    head(out, "http_request_duration_seconds", "histogram",
         "From the end of the headers to the end of the answer, streams left out.");
    for (int i = 0; i < METRICS_BUCKETS; i++) {
        sum += load(&metrics->duration[i]);
        buf_printf(out, "warroom_http_request_duration_seconds_bucket{le=\"%g\"} %llu\n",
                   bounds_s[i], sum);
    }
    sum += load(&metrics->duration[METRICS_BUCKETS]);
    buf_printf(out,
               "warroom_http_request_duration_seconds_bucket{le=\"+Inf\"} %llu\n"
               "warroom_http_request_duration_seconds_sum %.6f\n"
               "warroom_http_request_duration_seconds_count %llu\n",
               sum, (double)load(&metrics->duration_us) / 1e6, sum);
    put_one(out, "http_body_bytes_total", "counter", "Of the bodies of requests.",
            (double)load(&metrics->body_bytes));
}

static void put_investigations(struct buf *out, struct site *site,
                               const struct incident_counts *counts)
{
    head(out, "incidents", "gauge", "Incidents by the state of their last investigation.");
    for (int i = 0; i <= INCIDENT_CANCELLED; i++)
        buf_printf(out, "warroom_incidents{state=\"%s\"} %u\n",
                   incident_state_name((enum incident_state)i), counts->by_state[i]);
    head(out, "investigations_total", "counter",
         "Investigations that have ended, since the start.");
    for (int i = INCIDENT_DONE; i <= INCIDENT_CANCELLED; i++)
        buf_printf(out, "warroom_investigations_total{end=\"%s\"} %llu\n",
                   incident_state_name((enum incident_state)i), load(&site->metrics->ended[i]));
    put_one(out, "investigations_seconds_total", "counter", "That workers have worked on them.",
            (double)load(&site->metrics->worked_us) / 1e6);
    put_one(out, "queue_oldest_seconds", "gauge", "How long the oldest in the queue has waited.",
            counts->oldest_queued_ns == 0
                ? 0
                : (double)(wall_now_ns() - counts->oldest_queued_ns) / (double)NS_PER_S);
    put_one(out, "workers", "gauge", "Workers there are.", site->workers);
    put_one(out, "workers_busy", "gauge", "Workers that work.", workers_busy(site->worker_pool));
}

static void put_received(struct buf *out, struct receive *receive)
{
    const struct intake_counts counts = intake_counts(receive_intake(receive));
    head(out, "received_rows_total", "counter", "Rows of pushed telemetry that were kept.");
    for (int i = 0; i < HARVEST_TABLES; i++)
        buf_printf(out, "warroom_received_rows_total{table=\"%s\"} %llu\n", harvest_names[i],
                   (unsigned long long)counts.rows[i]);
    head(out, "received_rejected_total", "counter", "Records that made no sense.");
    for (int i = 0; i < HARVEST_TABLES; i++)
        buf_printf(out, "warroom_received_rejected_total{table=\"%s\"} %llu\n", harvest_names[i],
                   (unsigned long long)counts.rejected[i]);
    put_one(out, "received_requests_total", "counter", "Pushed.", (double)counts.requests);
    put_one(out, "received_requests_busy_total", "counter", "Told to come again.",
            (double)counts.requests_busy);
    put_one(out, "received_bytes_total", "counter", "Of bodies, unpacked.", (double)counts.bytes);
    put_one(out, "store_bytes", "gauge", "On disk.", (double)counts.segments_bytes);
    put_one(out, "store_segments", "gauge", "Files on disk.", (double)counts.segments);
    put_one(out, "store_waiting_bytes", "gauge", "Not written yet.", (double)counts.waiting_bytes);
    put_one(out, "store_dropped_segments_total", "counter", "By retention.",
            (double)counts.segments_dropped);
}

static double resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

void api_metrics(struct clerk *clerk, struct http_exchange *exchange)
{
    struct site *site = clerk->site;
    struct buf out = buf_new(exchange->request.arena);
    struct incident_counts counts = {0};
    struct err err = {0};
    const bool ok = incident_count(clerk->ledger, &counts, &err);
    head(&out, "build_info", "gauge", "The version that runs.");
    buf_printf(&out, "warroom_build_info{version=\"%s\"} 1\n", VERSION);
    put_one(&out, "up", "gauge", "Whether the ledger can be read.", ok);
    put_one(&out, "start_time_seconds", "gauge", "When it was started.",
            (double)(site->metrics->started_ns / NS_PER_S));
    put_one(&out, "resident_memory_bytes", "gauge", "Of this process.", resident_bytes());
    put_one(&out, "http_connections", "gauge", "That are open.", http_connections(site->http));
    put_one(&out, "watchers", "gauge", "Who watch incidents as they happen.",
            live_viewers(site->live));
    put_requests(&out, site->metrics);
    put_investigations(&out, site, &counts);
    if (site->receive)
        put_received(&out, site->receive);
    exchange->answer =
        (struct http_answer){.status = 200,
                             .media_type = "text/plain; version=0.0.4; charset=utf-8",
                             .body = buf_str(&out)};
}
