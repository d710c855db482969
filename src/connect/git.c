/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A git repository of this machine: what has landed along the first parents of its branch in the
 * weeks before the alert, each with the words of its diff, as a feed has them (culprit/feed.h). The
 * older ones tell whose files are whose, and which words are rare. Of the last two days the diffs
 * themselves come along, so that the report can show what was changed without the repository.
 */
#include "connect/connector.h"

#include "base/arena.h"
#include "base/map.h"
#include "git/child.h"
#include "git/codeowners.h"
#include "git/log.h"

#define DAYS 30
#define COMMITS_MAX "3000"
#define DIFFS_BACK_NS (2 * NS_PER_DAY)
#define DIFFS_MAX "60"
#define IDS_BYTES_MAX ((size_t)16384)
#define DIFF_BYTES_MAX ((size_t)64 << 10)

static const struct field settings[] = {
    {"branch", TYPE_TEXT, FIELD_OPTIONAL, "what is deployed from; HEAD", NULL},
    {"days", TYPE_INT, FIELD_OPTIONAL, "how many days before the alert are read; 30", NULL},
    {0},
};

struct reading {
    struct arena *scratch;
    const struct source *source;
    const struct question *question;
    struct clock clock;
    struct deadline deadline;
    struct gathered *out;
    struct git_log *log;
    struct map newest; /* ids whose diffs come along */
};

/* ---- one commit ---- */

static bool take_diff(void *state, struct str bytes, struct err *err)
{
    (void)err;
    struct buf *out = state;
    buf_add(out, str_slice(bytes, 0, DIFF_BYTES_MAX - out->len));
    return out->len < DIFF_BYTES_MAX;
}

static struct str diff_of(struct reading *reading, const struct change *change)
{
    struct buf out = buf_new(reading->scratch);
    struct err ignored = {0};
    const char *const words[] = {GIT_SHOW_FORM, "--end-of-options",
                                 str_copy(reading->scratch, change->id).ptr, "--", NULL};
    if (map_find(&reading->newest, change->id) == MAP_NONE)
        return STR("");
    if (!git_run(reading->source->path.ptr, words, take_diff, &out, &ignored) &&
        out.len < DIFF_BYTES_MAX)
        return STR("");
    return buf_str(&out);
}

static bool on_landed(void *state, const struct git_commit *commit, struct err *err)
{
    struct reading *reading = state;
    const struct change *change = &commit->change;
    if (deadline_passed(reading->deadline, reading->clock))
        return err_set(err, ERR_TIMEOUT, "the time was up before all commits were read");
    if (change->time_ns >= reading->question->window.end_ns)
        return true;
    const struct change_row row = {.time_ns = change->time_ns,
                                   .id = change->id,
                                   .kind = STR("commit"),
                                   .author = change->author,
                                   .message = change->message,
                                   .seen = change,
                                   .detail = diff_of(reading, change),
                                   .parents = change->parents};
    rows_change(&reading->out->rows, &row);
    return true;
}

static bool on_bytes(void *state, struct str bytes, struct err *err)
{
    return git_log_push(((struct reading *)state)->log, bytes, err);
}

/* ---- all of them ---- */

static struct str tip_of(const struct reading *reading)
{
    return str_copy(reading->scratch, source_text(reading->source, "branch", STR("HEAD")));
}

static bool find_newest(struct reading *reading, struct err *err)
{
    const int64_t alert_ns = reading->question->alert->starts_ns;
    struct arena *scratch = reading->scratch;
    const char *const words[] = {
        "log",
        "--first-parent",
        "--no-show-signature",
        "--no-color",
        "-n" DIFFS_MAX,
        "--format=%H",
        str_printf(scratch, "--max-age=%lld", (long long)((alert_ns - DIFFS_BACK_NS) / NS_PER_S))
            .ptr,
        str_printf(scratch, "--min-age=%lld",
                   (long long)(reading->question->window.end_ns / NS_PER_S))
            .ptr,
        "--end-of-options",
        tip_of(reading).ptr,
        "--",
        NULL};
    struct str ids, id;
    reading->newest = map_new(scratch);
    if (!git_ask(scratch, reading->source->path.ptr, words, IDS_BYTES_MAX, &ids, err))
        return false;
    while (str_split(&ids, '\n', &id))
        map_add(&reading->newest, str_trim(id));
    return true;
}

static bool run(struct reading *reading, bool with_patch, struct err *err)
{
    struct arena *scratch = reading->scratch;
    const int64_t days = source_integer(reading->source, "days", DAYS);
    const int64_t from_ns = reading->question->alert->starts_ns - days * NS_PER_DAY;
    const char *since = str_printf(scratch, "--max-age=%lld", (long long)(from_ns / NS_PER_S)).ptr;
    const char *tip = tip_of(reading).ptr;
    const char *const patched[] = {"-c",
                                   "log.showRoot=true",
                                   GIT_LOG_FORM,
                                   GIT_LOG_PATCH,
                                   since,
                                   "-n" COMMITS_MAX,
                                   "--end-of-options",
                                   tip,
                                   "--",
                                   NULL};
    const char *const plain[] = {"-c",
                                 "log.showRoot=true",
                                 GIT_LOG_FORM,
                                 "-M100%",
                                 since,
                                 "-n" COMMITS_MAX,
                                 "--end-of-options",
                                 tip,
                                 "--",
                                 NULL};
    reading->log = git_log_new(scratch, with_patch, on_landed, reading);
    const bool ok =
        git_run(reading->source->path.ptr, with_patch ? patched : plain, on_bytes, reading, err) &&
        git_log_end(reading->log, err);
    git_log_free(reading->log);
    return ok;
}

/* Of a partial clone at least who, when, what they said, which files: begin again without diffs. */
static bool run_or_make_do(struct reading *reading, struct err *err)
{
    struct rows *rows = &reading->out->rows;
    if (run(reading, true, err))
        return true;
    if (err->kind != ERR_CORRUPT)
        return false;
    rows->text[ROWS_CHANGES].len = 0;
    rows->counts[ROWS_CHANGES] = 0;
    gathered_note(reading->out, "contents are missing in the repository, so changes come without "
                                "their lines");
    return run(reading, false, err);
}

static void take_owners(const struct reading *reading)
{
    struct str where, text;
    struct err err = {0};
    if (!git_codeowners(reading->scratch, reading->source->path.ptr, tip_of(reading), &where, &text,
                        &err))
        gathered_note(reading->out, "CODEOWNERS: %s", err.text);
    else if (text.len > 0)
        rows_owners(&reading->out->rows, text);
}

static bool gather(struct arena *scratch, const struct source *source,
                   const struct question *question, struct clock clock, struct deadline deadline,
                   struct gathered *out, struct err *err)
{
    struct reading reading = {.scratch = scratch,
                              .source = source,
                              .question = question,
                              .clock = clock,
                              .deadline = deadline,
                              .out = out};
    if (!find_newest(&reading, err) || !run_or_make_do(&reading, err))
        return false;
    take_owners(&reading);
    return true;
}

const struct connector connector_git = {
    .name = "git",
    .summary = "commits of a repository of this machine",
    .signal = SIGNAL_CHANGES,
    .wants_path = true,
    .settings = settings,
    .first = {{WANT_CHANGES, false}},
    .first_count = 1,
    .gather = gather,
};
