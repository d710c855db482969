/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitoring is small on purpose: 5 s between scrapes tells a story of minutes, and the
 * exporters tell only what somebody would look at, so that a bundle stays below 3 MB.
 */
#include "gym/world/servers.h"

#include "base/arena.h"
#include "base/buf.h"
#include "gym/world/database.h"
#include "gym/world/deploy.h"
#include "gym/world/limits.h"
#include "gym/world/paths.h"
#include "gym/world/unit.h"
#include "gym/world/volume.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the monitoring's configuration ---- */

static bool text_write(const char *path, struct str text, struct err *err)
{
    FILE *file = fopen(path, "we");
    const bool ok = file && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (file)
        fclose(file);
    return ok;
}

/* Services that serve TLS do so for their numbers, too; its authority is the world's own. */
static bool serves_tls(struct world *world, const struct instance *instance)
{
    return access(world_path(world, "config/%s/%s.key", instance->service, instance->service),
                  R_OK) == 0;
}

static void scrape_print(struct world *world, struct buf *out, const struct instance *it)
{
    const bool tls = it->part == PART_SHOP && serves_tls(world, it);
    buf_printf(out, "  - job_name: %s\n", it->name);
    if (tls)
        buf_printf(out, "    scheme: https\n    tls_config: {insecure_skip_verify: true}\n");
    /* an exporter speaks of the server that it stands beside */
    const char *service = it->service, *name = it->name;
    if (str_ends(str_of(it->service), STR("-exporter"))) {
        const size_t len = strlen(service) - strlen("-exporter");
        service = str_printf(world->arena, "%.*s", (int)len, it->service).ptr;
        name = str_printf(world->arena, "%s-1", service).ptr;
    }
    buf_printf(out,
               "    static_configs: [{targets: ['%s:%u'], labels: {service: %s, instance: %s}}]\n",
               it->address, it->port, service, name);
    buf_printf(
        out,
        "    metric_relabel_configs:\n"
        "      - {source_labels: [__name__], regex: '(go|promhttp|python)_.*', action: drop}\n");
    if (it->part == PART_EXPORTER)
        buf_printf(
            out, "      - {source_labels: [__name__], regex: "
                 "'process_.*|.*_exporter_.*|."
                 "*_scrape_.*|pg_settings_.*|pg_static|pg_stat_(archiver|replication|user_tables|"
                 "statio).*|pg_.*(stats_reset|checksum).*|redis_(instance_info|"
                 "config_.*|cpu_.*children.*|latency_.*|slave_.*|replica.*|aof_.*|rdb_(changes|"
                 "current|saves|last_cow|last_save|last_bgsave_dur).*|"
                 "commands_(failed|rejected).*)', action: drop}\n"
                 "      - {source_labels: [datname], regex: 'template.*|postgres', action: drop}\n"
                 /* counters by the name that counters have, as OpenMetrics wants it */
                 "      - {source_labels: [__name__], regex: "
                 "'(pg_stat_(?:database|bgwriter)_(?:xact|tup|blks|temp|deadlocks|conflicts|"
                 "sessions|buffers|checkpoints|.*_time).*)', target_label: __name__, "
                 "replacement: '${1}_total'}\n");
}

static struct str prometheus_config(struct world *world)
{
    struct buf out = buf_new(world->arena);
    buf_printf(&out,
               "global: {scrape_interval: 5s, scrape_timeout: 4s, evaluation_interval: 5s}\n"
               "rule_files: [rules.yml]\n"
               "alerting: {alertmanagers: [{static_configs: [{targets: ['127.10.0.41:9093']}]}]}\n"
               "scrape_configs:\n"
               "  - job_name: units\n"
               "    honor_labels: true\n"
               "    static_configs: [{targets: ['" KEEPER_ADDRESS ":%d']}]\n",
               KEEPER_PORT);
    for (const struct instance *it = inventory; it->name; it++)
        if (it->part == PART_SHOP || it->part == PART_EXPORTER)
            scrape_print(world, &out, it);
    return buf_str(&out);
}

static struct str alertmanager_config(struct world *world)
{
    return str_printf(world->arena,
                      "route: {receiver: keeper, group_by: [alertname, service], group_wait: 1s, "
                      "group_interval: 5s, repeat_interval: 1h}\n"
                      "receivers: [{name: keeper, webhook_configs: [{url: 'http://" KEEPER_ADDRESS
                      ":%d/alerts', send_resolved: true}]}]\n",
                      KEEPER_PORT);
}

bool servers_configure(struct world *world, struct err *err)
{
    char rules[512];
    mkdir(world_path(world, "monitoring"), 0755);
    if (!path_of_source("monitoring/rules.yml", rules, sizeof rules))
        return err_set(
            err, ERR_NOT_FOUND,
            "gym/monitoring/rules.yml is not there; name the gym's folder with $WARROOM_GYM");
    return text_write(world_path(world, "monitoring/prometheus.yml"), prometheus_config(world),
                      err) &&
           text_write(world_path(world, "monitoring/alertmanager.yml"), alertmanager_config(world),
                      err) &&
           COMMAND(world, err, "cp", rules, world_path(world, "monitoring/rules.yml"));
}

/* ---- how each is started ---- */

enum capability server_needs(const struct instance *instance)
{
    switch (instance->part) {
    case PART_POSTGRES:
        return CAPABILITY_POSTGRES;
    case PART_REDIS:
        return CAPABILITY_REDIS;
    case PART_NGINX:
        return CAPABILITY_NGINX;
    case PART_PROMETHEUS:
        return CAPABILITY_PROMETHEUS;
    case PART_ALERTMANAGER:
        return CAPABILITY_ALERTMANAGER;
    case PART_EXPORTER:
        return instance->service[0] == 'n'   ? CAPABILITY_NODE_EXPORTER
               : instance->service[0] == 'p' ? CAPABILITY_POSTGRES_EXPORTER
                                             : CAPABILITY_REDIS_EXPORTER;
    case PART_SHOP:
    case PART_THIRD_PARTY:
        break;
    }
    return CAPABILITY_SHOP;
}

#define WORDS_MAX 24

struct words {
    struct world *world;
    const char **items;
    size_t count;
};

__attribute__((format(printf, 2, 3))) static void word(struct words *words, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (words->count < WORDS_MAX)
        words->items[words->count++] = str_copy(words->world->arena, str_of(text)).ptr;
}

static void program(struct words *words, const char *name)
{
    char path[512];
    word(words, "%s", path_of_program(name, path, sizeof path) ? path : name);
}

static void shop_words(struct world *world, const struct instance *instance,
                       const struct unit *unit, struct words *words)
{
    char version[CHANGE_ID_SIZE];
    deploy_version(world, instance->name, version);
    word(words, "%s/bin/%s", world->work, unit->program);
    word(words, "%s", instance->service);
    word(words, "%s", instance->name);
    word(words, "%s", instance->address);
    word(words, "%s/live/%s/%s.conf", world->work, instance->name, instance->service);
    word(words, "%s", version);
    word(words, "%s/%s", world->work, instance->part == PART_THIRD_PARTY ? "bank" : "out");
}

static void exporter_words(const struct instance *instance, struct words *words)
{
    char name[64];
    snprintf(name, sizeof name, "prometheus-%s", instance->service);
    program(words, name);
    word(words, "--web.listen-address=%s:%u", instance->address, instance->port);
    if (strcmp(instance->service, "redis-exporter") == 0)
        word(words, "--redis.addr=redis://127.10.0.31:6379");
    if (strcmp(instance->service, "node-exporter") != 0)
        return;
    static const char *const collectors[] = {"cpu",       "meminfo",  "loadavg",
                                             "diskstats", "pressure", "netstat"};
    word(words, "--collector.disable-defaults");
    for (size_t i = 0; i < sizeof collectors / sizeof collectors[0]; i++)
        word(words, "--collector.%s", collectors[i]);
    word(words, "--collector.netstat.fields=^(Tcp_(InSegs|OutSegs|RetransSegs|CurrEstab)|"
                "TcpExt_(ListenOverflows|TCPTimeouts))$");
}

static void server_words(struct world *world, const struct instance *instance,
                         const struct unit *unit, struct words *words)
{
    switch (instance->part) {
    case PART_SHOP:
    case PART_THIRD_PARTY:
        shop_words(world, instance, unit, words);
        break;
    case PART_POSTGRES:
        program(words, "postgres");
        word(words, "-D");
        word(words, "%s/database", world->work);
        break;
    case PART_REDIS:
        program(words, "redis-server");
        word(words, "%s/live/%s/redis.conf", world->work, instance->name);
        word(words, "--bind");
        word(words, "%s", instance->address);
        word(words, "--port");
        word(words, "%u", instance->port);
        word(words, "--save");
        word(words, "20 1"); /* a snapshot, 20 s after a write */
        word(words, "--dir");
        word(words, "%s", volume_path(world, "redis"));
        break;
    case PART_NGINX:
        program(words, "nginx");
        word(words, "-p");
        word(words, "%s/", world->work);
        word(words, "-e");
        word(words, "log/nginx-error.log");
        word(words, "-c");
        word(words, "live/nginx-1/nginx.conf");
        word(words, "-g");
        word(words, "daemon off;");
        break;
    case PART_EXPORTER:
        exporter_words(instance, words);
        break;
    case PART_ALERTMANAGER:
        program(words, "prometheus-alertmanager");
        word(words, "--config.file=%s/monitoring/alertmanager.yml", world->work);
        word(words, "--storage.path=%s/alertmanager", world->work);
        word(words, "--web.listen-address=%s:%u", instance->address, instance->port);
        word(words, "--cluster.listen-address=");
        break;
    case PART_PROMETHEUS:
        program(words, "prometheus");
        word(words, "--config.file=%s/monitoring/prometheus.yml", world->work);
        word(words, "--storage.tsdb.path=%s/prometheus", world->work);
        word(words, "--web.listen-address=%s:%u", instance->address, instance->port);
        word(words, "--log.level=warn");
        break;
    }
}

static const char *const *server_environment(struct world *world, const struct instance *instance)
{
    if (instance->part != PART_EXPORTER && instance->part != PART_PROMETHEUS &&
        instance->part != PART_ALERTMANAGER)
        return world->environment;
    const char **out = arena_push_many(world->arena, const char *, 4);
    out[0] = "GOMAXPROCS=1";
    out[1] = str_printf(world->arena, "HOME=%s", world->work).ptr;
    out[2] = str_printf(world->arena,
                        "DATA_SOURCE_NAME=postgresql://monitor:%s@127.10.0.30:5432/shop?sslmode="
                        "disable",
                        getenv("PGPASSWORD"))
                 .ptr;
    return out;
}

bool server_spec(struct world *world, const struct instance *instance, struct process_spec *out,
                 struct err *err)
{
    struct unit unit;
    struct words words = {.world = world,
                          .items = arena_push_many(world->arena, const char *, WORDS_MAX + 1)};
    if (!host_has(&world->host, server_needs(instance), err))
        return err_context(err, "%s", instance->name);
    if (!unit_read(world_path(world, "live/%s/unit.conf", instance->name), &unit, err))
        return false;
    server_words(world, instance, &unit, &words);
    *out = (struct process_spec){
        .name = instance->name,
        .argv = words.items,
        .environment = server_environment(world, instance),
        .folder = world->work,
        .log = world_path(world, "log/%s.log", instance->name),
        .stamped = instance->part == PART_SHOP || instance->part == PART_THIRD_PARTY,
        .kept = true,
        .foreign = instance->part == PART_THIRD_PARTY,
        .stop_signal = instance->part == PART_POSTGRES ? SIGINT : SIGTERM,
        .files_max = unit.files_max,
    };
    if (instance->part == PART_POSTGRES && !database_user(&out->uid, &out->gid, err))
        return false;
    return limits_of(world, instance->name, &unit, out->cgroups, err);
}
