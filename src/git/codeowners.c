/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree says first what there is and how large, because git has one exit code for a path that
 * is not there and for a repository that is broken. A link is no file: where it leads is not
 * followed.
 */
#include "git/codeowners.h"

#include "base/arena.h"
#include "culprit/owners.h"
#include "git/child.h"

#define TREE_BYTES_MAX ((size_t)4096) /* four lines */

static const char *const places[] = {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS",
                                     ".gitlab/CODEOWNERS"};
#define PLACES (sizeof places / sizeof *places)

struct entry {
    struct str id;
    int64_t bytes;
};

/* "100644 blob 8f3a...     1234\tdocs/CODEOWNERS" */
static bool read_entry(struct str line, const char *place, struct entry *out)
{
    struct str kind, word, rest;
    if (!str_split(&line, '\t', &rest) || !str_eq(line, str_of(place)))
        return false;
    return str_split(&rest, ' ', &kind) && str_starts(kind, STR("100")) &&
           str_split(&rest, ' ', &word) && str_split(&rest, ' ', &out->id) &&
           str_to_int(str_trim(rest), &out->bytes);
}

static bool choose(struct str tree, struct str *where, struct entry *entry)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct str rest = tree, line;
        *where = str_of(places[i]);
        while (str_split(&rest, '\0', &line))
            if (read_entry(line, places[i], entry))
                return true;
    }
    *where = (struct str){0};
    return false;
}

bool git_codeowners(struct arena *arena, const char *folder, struct str revision, struct str *where,
                    struct str *text, struct err *err)
{
    const char *const tree_words[] = {"ls-tree",
                                      "-z",
                                      "-l",
                                      "--full-tree",
                                      "--end-of-options",
                                      str_copy(arena, revision).ptr,
                                      places[0],
                                      places[1],
                                      places[2],
                                      places[3],
                                      NULL};
    struct str tree;
    struct entry entry;
    *where = *text = (struct str){0};
    if (!git_ask(arena, folder, tree_words, TREE_BYTES_MAX, &tree, err))
        return false;
    if (!choose(tree, where, &entry))
        return true;
    if (entry.bytes > (int64_t)OWNERS_BYTES_MAX)
        return err_set(err, ERR_OVER_BUDGET, "%s: %s is larger than 1 MB", folder, where->ptr);
    const char *const blob_words[] = {"cat-file", "blob", str_copy(arena, entry.id).ptr, NULL};
    return git_ask(arena, folder, blob_words, OWNERS_BYTES_MAX, text, err);
}
