/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is a counter: what its source says to be one, or what is named like one by the conventions
 * of OpenMetrics (_total; _count and _sum and _bucket, where they come together) and counts up: it
 * rises at least three times, is never negative, and falls only by starting again, to less than a
 * half; of what comes as _sum and _count any fall is one, for a restart forgets six events as well
 * as six thousand. One answer for a name, whoever has it.
 *
 * Since a restart a counter has counted what it shows, from 0, as Prometheus' rate() has it. A
 * label set that was not there when others of the same counter were has counted from 0 too: the
 * first failure is as much news as the second.
 */
#include "source/counters.h"

#include "store/telemetry.h"

static const char create[] =
    "CREATE TABLE counter_names (name VARCHAR);"
    "CREATE TABLE counters (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, metric VARCHAR, "
    "labels VARCHAR, value DOUBLE);"
    "CREATE TABLE metric_parts (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, metric "
    "VARCHAR, labels VARCHAR, value DOUBLE)";

/* A metric of an edge is NAME:CALLER->CALLEE: the name ends before that. */
static const char find[] =
    "CREATE TEMP MACRO counter_label_fails(t) AS regexp_matches(t, '(^|,)(code|status|status_code|"
    "http_status|http_status_code|http[.]status_code|http[.]response[.]status_code)=\"5..\"') OR "
    "regexp_matches(t, '(^|,)(status|result|outcome)=\"(error|errors|failed|failure|server_error|"
    "exception)\"', 'i');"

    "CREATE TEMP TABLE counter_candidates AS SELECT name, edge, bare, "
    "regexp_extract(bare, '[._](total|count|sum|bucket)$', 1) AS kind, "
    "regexp_replace(bare, '[._](total|count|sum|bucket)$', '') AS stem, "
    "name IN (SELECT name FROM counter_names) AS is_told FROM (SELECT name, "
    "regexp_extract(name, ':[^:]*->.*$') AS edge, regexp_replace(name, ':[^:]*->.*$', '') AS bare "
    "FROM (SELECT DISTINCT metric AS name FROM metrics WHERE metric IS NOT NULL));"
    "DELETE FROM counter_candidates WHERE NOT is_told AND kind <> 'total' AND NOT (kind IN "
    "('count', 'sum', 'bucket') AND stem || edge IN (SELECT stem || edge FROM counter_candidates "
    "WHERE kind = 'sum') AND stem || edge IN (SELECT stem || edge FROM counter_candidates WHERE "
    "kind = 'count'));"

    "CREATE TEMP TABLE counter_steps AS SELECT *, lag(value) OVER w AS prior, lag(ns) OVER w AS "
    "prior_ns FROM (SELECT epoch_ns(time) AS ns, coalesce(service, '') AS service, "
    "coalesce(instance, '') AS instance, metric, coalesce(labels, '') AS labels, value FROM "
    "metrics SEMI JOIN "
    "counter_candidates ON metric = name WHERE isfinite(value) AND time IS NOT NULL QUALIFY "
    "row_number() OVER (PARTITION BY service, instance, metric, labels, time ORDER BY "
    "metrics.rowid DESC) = 1) WINDOW w AS (PARTITION BY service, instance, metric, labels ORDER BY "
    "ns);"

    /* clocks that were set back make a step down now and then; every fifth step is no restart */
    "DELETE FROM counter_candidates WHERE name NOT IN (SELECT metric FROM counter_steps GROUP BY "
    "metric HAVING min(value) >= 0 AND (count(*) FILTER (value > prior) >= 3 OR metric IN (SELECT "
    "name FROM counter_names)) AND 5 * count(*) FILTER (value < prior) <= count(*) AND (100 "
    "* count(*) FILTER (value < prior AND value > prior / 2) <= count(*) OR metric IN (SELECT name "
    "FROM counter_candidates WHERE kind IN ('count', 'sum', 'bucket') AND NOT is_told)));"
    "DELETE FROM counter_steps WHERE metric NOT IN (SELECT name FROM counter_candidates);"
    "DELETE FROM metrics WHERE metric IN (SELECT name FROM counter_candidates);"
    "INSERT INTO counters SELECT make_timestamp_ns(ns), service, instance, metric, labels, value "
    "FROM counter_steps ORDER BY ALL;"
    /* the seconds that a processor had nothing to do are no use of it */
    "DELETE FROM counter_steps WHERE regexp_matches(labels, '(^|,)(mode|state|cpu[.]mode)=\"(idle|"
    "iowait)\"');";

static const char rate[] =
    /* what is new beside older label sets: since the latest of their samples a second ago or more
     */
    "CREATE TEMP TABLE counter_gains AS SELECT ns, service, instance, metric, labels, CASE WHEN "
    "value >= prior THEN value - prior ELSE value END AS gained, (ns - prior_ns) / 1e9 AS seconds "
    "FROM counter_steps WHERE prior IS NOT NULL UNION ALL SELECT young.ns, young.service, "
    "young.instance, young.metric, young.labels, young.value, (young.ns - old.ns) / 1e9 FROM "
    "(SELECT *, ns - 1000000000 AS until FROM counter_steps WHERE prior IS NULL AND labels <> '') "
    "AS young ASOF JOIN (SELECT DISTINCT ns, service, instance, metric FROM counter_steps) AS old "
    "ON young.service = old.service AND young.instance = old.instance AND young.metric = "
    "old.metric AND young.until >= old.ns;"

    "INSERT INTO metric_parts SELECT make_timestamp_ns(ns), service, instance, 'rate(' || bare || "
    "')' || edge, labels, gained / seconds FROM counter_gains JOIN counter_candidates ON metric = "
    "name WHERE labels <> '' AND kind NOT IN ('sum', 'bucket') ORDER BY ALL;"

    "INSERT INTO metrics BY NAME SELECT make_timestamp_ns(ns) AS time, service, instance, 'rate(' "
    "|| bare || ')' || edge AS metric, '' AS labels, sum(gained / seconds) AS value FROM "
    "counter_gains JOIN counter_candidates ON metric = name WHERE kind NOT IN ('sum', 'bucket') "
    "GROUP BY ALL ORDER BY ALL;"

    "INSERT INTO metric_parts SELECT time, service, instance, 'errors(' || metric[6:], labels, "
    "value FROM metric_parts WHERE counter_label_fails(labels) ORDER BY ALL;"

    "INSERT INTO metrics BY NAME SELECT make_timestamp_ns(ns) AS time, service, instance, "
    "'errors(' || bare || ')' || edge AS metric, '' AS labels, coalesce(sum(gained / seconds) "
    "FILTER (counter_label_fails(labels)), 0) AS value FROM counter_gains JOIN counter_candidates "
    "ON metric = name WHERE kind NOT IN ('sum', 'bucket') AND (service, metric) IN (SELECT "
    "(service, metric) FROM counter_steps WHERE counter_label_fails(labels)) GROUP BY ALL ORDER BY "
    "ALL;"

    "INSERT INTO metrics BY NAME SELECT make_timestamp_ns(sums.ns) AS time, sums.service, "
    "sums.instance, 'mean(' || stem || ')' || edge AS metric, '' AS labels, sum(sums.gained) / "
    "sum(counts.gained) AS value FROM (SELECT * FROM counter_gains JOIN counter_candidates ON "
    "metric = name WHERE kind = 'sum') AS sums JOIN (SELECT * FROM counter_gains JOIN "
    "counter_candidates ON metric = name WHERE kind = 'count') AS counts USING (ns, service, "
    "instance, labels, stem, edge) GROUP BY sums.ns, sums.service, sums.instance, stem, edge "
    "HAVING sum(counts.gained) > 0 ORDER BY ALL;"

    "DROP TABLE counter_gains;";

bool counters_create(struct telemetry *telemetry, struct err *err)
{
    return telemetry_run(telemetry, create, err);
}

bool counters_to_rates(struct telemetry *telemetry, struct err *err)
{
    return telemetry_run(telemetry, find, err) && telemetry_run(telemetry, rate, err) &&
           telemetry_run(telemetry, "DROP TABLE counter_steps; DROP TABLE counter_candidates", err);
}
