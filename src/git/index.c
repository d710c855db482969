/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether history has been rewritten is seen from the first new commit: its first parent must be
 * the last that is known. That also finds the case that git calls no rewriting: where the last
 * known commit was merged into another line, and is no longer on the one of the first parents.
 */
#include "git/index.h"

#include "base/arena.h"
#include "git/child.h"
#include "git/indexfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    struct index_file *file;
    struct git_index *index;
    const struct repository *repository;
    struct index_end end; /* the last change that is known, and then the last that was added */
    char last[GIT_ID_BYTES_MAX + 1];
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

/* ---- where it is kept ---- */

static bool make_folder(const char *path, struct err *err)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: it cannot be made: %s; name a file with --index", path,
                   strerror(errno));
}

static bool choose_path(struct arena *arena, const struct repository *repository,
                        const char *revision, struct str *out, struct err *err)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct str folder;
    if (cache && cache[0] == '/')
        folder = str_of(cache);
    else if (home && home[0] == '/')
        folder = str_printf(arena, "%s/.cache", home);
    else
        return err_set(err, ERR_USAGE, "HOME is not set; name a file with --index");
    const struct str own = str_printf(arena, "%.*s/warroom", STR_ARG(folder));
    if (!make_folder(folder.ptr, err) || !make_folder(own.ptr, err))
        return false;
    const struct str key = str_printf(arena, "%.*s\n%s", STR_ARG(repository->place), revision);
    *out = str_printf(arena, "%.*s/changes-%016llx.jsonl", STR_ARG(own),
                      (unsigned long long)str_hash(key));
    return true;
}

/* ---- one pass ---- */

static bool on_landed(void *state, const struct git_commit *commit, struct err *err)
{
    struct pass *pass = state;
    struct index_end *end = &pass->end;
    if (pass->is_first && end->id.len > 0 && !str_eq(commit->parent, end->id)) {
        pass->is_astray = true;
        return err_set(err, ERR_NOT_FOUND, "what is new does not go on from what is known");
    }
    pass->is_first = false;
    struct git_commit landed = *commit;
    int64_t *time_ns = &landed.change.time_ns;
    if (*time_ns > pass->repository->tip_ns)
        *time_ns = pass->repository->tip_ns;
    if (*time_ns < end->time_ns)
        *time_ns = end->time_ns;
    memcpy(pass->last, commit->change.id.ptr, commit->change.id.len);
    *end = (struct index_end){.id = {pass->last, commit->change.id.len},
                              .position = landed.change.position,
                              .time_ns = *time_ns};
    pass->index->added++;
    return index_file_add(pass->file, &landed, err);
}

static bool on_bytes(void *state, struct str bytes, struct err *err)
{
    return git_log_push(((struct pass *)state)->log, bytes, err);
}

/* git over what is new, with the diffs or without. */
static bool run_pass(struct pass *pass, bool with_patch, struct err *err)
{
    const struct repository *repository = pass->repository;
    const struct str tip = repository->tip, last = pass->end.id;
    const struct str range =
        last.len > 0 ? str_printf(pass->arena, "%.*s..%.*s", STR_ARG(last), STR_ARG(tip)) : tip;
    /* Where history is cut off, the first commit seems to bring all files. */
    const char *root = repository->is_shallow ? "log.showRoot=false" : "log.showRoot=true";
    const char *const patched[] = {"-c", root, GIT_LOG_FORM, GIT_LOG_PATCH, range.ptr, "--", NULL};
    const char *const plain[] = {"-c", root, GIT_LOG_FORM, "-M100%", range.ptr, "--", NULL};
    pass->is_first = true;
    pass->log = git_log_new(pass->arena, pass->end.position + 1, with_patch, on_landed, pass);
    const bool ok =
        git_run(repository->folder, with_patch ? patched : plain, on_bytes, pass, err) &&
        git_log_end(pass->log, err);
    git_log_free(pass->log);
    return ok;
}

/* Of a partial clone at least what needs no contents: who, when, what they said, which files. */
static bool extend(struct pass *pass, struct err *err)
{
    if (run_pass(pass, true, err))
        return true;
    if (err->kind != ERR_CORRUPT)
        return false;
    struct err missing = *err;
    *err = (struct err){0};
    const int64_t before = pass->index->added;
    if (!run_pass(pass, false, err))
        return false;
    note(pass->index,
         str_printf(pass->arena, "%s; of %lld changes only messages and files are known",
                    missing.text, (long long)(pass->index->added - before)));
    return true;
}

/* ---- the front door ---- */

/* What an hour was too short for goes on with the next call. */
static bool is_to_keep(const struct pass *pass, bool ok, struct err *err)
{
    if (ok || err->kind != ERR_TIMEOUT || pass->index->added == 0)
        return ok;
    err_context(err, "%lld changes were read and are kept; call again to go on",
                (long long)pass->index->added);
    return true;
}

static bool close_file(struct pass *pass, bool ok, struct err *err)
{
    struct err ignored = {0};
    const bool keep = is_to_keep(pass, ok, err);
    return index_file_close(pass->file, keep, ok ? err : &ignored) && ok;
}

static bool begin_anew(struct pass *pass, struct err *err)
{
    pass->end = (struct index_end){.position = -1};
    pass->index->added = 0;
    if (!index_file_new(pass->arena, pass->index->path.ptr, pass->file, err))
        return false;
    return close_file(pass, extend(pass, err), err);
}

static bool go_on(struct pass *pass, struct err *err)
{
    const bool is_current = str_eq(pass->end.id, pass->repository->tip);
    const bool ok = is_current || extend(pass, err);
    const bool is_gone = !ok && err->kind == ERR_NOT_FOUND;
    if (ok && !is_current && pass->index->added == 0 && pass->end.id.len > 0)
        pass->is_astray = !git_index_has(pass->index);
    if (!close_file(pass, ok, err) && !is_gone)
        return false;
    if (!is_gone && !pass->is_astray)
        return true;
    *err = (struct err){0};
    note(pass->index, str_printf(pass->arena,
                                 "%s: the history was rewritten, or goes another way than what "
                                 "was known; it is begun anew",
                                 pass->repository->folder));
    return begin_anew(pass, err);
}

bool git_index_update(struct arena *arena, const char *folder, const char *revision,
                      const char *path, struct git_index *out, struct err *err)
{
    struct repository repository;
    *out = (struct git_index){.path = str_of(path)};
    revision = revision ? revision : "HEAD";
    if (!look(arena, folder, revision, &repository, err) ||
        (!path && !choose_path(arena, &repository, revision, &out->path, err)))
        return false;
    out->revision = repository.tip;
    if (repository.is_shallow)
        note(out, str_printf(arena,
                             "%s: the clone is shallow: what landed before its first commit is "
                             "not known, nor which files that one touched; after `git fetch "
                             "--unshallow`, delete the index",
                             folder));

    struct index_file file;
    struct pass pass = {.arena = arena, .file = &file, .index = out, .repository = &repository};
    bool ok = index_file_open(arena, out->path.ptr, &file, &pass.end, err);
    if (ok) {
        ok = go_on(&pass, err);
    } else if (err->kind == ERR_NOT_FOUND || err->kind == ERR_CORRUPT) {
        if (err->kind == ERR_CORRUPT)
            note(out, str_printf(arena, "%s: it is begun anew", err->text));
        *err = (struct err){0};
        ok = begin_anew(&pass, err);
    }
    out->changes = pass.end.position + 1;
    return ok;
}
