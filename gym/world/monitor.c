/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process' numbers are those of its session: PostgreSQL's sessions and nginx' workers belong to
 * who started them. The time of children that ended is in their parent's, so nothing is lost.
 */
#include "gym/world/monitor.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/limits.h"
#include "gym/world/paths.h"
#include "gym/world/volume.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PIDS_MAX 4096
#define LINE_BYTES 4096
#define LINES_MAX 200000 /* in one scrape */
#define CODES_MAX 32

struct usage {
    const char *name;
    struct process_state state;
    double cpu_s;
    double rss_bytes;
    unsigned threads, files;
    unsigned long long written_bytes, read_bytes;
};

/* ---- /proc ---- */

static size_t proc_read(int pid, const char *name, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    FILE *file = fopen(path, "re");
    const size_t len = file ? fread(out, 1, size - 1, file) : 0;
    out[len] = '\0';
    if (file)
        fclose(file);
    return len;
}

static unsigned files_count(int pid)
{
    char path[64];
    unsigned count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return count;
}

static unsigned long long io_number(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* Adds a process to its unit, `of`, or, where that is NULL, to the one that its session says. */
static void usage_add(struct usage *list, uint32_t count, int pid, const struct usage *of)
{
    char text[1024];
    int session;
    unsigned long user, kernel;
    long user_waited, kernel_waited, threads, rss_pages;
    proc_read(pid, "stat", text, sizeof text);
    const char *rest = strrchr(text, ')'); /* the name before it may hold spaces */
    if (!rest ||
        sscanf(rest + 1,
               " %*c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %ld "
               "%*d %*u %*u %ld",
               &session, &user, &kernel, &user_waited, &kernel_waited, &threads, &rss_pages) != 7)
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (of ? of != &list[i] : list[i].state.pid != session)
            continue;
        list[i].cpu_s +=
            ((double)user + (double)kernel + (double)user_waited + (double)kernel_waited) /
            (double)sysconf(_SC_CLK_TCK);
        list[i].rss_bytes += (double)rss_pages * (double)sysconf(_SC_PAGESIZE);
        list[i].threads += (unsigned)threads;
        list[i].files += files_count(pid);
        if (proc_read(pid, "io", text, sizeof text) > 0) {
            list[i].read_bytes += io_number(text, "\nread_bytes: ");
            list[i].written_bytes += io_number(text, "\nwrite_bytes: ");
        }
    }
}

static void usage_read_sessions(struct usage *list, uint32_t count)
{
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    for (unsigned i = 0; folder && i < PIDS_MAX && (entry = readdir(folder)); i++)
        if (atoi(entry->d_name) > 0)
            usage_add(list, count, atoi(entry->d_name), NULL);
    if (folder)
        closedir(folder);
}

static void usage_read(const struct world *world, struct usage *list, uint32_t count)
{
    if (!world->host.of[CAPABILITY_CGROUP_CPU].has) {
        usage_read_sessions(list, count);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        char path[256];
        int pid;
        snprintf(path, sizeof path, CGROUPS "/cpu/warroom-gym-%s/%s/cgroup.procs",
                 world->journal.id, list[i].name);
        FILE *file = fopen(path, "re");
        for (unsigned at = 0; file && at < PIDS_MAX && fscanf(file, "%d", &pid) == 1; at++)
            usage_add(list, count, pid, &list[i]);
        if (file)
            fclose(file);
    }
}

/* ---- in Prometheus' words ---- */

static void head(struct buf *out, const char *name, const char *type)
{
    buf_printf(out, "# TYPE %s %s\n", name, type);
}

static void sample(struct buf *out, const char *name, const struct usage *of, double value)
{
    const struct instance *instance = instance_find(of->name);
    buf_printf(out, "%s{service=\"%s\",instance=\"%s\"} %.10g\n", name,
               instance ? instance->service : of->name, of->name, value);
}

/* Limits: where there is none, nothing is told. */
static void volumes_print(const struct world *world, const struct usage *list, uint32_t count,
                          struct buf *out)
{
    long long all, free;
    const struct instance *instance;
    head(out, "unit_volume_bytes", "gauge");
    for (uint32_t i = 0; i < count; i++)
        if ((instance = instance_find(list[i].name)) &&
            volume_bytes(world, instance->service, &all, &free))
            sample(out, "unit_volume_bytes", &list[i], (double)all);
    head(out, "unit_volume_free_bytes", "gauge");
    for (uint32_t i = 0; i < count; i++)
        if ((instance = instance_find(list[i].name)) &&
            volume_bytes(world, instance->service, &all, &free))
            sample(out, "unit_volume_free_bytes", &list[i], (double)free);
}

static void limits_print(struct world *world, const struct usage *list, uint32_t count,
                         struct buf *out)
{
    head(out, "unit_memory_limit_bytes", "gauge");
    for (uint32_t i = 0; i < count; i++) {
        const long long bytes =
            limits_number(world, "memory", list[i].name, "memory.limit_in_bytes", "");
        if (bytes > 0 && bytes < (1LL << 50)) /* the kernel says "none" with a huge number */
            sample(out, "unit_memory_limit_bytes", &list[i], (double)bytes);
    }
    head(out, "unit_cpu_limit_cores", "gauge");
    for (uint32_t i = 0; i < count; i++) {
        const long long quota = limits_number(world, "cpu", list[i].name, "cpu.cfs_quota_us", "");
        const long long period = limits_number(world, "cpu", list[i].name, "cpu.cfs_period_us", "");
        if (quota > 0 && period > 0)
            sample(out, "unit_cpu_limit_cores", &list[i], (double)quota / (double)period);
    }
    head(out, "unit_cpu_throttled_seconds_total", "counter");
    for (uint32_t i = 0; i < count; i++) {
        const long long ns =
            limits_number(world, "cpu", list[i].name, "cpu.stat", "throttled_time ");
        if (ns >= 0)
            sample(out, "unit_cpu_throttled_seconds_total", &list[i], (double)ns / 1e9);
    }
}

void monitor_processes(struct world *world, struct buf *out)
{
    struct process_state states[PROCESSES_MAX];
    struct usage list[PROCESSES_MAX];
    const uint32_t all = processes_list(world->processes, states, PROCESSES_MAX);
    uint32_t count = 0;
    for (uint32_t i = 0; i < all; i++)
        if (!states[i].foreign)
            list[count++] = (struct usage){.name = states[i].name, .state = states[i]};
    usage_read(world, list, count);
#define EACH(metric, type, value)                                                                  \
    head(out, metric, type);                                                                       \
    for (uint32_t i = 0; i < count; i++)                                                           \
        sample(out, metric, &list[i], (double)(value));
    EACH("unit_up", "gauge", list[i].state.pid > 0)
    EACH("unit_restarts_total", "counter", list[i].state.restarts)
    EACH("unit_oom_kills_total", "counter", list[i].state.oom_kills)
    EACH("unit_cpu_seconds_total", "counter", list[i].cpu_s)
    EACH("unit_memory_rss_bytes", "gauge", list[i].rss_bytes)
    EACH("unit_threads", "gauge", list[i].threads)
    EACH("unit_open_files", "gauge", list[i].files)
    EACH("unit_disk_read_bytes_total", "counter", list[i].read_bytes)
    EACH("unit_disk_written_bytes_total", "counter", list[i].written_bytes)
#undef EACH
    limits_print(world, list, count, out);
    volumes_print(world, list, count, out);
}

/* ---- nginx ---- */

static const double bounds_s[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
#define BOUNDS (sizeof bounds_s / sizeof bounds_s[0])

static struct {
    long offset;
    struct {
        int code;
        unsigned long count;
    } codes[CODES_MAX];
    unsigned long buckets[BOUNDS], count;
    double sum_s;
} visits; /* of the one world that this process keeps, read by one thread */

/* `1763775845.123 127.0.0.1 "GET / HTTP/1.1" 200 512 rt=0.012 ...` */
static void visit_count(const char *line)
{
    const char *request = strchr(line, '"');
    const char *end = request ? strchr(request + 1, '"') : NULL;
    const char *took = end ? strstr(end, " rt=") : NULL;
    if (!took)
        return;
    const int code = atoi(end + 1);
    const double took_s = strtod(took + 4, NULL);
    for (size_t i = 0; i < CODES_MAX; i++)
        if (visits.codes[i].code == code || visits.codes[i].code == 0) {
            visits.codes[i].code = code;
            visits.codes[i].count++;
            break;
        }
    for (size_t i = 0; i < BOUNDS; i++)
        visits.buckets[i] += took_s <= bounds_s[i];
    visits.count++;
    visits.sum_s += took_s;
}

static void visits_read(struct world *world)
{
    char line[LINE_BYTES];
    char path[160];
    snprintf(path, sizeof path, "%s/log/nginx-access.log", world->work);
    FILE *file = fopen(path, "re");
    if (!file || fseek(file, visits.offset, SEEK_SET) != 0) {
        if (file)
            fclose(file);
        return;
    }
    for (unsigned i = 0; i < LINES_MAX && fgets(line, sizeof line, file); i++) {
        const size_t len = strlen(line);
        if (line[len - 1] != '\n')
            break; /* half a line: the next time */
        visits.offset += (long)len;
        visit_count(line);
    }
    fclose(file);
}

void monitor_nginx(struct world *world, struct buf *out)
{
    static const char labels[] = "service=\"nginx\",instance=\"nginx-1\"";
    visits_read(world);
    head(out, "nginx_http_requests_total", "counter");
    for (size_t i = 0; i < CODES_MAX && visits.codes[i].code != 0; i++)
        buf_printf(out, "nginx_http_requests_total{%s,code=\"%d\"} %lu\n", labels,
                   visits.codes[i].code, visits.codes[i].count);
    head(out, "nginx_http_request_duration_seconds", "histogram");
    for (size_t i = 0; i < BOUNDS; i++)
        buf_printf(out, "nginx_http_request_duration_seconds_bucket{%s,le=\"%g\"} %lu\n", labels,
                   bounds_s[i], visits.buckets[i]);
    buf_printf(out, "nginx_http_request_duration_seconds_bucket{%s,le=\"+Inf\"} %lu\n", labels,
               visits.count);
    buf_printf(out, "nginx_http_request_duration_seconds_sum{%s} %.6f\n", labels, visits.sum_s);
    buf_printf(out, "nginx_http_request_duration_seconds_count{%s} %lu\n", labels, visits.count);
}
