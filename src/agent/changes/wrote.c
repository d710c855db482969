/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/changes/wrote.h"

#include "agent/changes/diff.h"

#define LINE_MAX 100000000 /* of a file; beyond it a header of a hunk is no such */

/* "+++ b/src/orders.py": whether that is the file. */
static bool is_of(struct str header, struct str file)
{
    struct str path = str_trim(str_slice(header, 4, header.len));
    const size_t tab = str_find(path, STR("\t"));
    path = str_slice(path, 0, tab);
    return str_ends(path, file) &&
           (path.len == file.len || path.ptr[path.len - file.len - 1] == '/');
}

/* The number behind `mark`, and behind a comma how many lines there are: 1 where none is told. */
static bool read_range(struct str header, struct str mark, int64_t *first, int64_t *count)
{
    size_t at = str_find(header, mark);
    bool told = false;
    if (at == STR_NPOS)
        return false;
    *first = 0;
    for (at += mark.len; at < header.len && header.ptr[at] >= '0' && header.ptr[at] <= '9'; at++) {
        *first = *first * 10 + (header.ptr[at] - '0');
        told = true;
        if (*first > LINE_MAX)
            return false;
    }
    *count = 1;
    if (at < header.len && header.ptr[at] == ',') {
        *count = 0;
        for (at++; at < header.len && header.ptr[at] >= '0' && header.ptr[at] <= '9'; at++) {
            *count = *count * 10 + (header.ptr[at] - '0');
            if (*count > LINE_MAX)
                return false;
        }
    }
    return told;
}

struct hunk {
    int64_t old_at, old_left, new_at, new_left;
};

/* "@@ -10,3 +10,4 @@": a side of no lines names the line before it. */
static bool read_hunk(struct str header, struct hunk *out)
{
    if (!read_range(header, STR("-"), &out->old_at, &out->old_left) ||
        !read_range(header, STR("+"), &out->new_at, &out->new_left))
        return false;
    out->old_at += out->old_left == 0;
    out->new_at += out->new_left == 0;
    return true;
}

enum wrote wrote_line(struct str diff, struct str file, int64_t *line)
{
    struct str rest = str_slice(diff, 0, DIFF_BYTES_MAX), text;
    const bool is_cut = rest.len < diff.len;
    struct hunk hunk = {0};
    bool ours = false, seen = false, has_files = false;
    int64_t ahead = 0; /* how many lines more there are after the change, up to here */
    while (str_split(&rest, '\n', &text)) {
        const bool inside = hunk.old_left > 0 || hunk.new_left > 0;
        if (!inside && str_starts(text, STR("+++ "))) {
            ours = !seen && is_of(text, file);
            seen |= ours;
            has_files = true;
            continue;
        }
        if (!ours)
            continue;
        if (!inside && str_starts(text, STR("@@ "))) {
            if (!read_hunk(text, &hunk))
                return WROTE_UNKNOWN;
            if (*line < hunk.new_at) /* between two hunks */
                break;
            ahead = hunk.new_at - hunk.old_at;
        } else if (inside && str_starts(text, STR("+"))) {
            if (hunk.new_at == *line)
                return WROTE_IT;
            hunk.new_at++;
            hunk.new_left--;
            ahead++;
        } else if (inside && str_starts(text, STR("-"))) {
            hunk.old_at++;
            hunk.old_left--;
            ahead--;
        } else if (inside && !str_starts(text, STR("\\"))) { /* "\\ No newline at end of file" */
            if (hunk.new_at == *line)
                break;
            hunk.new_at++;
            hunk.new_left--;
            hunk.old_at++;
            hunk.old_left--;
        }
    }
    if (!has_files || is_cut || *line - ahead < 1)
        return WROTE_UNKNOWN;
    *line -= ahead;
    return WROTE_NOT;
}
