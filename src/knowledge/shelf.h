/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a folder that are documents. Links are not followed, hidden things are not looked at,
 * and everything is bounded: a folder may be anything.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define SHELF_FILES_MAX 20000
#define SHELF_DEPTH_MAX 16
#define SHELF_ENTRIES_MAX 200000 /* looked at, documents or not */

struct shelf {
    struct str path; /* of what was named: absolute, without links */
    bool is_folder;
    struct str *files; /* absolute, by name */
    uint32_t count;
    bool is_cut; /* there was more than one of the limits */
};

/* ERR_NOT_FOUND: there is no such path. A file is itself, whatever it is called. */
MUST_CHECK bool shelf_look(struct arena *arena, const char *path, struct shelf *out,
                           struct err *err);

/*
 * A plain file of at most `bytes_max`, that is text. ERR_USAGE: it is larger, or holds bytes that
 * no text has; ERR_NOT_FOUND, ERR_IO.
 */
MUST_CHECK bool shelf_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out,
                           struct err *err);
