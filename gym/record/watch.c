// SPDX-License-Identifier: Apache-2.0
/*
 * The shop's monitoring: every 5 s it reads real numbers of every process, writes them as rows of
 * metrics.csv, and judges its alert rules on just these rows. Start reading at watch_once().
 *
 *   watch TARGETS FOLDER ACCESS_LOG    until SIGTERM, 30 minutes at most
 *
 * TARGETS has lines `service instance kind pid-file place`; FOLDER gets metrics.csv, alerts.jsonl
 * (a line when a rule begins to fire) and state.jsonl (who is connected to PostgreSQL, then).
 */
#include <curl/curl.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK_S 5
#define TICKS_MAX (30 * 60 / TICK_S)
#define TARGETS_MAX 16
#define COUNTERS_MAX 16
#define ACCESS_WINDOW_S 30.0
#define ACCESS_MAX 4096

/* ---- alert rules ---- */

enum rule_kind { RULE_ABOVE, RULE_MISSING };

struct rule {
    const char *name, *service, *metric; /* of any service where none is named */
    enum rule_kind kind;
    double above;
    int ticks; /* how many evaluations in a row must say so before it fires */
    const char *severity, *summary;
};

static const struct rule rules[] = {
    {"NginxErrorRatioHigh", "nginx", "error_ratio_5xx", RULE_ABOVE, 0.05, 6, "critical",
     "more than 5 % of the answers customers got in 30 s were 5xx"},
    {"NginxLatencyHigh", "nginx", "latency_p95_ms", RULE_ABOVE, 500, 6, "critical",
     "95th percentile of the answer time at nginx is above 500 ms"},
    {"NginxRequestsHigh", "nginx", "requests_per_s", RULE_ABOVE, 12, 3, "warning",
     "more than 12 requests a second come in, twice the usual"},
    {"StorefrontErrors", "storefront", "errors_per_s", RULE_ABOVE, 0.2, 3, "warning",
     "storefront answers with errors"},
    {"CatalogErrors", "catalog", "errors_per_s", RULE_ABOVE, 0.2, 3, "warning",
     "catalog answers with errors"},
    {"OrdersErrors", "orders", "errors_per_s", RULE_ABOVE, 0.2, 3, "warning",
     "orders answers with errors"},
    {"PostgresConnectionsHigh", "postgres", "connections", RULE_ABOVE, 32, 3, "warning",
     "PostgreSQL uses more than 80 % of its connections"},
    {"QueueOld", NULL, "queue_oldest_age_s", RULE_ABOVE, 30, 3, "critical",
     "the oldest job in the queue has waited for more than 30 s"},
    {"ProcessRestarting", NULL, "restarts", RULE_ABOVE, 1, 1, "critical",
     "a process ended by itself again and again"},
    {"MemoryNearLimit", NULL, "memory_used_ratio", RULE_ABOVE, 0.9, 2, "warning",
     "a process uses more than 90 % of the memory it may have"},
    {"CpuNearLimit", NULL, "cpu_used_ratio", RULE_ABOVE, 0.9, 6, "warning",
     "a process uses more than 90 % of the CPU time it may have"},
    {"NoData", NULL, "requests_per_s", RULE_MISSING, 0, 6, "critical",
     "a process that told its requests tells them no more"},
};
#define RULES (sizeof rules / sizeof rules[0])

/* ---- state ---- */

struct counter {
    char name[40];
    double value, time_s;
};

struct target {
    char service[24], instance[24], kind[16], pid_file[256], place[256];
    struct counter counters[COUNTERS_MAX];
    int counter_count;
};

static struct {
    struct target targets[TARGETS_MAX];
    int target_count;
    double now_s;
    FILE *metrics, *alerts, *state;
    PGconn *database;
    FILE *access;
    struct {
        double time_s, duration_ms;
        bool failed;
    } visits[ACCESS_MAX]; /* a ring; `visit_count` counts its writes */
    unsigned long visit_count, visit_failed;
    struct {
        int ticks;
        double value;
        bool seen_once, seen, met, fired;
    } rule_states[RULES][TARGETS_MAX];
} watch;

static volatile sig_atomic_t stopping;

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- rows ---- */

static void rules_see(const struct target *target, const char *metric, double value)
{
    const size_t place = (size_t)(target - watch.targets);
    for (size_t i = 0; i < RULES; i++) {
        if ((rules[i].service && strcmp(rules[i].service, target->service) != 0) ||
            strcmp(rules[i].metric, metric) != 0)
            continue;
        watch.rule_states[i][place].seen = watch.rule_states[i][place].seen_once = true;
        if (rules[i].kind != RULE_ABOVE || value <= rules[i].above)
            continue;
        watch.rule_states[i][place].met = true;
        watch.rule_states[i][place].value = value;
    }
}

static void row(const struct target *target, const char *metric, double value)
{
    fprintf(watch.metrics, "%.3f,%s,%s,%.6g,%s\n", watch.now_s, target->service, metric, value,
            target->instance);
    rules_see(target, metric, value);
}

/*
 * A rate from a counter. None, and NAN, at the first sight and when a restart has set the counter
 * back.
 */
static double row_rate(struct target *target, const char *metric, double value)
{
    double rate = NAN;
    struct counter *counter = target->counters;
    while (counter < target->counters + target->counter_count && strcmp(counter->name, metric) != 0)
        counter++;
    if (counter == target->counters + COUNTERS_MAX)
        return rate;
    if (counter == target->counters + target->counter_count) {
        target->counter_count++;
        snprintf(counter->name, sizeof counter->name, "%s", metric);
    } else if (value >= counter->value && watch.now_s > counter->time_s) {
        rate = (value - counter->value) / (watch.now_s - counter->time_s);
        row(target, metric, rate);
    }
    counter->value = value;
    counter->time_s = watch.now_s;
    return rate;
}

/* ---- /proc ---- */

struct usage {
    double cpu_s, rss_bytes;
    bool known;
};

/*
 * With the time of children that were waited for: a backend that ends takes no time away. Resident
 * memory is summed as the kernel tells it, so pages that processes share count in each.
 */
static void usage_add(struct usage *usage, long pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    const size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const char *rest = strrchr(text, ')'); /* the name before it may hold spaces */
    unsigned long user, kernel;
    long user_waited, kernel_waited, rss_pages;
    if (!rest || sscanf(rest + 1,
                        " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d "
                        "%*d %*d %*u %*u %ld",
                        &user, &kernel, &user_waited, &kernel_waited, &rss_pages) != 5)
        return;
    usage->cpu_s += ((double)user + (double)kernel + (double)user_waited + (double)kernel_waited) /
                    (double)sysconf(_SC_CLK_TCK);
    usage->rss_bytes += (double)rss_pages * (double)sysconf(_SC_PAGESIZE);
    usage->known = true;
}

static void usage_add_children(struct usage *usage, long pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    for (long child; fscanf(file, "%ld", &child) == 1;)
        usage_add(usage, child);
    fclose(file);
}

/* What the supervisor tells of it, and how much of a limit is used where there is one. */
static void row_unit(const struct target *target, const struct usage *usage, double restarts,
                     double memory_max_bytes, double cpu_max_cores)
{
    row(target, "restarts", restarts);
    if (memory_max_bytes > 0) {
        row(target, "memory_limit_bytes", memory_max_bytes);
        if (usage->known)
            row(target, "memory_used_ratio", usage->rss_bytes / memory_max_bytes);
    }
    if (cpu_max_cores > 0)
        row(target, "cpu_limit_cores", cpu_max_cores);
}

/* A pid file has a pid; one of our supervisor has more (see supervise.c). */
static void watch_process(struct target *target)
{
    long pid = 0;
    double restarts, memory_max_bytes, cpu_max_cores = 0;
    FILE *file = fopen(target->pid_file, "re");
    if (!file)
        return;
    const int read =
        fscanf(file, "%ld %lf %lf %lf", &pid, &restarts, &memory_max_bytes, &cpu_max_cores);
    fclose(file);
    struct usage usage = {0};
    if (read >= 1 && pid > 0) {
        usage_add(&usage, pid);
        usage_add_children(&usage, pid);
    }
    if (read == 4)
        row_unit(target, &usage, restarts, memory_max_bytes, cpu_max_cores);
    if (!usage.known)
        return;
    const double cores = row_rate(target, "cpu_seconds_per_s", usage.cpu_s);
    if (cpu_max_cores > 0 && !isnan(cores))
        row(target, "cpu_used_ratio", cores / cpu_max_cores);
    row(target, "memory_rss_bytes", usage.rss_bytes);
}

/* ---- HTTP ---- */

struct page {
    char text[4096];
    size_t length;
};

static size_t page_append(char *data, size_t one, size_t count, void *into)
{
    struct page *page = into;
    const size_t size = one * count;
    if (page->length + size >= sizeof page->text)
        return 0;
    memcpy(page->text + page->length, data, size);
    page->length += size;
    page->text[page->length] = '\0';
    return size;
}

static bool page_get(const char *url, struct page *page)
{
    *page = (struct page){0};
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 1000L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L); /* a page that says 404 is no data */
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, page_append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, page);
    const bool got = curl_easy_perform(curl) == CURLE_OK;
    curl_easy_cleanup(curl);
    return got;
}

/* What the service says of itself: `x_total` lines become rates, the rest is as it is. */
static void watch_shop(struct target *target)
{
    struct page page;
    const bool up = page_get(target->place, &page);
    row(target, "up", up);
    if (!up)
        return;
    char *rest = page.text;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        char name[40], metric[48];
        double value;
        if (sscanf(line, "%39s %lf", name, &value) != 2)
            continue;
        char *total = strstr(name, "_total");
        if (!total) {
            row(target, name, value);
            continue;
        }
        *total = '\0';
        snprintf(metric, sizeof metric, "%s_per_s", name);
        row_rate(target, metric, value);
    }
}

/* ---- nginx ---- */

static void read_visits(void)
{
    char line[2048];
    while (fgets(line, sizeof line, watch.access)) {
        const char *status = strstr(line, "\" ");
        const char *duration = strstr(line, " rt=");
        if (!status || !duration)
            continue;
        const unsigned long slot = watch.visit_count++ % ACCESS_MAX;
        watch.visits[slot].time_s = strtod(line, NULL);
        watch.visits[slot].duration_ms = 1000 * strtod(duration + 4, NULL);
        watch.visits[slot].failed = strtol(status + 2, NULL, 10) >= 500;
        watch.visit_failed += watch.visits[slot].failed;
    }
    clearerr(watch.access); /* else the end of the file stays its end */
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void row_recent_visits(struct target *target)
{
    static double durations[ACCESS_MAX];
    const unsigned long filled = watch.visit_count < ACCESS_MAX ? watch.visit_count : ACCESS_MAX;
    size_t count = 0, failed = 0;
    for (unsigned long i = 0; i < filled; i++) {
        if (watch.visits[i].time_s < watch.now_s - ACCESS_WINDOW_S)
            continue;
        durations[count++] = watch.visits[i].duration_ms;
        failed += watch.visits[i].failed;
    }
    if (count == 0) /* no visits: no ratio, and no latency either */
        return;
    qsort(durations, count, sizeof durations[0], compare_doubles);
    row(target, "error_ratio_5xx", (double)failed / (double)count);
    row(target, "latency_p50_ms", durations[(count - 1) / 2]);
    row(target, "latency_p95_ms", durations[(count - 1) * 95 / 100]);
}

static void watch_nginx(struct target *target)
{
    struct page page;
    int active;
    if (page_get(target->place, &page) && sscanf(page.text, "Active connections: %d", &active) == 1)
        row(target, "connections_active", active - 1); /* the other one is ours */
    read_visits();
    row_rate(target, "requests_per_s", (double)watch.visit_count);
    row_rate(target, "errors_5xx_per_s", (double)watch.visit_failed);
    row_recent_visits(target);
}

/* ---- PostgreSQL ---- */

/* Columns are metrics; those that end in _total are counters. */
static const char activity_sql[] =
    "SELECT count(*) FILTER (WHERE backend_type = 'client backend') AS connections, "
    "count(*) FILTER (WHERE state = 'active') AS connections_active, "
    "count(*) FILTER (WHERE state = 'idle') AS connections_idle, "
    "count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS connections_idle_in_transaction, "
    "count(*) FILTER (WHERE wait_event_type = 'Lock') AS lock_waiters, "
    "coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) "
    "  FILTER (WHERE backend_type = 'client backend'), 0) AS transaction_age_max_s, "
    "(SELECT xact_commit FROM pg_stat_database WHERE datname = 'shop') AS commits_total, "
    "(SELECT xact_rollback FROM pg_stat_database WHERE datname = 'shop') AS rollbacks_total, "
    "(SELECT deadlocks FROM pg_stat_database WHERE datname = 'shop') AS deadlocks_total "
    "FROM pg_stat_activity WHERE pid <> pg_backend_pid()";

static void watch_postgres(struct target *target)
{
    PGresult *rows = PQexec(watch.database, activity_sql);
    if (PQntuples(rows) == 1)
        for (int column = 0; column < PQnfields(rows); column++) {
            char metric[64];
            const char *name = PQfname(rows, column);
            const double value = strtod(PQgetvalue(rows, 0, column), NULL);
            const char *total = strstr(name, "_total");
            snprintf(metric, sizeof metric, "%.*s_per_s", total ? (int)(total - name) : 0, name);
            if (total)
                row_rate(target, metric, value);
            else
                row(target, name, value);
        }
    else
        PQreset(watch.database);
    PQclear(rows);
}

static const char snapshot_sql[] =
    "SELECT pid, application_name, state, wait_event_type, wait_event, "
    "round(extract(epoch FROM clock_timestamp() - xact_start), 1) AS xact_age_s, "
    "round(extract(epoch FROM clock_timestamp() - query_start), 1) AS query_age_s, "
    "array_to_string(pg_blocking_pids(pid), ' ') AS blocked_by, left(query, 120) AS query "
    "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
    "ORDER BY xact_start NULLS LAST";

/* What the person on call would look at first: who is connected, since when, waiting for whom. */
static void snapshot_activity(const struct target *target)
{
    PGresult *rows = PQexec(watch.database, snapshot_sql);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (PQresultStatus(rows) == PGRES_TUPLES_OK && out) {
        const PQprintOpt options = {.header = 1, .align = 1, .fieldSep = (char[]){"|"}};
        PQprint(out, rows, &options);
        fclose(out);
        json_t *row_json = json_pack("{s:f, s:s, s:s, s:s, s:s, s:s}", "timestamp", watch.now_s,
                                     "kind", "pg_stat_activity", "name", target->instance,
                                     "namespace", "shop", "format", "list", "text", text);
        json_dumpf(row_json, watch.state, JSON_COMPACT | JSON_REAL_PRECISION(13));
        json_decref(row_json);
        fputc('\n', watch.state);
        fflush(watch.state);
    }
    free(text);
    PQclear(rows);
}

/* ---- the host ---- */

/* TCP segments that were sent again: of the network the shop has to itself, or of the whole host.
 */
static void watch_host(struct target *target)
{
    char line[512];
    double sent, again;
    FILE *file = fopen("/proc/net/snmp", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Tcp: %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %lf %lf", &sent, &again) ==
            2) {
            row_rate(target, "tcp_segments_sent_per_s", sent);
            row_rate(target, "tcp_retransmits_per_s", again);
        }
    if (file)
        fclose(file);
}

/* ---- the loop ---- */

static void alert_write(const struct rule *rule, double value, const struct target *target)
{
    char id[96], summary[256];
    snprintf(id, sizeof id, "%s-%s-%.0f", rule->name, target->instance, watch.now_s);
    if (rule->kind == RULE_ABOVE)
        snprintf(summary, sizeof summary, "%s: %s is %.4g (threshold %.4g)", rule->summary,
                 rule->metric, value, rule->above);
    else
        snprintf(summary, sizeof summary, "%s: no %s of %s for %d s", rule->summary, rule->metric,
                 target->instance, rule->ticks * TICK_S);
    json_t *alert = json_pack("{s:s, s:s, s:s, s:s, s:f, s:s, s:{s:s, s:s, s:s}, s:{s:s}}", "id",
                              id, "name", rule->name, "status", "firing", "severity",
                              rule->severity, "startsAt", watch.now_s, "service", target->service,
                              "labels", "alertname", rule->name, "instance", target->instance,
                              "metric", rule->metric, "annotations", "summary", summary);
    json_dumpf(alert, watch.alerts, JSON_COMPACT | JSON_REAL_PRECISION(13));
    fputc('\n', watch.alerts);
    fflush(watch.alerts);
    json_decref(alert);
}

/* True when it begins to fire; it does so once. */
static bool rule_judge(size_t i, int place)
{
    const bool missing = watch.rule_states[i][place].seen_once && !watch.rule_states[i][place].seen;
    const bool says_so = rules[i].kind == RULE_MISSING ? missing : watch.rule_states[i][place].met;
    watch.rule_states[i][place].ticks = says_so ? watch.rule_states[i][place].ticks + 1 : 0;
    watch.rule_states[i][place].met = watch.rule_states[i][place].seen = false;
    if (watch.rule_states[i][place].fired || watch.rule_states[i][place].ticks < rules[i].ticks)
        return false;
    watch.rule_states[i][place].fired = true;
    alert_write(&rules[i], watch.rule_states[i][place].value, &watch.targets[place]);
    return true;
}

static bool rules_judge(void)
{
    bool began = false;
    for (size_t i = 0; i < RULES; i++)
        for (int place = 0; place < watch.target_count; place++)
            if (rule_judge(i, place))
                began = true;
    return began;
}

static const struct {
    const char *kind;
    void (*read)(struct target *target);
} readers[] = {{"shop", watch_shop},
               {"nginx", watch_nginx},
               {"postgres", watch_postgres},
               {"host", watch_host}};

static void watch_once(void)
{
    watch.now_s = wall_s();
    for (int i = 0; i < watch.target_count; i++) {
        struct target *target = &watch.targets[i];
        watch_process(target);
        for (size_t kind = 0; kind < sizeof readers / sizeof readers[0]; kind++)
            if (strcmp(readers[kind].kind, target->kind) == 0)
                readers[kind].read(target);
    }
    fflush(watch.metrics);
    if (!rules_judge())
        return;
    for (int i = 0; i < watch.target_count; i++)
        if (strcmp(watch.targets[i].kind, "postgres") == 0)
            snapshot_activity(&watch.targets[i]);
}

static bool targets_read(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    for (struct target *target = watch.targets; target < watch.targets + TARGETS_MAX; target++) {
        if (fscanf(file, " %23s %23s %15s %255s %255s", target->service, target->instance,
                   target->kind, target->pid_file, target->place) != 5)
            break;
        watch.target_count++;
    }
    fclose(file);
    return watch.target_count > 0;
}

static FILE *out_open(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

int main(int argc, char **argv)
{
    if (argc != 4 || !targets_read(argv[1])) {
        fprintf(stderr, "usage: watch TARGETS FOLDER ACCESS_LOG\n");
        return 2;
    }
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_stop}, NULL);
    watch.metrics = out_open(argv[2], "metrics.csv");
    watch.alerts = out_open(argv[2], "alerts.jsonl");
    watch.state = out_open(argv[2], "state.jsonl");
    watch.access = fopen(argv[3], "re");
    watch.database = PQconnectdb(
        "host=127.0.0.1 port=18032 dbname=shop user=monitor connect_timeout=3 sslmode=disable "
        "application_name=monitor options='-c statement_timeout=2000'");
    if (!watch.access || PQstatus(watch.database) != CONNECTION_OK) {
        fprintf(stderr, "watch: %s", PQerrorMessage(watch.database));
        return 1;
    }
    fprintf(watch.metrics, "timestamp,service,metric,value,instance\n");
    for (int tick = 0; tick < TICKS_MAX && !stopping; tick++) {
        const double start_s = wall_s();
        watch_once();
        const double left_s = fmax(0, start_s + TICK_S - wall_s());
        nanosleep(
            &(struct timespec){.tv_sec = (time_t)left_s, .tv_nsec = (long)(fmod(left_s, 1) * 1e9)},
            NULL);
    }
    PQfinish(watch.database);
    return 0;
}
