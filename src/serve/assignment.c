/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/assignment.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/file.h"
#include "serve/brief.h"
#include "serve/child.h"
#include "serve/files.h"
#include "serve/live.h"
#include "serve/receive.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define RENDER_NS                                                                                  \
    (10 * NS_PER_S) /* kept of the time, for re-reading claims and writing reports                 \
                     */
#define TIME_MIN_S 1.0

/* ---- children ---- */

/* What an investigation may know of the process: no secrets, and nothing that leads outside. */
const char *const *assignment_environment(const struct site *site, struct arena *arena)
{
    static const char *const names[] = {"PATH", "HOME", "LANG"};
    const size_t count = sizeof names / sizeof *names;
    const char **out = arena_push_many(arena, const char *, count + 2);
    size_t put = 0;
    for (size_t i = 0; i < count; i++)
        if (getenv(names[i]))
            out[put++] = str_printf(arena, "%s=%s", names[i], getenv(names[i])).ptr;
    out[put] = str_printf(arena, "TMPDIR=%s/tmp", site->data).ptr;
    return out;
}

static const char *path_in(const struct assignment *assignment, const char *name)
{
    return str_printf(assignment->arena, "%.*s/%s", STR_ARG(assignment->folder), name).ptr;
}

struct str assignment_bundle(const struct assignment *assignment)
{
    return str_of(path_in(assignment, "bundle"));
}

/* Whether the child did what it was for; else `out` says why not. */
static bool has_ended_well(const struct assignment *assignment, const char *what, bool is_run,
                           const struct child_result *result, const struct err *err,
                           struct ending *out)
{
    *out = (struct ending){.state = INCIDENT_FAILED};
    if (!is_run)
        out->why = str_copy(assignment->arena, str_of(err->text));
    else if (result->end == CHILD_STOPPED)
        *out = (struct ending){.state = INCIDENT_CANCELLED, .why = STR("it was cancelled")};
    else if (result->end == CHILD_LATE)
        out->why = str_printf(assignment->arena, "its time was over while %s", what);
    else if (result->end == CHILD_KILLED)
        out->why =
            str_printf(assignment->arena, "it was ended by signal %d while %s", result->code, what);
    else if (result->code > 1) /* 1 is a negative answer, and an answer */
        out->why = str_copy(assignment->arena, str_of(result->said));
    else
        return true;
    return false;
}

/* ---- collecting ---- */

static bool run_collect(const struct assignment *assignment, const char *alert, const char *into,
                        struct child_result *result, struct err *err)
{
    const struct site *site = assignment->site;
    struct arena *arena = assignment->arena;
    /* half of the time: what was not answered by then is a gap, and the rest is looked into */
    const int64_t half_ns = (assignment->deadline_ns - clock_now_ns(clock_system())) / 2;
    const char *const argv[] = {
        site->program,
        "collect",
        str_printf(arena, "--config=%s", site->config_path).ptr,
        str_printf(arena, "--alert=%s", alert).ptr,
        str_printf(arena, "--out=%s", into).ptr,
        str_printf(arena, "--time=%lldms", (long long)(half_ns / NS_PER_MS)).ptr,
        NULL};
    const struct child_order order = {.argv = argv,
                                      .environment = (const char *const *)environ,
                                      .deadline_ns = assignment->deadline_ns,
                                      .stop_fd = assignment->stop_fd};
    return child_run(&order, result, err);
}

/* Without sources to ask there is the alert, and what was pushed. */
static bool make_bundle(const struct assignment *assignment, struct str alert, const char *into,
                        struct err *err)
{
    const char *inside = str_printf(assignment->arena, "%s/alert.json", into).ptr;
    return files_make_folder(into, err) && file_replace(inside, alert, 0600, err);
}

static bool gather(const struct assignment *assignment, struct str alert, struct str into,
                   struct child_result *result, struct err *err)
{
    const struct site *site = assignment->site;
    const char *alert_path = path_in(assignment, "alert.json");
    if (!site->has_sources && !site->receive)
        return err_set(err, ERR_NOT_FOUND,
                       "no sources are configured, so there is nothing to look into; name some in "
                       "warroom.yaml");
    if (!file_replace(alert_path, alert, 0600, err) || !files_remove_tree(into.ptr, err))
        return false;
    if (!(site->has_sources ? run_collect(assignment, alert_path, into.ptr, result, err)
                            : make_bundle(assignment, alert, into.ptr, err)))
        return false;
    const bool is_there = result->end == CHILD_ENDED && result->code <= 1;
    return !is_there || !site->receive ||
           receive_export(site->receive, assignment->arena, into, alert, wall_now_ns(), err);
}

/* What was collected elsewhere is all there is; and what nobody can be asked for anew stays. */
static bool keeps_bundle(const struct assignment *assignment)
{
    struct stat info;
    const char *bundle = assignment_bundle(assignment).ptr;
    return lstat(bundle, &info) == 0 && (S_ISLNK(info.st_mode) || (!assignment->site->has_sources &&
                                                                   !assignment->site->receive));
}

bool assignment_collect(const struct assignment *assignment, struct str alert, struct ending *out)
{
    static const char what[] = "sources were asked";
    struct err err = {0};
    struct child_result result = {0};
    const struct str collected = str_of(path_in(assignment, "bundle.new"));
    if (keeps_bundle(assignment))
        return true;
    bool ok = gather(assignment, alert, collected, &result, &err);
    if (!has_ended_well(assignment, what, ok, &result, &err, out))
        return false;
    ok = files_replace_tree(assignment->arena, assignment_bundle(assignment).ptr, collected.ptr,
                            &err);
    return has_ended_well(assignment, what, ok, &result, &err, out);
}

/* ---- investigating ---- */

/* The journal comes through a pipe: kept, and told line by line to who watches. */
struct ear {
    const struct assignment *assignment;
    FILE *file;
    struct arena *line_arena; /* of the line that has not ended yet */
    struct buf line;
    struct story *story;
};

static void tell_line(struct ear *ear)
{
    story_of_line(ear->line_arena, buf_str(&ear->line), ear->story);
    live_tell(ear->assignment->site->live, ear->assignment->incident, ear->story);
    arena_reset(ear->line_arena);
    ear->line = buf_new(ear->line_arena);
}

static void hear(void *state, struct str bytes)
{
    struct ear *ear = state;
    if (ear->file)
        fwrite(bytes.ptr, 1, bytes.len, ear->file);
    while (ear->assignment->incident.len > 0 && bytes.len > 0) {
        const size_t at = str_find(bytes, STR("\n"));
        const struct str piece = str_slice(bytes, 0, at);
        if (ear->line.len + piece.len <= STORY_LINE_BYTES_MAX)
            buf_add(&ear->line, piece);
        if (at == STR_NPOS)
            return;
        bytes = str_slice(bytes, at + 1, bytes.len);
        tell_line(ear);
    }
}

/* It answers with the best so far when its time is over, and needs a while to write that down. */
static const char *time_option(const struct assignment *assignment)
{
    const int64_t left_ns = assignment->deadline_ns - clock_now_ns(clock_system()) - RENDER_NS;
    const double seconds = (double)left_ns / (double)NS_PER_S;
    return str_printf(assignment->arena, "--time=%.1f", seconds < TIME_MIN_S ? TIME_MIN_S : seconds)
        .ptr;
}

static bool run_investigate(const struct assignment *assignment, struct child_result *result,
                            struct err *err)
{
    struct arena *arena = assignment->arena;
    const char *bundle = realpath(assignment_bundle(assignment).ptr, NULL);
    const struct str kept = str_of(bundle ? bundle : "");
    const char *const argv[] = {
        assignment->site->program,
        "investigate",
        str_copy(arena, kept).ptr,
        "--sandbox",
        "--no-progress",
        "--format=json",
        "--journal=/dev/fd/3",
        time_option(assignment),
        str_printf(arena, "--ledger=%s", assignment->site->ledger).ptr,
        str_printf(arena, "--reports=%.*s", STR_ARG(assignment->folder)).ptr,
        NULL};
    free((void *)(uintptr_t)bundle);
    struct ear ear = {.assignment = assignment,
                      .file = fopen(path_in(assignment, "journal.jsonl"), "we"),
                      .line_arena = arena_new("line"),
                      .story = arena_push(arena, struct story)};
    ear.line = buf_new(ear.line_arena);
    const struct child_order order = {.argv = argv,
                                      .environment =
                                          assignment_environment(assignment->site, arena),
                                      .deadline_ns = assignment->deadline_ns,
                                      .stop_fd = assignment->stop_fd,
                                      .heard = hear,
                                      .heard_fd = CHILD_NOTES_FD,
                                      .state = &ear};
    const bool ok = child_run(&order, result, err);
    if (ear.file)
        fclose(ear.file);
    arena_free(ear.line_arena);
    return ok;
}

bool assignment_investigate(const struct assignment *assignment, struct ending *out)
{
    struct child_result result = {0};
    struct err err = {0};
    struct str report;
    struct verdict_brief verdict;
    bool ok = run_investigate(assignment, &result, &err);
    if (!has_ended_well(assignment, "it was investigated", ok, &result, &err, out))
        return false;
    ok = file_read(assignment->arena, path_in(assignment, "report.json"), REPORT_BYTES_MAX, &report,
                   &err) &&
         brief_read(assignment->arena, report, &verdict, &err);
    if (!has_ended_well(assignment, "it was investigated", ok, &result, &err, out))
        return false;
    *out = (struct ending){.state = INCIDENT_DONE, .verdict = verdict};
    return true;
}
