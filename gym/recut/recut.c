/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/recut.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/answer.h"
#include "eval/cases.h"
#include "gym/recut/times.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 64
#define FILE_BYTES_MAX (512 << 20) /* a line of it is held in memory */
#define NAMES_MAX RENAMES_MAX      /* of services and of instances */

/* ---- files ---- */

static int is_for_us(const struct dirent *entry)
{
    enum matter matter;
    return rows_matter(str_of(entry->d_name), &matter);
}

typedef bool each_file(void *state, const char *path, struct str name, struct err *err);

/* Those that have rows, by name. */
static bool files_each(const char *folder, each_file *visit, void *state, struct err *err)
{
    struct dirent **list;
    const int count = scandir(folder, &list, is_for_us, alphasort);
    if (count < 0)
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    bool ok = count <= FILES_MAX ||
              err_set(err, ERR_OVER_BUDGET, "%s: more than %d files", folder, FILES_MAX);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        if (ok &&
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, list[i]->d_name) < sizeof path)
            ok = visit(state, path, str_of(list[i]->d_name), err);
        free(list[i]);
    }
    free(list);
    return ok;
}

/* Neither a device that never ends nor a pipe that nobody fills. */
static FILE *open_plain(const char *path, struct err *err)
{
    struct stat about;
    if (stat(path, &about) == 0 && (!S_ISREG(about.st_mode) || about.st_size > FILE_BYTES_MAX)) {
        err_set(err, ERR_IO, "%s: not a plain file of at most %d MB", path, FILE_BYTES_MAX >> 20);
        return NULL;
    }
    FILE *file = fopen(path, "re");
    if (!file)
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    return file;
}

/* ---- survey ---- */

static void note(struct map *names, struct str name)
{
    if (name.len > 0 && names->count < NAMES_MAX)
        map_add(names, name);
}

static bool survey_row(void *state, const struct row_facts *facts, int64_t *move_s)
{
    struct survey *survey = state;
    const bool logs = facts->matter == MATTER_LOGS, spans = facts->matter == MATTER_TRACES;
    const bool in_window = logs || spans || facts->matter == MATTER_METRICS;
    (void)move_s;
    note(&survey->services, facts->service);
    note(&survey->services, facts->caller);
    if (logs)
        note(&survey->logged, facts->service);
    if (logs || spans)
        note(&survey->instances, facts->instance);
    survey->has_metrics |= facts->matter == MATTER_METRICS;
    survey->has_traces |= spans;
    survey->has_changes |= facts->matter == MATTER_CHANGES;
    if (in_window && facts->has_time) {
        if (survey->first_ns == 0 || facts->time_ns < survey->first_ns)
            survey->first_ns = facts->time_ns;
        if (facts->time_ns > survey->last_ns)
            survey->last_ns = facts->time_ns;
    }
    return true;
}

/* The alert: of our own form, or the body of a webhook, whose first alert is meant. */
static void survey_alert(struct survey *survey, const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/alert.json", folder);
    json_t *body = json_load_file(path, 0, NULL);
    const json_t *alert = json_array_get(json_object_get(body, "alerts"), 0);
    const json_t *starts = json_object_get(alert ? alert : body, "startsAt");
    if (json_is_integer(starts))
        (void)time_from_integer(json_integer_value(starts), &survey->alert_ns);
    else if (json_is_real(starts))
        (void)time_from_real(json_real_value(starts), &survey->alert_ns);
    else if (json_is_string(starts))
        (void)time_parse(str_of(json_string_value(starts)), &survey->alert_ns);
    json_decref(body);
}

static bool survey_file(void *state, const char *path, struct str name, struct err *err)
{
    const struct rows_visitor visitor = {.keep = survey_row, .state = state};
    struct rows_count count = {0};
    FILE *in = open_plain(path, err);
    if (!in)
        return false;
    const bool ok = rows_walk(in, name, NULL, &visitor, &count, err);
    fclose(in);
    return ok;
}

bool recut_survey(struct arena *arena, struct str id, const char *folder, struct survey *out,
                  struct err *err)
{
    struct str text;
    struct truth truth;
    *out = (struct survey){.id = id,
                           .services = map_new(arena),
                           .logged = map_new(arena),
                           .instances = map_new(arena)};
    if (!cases_read_file(arena, str_of(folder), "truth.json", &text, err) ||
        !truth_parse(arena, text, &truth, err))
        return err_context(err, "%s", folder);
    survey_alert(out, folder);
    if (out->alert_ns == 0)
        return err_set(err, ERR_PROTOCOL, "%s: alert.json has no startsAt that is a time", folder);
    out->onset_ns = truth.tells_onset ? truth.onset_ns : out->alert_ns;
    out->change = truth.change;
    out->service = truth.service;
    note(&out->services, truth.service);
    return files_each(folder, survey_file, out, err);
}

/* ---- a row by the plan ---- */

struct cut {
    const struct survey *survey;
    const struct plan *plan;
    const char *out;
    struct rows_count *count;
    struct arena *scratch;
};

/* The same traces in all files and, of two shares, the smaller is a part of the larger. */
static bool is_sampled(struct str trace_id, double share)
{
    return (double)(str_hash(trace_id) >> 11) < share * 0x1p53;
}

static bool is_in_window(const struct plan *plan, const struct row_facts *facts)
{
    /* Changes and alerts have a history of their own: it does not begin with a window. */
    const bool begins = facts->matter == MATTER_METRICS || facts->matter == MATTER_LOGS ||
                        facts->matter == MATTER_TRACES || facts->matter == MATTER_EVENTS;
    const bool ends = begins || facts->matter == MATTER_CHANGES || facts->matter == MATTER_ALERTS;
    if (!facts->has_time)
        return true;
    return !(begins && plan_does(plan, RECUT_LATE) && facts->time_ns < plan->from_ns) &&
           !(ends && plan_does(plan, RECUT_EARLY) && facts->time_ns > plan->to_ns);
}

static bool is_kept_signal(const struct plan *plan, const struct row_facts *facts)
{
    switch (facts->matter) {
    case MATTER_METRICS:
        return !plan_does(plan, RECUT_NO_METRICS);
    case MATTER_LOGS:
        return !plan_does(plan, RECUT_NO_LOGS) || !str_eq(facts->service, plan->silent);
    case MATTER_TRACES:
        return !plan_does(plan, RECUT_NO_TRACES) &&
               (!plan_does(plan, RECUT_THIN) || is_sampled(facts->trace_id, plan->share));
    case MATTER_CHANGES:
        return !plan_does(plan, RECUT_NO_CHANGES);
    default:
        return true;
    }
}

static bool cut_row(void *state, const struct row_facts *facts, int64_t *move_s)
{
    const struct plan *plan = ((const struct cut *)state)->plan;
    if (!is_kept_signal(plan, facts) || !is_in_window(plan, facts))
        return false;
    const bool own_clock = facts->matter == MATTER_LOGS || facts->matter == MATTER_TRACES;
    *move_s = plan_does(plan, RECUT_SHIFT) ? plan->shift_s : 0;
    if (own_clock && plan_does(plan, RECUT_SKEW) && str_eq(facts->instance, plan->skewed))
        *move_s += plan->skew_s;
    return true;
}

static void cut_text(void *state, struct str text, int64_t move_s, struct buf *out)
{
    const struct cut *cut = state;
    struct str moved = text;
    if (move_s != 0) {
        struct buf times = buf_new(out->arena);
        times_move(text, move_s, cut->survey->alert_ns, &times);
        moved = buf_str(&times);
    }
    if (plan_does(cut->plan, RECUT_RENAME))
        renames_apply(&cut->plan->renames, moved, out);
    else
        buf_add(out, moved);
}

static bool close_file(FILE *file)
{
    const bool ok = !ferror(file);
    return fclose(file) == 0 && ok;
}

/* A file of which no row is left is a signal that nobody has kept: it is not there then. */
static bool cut_file(void *state, const char *path, struct str name, struct err *err)
{
    struct cut *cut = state;
    const struct rows_visitor visitor = {.keep = cut_row, .tell = cut_text, .state = cut};
    struct rows_count count = {0};
    char to[PATH_MAX];
    if ((size_t)snprintf(to, sizeof to, "%s/%.*s", cut->out, STR_ARG(name)) >= sizeof to)
        return err_set(err, ERR_USAGE, "%s: the path is too long", cut->out);
    FILE *in = open_plain(path, err);
    if (!in)
        return false;
    FILE *out = fopen(to, "wxe");
    bool ok = out ? rows_walk(in, name, out, &visitor, &count, err)
                  : err_set(err, ERR_IO, "%s: %s", to, strerror(errno));
    if (out && !close_file(out) && ok)
        ok = err_set(err, ERR_IO, "%s: %s", to, strerror(errno));
    fclose(in);
    if (ok && count.kept == 0 && count.dropped > 0)
        unlink(to);
    cut->count->kept += count.kept;
    cut->count->dropped += count.dropped;
    cut->count->unreadable += count.unreadable;
    return ok;
}

/* ---- truth ---- */

static void rename_key(const struct cut *cut, json_t *truth, const char *key)
{
    const char *text = json_string_value(json_object_get(truth, key));
    struct buf told = buf_new(cut->scratch);
    if (!text)
        return;
    renames_apply(&cut->plan->renames, str_of(text), &told);
    json_object_set_new(truth, key, json_stringn(buf_str(&told).ptr, told.len));
}

/* Which of what the truth says nobody can know any more. */
static json_t *unknowable(const struct cut *cut)
{
    const struct plan *plan = cut->plan;
    json_t *list = json_array();
    if (plan_does(plan, RECUT_NO_CHANGES) && cut->survey->change.len > 0)
        json_array_append_new(list, json_string("change"));
    return list;
}

static void move_truth(const struct cut *cut, json_t *truth)
{
    const struct plan *plan = cut->plan;
    json_t *list = json_object_get(truth, "recut"); /* a recut may be cut again */
    json_t *done = plan_json(plan, cut->survey), *lost = unknowable(cut);
    if (json_is_array(list))
        json_array_extend(list, done);
    else
        json_object_set(truth, "recut", done);
    if (json_array_size(lost) > 0) {
        json_object_set(truth, "unknowable", lost);
        json_object_del(truth, "change"); /* the plan names it */
    }
    json_decref(done);
    json_decref(lost);
    const json_t *onset = json_object_get(truth, "t_inject");
    if (plan_does(plan, RECUT_SHIFT) && json_is_number(onset))
        json_object_set_new(truth, "t_inject",
                            json_real(json_number_value(onset) + (double)plan->shift_s));
    static const char *const named[] = {"service", "instance", "object", "cause"};
    for (size_t i = 0; plan_does(plan, RECUT_RENAME) && i < sizeof named / sizeof *named; i++)
        rename_key(cut, truth, named[i]);
}

static bool cut_truth(const struct cut *cut, const char *folder, struct err *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    snprintf(from, sizeof from, "%s/truth.json", folder);
    snprintf(to, sizeof to, "%s/truth.json", cut->out);
    json_error_t why;
    json_t *truth = json_load_file(from, 0, &why);
    if (!json_is_object(truth)) {
        json_decref(truth);
        return err_set(err, ERR_PROTOCOL, "%s: %s", from, why.text);
    }
    move_truth(cut, truth);
    const bool ok = json_dump_file(truth, to, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0;
    json_decref(truth);
    return ok || err_set(err, ERR_IO, "%s: %s", to, strerror(errno));
}

bool recut_write(struct arena *arena, const struct survey *survey, const struct plan *plan,
                 const char *folder, const char *out, struct rows_count *count, struct err *err)
{
    struct cut cut = {.survey = survey, .plan = plan, .out = out, .count = count, .scratch = arena};
    if (mkdir(out, 0755) != 0)
        return err_set(err, ERR_IO, "%s: %s", out, strerror(errno));
    return files_each(folder, cut_file, &cut, err) && cut_truth(&cut, folder, err);
}
