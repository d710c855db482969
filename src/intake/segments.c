/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hub, to which the file of the open segment is attached. Its log is never merged into the file:
 * while a segment is open its rows lie in memory and in the log, and when it is closed they are
 * written once, as Parquet, the file goes, and the next goes on in a new hub.
 *
 * What a crash leaves: a file `.open`, whose log is replayed at the next start, and which is closed
 * then; a folder `.closing`, which is dropped, as its `.open` is still there; or both a closed
 * segment and its `.open`, which goes.
 */
#include "intake/segments.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ending.h"
#include "intake/folder.h"
#include "intake/hub.h"
#include "store/telemetry.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct closed {
    uint32_t number;
    int64_t from_ns, to_ns; /* of its rows, both in it */
    int64_t bytes;
    bool has[HARVEST_TABLES];
};

struct segments {
    struct str folder;
    struct hub hub;            /* changed under `reading` and `writing`, by who tends */
    int exports;               /* of it; under `reading` */
    pthread_mutex_t writing;   /* who writes, and who puts a new segment in place of the open one */
    pthread_mutex_t reading;   /* one export at a time */
    pthread_rwlock_t standing; /* for reading: no segment changes its form or goes */

    /* under `writing` */
    uint32_t open;       /* number of the open one; 0: there is none yet */
    uint32_t next;       /* number of the next */
    int64_t opened_ns;   /* when its first row came; 0: it has none */
    int64_t rows, bytes; /* in it */
    bool is_broken;      /* a write has failed: it takes no more */
    bool is_apart;       /* what renew() began is not done: nobody reads or writes till then */

    /* set under `writing`, ended under `standing`, by who tends only */
    uint32_t closing; /* number of the one that is being closed; 0: none */

    /* under `standing` */
    struct closed *closed;
    size_t closed_count, closed_room;
    uint64_t dropped, damaged;
};

#define HUB_EXPORTS 64 /* then it has kept a third of a MiB */

/* ---- names ---- */

#define PATH_BYTES 4096

static void path_of(const struct segments *segments, char *out, uint32_t number, const char *suffix)
{
    snprintf(out, PATH_BYTES, "%.*s/%06u%s", STR_ARG(segments->folder), number, suffix);
}

static void closed_path(const struct segments *segments, char *out, const struct closed *closed)
{
    snprintf(out, PATH_BYTES, "%.*s/%06u_%019" PRId64 "_%019" PRId64, STR_ARG(segments->folder),
             closed->number, closed->from_ns, closed->to_ns);
}

/* ---- the open segment ---- */

static bool attach(const struct segments *segments, struct telemetry *telemetry, uint32_t number,
                   struct err *err)
{
    char path[PATH_BYTES];
    path_of(segments, path, number, ".open");
    return hub_attach(telemetry, path, number, err);
}

static void unlink_open(const struct segments *segments, uint32_t number)
{
    char path[PATH_BYTES];
    path_of(segments, path, number, ".open");
    unlink(path);
    path_of(segments, path, number, ".open.wal");
    unlink(path);
}

/*
 * `writing` is held. On a disk that is full a file is begun and no more; it never held a row, and
 * would be in the way of the next attempt.
 */
static bool begin_segment(struct segments *segments, struct telemetry *telemetry, struct err *err)
{
    const uint32_t number = segments->next;
    struct err ignored;
    const bool is_attached = attach(segments, telemetry, number, err);
    if (!is_attached || !hub_make_tables(telemetry, number, err)) {
        if (!is_attached || hub_detach(telemetry, number, &ignored))
            unlink_open(segments, number);
        else
            segments->next++; /* it is held: the next start drops it */
        return false;
    }
    segments->next++;
    segments->open = number;
    segments->opened_ns = segments->rows = segments->bytes = 0;
    segments->is_broken = false;
    return true;
}

static int64_t bytes_of(const struct batch *rows)
{
    int64_t bytes = 0;
    for (uint32_t i = 0; i < rows->columns_count; i++) {
        const struct column *column = &rows->columns[i];
        bytes += (int64_t)rows->rows * 16; /* a number, or what a text takes beside its bytes */
        for (size_t row = 0; column->type == TYPE_TEXT && row < rows->rows; row++)
            if (column->known[row])
                bytes += (int64_t)column->texts[row].len;
    }
    return bytes;
}

static bool append_all(struct segments *segments, const struct harvest *const *harvests,
                       size_t count, struct err *err)
{
    char catalog[HUB_CATALOG_BYTES];
    hub_catalog(catalog, segments->open);
    struct err ignored = {0};
    if (!telemetry_run(segments->hub.writing, "BEGIN", err))
        return false;
    for (size_t i = 0; i < count; i++)
        for (int table = 0; table < HARVEST_TABLES; table++) {
            const struct batch *rows = harvests[i]->rows[table];
            if (rows->rows == 0 || telemetry_append_batch(segments->hub.writing, catalog,
                                                          harvest_names[table], rows, err))
                continue;
            bool rolled_back = telemetry_run(segments->hub.writing, "ROLLBACK", &ignored);
            (void)rolled_back; /* the segment takes no more in either case */
            return false;
        }
    return telemetry_run(segments->hub.writing, "COMMIT", err);
}

static bool write_locked(struct segments *segments, const struct harvest *const *harvests,
                         size_t count, int64_t now_ns, struct err *err)
{
    if (segments->is_apart)
        return err_set(err, ERR_IO, "the open segment is not attached again yet");
    if (segments->bytes >= SEGMENT_BYTES_MAX)
        return err_set(err, ERR_OVER_BUDGET, "the open segment is full");
    if (segments->open == 0 && !begin_segment(segments, segments->hub.writing, err))
        return false;
    if (segments->is_broken)
        return err_set(err, ERR_IO,
                       "the last write has failed, and a new segment is not begun yet");
    if (!append_all(segments, harvests, count, err)) {
        segments->is_broken = true;
        return false;
    }
    if (segments->opened_ns == 0)
        segments->opened_ns = now_ns;
    for (size_t i = 0; i < count; i++)
        for (int table = 0; table < HARVEST_TABLES; table++) {
            segments->rows += (int64_t)harvests[i]->rows[table]->rows;
            segments->bytes += bytes_of(harvests[i]->rows[table]);
        }
    return true;
}

static bool write_rows(void *state, const struct harvest *const *harvests, size_t count,
                       int64_t now_ns, struct err *err)
{
    struct segments *segments = state;
    pthread_mutex_lock(&segments->writing);
    const bool ok = write_locked(segments, harvests, count, now_ns, err);
    pthread_mutex_unlock(&segments->writing);
    return ok;
}

/* ---- closing ---- */

static int64_t bytes_below(const char *path)
{
    int64_t bytes = 0;
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        char file[PATH_BYTES];
        struct stat status;
        if (snprintf(file, sizeof file, "%s/%s", path, entry->d_name) < (int)sizeof file &&
            stat(file, &status) == 0 && S_ISREG(status.st_mode))
            bytes += status.st_size;
    }
    if (folder)
        closedir(folder);
    return bytes;
}

static void note_tables(const struct segments *segments, struct closed *closed)
{
    char folder[PATH_BYTES], file[PATH_BYTES + 32];
    closed_path(segments, folder, closed);
    for (int table = 0; table < HARVEST_TABLES; table++) {
        snprintf(file, sizeof file, "%s/%s.parquet", folder, harvest_names[table]);
        closed->has[table] = access(file, R_OK) == 0;
    }
    closed->bytes = bytes_below(folder);
}

static void add_closed(struct segments *segments, struct closed closed)
{
    if (segments->closed_count == segments->closed_room) {
        segments->closed_room = segments->closed_room > 0 ? 2 * segments->closed_room : 64;
        struct closed *grown =
            realloc(segments->closed, segments->closed_room * sizeof *segments->closed);
        if (!grown)
            ending_out_of_memory("pushed telemetry", segments->closed_room * sizeof *grown);
        segments->closed = grown;
    }
    size_t at = segments->closed_count++;
    for (; at > 0 && segments->closed[at - 1].number > closed.number; at--)
        segments->closed[at] = segments->closed[at - 1];
    segments->closed[at] = closed;
}

/* One table of the segment as Parquet; no rows, no file. Widens the span to its rows'. */
static bool write_table(struct telemetry *telemetry, struct arena *arena, uint32_t number,
                        const char *folder, int table, struct closed *span, struct err *err)
{
    char catalog[HUB_CATALOG_BYTES];
    hub_catalog(catalog, number);
    struct batch *bounds;
    if (!telemetry_rows(telemetry, arena,
                        str_printf(arena,
                                   "SELECT count(*) AS n, coalesce(epoch_ns(min(time)), 0) AS "
                                   "low, coalesce(epoch_ns(max(time)), 0) AS high FROM %s.%s",
                                   catalog, harvest_names[table]),
                        &bounds, err))
        return false;
    if (batch_column(bounds, "n")->integers[0] == 0)
        return true;
    const int64_t low = batch_column(bounds, "low")->integers[0];
    const int64_t high = batch_column(bounds, "high")->integers[0];
    span->from_ns = low < span->from_ns ? low : span->from_ns;
    span->to_ns = high > span->to_ns ? high : span->to_ns;
    const struct str path = str_printf(arena, "%s/%s.parquet", folder, harvest_names[table]);
    return telemetry_run(telemetry,
                         str_printf(arena, "COPY %s.%s TO %s (FORMAT parquet, COMPRESSION zstd)",
                                    catalog, harvest_names[table], sql_quote(arena, path).ptr)
                             .ptr,
                         err) &&
           folder_sync(path.ptr, err);
}

/*
 * The attached segment becomes Parquet, if it has rows. Readers see its rows the whole time: in the
 * database until the folder has its name, and there from then on.
 */
static bool close_segment(struct segments *segments, uint32_t number, struct err *err)
{
    char closing[PATH_BYTES], path[PATH_BYTES];
    path_of(segments, closing, number, ".closing");
    folder_remove(closing);
    if (mkdir(closing, 0700) != 0)
        return err_set(err, ERR_IO, "%s: %s", closing, strerror(errno));
    struct arena *arena = arena_new("closing");
    struct closed closed = {.number = number, .from_ns = INT64_MAX, .to_ns = INT64_MIN};
    bool ok = true;
    for (int table = 0; ok && table < HARVEST_TABLES; table++)
        ok = write_table(segments->hub.tending, arena, number, closing, table, &closed, err);
    arena_free(arena);
    ok = ok && folder_sync(closing, err);
    if (!ok)
        return false;

    pthread_rwlock_wrlock(&segments->standing);
    const bool has_rows = closed.from_ns <= closed.to_ns;
    closed_path(segments, path, &closed);
    if (has_rows && rename(closing, path) != 0)
        ok = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    ok = ok && folder_sync(segments->folder.ptr, err) &&
         hub_detach(segments->hub.tending, number, err);
    if (ok) {
        unlink_open(segments, number);
        folder_remove(closing);
        segments->closing = 0;
        if (has_rows) {
            note_tables(segments, &closed);
            add_closed(segments, closed);
        }
    }
    pthread_rwlock_unlock(&segments->standing);
    return ok;
}

/* Puts a new segment in place of the open one, if that is full, old or broken. */
static bool change_segment(struct segments *segments, int64_t now_ns, struct err *err)
{
    pthread_mutex_lock(&segments->writing);
    const bool is_due =
        segments->open != 0 &&
        (segments->is_broken || segments->rows >= SEGMENT_ROWS ||
         segments->bytes >= SEGMENT_BYTES ||
         (segments->opened_ns > 0 && now_ns - segments->opened_ns >= SEGMENT_AGE_NS));
    bool ok = true;
    if (is_due) {
        const uint32_t old = segments->open;
        ok = begin_segment(segments, segments->hub.tending, err);
        segments->closing = ok ? old : 0;
    }
    pthread_mutex_unlock(&segments->writing);
    return ok;
}

/* Both locks of the hub are held. */
static bool join(struct segments *segments, struct err *err)
{
    segments->is_apart =
        (!segments->hub.arena && !hub_open(&segments->hub, err)) ||
        (segments->open != 0 && !attach(segments, segments->hub.tending, segments->open, err));
    return !segments->is_apart;
}

/*
 * The open segment goes to a new hub, with the rows that came while the last was closed. Where that
 * fails, senders are told to try again, and it is tried again when it is tended.
 */
static bool renew(struct segments *segments, struct err *err)
{
    pthread_mutex_lock(&segments->reading);
    pthread_mutex_lock(&segments->writing);
    if (!segments->is_apart)
        hub_close(&segments->hub);
    segments->exports = 0;
    const bool ok = join(segments, err);
    pthread_mutex_unlock(&segments->writing);
    pthread_mutex_unlock(&segments->reading);
    return ok;
}

/* A segment without rows is not closed, and its hub would stay. */
static bool is_worn(struct segments *segments)
{
    pthread_mutex_lock(&segments->reading);
    pthread_mutex_lock(&segments->writing);
    const bool is_worn = segments->rows == 0 && segments->exports >= HUB_EXPORTS;
    pthread_mutex_unlock(&segments->writing);
    pthread_mutex_unlock(&segments->reading);
    return is_worn;
}

/* ---- retention ---- */

static void drop_oldest(struct segments *segments)
{
    char path[PATH_BYTES];
    closed_path(segments, path, &segments->closed[0]);
    folder_remove(path);
    segments->closed_count--;
    segments->dropped++;
    memmove(segments->closed, segments->closed + 1,
            segments->closed_count * sizeof *segments->closed);
}

static void drop_at(struct segments *segments, size_t at)
{
    const struct closed it = segments->closed[at];
    memmove(segments->closed + 1, segments->closed, at * sizeof *segments->closed);
    segments->closed[0] = it;
    drop_oldest(segments);
}

static void retain(struct segments *segments, int64_t now_ns, int64_t retention_ns,
                   int64_t size_bytes)
{
    pthread_rwlock_wrlock(&segments->standing);
    for (size_t i = 0; i < segments->closed_count;)
        if (segments->closed[i].to_ns < now_ns - retention_ns)
            drop_at(segments, i);
        else
            i++;
    int64_t bytes = 0;
    for (size_t i = 0; i < segments->closed_count; i++)
        bytes += segments->closed[i].bytes;
    while (segments->closed_count > 0 && bytes > size_bytes) {
        bytes -= segments->closed[0].bytes;
        drop_oldest(segments);
    }
    pthread_rwlock_unlock(&segments->standing);
}

static bool tend(void *state, int64_t now_ns, int64_t retention_ns, int64_t size_bytes,
                 struct err *err)
{
    struct segments *segments = state;
    bool ok = !(segments->is_apart || is_worn(segments)) || renew(segments, err);
    ok = ok && (segments->closing != 0 || change_segment(segments, now_ns, err));
    if (ok && segments->closing != 0)
        ok = close_segment(segments, segments->closing, err) && renew(segments, err);
    retain(segments, now_ns, retention_ns, size_bytes);
    return ok;
}

/* ---- export ---- */

static long long bounded(int64_t time_ns)
{
    return time_ns < 0 ? 0 : time_ns > INTAKE_TIME_MAX_NS ? INTAKE_TIME_MAX_NS : time_ns;
}

static struct str where_sql(struct arena *arena, const struct intake_window *window)
{
    struct buf sql = buf_new(arena);
    buf_printf(&sql, "WHERE time >= make_timestamp_ns(%lld) AND time < make_timestamp_ns(%lld)",
               bounded(window->from_ns), bounded(window->to_ns));
    for (uint32_t i = 0; i < window->services_count; i++)
        buf_printf(&sql, "%s%s", i == 0 ? " AND service IN (" : ", ",
                   sql_quote(arena, window->services[i]).ptr);
    if (window->services_count > 0)
        buf_printf(&sql, ")");
    return buf_str(&sql);
}

/* All rows of the window, wherever they lie. `standing` is held. */
static struct str relation_sql(const struct segments *segments, struct arena *arena,
                               const struct intake_window *window, uint32_t open, uint32_t closing)
{
    const char *table = harvest_names[window->table];
    const char *where = where_sql(arena, window).ptr;
    struct buf sql = buf_new(arena), files = buf_new(arena);
    const uint32_t attached[] = {open, closing};
    for (int i = 0; i < 2; i++)
        if (attached[i] != 0)
            buf_printf(&sql, "%sSELECT * FROM segment_%u.%s %s", sql.len > 0 ? " UNION ALL " : "",
                       attached[i], table, where);
    for (size_t i = 0; i < segments->closed_count; i++) {
        const struct closed *closed = &segments->closed[i];
        if (!closed->has[window->table] || closed->from_ns >= window->to_ns ||
            closed->to_ns < window->from_ns)
            continue;
        char folder[PATH_BYTES];
        closed_path(segments, folder, closed);
        buf_printf(&files, "%s%s", files.len > 0 ? ", " : "",
                   sql_quote(arena, str_printf(arena, "%s/%s.parquet", folder, table)).ptr);
    }
    if (files.len > 0)
        buf_printf(&sql, "%sSELECT * FROM read_parquet([%s], hive_partitioning = false) %s",
                   sql.len > 0 ? " UNION ALL " : "", buf_str(&files).ptr, where);
    return buf_str(&sql);
}

/* The columns as docs/bundle.md names them; a time as a number keeps its nanoseconds. */
static const char *const bundle_columns[HARVEST_TABLES] = {
    "epoch_ns(time) AS timestamp, * EXCLUDE (time)",
    "epoch_ns(time) AS start_us, * EXCLUDE (time)",
    "epoch_ns(time) AS timestamp, * EXCLUDE (time)",
};

/* Only times are sorted for it: to sort whole rows for the last of them takes all memory there is.
 */
static bool latest_sql(struct segments *segments, struct arena *arena, int64_t rows_max,
                       struct str *relation, struct err *err)
{
    struct batch *from;
    if (!telemetry_rows(segments->hub.exporting, arena,
                        str_printf(arena,
                                   "SELECT epoch_ns(min(time)) AS since FROM (SELECT time FROM "
                                   "(%s) ORDER BY time DESC LIMIT %lld)",
                                   relation->ptr, (long long)rows_max),
                        &from, err))
        return false;
    *relation = str_printf(arena, "SELECT * FROM (%s) WHERE time >= make_timestamp_ns(%lld)",
                           relation->ptr, (long long)batch_column(from, "since")->integers[0]);
    return true;
}

static bool count_rows(struct segments *segments, struct arena *arena, struct str relation,
                       int64_t *out, struct err *err)
{
    struct batch *count;
    if (!telemetry_rows(segments->hub.exporting, arena,
                        str_printf(arena, "SELECT count(*) AS n FROM (%s)", relation.ptr), &count,
                        err))
        return false;
    *out = batch_column(count, "n")->integers[0];
    return true;
}

static bool export_rows(struct segments *segments, struct arena *arena,
                        const struct intake_window *window, struct str path, struct str relation,
                        int64_t *rows, bool *cut, struct err *err)
{
    const int64_t rows_max = window->rows_max > 0 ? window->rows_max : INTAKE_EXPORT_ROWS_MAX;
    if (!count_rows(segments, arena, relation, rows, err))
        return false;
    *cut = *rows > rows_max;
    if (*cut && !(latest_sql(segments, arena, rows_max, &relation, err) &&
                  count_rows(segments, arena, relation, rows, err)))
        return false;
    return telemetry_run(segments->hub.exporting,
                         str_printf(arena,
                                    "COPY (SELECT %s FROM (%s) ORDER BY time) TO %s (FORMAT "
                                    "parquet, COMPRESSION zstd)",
                                    bundle_columns[window->table], relation.ptr,
                                    sql_quote(arena, path).ptr)
                             .ptr,
                         err);
}

static bool export_window(void *state, const struct intake_window *window, struct str path,
                          int64_t *rows, bool *cut, struct err *err)
{
    struct segments *segments = state;
    struct arena *arena = arena_new("export");
    pthread_mutex_lock(&segments->reading);
    pthread_mutex_lock(&segments->writing); /* or a segment could be in both, or in none */
    pthread_rwlock_rdlock(&segments->standing);
    segments->exports++;
    const uint32_t open = segments->open, closing = segments->closing;
    const bool is_apart = segments->is_apart;
    pthread_mutex_unlock(&segments->writing);

    struct str relation = relation_sql(segments, arena, window, open, closing);
    if (relation.len == 0) /* the columns, without a row */
        relation = str_printf(arena, "SELECT * FROM empty_%s", harvest_names[window->table]);
    const bool ok = is_apart ? err_set(err, ERR_IO, "the open segment is not attached again yet")
                             : export_rows(segments, arena, window, path, relation, rows, cut, err);
    pthread_rwlock_unlock(&segments->standing);
    pthread_mutex_unlock(&segments->reading);
    arena_free(arena);
    return ok;
}

static void count(void *state, struct intake_counts *out)
{
    struct segments *segments = state;
    pthread_rwlock_rdlock(&segments->standing);
    out->segments_dropped = segments->dropped;
    out->segments_damaged = segments->damaged;
    out->segments = (int64_t)segments->closed_count;
    for (size_t i = 0; i < segments->closed_count; i++) {
        const struct closed *closed = &segments->closed[i];
        out->segments_bytes += closed->bytes;
        if (out->oldest_ns == 0 || closed->from_ns < out->oldest_ns)
            out->oldest_ns = closed->from_ns;
    }
    pthread_rwlock_unlock(&segments->standing);
}

/* ---- opening ---- */

static bool is_closed(const struct segments *segments, uint32_t number)
{
    for (size_t i = 0; i < segments->closed_count; i++)
        if (segments->closed[i].number == number)
            return true;
    return false;
}

/* What an earlier process left open. One that cannot be read is set aside, and the rest goes on. */
static bool recover(struct segments *segments, uint32_t number, struct err *err)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    struct err why = {0};
    if (is_closed(segments, number)) {
        unlink_open(segments, number);
        return true;
    }
    if (attach(segments, segments->hub.tending, number, &why)) {
        if (close_segment(segments, number, &why))
            return true;
        struct err ignored = {0};
        bool gone = hub_detach(segments->hub.tending, number, &ignored);
        (void)gone;
    }
    segments->damaged++;
    const char *const suffixes[][2] = {{".open", ".damaged"}, {".open.wal", ".damaged.wal"}};
    for (int i = 0; i < 2; i++) {
        path_of(segments, from, number, suffixes[i][0]);
        path_of(segments, to, number, suffixes[i][1]);
        if (rename(from, to) != 0 && errno != ENOENT)
            return err_set(err, ERR_IO, "%s: %s", from, strerror(errno));
    }
    return true;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

#define LEFT_OPEN_MAX 1000 /* there are two at most, unless closing has failed again and again */

static bool read_folder(struct segments *segments, struct err *err)
{
    uint32_t left[LEFT_OPEN_MAX];
    size_t left_count = 0;
    DIR *folder = opendir(segments->folder.ptr);
    if (!folder)
        return err_set(err, ERR_IO, "%s: %s", segments->folder.ptr, strerror(errno));
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        struct closed closed = {0};
        int end = 0;
        char path[PATH_BYTES];
        const int got = sscanf(entry->d_name, "%6u_%19" SCNd64 "_%19" SCNd64 "%n", &closed.number,
                               &closed.from_ns, &closed.to_ns, &end);
        if (got >= 1 && closed.number >= segments->next)
            segments->next = closed.number + 1;
        if (got == 3 && !entry->d_name[end]) {
            note_tables(segments, &closed);
            add_closed(segments, closed);
        } else if (got == 1 && str_ends(str_of(entry->d_name), STR(".closing"))) {
            path_of(segments, path, closed.number, ".closing");
            folder_remove(path);
        } else if (got == 1 && str_ends(str_of(entry->d_name), STR(".open")) &&
                   left_count < LEFT_OPEN_MAX) {
            left[left_count++] = closed.number;
        }
    }
    closedir(folder);
    qsort(left, left_count, sizeof *left, by_number);
    bool ok = true;
    for (size_t i = 0; ok && i < left_count; i++)
        ok = recover(segments, left[i], err);
    return ok;
}

static void segments_close(void *thing)
{
    struct segments *segments = thing;
    hub_close(&segments->hub);
    free(segments->closed);
    pthread_mutex_destroy(&segments->writing);
    pthread_mutex_destroy(&segments->reading);
    pthread_rwlock_destroy(&segments->standing);
}

bool segments_open(struct arena *arena, struct str folder, struct keeper *out, struct err *err)
{
    struct segments *segments = arena_push(arena, struct segments);
    segments->folder = str_copy(arena, folder);
    segments->next = 1;
    pthread_mutex_init(&segments->writing, NULL);
    pthread_mutex_init(&segments->reading, NULL);
    pthread_rwlock_init(&segments->standing, NULL);
    arena_defer(arena, segments_close, segments);
    *out = (struct keeper){.state = segments,
                           .write = write_rows,
                           .tend = tend,
                           .export = export_window,
                           .count = count};
    return folder_take(arena, segments->folder.ptr, err) && hub_open(&segments->hub, err) &&
           read_folder(segments, err);
}
