/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a process was started is a metric by the conventions of Prometheus' clients
 * (process_start_time_seconds and what ends like it); which version it is, a label of target_info
 * or build_info.
 */
#include "summary/restart.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define BEFORE_NS (60 * NS_PER_S) /* the fault may show that much later */
#define TOGETHER_S 10             /* instances that are restarted one after the other */

/* A row an instance that was started then, the first one first. */
static struct str query_of(const struct saying *saying, struct str service, int64_t until_ns)
{
    struct arena *arena = saying->call->scratch;
    const struct str name = sql_quote(arena, service);
    return str_printf(
        arena,
        "WITH own AS (SELECT time, service::VARCHAR AS service, instance::VARCHAR AS instance, "
        "metric::VARCHAR AS metric, value FROM metrics WHERE service = %s AND isfinite(value)), "
        "starts AS (SELECT service, instance, min(make_timestamp_ns((value * 1e9)::BIGINT)) AS "
        "since FROM own WHERE ends_with(metric, 'start_time_seconds') AND value BETWEEN "
        "greatest((SELECT epoch_ns(min(time)) / 1e9 FROM own), %lld / 1e9) AND %lld / 1e9 GROUP BY "
        "ALL), versions AS (SELECT instance, regexp_extract(metric, 'version=\"([^\"]+)\"', 1) AS "
        "version, min(time) AS seen FROM own WHERE regexp_matches(metric, "
        "'(target|build)_info[{].*version=\"') GROUP BY ALL) SELECT service, instance, since, "
        "(SELECT arg_min(version, seen) FROM versions WHERE versions.instance = starts.instance "
        "AND seen >= since AND seen > (SELECT min(seen) FROM versions)) AS version, (SELECT "
        "count(DISTINCT instance) FROM own WHERE ends_with(metric, 'start_time_seconds')) AS "
        "instances FROM starts WHERE since <= (SELECT min(since) FROM starts) + INTERVAL %d SECOND "
        "ORDER BY since, instance",
        name.ptr, (long long)(until_ns - BEFORE_NS), (long long)until_ns, TOGETHER_S);
}

bool restart_find(const struct saying *saying, struct str service, int64_t until_ns,
                  struct restart *out)
{
    struct arena *arena = saying->call->scratch;
    struct batch *rows;
    struct err ignored = {0};
    const struct str query = query_of(saying, service, until_ns);
    if (!telemetry_rows(saying->call->services->telemetry, arena, query, &rows, &ignored) ||
        rows->rows == 0)
        return false;
    const struct column *version = batch_column(rows, "version");
    const struct str instance = batch_column(rows, "instance")->texts[0];
    const bool is_alone =
        rows->rows == 1 && batch_column(rows, "instances")->integers[0] > 1 && instance.len > 0;
    struct buf words = buf_new(arena);
    if (is_alone)
        buf_printf(&words, "when `%.*s` alone restarted", STR_ARG(instance));
    else
        buf_printf(&words, "when it restarted");
    if (version->known[0])
        buf_printf(&words, " with version `%.*s`", STR_ARG(version->texts[0]));
    *out = (struct restart){.since_ns = batch_column(rows, "since")->integers[0],
                            .words = buf_str(&words),
                            .query = query};
    return true;
}
