/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own store, which telemetry is pushed into: it is asked for whole files of the
 * bundle, in Parquet, for nobody but the server may open the store. What is in them is as it was
 * sent: it does not come from elsewhere, and is not masked.
 */
#include "connect/connector.h"
#include "connect/url.h"

#define PARQUET_MAGIC STR("PAR1")
#define SERVER_ROWS_MAX 5000000 /* it gives no more of a table */

static const struct {
    enum wanted wanted;
    const char *table;
    enum row_file file;
} tables[] = {{WANT_SAMPLES, "metrics", ROWS_METRICS_PARQUET},
              {WANT_LINES, "logs", ROWS_LOGS_PARQUET},
              {WANT_SPANS, "traces", ROWS_TRACES_PARQUET}};

#define TABLES_COUNT (sizeof tables / sizeof *tables)

static size_t table_of(const struct question *question)
{
    size_t at = 0;
    while (at < TABLES_COUNT && tables[at].wanted != question->wanted)
        at++;
    return at;
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    const size_t table = table_of(question);
    if (table == TABLES_COUNT)
        return err_set(err, ERR_USAGE, "our own store has no %s", wanted_name(question->wanted));
    struct url url = url_begin(arena, source->url, "/api/v1/telemetry");
    url_param(&url, "table", str_of(tables[table].table));
    url_param_seconds(&url, "from", question->window.start_ns);
    url_param_seconds(&url, "to", question->window.end_ns);
    url_param_int(&url, "rows",
                  question->rows_max < SERVER_ROWS_MAX ? question->rows_max : SERVER_ROWS_MAX);
    out->url = url_text(&url);
    return true;
}

/* Nothing of that table: no body. */
static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    (void)scratch, (void)source;
    const size_t table = table_of(question);
    if (body.len == 0)
        return true;
    if (!str_starts(body, PARQUET_MAGIC) || !str_ends(body, PARQUET_MAGIC))
        return err_set(err, ERR_PROTOCOL, "a file of Parquet is wanted; is it a warroom server?");
    rows_file(&out->rows, tables[table].file, body);
    gathered_note(out, "%s: %zu kB, whose rows are counted where the file is read",
                  tables[table].table, body.len / 1024 + 1);
    return true;
}

const struct connector connector_local = {
    .name = "local",
    .summary = "what was pushed to a warroom server: OpenTelemetry, Loki",
    .signal = SIGNAL_LOGS,
    .first = {{WANT_SAMPLES, false}, {WANT_LINES, false}, {WANT_SPANS, false}},
    .first_count = 3,
    .encode = encode,
    .decode = decode,
};
