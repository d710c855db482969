/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether history has been rewritten is seen from the first new commit: its first parent must be
 * the last that is known. That also finds the case that git calls no rewriting: where the last
 * known commit was merged into another line, and is no longer on the one of the first parents.
 * Then the line is followed down from the revision to the first commit that is known, and what
 * lay above that is forgotten: who changes branches pays for what is different on them.
 */
#include "git/index.h"

#include "base/arena.h"
#include "git/child.h"
#include "git/indexrows.h"

#include <string.h>

#define ANSWER_BYTES_MAX ((size_t)16384)

struct repository {
    const char *folder;
    struct str place; /* of what git keeps */
    struct str tip;
    int64_t tip_ns;
    bool is_shallow;
};

/* One pass over what is new. */
struct pass {
    struct arena *arena;
    struct git_index *index;
    const struct repository *repository;
    struct index_rows rows;
    struct git_log *log;
    bool is_first;  /* nothing has been told yet */
    bool is_astray; /* what is new does not go on from what is known */
};

static void note(struct git_index *index, struct str text)
{
    if (index->notes_count < INDEX_NOTES_MAX)
        index->notes[index->notes_count++] = text;
}

/* ---- what is there ---- */

static bool look(struct arena *arena, const char *folder, const char *revision,
                 struct repository *out, struct err *err)
{
    static const char *const places[] = {"rev-parse", "--is-shallow-repository",
                                         "--absolute-git-dir", NULL};
    const char *const tips[] = {"log",
                                "-1",
                                "--no-show-signature",
                                "--no-color",
                                "--format=%H %ct",
                                "--end-of-options",
                                revision,
                                "--",
                                NULL};
    struct str text, line, id;
    *out = (struct repository){.folder = folder};
    if (!git_ask(arena, folder, places, ANSWER_BYTES_MAX, &text, err) ||
        !str_split(&text, '\n', &line))
        return false;
    out->is_shallow = str_eq(line, STR("true"));
    out->place = str_trim(text);
    if (!git_ask(arena, folder, tips, ANSWER_BYTES_MAX, &text, err))
        return false;
    line = str_trim(text);
    if (!str_split(&line, ' ', &id) || line.len == 0)
        return err_set(err, ERR_NOT_FOUND, "%s: `%s` names no commit", folder, revision);
    out->tip = str_copy(arena, id);
    out->tip_ns = git_time_ns(line);
    return true;
}

/* ---- one pass ---- */

static bool on_landed(void *state, const struct git_commit *commit, struct err *err)
{
    struct pass *pass = state;
    const struct index_end *end = &pass->rows.end;
    if (pass->is_first && end->id[0] && !str_eq(commit->parent, str_of(end->id))) {
        pass->is_astray = true;
        return err_set(err, ERR_NOT_FOUND, "what is new does not go on from what is known");
    }
    pass->is_first = false;
    pass->index->added++;
    return index_rows_add(&pass->rows, &commit->change, err);
}

static bool on_bytes(void *state, struct str bytes, struct err *err)
{
    return git_log_push(((struct pass *)state)->log, bytes, err);
}

/* git over what is new, with the diffs or without. */
static bool run_pass(struct pass *pass, bool with_patch, struct err *err)
{
    const struct repository *repository = pass->repository;
    const struct str tip = repository->tip, last = str_of(pass->rows.end.id);
    const struct str range =
        last.len > 0 ? str_printf(pass->arena, "%.*s..%.*s", STR_ARG(last), STR_ARG(tip)) : tip;
    /* Where history is cut off, the first commit seems to bring all files. */
    const char *root = repository->is_shallow ? "log.showRoot=false" : "log.showRoot=true";
    const char *const patched[] = {"-c", root, GIT_LOG_FORM, GIT_LOG_PATCH, range.ptr, "--", NULL};
    const char *const plain[] = {"-c", root, GIT_LOG_FORM, "-M100%", range.ptr, "--", NULL};
    pass->is_first = true;
    pass->log = git_log_new(pass->arena, with_patch, on_landed, pass);
    const bool ok =
        git_run(repository->folder, with_patch ? patched : plain, on_bytes, pass, err) &&
        git_log_end(pass->log, err);
    git_log_free(pass->log);
    return ok;
}

/* Of a partial clone at least what needs no contents: who, when, what they said, which files. */
static bool run_passes(struct pass *pass, struct err *err)
{
    if (run_pass(pass, true, err))
        return true;
    if (err->kind != ERR_CORRUPT || pass->rows.is_overtaken)
        return false;
    struct err missing = *err;
    *err = (struct err){0};
    const int64_t before = pass->index->added;
    if (pass->rows.plain_from < 0)
        pass->rows.plain_from = pass->rows.end.position + 1;
    if (!run_pass(pass, false, err))
        return false;
    note(pass->index,
         str_printf(pass->arena, "%s; of %lld changes only messages and files are known",
                    missing.text, (long long)(pass->index->added - before)));
    return true;
}

/* What git or an hour was too short for goes on with the next call. */
static bool extend(struct pass *pass, struct err *err)
{
    const int64_t before = pass->index->added;
    if (pass->rows.end.position < 0)
        pass->rows.is_shallow = pass->repository->is_shallow;
    const bool ok = run_passes(pass, err);
    struct err ignored = {0};
    if (!index_rows_flush(&pass->rows, ok ? err : &ignored))
        return false;
    if (!ok && pass->index->added > before)
        err_context(err, "%lld changes were read and are kept; call again to go on",
                    (long long)(pass->index->added - before));
    return ok;
}

/* ---- where history parts ---- */

struct descent {
    struct index_rows *rows;
    struct buf line;
    int64_t position; /* of the first commit that is known; -1 */
};

static bool on_ancestors(void *state, struct str bytes, struct err *err)
{
    struct descent *descent = state;
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] != '\n') {
            if (descent->line.len <= GIT_ID_BYTES_MAX)
                buf_add_char(&descent->line, bytes.ptr[i]);
            continue;
        }
        if (!index_rows_find(descent->rows, buf_str(&descent->line), &descent->position, err) ||
            descent->position >= 0)
            return false; /* the rest is not wanted */
        descent->line.len = 0;
    }
    return true;
}

static bool part(struct pass *pass, struct err *err)
{
    const struct repository *repository = pass->repository;
    const char *const words[] = {"rev-list", "--first-parent", repository->tip.ptr, "--", NULL};
    struct descent descent = {.rows = &pass->rows, .line = buf_new(pass->arena), .position = -1};
    *err = (struct err){0};
    if (!git_run(repository->folder, words, on_ancestors, &descent, err) && descent.position < 0)
        return false;
    note(pass->index,
         descent.position < 0
             ? str_printf(pass->arena,
                          "%s: the history was rewritten, or is of another branch; it is begun "
                          "anew",
                          repository->folder)
             : str_printf(pass->arena,
                          "%s: the history was rewritten, or is of another branch; %lld changes "
                          "are no longer in it",
                          repository->folder,
                          (long long)(pass->rows.end.position - descent.position)));
    return index_rows_cut(&pass->rows, descent.position + 1, err);
}

/* ---- what could not be seen before ---- */

static bool swallow(void *state, struct str bytes, struct err *err)
{
    (void)state;
    (void)bytes;
    (void)err;
    return true;
}

/* Whether git knows now what it did not know when the first change was read. */
static bool reaches_further(struct pass *pass, struct err *err)
{
    const struct repository *repository = pass->repository;
    struct str id, parents;
    if (!pass->rows.is_shallow || !index_rows_id(&pass->rows, pass->arena, 0, &id, err))
        return false;
    if (!repository->is_shallow)
        return true;
    const char *const words[] = {"log", "-1", "--no-show-signature", "--format=%P", id.ptr,
                                 "--",  NULL};
    struct err gone;
    return git_ask(pass->arena, repository->folder, words, ANSWER_BYTES_MAX, &parents, &gone) &&
           str_trim(parents).len > 0;
}

static bool has_contents(struct pass *pass, struct err *err)
{
    struct str id;
    if (pass->rows.plain_from < 0 ||
        !index_rows_id(&pass->rows, pass->arena, pass->rows.plain_from, &id, err))
        return false;
    const char *const words[] = {GIT_LOG_FORM, GIT_LOG_PATCH, "-1", id.ptr, "--", NULL};
    struct err missing;
    return git_run(pass->repository->folder, words, swallow, NULL, &missing);
}

/* A shallow or partial clone may have become a whole one. */
static bool look_again(struct pass *pass, struct err *err)
{
    const char *folder = pass->repository->folder;
    if (reaches_further(pass, err)) {
        note(pass->index, str_printf(pass->arena,
                                     "%s: the clone reaches further back than it did; it is read "
                                     "again",
                                     folder));
        return index_rows_cut(&pass->rows, 0, err);
    }
    if (err->kind == ERR_NONE && has_contents(pass, err)) {
        note(
            pass->index,
            str_printf(pass->arena, "%s: what was missing is there now; it is read again", folder));
        return index_rows_cut(&pass->rows, pass->rows.plain_from, err);
    }
    return err->kind == ERR_NONE;
}

/* ---- the front door ---- */

static bool find_tip(struct pass *pass, struct err *err)
{
    return index_rows_find(&pass->rows, pass->repository->tip, &pass->index->position, err);
}

static bool go_on(struct pass *pass, struct err *err)
{
    if (!look_again(pass, err) || !find_tip(pass, err))
        return false;
    if (pass->index->position >= 0)
        return true;
    const bool had_any = pass->rows.end.position >= 0;
    if (!extend(pass, err)) {
        if (!had_any || err->kind != ERR_NOT_FOUND)
            return false; /* it is not the last one known that is gone */
    } else if (!find_tip(pass, err) || pass->index->position >= 0) {
        return err->kind == ERR_NONE;
    }
    return part(pass, err) && extend(pass, err) && find_tip(pass, err) &&
           (pass->index->position >= 0 ||
            err_set(err, ERR_PROTOCOL, "%s: git's history does not end with the revision",
                    pass->repository->folder));
}

static bool update(struct pass *pass, const char *revision, struct err *err)
{
    const struct repository *repository = pass->repository;
    return index_rows_open(pass->arena, pass->index->ledger, repository->place, str_of(revision),
                           repository->tip, &pass->rows, err) &&
           go_on(pass, err);
}

/* Of two that write the same one goes on; the other may find that all is done. */
static bool was_done_by_another(struct pass *pass, const char *revision, struct err *err)
{
    const struct repository *repository = pass->repository;
    struct err ignored;
    if (!pass->rows.is_overtaken ||
        !index_rows_open(pass->arena, pass->index->ledger, repository->place, str_of(revision),
                         repository->tip, &pass->rows, &ignored) ||
        !find_tip(pass, &ignored) || pass->index->position < 0)
        return false;
    pass->index->added = 0;
    *err = (struct err){0};
    return true;
}

bool git_index_update(struct arena *arena, struct ledger *ledger, const char *folder,
                      const char *revision, struct git_index *out, struct err *err)
{
    struct repository repository;
    *out = (struct git_index){.ledger = ledger, .position = -1};
    *err = (struct err){0};
    revision = revision ? revision : "HEAD";
    if (!look(arena, folder, revision, &repository, err))
        return false;
    out->revision = repository.tip;
    out->revision_ns = repository.tip_ns;
    if (repository.is_shallow)
        note(out, str_printf(arena,
                             "%s: the clone is shallow: what landed before its first commit is "
                             "not known, nor which files that one touched; `git fetch "
                             "--unshallow` brings it",
                             folder));
    struct pass pass = {.arena = arena, .index = out, .repository = &repository};
    const bool ok = update(&pass, revision, err) || was_done_by_another(&pass, revision, err);
    out->number = pass.rows.number;
    out->changes = pass.rows.end.position + 1;
    return ok;
}

bool git_index_lines(struct arena *arena, const struct git_index *index, int64_t until_ns,
                     struct str *out, struct err *err)
{
    return index_rows_read(arena, index->ledger, index->number, index->position, index->revision_ns,
                           until_ns, INDEX_CHANGES_READ_MAX, out, err);
}

bool git_index_read(struct arena *arena, const struct git_index *index, int64_t until_ns,
                    struct history *history, struct feed *out, struct err *err)
{
    struct arena *scratch = arena_new("index text");
    struct str lines;
    const bool ok = git_index_lines(scratch, index, until_ns, &lines, err);
    if (ok)
        feed_read(arena, lines, history, out);
    arena_free(scratch);
    return ok;
}
