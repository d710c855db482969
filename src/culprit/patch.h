/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A diff as text, as the detail of a change may hold one: read line by line, for the words of what
 * it changes, and for the part of it that a person should see. It comes from outside: at most
 * PATCH_BYTES_MAX are read, and as many lines belong to a hunk as its header counts, so a line that
 * looks like a header is a line. Texts point into it.
 */
#pragma once

#include "culprit/change.h"
#include "culprit/clues.h"

#define PATCH_BYTES_MAX ((size_t)1 << 20)

enum patch_line_kind {
    PATCH_FILE,  /* a path, as the new side names it; the old one where the file goes */
    PATCH_SCOPE, /* the function or section of a hunk; may be empty */
    PATCH_ADDED,
    PATCH_REMOVED,
    PATCH_KEPT,
    PATCH_OTHER, /* modes, digests, anything */
};

struct patch_line {
    enum patch_line_kind kind;
    struct str text; /* without the sign */
};

struct patch {
    struct str rest;
    uint32_t old_left, new_left; /* lines of the hunk that are still to come */
    struct str old_path;
};

struct patch patch_of(struct str text);
bool patch_next(struct patch *patch, struct patch_line *out);

/* Whether it is a diff at all: it has a hunk. */
bool patch_is_one(struct str text);

/*
 * What the detail of a change tells of it: of a diff the words, scopes and, where the change names
 * none, files; of any other text its words.
 */
void patch_tell(struct arena *arena, struct str detail, struct change *change);

/*
 * The lines of the diff that a person should see first, at most `lines_max`: changed lines of hunks
 * that have the rarest clues, with their file before them; the first hunks where none has any.
 * Empty: it is no diff.
 */
struct str patch_excerpt(struct arena *arena, struct str text, const struct clues *clues,
                         uint32_t lines_max);
