/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What users get, by the access log: a request line in quotation marks and a status after it, as
 * the Common Log Format has it. Query strings and numbers in paths are cut off, so that requests
 * for the same come together.
 */
#include "summary/served.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define KINDS_MAX 3  /* that are told with their numbers */
#define FAILED_MIN 2 /* of a kind, that it is told: one may be chance */
#define MORE_SHARE                                                                                 \
    0.002               /* of a kind more than before: what fails now and then does so later too   \
                         */
#define MOST_SHARE 0.25 /* of all: from here on all of them are told, not each kind */
#define REQUEST_LINE "\"([A-Z]+ /[^ ?\"]*)[^\"]* HTTP/[0-9.]+\" ([0-9]{3})"
#define NUMBER_IN_PATH "/([0-9]+|[0-9a-fA-F-]{16,})(/|$)"

/* A row a kind, the one that fails most often first. Of services that log requests the front door
 * is one that no other calls. */
static struct str query_of(const struct saying *saying, int64_t since_ns)
{
    struct arena *arena = saying->call->scratch;
    const struct str since = sql_time(arena, since_ns);
    return str_printf(
        arena,
        "WITH asked AS (SELECT service, time >= %s AS late, regexp_replace(regexp_extract(message, "
        "'" REQUEST_LINE "', 1), '" NUMBER_IN_PATH "', '/*\\2', 'g') AS kind, "
        "regexp_extract(message, '" REQUEST_LINE "', 2) AS status FROM logs WHERE "
        "contains(message, ' HTTP/')), front AS (SELECT service FROM asked WHERE kind <> '' GROUP "
        "BY service ORDER BY service IN (SELECT callee FROM topology), count(*) DESC, service "
        "LIMIT 1), kinds AS (SELECT kind, any_value(service) AS service, count(*) FILTER (late) AS "
        "asked, count(*) FILTER (late AND status >= '500') AS failed, count(*) FILTER (NOT late) "
        "AS asked_before, count(*) FILTER (NOT late AND status >= '500') AS failed_before, "
        "max(status) FILTER (late AND status >= '500') AS status FROM asked SEMI "
        "JOIN front USING (service) WHERE kind <> '' GROUP BY kind) SELECT *, (sum(asked) OVER "
        "())::BIGINT AS asked_all, (sum(failed) OVER ())::BIGINT AS failed_all FROM kinds ORDER BY "
        "failed DESC, kind",
        since.ptr);
}

static int64_t number(const struct batch *rows, const char *column, size_t row)
{
    return batch_column(rows, column)->integers[row];
}

static bool fails_more(const struct batch *rows, size_t row)
{
    const int64_t failed = number(rows, "failed", row), asked = number(rows, "asked", row);
    const int64_t failed_before = number(rows, "failed_before", row);
    const int64_t asked_before = number(rows, "asked_before", row);
    const double before = asked_before > 0 ? (double)failed_before / (double)asked_before : 0;
    return failed >= FAILED_MIN && (double)failed / (double)asked - before >= MORE_SHARE;
}

/* All of them: "86 of 249 requests got 504: `GET /a`, `GET /b`". */
static struct str claim_of_all(struct arena *arena, const struct batch *rows)
{
    const int64_t failed = number(rows, "failed_all", 0), asked = number(rows, "asked_all", 0);
    struct buf out = buf_new(arena);
    buf_printf(&out, "%lld of %lld requests got %s", (long long)failed, (long long)asked,
               batch_column(rows, "status")->texts[0].ptr);
    for (size_t row = 0; row < rows->rows && row < KINDS_MAX && failed < asked; row++)
        if (fails_more(rows, row))
            buf_printf(&out, "%s`%s`", row == 0 ? ": " : ", ",
                       batch_column(rows, "kind")->texts[row].ptr);
    return buf_str(&out);
}

/* Each kind: "14 of 19 `POST /checkout` and 7 of 22 `POST /login` got 502". */
static struct str claim_of_kinds(struct arena *arena, const struct batch *rows)
{
    uint32_t count = 0;
    while (count < rows->rows && count < KINDS_MAX && fails_more(rows, count))
        count++;
    struct buf out = buf_new(arena);
    for (uint32_t row = 0; row < count; row++) {
        const int64_t failed = number(rows, "failed", row), asked = number(rows, "asked", row);
        buf_printf(&out, "%s", row == 0 ? "" : row + 1 == count ? " and " : ", ");
        if (failed == asked)
            buf_printf(&out, "all %lld ", (long long)asked);
        else
            buf_printf(&out, "%lld of %lld ", (long long)failed, (long long)asked);
        buf_printf(&out, "`%s`", batch_column(rows, "kind")->texts[row].ptr);
    }
    buf_printf(&out, " got %s", batch_column(rows, "status")->texts[0].ptr);
    return buf_str(&out);
}

bool served_say(struct saying *saying, int64_t since_ns)
{
    struct arena *arena = saying->call->scratch;
    struct batch *rows;
    struct err ignored = {0};
    const struct str query = query_of(saying, since_ns);
    if (!telemetry_rows(saying->call->services->telemetry, arena, query, &rows, &ignored) ||
        rows->rows == 0 || !fails_more(rows, 0))
        return false;
    const int64_t failed = number(rows, "failed_all", 0), asked = number(rows, "asked_all", 0);
    return saying_claim(saying, "",
                        (double)failed >= MOST_SHARE * (double)asked ? claim_of_all(arena, rows)
                                                                     : claim_of_kinds(arena, rows),
                        query);
}
