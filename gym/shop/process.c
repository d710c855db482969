// SPDX-License-Identifier: Apache-2.0
/* process_*: what the client libraries of Prometheus tell of any process, read from /proc. */
#include "metric.h"
#include <dirent.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static struct metric cpu = COUNTER("process_cpu_seconds_total", "CPU time spent");
static struct metric resident = GAUGE("process_resident_memory_bytes", "Resident memory");
static struct metric virtual = GAUGE("process_virtual_memory_bytes", "Virtual memory");
static struct metric open_fds = GAUGE("process_open_fds", "Open file descriptors");
static struct metric max_fds = GAUGE("process_max_fds", "Their limit");
static struct metric threads = GAUGE("process_threads", "Threads");
static struct metric started = GAUGE("process_start_time_seconds", "Start, in seconds since 1970");
static struct metric target = GAUGE("target_info", "Version that runs", "service_version");

static unsigned entries_of(const char *path)
{
    DIR *folder = opendir(path);
    unsigned count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count > 2 ? count - 2 : 0; /* . and .. */
}

static void collect(void *unused)
{
    (void)unused;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    metric_set(&cpu,
               (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
               NO_LABELS);
    unsigned long pages_all = 0;
    unsigned long pages_here = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%lu %lu", &pages_all, &pages_here) == 2) {
        const double page = (double)sysconf(_SC_PAGESIZE);
        metric_set(&virtual, (double)pages_all * page, NO_LABELS);
        metric_set(&resident, (double)pages_here * page, NO_LABELS);
    }
    if (file) /* without one there are no descriptors left, and no number is better than 0 */
        fclose(file);
    const unsigned fds = entries_of("/proc/self/fd");
    if (fds > 0)
        metric_set(&open_fds, fds, NO_LABELS);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    metric_set(&max_fds, (double)limit.rlim_cur, NO_LABELS);
    const unsigned tasks = entries_of("/proc/self/task");
    if (tasks > 0)
        metric_set(&threads, tasks, NO_LABELS);
}

void process_metrics(const char *version)
{
    metric_set(&started, (double)time(NULL), NO_LABELS);
    metric_set(&target, 1, LABELS(version));
    metric_collector(collect, NULL);
}
