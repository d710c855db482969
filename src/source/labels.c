/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A label tells if some instance has two values of it, or a series without it: job, namespace and
 * the like are the same throughout, and a pod's name is the instance once more.
 *
 * Names and values come from outside and end up in claims: what would end a quotation is dropped.
 * At most 16 labels of a series count, and 80 characters of a value.
 */
#include "source/labels.h"

#include "store/telemetry.h"

static const char macros[] =
    "CREATE TEMP MACRO label_key(k) AS left(regexp_replace(k, '[^A-Za-z0-9_.:/-]', '_', 'g'), 80);"
    "CREATE TEMP MACRO label_value(v) AS left(regexp_replace(coalesce(v, ''), "
    "'[\\x00-\\x1f\\x60\"\\\\]', '', 'g'), 80);"
    /* {"route": "/a"} */
    "CREATE TEMP MACRO labels_of_object(t) AS list_transform(json_keys(t), lambda k: "
    "{'k': k, 'v': json_extract_string(t, '/' || replace(replace(k, '~', '~0'), '/', '~1'))});"
    /* [{"key": "route", "value": {"stringValue": "/a"}}] */
    "CREATE TEMP MACRO labels_of_otlp(t) AS list_transform(from_json(t, '[\"JSON\"]'), lambda a: "
    "{'k': a->>'key', 'v': coalesce(a->>'$.value.stringValue', a->>'$.value.intValue', "
    "a->>'$.value.doubleValue', a->>'$.value.boolValue')});"
    /* route="/a",code="500" */
    "CREATE TEMP MACRO labels_of_text(t) AS list_transform(regexp_extract_all(t, "
    "'[A-Za-z_][A-Za-z0-9_.]*\\s*=\\s*\"(?:[^\"\\\\]|\\\\.)*\"'), lambda p: {'k': "
    "regexp_extract(p, '^[A-Za-z0-9_.]+'), 'v': regexp_extract(p, '(?s)\"(.*)\"$', 1)});"
    "CREATE TEMP MACRO labels_of(t) AS CASE json_type(CASE WHEN json_valid(t) THEN t END) "
    "WHEN 'OBJECT' THEN labels_of_object(t) WHEN 'ARRAY' THEN labels_of_otlp(t) "
    "ELSE labels_of_text(t) END;";

static const char settle[] =
    "UPDATE metrics SET labels = regexp_extract(metric, '(?s)[{](.*)[}]$', 1), "
    "metric = regexp_extract(metric, '^[^{]+') WHERE metric LIKE '_%{%}';"

    "CREATE TEMP TABLE label_sets AS SELECT row_number() OVER () AS id, * FROM (SELECT "
    "DISTINCT service, instance, metric, labels FROM metrics WHERE metric IN (SELECT metric FROM "
    "metrics WHERE labels <> ''));"

    "CREATE TEMP TABLE label_pairs AS SELECT id, service, instance, metric, label_key(pair.k) AS "
    "k, max(label_value(pair.v)) AS v FROM (SELECT *, unnest(labels_of(labels)[:16]) AS pair FROM "
    "label_sets) WHERE pair.k <> '' GROUP BY ALL;"

    "CREATE TEMP TABLE label_telling AS SELECT DISTINCT keys.service, keys.metric, k FROM (SELECT "
    "service, instance, metric, k, count(DISTINCT v) AS differing, count(*) AS having_it FROM "
    "label_pairs GROUP BY ALL) AS keys JOIN (SELECT service, instance, metric, count(*) AS sets "
    "FROM label_sets GROUP BY ALL) AS groups ON keys.service IS NOT DISTINCT FROM groups.service "
    "AND keys.instance IS NOT DISTINCT FROM groups.instance AND keys.metric = groups.metric "
    "WHERE differing > 1 OR having_it < sets;"

    "UPDATE metrics SET labels = settled.text FROM (SELECT label_sets.*, coalesce(told.text, '') "
    "AS text FROM label_sets LEFT JOIN (SELECT id, string_agg(k || '=\"' || v || '\"', ',' ORDER "
    "BY k) AS text FROM label_pairs AS pairs WHERE EXISTS (SELECT 1 FROM label_telling AS t WHERE "
    "t.service IS NOT DISTINCT FROM pairs.service AND t.metric = pairs.metric AND t.k = pairs.k) "
    "GROUP BY id) AS told USING (id)) AS settled WHERE metrics.metric = settled.metric AND "
    "metrics.service IS NOT DISTINCT FROM settled.service AND metrics.instance IS NOT DISTINCT "
    "FROM settled.instance AND metrics.labels IS NOT DISTINCT FROM settled.labels;"
    "DROP TABLE label_sets; DROP TABLE label_pairs; DROP TABLE label_telling";

bool labels_settle(struct telemetry *telemetry, struct err *err)
{
    return telemetry_run(telemetry, macros, err) && telemetry_run(telemetry, settle, err);
}

static const char name_them[] =
    "CREATE TEMP TABLE crowded AS SELECT service, metric FROM (SELECT service, instance, metric, "
    "count(DISTINCT labels) AS sets FROM metrics WHERE labels <> '' GROUP BY ALL) WHERE sets > 32 "
    "GROUP BY ALL;"

    "INSERT INTO metric_parts SELECT time, coalesce(service, ''), coalesce(instance, ''), "
    "'sum(' || metric || ')', labels, value FROM metrics SEMI JOIN crowded ON metrics.metric = "
    "crowded.metric AND metrics.service IS NOT DISTINCT FROM crowded.service WHERE "
    "isfinite(value) AND time IS NOT NULL QUALIFY row_number() OVER (PARTITION BY service, "
    "instance, metric, labels, time ORDER BY metrics.rowid DESC) = 1;"

    "DELETE FROM metrics WHERE EXISTS (SELECT 1 FROM crowded WHERE metrics.metric = "
    "crowded.metric AND metrics.service IS NOT DISTINCT FROM crowded.service);"

    "INSERT INTO metrics BY NAME SELECT time, service, instance, metric, '' AS labels, sum(value) "
    "AS value FROM metric_parts WHERE metric LIKE 'sum(%' GROUP BY ALL ORDER BY ALL;"

    "UPDATE metrics SET metric = metric || '{' || labels || '}' WHERE labels <> '';"
    "DROP TABLE crowded";

bool labels_into_names(struct telemetry *telemetry, struct err *err)
{
    return telemetry_run(telemetry, name_them, err);
}
