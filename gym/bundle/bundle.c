/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/bundle.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/bundle/alerts.h"
#include "gym/bundle/changes.h"
#include "gym/bundle/logs.h"
#include "gym/bundle/prometheus.h"
#include "gym/world/database.h"
#include "gym/world/inventory.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_BYTES_MAX (16u << 10)

/* ---- state.jsonl ---- */

static void state_add(struct world *world, const char *kind, const char *name, const char *format,
                      struct str text)
{
    FILE *file = fopen(world_path(world, "state.jsonl"), "ae");
    json_t *body = json_stringn(text.ptr, text.len);
    json_t *row =
        json_pack("{s:f, s:s, s:s, s:s, s:s, s:o}", "timestamp",
                  (double)(wall_clock_ns() / NS_PER_MS) / 1e3, "kind", kind, "name", name,
                  "namespace", "shop", "format", format, "text", body ? body : json_string(""));
    if (file && row) {
        json_dumpf(row, file, JSON_COMPACT | JSON_REAL_PRECISION(13));
        fputc('\n', file);
    }
    json_decref(row);
    if (file)
        fclose(file);
}

void bundle_note_state(struct world *world)
{
    static const char sql[] =
        "\\pset tuples_only off\n\\pset footer off\n\\pset format aligned\n"
        "SELECT pid, application_name, state, wait_event_type, wait_event,"
        " round(extract(epoch FROM now() - xact_start)::numeric, 1) AS xact_age_s,"
        " round(extract(epoch FROM now() - query_start)::numeric, 1) AS query_age_s,"
        " pg_blocking_pids(pid) AS blocked_by, left(regexp_replace(query, '\\s+', ' ', 'g'), 120)"
        " AS query FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND pid <> pg_backend_pid() ORDER BY state, xact_start NULLS LAST, pid LIMIT 60;\n";
    struct str rows;
    struct err err;
    if (database_run(world, true, STR(sql), world->arena, &rows, &err))
        state_add(world, "pg_stat_activity", "postgres-1", "list", rows);
    else /* a database that does not answer is news */
        state_add(world, "pg_stat_activity", "postgres-1", "list", str_of(err.text));
}

/* The configuration as it runs, without secrets: those are not in files of this kind. */
static void configurations_add(struct world *world)
{
    for (const struct instance *it = inventory; it->name; it++) {
        if (it->part == PART_THIRD_PARTY)
            continue; /* nobody here could look it up */
        const char *file = it->part == PART_NGINX   ? "nginx.conf"
                           : it->part == PART_REDIS ? "redis.conf"
                                                    : NULL;
        const char *path = file ? world_path(world, "live/%s/%s", it->name, file)
                                : world_path(world, "live/%s/%s.conf", it->name, it->service);
        const struct str text = log_tail(world->arena, path, CONFIG_BYTES_MAX);
        if (text.len > 0)
            state_add(world, "configuration", it->name, "text", text);
    }
}

/* ---- topology.csv: whose addresses stand in whose configuration ---- */

static void callees_print(FILE *out, const char *caller, struct str text)
{
    const char *last = "";
    for (const struct instance *it = inventory; it->name; it++) {
        const bool named =
            str_contains(text, str_of(it->address)) ||
            (it->part == PART_THIRD_PARTY && str_contains(text, STR("bank.example")));
        if (!named || strcmp(it->service, last) == 0 || strcmp(it->service, caller) == 0)
            continue;
        fprintf(out, "%s,%s\n", caller, it->service);
        last = it->service;
    }
}

/* As it is shipped: who was to call whom, whatever a change has made of it. */
static bool topology_write(struct world *world, const char *path, struct err *err)
{
    FILE *out = fopen(path, "we");
    if (!out)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    fprintf(out, "caller,callee\n");
    for (const struct instance *it = inventory; it->name; it++) {
        if (instance_of(it->service, NULL) != it || it->part > PART_NGINX)
            continue;
        const struct command show = {
            .argv = (const char *const[]){
                "git", "-C", world_path(world, "config"), "grep", "-h", "-F", "-e", "127.10.0.",
                "-e", "bank.example", "HEAD", "--",
                str_printf(world->arena, "%s/*.conf", it->service).ptr, NULL}};
        struct str text;
        struct err none;
        if (command_run(world, &show, world->arena, &text, &none))
            callees_print(out, it->service, text);
    }
    return fclose(out) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* ---- truth.json ---- */

static json_t *capabilities_of(const struct host *host)
{
    json_t *list = json_array();
    for (enum capability i = 0; i < CAPABILITIES_COUNT; i++)
        if (host->of[i].has)
            json_array_append_new(list, json_string(capability_name(i)));
    return list;
}

static json_t *options_of(const struct fault_run *run)
{
    json_t *object = json_object();
    for (size_t i = 0; i < run->options_count; i++)
        json_object_set_new(object, run->options[i].key, json_string(run->options[i].value));
    return object;
}

static json_t *red_herrings_of(const struct scenario *scenario)
{
    json_t *list = json_array();
    for (size_t i = 0; i < scenario->red_herrings_count; i++)
        json_array_append_new(list, json_string(scenario->red_herrings[i]));
    return list;
}

/* What eval/ and train/ read comes first; the rest is for people and for who re-cuts bundles. */
static bool truth_write(struct world *world, const struct recording *recording, const char *path,
                        struct err *err)
{
    const struct fault_truth *truth = &recording->run->truth;
    const struct scenario *scenario = recording->scenario;
    char id[96];
    snprintf(id, sizeof id, "%s-%u-%llu", scenario->name, scenario->cell,
             (unsigned long long)world->seed);
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:f, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:f, s:o, s:o, s:o}",
        "id", id, "service", truth->service, "instance", truth->instance, "cause", truth->cause,
        "change", truth->change, "t_inject", (double)(truth->onset_ns / NS_PER_MS) / 1e3, "dataset",
        "gym", "fault", scenario->fault->name, "kind",
        truth->service[0] ? kind_name(truth->kind) : "", "group", scenario->fault->group,
        "scenario", scenario->name, "cell", (json_int_t)scenario->cell, "seed",
        (json_int_t)world->seed, "load_per_s", scenario->load_per_s, "options",
        options_of(recording->run), "red_herrings", red_herrings_of(scenario), "host",
        capabilities_of(&world->host));
    const bool ok = row && json_dump_file(row, path, JSON_INDENT(2) | JSON_REAL_PRECISION(13)) == 0;
    json_decref(row);
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* ---- all of it ---- */

static bool copy(struct world *world, const char *from, const char *to, struct err *err)
{
    if (access(from, F_OK) != 0)
        return true; /* a world without it: the bundle has a gap, and says so */
    return COMMAND(world, err, "cp", from, to);
}

static bool alert_write(struct str body, const char *path, struct err *err)
{
    FILE *file = fopen(path, "we");
    const bool ok = file && fwrite(body.ptr, 1, body.len, file) == body.len;
    if (file)
        fclose(file);
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool bundle_write(struct world *world, const struct recording *recording, struct err *err)
{
    const char *folder = world_path(world, "bundle");
    if (mkdir(folder, 0755) != 0)
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    configurations_add(world);
#define INTO(name) world_path(world, "bundle/" name)
    return alert_write(recording->alert, INTO("alert.json"), err) &&
           alerts_export(world, recording->alert, INTO("alerts.json"), err) &&
           prometheus_export(INTO("metrics.csv"), recording->from_ns, recording->to_ns, err) &&
           logs_export(world, INTO("logs.jsonl"), recording->from_ns, err) &&
           changes_export(world, INTO("changes.jsonl"), err) &&
           topology_write(world, INTO("topology.csv"), err) &&
           truth_write(world, recording, INTO("truth.json"), err) &&
           copy(world, world_path(world, "events.jsonl"), INTO("events.jsonl"), err) &&
           copy(world, world_path(world, "state.jsonl"), INTO("state.jsonl"), err) &&
           copy(world, world_path(world, "out/otlp-traces.jsonl"), INTO("otlp-traces.jsonl"),
                err) &&
           copy(world, world_path(world, "out/otlp-logs.jsonl"), INTO("otlp-logs.jsonl"), err);
    /* the shop's numbers are Prometheus' already: told twice, they would look like two things */
#undef INTO
}

bool bundle_deliver(struct world *world, const char *out, struct err *err)
{
    const char *folder = world_path(world, "bundle");
    /* what is there counts as recorded, so it is there when it is whole */
    const char *part = str_printf(world->arena, "%s.part", out).ptr;
    const struct command tar = {
        .argv = (const char *const[]){"tar", "--sort=name", "--owner=0", "--group=0",
                                      "--numeric-owner", "--mtime=@0", "-C", folder, "-I",
                                      "zstd -q -19", "-cf", part, ".", NULL},
        .timeout_s = 60};
    const bool ok =
        str_ends(str_of(out), STR(".tar.zst"))
            ? command_run(world, &tar, world->arena, NULL, err)
            : COMMAND(world, err, "rm", "-rf", part) &&
                  COMMAND(world, err, "cp", "-r", "--no-preserve=ownership", folder, part);
    return ok && (rename(part, out) == 0 || err_set(err, ERR_IO, "%s: %s", out, strerror(errno)));
}
