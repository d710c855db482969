/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a request: unpacked, taken apart, written, answered. The first three need no lock but
 * for the series; writing is done by whoever comes first for all who wait, in one transaction, so
 * that a disk that takes 5 ms to confirm takes as many requests as come in 5 ms.
 */
#include "intake/intake.h"

#include "base/arena.h"
#include "intake/answer.h"
#include "intake/body.h"
#include "intake/clickhouse.h"
#include "intake/segments.h"
#include "intake/series.h"
#include "otlp/decode.h"

#include <pthread.h>

#define FUTURE_NS (3600 * NS_PER_S) /* how far a sender's clock may be ahead */
#define DECODING_BYTES_MAX                                                                         \
    ((int64_t)192 << 20)                       /* of bodies at a time; rows take a few times that */
#define WAITING_BYTES_MAX ((int64_t)256 << 20) /* of rows that wait to be written */
#define COMMIT_HARVESTS_MAX 256                /* in one transaction */

/* A request that waits to be written; it lies on the stack of its thread. */
struct waiting {
    const struct harvest *harvest;
    int64_t now_ns, bytes;
    struct waiting *next;
    bool is_done, ok;
    struct err err;
};

struct intake {
    struct intake_settings settings;
    struct keeper keeper;
    struct series *series;

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t written;
    struct waiting *first, **last;
    bool is_writing;
    int64_t decoding_bytes;
    int64_t series_since_ns;
    struct intake_counts counts;
};

static void intake_close(void *thing)
{
    struct intake *intake = thing;
    pthread_cond_destroy(&intake->written);
    pthread_mutex_destroy(&intake->lock);
}

bool intake_open(struct arena *arena, const struct intake_settings *settings, struct intake **out,
                 struct err *err)
{
    struct intake *intake = arena_push(arena, struct intake);
    intake->settings = *settings;
    if (intake->settings.retention_ns == 0)
        intake->settings.retention_ns = INTAKE_RETENTION_NS;
    if (intake->settings.size_bytes == 0)
        intake->settings.size_bytes = INTAKE_SIZE_BYTES_MAX;
    intake->last = &intake->first;
    pthread_mutex_init(&intake->lock, NULL);
    pthread_cond_init(&intake->written, NULL);
    arena_defer(arena, intake_close, intake);
    intake->series = series_new(arena);
    *out = intake;
    return settings->clickhouse.url.len > 0
               ? clickhouse_open(arena, &intake->settings, &intake->keeper, err)
               : segments_open(arena, settings->folder, &intake->keeper, err);
}

/* ---- written together ---- */

/* `lock` is held. Takes the first who wait, writes them without the lock, and tells them. */
static void write_first(struct intake *intake)
{
    const struct harvest *harvests[COMMIT_HARVESTS_MAX];
    struct waiting *group = intake->first, *it = group;
    size_t count = 0;
    int64_t now_ns = 0;
    for (; it && count < COMMIT_HARVESTS_MAX; it = it->next) {
        harvests[count++] = it->harvest;
        now_ns = it->now_ns > now_ns ? it->now_ns : now_ns;
    }
    intake->first = it;
    if (!it)
        intake->last = &intake->first;
    intake->is_writing = true;
    pthread_mutex_unlock(&intake->lock);

    struct err err = {0};
    const bool ok = intake->keeper.write(intake->keeper.state, harvests, count, now_ns, &err);

    pthread_mutex_lock(&intake->lock);
    intake->is_writing = false;
    intake->counts.commits += ok;
    for (it = group; count > 0; count--) {
        struct waiting *next = it->next;
        intake->counts.waiting_bytes -= it->bytes;
        it->ok = ok;
        it->err = err;
        it->is_done = true; /* the last: it may be gone once the lock is let go */
        it = next;
    }
    pthread_cond_broadcast(&intake->written);
}

static bool write_rows(struct intake *intake, const struct harvest *harvest, size_t bytes,
                       int64_t now_ns, struct err *err)
{
    struct waiting mine = {.harvest = harvest, .now_ns = now_ns, .bytes = (int64_t)bytes};
    pthread_mutex_lock(&intake->lock);
    if (intake->counts.waiting_bytes + mine.bytes > WAITING_BYTES_MAX) {
        pthread_mutex_unlock(&intake->lock);
        return err_set(err, ERR_TIMEOUT, "more comes in than the disk takes: come again");
    }
    intake->counts.waiting_bytes += mine.bytes;
    *intake->last = &mine;
    intake->last = &mine.next;
    while (!mine.is_done)
        if (intake->is_writing)
            pthread_cond_wait(&intake->written, &intake->lock);
        else
            write_first(intake);
    pthread_mutex_unlock(&intake->lock);
    *err = mine.err;
    if (!mine.ok && err->kind == ERR_OVER_BUDGET) /* of the segment, and so it passes */
        err->kind = ERR_TIMEOUT;
    else if (!mine.ok)
        err->kind = ERR_IO;
    return mine.ok;
}

/* ---- the four paths ---- */

typedef bool decode_fn(struct str body, struct harvest *harvest, struct err *err);

struct path {
    enum harvest_table table;
    decode_fn *proto, *json;
    bool is_loki; /* whose protobuf is packed with snappy, and whose answers are texts */
};

static bool logs_proto(struct str body, struct harvest *harvest, struct err *err)
{
    return otlp_decode_proto(DECODE_LOGS, body, harvest, err);
}

static bool logs_json(struct str body, struct harvest *harvest, struct err *err)
{
    return otlp_decode_json(DECODE_LOGS, body, harvest, err);
}

static bool traces_proto(struct str body, struct harvest *harvest, struct err *err)
{
    return otlp_decode_proto(DECODE_TRACES, body, harvest, err);
}

static bool traces_json(struct str body, struct harvest *harvest, struct err *err)
{
    return otlp_decode_json(DECODE_TRACES, body, harvest, err);
}

static bool metrics_proto(struct str body, struct harvest *harvest, struct err *err)
{
    return otlp_decode_proto(DECODE_METRICS, body, harvest, err);
}

static bool metrics_json(struct str body, struct harvest *harvest, struct err *err)
{
    return otlp_decode_json(DECODE_METRICS, body, harvest, err);
}

static bool is_type(struct arena *arena, struct str content_type, const char *name)
{
    struct str type = STR("");
    str_split(&content_type, ';', &type);
    return str_eq(str_lower(arena, str_trim(type)), str_of(name));
}

static bool is_proto(struct arena *arena, struct str content_type)
{
    return is_type(arena, content_type, "application/x-protobuf") ||
           is_type(arena, content_type, "application/protobuf");
}

/* ERR_TIMEOUT: others are being taken apart, and there is no memory for one more. */
static bool begin_decoding(struct intake *intake, size_t bytes, struct err *err)
{
    pthread_mutex_lock(&intake->lock);
    /* one that is alone always gets its turn */
    const bool ok = intake->decoding_bytes == 0 ||
                    intake->decoding_bytes + (int64_t)bytes <= DECODING_BYTES_MAX;
    intake->decoding_bytes += ok ? (int64_t)bytes : 0;
    intake->counts.bytes += ok ? bytes : 0;
    pthread_mutex_unlock(&intake->lock);
    return ok || err_set(err, ERR_TIMEOUT, "too many large requests at a time: come again");
}

static void end_decoding(struct intake *intake, size_t bytes)
{
    pthread_mutex_lock(&intake->lock);
    intake->decoding_bytes -= (int64_t)bytes;
    pthread_mutex_unlock(&intake->lock);
}

static bool keep(struct intake *intake, const struct path *path, enum answer_form form,
                 struct str body, int64_t now_ns, struct harvest *harvest, struct err *err)
{
    const bool is_packed = path->is_loki && form == ANSWER_PROTO;
    if (is_packed && !body_unsnap(harvest->arena, body, INTAKE_BODY_BYTES_MAX, &body, err))
        return false;
    const size_t before = arena_used_bytes(harvest->arena);
    if (!(form == ANSWER_PROTO ? path->proto : path->json)(body, harvest, err))
        return false;
    series_admit(intake->series, harvest);
    size_t rows = 0;
    for (int table = 0; table < HARVEST_TABLES; table++)
        rows += harvest->rows[table]->rows;
    return rows == 0 ||
           write_rows(intake, harvest, arena_used_bytes(harvest->arena) - before + body.len, now_ns,
                      err);
}

static void count_answer(struct intake *intake, const struct harvest *harvest, bool ok, int status)
{
    pthread_mutex_lock(&intake->lock);
    intake->counts.requests++;
    intake->counts.requests_busy += status == 429 || status == 503;
    intake->counts.requests_refused += !ok && status != 429 && status != 503;
    for (int table = 0; ok && table < HARVEST_TABLES; table++) {
        intake->counts.rows[table] += harvest->rows[table]->rows;
        intake->counts.rejected[table] += harvest->rejected[table];
    }
    pthread_mutex_unlock(&intake->lock);
}

static struct intake_answer take(struct intake *intake, struct arena *arena,
                                 const struct path *path, const struct intake_request *request,
                                 int64_t now_ns)
{
    struct err err = {0};
    struct str body;
    const bool proto = is_proto(arena, request->content_type);
    bool ok = proto || is_type(arena, request->content_type, "application/json") ||
              err_set(&err, ERR_DENIED,
                      "Content-Type is to be application/x-protobuf or application/json");
    ok = ok && body_unpack(arena, request->content_encoding, request->body, INTAKE_BODY_BYTES_MAX,
                           &body, &err);
    struct harvest harvest = harvest_new(arena, now_ns - intake->settings.retention_ns,
                                         now_ns + FUTURE_NS, ok ? body.len : 0);
    const enum answer_form form = proto ? ANSWER_PROTO : ANSWER_JSON;
    if (ok && (ok = begin_decoding(intake, body.len, &err))) {
        ok = keep(intake, path, form, body, now_ns, &harvest, &err);
        end_decoding(intake, body.len);
    }
    const enum answer_form told = path->is_loki ? ANSWER_TEXT : form;
    const uint64_t rejected = harvest.rejected[path->table];
    const struct intake_answer answer =
        !ok            ? answer_refused(arena, told, &err)
        : rejected > 0 ? answer_partly(arena, told, path->table, rejected, harvest.why)
                       : answer_kept(told);
    count_answer(intake, &harvest, ok, answer.status);
    return answer;
}

struct intake_answer intake_logs(struct intake *intake, struct arena *arena,
                                 const struct intake_request *request, int64_t now_ns)
{
    static const struct path path = {HARVEST_LOGS, logs_proto, logs_json, false};
    return take(intake, arena, &path, request, now_ns);
}

struct intake_answer intake_traces(struct intake *intake, struct arena *arena,
                                   const struct intake_request *request, int64_t now_ns)
{
    static const struct path path = {HARVEST_TRACES, traces_proto, traces_json, false};
    return take(intake, arena, &path, request, now_ns);
}

struct intake_answer intake_metrics(struct intake *intake, struct arena *arena,
                                    const struct intake_request *request, int64_t now_ns)
{
    static const struct path path = {HARVEST_METRICS, metrics_proto, metrics_json, false};
    return take(intake, arena, &path, request, now_ns);
}

struct intake_answer intake_loki_push(struct intake *intake, struct arena *arena,
                                      const struct intake_request *request, int64_t now_ns)
{
    static const struct path path = {HARVEST_LOGS, loki_decode_proto, loki_decode_json, true};
    return take(intake, arena, &path, request, now_ns);
}

const struct intake_path intake_paths[] = {
    {"/v1/logs", intake_logs},
    {"/v1/traces", intake_traces},
    {"/v1/metrics", intake_metrics},
    {"/loki/api/v1/push", intake_loki_push},
    {0},
};

/* ---- upkeep, out, numbers ---- */

bool intake_tend(struct intake *intake, int64_t now_ns, struct err *err)
{
    pthread_mutex_lock(&intake->lock);
    const bool is_due = now_ns - intake->series_since_ns >= SEGMENT_AGE_NS;
    if (is_due)
        intake->series_since_ns = now_ns;
    pthread_mutex_unlock(&intake->lock);
    if (is_due)
        series_forget(intake->series);
    return intake->keeper.tend(intake->keeper.state, now_ns, intake->settings.retention_ns,
                               intake->settings.size_bytes, err);
}

bool intake_export(struct intake *intake, const struct intake_window *window, struct str path,
                   int64_t *rows, bool *cut, struct err *err)
{
    return intake->keeper.export(intake->keeper.state, window, path, rows, cut, err);
}

struct intake_counts intake_counts(struct intake *intake)
{
    pthread_mutex_lock(&intake->lock);
    struct intake_counts counts = intake->counts;
    pthread_mutex_unlock(&intake->lock);
    intake->keeper.count(intake->keeper.state, &counts);
    return counts;
}
