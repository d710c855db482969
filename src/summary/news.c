/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of failures that stood at 0 and count since. That they count failures is told by a label
 * (429 or a status from 500 on, a kind of error, an outcome) or by their name, as OpenTelemetry and
 * Prometheus advise to name them. What a service sees of those it calls comes before what it
 * answers itself, for the one is nearer to the cause than the other, and what users get is told by
 * itself. Lines of log are quoted, not counted.
 */
#include "summary/news.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define COUNTED_MIN 3   /* fewer may be chance */
#define STOPPED_MIN 0.1 /* a second, before: of less it cannot be said that it stopped */
#define KIND_OF_ERROR "(?i)([a-z_.]*(?:err|exception)[a-z_.]*)=\"([^\"]+)\""
#define BAD_WORDS "error|fail|timeout|refus|reject|denied|unavailable|exhaust"
#define BAD_LABEL "(?i)([a-z_.]+)=\"(429|5[0-9][0-9]|[^\"]*(?:" BAD_WORDS ")[^\"]*)\""
#define NO_COUNT "([._](sum|bucket)|_(bytes|seconds)_total)$|(^|[._])logs?[._]"

/* A row a metric, an instance and a label, the most telling first. */
static struct str query_of(const struct saying *saying, struct str service, int64_t since_ns)
{
    struct arena *arena = saying->call->scratch;
    const struct str since = sql_time(arena, since_ns);
    return str_printf(
        arena,
        "WITH series AS (SELECT service, metric, instance, labels, "
        "coalesce(arg_max(value, time) FILTER (time < %s), 0) AS before, arg_max(value, time) AS "
        "after FROM counters WHERE service = %s AND NOT regexp_matches(metric, '" NO_COUNT
        "') GROUP BY ALL), labelled AS (SELECT *, CASE WHEN regexp_matches(labels, '" KIND_OF_ERROR
        "') THEN regexp_extract(labels, '" KIND_OF_ERROR "', ['key', 'word']) ELSE "
        "regexp_extract(labels, '" BAD_LABEL "', ['key', 'word']) END AS found FROM series), news "
        "AS (SELECT service, metric, instance, found.key AS key, found.word AS word, sum(before) "
        "AS before, sum(after) AS after FROM labelled GROUP BY ALL) SELECT * FROM news WHERE "
        "before = 0 AND after >= %d AND isfinite(after) AND (word <> '' OR regexp_matches(metric, "
        "'(?i)" BAD_WORDS "|retries')) ORDER BY contains(metric, 'client') AND word <> '' DESC, "
        "contains(metric, 'server'), contains(metric, 'retries'), word = '' DESC, after DESC, "
        "metric, instance, word",
        since.ptr, sql_quote(arena, service).ptr, COUNTED_MIN);
}

/* Of the same metric, what has stopped: another word of that label. */
static void say_stopped(struct saying *saying, const struct batch *rows, size_t row,
                        int64_t since_ns)
{
    struct arena *arena = saying->call->scratch;
    const struct str key = batch_column(rows, "key")->texts[row];
    const struct str since = sql_time(arena, since_ns);
    const struct str metric =
        str_printf(arena, "rate(%.*s)", STR_ARG(batch_column(rows, "metric")->texts[row]));
    const struct str query = str_printf(
        arena,
        "WITH parts AS (SELECT time, regexp_extract(labels, '(^|,)' || regexp_escape(%s) || "
        "'=\"([^\"]*)\"', 2) AS word, %s AS key, sum(value) AS value FROM metric_parts WHERE "
        "service = %s AND instance = %s AND metric = %s GROUP BY ALL) SELECT key, word, avg(value) "
        "FILTER (time < %s) AS before, coalesce(median(value) FILTER (time >= %s), 0) AS after "
        "FROM parts WHERE word <> '' GROUP BY ALL HAVING before >= %g AND after = 0 ORDER BY "
        "before DESC, word",
        sql_quote(arena, key).ptr, sql_quote(arena, key).ptr,
        sql_quote(arena, batch_column(rows, "service")->texts[row]).ptr,
        sql_quote(arena, batch_column(rows, "instance")->texts[row]).ptr,
        sql_quote(arena, metric).ptr, since.ptr, since.ptr, STOPPED_MIN);
    struct batch *stopped;
    struct err ignored = {0};
    if (key.len > 0 &&
        telemetry_rows(saying->call->services->telemetry, arena, query, &stopped, &ignored) &&
        stopped->rows > 0)
        saying_claim(saying, ", ",
                     str_printf(arena, "`%.*s` `%.*s` fell from %.1f/s to 0", STR_ARG(key),
                                STR_ARG(batch_column(stopped, "word")->texts[0]),
                                batch_column(stopped, "before")->reals[0]),
                     query);
}

static bool is_told(const struct batch *rows, size_t row)
{
    const struct str *metrics = batch_column(rows, "metric")->texts;
    for (size_t i = 0; i < row; i++)
        if (str_eq(metrics[i], metrics[row]))
            return true;
    return false;
}

uint32_t news_say(struct saying *saying, struct str service, int64_t since_ns, bool with_service,
                  uint32_t told, uint32_t told_max)
{
    struct arena *arena = saying->call->scratch;
    struct batch *rows;
    struct err ignored = {0};
    const struct str query = query_of(saying, service, since_ns);
    if (!telemetry_rows(saying->call->services->telemetry, arena, query, &rows, &ignored))
        return told;
    for (size_t row = 0; row < rows->rows && told < told_max; row++) {
        if (is_told(rows, row))
            continue;
        const struct str word = batch_column(rows, "word")->texts[row];
        struct buf claim = buf_new(arena);
        buf_printf(&claim, "`%.*s`", STR_ARG(batch_column(rows, "metric")->texts[row]));
        if (with_service)
            buf_printf(&claim, " of `%.*s`", STR_ARG(service));
        if (word.len > 0)
            buf_printf(&claim, " with `%.*s` `%.*s`",
                       STR_ARG(batch_column(rows, "key")->texts[row]), STR_ARG(word));
        buf_printf(&claim, " rose from 0 to %s",
                   claim_number(arena, batch_column(rows, "after")->reals[row]).ptr);
        if (!saying_claim(saying, told == 0 ? "" : " and ", buf_str(&claim), query))
            continue;
        told++;
        say_stopped(saying, rows, row, since_ns);
    }
    return told;
}
