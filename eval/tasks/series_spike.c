/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the service that made metrics jump is found among all of them, by metrics alone: the
 * public incidents without their logs, traces, events, changes and topology. A right answer is the
 * place of the first hypothesis.
 *
 * Beside it stand the service whose alert it is, and N-Sigma (RCAEval 2024): the service of the
 * series that went furthest from its mean, in deviations of the time before. It is told when the
 * fault began, which nobody tells the program.
 */
#include "eval/suite/ask.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/file.h"
#include "eval/csv.h"
#include "eval/log_rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPREAD_MIN 1e-9 /* a series that never moved is left out */

/* What the program is shown of a case, and the truth beside it. */
static const char *const shown[] = {"alert.json", "metrics.csv", "truth.json"};

struct series {
    uint32_t service;
    double sum, squares, count; /* before */
    double furthest[2];         /* least and most since */
};

static bool make_folder(const char *path, struct err *err)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* A folder of links to what is shown; false: err is set. A case without metrics is passed over. */
static bool strip(struct arena *arena, const char *from, const char *to, struct err *err)
{
    if (access(str_printf(arena, "%s/metrics.csv", from).ptr, R_OK) != 0)
        return true;
    if (!make_folder(to, err))
        return false;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const char *link = str_printf(arena, "%s/%s", to, shown[i]).ptr;
        char *whole = realpath(str_printf(arena, "%s/%s", from, shown[i]).ptr, NULL);
        const bool ok =
            whole && (unlink(link) == 0 || errno == ENOENT) && symlink(whole, link) == 0;
        free(whole);
        if (!ok)
            return err_set(err, ERR_IO, "%s: %s", link, strerror(errno));
    }
    return true;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool strip_all(const struct task_run *run, const char *out, struct err *err)
{
    struct arena *arena = run->arena;
    struct str sets;
    if (!ask_folder(run, "rca", &sets, err) || !make_folder(out, err))
        return false;
    for (const char *const *set = ask_subfolders(arena, sets.ptr); *set; set++) {
        const char *to = str_printf(arena, "%s/%s", out, last_part(*set)).ptr;
        if (!make_folder(to, err))
            return false;
        for (const char *const *it = ask_subfolders(arena, *set); *it; it++)
            if (!strip(arena, *it, str_printf(arena, "%s/%s", to, last_part(*it)).ptr, err))
                return false;
    }
    return true;
}

/* ---- what stands beside it ---- */

static void take_value(struct series *series, double value, bool since)
{
    if (!since) {
        series->sum += value;
        series->squares += value * value;
        series->count++;
        return;
    }
    series->furthest[0] = fmin(series->furthest[0], value);
    series->furthest[1] = fmax(series->furthest[1], value);
}

static double sigmas_of(const struct series *series)
{
    if (series->count < 2.0 || series->furthest[0] > series->furthest[1])
        return 0.0;
    const double mean = series->sum / series->count;
    const double spread = sqrt(fmax(0.0, series->squares / series->count - mean * mean));
    return spread < SPREAD_MIN
               ? 0.0
               : fmax(series->furthest[1] - mean, mean - series->furthest[0]) / spread;
}

struct all_series {
    struct arena *arena;
    struct map names, services;
    struct series *items;
    uint32_t room;
};

static struct series *series_at(struct all_series *all, struct str service, struct str instance,
                                struct str metric)
{
    const uint32_t known = all->names.count,
                   at = map_add(&all->names,
                                str_printf(all->arena, "%.*s|%.*s|%.*s", STR_ARG(service),
                                           STR_ARG(instance), STR_ARG(metric)));
    if (at >= all->room) {
        const uint32_t room = all->room * 2 + 64;
        all->items = arena_grow(all->arena, all->items, all->room * sizeof *all->items,
                                room * sizeof *all->items);
        all->room = room;
    }
    if (at == known)
        all->items[at] = (struct series){.service = map_add(&all->services, service),
                                         .furthest = {INFINITY, -INFINITY}};
    return &all->items[at];
}

static bool read_series(struct all_series *all, const char *folder, double began_s, struct err *err)
{
    const char *path = str_printf(all->arena, "%s/metrics.csv", folder).ptr;
    struct str text, fields[CSV_COLUMNS_MAX];
    struct csv csv;
    uint32_t time, service, metric, value;
    bool more;
    if (!file_read(all->arena, path, LOG_FILE_BYTES_MAX, &text, err) ||
        !csv_open(all->arena, str_of(path), text, &csv, err) ||
        !csv_column(&csv, "timestamp", &time, err) || !csv_column(&csv, "value", &value, err) ||
        !csv_column(&csv, "service", &service, err) || !csv_column(&csv, "metric", &metric, err))
        return false;
    const uint32_t instance = log_column(&csv, "instance");
    for (;;) {
        double at_s, number;
        if (!csv_next(&csv, all->arena, fields, &more, err))
            return false;
        if (!more)
            return true;
        if (str_to_real(fields[time], &at_s) && str_to_real(fields[value], &number))
            take_value(series_at(all, fields[service],
                                 instance < CSV_COLUMNS_MAX ? fields[instance] : STR(""),
                                 fields[metric]),
                       number, at_s >= began_s);
    }
}

/* The service of the loudest series; empty: none moved. */
static struct str loudest(const struct all_series *all)
{
    struct str found = STR("");
    double most = 0.0;
    for (uint32_t i = 0; i < all->names.count; i++)
        if (sigmas_of(&all->items[i]) > most) {
            most = sigmas_of(&all->items[i]);
            found = all->services.keys[all->items[i].service];
        }
    return found;
}

static bool add_baselines(struct task_run *run, const char *folder, struct err *err)
{
    struct arena *scratch = arena_new("case");
    json_t *truth = json_load_file(str_printf(scratch, "%s/truth.json", folder).ptr, 0, NULL);
    json_t *alert = json_load_file(str_printf(scratch, "%s/alert.json", folder).ptr, 0, NULL);
    const char *place = json_string_value(json_object_get(truth, "service"));
    const char *own = json_string_value(json_object_get(alert, "service"));
    const double began_s = json_number_value(json_object_get(truth, "t_inject"));
    struct all_series all = {
        .arena = scratch, .names = map_new(scratch), .services = map_new(scratch)};
    const bool ok = read_series(&all, folder, began_s, err);
    if (ok && place) {
        const struct str id = str_of(last_part(folder));
        task_add(run, "N-Sigma, told the time", id, &(double){str_eq(loudest(&all), str_of(place))},
                 1);
        task_add(run, "the alert's own", id, &(double){own && strcmp(own, place) == 0}, 1);
    }
    json_decref(truth);
    json_decref(alert);
    arena_free(scratch);
    return ok;
}

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    const char *alone = str_printf(run->arena, "%s/metrics-alone", run->place->out).ptr;
    if (!strip_all(run, alone, err) || !ask_cases_in(run, alone, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++)
        if (!cases.items[i].nobody)
            task_add(run, TASK_US, cases.items[i].id, &(double){cases.items[i].right}, 1);
    for (const char *const *set = ask_subfolders(run->arena, alone); *set; set++)
        for (const char *const *it = ask_subfolders(run->arena, *set); *it; it++)
            if (!add_baselines(run, *it, err))
                return false;
    return true;
}

const struct task task_series_spike = {
    .name = "series_spike",
    .category = CATEGORY_SERIES,
    .summary = "whose metrics made the others jump?",
    .measure = "top-1 of all services",
    .source = "the public incidents that have metrics, which are all that is shown",
    .minds = MIND(NONE),
    .run = run,
};
