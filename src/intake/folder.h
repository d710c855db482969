/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that is one process's own. */
#pragma once

#include "base/err.h"

struct arena;

/*
 * Makes it, with its parents, readable by its owner only, and holds it until the arena goes.
 * ERR_DENIED: another process holds it; ERR_IO: it cannot be made or written.
 */
MUST_CHECK bool folder_take(struct arena *arena, const char *path, struct err *err);

/* What has been written into that file or folder is on disk when it returns. */
MUST_CHECK bool folder_sync(const char *path, struct err *err);

/* The folder and the files in it, and no folder in it; what is not there is gone. */
void folder_remove(const char *path);
