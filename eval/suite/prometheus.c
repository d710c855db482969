/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/prometheus.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/file.h"
#include "eval/child.h"
#include "eval/suite/loopback.h"
#include "eval/suite/phrases.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROMTOOL "/usr/bin/promtool"
#define PROMETHEUS "/usr/bin/prometheus"
#define TIMEOUT_NS (60 * NS_PER_S)
#define OUTPUT_BYTES_MAX ((size_t)16 << 20)
#define STARTS_MAX 150 /* looks, 0.2 s apart */

/* One row a metric: its samples as OpenMetrics has them. */
static const char samples_sql[] =
    "SELECT string_agg(name || '{service=\"' || service || '\",instance=\"' || coalesce(instance, "
    "'') || '\"} ' || printf('%.17g', value) || ' ' || printf('%.3f', epoch_ms(time) / 1000.0), "
    "chr(10) ORDER BY service, instance, time) AS text FROM (SELECT DISTINCT ON (name, service, "
    "instance, time) * FROM (SELECT regexp_replace(metric, '[^a-zA-Z0-9_:]', '_', 'g') AS name, "
    "service, instance, time, value FROM (SELECT metric, service, instance, time, value FROM "
    "metrics UNION ALL SELECT metric, service, instance, time, value FROM counters) WHERE metric "
    "NOT LIKE '%(%' AND metric NOT LIKE '%{%' AND isfinite(value)) ORDER BY ALL) GROUP BY name "
    "ORDER BY name";

static bool run_tool(struct arena *arena, const char *const *argv, struct str *out, struct err *err)
{
    struct child_result result;
    if (!child_run(arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    const struct str fault = child_fault(arena, &result);
    *out = result.output;
    return fault.len == 0 || err_set(err, ERR_IO, "promtool: %.*s", STR_ARG(fault));
}

static bool write_samples(const struct task_run *run, const char *incident, const char *path,
                          struct err *err)
{
    const struct phrase asked = {.incident = incident};
    struct str text;
    struct buf out = buf_new(run->arena);
    const json_t *row;
    size_t i;
    if (!phrase_select(run, &asked, samples_sql, &text, err))
        return false;
    json_t *rows = json_loadb(text.ptr, text.len, 0, NULL);
    json_array_foreach(rows, i, row)
        buf_printf(&out, "%s\n", json_string_value(json_object_get(row, "text")));
    buf_add(&out, STR("# EOF\n"));
    const bool is_any = json_array_size(rows) > 0;
    json_decref(rows);
    if (!is_any)
        return err_set(err, ERR_NOT_FOUND, "%s: it has no metrics", incident);
    return file_replace(path, buf_str(&out), 0666, err);
}

static bool read_time(struct arena *arena, const char *incident, const char **out, struct err *err)
{
    json_t *alert = json_load_file(str_printf(arena, "%s/alert.json", incident).ptr, 0, NULL);
    const double seconds = json_number_value(json_object_get(alert, "startsAt"));
    json_decref(alert);
    *out = str_printf(arena, "%.3f", seconds).ptr;
    return seconds > 0 || err_set(err, ERR_CORRUPT, "%s: its alert has no time", incident);
}

static bool serve(struct arena *arena, const char *config, const char *blocks, int port,
                  struct prometheus *out, struct err *err)
{
    const char *const argv[] = {
        PROMETHEUS,
        str_printf(arena, "--config.file=%s", config).ptr,
        str_printf(arena, "--storage.tsdb.path=%s", blocks).ptr,
        str_printf(arena, "--web.listen-address=127.0.0.1:%d", port).ptr,
        "--storage.tsdb.retention.time=100y",
        "--log.level=error",
        NULL,
    };
    out->pid = fork();
    if (out->pid < 0)
        return err_set(err, ERR_IO, "fork: %s", strerror(errno));
    if (out->pid > 0)
        return true;
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (nothing >= 0 && dup2(nothing, 0) >= 0 && dup2(nothing, 1) >= 0 && dup2(nothing, 2) >= 0)
        execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static bool wait_ready(struct prometheus *engine, struct arena *arena, struct err *err)
{
    for (int i = 0; i < STARTS_MAX; i++) {
        struct str text;
        struct err ignored = {0};
        if (prometheus_ask(engine, arena, STR("vector(1)"), &text, &ignored))
            return true;
        if (waitpid(engine->pid, NULL, WNOHANG) == engine->pid) {
            engine->pid = -1;
            break;
        }
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_S / 5}, NULL);
    }
    return err_set(err, ERR_UNREACHABLE, "prometheus has not come up at %s", engine->url);
}

bool prometheus_start(const struct task_run *run, const char *incident, struct prometheus *out,
                      struct err *err)
{
    struct arena *arena = run->arena;
    char folder[] = "/tmp/warroom-prometheus-XXXXXX";
    struct str said;
    int port;
    *out = (struct prometheus){.pid = -1};
    if (access(PROMETHEUS, X_OK) != 0 || access(PROMTOOL, X_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "prometheus is not installed (Debian: prometheus)");
    if (!mkdtemp(folder) || !loopback_free_port(&port))
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    out->folder = str_copy(arena, str_of(folder)).ptr;
    const char *config = str_printf(arena, "%s/none.yml", folder).ptr;
    const char *samples = str_printf(arena, "%s/samples", folder).ptr;
    const char *blocks = str_printf(arena, "%s/blocks", folder).ptr;
    const char *const make[] = {PROMTOOL, "tsdb", "create-blocks-from", "openmetrics", samples,
                                blocks,   NULL};
    out->url = str_printf(arena, "http://127.0.0.1:%d", port).ptr;
    if (read_time(arena, incident, &out->time, err) &&
        file_replace(config, STR("{}\n"), 0666, err) &&
        write_samples(run, incident, samples, err) && run_tool(arena, make, &said, err) &&
        serve(arena, config, blocks, port, out, err) && wait_ready(out, arena, err))
        return true;
    prometheus_stop(out);
    return false;
}

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* {"metric":{...},"value":[time,"1.5"]} */
static struct str line_of(struct arena *arena, const json_t *series)
{
    char *labels = json_dumps(json_object_get(series, "metric"), JSON_SORT_KEYS | JSON_COMPACT);
    const char *value = json_string_value(json_array_get(json_object_get(series, "value"), 1));
    const struct str line =
        str_printf(arena, "%s %.9g\n", labels ? labels : "", strtod(value ? value : "nan", NULL));
    free(labels);
    return line;
}

bool prometheus_ask(const struct prometheus *engine, struct arena *arena, struct str query,
                    struct str *out, struct err *err)
{
    const char *const argv[] = {PROMTOOL,
                                "query",
                                "instant",
                                "--format=json",
                                str_printf(arena, "--time=%s", engine->time).ptr,
                                engine->url,
                                str_copy(arena, query).ptr,
                                NULL};
    struct str text;
    struct buf lines = buf_new(arena);
    if (!run_tool(arena, argv, &text, err))
        return false;
    json_t *series = json_loadb(text.ptr, text.len, 0, NULL);
    const size_t count = json_array_size(series);
    struct str *sorted = arena_push_many(arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        sorted[i] = line_of(arena, json_array_get(series, i));
    const bool ok = json_is_array(series);
    json_decref(series);
    qsort(sorted, count, sizeof *sorted, by_text);
    for (size_t i = 0; i < count; i++)
        buf_add(&lines, sorted[i]);
    *out = buf_str(&lines);
    return ok || err_set(err, ERR_PROTOCOL, "promtool printed no JSON");
}

void prometheus_stop(struct prometheus *engine)
{
    struct arena *arena = arena_new("prometheus");
    if (engine->pid > 0) {
        kill(engine->pid, SIGTERM);
        waitpid(engine->pid, NULL, 0);
        engine->pid = -1;
    }
    if (engine->folder) {
        const char *const argv[] = {"/bin/rm", "-rf", engine->folder, NULL};
        struct child_result result;
        struct err err = {0};
        if (!child_run(arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, &err))
            fprintf(stderr, "warroom-eval: %s stays\n", engine->folder);
    }
    arena_free(arena);
}
