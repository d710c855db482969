/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feed that the index keeps goes through a private file into the table, as a file of the bundle
 * does, so that there is one reader of changes. What is newer than the alert is not in it.
 */
#include "engine/repository.h"

#include "base/arena.h"
#include "base/buf.h"
#include "culprit/change.h"
#include "git/child.h"
#include "git/index.h"
#include "git/log.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATCH_BYTES_MAX ((size_t)256 << 10) /* four times what is read of the diff in a feed */
#define PREFIX_BYTES "7"                    /* of an id that a bundle may have cut off */

static const char twice_sql[] =
    "DELETE FROM changes AS c USING changes AS b WHERE c.kind = 'commit' AND b.kind = 'commit' AND "
    "length(b.id) >= " PREFIX_BYTES " AND length(b.id) < length(c.id) AND left(b.id, " PREFIX_BYTES
    ") = left(c.id, " PREFIX_BYTES ") AND starts_with(c.id, b.id)";

static bool write_all(int fd, struct str text)
{
    while (text.len > 0) {
        const ssize_t done = write(fd, text.ptr, text.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text = str_slice(text, (size_t)done, text.len);
    }
    return true;
}

/* {"id": ...} becomes {"kind":"commit","id": ...}: what a table of changes wants to know. */
static bool write_lines(int fd, struct str lines)
{
    struct arena *scratch = arena_new("lines");
    struct buf out = buf_new(scratch);
    struct str line;
    while (str_split(&lines, '\n', &line))
        if (line.len > 1)
            buf_printf(&out, "{\"kind\":\"commit\",%.*s\n", (int)line.len - 1, line.ptr + 1);
    const bool ok = write_all(fd, buf_str(&out));
    arena_free(scratch);
    return ok;
}

static const struct table *changes_table(void)
{
    const struct table *table = tables;
    while (strcmp(table->name, "changes") != 0)
        table++;
    return table;
}

static bool load_lines(struct arena *arena, struct str lines, struct telemetry *telemetry,
                       struct table_load *load, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    const struct str path =
        str_printf(arena, "%s/warroom-changes-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    const int fd = mkstemp((char *)(uintptr_t)path.ptr);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    bool ok = write_lines(fd, lines) || err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    close(fd);
    ok = ok && table_load(telemetry, arena, changes_table(), path, TABLE_JSON_LINES, load, err) &&
         telemetry_run(telemetry, twice_sql, err);
    unlink(path.ptr);
    return ok;
}

static struct str notes_of(struct arena *arena, const struct git_index *index, const char *folder)
{
    struct buf out = buf_new(arena);
    buf_add(&out, str_of(folder));
    for (uint32_t i = 0; i < index->notes_count; i++)
        buf_printf(&out, "; %.*s", STR_ARG(index->notes[i]));
    return buf_str(&out);
}

/* That the bundle has none of its own is no news where the repository has them. */
static void forget_missing(struct casefile *casefile)
{
    for (struct source_entry **it = &casefile->sources; *it; it = &(*it)->next)
        if ((*it)->state == SOURCE_MISSING && str_eq((*it)->name, STR("changes"))) {
            *it = (*it)->next;
            return;
        }
}

bool repository_load(struct arena *arena, const struct repository *repository,
                     struct telemetry *telemetry, struct casefile *casefile, struct err *err)
{
    struct arena *scratch = arena_new("repository");
    struct ledger *ledger;
    struct git_index index;
    struct str lines;
    struct table_load load = {0};
    const bool ok =
        ledger_open(scratch, repository->ledger, &ledger, err) &&
        git_index_update(scratch, ledger, repository->folder, repository->revision, &index, err) &&
        git_index_lines(scratch, &index, casefile->alert->starts_ns, &lines, err) &&
        (lines.len == 0 || load_lines(scratch, lines, telemetry, &load, err));
    if (ok) {
        forget_missing(casefile);
        casefile_add_source(casefile, STR("changes of git"),
                            load.rows > 0 ? SOURCE_READ : SOURCE_EMPTY, load.rows,
                            notes_of(arena, &index, repository->folder));
    }
    arena_free(scratch);
    return ok;
}

/* ---- a patch ---- */

static bool take(void *state, struct str bytes, struct err *err)
{
    (void)err;
    struct buf *out = state;
    const size_t left = PATCH_BYTES_MAX - out->len;
    buf_add(out, str_slice(bytes, 0, left));
    return out->len < PATCH_BYTES_MAX; /* the rest is not wanted */
}

struct str repository_patch(struct arena *arena, const struct repository *repository, struct str id)
{
    struct buf out = buf_new(arena);
    struct err ignored = {0};
    if (!change_is_commit(id))
        return STR("");
    const char *const words[] = {GIT_SHOW_FORM, "--end-of-options", str_copy(arena, id).ptr, "--",
                                 NULL};
    if (!git_run(repository->folder, words, take, &out, &ignored) && out.len < PATCH_BYTES_MAX)
        return STR("");
    return buf_str(&out);
}
