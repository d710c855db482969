/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/intake.h"

#include "base/arena.h"
#include "base/buf.h"
#include "intake/segments.h"
#include "intake/series.h"
#include "net/courier.h"
#include "otlp/wire.h"
#include "store/telemetry.h"

#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <snappy-c.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NOW_NS INT64_C(1795312800000000000)

/* ---- a store in a folder of its own ---- */

struct bench {
    char folder[64];
    struct arena *arena;
    struct intake *intake;
};

static void open_store(struct bench *bench)
{
    struct err err = {0};
    const struct intake_settings settings = {.folder = str_of(bench->folder)};
    bench->arena = arena_new("store");
    if (!intake_open(bench->arena, &settings, &bench->intake, &err))
        fail_msg("%s", err.text);
}

static struct bench new_store(void)
{
    struct bench bench = {.folder = "/tmp/intake-test-XXXXXX"};
    assert_non_null(mkdtemp(bench.folder));
    open_store(&bench);
    return bench;
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        char below[512];
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(below) != 0)
            remove_folder(below);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

static void end_store(struct bench *bench)
{
    arena_free(bench->arena);
    remove_folder(bench->folder);
}

static struct intake_answer post(struct bench *bench, intake_fn *take, const char *type,
                                 const char *encoding, struct str body)
{
    const struct intake_request request = {
        .content_type = str_of(type), .content_encoding = str_of(encoding), .body = body};
    return take(bench->intake, bench->arena, &request, NOW_NS);
}

static struct str logs_of(struct arena *arena, int64_t time_ns, int count)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\","
                     "\"value\":{\"stringValue\":\"cart\"}}]},\"scopeLogs\":[{\"logRecords\":[");
    for (int i = 0; i < count; i++)
        buf_printf(&out, "%s{\"timeUnixNano\":\"%lld\",\"body\":{\"stringValue\":\"line %d\"}}",
                   i > 0 ? "," : "", (long long)time_ns + i, i);
    buf_printf(&out, "]}]}]}");
    return buf_str(&out);
}

static void keep_logs(struct bench *bench, int64_t time_ns, int count)
{
    const struct intake_answer answer =
        post(bench, intake_logs, "application/json", "", logs_of(bench->arena, time_ns, count));
    if (answer.status != 200)
        fail_msg("%d %.*s", answer.status, STR_ARG(answer.body));
}

static void tend(struct bench *bench, int64_t now_ns)
{
    struct err err = {0};
    if (!intake_tend(bench->intake, now_ns, &err))
        fail_msg("%s", err.text);
}

/* What a statement says of an export of that window; `%s` stands for the file's relation. */
static struct str asked(struct bench *bench, const struct intake_window *window, const char *sql)
{
    struct err err = {0};
    struct arena *arena = bench->arena;
    const struct str path = str_printf(arena, "%s/export.parquet", bench->folder);
    int64_t rows;
    bool cut;
    if (!intake_export(bench->intake, window, path, &rows, &cut, &err))
        fail_msg("%s", err.text);
    struct telemetry *telemetry;
    const struct telemetry_limits limits = {.memory_mb = 256, .threads = 1};
    struct batch *answer = NULL;
    if (!telemetry_open(arena, &limits, &telemetry, &err) ||
        !telemetry_rows(telemetry, arena,
                        str_printf(arena, sql, str_printf(arena, "'%s'", path.ptr).ptr), &answer,
                        &err))
        fail_msg("%s", err.text);
    const struct str text =
        answer->columns[0].known[0] ? answer->columns[0].texts[0] : STR("nothing");
    return str_printf(arena, "%lld %.*s%s", (long long)rows, STR_ARG(text), cut ? " cut" : "");
}

static int64_t rows_kept(struct bench *bench)
{
    const struct intake_window all = {.table = HARVEST_LOGS, .to_ns = INT64_MAX};
    return strtoll(asked(bench, &all, "SELECT '' AS t FROM (SELECT 1) -- %s").ptr, NULL, 10);
}

#define LINES                                                                                      \
    "SELECT string_agg(concat_ws('|', timestamp, service, message), ';' ORDER BY timestamp) AS t " \
    "FROM %s"

static void what_is_kept_is_exported_wherever_it_lies(void **state)
{
    (void)state;
    struct bench bench = new_store();
    const struct intake_window all = {.table = HARVEST_LOGS, .from_ns = 0, .to_ns = INT64_MAX};
    assert_string_equal(asked(&bench, &all, LINES).ptr, "0 nothing");
    keep_logs(&bench, NOW_NS, 1); /* will be in a closed segment */
    tend(&bench, NOW_NS + SEGMENT_AGE_NS - 1);
    assert_int_equal(intake_counts(bench.intake).segments, 0);
    tend(&bench, NOW_NS + SEGMENT_AGE_NS);
    assert_int_equal(intake_counts(bench.intake).segments, 1);
    keep_logs(&bench, NOW_NS + 10, 2); /* in the open one */
    assert_string_equal(asked(&bench, &all, LINES).ptr,
                        "3 1795312800000000000|cart|line 0;1795312800000000010|cart|line 0;"
                        "1795312800000000011|cart|line 1");
    const struct intake_window latest = {.table = HARVEST_LOGS, .to_ns = INT64_MAX, .rows_max = 2};
    assert_string_equal(asked(&bench, &latest, LINES).ptr,
                        "2 1795312800000000010|cart|line 0;1795312800000000011|cart|line 1 cut");
    const struct intake_window some = {
        .table = HARVEST_LOGS, .from_ns = NOW_NS, .to_ns = NOW_NS + 10};
    assert_string_equal(asked(&bench, &some, LINES).ptr, "1 1795312800000000000|cart|line 0");
    const struct str others[] = {STR("pay"), STR("it's")};
    const struct intake_window none = {.table = HARVEST_LOGS,
                                       .to_ns = INT64_MAX,
                                       .services = others,
                                       .services_count = COUNT_OF(others)};
    assert_string_equal(asked(&bench, &none, LINES).ptr, "0 nothing");
    end_store(&bench);
}

static void a_store_that_was_left_is_brought_in_order(void **state)
{
    (void)state;
    struct bench bench = new_store();
    keep_logs(&bench, NOW_NS, 3);
    tend(&bench, NOW_NS + SEGMENT_AGE_NS);
    keep_logs(&bench, NOW_NS + 10, 4);
    arena_free(bench.arena);
    open_store(&bench);
    assert_int_equal(intake_counts(bench.intake).segments, 2);
    assert_int_equal(intake_counts(bench.intake).oldest_ns, NOW_NS);
    assert_int_equal(rows_kept(&bench), 7);
    arena_free(bench.arena);

    /* a file that is no database, and one that was being closed */
    char path[128];
    snprintf(path, sizeof path, "%s/000009.open", bench.folder);
    FILE *file = fopen(path, "w");
    fputs("this is no database, but it is longer than the header of one would have to be", file);
    fclose(file);
    snprintf(path, sizeof path, "%s/000010.closing", bench.folder);
    mkdir(path, 0700);
    open_store(&bench);
    assert_int_equal(intake_counts(bench.intake).segments_damaged, 1);
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/000009.damaged", bench.folder);
    assert_int_equal(access(path, F_OK), 0);
    keep_logs(&bench, NOW_NS + 20, 1);
    assert_int_equal(rows_kept(&bench), 8);
    end_store(&bench);
}

static void one_process_holds_a_store(void **state)
{
    (void)state;
    struct bench bench = new_store();
    struct arena *arena = arena_new("second");
    struct intake *second;
    struct err err = {0};
    const struct intake_settings settings = {.folder = str_of(bench.folder)};
    assert_false(intake_open(arena, &settings, &second, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    char want[200];
    snprintf(want, sizeof want,
             "%s: process %ld has it open, and only one may: stop that one, or name another folder",
             bench.folder, (long)getpid());
    assert_string_equal(err.text, want);
    arena_free(arena);
    end_store(&bench);
}

/* ---- killed ---- */

#define KILLS 12
#define LINES_OF_A_REQUEST 7

/* Keeps logs until it is killed, and tells of each request that was answered. */
static void keep_until_killed(struct bench *bench, int told)
{
    open_store(bench);
    for (int i = 0; i < 100000; i++) {
        keep_logs(bench, NOW_NS + i * 10, LINES_OF_A_REQUEST);
        if (write(told, "x", 1) != 1)
            _exit(1);
        if (i % 5 == 4)
            tend(bench, NOW_NS + (i + 1) * SEGMENT_AGE_NS);
    }
    _exit(0);
}

static void what_was_answered_survives_a_kill(void **state)
{
    (void)state;
    struct bench bench = {.folder = "/tmp/intake-test-XXXXXX"};
    assert_non_null(mkdtemp(bench.folder));
    int64_t answered = 0;
    for (int kills = 0; kills < KILLS; kills++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        const pid_t pid = fork();
        if (pid == 0)
            keep_until_killed(&bench, ends[1]);
        close(ends[1]);
        /* at another point each time: after some answers, and a moment of its own */
        char one;
        for (int i = 0; i <= kills; i++)
            answered += read(ends[0], &one, 1) == 1;
        for (volatile int spin = 0; spin < kills * 300000; spin++)
            ;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(ends[0], &one, 1) == 1)
            answered++;
        close(ends[0]);
    }
    open_store(&bench);
    const int64_t kept = rows_kept(&bench);
    assert_int_equal(kept % LINES_OF_A_REQUEST, 0); /* a request is kept as a whole, or not */
    assert_true(kept >= answered * LINES_OF_A_REQUEST);
    assert_true(kept <= (answered + KILLS) * LINES_OF_A_REQUEST); /* one at most was on its way */
    assert_int_equal(intake_counts(bench.intake).segments_damaged, 0);
    end_store(&bench);
}

/* ---- retention ---- */

static void retention_drops_whole_segments(void **state)
{
    (void)state;
    struct bench bench = new_store();
    for (int i = 0; i < 3; i++) {
        keep_logs(&bench, NOW_NS + i * 100, 1);
        tend(&bench, NOW_NS + (i + 1) * SEGMENT_AGE_NS);
    }
    assert_int_equal(intake_counts(bench.intake).segments, 3);
    tend(&bench, NOW_NS + 50 + INTAKE_RETENTION_NS);
    assert_int_equal(intake_counts(bench.intake).segments, 2);
    assert_int_equal(intake_counts(bench.intake).segments_dropped, 1);
    assert_int_equal(rows_kept(&bench), 2);
    const int64_t bytes = intake_counts(bench.intake).segments_bytes;
    arena_free(bench.arena);

    struct err err = {0};
    const struct intake_settings settings = {.folder = str_of(bench.folder),
                                             .size_bytes = bytes - 1};
    bench.arena = arena_new("store");
    assert_true(intake_open(bench.arena, &settings, &bench.intake, &err));
    tend(&bench, NOW_NS);
    assert_int_equal(intake_counts(bench.intake).segments, 1);
    assert_int_equal(intake_counts(bench.intake).oldest_ns, NOW_NS + 200);
    end_store(&bench);
}

/* ---- answers ---- */

static struct str packed(struct arena *arena, struct str body)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)body.ptr, .avail_in = (uInt)body.len};
    const size_t room = body.len / 2 + 10000;
    char *bytes = arena_alloc(arena, room);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = (Bytef *)bytes;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return (struct str){.ptr = bytes, .len = room - stream.avail_out};
}

static void senders_are_told_in_their_own_encoding(void **state)
{
    (void)state;
    struct bench bench = new_store();
    static const struct {
        const char *why;
        intake_fn *take;
        const char *type, *encoding, *body;
        int status;
        const char *answer_type, *answer;
    } cases[] = {
        {"kept", intake_logs, "application/json; charset=utf-8", "",
         "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":"
         "\"1795312800000000000\"}]}]}]}",
         200, "application/json", "{}"},
        {"empty", intake_metrics, "application/json", "identity", "{}", 200, "application/json",
         "{}"},
        {"empty", intake_traces, "application/x-protobuf", "", "", 200, "application/x-protobuf",
         ""},
        {"partly", intake_traces, "application/json", "",
         "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{},{}]}]}]}", 200, "application/json",
         "{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"a record has no "
         "time\"}}"},
        {"damaged", intake_logs, "application/x-protobuf", "", "\x0a\x04\x12\x02\x12", 400,
         "application/x-protobuf",
         "\x08\x03\x12Hthe request is cut short or damaged: in the request a field does not "
         "end"},
        {"no JSON", intake_logs, "application/json", "", "{\n \"a\"", 400, "application/json",
         "{\"code\":3,\"message\":\"line 2, column 4: ':' expected near end of file\"}"},
        {"another type", intake_logs, "text/plain", "", "x", 415, "application/json",
         "{\"code\":3,\"message\":\"Content-Type is to be application/x-protobuf or "
         "application/json\"}"},
        {"another packing", intake_logs, "application/json", "br", "x", 415, "application/json",
         "{\"code\":3,\"message\":\"Content-Encoding `br` is not read here: use gzip, or none\"}"},
        {"no gzip", intake_logs, "application/json", "gzip", "{}", 400, "application/json",
         "{\"code\":3,\"message\":\"the body is no gzip, or cut short: incorrect header check\"}"},
        {"Loki", intake_loki_push, "application/json", "",
         "{\"streams\":[{\"stream\":{},\"values\":[[\"1795312800000000000\",\"x\"]]}]}", 204,
         "text/plain; charset=utf-8", ""},
        {"Loki, partly", intake_loki_push, "application/json", "",
         "{\"streams\":[{\"stream\":{},\"values\":[[\"1795312800000000000\",\"x\"],[\"1\",\"x\"]]}]"
         "}",
         400, "text/plain; charset=utf-8",
         "1 lines were not taken, the others are kept: a record is of 1970-01-01T00:00:00Z, older "
         "than what is kept\n"},
        {"Loki, no snappy", intake_loki_push, "application/x-protobuf", "", "\xff", 400,
         "text/plain; charset=utf-8", "the body is no snappy\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct intake_answer answer =
            post(&bench, cases[i].take, cases[i].type, cases[i].encoding, str_of(cases[i].body));
        if (answer.status != cases[i].status || !str_eq(answer.body, str_of(cases[i].answer)))
            fail_msg("%s: %d %.*s", cases[i].why, answer.status, STR_ARG(answer.body));
        assert_string_equal(answer.content_type, cases[i].answer_type);
        assert_int_equal(answer.retry_after_s, 0);
    }
    const struct intake_counts counts = intake_counts(bench.intake);
    assert_int_equal(counts.requests, COUNT_OF(cases));
    assert_int_equal(counts.requests_refused, 6);
    assert_int_equal(counts.rows[HARVEST_LOGS], 3);
    assert_int_equal(counts.rejected[HARVEST_TRACES], 2);
    assert_int_equal(counts.rejected[HARVEST_LOGS], 1);
    end_store(&bench);
}

static void bodies_come_packed(void **state)
{
    (void)state;
    struct bench bench = new_store();
    const struct str body = logs_of(bench.arena, NOW_NS, 1000);
    assert_int_equal(
        post(&bench, intake_logs, "application/json", "GZIP", packed(bench.arena, body)).status,
        200);
    assert_int_equal(rows_kept(&bench), 1000);

    /* a bomb: 65 MiB of nothing in some tens of KB */
    const size_t size = INTAKE_BODY_BYTES_MAX + ((size_t)1 << 20);
    const struct str zeros = {.ptr = arena_alloc(bench.arena, size), .len = size};
    const struct intake_answer answer =
        post(&bench, intake_logs, "application/json", "gzip", packed(bench.arena, zeros));
    assert_int_equal(answer.status, 413);
    assert_true(str_contains(answer.body, STR("larger than 64 MiB once unpacked")));

    /* {entries: [{timestamp: {seconds}, line}]} as promtail sends it */
    struct buf time = buf_new(bench.arena), entry = buf_new(bench.arena);
    struct buf stream = buf_new(bench.arena), push = buf_new(bench.arena);
    wire_put_varint(&time, 1, NOW_NS / NS_PER_S);
    wire_put_bytes(&entry, 1, buf_str(&time));
    wire_put_bytes(&entry, 2, STR("hello"));
    wire_put_bytes(&stream, 1, STR("{app=\"cart\"}"));
    wire_put_bytes(&stream, 2, buf_str(&entry));
    wire_put_bytes(&push, 1, buf_str(&stream));
    char snapped[200];
    size_t len = sizeof snapped;
    assert_int_equal(snappy_compress(push.ptr, push.len, snapped, &len), SNAPPY_OK);
    assert_int_equal(post(&bench, intake_loki_push, "application/x-protobuf", "",
                          (struct str){.ptr = snapped, .len = len})
                         .status,
                     204);
    /* and one that says to be 4 GB */
    assert_int_equal(
        post(&bench, intake_loki_push, "application/x-protobuf", "", STR("\xff\xff\xff\xff\x0f\0"))
            .status,
        413);
    end_store(&bench);
}

static void a_label_that_explodes_costs_its_own_metric(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct series *series = series_new(arena);
    struct harvest harvest = harvest_new(arena, 0, NOW_NS * 2, 0);
    const struct harvest_origin origin = {.service = STR("cart")};
    const struct harvest_measure bad = {.name = STR("requests")}, good = {.name = STR("memory")};
    for (int i = 0; i < SERIES_OF_A_METRIC_MAX + 10; i++) {
        const struct harvest_point point = {.time_ns = NOW_NS,
                                            .has_value = true,
                                            .labels = str_printf(arena, "\"request\":\"%d\"", i)};
        harvest_point(&harvest, &origin, &bad, &point);
    }
    const struct harvest_point point = {.time_ns = NOW_NS, .has_value = true};
    harvest_point(&harvest, &origin, &good, &point);
    series_admit(series, &harvest);
    assert_int_equal(harvest.rows[HARVEST_METRICS]->rows, SERIES_OF_A_METRIC_MAX + 1);
    assert_int_equal(harvest.rejected[HARVEST_METRICS], 10);
    assert_string_equal(harvest.why.ptr, "metric `requests` of service `cart` has more than 20000 "
                                         "series: drop a label that is different each time");
    series_admit(series, &harvest); /* what is known is let in again */
    assert_int_equal(harvest.rejected[HARVEST_METRICS], 10);
    assert_true(
        str_eq(batch_column(harvest.rows[HARVEST_METRICS], "metric")->texts[SERIES_OF_A_METRIC_MAX],
               STR("memory")));
    arena_free(arena);
}

/* ---- what is below refuses ---- */

/* While the disk is full no segment can be begun; the first attempt leaves a file without a head.
 */
static void a_segment_that_could_not_be_begun_is_begun_later(void **state)
{
    (void)state;
    struct bench bench = new_store();
    struct rlimit before;
    struct err err = {0};
    keep_logs(&bench, NOW_NS, 1);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (rlim_t room = 0; room <= 32 << 10; room += 4 << 10) { /* wherever it stops */
        struct rlimit small = before;
        small.rlim_cur = room;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        const bool is_tended = intake_tend(bench.intake, NOW_NS + SEGMENT_AGE_NS, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (is_tended)
            break;
    }
    tend(&bench, NOW_NS + SEGMENT_AGE_NS);
    keep_logs(&bench, NOW_NS + SEGMENT_AGE_NS, 2);
    assert_int_equal(rows_kept(&bench), 3);
    end_store(&bench);
}

static void what_the_disk_refuses_is_to_come_again(void **state)
{
    (void)state;
    struct bench bench = new_store();
    keep_logs(&bench, NOW_NS, 1);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 64 << 10; /* as on a disk that is full */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct intake_answer answer = {0};
    for (int i = 0; i < 3; i++) {
        answer =
            post(&bench, intake_logs, "application/json", "", logs_of(bench.arena, NOW_NS, 10000));
        assert_int_equal(answer.status, 503);
        assert_true(answer.retry_after_s > 0);
        assert_true(str_starts(answer.body, STR("{\"code\":14,\"message\":\"")));
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    tend(&bench, NOW_NS); /* there is room again: a new segment is begun, the old one is closed */
    keep_logs(&bench, NOW_NS + 10, 2);
    assert_int_equal(rows_kept(&bench), 3);
    assert_int_equal(intake_counts(bench.intake).requests_busy, 3);
    arena_free(bench.arena);
    open_store(&bench);
    assert_int_equal(rows_kept(&bench), 3);
    end_store(&bench);
}

struct engine {
    bool is_down;
    char last[400]; /* what it was asked */
};

static bool exchange(void *state, struct arena *arena, const struct request *request,
                     int64_t timeout_ns, struct reply *out, struct err *err)
{
    (void)arena, (void)timeout_ns;
    struct engine *engine = state;
    snprintf(engine->last, sizeof engine->last, "%.*s", STR_ARG(request->body));
    if (engine->is_down)
        return err_set(err, ERR_DENIED, "refused");
    *out = (struct reply){.status = 200, .body = STR("")};
    return true;
}

static void clickhouse_that_is_down_is_to_come_again(void **state)
{
    (void)state;
    struct engine engine = {0};
    const struct transport transport = {.exchange = exchange, .state = &engine};
    const struct intake_settings settings = {.clickhouse = {.url = STR("http://127.0.0.1:8123"),
                                                            .database = STR("it`s"),
                                                            .user = STR(""),
                                                            .transport = &transport}};
    struct bench bench = {.arena = arena_new("store")};
    struct err err = {0};
    if (!intake_open(bench.arena, &settings, &bench.intake, &err))
        fail_msg("%s", err.text);
    assert_true(str_starts(str_of(engine.last),
                           STR("CREATE TABLE IF NOT EXISTS `its`.otel_metrics_sum (")));
    assert_true(str_contains(str_of(engine.last), STR("otel_metrics_sum")));
    keep_logs(&bench, NOW_NS, 1);
    assert_true(str_starts(str_of(engine.last), STR("INSERT INTO `its`.otel_logs SETTINGS ")));
    assert_true(
        str_contains(str_of(engine.last),
                     STR("{\"Timestamp\":\"1795312800.000000000\",\"ServiceName\":\"cart\",")));
    engine.is_down = true;
    const struct intake_answer answer =
        post(&bench, intake_logs, "application/json", "", logs_of(bench.arena, NOW_NS, 1));
    assert_int_equal(answer.status, 503);
    assert_true(answer.retry_after_s > 0);
    arena_free(bench.arena);
}

/* ---- several at a time ---- */

#define SENDERS 4
#define REQUESTS 50

static void *send_all(void *thing)
{
    struct bench *bench = thing;
    for (int i = 0; i < REQUESTS; i++) {
        struct arena *arena = arena_new("sender");
        const struct intake_request request = {.content_type = STR("application/json"),
                                               .content_encoding = STR(""),
                                               .body = logs_of(arena, NOW_NS, 3)};
        const struct intake_answer answer = intake_logs(bench->intake, arena, &request, NOW_NS);
        if (answer.status != 200)
            fail_msg("%d %.*s", answer.status, STR_ARG(answer.body));
        arena_free(arena);
    }
    return NULL;
}

static void many_send_while_segments_change_and_are_read(void **state)
{
    (void)state;
    struct bench bench = new_store();
    pthread_t threads[SENDERS];
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_all, &bench), 0);
    int64_t before = 0;
    for (int i = 1; i <= 5; i++) {
        tend(&bench, NOW_NS + i * SEGMENT_AGE_NS);
        const int64_t now = rows_kept(&bench);
        assert_true(now >= before && now % 3 == 0); /* none is lost on its way into a file */
        before = now;
    }
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(rows_kept(&bench), SENDERS * REQUESTS * 3);
    assert_true(intake_counts(bench.intake).commits <= SENDERS * REQUESTS);
    end_store(&bench);
}

#define EXPORTS 128 /* one database would keep 2 KiB of each */
#define KEPT_BYTES_MAX ((size_t)EXPORTS << 10)

static void export_often(struct bench *bench, int times)
{
    const struct intake_window all = {.table = HARVEST_LOGS, .to_ns = INT64_MAX};
    const struct str path = str_printf(bench->arena, "%s/export.parquet", bench->folder);
    for (int i = 0; i < times; i++) {
        struct err err = {0};
        int64_t rows;
        bool cut;
        if (!intake_export(bench->intake, &all, path, &rows, &cut, &err))
            fail_msg("%s", err.text);
    }
}

/* `false`: nothing comes between them, so that no segment is closed. */
static size_t kept_by_exports(struct bench *bench, bool is_sent_to)
{
    const size_t before = mallinfo2().uordblks;
    for (int round = 0; round < 2; round++) {
        export_often(bench, EXPORTS / 2);
        if (is_sent_to)
            keep_logs(bench, NOW_NS, 3);
        tend(bench, NOW_NS + SEGMENT_AGE_NS);
    }
    const size_t after = mallinfo2().uordblks;
    return after > before ? after - before : 0;
}

static void exports_keep_no_memory(void **state)
{
    (void)state;
    struct bench bench = new_store();
    kept_by_exports(&bench, true); /* what is made once */
    assert_true(kept_by_exports(&bench, true) < KEPT_BYTES_MAX);
    assert_true(kept_by_exports(&bench, false) < KEPT_BYTES_MAX);
    end_store(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_survives_a_kill), /* forks: before all threads */
        cmocka_unit_test(what_is_kept_is_exported_wherever_it_lies),
        cmocka_unit_test(a_store_that_was_left_is_brought_in_order),
        cmocka_unit_test(one_process_holds_a_store),
        cmocka_unit_test(retention_drops_whole_segments),
        cmocka_unit_test(senders_are_told_in_their_own_encoding),
        cmocka_unit_test(bodies_come_packed),
        cmocka_unit_test(a_label_that_explodes_costs_its_own_metric),
        cmocka_unit_test(a_segment_that_could_not_be_begun_is_begun_later),
        cmocka_unit_test(what_the_disk_refuses_is_to_come_again),
        cmocka_unit_test(clickhouse_that_is_down_is_to_come_again),
        cmocka_unit_test(exports_keep_no_memory),
        cmocka_unit_test(many_send_while_segments_change_and_are_read),
    };
    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
