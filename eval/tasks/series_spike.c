/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the service that made metrics jump is found among all of them, by metrics alone: the
 * public incidents without their logs, traces, events, changes and topology. A right answer is the
 * place of the first hypothesis.
 *
 * Beside it stand the service whose alert it is, and two that are told when the fault began, which
 * nobody tells the program (eval/suite/loudness.h).
 */
#include "eval/suite/ask.h"
#include "eval/suite/loudness.h"

#include "base/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the program is shown of a case, and the truth beside it. */
static const char *const shown[] = {"alert.json", "metrics.csv", "truth.json"};

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

static void add_right(struct task_run *run, const char *who, struct str id, struct str said,
                      const char *place)
{
    task_add(run, who, id, &(double){str_eq(said, str_of(place))}, 1);
}

static bool add_baselines(struct task_run *run, const char *folder, struct err *err)
{
    struct arena *scratch = arena_new("case");
    json_t *truth = json_load_file(str_printf(scratch, "%s/truth.json", folder).ptr, 0, NULL);
    json_t *alert = json_load_file(str_printf(scratch, "%s/alert.json", folder).ptr, 0, NULL);
    const char *place = json_string_value(json_object_get(truth, "service"));
    const char *own = json_string_value(json_object_get(alert, "service"));
    const struct str named = own ? str_of(own) : STR("");
    const double began_s = json_number_value(json_object_get(truth, "t_inject"));
    struct loudness loudness;
    const bool ok = loudness_read(scratch, folder, began_s, &loudness, err);
    if (ok && place) {
        const struct str id = str_of(last_part(folder));
        add_right(run, "N-Sigma, told the time", id, loudness_loudest(&loudness), place);
        add_right(run, "correlation, told the time", id,
                  loudness_correlated(scratch, &loudness, named), place);
        add_right(run, "the alert's own", id, named, place);
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
