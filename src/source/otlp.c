/* SPDX-License-Identifier: Apache-2.0 */
/* The lines are taken apart as pushed requests are, by otlp/, and appended some megabytes at a
 * time.
 */
#include "source/otlp.h"

#include "base/arena.h"
#include "data/batch.h"
#include "otlp/decode.h"
#include "source/rawlines.h"
#include "store/telemetry.h"

#define PORTION_BYTES ((size_t)4 << 20)          /* of lines; parsed they take tenfold */
#define TIME_MAX_NS INT64_C(9200000000000000000) /* as of all times in a bundle */

struct loading {
    struct telemetry *telemetry;
    struct arena *arena;
    struct arena *portion; /* what has been taken apart and not been appended */
    struct harvest harvest;
    size_t bytes; /* of the lines in it */
    int64_t rows;
    uint64_t rejected;
    struct str why;  /* of the first that was rejected */
    struct err *err; /* of the store */
    bool ok;
};

static void begin_portion(struct loading *loading)
{
    loading->portion = arena_new("otlp");
    loading->harvest = harvest_new(loading->portion, 0, TIME_MAX_NS, 2 * PORTION_BYTES);
    loading->bytes = 0;
}

/* `metrics` has a column more than a harvest. */
static bool append_metrics(struct telemetry *telemetry, const struct batch *rows, struct err *err)
{
    struct err ignored = {0};
    const bool ok =
        telemetry_run(telemetry,
                      "CREATE TEMP TABLE otlp_points AS SELECT * EXCLUDE (attributes) FROM metrics "
                      "LIMIT 0",
                      err) &&
        telemetry_append_batch(telemetry, NULL, "otlp_points", rows, err) &&
        telemetry_run(telemetry, "INSERT INTO metrics BY NAME SELECT * FROM otlp_points", err);
    return telemetry_run(telemetry, "DROP TABLE IF EXISTS otlp_points", &ignored) && ok;
}

static bool append_portion(struct loading *loading)
{
    const struct harvest *harvest = &loading->harvest;
    struct batch *const *rows = harvest->rows;
    struct telemetry *telemetry = loading->telemetry;
    const bool ok =
        telemetry_append_batch(telemetry, NULL, "logs", rows[HARVEST_LOGS], loading->err) &&
        telemetry_append_batch(telemetry, NULL, "traces", rows[HARVEST_TRACES], loading->err) &&
        append_metrics(telemetry, rows[HARVEST_METRICS], loading->err);
    for (int table = 0; table < HARVEST_TABLES; table++) {
        loading->rows += (int64_t)rows[table]->rows;
        loading->rejected += harvest->rejected[table];
    }
    if (loading->why.len == 0)
        loading->why = str_copy(loading->arena, harvest->why);
    arena_free(loading->portion);
    begin_portion(loading);
    return ok;
}

/* A line that cannot be read leaves nothing behind. */
static bool take_line(void *state, struct str line, int *column, struct err *err)
{
    struct loading *loading = state;
    size_t rows_before[HARVEST_TABLES];
    for (int table = 0; table < HARVEST_TABLES; table++)
        rows_before[table] = loading->harvest.rows[table]->rows;
    const bool ok = otlp_decode_line(line, &loading->harvest, column, err);
    for (int table = 0; !ok && table < HARVEST_TABLES; table++)
        loading->harvest.rows[table]->rows = rows_before[table];
    loading->bytes += line.len;
    if (loading->bytes >= PORTION_BYTES || loading->harvest.is_full)
        loading->ok = append_portion(loading) && loading->ok;
    return ok;
}

static struct str note_of(const struct loading *loading, struct str lines)
{
    if (loading->rejected == 0)
        return lines;
    return str_printf(loading->arena, "%.*s%s%llu record%s left aside, the first for: %.*s",
                      STR_ARG(lines), lines.len > 0 ? "; " : "",
                      (unsigned long long)loading->rejected, loading->rejected == 1 ? "" : "s",
                      STR_ARG(loading->why));
}

bool otlp_load(struct telemetry *telemetry, struct arena *arena, struct str path,
               struct table_load *out, struct err *err)
{
    struct loading loading = {.telemetry = telemetry, .arena = arena, .err = err, .ok = true};
    struct rawlines lines;
    begin_portion(&loading);
    bool ok = rawlines_each(arena, path, take_line, &loading, &lines, err);
    ok = append_portion(&loading) && ok && loading.ok;
    arena_free(loading.portion);
    *out = (struct table_load){
        .rows = loading.rows, .refused = lines.refused, .note = note_of(&loading, lines.note)};
    return ok;
}
