/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/forge.h"

#include "base/arena.h"

#define COMMITS_MAX 60 /* whose diffs are fetched: a question each */
#define FILES_MAX 300  /* of one commit */
#define DIFF_BYTES_MAX ((size_t)24 << 10)

void forge_ask(struct gathered *out, const struct question *next)
{
    if (next->cursor.len == 0 || !gathered_is_new(out, next->cursor))
        return;
    if (out->seen.count <= COMMITS_MAX)
        gathered_ask(out, next);
    else
        gathered_left_out(out, "more than %d commits; of the older ones nothing was read",
                          COMMITS_MAX);
}

/* " PATH" and the lines of its hunks, as far as there is room. */
static void add_diff(struct buf *out, struct str path, struct str hunks)
{
    struct str line;
    if (out->len + path.len + 2 > DIFF_BYTES_MAX)
        return;
    buf_printf(out, " %.*s\n", STR_ARG(path));
    while (str_split(&hunks, '\n', &line) && out->len + line.len < DIFF_BYTES_MAX) {
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
}

void forge_read_files(struct arena *scratch, const json_t *list, const char *path,
                      const char *hunks, struct change_row *row)
{
    struct buf diff = buf_new(scratch);
    struct str *files = arena_push_many(scratch, struct str, FILES_MAX);
    const json_t *file;
    size_t i;
    json_array_foreach(list, i, file)
    {
        if (row->files_count == FILES_MAX)
            break;
        files[row->files_count++] = answer_text(file, path);
        add_diff(&diff, answer_text(file, path), answer_text(file, hunks));
    }
    row->files = files;
    row->detail = buf_str(&diff);
}

void forge_note_page(struct gathered *out, const struct question *question, const json_t *list)
{
    if (json_array_size(list) == FORGE_PAGE_MAX)
        gathered_left_out(out, "only the newest %d %s were read", FORGE_PAGE_MAX,
                          question->wanted == WANT_EVENTS ? "deployments" : "commits");
}
